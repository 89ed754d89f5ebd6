//! One change for many sites: what is wanted, what it would do, what it did.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::api::view::ListRequest;

/// Which sites: those named, or every site of a list.
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct SiteSelection {
    /// Only this account's.
    pub account_id: Option<String>,
    /// Named sites; not read when `list` is there.
    pub ids: Vec<String>,
    /// Every site that these filters and this text find; the window does not count.
    pub list: Option<ListRequest>,
}

/// What to do with them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum SiteAction {
    /// Service rests.
    Suspend,
    /// Service goes on.
    Resume,
    /// How they are invoiced.
    Billing {
        /// `centralized` or `per_site`.
        #[ts(as = "satchel_core::sites::Billing")]
        method: String,
    },
    /// Who looks after them.
    Assign {
        /// A person; none for the account's own manager.
        user_id: Option<String>,
    },
    /// Where they stand in the customer's tree.
    Move {
        /// The site above; none for the top.
        parent_id: Option<String>,
    },
}

/// A change for many sites.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SiteBulk {
    /// Which sites.
    pub selection: SiteSelection,
    /// What to do.
    pub action: SiteAction,
    /// Why, for the sites' history; may be empty.
    pub reason: String,
}

/// What a change for many sites would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SiteBulkPreview {
    /// Sites selected.
    pub selected: u32,
    /// Sites that would change.
    pub changes: u32,
    /// Accounts they belong to.
    pub accounts: u32,
    /// Monthly charges of the sites that would change, one text a currency.
    pub monthly_texts: Vec<String>,
    /// Sites with service that count for volume discounts in new quotes, before and after, of all these accounts.
    pub counting: [u32; 2],
    /// Why the others stay as they are.
    pub left: Vec<SitesLeft>,
    /// The first sites with what they are and would be.
    pub sample: Vec<SiteStep>,
    /// Whether the signed-in person may do this.
    pub allowed: bool,
}

/// Sites that a change does not touch, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SitesLeft {
    /// Code of the reason.
    #[ts(type = "RefusalCode")]
    pub reason_code: String,
    /// How many.
    pub sites: u32,
    /// Some of their names.
    pub examples: Vec<String>,
}

/// One site's step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SiteStep {
    /// Site id.
    pub id: String,
    /// Its name.
    pub site: String,
    /// What it is, in words or as a code.
    pub from: String,
    /// What it would be.
    pub to: String,
}

/// What a change for many sites did here; the server confirms or refuses it account by account.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SiteBulkOutcome {
    /// Names the change, to take it back.
    pub run_id: String,
    /// Sites that changed.
    pub changed: u32,
    /// Why the others stayed as they were.
    pub left: Vec<SitesLeft>,
}

/// Names a change.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SiteRunId {
    /// The change.
    pub run_id: String,
}

/// What taking a change back did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SiteRunUndone {
    /// Sites that are as before.
    pub restored: u32,
    /// Sites that were changed again since, and stay.
    pub changed_since: u32,
}

/// A person of the organisation who may look after sites.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Person {
    /// User id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Role.
    #[ts(as = "satchel_core::people::Role")]
    pub role: String,
}

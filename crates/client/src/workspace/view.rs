//! What the window shows before and around everything else: which organisation, who, and what stands in the way.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The state of the workspace. Everything but `Ready` is a full-window screen that says what is safe.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum WorkspaceState {
    /// Nobody signed in on this laptop yet: sign in, or open the local demo workspace.
    Welcome {
        /// Server address proposed by configuration.
        server_url: Option<String>,
    },
    /// The keychain holds no key (or is locked) while a database file exists. Nothing is overwritten.
    KeychainLocked {
        /// Its name.
        organisation: String,
    },
    /// No keychain here: the person chooses (`first` = true) or types the passphrase.
    NeedsPassphrase {
        /// Its name.
        organisation: String,
        /// No passphrase was chosen yet.
        first: bool,
        /// The one typed does not fit.
        wrong: bool,
    },
    /// The key does not open the file. The file is untouched.
    WrongKey {
        /// Its name.
        organisation: String,
        /// The database file.
        path: String,
    },
    /// The file is damaged. It is kept; a copy is proposed.
    Damaged {
        /// Its name.
        organisation: String,
        /// The database file.
        path: String,
        /// What the database says.
        detail: String,
    },
    /// Another Satchel holds this workspace.
    SecondInstance {
        /// Its name.
        organisation: String,
    },
    /// The disk is full or read-only.
    DiskFull {
        /// Its name.
        organisation: String,
        /// The database file.
        path: String,
    },
    /// The file was written by a newer Satchel.
    NewerSchema {
        /// Its name.
        organisation: String,
        /// The database file.
        path: String,
    },
    /// This device was revoked: what waited is saved on the server, the cache is gone.
    Revoked {
        /// Its name.
        organisation: String,
    },
    /// The workspace is being prepared (demo data, first load).
    Preparing {
        /// Its name.
        organisation: String,
        /// How far it is.
        progress: Progress,
    },
    /// Open and usable.
    Ready {
        /// The workspace.
        workspace: Box<Workspace>,
    },
}

/// True progress of long work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Progress {
    /// Stable code of the step, e.g. `demo.sites`.
    pub step: String,
    /// Units done.
    pub done: u32,
    /// Units in all, when known.
    pub total: Option<u32>,
}

/// An open workspace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Workspace {
    /// Organisation id.
    pub org_id: String,
    /// Organisation name.
    pub organisation: String,
    /// ISO country: `ZA`, `IN`.
    pub country: String,
    /// IANA zone of business dates.
    pub zone: String,
    /// Local demo workspace: no server, everything but push and pull works.
    pub demo: bool,
    /// Server address; `None` in the demo workspace.
    pub server_url: Option<String>,
    /// Who works now.
    pub user: User,
    /// Who else has signed in on this laptop and may be switched to, offline too.
    pub known_users: Vec<User>,
    /// View preferences that come back after a restart (theme, last place, column widths ...).
    #[ts(type = "Record<string, string>")]
    pub preferences: std::collections::BTreeMap<String, String>,
    /// Today in the organisation's zone, `2025-11-21`.
    pub today: String,
}

/// A person of the organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct User {
    /// User id.
    pub id: String,
    /// Name.
    pub name: String,
    /// E-mail, the sign-in name.
    pub email: String,
    /// Role.
    #[ts(as = "satchel_core::people::Role")]
    pub role: String,
}

/// Signing in to a server. The password leaves the process only inside the TLS request.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SignIn {
    /// `https://...`
    pub server_url: String,
    /// E-mail.
    pub email: String,
    /// Password.
    pub password: String,
}

/// Switching to another person on this laptop.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SwitchUser {
    /// E-mail of somebody who has signed in here before, or anyone when online.
    pub email: String,
    /// Password; checked against the verifier kept at the last sign-in when offline. Empty in the demo workspace.
    pub password: String,
}

/// A passphrase for the local database.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Unlock {
    /// The passphrase.
    pub passphrase: String,
}

/// One preference.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SetPreference {
    /// Name, e.g. `theme`.
    pub key: String,
    /// Value.
    pub value: String,
}

/// One entry of Today.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Today {
    /// Tasks of mine that are overdue or due today.
    pub tasks: Vec<crate::tasks::view::TaskRow>,
    /// Quotes of mine that expire within 7 days.
    pub expiring: Vec<crate::quotes::view::QuoteRow>,
    /// Quotes that wait for an approval that I may give.
    pub to_approve: Vec<crate::quotes::view::QuoteRow>,
    /// Prices asked for that I may decide about.
    pub prices_to_decide: Vec<crate::accounts::view::PriceToDecide>,
    /// My drafts, latest first, at most 8.
    pub drafts: Vec<crate::quotes::view::QuoteRow>,
    /// Open incidents on sites of my accounts.
    pub open_incidents: Vec<crate::sla::view::IncidentRow>,
    /// Orders of the last 7 days.
    pub recent_orders: Vec<crate::orders::view::OrderRow>,
}

/// How much there is behind each page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Rail {
    /// `accounts`, `quotes`, `orders`, `sites`, `tickets` (not resolved), `tasks` (mine, due by today), `sync_centre`.
    #[ts(type = "Record<string, number>")]
    pub counts: std::collections::BTreeMap<String, u32>,
}

/// What documents carry, as typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct BrandingInputs {
    /// Legal name.
    pub legal_name: String,
    /// Address, a line each.
    pub address: String,
    /// VAT number or GSTIN.
    pub tax_number: String,
    /// Registration number.
    pub registration_number: String,
    /// Phone.
    pub phone: String,
    /// E-mail.
    pub email: String,
    /// Accent colour, `#0B6E69`.
    pub accent: String,
    /// Terms under a quote without clauses, a paragraph each.
    pub quote_terms: String,
    /// Logo as PNG; empty = none.
    pub logo_png_base64: String,
}

/// What documents carry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct BrandingView {
    /// As kept.
    pub inputs: BrandingInputs,
    /// This person may change it.
    pub may_edit: bool,
}

//! Who approves in whose place.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

satchel_core::words! {
    /// Whether a delegation counts now.
    pub enum DelegationState as "DelegationState" {
        /// From a later day on.
        Future = "future",
        /// Now.
        InForce = "in_force",
        /// Its days are over.
        Over = "over",
        /// Taken back.
        Ended = "ended",
    }
}

/// One delegation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DelegationView {
    /// Id.
    pub id: String,
    /// Whose right it is.
    pub from: String,
    /// Role of whose right it is.
    #[ts(as = "satchel_core::people::Role")]
    pub role: String,
    /// Who decides in their place.
    pub to: String,
    /// First to last day, in words.
    pub days_text: String,
    /// Note; may be empty.
    pub note: String,
    /// Whether it counts now.
    pub state: DelegationState,
    /// This person may take it back.
    pub may_end: bool,
}

/// All delegations, the latest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DelegationList {
    /// Delegations.
    pub delegations: Vec<DelegationView>,
    /// This person is an approver and may let somebody else answer.
    pub may_delegate: bool,
    /// Today in the organisation's zone, ISO.
    pub today: String,
    /// Their own id: nobody delegates to themselves.
    pub me: String,
}

/// A delegation to make.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DelegateArgs {
    /// Who decides in one's place.
    pub to: String,
    /// First day, ISO.
    pub valid_from: String,
    /// Last day, inclusive, ISO.
    pub valid_to: String,
    /// Note.
    pub note: String,
}

//! Delegated approvals: for some days an approver lets somebody else decide in their place. Invariant: only a right of one's own
//! is delegated, and nobody decides by delegation about a discount of their own.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::ids::{DelegationId, UserId};
use crate::people::Role;
use crate::time::Timestamp;

/// Longest note, in characters.
pub const MAX_NOTE: usize = 500;
/// Most days of a delegation.
pub const MAX_DAYS: i64 = 366;

/// One delegation, with what it delegates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delegation {
    /// Id.
    pub id: DelegationId,
    /// Whose right it is.
    pub from_user: UserId,
    /// Their role now: who is no longer an approver has nothing to delegate.
    pub role: Role,
    /// Who may decide in their place.
    pub to_user: UserId,
    /// First day, inclusive, in the organisation's zone.
    pub valid_from: NaiveDate,
    /// Last day, inclusive.
    pub valid_to: NaiveDate,
    /// Taken back at.
    pub ended_at: Option<Timestamp>,
}

/// Arguments of `approval.delegate`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DelegateApproval {
    /// Id, made on the laptop.
    pub id: DelegationId,
    /// Who may decide in one's place.
    pub to_user: UserId,
    /// First day, inclusive.
    pub valid_from: NaiveDate,
    /// Last day, inclusive.
    pub valid_to: NaiveDate,
    /// Why, or what to look at.
    pub note: String,
    /// When, by the laptop's corrected clock.
    pub at: Timestamp,
}

/// Arguments of `approval.end_delegation`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndDelegation {
    /// Which.
    pub id: DelegationId,
    /// When, by the laptop's corrected clock.
    pub at: Timestamp,
}

impl Delegation {
    /// Counts at this moment, which is on `day` in the organisation's zone.
    pub fn in_force(&self, at: Timestamp, day: NaiveDate) -> bool {
        self.valid_from <= day && day <= self.valid_to && self.ended_at.is_none_or(|ended| at < ended)
    }
}

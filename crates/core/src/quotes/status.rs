//! The state of a quote version.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::validity::expires_at;
use crate::time::{Timestamp, Zone};

/// State of a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum QuoteStatus {
    /// Being written.
    Draft,
    /// With the customer.
    Sent,
    /// The customer accepted.
    Accepted,
    /// The customer refused.
    Rejected,
    /// Given up.
    Lost,
    /// Past its last day.
    Expired,
    /// A later version was sent.
    Superseded,
    /// An order exists.
    Converted,
}

impl QuoteStatus {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Draft,
        Self::Sent,
        Self::Accepted,
        Self::Rejected,
        Self::Lost,
        Self::Expired,
        Self::Superseded,
        Self::Converted,
    ];

    /// Whether a version in this state closes its number: nothing is revised or sent any more (RULES D17).
    pub fn closes(self) -> bool {
        matches!(self, Self::Accepted | Self::Converted | Self::Rejected | Self::Lost)
    }
}

/// A sent version past its last day is expired; nothing else ever becomes so (RULES APR 4).
pub fn status_at(status: QuoteStatus, last_day: Option<NaiveDate>, zone: Zone, at: Timestamp) -> QuoteStatus {
    match (status, last_day) {
        (QuoteStatus::Sent, Some(day)) if at >= expires_at(day, zone) => QuoteStatus::Expired,
        _ => status,
    }
}

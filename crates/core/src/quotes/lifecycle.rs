//! The states of a quote version and the legal moves between them (RULES APR 3, 4, D17). Invariant: at most one draft and
//! one live version of a number; after accept, reject or lose the number is closed.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::validity::{expires_at, valid_until};
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

/// A sent version past its last day is expired; nothing else ever becomes so.
pub fn status_at(status: QuoteStatus, last_day: Option<NaiveDate>, zone: Zone, at: Timestamp) -> QuoteStatus {
    match (status, last_day) {
        (QuoteStatus::Sent, Some(day)) if at >= expires_at(day, zone) => QuoteStatus::Expired,
        _ => status,
    }
}

/// Why a move is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MoveRefused {
    /// Not sent yet.
    #[error("not sent")]
    NotSent,
    /// A later version is live.
    #[error("superseded")]
    Superseded,
    /// The number is closed.
    #[error("closed")]
    Closed,
    /// Accepted before.
    #[error("already accepted")]
    AlreadyAccepted,
    /// Past its last day.
    #[error("expired")]
    Expired,
    /// Only a draft is sent.
    #[error("not a draft")]
    NotDraft,
    /// There is a draft already.
    #[error("a draft exists")]
    DraftExists,
    /// Only a live version is refused or lost.
    #[error("not live")]
    NotLive,
    /// No such version.
    #[error("no such version")]
    NoVersion,
}

impl MoveRefused {
    /// Stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::NotSent => "refused_not_sent",
            Self::Superseded => "refused_superseded",
            Self::Closed => "refused_closed",
            Self::AlreadyAccepted => "refused_already_accepted",
            Self::Expired => "refused_expired",
            Self::NotDraft => "refused_not_draft",
            Self::DraftExists => "refused_draft_exists",
            Self::NotLive => "refused_not_live",
            Self::NoVersion => "refused_no_version",
        }
    }
}

/// Whether a version in this state may be accepted.
pub fn check_accept(status: QuoteStatus) -> Result<(), MoveRefused> {
    match status {
        QuoteStatus::Sent => Ok(()),
        QuoteStatus::Draft => Err(MoveRefused::NotSent),
        QuoteStatus::Superseded => Err(MoveRefused::Superseded),
        QuoteStatus::Lost | QuoteStatus::Rejected => Err(MoveRefused::Closed),
        QuoteStatus::Accepted | QuoteStatus::Converted => Err(MoveRefused::AlreadyAccepted),
        QuoteStatus::Expired => Err(MoveRefused::Expired),
    }
}

/// Whether a version in this state may be refused by the customer or given up.
pub fn check_close(status: QuoteStatus) -> Result<(), MoveRefused> {
    if status == QuoteStatus::Sent { Ok(()) } else { Err(MoveRefused::NotLive) }
}

/// Whether the number still moves.
pub fn closed(statuses: impl IntoIterator<Item = QuoteStatus>) -> bool {
    statuses.into_iter().any(|status| {
        matches!(status, QuoteStatus::Accepted | QuoteStatus::Converted | QuoteStatus::Rejected | QuoteStatus::Lost)
    })
}

/// One version as its number's history sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Version {
    /// Stored state.
    pub status: QuoteStatus,
    /// Last valid day, once sent.
    pub valid_until: Option<NaiveDate>,
}

/// A move on a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Move {
    /// Send version n (from 1).
    Send(usize),
    /// Make the next draft.
    Revise,
    /// Accept version n.
    Accept(usize),
    /// The customer refuses version n.
    Reject(usize),
    /// Give version n up.
    Lose(usize),
}

/// The versions of one number.
#[derive(Debug, Clone)]
pub struct History {
    zone: Zone,
    validity_days: u32,
    versions: Vec<Version>,
}

impl History {
    /// A number with its first draft.
    pub fn new(zone: Zone, validity_days: u32) -> Self {
        Self { zone, validity_days, versions: vec![Version { status: QuoteStatus::Draft, valid_until: None }] }
    }

    /// Versions as they stand at an instant.
    pub fn versions_at(&self, at: Timestamp) -> Vec<Version> {
        let seen = |v: &Version| Version { status: status_at(v.status, v.valid_until, self.zone, at), ..*v };
        self.versions.iter().map(seen).collect()
    }

    fn status(&self, version: usize, at: Timestamp) -> Result<QuoteStatus, MoveRefused> {
        let index = version.checked_sub(1).ok_or(MoveRefused::NoVersion)?;
        let version = self.versions.get(index).ok_or(MoveRefused::NoVersion)?;
        Ok(status_at(version.status, version.valid_until, self.zone, at))
    }

    fn closed(&self) -> bool {
        closed(self.versions.iter().map(|version| version.status))
    }

    /// Applies a move or says why not.
    pub fn apply(&mut self, step: Move, at: Timestamp) -> Result<(), MoveRefused> {
        match step {
            Move::Send(version) => self.send(version, at),
            Move::Revise => self.revise(),
            Move::Accept(version) => {
                check_accept(self.status(version, at)?)?;
                self.versions[version - 1].status = QuoteStatus::Accepted;
                Ok(())
            }
            Move::Reject(version) => self.close(version, QuoteStatus::Rejected, at),
            Move::Lose(version) => self.close(version, QuoteStatus::Lost, at),
        }
    }

    fn close(&mut self, version: usize, to: QuoteStatus, at: Timestamp) -> Result<(), MoveRefused> {
        check_close(self.status(version, at)?)?;
        self.versions[version - 1].status = to;
        Ok(())
    }

    fn send(&mut self, version: usize, at: Timestamp) -> Result<(), MoveRefused> {
        let status = self.status(version, at)?;
        if self.closed() {
            return Err(MoveRefused::Closed);
        }
        if status != QuoteStatus::Draft {
            return Err(MoveRefused::NotDraft);
        }
        for older in self.versions.iter_mut().filter(|v| v.status == QuoteStatus::Sent) {
            older.status = QuoteStatus::Superseded;
        }
        self.versions[version - 1] =
            Version { status: QuoteStatus::Sent, valid_until: Some(valid_until(at, self.zone, self.validity_days)) };
        Ok(())
    }

    fn revise(&mut self) -> Result<(), MoveRefused> {
        if self.closed() {
            return Err(MoveRefused::Closed);
        }
        if self.versions.iter().any(|version| version.status == QuoteStatus::Draft) {
            return Err(MoveRefused::DraftExists);
        }
        self.versions.push(Version { status: QuoteStatus::Draft, valid_until: None });
        Ok(())
    }
}

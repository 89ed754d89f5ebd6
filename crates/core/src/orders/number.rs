//! Order numbers `BUS-YYYYMMDD-NNNN`, assigned by the server when it accepts the order (RULES APR 6, D19).

use std::fmt;

use chrono::NaiveDate;

use crate::time::{Timestamp, Zone, local_date};

/// An order number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OrderNumber {
    date: NaiveDate,
    sequence: i64,
}

/// The sequence starts at 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the sequence starts at 1")]
pub struct BadSequence;

impl OrderNumber {
    /// The `sequence`-th order (from 1) of the day in the organisation's zone.
    pub fn assign(accepted_at: Timestamp, zone: Zone, sequence: i64) -> Result<Self, BadSequence> {
        if sequence < 1 {
            return Err(BadSequence);
        }
        Ok(Self { date: local_date(accepted_at, zone), sequence })
    }

    /// Its date.
    pub fn date(self) -> NaiveDate {
        self.date
    }
}

impl fmt::Display for OrderNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BUS-{}-{:04}", self.date.format("%Y%m%d"), self.sequence)
    }
}

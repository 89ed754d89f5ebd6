//! Quote numbers, final offline (RULES APR 6, D18): `QTE-YYYYMMDD-XXXX`, two base-32 characters for the device's slot and
//! two for the count of its quotes that day.

use std::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::time::{Timestamp, Zone, local_date};

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Slots and counts run from 0 to 1023.
pub const SLOTS: i64 = 1024;

/// A canonical quote number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct QuoteNumber {
    date: NaiveDate,
    slot: u16,
    counter: u16,
}

/// Why there is no number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum QuoteNumberError {
    /// Slot outside 0..1023.
    #[error("the device slot does not exist")]
    BadSlot,
    /// Negative count.
    #[error("the count is negative")]
    BadCounter,
    /// The 1,025th quote of the day on this device.
    #[error("this device made 1,024 quotes today")]
    DailyLimit,
    /// Not of the form.
    #[error("not a quote number")]
    BadFormat,
    /// No such date.
    #[error("the date in the number does not exist")]
    BadDate,
    /// A character outside the alphabet.
    #[error("a character of the number is not used in quote numbers")]
    BadCode,
}

impl QuoteNumberError {
    /// Stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::BadSlot => "bad_slot",
            Self::BadCounter => "bad_counter",
            Self::DailyLimit => "daily_limit",
            Self::BadFormat => "bad_format",
            Self::BadDate => "bad_date",
            Self::BadCode => "bad_code",
        }
    }

    /// The code a person is given words for.
    pub fn refusal(self) -> &'static str {
        match self {
            Self::BadSlot => "quote.bad_slot",
            Self::BadCounter => "quote.bad_counter",
            Self::DailyLimit => "quote.daily_limit",
            Self::BadFormat => "quote.bad_format",
            Self::BadDate => "quote.bad_date",
            Self::BadCode => "quote.bad_code",
        }
    }
}

impl QuoteNumber {
    /// The number of a device's `counter`-th quote (from 0) of the day of creation in the organisation's zone.
    pub fn assign(slot: i64, counter: i64, created_at: Timestamp, zone: Zone) -> Result<Self, QuoteNumberError> {
        let slot = u16::try_from(slot).ok().filter(|s| i64::from(*s) < SLOTS).ok_or(QuoteNumberError::BadSlot)?;
        if counter < 0 {
            return Err(QuoteNumberError::BadCounter);
        }
        let counter =
            u16::try_from(counter).ok().filter(|c| i64::from(*c) < SLOTS).ok_or(QuoteNumberError::DailyLimit)?;
        Ok(Self { date: local_date(created_at, zone), slot, counter })
    }

    /// Parses the canonical form.
    pub fn parse(text: &str) -> Result<Self, QuoteNumberError> {
        let bytes = text.as_bytes();
        let shape = bytes.len() == 17
            && text.starts_with("QTE-")
            && bytes[12] == b'-'
            && bytes[4..12].iter().all(u8::is_ascii_digit)
            && bytes[13..].iter().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase());
        if !shape {
            return Err(QuoteNumberError::BadFormat);
        }
        let date = NaiveDate::parse_from_str(&text[4..12], "%Y%m%d").map_err(|_| QuoteNumberError::BadDate)?;
        let mut code: u32 = 0;
        for byte in &bytes[13..] {
            let digit = ALPHABET.iter().position(|c| c == byte).ok_or(QuoteNumberError::BadCode)?;
            code = code * 32 + u32::try_from(digit).unwrap_or(0);
        }
        let part = |value: u32| u16::try_from(value).unwrap_or(0);
        Ok(Self { date, slot: part(code / 1024), counter: part(code % 1024) })
    }

    /// Parses what a person typed: trimmed, upper-cased, I and L read as 1, O as 0 in the last four characters.
    pub fn parse_typed(text: &str) -> Result<Self, QuoteNumberError> {
        let upper = text.trim_matches([' ', '\t', '\r', '\n']).to_ascii_uppercase();
        let split = upper.char_indices().rev().nth(3).map_or(0, |(index, _)| index);
        let (head, tail) = upper.split_at(split);
        let tail: String = tail
            .chars()
            .map(|c| match c {
                'I' | 'L' => '1',
                'O' => '0',
                other => other,
            })
            .collect();
        Self::parse(&format!("{head}{tail}"))
    }

    /// Date of creation in the organisation's zone.
    pub fn date(self) -> NaiveDate {
        self.date
    }

    /// Device slot.
    pub fn slot(self) -> u16 {
        self.slot
    }

    /// Count of the device's quotes that day, from 0.
    pub fn counter(self) -> u16 {
        self.counter
    }
}

impl fmt::Display for QuoteNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let code = u32::from(self.slot) * 1024 + u32::from(self.counter);
        write!(f, "QTE-{}-", self.date.format("%Y%m%d"))?;
        for shift in [15, 10, 5, 0] {
            let digit = ALPHABET[(code >> shift & 31) as usize];
            write!(f, "{}", char::from(digit))?;
        }
        Ok(())
    }
}

impl Serialize for QuoteNumber {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for QuoteNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

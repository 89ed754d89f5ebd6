//! Reading case inputs.

use chrono::NaiveDate;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::Refused;
use crate::money::{Currency, Exact, Money};
use crate::time::{Timestamp, Zone, parse_instant, parse_zone};

/// A typed field access over a case's JSON object.
#[derive(Clone, Copy)]
pub(crate) struct Input<'a>(pub &'a Value);

impl<'a> Input<'a> {
    pub fn get(self, key: &str) -> &'a Value {
        self.0.get(key).unwrap_or(&Value::Null)
    }

    pub fn text(self, key: &str) -> Result<&'a str, Refused> {
        self.get(key).as_str().ok_or_else(|| bad(key))
    }

    pub fn flag(self, key: &str) -> Result<bool, Refused> {
        self.get(key).as_bool().ok_or_else(|| bad(key))
    }

    pub fn int(self, key: &str) -> Result<i64, Refused> {
        self.get(key).as_i64().ok_or_else(|| bad(key))
    }

    pub fn nat(self, key: &str) -> Result<u32, Refused> {
        u32::try_from(self.int(key)?).map_err(|_| bad(key))
    }

    pub fn dec(self, key: &str) -> Result<Exact, Refused> {
        Exact::parse(self.text(key)?).map_err(|_| bad(key))
    }

    pub fn dec_or_null(self, key: &str) -> Result<Option<Exact>, Refused> {
        if self.get(key).is_null() { Ok(None) } else { self.dec(key).map(Some) }
    }

    pub fn currency(self) -> Result<Currency, Refused> {
        Currency::parse(self.text("currency")?).ok_or_else(|| bad("currency"))
    }

    pub fn money(self, key: &str, currency: Currency) -> Result<Money, Refused> {
        Ok(Money::parse(self.text(key)?, currency)?)
    }

    pub fn money_or_null(self, key: &str, currency: Currency) -> Result<Option<Money>, Refused> {
        if self.get(key).is_null() { Ok(None) } else { self.money(key, currency).map(Some) }
    }

    pub fn date(self, key: &str) -> Result<NaiveDate, Refused> {
        self.text(key)?.parse().map_err(|_| bad(key))
    }

    pub fn date_or_null(self, key: &str) -> Result<Option<NaiveDate>, Refused> {
        if self.get(key).is_null() { Ok(None) } else { self.date(key).map(Some) }
    }

    pub fn instant(self, key: &str) -> Result<Timestamp, Refused> {
        parse_instant(self.text(key)?).ok_or_else(|| bad(key))
    }

    pub fn zone(self) -> Result<Zone, Refused> {
        parse_zone(self.text("tz")?).ok_or_else(|| bad("tz"))
    }

    pub fn list(self, key: &str) -> Result<impl Iterator<Item = Input<'a>>, Refused> {
        Ok(self.get(key).as_array().ok_or_else(|| bad(key))?.iter().map(Input))
    }

    pub fn parse<T: DeserializeOwned>(self, key: &str) -> Result<T, Refused> {
        Ok(serde_json::from_value(self.get(key).clone())?)
    }
}

pub(crate) fn bad(key: &str) -> Refused {
    Refused(format!("bad_input: {key}"))
}

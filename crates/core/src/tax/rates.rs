//! Effective-dated rates and exemption certificates (RULES TAX 2, 8, D21, D23).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::TaxError;
use crate::money::Exact;

/// A rate row; `to` is exclusive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RateRow {
    /// Tax code.
    pub tax_code: String,
    /// Percent.
    pub rate_pct: Exact,
    /// First day.
    pub from: NaiveDate,
    /// First day no longer in force.
    pub to: Option<NaiveDate>,
    /// Announced and withdrawn: never in force.
    pub withdrawn: bool,
}

/// The row in force at the tax point: the latest start wins.
pub fn rate_lookup<'a>(rows: &'a [RateRow], tax_code: &str, tax_point: NaiveDate) -> Result<&'a RateRow, TaxError> {
    let in_force: Vec<&RateRow> = rows
        .iter()
        .filter(|row| row.tax_code == tax_code && !row.withdrawn)
        .filter(|row| row.from <= tax_point && row.to.is_none_or(|to| tax_point < to))
        .collect();
    let latest = in_force.iter().map(|row| row.from).max().ok_or(TaxError::NoRate)?;
    let mut winners = in_force.into_iter().filter(|row| row.from == latest);
    match (winners.next(), winners.next()) {
        (Some(row), None) => Ok(row),
        (Some(_), Some(_)) => Err(TaxError::AmbiguousRate),
        (None, _) => Err(TaxError::NoRate),
    }
}

/// An exemption certificate as on file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// Number.
    pub number: Option<String>,
    /// The scan is on file.
    pub file_present: bool,
    /// Last day, inclusive.
    pub valid_to: Option<NaiveDate>,
}

/// Why tax is charged although an exemption is claimed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CertificateWarning {
    /// Number, file or date missing.
    CertificateIncomplete,
    /// Expired before the tax point.
    CertificateExpired,
}

/// Whether tax is charged, and the warning when a claim fails.
pub fn exemption(
    claims: bool,
    tax_point: NaiveDate,
    certificate: Option<&Certificate>,
) -> (bool, Option<CertificateWarning>) {
    if !claims {
        return (true, None);
    }
    let complete = certificate
        .filter(|c| c.file_present && c.number.as_deref().is_some_and(|number| !number.trim().is_empty()))
        .and_then(|c| c.valid_to);
    match complete {
        None => (true, Some(CertificateWarning::CertificateIncomplete)),
        Some(last) if last < tax_point => (true, Some(CertificateWarning::CertificateExpired)),
        Some(_) => (false, None),
    }
}

//! Tax on documents: South Africa VAT, India GST, exemptions (RULES TAX). Invariant: rounding per group, never per line;
//! the parts of a group sum to its tax.

mod india;
mod rates;

use std::collections::BTreeMap;

pub use india::{
    IndiaDocument, IndiaGroup, IndiaLine, PlaceOfSupply, Recipient, SupplyType, circuit_split, india_document,
};
pub use rates::{Certificate, CertificateWarning, RateRow, exemption, rate_lookup};

use crate::money::{Currency, Exact, Money, MoneyError, SplitError, allocate_shares};

/// Why tax cannot be computed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TaxError {
    /// A rate below 0.
    #[error("a tax rate is negative")]
    NegativeRate,
    /// A place of supply without a state.
    #[error("a state is missing")]
    MissingState,
    /// An unknown state.
    #[error("a state is unknown")]
    BadState,
    /// Two rates in force from the same day.
    #[error("two rates start on the same day")]
    AmbiguousRate,
    /// No rate in force.
    #[error("no rate is in force")]
    NoRate,
    /// Too large.
    #[error(transparent)]
    Money(#[from] MoneyError),
    /// Nothing to split over.
    #[error(transparent)]
    Split(#[from] SplitError),
}

impl TaxError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NegativeRate => "negative_rate",
            Self::MissingState => "missing_state",
            Self::BadState => "bad_state",
            Self::AmbiguousRate => "ambiguous_rate",
            Self::NoRate => "no_rate",
            Self::Money(error) => error.code(),
            Self::Split(error) => error.code(),
        }
    }
}

/// A line of a taxed document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaxLine {
    /// Net amount.
    pub net: Money,
    /// Tax code.
    pub tax_code: String,
    /// Percent.
    pub rate_pct: Exact,
    /// Jurisdiction.
    pub jurisdiction: String,
}

/// A group of lines taxed together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentGroup {
    /// Tax code.
    pub tax_code: String,
    /// Percent.
    pub rate_pct: Exact,
    /// Jurisdiction.
    pub jurisdiction: String,
    /// Sum of nets.
    pub net: Money,
    /// Tax.
    pub tax: Money,
}

/// A taxed document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaxDocument {
    /// Groups in order of their first line.
    pub groups: Vec<DocumentGroup>,
    /// Tax shown per line; sums to the groups' tax.
    pub line_tax: Vec<Money>,
    /// Net.
    pub net: Money,
    /// Tax.
    pub tax: Money,
    /// Net + tax.
    pub total: Money,
}

/// `R(net × rate)`.
pub fn tax_of(net: Money, rate_pct: &Exact) -> Result<Money, TaxError> {
    Ok(Money::round(&Exact::from_money(net).mul(&rate_pct.hundredth()), net.currency())?)
}

/// Taxes a document by groups (TAX 1, D20).
pub fn document(currency: Currency, lines: &[TaxLine]) -> Result<TaxDocument, TaxError> {
    if lines.iter().any(|line| line.rate_pct.is_negative()) {
        return Err(TaxError::NegativeRate);
    }
    let mut keys: BTreeMap<(&str, &Exact, &str), usize> = BTreeMap::new();
    let mut members: Vec<Vec<usize>> = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let key = (line.tax_code.as_str(), &line.rate_pct, line.jurisdiction.as_str());
        let group = *keys.entry(key).or_insert_with(|| {
            members.push(Vec::new());
            members.len() - 1
        });
        members[group].push(index);
    }
    let mut line_tax = vec![Money::zero(currency); lines.len()];
    let mut groups = Vec::with_capacity(members.len());
    for group in &members {
        let first = &lines[group[0]];
        let net = Money::sum(group.iter().map(|index| lines[*index].net), currency)?;
        let tax = tax_of(net, &first.rate_pct)?;
        let rate = first.rate_pct.hundredth();
        let exact: Vec<Exact> = group.iter().map(|i| Exact::from_money(lines[*i].net).mul(&rate)).collect();
        for (index, share) in group.iter().zip(allocate_shares(tax, &exact, net.minor() < 0)?) {
            line_tax[*index] = share;
        }
        groups.push(DocumentGroup {
            tax_code: first.tax_code.clone(),
            rate_pct: first.rate_pct.clone(),
            jurisdiction: first.jurisdiction.clone(),
            net,
            tax,
        });
    }
    let net = Money::sum(groups.iter().map(|group| group.net), currency)?;
    let tax = Money::sum(groups.iter().map(|group| group.tax), currency)?;
    Ok(TaxDocument { groups, line_tax, net, tax, total: net.add(tax)? })
}

/// Tax contained in a gross price by the exact fraction (TAX 3); returns (tax, net).
pub fn inclusive(gross: Money, rate_pct: &Exact) -> Result<(Money, Money), TaxError> {
    if rate_pct.is_negative() {
        return Err(TaxError::NegativeRate);
    }
    let top = Exact::from_money(gross).mul(rate_pct);
    let bottom = Exact::from(100).add(rate_pct);
    let digits = gross.currency().minor_digits();
    let tax = Exact::round_ratio(&top, &bottom, digits).unwrap_or_else(Exact::zero);
    let tax = Money::round(&tax, gross.currency())?;
    Ok((tax, gross.sub(tax)?))
}

/// The untaxed line that takes a total to whole major units, half away from zero (TAX 7, D52); returns (line, payable).
pub fn round_off(total: Money) -> Result<(Money, Money), TaxError> {
    let payable = Money::round(&Exact::from_money(total).round(0), total.currency())?;
    Ok((payable.sub(total)?, payable))
}

//! India GST: place of supply per line, CGST + SGST/UTGST or IGST (RULES TAX 4-7, D22).

use serde::{Deserialize, Serialize};

use super::{TaxError, round_off, tax_of};
use crate::money::{Currency, Exact, Money, split};

/// States and union territories by code; both the present ISO 3166-2 codes and the ones they replaced.
const STATES: &[&str] = &[
    "AN", "AP", "AR", "AS", "BR", "CG", "CH", "CT", "DH", "DL", "GA", "GJ", "HP", "HR", "JH", "JK", "KA", "KL", "LA",
    "LD", "MH", "ML", "MN", "MP", "MZ", "NL", "OD", "OR", "PB", "PY", "RJ", "SK", "TG", "TN", "TR", "TS", "UK", "UP",
    "UT", "WB",
];
/// Union territories without a legislature: UTGST instead of SGST (D22).
const WITHOUT_LEGISLATURE: &[&str] = &["AN", "CH", "DH", "LA", "LD"];

/// Where a supply is made, by the item's rule (TAX 5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlaceOfSupply {
    /// Where the line is installed.
    Installation,
    /// The recipient's billing address.
    BillingAddress,
    /// The recipient's registered location.
    RegisteredLocation,
}

/// Kind of supply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SupplyType {
    /// CGST + SGST.
    IntraState,
    /// CGST + UTGST.
    IntraUt,
    /// IGST.
    InterState,
}

/// The recipient's states.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    /// Of the billing address.
    pub billing_state: Option<String>,
    /// Of the registration.
    pub registered_state: Option<String>,
}

/// A line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndiaLine {
    /// Net amount.
    pub net: Money,
    /// GST percent.
    pub rate_pct: Exact,
    /// The item's rule.
    pub rule: PlaceOfSupply,
    /// Where it is installed.
    pub installation_state: Option<String>,
}

/// A group by place of supply and rate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndiaGroup {
    /// State code.
    pub place_of_supply: String,
    /// GST percent.
    pub rate_pct: Exact,
    /// Kind.
    pub kind: SupplyType,
    /// Net.
    pub net: Money,
    /// Central tax.
    pub cgst: Money,
    /// State tax.
    pub sgst: Money,
    /// Union territory tax.
    pub utgst: Money,
    /// Integrated tax.
    pub igst: Money,
    /// Net and taxes.
    pub total: Money,
}

/// A taxed document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndiaDocument {
    /// Groups in order of their first line.
    pub groups: Vec<IndiaGroup>,
    /// Net.
    pub net: Money,
    /// All taxes.
    pub tax: Money,
    /// Net + tax.
    pub total: Money,
    /// Untaxed rounding line.
    pub round_off: Money,
    /// What is to be paid.
    pub payable: Money,
}

fn known(state: Option<&str>) -> Result<&str, TaxError> {
    let state = state.filter(|s| !s.is_empty()).ok_or(TaxError::MissingState)?;
    if STATES.contains(&state) { Ok(state) } else { Err(TaxError::BadState) }
}

/// Taxes a document of an Indian registration in `supplier_state`.
pub fn india_document(
    supplier_state: &str,
    recipient: &Recipient,
    lines: &[IndiaLine],
    with_round_off: bool,
) -> Result<IndiaDocument, TaxError> {
    let supplier = known(Some(supplier_state))?;
    let mut sums: Vec<(String, Exact, Money)> = Vec::new();
    for line in lines {
        if line.rate_pct.is_negative() {
            return Err(TaxError::NegativeRate);
        }
        let place = known(match line.rule {
            PlaceOfSupply::Installation => line.installation_state.as_deref(),
            PlaceOfSupply::BillingAddress => recipient.billing_state.as_deref(),
            PlaceOfSupply::RegisteredLocation => recipient.registered_state.as_deref(),
        })?;
        match sums.iter_mut().find(|(state, rate, _)| state == place && *rate == line.rate_pct) {
            Some((_, _, net)) => *net = net.add(line.net)?,
            None => sums.push((place.to_owned(), line.rate_pct.clone(), line.net)),
        }
    }
    let groups: Vec<IndiaGroup> =
        sums.into_iter().map(|(place, rate, net)| group(supplier, place, rate, net)).collect::<Result<_, _>>()?;
    let net = Money::sum(groups.iter().map(|g| g.net), Currency::Inr)?;
    let total = Money::sum(groups.iter().map(|g| g.total), Currency::Inr)?;
    let (round_line, payable) = if with_round_off { round_off(total)? } else { (Money::zero(Currency::Inr), total) };
    Ok(IndiaDocument { groups, net, tax: total.sub(net)?, total, round_off: round_line, payable })
}

fn group(supplier: &str, place: String, rate: Exact, net: Money) -> Result<IndiaGroup, TaxError> {
    let zero = Money::zero(Currency::Inr);
    let half = rate.mul(&Exact::new(5, 1));
    let (kind, cgst, sgst, utgst, igst) = if supplier != place {
        (SupplyType::InterState, zero, zero, zero, tax_of(net, &rate)?)
    } else if WITHOUT_LEGISLATURE.contains(&place.as_str()) {
        (SupplyType::IntraUt, tax_of(net, &half)?, zero, tax_of(net, &half)?, zero)
    } else {
        (SupplyType::IntraState, tax_of(net, &half)?, tax_of(net, &half)?, zero, zero)
    };
    let total = Money::sum([net, cgst, sgst, utgst, igst], Currency::Inr)?;
    Ok(IndiaGroup { place_of_supply: place, rate_pct: rate, kind, net, cgst, sgst, utgst, igst, total })
}

/// The value of a leased circuit with one price, split by points per state (TAX 6).
pub fn circuit_split(value: Money, points: &[u32]) -> Result<Vec<Money>, TaxError> {
    let weights: Vec<Exact> = points.iter().map(|count| Exact::from(i64::from(*count))).collect();
    Ok(split(value, &weights)?)
}

//! The tax estimate of a quote's monthly and one-off amounts (RULES TAX 1, 2, 4, 5): the rate of the quote's date, grouped
//! like an invoice would be.

use chrono::NaiveDate;

use super::price::Priced;
use super::quote::Quote;
use crate::ids::LineId;
use crate::money::{Currency, Exact, Money, allocate_shares};
use crate::pricing::{ChargeType, LineStatus};
use crate::tax::{
    IndiaLine, PlaceOfSupply, RateRow, Recipient, SupplyType, TaxError, TaxLine, document, india_document, rate_lookup,
};

/// A rate row with the words it is printed under.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaxRate {
    /// The row.
    pub row: RateRow,
    /// e.g. `VAT` or `GST`.
    pub label: String,
}

/// A printed tax group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaxGroup {
    /// e.g. `VAT 15 %`, `IGST 18 % (KA)`.
    pub label: String,
    /// Taxable amount.
    pub net: Money,
    /// Tax.
    pub tax: Money,
}

/// Tax on one kind of charge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaxEstimate {
    /// Groups.
    pub groups: Vec<TaxGroup>,
    /// Sum of taxes.
    pub tax: Money,
    /// Net + tax.
    pub total: Money,
    /// Every line's share of the tax; the shares sum to it (TAX 1, D20).
    pub line_tax: Vec<(LineId, Money)>,
}

/// Where supplier and recipient stand, for India.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TaxParties {
    /// State of the issuing registration; empty outside India.
    pub supplier_state: String,
    /// State of the customer's billing address.
    pub billing_state: String,
}

/// Estimates the tax on the selected lines of one kind of charge.
pub fn tax_estimate(
    quote: &Quote,
    priced: &Priced,
    charge_type: ChargeType,
    rates: &[TaxRate],
    parties: &TaxParties,
) -> Result<TaxEstimate, TaxError> {
    let day = quote.content.tax_date;
    let rows: Vec<RateRow> = rates.iter().map(|rate| rate.row.clone()).collect();
    let by_id: std::collections::BTreeMap<&str, Money> =
        priced.priced.lines.iter().map(|line| (line.id.as_str(), line.price.line_net)).collect();
    let mut lines = Vec::new();
    for line in &quote.content.lines {
        if line.status != LineStatus::Selected || line.charge_type != charge_type {
            continue;
        }
        let Some(net) = by_id.get(line.id.to_string().as_str()) else { continue };
        lines.push((line, *net, rate_of(&rows, &line.tax_code, day)?));
    }
    let ids: Vec<LineId> = lines.iter().map(|(line, ..)| line.id).collect();
    if quote.currency == Currency::Inr && !parties.supplier_state.is_empty() {
        let lines = lines.into_iter().map(|(line, net, rate_pct)| IndiaLine {
            net,
            rate_pct,
            rule: match line.pos_rule.as_str() {
                "billing_address" => PlaceOfSupply::BillingAddress,
                "registered_location" => PlaceOfSupply::RegisteredLocation,
                _ => PlaceOfSupply::Installation,
            },
            installation_state: Some(line.state_code.clone()),
        });
        return india(&lines.collect::<Vec<_>>(), &ids, parties);
    }
    let taxed: Vec<TaxLine> = lines
        .into_iter()
        .map(|(line, net, rate_pct)| TaxLine {
            net,
            tax_code: line.tax_code.clone(),
            rate_pct,
            jurisdiction: String::new(),
        })
        .collect();
    let document = document(quote.currency, &taxed)?;
    let label = |code: &str| rates.iter().find(|r| r.row.tax_code == code).map_or("Tax", |r| r.label.as_str());
    Ok(TaxEstimate {
        groups: document
            .groups
            .iter()
            .map(|group| TaxGroup {
                label: format!("{} {} %", label(&group.tax_code), group.rate_pct),
                net: group.net,
                tax: group.tax,
            })
            .collect(),
        tax: document.tax,
        total: document.total,
        line_tax: ids.into_iter().zip(document.line_tax).collect(),
    })
}

fn rate_of(rows: &[RateRow], code: &str, day: NaiveDate) -> Result<Exact, TaxError> {
    rate_lookup(rows, code, day).map(|row| row.rate_pct.clone())
}

fn india(lines: &[IndiaLine], ids: &[LineId], parties: &TaxParties) -> Result<TaxEstimate, TaxError> {
    let billing = Some(parties.billing_state.clone());
    let recipient = Recipient { billing_state: billing.clone(), registered_state: billing };
    let document = india_document(&parties.supplier_state, &recipient, lines, false)?;
    let mut groups = Vec::new();
    for group in &document.groups {
        let half = group.rate_pct.mul(&Exact::new(5, 1));
        let (place, net) = (&group.place_of_supply, group.net);
        let mut push = |name: &str, rate: &Exact, tax: Money| {
            groups.push(TaxGroup { label: format!("{name} {rate} % ({place})"), net, tax });
        };
        match group.kind {
            SupplyType::InterState => push("IGST", &group.rate_pct, group.igst),
            SupplyType::IntraState => {
                push("CGST", &half, group.cgst);
                push("SGST", &half, group.sgst);
            }
            SupplyType::IntraUt => {
                push("CGST", &half, group.cgst);
                push("UTGST", &half, group.utgst);
            }
        }
    }
    // Halves are rounded apart by place of supply; what is shown by line shares their sum.
    let exact: Vec<Exact> =
        lines.iter().map(|line| Exact::from_money(line.net).mul(&line.rate_pct.hundredth())).collect();
    let shares = allocate_shares(document.tax, &exact, document.net.minor() < 0)?;
    let line_tax = ids.iter().copied().zip(shares).collect();
    Ok(TaxEstimate { groups, tax: document.tax, total: document.total, line_tax })
}

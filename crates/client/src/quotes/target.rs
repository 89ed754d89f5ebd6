//! A price for the whole deal, spread over the lines (RULES WFL 8): what cannot be reached is shown, never forced.

use std::collections::BTreeMap;

use satchel_core::money::{Exact, parse_typed_money};
use satchel_core::pricing::{ChargeType, DealLine, LineStatus, Manual, allocate_deal_target};
use satchel_core::quotes::Edit;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::commands::edit_with;
use super::queries::{load, parse_id};
use super::view::QuoteView;
use crate::api::CommandError;
use crate::engine::Engine;

/// A target for the monthly net of the selected lines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TargetQuote {
    /// Quote version.
    pub quote_id: String,
    /// Amount as typed.
    pub monthly: String,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct TargetOutcome {
    /// The quote with the new prices.
    pub quote: QuoteView,
    /// Monthly net that was reached.
    pub reached_text: String,
    /// Target − reached; empty when it was met to the cent.
    pub difference_text: String,
}

/// Sets target prices on the selected recurring lines so that their sum is as near to the target as unit prices allow.
pub async fn target(engine: &Engine, args: TargetQuote) -> Result<TargetOutcome, CommandError> {
    let open = engine.workspace().await?;
    let loaded = load(&open, parse_id(&args.quote_id)?).await?;
    let wanted = parse_typed_money(&args.monthly, loaded.quote.currency)
        .map_err(|_| CommandError::new("quote.bad_target", &args.monthly).at("monthly"))?;
    let nets: BTreeMap<&str, _> =
        loaded.priced.priced.lines.iter().map(|line| (line.id.as_str(), line.price.line_net)).collect();
    let chosen = loaded.quote.content.lines.iter().filter(|line| {
        line.status == LineStatus::Selected && line.charge_type == ChargeType::Recurring && !line.qty.is_zero()
    });
    let lines: Vec<DealLine> = chosen
        .clone()
        .filter_map(|line| {
            let id = line.id.to_string();
            let line_net = *nets.get(id.as_str())?;
            Some(DealLine { id, unit_dp: line.unit_dp, qty: line.qty.clone(), line_net })
        })
        .collect();
    let refused = |e: satchel_core::pricing::PricingError| {
        CommandError::new("quote.bad_target", e.to_string()).with("reason", e.code()).at("monthly")
    };
    let outcome = allocate_deal_target(wanted, &lines).map_err(refused)?;
    // Lines with the same target price are one edit.
    let ids: BTreeMap<String, _> = chosen.map(|line| (line.id.to_string(), line.id)).collect();
    let mut by_price: BTreeMap<String, (Exact, Vec<_>)> = BTreeMap::new();
    for line in &outcome.lines {
        let entry =
            by_price.entry(line.target_unit.to_string()).or_insert_with(|| (line.target_unit.clone(), Vec::new()));
        entry.1.extend(ids.get(&line.id).copied());
    }
    let edits = by_price
        .into_values()
        .map(|(price, line_ids)| Edit::SetManual { line_ids, manual: Manual::Target(price) })
        .collect();
    let quote = edit_with(engine, &open, loaded, edits).await?;
    Ok(TargetOutcome {
        quote,
        reached_text: open.with_symbol(outcome.reached_total),
        difference_text: if outcome.difference.minor() == 0 {
            String::new()
        } else {
            open.with_symbol(outcome.difference)
        },
    })
}

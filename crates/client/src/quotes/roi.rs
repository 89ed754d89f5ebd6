//! The ROI of a quote: computed while it is typed, kept with the draft.

use satchel_core::money::{Currency, Exact, Money, parse_typed_money, parse_typed_number};
use satchel_core::quotes::{Edit, QuoteRoi, RoiCase, quote_roi};
use satchel_documents::quote_document::{figures, roi_pct};
use satchel_documents::quote_pdf::Total;

use super::commands::edit_with;
use super::queries::{Loaded, load, parse_id};
use super::shown::{PresentedTotal, QuoteRoiArgs, RoiInputs, RoiSwing, RoiView};
use crate::api::CommandError;
use crate::engine::{Engine, Open};

/// Figures for inputs as typed, or for those kept with the quote. Nothing is written.
pub async fn get(engine: &Engine, args: QuoteRoiArgs) -> Result<RoiView, CommandError> {
    let open = engine.workspace().await?;
    let loaded = load(&open, parse_id(&args.quote_id)?).await?;
    let case = match &args.inputs {
        Some(inputs) => parse(inputs, loaded.quote.currency)?,
        None => kept(&loaded),
    };
    view(&open, &loaded, &case)
}

/// Keeps the inputs with the draft.
pub async fn save(engine: &Engine, args: QuoteRoiArgs) -> Result<RoiView, CommandError> {
    let open = engine.workspace().await?;
    let loaded = load(&open, parse_id(&args.quote_id)?).await?;
    let roi = args.inputs.as_ref().map(|inputs| parse(inputs, loaded.quote.currency)).transpose()?;
    if roi != loaded.quote.content.roi {
        edit_with(engine, &open, loaded, vec![Edit::SetRoi { roi: roi.map(Box::new) }]).await?;
    }
    get(engine, QuoteRoiArgs { quote_id: args.quote_id, inputs: None }).await
}

fn kept(loaded: &Loaded) -> RoiCase {
    let content = &loaded.quote.content;
    content.roi.clone().unwrap_or_else(|| RoiCase::empty(content.term_months))
}

fn parse(inputs: &RoiInputs, currency: Currency) -> Result<RoiCase, CommandError> {
    let bad = |field: &str| CommandError::new("quote.bad_roi", field).with("field", field).at(field);
    let money = |field: &str, text: &str| {
        let text = if text.trim().is_empty() { "0" } else { text };
        parse_typed_money(text, currency).map(Exact::from_money).map_err(|_| bad(field))
    };
    let number = |field: &str, text: &str| {
        let text = text.trim().trim_end_matches('%').trim();
        parse_typed_number(if text.is_empty() { "0" } else { text }).map_err(|_| bad(field))
    };
    let case = RoiCase {
        provider_cost: money("provider_cost", &inputs.provider_cost)?,
        downtime_hours: number("downtime_hours", &inputs.downtime_hours)?,
        cost_per_hour: money("cost_per_hour", &inputs.cost_per_hour)?,
        staff_hours: number("staff_hours", &inputs.staff_hours)?,
        staff_rate: money("staff_rate", &inputs.staff_rate)?,
        added_revenue: money("added_revenue", &inputs.added_revenue)?,
        margin_pct: number("margin_pct", &inputs.margin_pct)?,
        migration: money("migration", &inputs.migration)?,
        annual_rate_pct: number("annual_rate_pct", &inputs.annual_rate_pct)?,
        months: inputs.months.trim().parse().map_err(|_| bad("months"))?,
    };
    case.check().map_err(bad)?;
    Ok(case)
}

fn inputs_of(case: &RoiCase) -> RoiInputs {
    RoiInputs {
        provider_cost: case.provider_cost.to_string(),
        downtime_hours: case.downtime_hours.to_string(),
        cost_per_hour: case.cost_per_hour.to_string(),
        staff_hours: case.staff_hours.to_string(),
        staff_rate: case.staff_rate.to_string(),
        added_revenue: case.added_revenue.to_string(),
        margin_pct: case.margin_pct.to_string(),
        migration: case.migration.to_string(),
        annual_rate_pct: case.annual_rate_pct.to_string(),
        months: case.months.to_string(),
    }
}

/// The benefits and costs of a month, and what is paid once.
fn rows(open: &Open, roi: &QuoteRoi) -> Vec<PresentedTotal> {
    let row = |label: &str, amount: Money| PresentedTotal { label: label.to_owned(), amount_text: open.plain(amount) };
    let parts = [
        ("Present provider", roi.benefits.provider),
        ("Downtime avoided", roi.benefits.downtime),
        ("Staff hours saved", roi.benefits.staff),
        ("Added revenue, margin", roi.benefits.revenue),
    ];
    let mut rows: Vec<_> =
        parts.into_iter().filter(|(_, amount)| amount.minor() != 0).map(|(label, amount)| row(label, amount)).collect();
    rows.push(row("Benefit a month", roi.benefits.monthly_benefit));
    rows.push(row("Cost a month", roi.monthly_cost));
    rows.push(row("Paid once", roi.upfront));
    rows
}

fn shown(list: Vec<Total>) -> Vec<PresentedTotal> {
    list.into_iter().map(|row| PresentedTotal { label: row.label, amount_text: row.amount }).collect()
}

fn view(open: &Open, loaded: &Loaded, case: &RoiCase) -> Result<RoiView, CommandError> {
    let roi = quote_roi(case, &loaded.quote, &loaded.priced)
        .map_err(|e| CommandError::new("quote.bad_roi", e.to_string()).with("field", e.code()))?;
    let names =
        [("provider", "Present provider"), ("downtime", "Downtime"), ("staff", "Staff"), ("revenue", "Revenue")];
    let sensitivity = roi.sensitivity.iter().map(|swing| RoiSwing {
        name: names
            .iter()
            .find(|(key, _)| *key == swing.name)
            .map_or(swing.name.clone(), |(_, name)| (*name).to_owned()),
        low_npv_text: open.plain(swing.low.npv),
        low_roi_text: roi_pct(&swing.low),
        high_npv_text: open.plain(swing.high.npv),
        high_roi_text: roi_pct(&swing.high),
    });
    let (low, high) =
        roi.cumulative.iter().fold((0, 0), |(low, high), money| (low.min(money.minor()), high.max(money.minor())));
    let place = |minor: i64| per_mille(i128::from(minor - low), i128::from((high - low).max(1)));
    Ok(RoiView {
        inputs: inputs_of(case),
        kept: loaded.quote.content.roi.is_some(),
        rows: rows(open, &roi),
        figures: shown(figures(&roi, case.months, open.settings.number_style)),
        sensitivity: sensitivity.collect(),
        chart: roi.cumulative.iter().map(|money| place(money.minor())).collect(),
        chart_zero: place(0),
        chart_ends: (
            open.with_symbol(Money::new(low, loaded.quote.currency)),
            open.with_symbol(Money::new(high, loaded.quote.currency)),
        ),
    })
}

fn per_mille(part: i128, whole: i128) -> u32 {
    u32::try_from((part * 1_000 / whole).clamp(0, 1_000)).unwrap_or(0)
}

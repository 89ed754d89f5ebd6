//! What the customer gains, in words and figures.

use satchel_core::money::{Currency, Exact, Money, format_money};
use satchel_core::organisations::NumberStyle;
use satchel_core::quotes::{QuoteRoi, RoiCase};
use satchel_core::roi::Roi;

use crate::quote_pdf::Total;

fn row(label: &str, amount: String) -> Total {
    Total { label: label.to_owned(), amount }
}

/// `140.2 %`
pub fn roi_pct(roi: &Roi) -> String {
    roi.roi_pct.as_ref().map_or_else(|| "no cost".to_owned(), |pct| format!("{} %", pct.to_fixed(1)))
}

fn months(value: Option<&Exact>, horizon: u32) -> String {
    value.map_or_else(|| format!("not within {horizon} months"), |months| format!("{} months", months.to_fixed(1)))
}

/// The figures as label and value: what is presented and printed too.
pub fn figures(roi: &QuoteRoi, horizon: u32, style: NumberStyle) -> Vec<Total> {
    vec![
        row("Return on investment", roi_pct(&roi.roi)),
        row("Net present value", format_money(roi.roi.npv, style)),
        row("Pays back in", months(roi.roi.payback_months.as_ref(), horizon)),
        row("Pays back in, discounted", months(roi.roi.discounted_payback_months.as_ref(), horizon)),
        row("All benefits", format_money(roi.roi.total_benefit, style)),
        row("All costs", format_money(roi.roi.total_cost, style)),
    ]
}

/// Every input with its value: the appendix.
pub fn appendix(case: &RoiCase, currency: Currency, style: NumberStyle) -> Vec<Total> {
    let money =
        |value: &Exact| Money::round(value, currency).map_or_else(|_| value.to_string(), |m| format_money(m, style));
    vec![
        row("Present provider, a month", money(&case.provider_cost)),
        row("Downtime avoided, hours a month", case.downtime_hours.to_string()),
        row("Cost of an hour of downtime", money(&case.cost_per_hour)),
        row("Staff hours saved a month", case.staff_hours.to_string()),
        row("Cost of a staff hour", money(&case.staff_rate)),
        row("Revenue added a month", money(&case.added_revenue)),
        row("Margin on it", format!("{} %", case.margin_pct)),
        row("Migration, once", money(&case.migration)),
        row("Yearly discount rate", format!("{} %", case.annual_rate_pct)),
        row("Horizon", format!("{} months", case.months)),
    ]
}

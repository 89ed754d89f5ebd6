//! The demo organisation's clause library.

use super::{DemoSpec, person_id};
use crate::time::format_instant_ms;
use crate::wire::rows::Row;
use serde_json::json;

/// Topic, title, text, in proposals by default.
const CLAUSES: &[(&str, &str, &str, bool)] = &[
    (
        "Service",
        "Service and activation",
        "The provider delivers the services listed in the pricing section at the sites named there. A site is active from the day its acceptance test is passed; monthly charges start on that day.",
        true,
    ),
    (
        "Service",
        "Service levels and credits",
        "Availability is measured per site and calendar month against the guarantee of the service level agreement. Agreed maintenance and causes outside the provider's network do not count. When the guarantee is missed, a credit is computed by the agreement's own table and set off against the next invoice.",
        true,
    ),
    (
        "Service",
        "Maintenance",
        "Planned maintenance is announced at least five working days ahead and takes place between 00:00 and 05:00 local time wherever the work allows it.",
        true,
    ),
    (
        "Payment",
        "Charges and payment",
        "Monthly charges are invoiced in advance, installation after completion, usage in arrears. Invoices are due within the payment terms named in this proposal. Amounts in dispute may be withheld while the dispute is settled; undisputed amounts may not.",
        true,
    ),
    (
        "Payment",
        "Price adjustment",
        "Prices stay as they are for the first twelve months of the term. After that they may be adjusted once a year, announced sixty days ahead, by no more than the published consumer price index.",
        false,
    ),
    (
        "Contract",
        "Term and termination",
        "The contract runs for the term named in this proposal from the day the last site is active, and then month by month with one calendar month's notice. A site that is closed may be moved to another address in the provider's area at the cost of its installation.",
        true,
    ),
    (
        "Contract",
        "Liability",
        "Each party is liable for direct damage up to the charges of twelve months. Neither is liable for loss of profit, except where the law does not allow it to be excluded.",
        true,
    ),
    (
        "Contract",
        "Protection of personal information",
        "Contact data of the customer's people is used to deliver the service and to bill it, kept for as long as the law asks, and not passed on but to those who take part in the delivery.",
        true,
    ),
    (
        "Special",
        "Right of first refusal on new sites",
        "Sites that the customer opens during the term are offered to the provider first, at the prices of this proposal, and count towards its volume tier from the day they are ordered.",
        false,
    ),
];

/// The library, each clause in its first version.
pub(super) fn rows(spec: &DemoSpec) -> Vec<Row> {
    let at = format_instant_ms(spec.now - chrono::Duration::days(120));
    let row = |(index, (topic, title, body, by_default)): (usize, &(&str, &str, &str, bool))| {
        let id = spec.id("clause", index as u64);
        Row::new("clauses", id, spec.org_id.0)
            .with("family_id", json!(id))
            .with("version", 1)
            .with("topic", *topic)
            .with("title", *title)
            .with("body", *body)
            .with("status", "current")
            .with("by_default", *by_default)
            .with("published_by", json!(person_id(spec, 2)))
            .with("published_at", at.clone())
    };
    CLAUSES.iter().enumerate().map(row).collect()
}

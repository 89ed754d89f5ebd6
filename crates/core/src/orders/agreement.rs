//! The service level agreement that a proposal named becomes the account's when its order is made (feature 1-09).

use serde_json::json;
use uuid::Uuid;

use crate::quotes::Quote;
use crate::wire::rows::{Row, RowError};

/// The rows of the account's new agreement from `day` on, and of those that it ends; none when the proposal named none.
pub fn agreement_rows(id: Uuid, quote: &Quote, present: &[Row], day: chrono::NaiveDate) -> Result<Vec<Row>, RowError> {
    let Some(sla) = quote.content.proposal.as_ref().and_then(|proposal| proposal.sla.as_ref()) else {
        return Ok(Vec::new());
    };
    let day = quote.content.order.as_ref().and_then(|form| form.start).unwrap_or(day);
    let mut rows = Vec::new();
    for row in present {
        let from: chrono::NaiveDate = row.parse("effective_from")?;
        let to: Option<chrono::NaiveDate> = row.parse("effective_to")?;
        if to.is_none_or(|to| to > day) {
            let mut ended = row.clone();
            // The last day is not part of it; what had not begun never does.
            ended.set("effective_to", day.max(from).to_string());
            rows.push(ended);
        }
    }
    rows.push(
        Row::new("sla_agreements", id, quote.account_id.0)
            .with("account_id", json!(quote.account_id))
            .with("terms", serde_json::to_value(&sla.terms).unwrap_or_default())
            .with("effective_from", day.to_string())
            .with("effective_to", json!(null)),
    );
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::{DemoSpec, rows};
    use crate::organisations::OrgSettings;
    use crate::quotes::Proposal;
    use crate::wire::entities::quote_of;

    #[test]
    fn the_new_agreement_begins_where_the_present_one_ends() {
        let all = rows(&DemoSpec::small("2025-11-21T06:00:00Z".parse().expect("instant")));
        let find = |table: &str| all.iter().find(|row| row.table().name == table).expect("demo row");
        let settings: OrgSettings = find("organisations").parse("settings").expect("settings");
        let mut quote = quote_of(find("quotes")).expect("quote");
        let present = find("sla_agreements").clone();
        let day = "2025-12-01".parse().expect("date");
        let id = Uuid::from_u128(5);
        assert!(agreement_rows(id, &quote, std::slice::from_ref(&present), day).expect("rows").is_empty());
        let sla = settings.sla_templates.first().cloned();
        quote.content.proposal = Some(Box::new(Proposal { sla, ..Proposal::default() }));
        let made = agreement_rows(id, &quote, &[present], day).expect("rows");
        assert_eq!(made[0].text("effective_to"), Ok("2025-12-01"));
        assert_eq!((made[1].text("effective_from"), made[1].text_or_null("effective_to")), (Ok("2025-12-01"), None));
    }
}

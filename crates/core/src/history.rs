//! What changed about an account, a quote, a task or an agreed price: who did what and when, and which fields it changed.
//!
//! Invariant: an entry is made from the step alone, so laptop, server and simulator make the same one with the same id, and a
//! step taken twice leaves one. A record that is made leaves none: it says itself who made it. Sites, tickets and jobs keep
//! histories of their own.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use uuid::Uuid;

use crate::accounts::FieldEdit;
use crate::people::Actor;
use crate::quotes::{Edit, Quote};
use crate::time::{Timestamp, format_instant_ms};
use crate::wire::mutation::{Intent, IntentName, QuoteStep};
use crate::wire::rows::Row;

/// Longest text of a note or a value in an entry, characters; what is longer ends in `…`.
pub const MAX_VALUE: usize = 200;

/// Field name to what it was and what it became.
pub type Differences = BTreeMap<String, (String, String)>;

/// Who did something.
#[derive(Debug, Clone, Copy)]
pub enum By<'a> {
    /// Somebody of the provider.
    Person(&'a Actor),
    /// Who holds a customer's link, by the name they typed.
    Customer(&'a str),
}

/// An entry before it is a row.
#[derive(Debug, Clone, Default)]
struct Entry {
    note: String,
    differences: Differences,
    counts: BTreeMap<&'static str, usize>,
}

impl Entry {
    fn noted(note: &str) -> Self {
        Self { note: cut(note), ..Self::default() }
    }

    fn fields(fields: &BTreeMap<String, FieldEdit>) -> Differences {
        let changed = fields.iter().filter(|(_, edit)| edit.base != edit.mine);
        changed.map(|(name, edit)| (name.clone(), (cut(&edit.base), cut(&edit.mine)))).collect()
    }
}

fn cut(text: &str) -> String {
    let text = text.trim();
    match text.char_indices().nth(MAX_VALUE) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// What a step is about, and what it says.
struct Told {
    table: &'static str,
    id: Uuid,
    at: Timestamp,
    entry: Entry,
}

/// The entry of a step, when it leaves one: `rows` and `quotes` as it leaves them, `before` the quote it began from.
pub fn entry(intent: &Intent, rows: &[Row], quotes: &[Quote], before: Option<&Quote>, by: &Actor) -> Option<Row> {
    let Told { table, id, at, entry } = told(intent, quotes, before)?;
    let scope = quotes
        .iter()
        .find(|quote| quote.id.0 == id)
        .map(|quote| quote.account_id.0)
        .or_else(|| rows.iter().find(|row| row.id() == id).map(Row::scope_id))?;
    let nothing = entry.differences.is_empty() && entry.counts.is_empty() && entry.note.is_empty();
    let edit = matches!(intent, Intent::AccountEdit(_) | Intent::TaskUpdate(_) | Intent::QuoteEdit(_));
    if edit && nothing {
        return None;
    }
    Some(row(intent.name(), (table, id, scope), By::Person(by), at, entry))
}

/// The entry of a draft that goes, kept with its account: number and title.
pub fn discarded(quote: &Quote, by: &Actor, at: Timestamp) -> Row {
    let account = quote.account_id.0;
    let entry = Entry::noted(&format!("{} {}", quote.number, quote.title));
    row(IntentName::QuoteDiscard, ("accounts", account, account), By::Person(by), at, entry)
}

/// The entry of a customer's own answer to a quote.
pub fn answered(quote: &Quote, accepted: bool, name: &str, note: &str, at: Timestamp) -> Row {
    let intent = if accepted { IntentName::QuoteAccept } else { IntentName::QuoteReject };
    row(intent, ("quotes", quote.id.0, quote.account_id.0), By::Customer(name), at, Entry::noted(note))
}

fn row(intent: IntentName, (table, id, scope): (&str, Uuid, Uuid), by: By<'_>, at: Timestamp, entry: Entry) -> Row {
    let Entry { note, differences, counts } = entry;
    let intent = intent.as_str();
    let at = format_instant_ms(at);
    let (person, author) = match by {
        By::Person(actor) => (json!(actor.id), String::new()),
        By::Customer(name) => (Value::Null, cut(name)),
    };
    let (differences, counts) = (json!(differences), json!(counts));
    let same = format!("{intent} {at} {person} {author} {note} {differences} {counts}");
    Row::new("history", Uuid::new_v5(&id, same.as_bytes()), scope)
        .with("subject_table", table)
        .with("subject_id", json!(id))
        .with("intent", intent)
        .with("made_by", person)
        .with("author", author)
        .with("made_at", at)
        .with("note", note)
        .with("differences", differences)
        .with("counts", counts)
}

fn told(intent: &Intent, quotes: &[Quote], before: Option<&Quote>) -> Option<Told> {
    let quote = |id: crate::ids::QuoteId, at, entry| Told { table: "quotes", id: id.0, at, entry };
    let step = |step: &QuoteStep| Some(quote(step.quote_id, step.at, Entry::noted(&step.note)));
    match intent {
        Intent::AccountEdit(edit) => {
            let entry = Entry { differences: Entry::fields(&edit.fields), ..Entry::default() };
            Some(Told { table: "accounts", id: edit.account_id?.0, at: edit.at?, entry })
        }
        Intent::TaskUpdate(update) => {
            let entry = Entry { differences: Entry::fields(&update.fields), ..Entry::noted(&update.outcome) };
            Some(Told { table: "tasks", id: update.task_id.0, at: update.at, entry })
        }
        Intent::PriceDecide(answer) => {
            let word = if answer.approve { "approved" } else { "refused" };
            let differences = Differences::from([("status".to_owned(), ("proposed".to_owned(), word.to_owned()))]);
            let entry = Entry { differences, ..Entry::noted(&answer.note) };
            Some(Told { table: "agreed_prices", id: answer.id.0, at: answer.at, entry })
        }
        Intent::PriceEnd(end) => {
            let entry = Entry::noted(&end.last_day.to_string());
            Some(Told { table: "agreed_prices", id: end.id.0, at: end.at, entry })
        }
        Intent::QuoteEdit(args) => {
            let after = quotes.iter().find(|quote| quote.id == args.quote_id)?;
            let differences = before.map(|before| quote_differences(before, after)).unwrap_or_default();
            let entry = Entry { differences, counts: counted(&args.edits), ..Entry::default() };
            Some(quote(args.quote_id, args.at, entry))
        }
        Intent::QuoteAccept(args) => {
            Some(quote(args.quote_id, args.acceptance.at, Entry::noted(&args.acceptance.name)))
        }
        Intent::QuoteRevise(args) => Some(quote(args.next_id, args.at, Entry::default())),
        Intent::QuoteRequestApproval(args)
        | Intent::QuoteApproveDiscount(args)
        | Intent::QuoteRejectDiscount(args)
        | Intent::QuoteSend(args)
        | Intent::QuoteReject(args)
        | Intent::QuoteLose(args) => step(args),
        // Made here, kept in a history or a list of their own, or about the organisation.
        Intent::QuoteCreate(_)
        | Intent::QuoteDiscard(_)
        | Intent::TaskCreate(_)
        | Intent::PricePropose(_)
        | Intent::SiteImport(_)
        | Intent::SiteEdit(_)
        | Intent::SiteRemove(_)
        | Intent::AttachmentAdd(_)
        | Intent::MailSend(_)
        | Intent::QuoteMessage(_)
        | Intent::LinkEnd(_)
        | Intent::JobRecord(_)
        | Intent::TicketRaise(_)
        | Intent::TicketUpdate(_)
        | Intent::ApprovalDelegate(_)
        | Intent::ApprovalEndDelegation(_)
        | Intent::ClausePublish(_)
        | Intent::ClauseWithdraw(_)
        | Intent::BookPublish(_)
        | Intent::BookWithdraw(_)
        | Intent::BrandingEdit(_)
        | Intent::MapTilesEdit(_) => None,
    }
}

/// The named facts of a quote that an edit changed.
fn quote_differences(before: &Quote, after: &Quote) -> Differences {
    let facts = |quote: &Quote| {
        let content = &quote.content;
        [
            ("title", quote.title.clone()),
            ("term_months", content.term_months.to_string()),
            ("payment_terms", content.payment_terms.as_str().to_owned()),
            ("order_per_site", content.order_per_site.to_string()),
        ]
    };
    let pairs = facts(before).into_iter().zip(facts(after)).filter(|(was, is)| was.1 != is.1);
    pairs.map(|((name, was), (_, is))| (name.to_owned(), (cut(&was), cut(&is)))).collect()
}

/// How many lines each kind of edit touched, and which documents of the quote were written.
fn counted(edits: &[Edit]) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    for edit in edits {
        let (kind, lines) = match edit {
            Edit::AddLines { lines } => ("lines_added", lines.len()),
            Edit::SetItem { line_ids, .. } => ("items_changed", line_ids.len()),
            Edit::SetQty { line_ids, .. } => ("quantities_changed", line_ids.len()),
            Edit::SetManual { line_ids, .. } => ("discounts_changed", line_ids.len()),
            Edit::SetStatus { line_ids, .. } => ("statuses_changed", line_ids.len()),
            Edit::RemoveLines { line_ids } => ("lines_removed", line_ids.len()),
            Edit::SetRoi { .. } => ("roi_written", 1),
            Edit::SetProposal { .. } => ("proposal_written", 1),
            Edit::SetOrderForm { .. } => ("order_form_written", 1),
            Edit::SetTitle { .. }
            | Edit::SetTerm { .. }
            | Edit::SetPaymentTerms { .. }
            | Edit::SetOrderSplit { .. } => continue,
        };
        if lines > 0 {
            *counts.entry(kind).or_insert(0) += lines;
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::EditAccount;
    use crate::ids::{AccountId, LineId, UserId};
    use crate::money::Exact;
    use crate::people::Role;
    use crate::time::parse_instant;

    fn edit(fields: &[(&str, &str, &str)]) -> Intent {
        let fields = fields.iter().map(|(name, base, mine)| {
            ((*name).to_owned(), FieldEdit { base: (*base).to_owned(), mine: (*mine).to_owned() })
        });
        Intent::AccountEdit(EditAccount {
            account_id: Some(AccountId(Uuid::from_u128(7))),
            fields: fields.collect(),
            at: parse_instant("2026-11-29T06:00:00Z"),
        })
    }

    fn account() -> Vec<Row> {
        vec![Row::new("accounts", Uuid::from_u128(7), Uuid::from_u128(7))]
    }

    const SELLER: Actor = Actor { id: UserId(Uuid::from_u128(1)), role: Role::Seller };

    #[test]
    fn what_changed_stands_in_it_and_what_did_not_does_not() {
        let step = edit(&[("industry", "Retail", "Banking"), ("notes", "same", "same")]);
        let row = entry(&step, &account(), &[], None, &SELLER).expect("an entry");
        assert_eq!(row.get("differences"), &json!({ "industry": ["Retail", "Banking"] }));
        assert_eq!((row.scope_id(), row.text("intent")), (Uuid::from_u128(7), Ok("account.edit")));
        assert!(
            entry(&edit(&[("notes", "same", "same")]), &account(), &[], None, &SELLER).is_none(),
            "nothing changed"
        );
    }

    #[test]
    fn the_same_step_leaves_the_same_entry_wherever_it_is_taken() {
        let made = |step: &Intent| entry(step, &account(), &[], None, &SELLER).map(|row| row.id());
        let step = edit(&[("notes", "a", "b")]);
        assert_eq!(made(&step), made(&step.clone()));
        assert_ne!(made(&step), made(&edit(&[("notes", "a", "c")])));
    }

    #[test]
    fn a_long_text_is_cut_between_characters() {
        let long = "ü".repeat(MAX_VALUE + 1);
        let step = edit(&[("notes", "", &long)]);
        let row = entry(&step, &account(), &[], None, &SELLER).expect("an entry");
        let after = row.get("differences")["notes"][1].as_str().expect("a text").to_owned();
        assert_eq!(after, format!("{}…", "ü".repeat(MAX_VALUE)));
    }

    #[test]
    fn edits_of_lines_are_counted_by_kind() {
        let lines = |n: u128| (0..n).map(|id| LineId(Uuid::from_u128(id))).collect::<Vec<_>>();
        let edits = [
            Edit::SetQty { line_ids: lines(3), qty: Exact::from(2) },
            Edit::SetQty { line_ids: lines(2), qty: Exact::from(1) },
            Edit::RemoveLines { line_ids: lines(1) },
            Edit::SetTitle { title: "New".to_owned() },
        ];
        assert_eq!(counted(&edits), BTreeMap::from([("quantities_changed", 5), ("lines_removed", 1)]));
    }
}

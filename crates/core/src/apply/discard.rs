//! Discarding a draft that was never sent (RULES APR 3): it goes as if it had never been, its number is not used again, and
//! nothing that somebody put to it is lost.

use serde_json::{Value, json};

use super::Refusal;
use super::quotes::refuse_life;
use crate::people::Actor;
use crate::quotes::life::may_move;
use crate::quotes::moves::Move;
use crate::quotes::{Quote, Siblings};
use crate::time::{Timestamp, Zone};
use crate::wire::rows::Row;

/// What hangs on a draft.
#[derive(Debug, Clone, Default)]
pub struct Hanging {
    /// Its files.
    pub files: Vec<Row>,
    /// Tasks about it.
    pub tasks: Vec<Row>,
    /// Whether a document of it was mailed.
    pub mailed: bool,
}

/// The rows that change while the draft itself goes: its files are the account's from now on, its tasks too.
///
/// # Errors
/// `quote.not_allowed`, `quote.not_draft`, `quote.was_mailed`.
pub fn discard(
    quote: &Quote,
    hanging: Hanging,
    siblings: Siblings,
    zone: Zone,
    (by, at): (&Actor, Timestamp),
) -> Result<Vec<Row>, Refusal> {
    may_move(quote, Move::Discard, siblings, zone, (by, at)).map_err(|e| refuse_life(&e))?;
    if hanging.mailed {
        return Err(Refusal::rule("quote.was_mailed"));
    }
    let file = |mut row: Row| {
        row.set("subject_kind", "account");
        row.set("subject_id", json!(quote.account_id.to_string()));
        row
    };
    let task = |mut row: Row| {
        row.set("quote_id", Value::Null);
        row
    };
    Ok(hanging.files.into_iter().map(file).chain(hanging.tasks.into_iter().map(task)).collect())
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::demo::DemoSpec;
    use crate::ids::UserId;
    use crate::people::Role;
    use crate::time::parse_instant;
    use crate::wire::entities::quote_of;

    fn drafts() -> Vec<Quote> {
        let rows = crate::demo::rows(&DemoSpec::small(parse_instant("2026-11-29T06:00:00Z").expect("an instant")));
        let quotes = rows.iter().filter(|row| row.table().name == "quotes");
        quotes.filter_map(|row| quote_of(row).ok()).collect()
    }

    #[test]
    fn files_and_tasks_become_the_accounts_and_what_was_mailed_is_not_discarded() {
        let quote = drafts().into_iter().find(|quote| quote.sent().is_none()).expect("a draft");
        let by = Actor { id: UserId(Uuid::from_u128(1)), role: Role::Seller };
        let at = quote.updated_at;
        let hanging = |mailed| Hanging {
            files: vec![Row::new("attachments", Uuid::from_u128(2), quote.account_id.0).with("subject_kind", "quote")],
            tasks: vec![Row::new("tasks", Uuid::from_u128(3), quote.account_id.0).with("quote_id", json!(quote.id.0))],
            mailed,
        };
        let zone = chrono_tz::Africa::Johannesburg;
        let discard = |mailed, role| {
            discard(&quote, hanging(mailed), Siblings::default(), zone, (&Actor { role, ..by }, at)).map_err(|e| e.code)
        };
        let rows = discard(false, Role::Seller).expect("discarded");
        assert_eq!(rows[0].text("subject_kind"), Ok("account"));
        assert_eq!(rows[0].get("subject_id"), &json!(quote.account_id.to_string()));
        assert_eq!(rows[1].get("quote_id"), &Value::Null);
        assert_eq!(discard(true, Role::Seller), Err("quote.was_mailed".to_owned()));
        assert_eq!(discard(false, Role::Technician), Err("quote.not_allowed".to_owned()));
    }
}

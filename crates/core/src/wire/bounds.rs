//! How long a text of an intent may be. Invariant: no text of any intent is without a bound, also of one that is added later;
//! a rule may be stricter. What stood on the other side (`base`) is not the person's own and may be longer: rows from before
//! there were bounds stay editable.

use serde_json::{Value, json};

use crate::apply::Refusal;

/// Any text, characters.
pub const MAX_TEXT: usize = 20_000;
/// A text of one line.
pub const MAX_LINE: usize = 500;
/// A logo, in base64.
const MAX_LOGO: usize = 100_000;
/// A name of a field.
const MAX_KEY: usize = 200;

/// Texts of one line: they stand in lists, subjects, file names and letters. No line break makes two of one.
const LINES: &[&str] = &[
    "category",
    "currency",
    "file_name",
    "media_type",
    "name",
    "number",
    "po_number",
    "pricing_hash",
    "priority",
    "reported_by",
    "sha256",
    "subject",
    "subject_kind",
    "title",
    "to",
];

/// Intents of lists: a cell may hold lines, whatever its column.
const OF_LISTS: &[&str] = &["site.import", "site.edit"];
/// Never refused: what is too long is cut where it is recorded.
const RECORDED: &str = "job.record";

/// Refuses an intent with a text that is too long, or one of one line that holds several.
///
/// # Errors
/// `text.too_long`, `text.not_one_line`, with the field.
pub fn check(intent: &Value) -> Result<(), Refusal> {
    let name = intent.get("name").and_then(Value::as_str).unwrap_or_default();
    if name == RECORDED {
        return Ok(());
    }
    walk(intent.get("args").unwrap_or(&Value::Null), "", OF_LISTS.contains(&name))
}

fn walk(value: &Value, field: &str, of_a_list: bool) -> Result<(), Refusal> {
    match value {
        Value::String(text) => line(text, field, of_a_list),
        Value::Array(items) => items.iter().try_for_each(|item| walk(item, field, of_a_list)),
        Value::Object(fields) => fields.iter().try_for_each(|(key, value)| {
            if key.chars().count() > MAX_KEY {
                return Err(too_long("field", MAX_KEY));
            }
            // A field's edit is `{base, mine}` under the field's name.
            let named = if key == "mine" { field } else { key };
            if key == "base" { Ok(()) } else { walk(value, named, of_a_list) }
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) => Ok(()),
    }
}

fn line(text: &str, field: &str, of_a_list: bool) -> Result<(), Refusal> {
    let one_line = LINES.contains(&field);
    let most = match field {
        "logo_png_base64" => MAX_LOGO,
        _ if one_line => MAX_LINE,
        _ => MAX_TEXT,
    };
    // Bytes are never fewer than characters.
    if text.len() > most && text.chars().count() > most {
        return Err(too_long(field, most));
    }
    if one_line && !of_a_list && text.chars().any(char::is_control) {
        return Err(Refusal::with("text.not_one_line", json!({ "field": field })));
    }
    Ok(())
}

fn too_long(field: &str, most: usize) -> Refusal {
    Refusal::with("text.over_length", json!({ "field": field, "max": most }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(name: &str, args: Value) -> String {
        check(&json!({ "name": name, "args": args })).err().map(|refusal| refusal.code).unwrap_or_default()
    }

    #[test]
    fn a_text_has_a_bound_wherever_it_stands() {
        let long = "a".repeat(MAX_TEXT + 1);
        assert_eq!(code("quote.reject", json!({ "note": long })), "text.over_length");
        assert_eq!(code("quote.edit", json!({ "edits": [{ "deep": { "new": [long] } }] })), "text.over_length");
        assert_eq!(
            code("account.edit", json!({ "fields": { (long.clone()): { "base": "", "mine": "" } } })),
            "text.over_length"
        );
        assert_eq!(code("quote.reject", json!({ "note": "ä".repeat(MAX_TEXT) })), "");
        assert_eq!(code("quote.create", json!({ "title": "a".repeat(MAX_LINE + 1) })), "text.over_length");
        // What stood there before is not the person's own.
        assert_eq!(code("account.edit", json!({ "fields": { "notes": { "base": long, "mine": "short" } } })), "");
        assert_eq!(code("job.record", json!({ "note": long })), "");
    }

    #[test]
    fn a_line_is_one_line_but_in_a_list() {
        let two = json!({ "acceptance": { "name": "Name\r\nBcc: everybody" } });
        assert_eq!(code("quote.accept", two), "text.not_one_line");
        assert_eq!(
            code("account.edit", json!({ "fields": { "name": { "base": "", "mine": "a\nb" } } })),
            "text.not_one_line"
        );
        assert_eq!(code("quote.reject", json!({ "note": "two\nlines" })), "");
        assert_eq!(code("site.import", json!({ "sites": [{ "details": { "name": "a\nb" } }] })), "");
    }
}

//! The account a list is for, named by a person without a window: exactly, or not at all. A list in another customer's account
//! is worse than no import.

use satchel_core::places::plain;

use crate::api::CommandError;
use crate::engine::Engine;

/// Most accounts named where none is meant.
const NEAREST: usize = 3;

/// Id of the account with exactly this code or id; refused with the nearest where there is none.
pub async fn account_of(engine: &Engine, wanted: &str) -> Result<String, CommandError> {
    let open = engine.workspace().await?;
    let all: Vec<(String, String, String)> =
        sqlx::query_as("SELECT id, code, name FROM accounts").fetch_all(open.store.read()).await?;
    let wanted = wanted.trim();
    if let Some((id, ..)) = all.iter().find(|(id, code, _)| id == wanted || code.eq_ignore_ascii_case(wanted)) {
        return Ok(id.clone());
    }
    let accounts: Vec<(&str, &str)> = all.iter().map(|(_, code, name)| (code.as_str(), name.as_str())).collect();
    let near = nearest(wanted, &accounts);
    let near = if near.is_empty() { "there are no accounts".to_owned() } else { format!("the nearest: {near}") };
    let said =
        format!("no account has the code or id '{wanted}'; {near}. Nothing was imported; give one account's code");
    Err(CommandError::new("account.unknown", said))
}

/// Accounts whose code or name is most like a text.
fn nearest(wanted: &str, accounts: &[(&str, &str)]) -> String {
    let text = plain(wanted);
    let like = |other: &str| {
        let other = plain(other);
        let begins = !text.is_empty() && (other.starts_with(&text) || other.contains(&format!(" {text}")));
        if begins { 1.0 } else { strsim::normalized_levenshtein(&text, &other) }
    };
    let mut ranked: Vec<(f64, &(&str, &str))> =
        accounts.iter().map(|account| (like(account.0).max(like(account.1)), account)).collect();
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
    let named = ranked.iter().take(NEAREST).map(|(_, (code, name))| format!("{code} ({name})"));
    named.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_by_code_or_name_come_first() {
        let accounts = [("KOP-001", "Kopano Retail"), ("ZEN-014", "Zenith Motors"), ("KOP-010", "Kopje Lodges")];
        assert!(nearest("KOP-00", &accounts).starts_with("KOP-001 (Kopano Retail)"));
        assert!(nearest("zenith", &accounts).starts_with("ZEN-014"));
        assert_eq!(nearest("x", &[]), "");
    }
}

//! The palette: every word typed must begin some word of the hit.

use sqlx::AssertSqlSafe;

use super::sources::{SEARCH, kind};
use super::view::{Search, SearchHit};
use crate::api::CommandError;
use crate::engine::Engine;

/// Most words used.
const MAX_WORDS: usize = 6;

/// Hits, accounts and quotes before sites of the same rank.
pub async fn search(engine: &Engine, args: Search) -> Result<Vec<SearchHit>, CommandError> {
    let open = engine.workspace().await?;
    let words: Vec<String> = args
        .text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .take(MAX_WORDS)
        .map(|word| format!("\"{word}\"*"))
        .collect();
    if words.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<(u32, String, String, String, Option<String>)> = sqlx::query_as(AssertSqlSafe(SEARCH.as_str()))
        .bind(words.join(" AND "))
        .bind(args.limit.clamp(1, 50))
        .fetch_all(open.store.read())
        .await?;
    Ok(rows
        .into_iter()
        .filter_map(|(tag, id, title, subtitle, account_id)| {
            Some(SearchHit { kind: kind(tag)?, id, title, subtitle, account_id })
        })
        .collect())
}

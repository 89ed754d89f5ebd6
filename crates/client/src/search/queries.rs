//! The palette: every word typed must begin some word of the hit.

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
    let rows: Vec<(String, String, String, String, String)> = sqlx::query_as(
        "SELECT kind, row_id, title, subtitle, account_id FROM search_index WHERE search_index MATCH ?1 \
         ORDER BY CASE kind WHEN 'account' THEN 0 WHEN 'quote' THEN 1 WHEN 'order' THEN 2 ELSE 3 END, rank LIMIT ?2",
    )
    .bind(words.join(" AND "))
    .bind(args.limit.clamp(1, 50))
    .fetch_all(open.store.read())
    .await?;
    Ok(rows
        .into_iter()
        .map(|(kind, id, title, subtitle, account_id)| SearchHit {
            kind,
            id,
            title,
            subtitle,
            account_id: (!account_id.is_empty()).then_some(account_id),
        })
        .collect())
}

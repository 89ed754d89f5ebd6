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
    // The best of each kind first, and of those only what the list shows. A document's number says of which table it is the
    // row: see the migration.
    let rows: Vec<(String, String, String, String, String)> = sqlx::query_as(
        "WITH hit AS MATERIALIZED (SELECT row_number() OVER () AS place, rowid / 8 AS of, rowid % 8 AS kind FROM ( \
           SELECT rowid FROM search_index WHERE search_index MATCH ?1 \
           ORDER BY CASE rowid % 8 WHEN 0 THEN 0 WHEN 2 THEN 1 WHEN 3 THEN 2 WHEN 4 THEN 3 WHEN 5 THEN 4 ELSE 5 END, rank LIMIT ?2)) \
         SELECT kind, id, title, subtitle, account_id FROM ( \
           SELECT hit.place, 'account' AS kind, a.id, a.name AS title, a.code || ' ' || a.city AS subtitle, a.id AS account_id \
           FROM hit JOIN accounts a ON hit.kind = 0 AND a.rowid = hit.of \
           UNION ALL SELECT hit.place, 'site', s.id, s.name, s.code || ' ' || s.city || ' ' || s.address, s.account_id \
           FROM hit JOIN sites s ON hit.kind = 1 AND s.rowid = hit.of \
           UNION ALL SELECT hit.place, 'quote', q.id, q.number || ' ' || q.title, q.status, q.account_id \
           FROM hit JOIN quotes q ON hit.kind = 2 AND q.rowid = hit.of \
           UNION ALL SELECT hit.place, 'order', o.id, o.number, o.quote_number, o.account_id \
           FROM hit JOIN orders o ON hit.kind = 3 AND o.rowid = hit.of \
           UNION ALL SELECT hit.place, 'ticket', t.id, t.number || ' ' || t.subject, t.status, t.account_id \
           FROM hit JOIN tickets t ON hit.kind = 4 AND t.rowid = hit.of \
           UNION ALL SELECT hit.place, 'task', t.id, t.title, t.status || ' ' || t.due_on, coalesce(t.account_id, '') \
           FROM hit JOIN tasks t ON hit.kind = 5 AND t.rowid = hit.of) ORDER BY place",
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

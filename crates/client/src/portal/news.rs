//! What customers did lately with the quotes a person answers for; and telling of it once.

use satchel_core::people::Actor;
use satchel_core::time::{Timestamp, format_instant_ms};

use super::view::CustomerNews;
use crate::EngineEvent;
use crate::api::{CommandError, Nothing};
use crate::engine::{Engine, Open};

/// Days something stays news; a question stays until it is answered.
const NEWS_DAYS: i64 = 14;
/// Most items.
const MOST: u32 = 50;
/// When the latest news that was told happened.
const TOLD: &str = "news_told";

/// Kind, quote, number, account, its id, who, text, when.
type Found = (String, String, String, String, String, String, String, String);

/// News, questions first, then the latest first.
pub async fn list(engine: &Engine, _: Nothing) -> Result<Vec<CustomerNews>, CommandError> {
    let open = engine.workspace().await?;
    let since = open.now() - chrono::Duration::days(NEWS_DAYS);
    let found = find(&open, &open.actor().await, since).await?;
    Ok(found.into_iter().map(|news| shown(&open, news)).collect())
}

fn shown(open: &Open, (kind, quote_id, number, account, account_id, who, text, at): Found) -> CustomerNews {
    CustomerNews { kind, quote_id, number, account, account_id, who, text, at_text: open.moment(&at) }
}

/// Of a person's own quotes; of everybody's for who approves.
async fn find(open: &Open, actor: &Actor, since: Timestamp) -> Result<Vec<Found>, CommandError> {
    let since = format_instant_ms(since);
    let owner = (!actor.role.may_approve()).then(|| actor.id.to_string());
    Ok(sqlx::query_as(
        "SELECT kind, quote_id, number, account, account_id, who, text, at FROM ( \
         SELECT 'asked' AS kind, q.id AS quote_id, q.number, a.name AS account, a.id AS account_id, m.author AS who, m.body AS text, m.written_at AS at, \
           q.owner_id \
         FROM quote_messages m JOIN quotes q ON q.id = m.quote_id JOIN accounts a ON a.id = q.account_id \
         WHERE m.link_id IS NOT NULL AND q.status = 'sent' AND NOT EXISTS (SELECT 1 FROM quote_messages o \
           WHERE o.quote_id = m.quote_id AND o.user_id IS NOT NULL AND o.written_at >= m.written_at) \
         UNION ALL \
         SELECT 'requested', coalesce(q.id, ''), coalesce(q.number, ''), a.name, a.id, r.contact, r.message, r.received_at, \
           a.manager_id \
         FROM quote_requests r JOIN accounts a ON a.id = r.account_id LEFT JOIN quotes q ON q.id = r.quote_id \
         WHERE q.status = 'draft' OR (q.id IS NULL AND r.received_at >= ?1) \
         UNION ALL \
         SELECT CASE q.status WHEN 'rejected' THEN 'declined' ELSE 'accepted' END, q.id, q.number, a.name, a.id, \
           coalesce(json_extract(q.state, '$.acceptance.online.name'), json_extract(q.state, '$.online.name')), \
           coalesce(json_extract(q.state, '$.reason'), ''), \
           coalesce(json_extract(q.state, '$.acceptance.at'), json_extract(q.state, '$.at')), q.owner_id \
         FROM quotes q JOIN accounts a ON a.id = q.account_id \
         WHERE q.status IN ('accepted', 'converted', 'rejected') AND q.updated_at >= ?1 AND \
           coalesce(json_extract(q.state, '$.acceptance.online.name'), json_extract(q.state, '$.online.name')) IS NOT NULL \
         UNION ALL \
         SELECT 'viewed', q.id, q.number, a.name, a.id, l.to_address, '', l.first_viewed_at, q.owner_id \
         FROM quote_links l JOIN quotes q ON q.id = l.quote_id JOIN accounts a ON a.id = q.account_id \
         WHERE l.first_viewed_at >= ?1 AND q.status = 'sent') \
         WHERE ?2 IS NULL OR owner_id = ?2 ORDER BY kind NOT IN ('asked', 'requested'), at DESC LIMIT ?3",
    )
    .bind(since)
    .bind(owner)
    .bind(MOST)
    .fetch_all(open.store.read())
    .await?)
}

/// Tells of what came since it was last told. The first time nothing is told: what is there is not new.
pub(crate) async fn tell(engine: &Engine, open: &Open) -> Result<(), CommandError> {
    let told: Option<String> = sqlx::query_scalar("SELECT value FROM meta WHERE key = ?1")
        .bind(TOLD)
        .fetch_optional(open.store.read())
        .await?;
    let since = open.now() - chrono::Duration::days(NEWS_DAYS);
    let found = find(open, &open.actor().await, since).await?;
    let latest = found.iter().map(|news| news.7.clone()).max();
    let latest = latest.unwrap_or_else(|| format_instant_ms(since));
    if told.as_ref().is_some_and(|told| *told >= latest) {
        return Ok(());
    }
    let mut tx = open.store.begin().await?;
    tx.set_meta(TOLD, &latest).await?;
    tx.commit().await?;
    let Some(told) = told else { return Ok(()) };
    let news: Vec<CustomerNews> =
        found.into_iter().filter(|news| news.7 > told).map(|news| shown(open, news)).collect();
    if !news.is_empty() {
        engine.announce(EngineEvent::News { news });
    }
    Ok(())
}

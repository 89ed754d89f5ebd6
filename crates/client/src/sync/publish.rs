//! Publishing a pull: before-images back, the server's rows in, answered mutations to the journal, the rest run again on
//! top, cursors saved, scopes counted. One transaction; frames are unpacked one at a time, so that a large body costs the
//! memory of one frame, and a first load is written while it still comes.

use std::collections::BTreeMap;

use satchel_core::ids::{ScopeId, UserId};
use satchel_core::people::{Actor, Role};
use satchel_core::time::{format_instant_ms, parse_instant};
use satchel_core::wire::mutation::Intent;
use satchel_core::wire::tables::{TABLES, table};
use satchel_core::wire::{Frame, ScopeCheck};
use serde::Deserialize;
use serde_json::value::RawValue;
use sqlx::AssertSqlSafe;

use super::body::{Body, Lines};
use super::cursors;
use super::local::apply;
use super::skipped;
use crate::api::CommandError;
use crate::clock::Clock;
use crate::store::{Store, WriteTx};

/// A put frame whose rows stay text: the database takes them apart.
#[derive(Deserialize)]
struct Put<'a> {
    t: String,
    #[serde(borrow)]
    rows: &'a RawValue,
}

fn not_ours(error: &dyn std::fmt::Display) -> CommandError {
    CommandError::new("sync.not_satchel", error.to_string())
}

/// Rows of a full put frame: what progress counts in.
const ROWS_PER_FRAME: u64 = 1_000;

/// Applies a compressed body, telling how many of the expected rows are in. Returns the scopes whose rows are not the server's; their cursors are forgotten.
pub(super) async fn publish(
    store: &Store,
    clock: &Clock,
    body: Body,
    tell: &(dyn Fn(u64, Option<u64>) + Sync),
) -> Result<Vec<ScopeId>, CommandError> {
    let mut lines = Lines::new(body)?;
    let mut tx = store.begin().await?;
    tx.restore_before_images().await?;
    let any_skipped = skipped::any(&mut tx).await?;
    let (mut acked, mut snapshot) = (0, 0);
    let (mut begun, mut dropped) = (Vec::new(), Vec::new());
    let (mut taken, mut expected) = (0, None);
    let mut tail: Option<BTreeMap<ScopeId, ScopeCheck>> = None;
    let mut aside = Vec::new();
    let mut coming = lines.next().await?;
    while let Some(line) = coming {
        if line.starts_with("{\"f\":\"put\"") {
            let put: Put<'_> = serde_json::from_str(&line).map_err(|e| not_ours(&e))?;
            let spec = table(&put.t).ok_or_else(|| not_ours(&format!("unknown table {}", put.t)))?;
            if any_skipped {
                skipped::came_again(&mut tx, spec, put.rows.get()).await?;
            }
            // While the database takes these rows in, the next ones are fetched and unpacked.
            let (written, next) = tokio::join!(tx.put_text(spec, put.rows.get()), lines.next());
            coming = next?;
            if let Err(error) = written {
                skipped::only_the_row(&error)?;
                tracing::warn!(table = spec.name, %error, "a row cannot be taken in: these are taken one by one");
                skipped::one_by_one(&mut tx, spec, put.rows).await?;
            }
            // How many rows a frame has is what it ends in; near enough between two of them.
            taken = (taken + ROWS_PER_FRAME).min(expected.unwrap_or(u64::MAX));
            tell(taken, expected);
            continue;
        }
        coming = lines.next().await?;
        match serde_json::from_str::<Frame>(&line).map_err(|e| not_ours(&e))? {
            Frame::Head { acked_seq, snapshot_version, fresh, server_time, rows, .. } => {
                expected = rows;
                (acked, snapshot) = (acked_seq, snapshot_version);
                note_clock(&mut tx, clock, &server_time).await?;
                aside = drop_known(&mut tx, &fresh).await?;
                begun = fresh;
            }
            Frame::Remove { t, scope, ids } => {
                let spec = table(&t).ok_or_else(|| not_ours(&format!("unknown table {t}")))?;
                tx.remove_confirmed(spec, scope.0, &ids).await?;
            }
            Frame::DropScope { scope } => {
                tx.drop_scopes(&[scope.0]).await?;
                dropped.push(scope);
            }
            Frame::Tail { checks } => tail = Some(checks),
            Frame::Put { .. } => return Err(not_ours(&"a frame in an unknown order")),
        }
    }
    tx.put_indexes_back(aside).await?;
    let checks = tail.ok_or_else(|| not_ours(&"the answer has no end"))?;
    settle(&mut tx, (acked, snapshot), clock).await?;
    let mismatched = mismatched(&mut tx, &checks).await?;
    cursors::save(&mut tx, snapshot, (&begun, &dropped), &mismatched).await?;
    replay(&mut tx).await?;
    tx.commit().await?;
    Ok(mismatched)
}

/// Server clock − device clock, kept for the corrected now. The round trip is noise; a real difference is worth it.
async fn note_clock(tx: &mut WriteTx, clock: &Clock, server_time: &str) -> Result<(), CommandError> {
    if let Some(server) = parse_instant(server_time) {
        let offset = (server - clock.wall()).num_milliseconds();
        let offset = if offset.abs() < 2_000 { 0 } else { offset };
        tx.set_meta("clock_offset_ms", &offset.to_string()).await?;
        // How old the cache is, is asked of the server's clock.
        tx.set_meta("last_sync", &format_instant_ms(server)).await?;
    }
    Ok(())
}

/// A scope that comes from the beginning replaces what is here. An empty cache has nothing to drop: it does without its
/// indexes until everything is in, and these come back.
async fn drop_known(tx: &mut WriteTx, fresh: &[ScopeId]) -> Result<Vec<String>, CommandError> {
    let any: i64 = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM organisations)").fetch_one(tx.conn()).await?;
    if any == 1 && !fresh.is_empty() {
        let fresh: Vec<_> = fresh.iter().map(|scope| scope.0).collect();
        tx.drop_scopes(&fresh).await?;
    }
    if any == 0 && !fresh.is_empty() { Ok(tx.set_indexes_aside().await?) } else { Ok(Vec::new()) }
}

/// Scopes that do not have the count and digest the server closed with.
async fn mismatched(tx: &mut WriteTx, checks: &BTreeMap<ScopeId, ScopeCheck>) -> Result<Vec<ScopeId>, CommandError> {
    if checks.is_empty() {
        return Ok(Vec::new());
    }
    let scopes: Vec<String> = checks.keys().map(ToString::to_string).collect();
    let scopes = serde_json::to_string(&scopes).map_err(|e| CommandError::new("sync.failed", e.to_string()))?;
    let digit = |place: u32| format!("(instr('0123456789abcdef', substr(id, {place}, 1)) - 1)");
    let tail = format!("{} * 4096 + {} * 256 + {} * 16 + {}", digit(33), digit(34), digit(35), digit(36));
    let mut mine: BTreeMap<ScopeId, ScopeCheck> = checks.keys().map(|scope| (*scope, ScopeCheck::default())).collect();
    // What could not be taken in is counted all the same: the scope is not loaded again for it.
    let parts: Vec<String> = TABLES
        .iter()
        .map(|spec| spec.name)
        .chain([skipped::TABLE])
        .map(|name| {
            format!(
                "SELECT scope_id, count(*), sum(sync_version * (1 + {tail})) FROM {name} \
                 WHERE scope_id IN (SELECT value FROM json_each(?1)) GROUP BY scope_id"
            )
        })
        .collect();
    let rows: Vec<(String, i64, i64)> =
        sqlx::query_as(AssertSqlSafe(parts.join(" UNION ALL "))).bind(&scopes).fetch_all(tx.conn()).await?;
    for (scope, rows, digest) in rows {
        let Some(check) = ScopeId::parse(&scope).ok().and_then(|scope| mine.get_mut(&scope)) else { continue };
        check.rows += rows.unsigned_abs();
        check.digest = check.digest.wrapping_add(digest.unsigned_abs()) & i64::MAX.unsigned_abs();
    }
    let differs: Vec<ScopeId> =
        checks.iter().filter(|(scope, check)| mine.get(scope) != Some(check)).map(|(scope, _)| *scope).collect();
    if !differs.is_empty() {
        tracing::warn!(scopes = differs.len(), "the cache is not what the server has: loading these scopes again");
    }
    Ok(differs)
}

/// Moves what the server has decided, and this pull contains, from the outbox to the journal.
async fn settle(tx: &mut WriteTx, (acked, snapshot): (u64, u64), clock: &Clock) -> Result<(), CommandError> {
    let decided = "seq <= ?1 AND outcome IS NOT NULL AND outcome ->> 'version' <= ?2";
    let (acked, snapshot) = (i64::try_from(acked).unwrap_or(i64::MAX), i64::try_from(snapshot).unwrap_or(i64::MAX));
    let now = clock.wall();
    let moved = sqlx::query(AssertSqlSafe(format!(
        "INSERT INTO journal (mutation_id, seq, user_id, name, subject, subject_kind, subject_id, intent, outcome, \
         needs_person, device_time, answered_at, depends_on, mono_ms, boot_id, body_hash) \
         SELECT mutation_id, seq, user_id, name, subject, subject_kind, subject_id, intent, outcome, \
         outcome ->> 'status' NOT IN ('applied', 'merged'), device_time, ?3, depends_on, mono_ms, boot_id, body_hash \
         FROM pending WHERE {decided} ORDER BY seq ON CONFLICT (mutation_id) DO NOTHING"
    )))
    .bind(acked)
    .bind(snapshot)
    .bind(format_instant_ms(now))
    .execute(tx.conn())
    .await?
    .rows_affected();
    if moved > 0 {
        sqlx::query(AssertSqlSafe(format!("DELETE FROM pending WHERE {decided}")))
            .bind(acked)
            .bind(snapshot)
            .execute(tx.conn())
            .await?;
        tx.touch("pending");
        tx.touch("journal");
    }
    sqlx::query("DELETE FROM journal WHERE needs_person = 0 AND answered_at < ?1")
        .bind(format_instant_ms(now - chrono::Duration::days(30)))
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Runs the remaining pending intents again on top of the server's rows. One that no longer applies stays in the outbox:
/// the server decides it and says why.
pub(super) async fn replay(tx: &mut WriteTx) -> Result<(), CommandError> {
    let rows: Vec<(String, String)> =
        sqlx::query_as("SELECT user_id, intent FROM pending ORDER BY seq").fetch_all(tx.conn()).await?;
    if rows.is_empty() {
        return Ok(());
    }
    let mut roles: BTreeMap<String, Option<Role>> = BTreeMap::new();
    for (user, intent) in rows {
        let Ok(id) = UserId::parse(&user) else { continue };
        let Ok(intent) = serde_json::from_str::<Intent>(&intent) else { continue };
        if !roles.contains_key(&user) {
            let role: Option<String> = sqlx::query_scalar("SELECT role FROM users WHERE id = ?1")
                .bind(&user)
                .fetch_optional(tx.conn())
                .await?;
            roles.insert(user.clone(), role.as_deref().and_then(Role::parse));
        }
        let Some(role) = roles.get(&user).copied().flatten() else { continue };
        if let Err(error) = apply(tx, &intent, &Actor { id, role }).await {
            tracing::info!(code = error.code, "a waiting change no longer applies here; the server decides");
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use satchel_core::wire::tables::TableSpec;
    use serde_json::{Value, json};
    use uuid::Uuid;

    use super::*;
    use crate::store::DatabaseKey;

    fn task(spec: &TableSpec, id: Uuid, scope: Uuid, title: &Value) -> Value {
        let mut row = vec![json!(id), json!(scope), json!(7)];
        row.extend(spec.columns.iter().map(|column| if column.name == "title" { title.clone() } else { json!("") }));
        Value::Array(row)
    }

    fn answer(scope: Uuid, fresh: bool, rows: &[Value]) -> Body {
        let mut check = ScopeCheck::default();
        for row in rows {
            check.add(Uuid::parse_str(row[0].as_str().expect("an id")).expect("an id"), 7);
        }
        let fresh = if fresh { vec![ScopeId(scope)] } else { Vec::new() };
        let head = Frame::Head {
            epoch: Uuid::nil(),
            acked_seq: 0,
            snapshot_version: 7,
            fresh,
            rows: None,
            server_time: "2026-01-01T00:00:00.000Z".to_owned(),
        };
        let put = json!({ "f": "put", "t": "tasks", "rows": rows }).to_string();
        // The program's own order of a frame's fields: it is how frames of rows are known.
        let put = format!(
            "{{\"f\":\"put\",\"t\":\"tasks\",\"rows\":{}}}",
            &put[put.find('[').expect("rows")..=put.rfind(']').expect("rows")]
        );
        let tail = Frame::Tail { checks: [(ScopeId(scope), check)].into() };
        let lines = [serde_json::to_string(&head).expect("head"), put, serde_json::to_string(&tail).expect("tail")];
        Body::Whole(zstd::encode_all(format!("{}\n", lines.join("\n")).as_bytes(), 3).expect("packed"))
    }

    #[tokio::test]
    async fn a_row_that_does_not_fit_is_left_out_named_and_not_asked_for_again() {
        let folder = tempfile::tempdir().expect("a folder");
        let (events, _) = tokio::sync::broadcast::channel(4);
        let key = DatabaseKey::generate().expect("a key");
        let store = Store::open(folder.path(), &key, events).await.expect("a store");
        let (spec, scope) = (table("tasks").expect("tasks"), Uuid::from_u128(9));
        let [good, bad] = [Uuid::from_u128(0x1001), Uuid::from_u128(0x2002)];
        let rows = [task(spec, good, scope, &json!("Good")), task(spec, bad, scope, &Value::Null)];
        let clock = Clock::default();
        let differs = publish(&store, &clock, answer(scope, true, &rows), &|_, _| {}).await.expect("taken in");
        assert!(differs.is_empty(), "its scope is not loaded again: {differs:?}");
        let titles = async || -> Vec<String> {
            sqlx::query_scalar("SELECT title FROM tasks ORDER BY title").fetch_all(store.read()).await.expect("read")
        };
        assert_eq!(titles().await, ["Good"]);
        let named = skipped::items(&store).await.expect("items");
        assert_eq!(named.len(), 1);
        assert!(named[0].support.contains(&bad.to_string()) && named[0].table == "tasks", "{:?}", named[0]);
        // It comes again, mended.
        let rows = [task(spec, bad, scope, &json!("Mended"))];
        let both = [task(spec, good, scope, &json!("Good")), rows[0].clone()];
        let differs = publish(&store, &clock, answer(scope, false, &both), &|_, _| {}).await.expect("taken in");
        assert!(differs.is_empty(), "{differs:?}");
        assert_eq!(titles().await, ["Good", "Mended"]);
        assert_eq!(skipped::count(&store).await.expect("count"), 0);
    }
}

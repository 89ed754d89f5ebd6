//! What a customer did online only the server says, and a signature names a document that is there.

use anyhow::{Context, Result, ensure};
use chrono::{Duration, Utc};
use satchel_core::wire::{OutcomeStatus, SCHEMA};
use satchel_tests::protocol::Device;
use satchel_tests::{Desk, Office, connect, quote};
use serde_json::{Value, json};
use sqlx::PgPool;
use uuid::Uuid;

/// A quote that was sent by a seller; its id and pricing.
async fn sent(office: &Office, owner: &PgPool) -> Result<(Uuid, String)> {
    let seller = office.desk("seller@demo.example").await?;
    let id = quote(&seller, 2).await?;
    seller.call("send_quote", json!({ "quote_id": id })).await?;
    for _ in 0..10 {
        if seller.call("sync_now", json!({})).await?["waiting"] == 0 {
            break;
        }
    }
    let id = Uuid::parse_str(&id)?;
    let (status, hash): (String, String) =
        sqlx::query_as("SELECT status, pricing_hash FROM quotes WHERE id = $1").bind(id).fetch_one(owner).await?;
    ensure!(status == "sent", "{status}");
    Ok((id, hash))
}

fn accept(quote: Uuid, hash: &str, acceptance: Value) -> Value {
    let mut all = json!({ "name": "A. Buyer", "title": "", "po_number": null, "at": Utc::now(),
        "recorded_by": Uuid::nil() });
    for (key, value) in acceptance.as_object().into_iter().flatten() {
        all[key] = value.clone();
    }
    json!({ "name": "quote.accept", "args": { "quote_id": quote, "pricing_hash": hash, "acceptance": all,
        "line_nets": {} } })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_seller_makes_up_no_evidence() -> Result<()> {
    let Some(office) = Office::open("attacks_evidence").await? else { return Ok(()) };
    let owner = connect(office.owner_url()).await?;
    let (id, hash) = sent(&office, &owner).await?;
    let who = async |email: &str| -> Result<Uuid> {
        Ok(sqlx::query_scalar("SELECT id FROM users WHERE email = $1").bind(email).fetch_one(&owner).await?)
    };
    let (seller, director) = (who("seller@demo.example").await?, who("director@demo.example").await?);
    let mut device = Device::of(&office.server, "seller@demo.example", SCHEMA).await?;
    let drawn = json!({ "signature": { "strokes": [[[1, 1], [2, 2]]], "document_sha256": "a".repeat(64) } });
    let unsigned = device.push([accept(id, &hash, drawn)]).await?;
    ensure!(unsigned[0].code.as_deref() == Some("quote.signed_document_missing"), "{unsigned:?}");
    // Long before it was sent, by somebody else, from a link that never was.
    let online = json!({ "name": "A. Buyer", "address": "203.0.113.7", "link_to": "buyer@customer.example" });
    let forged = json!({ "online": online, "recorded_by": director, "at": "1999-01-01T00:00:00.000Z" });
    let outcomes = device.push([accept(id, &hash, forged)]).await?;
    ensure!(outcomes[0].status == OutcomeStatus::Applied, "{outcomes:?}");
    let state: Value = sqlx::query_scalar("SELECT state FROM quotes WHERE id = $1").bind(id).fetch_one(&owner).await?;
    let text = state.to_string();
    ensure!(!text.contains("203.0.113.7") && !text.contains("buyer@customer.example"), "{text}");
    ensure!(text.contains(&format!("\"recorded_by\":\"{seller}\"")) && !text.contains("1999-01-01"), "{text}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn time_does_not_run_back_for_an_expired_quote() -> Result<()> {
    let Some(office) = Office::open("attacks_expired").await? else { return Ok(()) };
    let owner = connect(office.owner_url()).await?;
    let (id, hash) = sent(&office, &owner).await?;
    let mut tx = owner.begin().await?;
    for set in ["SELECT set_config('satchel.version', '999', true)", "UPDATE sync_tenant SET version = 999"] {
        sqlx::query(set).execute(&mut *tx).await?;
    }
    let yesterday = (Utc::now() - Duration::days(2)).date_naive();
    let days_ago = Utc::now() - Duration::days(10);
    sqlx::query(
        "UPDATE quotes SET valid_until = $2, updated_at = $3, \
         state = jsonb_set(jsonb_set(state, '{valid_until}', to_jsonb($2::text)), '{at}', to_jsonb($4::text)) WHERE id = $1",
    )
    .bind(id)
    .bind(yesterday)
    .bind(days_ago)
    .bind(satchel_core::time::format_instant_ms(days_ago))
    .execute(&mut *tx)
    .await
    .context("two days too late")?;
    tx.commit().await?;
    // The device was in touch today: it did nothing five days ago that it tells only now.
    let mut device = Device::of(&office.server, "seller@demo.example", SCHEMA).await?;
    let late = accept(id, &hash, json!({ "at": Utc::now() - Duration::days(5) }));
    let outcomes = device.push([late.clone()]).await?;
    ensure!(outcomes[0].status == OutcomeStatus::Conflict, "{outcomes:?}");
    ensure!(outcomes[0].code.as_deref() == Some("clock.not_believed"), "{outcomes:?}");
    ensure!(outcomes[0].detail["reason"] == "quote.expired", "{outcomes:?}");
    // One that was not in touch since then is believed.
    sqlx::query("UPDATE sync_client SET last_contact = now() - interval '8 days'").execute(&owner).await?;
    let outcomes = device.push([late]).await?;
    ensure!(outcomes[0].status == OutcomeStatus::Applied, "an honest week offline: {outcomes:?}");
    Ok(())
}

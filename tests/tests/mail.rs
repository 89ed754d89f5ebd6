//! Mail to customers on the real thing: asked for without a network, sent once by the server with the file, its fate shown.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use base64::Engine as _;
use satchel_core::ids::OrgId;
use satchel_server::mail::{MailConfig, Mailer, Post, deliver};
use satchel_server::portal::Links;
use satchel_tests::{Desk, Office, connect, quote, seeded, text};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;

/// A quote that was accepted and signed at this desk, the customer's copy asked for; returns its id.
async fn signed(desk: &impl Desk, to: &str) -> Result<String> {
    let id = quote(desk, 2).await?;
    desk.call("send_quote", json!({ "quote_id": id })).await?;
    let copy = json!({ "to": to, "subject": "Your copy", "body": "Good day" });
    let args = json!({ "quote_id": id, "name": "Buyer", "title": "", "po_number": null,
        "strokes": [[[10, 10], [200, 120], [400, 20]]], "copy": copy });
    desk.call("accept_quote", args).await?;
    Ok(id)
}

/// The first mail of a quote once its state is this.
async fn mail_in_state(desk: &impl Desk, quote_id: &str, state: &str) -> Result<Value> {
    let mut last = Value::Null;
    for _ in 0..150 {
        desk.call("sync_now", json!({})).await?;
        let list = desk.call("list_mails", json!({ "quote_id": quote_id })).await?;
        last = list["mails"][0].clone();
        if last["state"] == state {
            return Ok(last);
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    anyhow::bail!("never {state}: {last}")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signed_copy_goes_out_once_when_there_is_a_network() -> Result<()> {
    let Some(mut office) = Office::open("mail").await? else { return Ok(()) };
    let desk = office.desk("seller@demo.example").await?;
    let refused = signed(&desk, "nobody").await;
    ensure!(refused.as_ref().is_err_and(|e| e.to_string().contains("mail.bad_address")), "{refused:?}");

    // Without a network: it waits here, and says so.
    office.server.kill()?;
    let id = signed(&desk, "thandi@kopano.example").await?;
    let list = desk.call("list_mails", json!({ "quote_id": id })).await?;
    ensure!(list["mails"][0]["state"] == "queued" && list["mails"][0]["problem"] == Value::Null, "{list}");

    office.server.restart()?;
    let sent = mail_in_state(&desk, &id, "sent").await?;
    ensure!(sent["to"] == "thandi@kopano.example" && sent["sent_text"] != Value::Null, "{sent}");
    // Another look at the outbox brings no second one.
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    let mails = office.server.mails()?;
    ensure!(mails.len() == 1, "{} mails", mails.len());
    let mail = &mails[0];
    for line in ["To: thandi@kopano.example", "Subject: Your copy", "Reply-To:", "seller@demo.example"] {
        ensure!(mail.contains(line), "no {line:?} in {}", mail.chars().take(600).collect::<String>());
    }
    ensure!(mail.contains(&format!("Message-ID: <{}@demo.example>", text(&sent, "/id"))), "the mail's id is its own");
    // The file that left is the file that stands with the quote.
    let after = mail.rsplit("Content-Transfer-Encoding: base64\r\n\r\n").next().context("a file goes with it")?;
    let encoded: String = after.split("\r\n--").next().unwrap_or_default().split_whitespace().collect();
    let bytes = base64::engine::general_purpose::STANDARD.decode(encoded)?;
    ensure!(bytes.starts_with(b"%PDF-") && text(&sent, "/file").ends_with(" signed.pdf"), "{sent}");
    let files = desk.call("list_attachments", json!({ "kind": "quote", "id": id })).await?;
    let file = files.as_array().into_iter().flatten().find(|file| file["name"] == sent["file"]);
    let opened = desk.call("open_attachment", json!({ "id": text(file.context("kept")?, "/id") })).await?;
    ensure!(std::fs::read(text(&opened, "/path"))? == bytes, "another file left");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_of_what_the_server_refuses_goes_to_nobody() -> Result<()> {
    let Some(mut office) = Office::open("mail_not_accepted").await? else { return Ok(()) };
    let seller = office.desk("seller@demo.example").await?;
    let manager = office.desk("manager@demo.example").await?;
    let id = quote(&seller, 1).await?;
    seller.call("send_quote", json!({ "quote_id": id })).await?;
    seller.call("sync_now", json!({})).await?;
    // In the boardroom without a network it is accepted and the copy asked for; at the office it was given up meanwhile.
    manager.call("sync_now", json!({})).await?;
    manager.call("lose_quote", json!({ "quote_id": id, "note": "Given up" })).await?;
    office.server.kill()?;
    let copy = json!({ "to": "thandi@kopano.example", "subject": "Your copy", "body": "" });
    let args = json!({ "quote_id": id, "name": "Buyer", "title": "", "po_number": null, "copy": copy });
    seller.call("accept_quote", args).await?;
    office.server.restart()?;
    for _ in 0..100 {
        manager.call("sync_now", json!({})).await?;
        if manager.call("sync_status", json!({})).await?["waiting"] == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let mut status = Value::Null;
    for _ in 0..100 {
        seller.call("sync_now", json!({})).await?;
        status = seller.call("sync_status", json!({})).await?;
        if status["waiting"] == 0 && status["needs_you"].as_u64() > Some(0) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    ensure!(status["needs_you"].as_u64() > Some(0), "{status}");
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    ensure!(office.server.mails()?.is_empty(), "a copy of an acceptance that does not stand was mailed");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_who_may_not_sell_sends_nothing() -> Result<()> {
    let Some(office) = Office::open("mail_rights").await? else { return Ok(()) };
    let seller = office.desk("seller@demo.example").await?;
    let id = quote(&seller, 1).await?;
    seller.call("sync_now", json!({})).await?;
    let finance = office.desk("finance@demo.example").await?;
    finance.call("sync_now", json!({})).await?;
    let mail = json!({ "to": "a@b.example", "subject": "x", "body": "" });
    let args = json!({ "quote_id": id, "file": { "kind": "quote" }, "mail": mail });
    let refused = finance.call("send_mail", args).await;
    ensure!(refused.as_ref().is_err_and(|e| e.to_string().contains("mail.may_not")), "{refused:?}");
    Ok(())
}

/// A mail server that answers every recipient with this line; returns its port.
async fn answering(line: &'static str) -> Result<u16> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let port = listener.local_addr()?.port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (read, mut write) = stream.into_split();
            let mut lines = BufReader::new(read).lines();
            let _ = write.write_all(b"220 mail.example\r\n").await;
            while let Ok(Some(said)) = lines.next_line().await {
                let verb = said.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
                let answer = match verb.as_str() {
                    "EHLO" | "HELO" | "MAIL" | "RSET" | "NOOP" => "250 ok",
                    "RCPT" => line,
                    "QUIT" => "221 bye",
                    _ => "502 no",
                };
                if write.write_all(format!("{answer}\r\n").as_bytes()).await.is_err() || verb == "QUIT" {
                    break;
                }
            }
        }
    });
    Ok(port)
}

/// A way for mail to leave, on a server that nobody reaches from outside.
fn post(mailer: Option<Mailer>) -> Post {
    Post { mailer, links: Links::new(vec![1; 32].into(), None) }
}

/// A mail that waits, with a file whose bytes are there; returns its id, which is also the file's.
async fn waiting_mail(app: &sqlx::PgPool, org: uuid::Uuid, account: uuid::Uuid) -> Result<uuid::Uuid> {
    let attachment = uuid::Uuid::now_v7();
    let sha = "a".repeat(64);
    let mut tenant = satchel_server::tenant::tenant_tx(app, OrgId(org)).await?;
    sqlx::query("INSERT INTO blobs (org_id, sha256, size, complete) VALUES ($1, $2, 8, true)")
        .bind(org)
        .bind(&sha)
        .execute(&mut *tenant.tx)
        .await?;
    sqlx::query("INSERT INTO blob_chunks (org_id, sha256, n, bytes) VALUES ($1, $2, 0, '%PDF-1.7')")
        .bind(org)
        .bind(&sha)
        .execute(&mut *tenant.tx)
        .await?;
    sqlx::query(
        "INSERT INTO attachments (org_id, id, scope_id, sync_version, account_id, subject_kind, subject_id, name, media_type, size, \
         sha256, added_by, added_at) VALUES ($1, $2, $3, 0, $3, 'quote', $2, 'q.pdf', 'application/pdf', 8, $4, $2, now())",
    )
    .bind(org)
    .bind(attachment)
    .bind(account)
    .bind(&sha)
    .execute(&mut *tenant.tx)
    .await?;
    sqlx::query(
        "INSERT INTO mails (org_id, id, scope_id, sync_version, account_id, quote_id, attachment_id, to_address, subject, body, \
         state, asked_by, asked_at) VALUES ($1, $2, $3, 0, $3, $2, $2, 'a@b.example', 's', 'b', 'queued', $2, now())",
    )
    .bind(org)
    .bind(attachment)
    .bind(account)
    .execute(&mut *tenant.tx)
    .await?;
    tenant.tx.commit().await?;
    Ok(attachment)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_server_that_says_later_is_asked_again_and_one_that_says_never_is_not() -> Result<()> {
    let Some((owner_url, app_url)) = seeded("mail_refused").await? else { return Ok(()) };
    let (owner, app) = (connect(&owner_url).await?, connect(&app_url).await?);
    let (org, account): (uuid::Uuid, uuid::Uuid) =
        sqlx::query_as("SELECT org_id, id FROM accounts ORDER BY id LIMIT 1").fetch_one(&owner).await?;
    let attachment = waiting_mail(&app, org, account).await?;
    let state = || async {
        let row: (String, Option<String>) =
            sqlx::query_as("SELECT state, problem FROM mails WHERE id = $1").bind(attachment).fetch_one(&owner).await?;
        anyhow::Ok((row.0, row.1.unwrap_or_default()))
    };
    let due_again = || sqlx::query("UPDATE mail_tries SET next_at = now() - interval '1 minute'").execute(&owner);
    let through = |port: u16| {
        let from = Some("quotes@demo.example".to_owned());
        let config = MailConfig { smtp_url: Some(format!("smtp://127.0.0.1:{port}")), folder: None, from };
        anyhow::Ok(post(Mailer::new(&config)?))
    };
    let nobody = post(None);

    // Nobody to send through: it waits, and says why.
    deliver(&app, OrgId(org), &nobody).await?;
    ensure!(state().await? == ("queued".to_owned(), "mail.no_server".to_owned()), "{:?}", state().await?);
    // It has cost no try: as soon as there is a mail server it is tried.
    let later = through(answering("451 try later").await?)?;
    deliver(&app, OrgId(org), &later).await?;
    ensure!(state().await? == ("queued".to_owned(), "mail.not_reached".to_owned()), "{:?}", state().await?);
    // Not its turn yet, whoever could send it.
    let never = through(answering("550 no such person").await?)?;
    ensure!(deliver(&app, OrgId(org), &never).await? == 0);
    ensure!(state().await?.0 == "queued", "tried before its time");
    due_again().await?;
    // Past the hour's bound nothing leaves, and nothing breaks.
    let at = "INSERT INTO mails (org_id, id, scope_id, sync_version, account_id, quote_id, attachment_id, to_address, subject, body, \
              state, asked_by, asked_at, sent_at) SELECT org_id, gen_random_uuid(), scope_id, 0, account_id, quote_id, attachment_id, \
              to_address, subject, body, 'sent', asked_by, asked_at, now() FROM mails, generate_series(1, 205) WHERE state = 'queued'";
    let mut tenant = satchel_server::tenant::tenant_tx(&app, OrgId(org)).await?;
    sqlx::query(at).execute(&mut *tenant.tx).await?;
    tenant.tx.commit().await?;
    ensure!(deliver(&app, OrgId(org), &never).await? == 0);
    ensure!(state().await?.0 == "queued", "sent past the bound");
    let mut tenant = satchel_server::tenant::tenant_tx(&app, OrgId(org)).await?;
    let older = "UPDATE mails SET sent_at = now() - interval '2 hours' WHERE state = 'sent'";
    sqlx::query(older).execute(&mut *tenant.tx).await?;
    tenant.tx.commit().await?;
    deliver(&app, OrgId(org), &never).await?;
    ensure!(state().await? == ("failed".to_owned(), "mail.refused".to_owned()), "{:?}", state().await?);
    Ok(())
}

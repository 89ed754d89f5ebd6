//! Customers online on the real thing: a link in a mail, looked at, asked through, accepted once, declined, ended.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use chrono::Utc;
use futures::future::join_all;
use satchel_tests::visitor::Answered;
use satchel_tests::{Desk, Office, Visitor, connect, operate, quote, text};
use serde_json::{Value, json};

/// The body of a mail as its reader sees it, soft line breaks undone.
fn read(mail: &str) -> String {
    mail.replace("=\r\n", "").replace("=\n", "")
}

/// Sends a quote over some sites and mails it with a link; returns its id and the link's path.
async fn mailed(office: &Office, desk: &impl Desk, sites: usize, to: &str) -> Result<(String, String)> {
    let id = quote(desk, sites).await?;
    desk.call("send_quote", json!({ "quote_id": id })).await?;
    Ok((id.clone(), mail(office, desk, &id, to).await?))
}

/// Mails a quote with a link; returns the link's path.
async fn mail(office: &Office, desk: &impl Desk, id: &str, to: &str) -> Result<String> {
    let mail = json!({ "to": to, "subject": "Your quote", "body": "Good day", "with_link": true });
    desk.call("send_mail", json!({ "quote_id": id, "file": { "kind": "quote" }, "mail": mail })).await?;
    for _ in 0..150 {
        desk.call("sync_now", json!({})).await?;
        let found = office.server.mails()?.iter().find_map(|mail| {
            let mail = read(mail);
            let link = mail.split("/q/").nth(1)?.split_whitespace().next()?.to_owned();
            (mail.contains(&format!("To: {to}")) && mail.contains("Subject: Your quote")).then_some(link)
        });
        if let Some(secret) = found {
            return Ok(format!("/q/{secret}"));
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    anyhow::bail!("no mail with a link for {to}")
}

/// What a desk shows of a quote once this holds.
async fn until(desk: &impl Desk, command: &str, args: Value, holds: impl Fn(&Value) -> bool) -> Result<Value> {
    let mut last = Value::Null;
    for _ in 0..100 {
        desk.call("sync_now", json!({})).await?;
        last = desk.call(command, args.clone()).await?;
        if holds(&last) {
            return Ok(last);
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    anyhow::bail!("{command} never got there: {last}")
}

/// The mails with this subject once there are so many, and a while after.
async fn mails(office: &Office, subject: &str, many: usize) -> Result<Vec<String>> {
    let of = |office: &Office| -> Result<Vec<String>> {
        let all = office.server.mails()?.into_iter().map(|mail| read(&mail).replace("\r\n ", " "));
        let called = |mail: &String| mail.lines().any(|line| line.starts_with("Subject: ") && line.contains(subject));
        Ok(all.filter(called).collect())
    };
    for _ in 0..100 {
        if of(office)?.len() >= many {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    let found = of(office)?;
    ensure!(found.len() == many, "{} mails called {subject:?}", found.len());
    Ok(found)
}

fn visitor(office: &Office, address: &str) -> Result<Visitor> {
    Visitor::new(&office.server.url(), &office.server.ca, address)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_accepts_online_exactly_once() -> Result<()> {
    let Some(office) = Office::open("portal_accept").await? else { return Ok(()) };
    let desk = office.desk("seller@demo.example").await?;
    let (id, path) = mailed(&office, &desk, 3, "thandi@kopano.example").await?;
    let buyer = visitor(&office, "192.0.2.7")?;
    let page = buyer.get(&path).await?;
    ensure!(page.status == 200, "{page:?}");
    // The same cent as on the laptop; and nothing that is not the customer's.
    let here = desk.call("get_quote", json!({ "quote_id": id })).await?;
    let shown = page.text();
    for wanted in ["/totals/monthly_text", "/row/number", "/row/title"] {
        ensure!(shown.contains(&text(&here, wanted)), "the page lacks {wanted}");
    }
    for total in here["totals"]["contract_rows"].as_array().into_iter().flatten() {
        ensure!(shown.contains(&text(total, "/amount_text")), "the page lacks {total}");
    }
    for never in ["margin", "Margin", "cost", "approval"] {
        ensure!(!shown.contains(never), "{never} on the customer's page");
    }
    let header = |name: &str| page.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
    ensure!(header("content-security-policy").contains("script-src 'self'"), "{:?}", page.headers);
    ensure!(header("referrer-policy") == "no-referrer" && header("cache-control") == "no-store", "{:?}", page.headers);

    // Looks within ten minutes are one view.
    for _ in 0..3 {
        ensure!(buyer.post(&format!("{path}/seen"), &[]).await?.status == 204);
    }
    let side = until(&desk, "quote_customer", json!({ "quote_id": id }), |side| side["links"][0]["views"] == 1).await?;
    ensure!(side["links"][0]["to"] == "thandi@kopano.example" && side["links"][0]["state"] == "open", "{side}");
    let pdf = buyer.get(&format!("{path}/quote.pdf")).await?;
    ensure!(pdf.status == 200 && pdf.bytes.starts_with(b"%PDF-"), "{:?}", pdf.status);

    // Not without a name, not without the tick, not another price; nothing happens and what was typed stands there.
    let hash = page.hidden("pricing_hash")?;
    let accept = format!("{path}/accept");
    let good = [("name", "Thandi Buyer"), ("title", "CFO"), ("po_number", "PO-7"), ("agree", "yes")];
    for bad in [
        vec![("name", " "), ("agree", "yes"), ("pricing_hash", hash.as_str())],
        vec![("name", "Thandi Buyer"), ("title", "Typed <b>"), ("pricing_hash", hash.as_str())],
        vec![("name", "Thandi Buyer"), ("agree", "yes"), ("pricing_hash", "0000")],
    ] {
        let refused = buyer.post(&accept, &bad).await?;
        ensure!(refused.status == 422 && refused.text().contains("role=\"alert\""), "{bad:?}: {}", refused.status);
        ensure!(!refused.text().contains("Typed <b>"), "markup of others on the page");
    }
    // A double click, and a third and a fourth: one acceptance, one order.
    let form: Vec<(&str, &str)> = good.into_iter().chain([("pricing_hash", hash.as_str())]).collect();
    let presses = join_all((0..4).map(|_| buyer.post(&accept, &form))).await;
    for press in presses {
        let press = press?;
        ensure!(press.status == 303, "{} {}", press.status, press.text());
    }
    let view =
        until(&desk, "get_quote", json!({ "quote_id": id }), |view| view["row"]["status"] == "converted").await?;
    ensure!(view["acceptance"]["name"] == "Thandi Buyer" && view["acceptance"]["po_number"] == "PO-7", "{view}");
    ensure!(view["acceptance"]["link_to"] == "thandi@kopano.example", "{view}");
    let orders = desk.call("list_orders", json!({ "limit": 50 })).await?;
    let number = text(&view, "/row/order_number");
    let made = orders["rows"].as_array().into_iter().flatten().filter(|o| o["quote_number"] == view["row"]["number"]);
    ensure!(made.count() == 1 && number.starts_with("BUS-"), "{orders}");
    ensure!(buyer.get(&path).await?.text().contains(&number), "the page names the order");
    // Somebody else at the same link is told; nothing happens twice.
    let late: Vec<(&str, &str)> =
        form.iter().map(|(k, v)| if *k == "name" { (*k, "Sipho") } else { (*k, *v) }).collect();
    let refused = buyer.post(&accept, &late).await?;
    ensure!(refused.status == 422, "{}", refused.status);

    // The owner and the customer are told once, with the accepted quote and what proves it.
    let told = mails(&office, &format!(" accepted {}", text(&view, "/row/number")), 1).await?;
    ensure!(told[0].contains("To: seller@demo.example") && told[0].contains("application/pdf"), "{}", told[0].len());
    let thanks = mails(&office, &format!("You accepted quote {}", text(&view, "/row/number")), 1).await?;
    ensure!(thanks[0].contains("To: thandi@kopano.example") && thanks[0].contains("application/pdf"));
    let news = desk.call("customer_news", json!({})).await?;
    ensure!(news[0]["kind"] == "accepted" && news[0]["who"] == "Thandi Buyer", "{news}");
    // On the laptop the accepted quote prints the same proof.
    let printed = desk.call("quote_pdf", json!({ "quote_id": id })).await?;
    ensure!(printed["pages"].as_u64() > Some(1), "{printed}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_asks_is_answered_and_declines() -> Result<()> {
    let Some(mut office) = Office::open("portal_ask").await? else { return Ok(()) };
    let desk = office.desk("seller@demo.example").await?;
    let (id, path) = mailed(&office, &desk, 1, "sipho@kopano.example").await?;
    let buyer = visitor(&office, "192.0.2.8")?;
    let message = buyer.get(&path).await?.hidden("message_id")?;
    let form = [("message_id", message.as_str()), ("name", "Sipho"), ("text", "Can it be 24 months? <script>")];
    let ask = format!("{path}/ask");
    for press in join_all((0..3).map(|_| buyer.post(&ask, &form))).await {
        ensure!(press?.status == 303);
    }
    let wanted = |side: &Value| side["messages"].as_array().is_some_and(|list| list.len() == 1);
    let side = until(&desk, "quote_customer", json!({ "quote_id": id }), wanted).await?;
    ensure!(side["messages"][0]["author"] == "Sipho" && side["messages"][0]["ours"] == false, "{side}");
    let page = buyer.get(&path).await?.text();
    ensure!(page.contains("&lt;script&gt;") && !page.contains("months? <script>"), "markup of others on the page");
    let asked = mails(&office, "asks about QTE-", 1).await?;
    ensure!(asked[0].contains("To: seller@demo.example") && asked[0].contains("24 months"), "{}", asked[0]);
    ensure!(desk.call("customer_news", json!({})).await?[0]["kind"] == "asked");

    // Answered without a network; it goes out when there is one, once, with the same link.
    office.server.kill()?;
    let answer = json!({ "quote_id": id, "body": "Yes: a new version is on its way." });
    let side = desk.call("send_quote_message", answer).await?;
    ensure!(side["messages"][1]["waiting"] == true && side["messages"][1]["ours"] == true, "{side}");
    ensure!(desk.call("send_quote_message", json!({ "quote_id": id, "body": " " })).await.is_err(), "an empty message");
    ensure!(
        desk.call("customer_news", json!({})).await?.as_array().is_some_and(|n| n.iter().all(|n| n["kind"] != "asked"))
    );
    office.server.restart()?;
    until(&desk, "quote_customer", json!({ "quote_id": id }), |side| side["messages"][1]["waiting"] == false).await?;
    let answered = mails(&office, "An answer about quote", 1).await?;
    ensure!(answered[0].contains("To: sipho@kopano.example") && answered[0].contains(&path), "{}", answered[0]);
    let buyer = visitor(&office, "192.0.2.8")?;
    ensure!(buyer.get(&path).await?.text().contains("a new version is on its way"), "the answer stands on the page");

    // Declined with a reason, once.
    let refuse = format!("{path}/refuse");
    ensure!(buyer.post(&refuse, &[("name", "Sipho"), ("text", " ")]).await?.status == 422, "a reason is needed");
    for _ in 0..2 {
        ensure!(buyer.post(&refuse, &[("name", "Sipho"), ("text", "Too dear")]).await?.status == 303);
    }
    let view = until(&desk, "get_quote", json!({ "quote_id": id }), |view| view["row"]["status"] == "rejected").await?;
    ensure!(view["closed"]["by"] == "Sipho" && view["closed"]["reason"] == "Too dear", "{view}");
    mails(&office, "declined QTE-", 1).await?;
    let hash = "0".repeat(64);
    let late =
        buyer.post(&format!("{path}/accept"), &[("name", "Sipho"), ("agree", "yes"), ("pricing_hash", &hash)]).await?;
    ensure!(late.status == 422 && late.text().contains("no longer open"), "{}", late.text());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_opens_its_quote_and_nothing_else_and_ends() -> Result<()> {
    let Some(office) = Office::open("portal_links").await? else { return Ok(()) };
    let desk = office.desk("seller@demo.example").await?;
    let (id, path) = mailed(&office, &desk, 1, "first@kopano.example").await?;
    let buyer = visitor(&office, "192.0.2.9")?;
    for wrong in ["/q/short", "/q/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "/q/%00%ff"] {
        let status = buyer.get(wrong).await?.status;
        ensure!(status == 404 || status == 400, "{wrong}: {status}");
    }
    // The secret itself stands nowhere in the database.
    let owner = connect(office.owner_url()).await?;
    let secret = path.trim_start_matches("/q/");
    let kept: Vec<u8> = sqlx::query_scalar("SELECT secret_hash FROM link_secrets").fetch_one(&owner).await?;
    ensure!(kept.len() == 32 && !String::from_utf8_lossy(&kept).contains(secret));

    // A second link of the same quote stays good when the first is ended.
    let second = mail(&office, &desk, &id, "second@kopano.example").await?;
    ensure!(second != path, "a link of its own");
    let side = desk.call("quote_customer", json!({ "quote_id": id })).await?;
    let links = side["links"].as_array().cloned().unwrap_or_default();
    let first = links.iter().find(|link| link["to"] == "first@kopano.example").context("the first link")?;
    desk.call("end_quote_link", json!({ "id": text(first, "/id") })).await?;
    until(&desk, "sync_status", json!({}), |status| status["waiting"] == 0).await?;
    for (way, post) in [("", false), ("/quote.pdf", false), ("/seen", true), ("/accept", true), ("/ask", true)] {
        let to = format!("{path}{way}");
        let status = if post { buyer.post(&to, &[]).await?.status } else { buyer.get(&to).await?.status };
        ensure!(status == 410, "{way}: {status}");
    }
    ensure!(buyer.get(&second).await?.status == 200);

    // A newer version: the old one says so and cannot be accepted.
    let hash = buyer.get(&second).await?.hidden("pricing_hash")?;
    let next = desk.call("revise_quote", json!({ "quote_id": id })).await?;
    desk.call("send_quote", json!({ "quote_id": text(&next, "/row/id") })).await?;
    until(&desk, "sync_status", json!({}), |status| status["waiting"] == 0).await?;
    let old = buyer.get(&second).await?.text();
    ensure!(old.contains("Replaced by a newer version") && !old.contains("Accept this quote"), "{old}");
    let form = [("name", "Late"), ("agree", "yes"), ("pricing_hash", hash.as_str())];
    let late = buyer.post(&format!("{second}/accept"), &form).await?;
    ensure!(late.status == 422 && late.text().contains("A newer version"), "{}", late.status);

    // Past its last day; and a link past its own.
    let third = mail(&office, &desk, &text(&next, "/row/id"), "third@kopano.example").await?;
    let hash = buyer.get(&third).await?.hidden("pricing_hash")?;
    let org: uuid::Uuid = sqlx::query_scalar("SELECT org_id FROM link_secrets LIMIT 1").fetch_one(&owner).await?;
    let change = async |sql: &'static str| -> Result<()> {
        let mut tenant = satchel_server::tenant::tenant_tx(&owner, satchel_core::ids::OrgId(org)).await?;
        sqlx::query(sql).execute(&mut *tenant.tx).await?;
        Ok(tenant.tx.commit().await?)
    };
    change(
        "UPDATE quotes SET state = jsonb_set(state, '{valid_until}', to_jsonb(to_char(now() - interval '2 days', 'YYYY-MM-DD'))) \
         WHERE status = 'sent' AND version = 2",
    )
    .await?;
    let form = [("name", "Late"), ("agree", "yes"), ("pricing_hash", hash.as_str())];
    let late = buyer.post(&format!("{third}/accept"), &form).await?;
    ensure!(late.status == 422 && late.text().contains("has expired"), "{} {}", late.status, late.text());
    change("UPDATE quote_links SET expires_at = now() - interval '1 day'").await?;
    ensure!(buyer.get(&third).await?.status == 410);

    // A draft has no link; the mail says so.
    let draft = quote(&desk, 1).await?;
    let body = json!({ "to": "draft@kopano.example", "subject": "Draft", "body": "", "with_link": true });
    desk.call("send_mail", json!({ "quote_id": draft, "file": { "kind": "quote" }, "mail": body })).await?;
    let list = until(&desk, "list_mails", json!({ "quote_id": draft }), |l| l["mails"][0]["state"] == "sent").await?;
    ensure!(list["mails"][0]["problem"] == "mail.sent_without_link", "{list}");
    let sent = office.server.mails()?.into_iter().find(|mail| mail.contains("Subject: Draft")).context("sent")?;
    ensure!(!read(&sent).contains("/q/"), "a link to a draft");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn many_looks_from_one_place_are_slowed_down() -> Result<()> {
    let Some(office) = Office::open("portal_limits").await? else { return Ok(()) };
    let (busy, calm) = (visitor(&office, "192.0.2.66")?, visitor(&office, "192.0.2.67")?);
    let began = Utc::now();
    let mut slowed = 0;
    for _ in 0..200 {
        slowed += u32::from(busy.get("/q/AAAA").await?.status == 429);
    }
    let minutes = (Utc::now() - began).num_seconds() / 60;
    ensure!(slowed >= 40 || minutes > 0, "{slowed} of 200 were slowed down");
    ensure!(calm.get("/q/AAAA").await?.status == 404, "others are not slowed down");
    Ok(())
}

/// A form as the page gives it, filled in.
async fn filled(page: &Answered, company: &str) -> Result<Vec<(&'static str, String)>> {
    let mut fields = vec![
        ("company", company.to_owned()),
        ("contact", "Lerato".to_owned()),
        ("email", "lerato@kopano.example".to_owned()),
        ("preferred", "email".to_owned()),
        ("country", "ZA".to_owned()),
        ("site_count", "53".to_owned()),
        ("bandwidth", "50 Mbps".to_owned()),
        ("message", "By March <b>please</b>".to_owned()),
    ];
    for name in ["id", "made_at", "seal"] {
        fields.push((name, page.hidden(name)?));
    }
    // Nobody types faster.
    tokio::time::sleep(Duration::from_millis(2_200)).await;
    Ok(fields)
}

fn with<'a>(fields: &'a [(&'static str, String)], more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let kept = fields.iter().filter(|(name, _)| more.iter().all(|(other, _)| other != name));
    kept.map(|(name, value)| (*name, value.as_str())).chain(more.iter().copied()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_becomes_a_prospect_with_sites_and_a_draft_once() -> Result<()> {
    let Some(office) = Office::open("portal_request").await? else { return Ok(()) };
    let desk = office.desk("seller@demo.example").await?;
    let guest = visitor(&office, "192.0.2.20")?;
    ensure!(guest.get("/r/nobody").await?.status == 404);
    let page = guest.get("/r/demo").await?;
    ensure!(page.status == 200 && page.headers.contains_key("content-security-policy"), "{page:?}");
    let template = guest.get("/r/demo/template.csv").await?;
    ensure!(template.status == 200 && template.text().contains("100Mbps Fiber"), "{}", template.text());
    let fields = filled(&page, "Kopano <i>Retail</i> Two").await?;
    let none = ("list", "", b"".as_slice());

    // What is wrong is said at its field, and what was typed stands there.
    let bad = guest.post_file("/r/demo", &with(&fields, &[("email", "lerato")]), none).await?;
    ensure!(bad.status == 422 && bad.text().contains("not an e-mail address"), "{}", bad.text());
    ensure!(bad.text().contains("Kopano &lt;i&gt;Retail") && !bad.text().contains("<i>Retail"), "markup of others");
    // Forged or old forms are asked for again.
    let forged = guest.post_file("/r/demo", &with(&fields, &[("made_at", "1")]), none).await?;
    ensure!(forged.status == 422 && forged.text().contains("Nothing was sent"), "{}", forged.status);

    // A list with wrong rows: nothing is taken before its sender has decided; the list is kept with the form.
    let list = std::fs::read("../samples/kopano_branches.csv")?;
    let looked = guest.post_file("/r/demo", &with(&fields, &[]), ("list", "branches.csv", &list)).await?;
    let text_of = looked.text();
    ensure!(looked.status == 422 && text_of.contains("cannot be taken as they stand"), "{text_of}");
    ensure!(text_of.contains("branches.csv") && text_of.contains("What is wrong"), "rows are shown");
    desk.call("sync_now", json!({})).await?;
    ensure!(desk.call("customer_news", json!({})).await? == json!([]), "nothing was taken");
    // `3 of 53 rows of branches.csv cannot be taken as they stand. 1 more stand twice ...`
    let rows: Vec<u32> = text_of
        .split("data-testid=\"bad-rows\">")
        .nth(1)
        .context("counts")?
        .split([' ', '<'])
        .filter_map(|word| word.parse().ok())
        .take(3)
        .collect();
    let (bad_rows, all_rows, twice) = (rows[0], rows[1], rows.get(2).copied().unwrap_or(0));
    ensure!(bad_rows >= 1 && all_rows == 53, "{rows:?}");

    // Sent with the others, pressed three times: one prospect, its good sites, one draft with their packages.
    let good = with(&fields, &[("leave_out", "yes")]);
    for press in join_all((0..3).map(|_| guest.post_file("/r/demo", &good, none))).await {
        let press = press?;
        ensure!(press.status == 303, "{} {}", press.status, press.text());
    }
    ensure!(guest.get("/r/demo/thanks").await?.text().contains("Thank you"));
    let news = until(&desk, "customer_news", json!({}), |news| news[0]["kind"] == "requested").await?;
    ensure!(news.as_array().is_some_and(|list| list.len() == 1), "{news}");
    ensure!(news[0]["account"] == "Kopano <i>Retail</i> Two" && news[0]["who"] == "Lerato", "{news}");
    let id = text(&news, "/0/quote_id");
    let view = desk.call("get_quote", json!({ "quote_id": id })).await?;
    ensure!(view["row"]["status"] == "draft" && view["row"]["owner"] == "Field seller", "{view}");
    ensure!(view["site_count"].as_u64() > Some(1), "sites with a package are on the draft: {view}");
    let account = text(&news, "/0/account_id");
    let sites = desk.call("list_sites", json!({ "account_id": account, "list": { "limit": 1 } })).await?;
    ensure!(sites["total"].as_u64() == Some(u64::from(all_rows - bad_rows - twice)), "{} of {rows:?}", sites["total"]);
    let side = desk.call("quote_customer", json!({ "quote_id": id })).await?;
    ensure!(side["request"]["email"] == "lerato@kopano.example" && side["request"]["site_count"] == 53, "{side}");
    ensure!(side["request"]["left_out"] == bad_rows && side["request"]["file_name"] == "branches.csv", "{side}");
    let told = mails(&office, "asks for a quote", 1).await?;
    ensure!(told[0].contains("To: seller@demo.example") && told[0].contains("Reply-To: lerato@kopano.example"));
    // The draft is one like any other: it goes on where the request ended.
    desk.call("edit_quote", json!({ "quote_id": id, "edits": [{ "op": "set_term", "term_months": 36 }] })).await?;
    until(&desk, "sync_status", json!({}), |status| status["waiting"] == 0 && status["needs_you"] == 0).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn programs_and_the_impatient_send_no_requests() -> Result<()> {
    let Some(office) = Office::open("portal_spam").await? else { return Ok(()) };
    let owner = connect(office.owner_url()).await?;
    let taken = async || -> Result<i64> {
        Ok(sqlx::query_scalar("SELECT count(*) FROM quote_requests").fetch_one(&owner).await?)
    };
    let guest = visitor(&office, "192.0.2.30")?;
    let none = ("list", "", b"".as_slice());
    let fields = filled(&guest.get("/r/demo").await?, "Program").await?;
    // A field no person sees was filled in: thanked, and nothing is kept.
    let trapped = guest.post_file("/r/demo", &with(&fields, &[("website", "https://spam.example")]), none).await?;
    ensure!(trapped.status == 303 && taken().await? == 0, "{}", trapped.status);
    // Faster than a person types: said, and nothing is kept.
    let page = guest.get("/r/demo").await?;
    let fresh: Vec<(&'static str, String)> =
        ["id", "made_at", "seal"].iter().map(|n| Ok((*n, page.hidden(n)?))).collect::<Result<_>>()?;
    let quick: Vec<(&str, &str)> = fresh.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let fast = guest.post_file("/r/demo", &with(&fields, &quick), none).await?;
    ensure!(fast.status == 422 && fast.text().contains("faster than a person"), "{}", fast.status);
    // Something that is no list is said to be none; the request can go without it.
    let junk =
        guest.post_file("/r/demo", &with(&fields, &[]), ("list", "photo.xlsx", b"PK\x03\x04 not a workbook")).await?;
    ensure!(junk.status == 422 && junk.text().contains("could not be read as a list"), "{}", junk.text());
    let huge =
        guest.post_file("/r/demo", &with(&fields, &[]), ("list", "huge.csv", &vec![b'a'; 6 * 1024 * 1024])).await;
    ensure!(huge.is_err() || huge.is_ok_and(|answer| answer.status == 400 || answer.status == 413));
    ensure!(taken().await? == 0);
    let without = guest.post_file("/r/demo", &with(&fields, &[("no_list", "yes")]), none).await?;
    ensure!(without.status == 303 && taken().await? == 1, "{}", without.status);
    // One place sends five an hour.
    let mut refused = 0;
    for n in 0..6 {
        let fields = filled(&guest.get("/r/demo").await?, &format!("Company {n}")).await?;
        refused += u32::from(guest.post_file("/r/demo", &with(&fields, &[]), none).await?.status == 429);
    }
    ensure!(refused == 2 && taken().await? == 5, "{refused} refused, {} taken", taken().await?);
    // No form for one whose person is gone.
    sqlx::query("UPDATE request_forms SET owner_id = gen_random_uuid()").execute(&owner).await?;
    ensure!(guest.get("/r/demo").await?.status == 404);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_opens_moves_and_closes_the_form() -> Result<()> {
    let Some(office) = Office::open("portal_form").await? else { return Ok(()) };
    let guest = visitor(&office, "192.0.2.40")?;
    let at = office.owner_url();
    for refused in [
        ["requests", "technician@demo.example", "--name", "fibre"],
        ["requests", "nobody@demo.example", "--name", "fibre"],
        ["requests", "manager@demo.example", "--name", "No Name"],
    ] {
        ensure!(operate(at, &refused).is_err(), "{refused:?}");
    }
    ensure!(guest.get("/r/demo").await?.status == 200, "what was refused changes nothing");
    operate(at, &["requests", "manager@demo.example", "--name", "fibre"])?;
    ensure!(guest.get("/r/demo").await?.status == 404 && guest.get("/r/fibre").await?.status == 200);
    let fields = filled(&guest.get("/r/fibre").await?, "Moved").await?;
    let sent = guest.post_file("/r/fibre", &with(&fields, &[]), ("list", "", b"".as_slice())).await?;
    ensure!(sent.status == 303, "{}", sent.text());
    ensure!(mails(&office, "Moved asks for a quote", 1).await?[0].contains("To: manager@demo.example"));
    operate(at, &["no-requests", "fibre"])?;
    ensure!(guest.get("/r/fibre").await?.status == 404);
    Ok(())
}

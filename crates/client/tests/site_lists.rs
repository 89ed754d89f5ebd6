//! Site lists in a workspace: the account named exactly, the same list twice, another customer's list, what was chosen about
//! reading it; and a quote that waits for a clock that may be right.

use std::path::Path;

use satchel_client::api::dispatch;
use satchel_client::imports::account::account_of;
use satchel_client::imports::commands::{change, commit, open_bytes};
use satchel_client::imports::rows::list;
use satchel_client::imports::view::{ChangeSiteList, CommitSiteList, FixCell, SiteListPreview, SiteListRows};
use satchel_client::keys::Secrets;
use satchel_client::workspace::commands::open_demo_with;
use satchel_client::workspace::view::WorkspaceState;
use satchel_client::{Clock, Engine, EngineConfig};
use satchel_core::demo::DemoSpec;
use serde_json::{Value, json};

async fn demo(folder: &Path, clock: &Clock) -> Engine {
    let engine = Engine::new(EngineConfig {
        data_dir: folder.to_owned(),
        server_url: None,
        server_ca: None,
        secrets: Secrets::memory(),
        app_version: "test".to_owned(),
        clock: clock.clone(),
        spreadsheet_reader: None,
    });
    let spec = DemoSpec::small(chrono::Utc::now());
    assert!(matches!(open_demo_with(&engine, &spec).await, Ok(WorkspaceState::Ready { .. })));
    engine
}

/// Code, id and name of the first accounts of a country.
async fn accounts(engine: &Engine) -> Vec<(String, String, String)> {
    let request = json!({ "text": null, "filters": [], "sort": null, "offset": 0, "limit": 50 });
    let found = dispatch(engine, "list_accounts", request).await.expect("accounts");
    let text = |row: &Value, key: &str| row[key].as_str().unwrap_or_default().to_owned();
    let rows = found["rows"].as_array().cloned().unwrap_or_default();
    rows.iter().map(|row| (text(row, "code"), text(row, "id"), text(row, "name"))).collect()
}

fn codes(preview: &SiteListPreview) -> Vec<(&str, bool)> {
    preview.notices.iter().map(|notice| (notice.code.as_str(), notice.asks)).collect()
}

fn nothing_changed(preview: &SiteListPreview) -> ChangeSiteList {
    ChangeSiteList {
        import_id: preview.import_id.clone(),
        mapping: None,
        fixes: Vec::new(),
        skips: Vec::new(),
        accept_repairs: Vec::new(),
        sheet: None,
        encoding: None,
        delimiter: None,
        header_row: None,
        country: None,
        leave_out_hidden: None,
        in_notes: None,
    }
}

async fn write(engine: &Engine, preview: SiteListPreview) -> u32 {
    let args =
        CommitSiteList { import_id: preview.import_id, quote_id: None, default_item_id: None, order_per_site: None };
    commit(engine, args).await.expect("imported").added
}

const LIST: &[u8] = b"Site name,Address,City,Mobile,Tel\nKiepersol,1 Veld Rd,Paarl,,021 555 0101\n\
    Maroela,2 Veld Rd,George,082 555 0102,044 555 0102\nKameeldoring,3 Veld Rd,Knysna,,\n";

#[tokio::test]
async fn an_account_is_named_exactly_or_refused_with_the_nearest() {
    let folder = tempfile::tempdir().expect("a folder");
    let engine = demo(folder.path(), &Clock::default()).await;
    let (code, id, name) = accounts(&engine).await.into_iter().next().expect("an account");
    for text in [code.clone(), code.to_lowercase(), id.clone(), format!(" {code} ")] {
        assert_eq!(account_of(&engine, &text).await.as_deref(), Ok(id.as_str()), "{text}");
    }
    let refused = account_of(&engine, &name).await.expect_err("a name is no code");
    assert!(refused.code == "account.unknown" && refused.message.contains(&code), "{}", refused.message);
    let refused = account_of(&engine, &code[..code.len() - 1]).await.expect_err("not all of a code");
    assert!(refused.message.contains("the nearest: "), "{}", refused.message);
    engine.close().await;
}

#[tokio::test]
async fn the_same_list_again_changes_nothing_and_another_customers_list_is_asked_about() {
    let folder = tempfile::tempdir().expect("a folder");
    let engine = demo(folder.path(), &Clock::default()).await;
    let all = accounts(&engine).await;
    let (one, other) = (&all[0].1, &all[1].1);
    let first = open_bytes(&engine, one, "list.csv", LIST.to_vec()).await.expect("opened");
    assert_eq!((first.new, first.errors, codes(&first)), (3, 0, vec![]));
    assert_eq!(write(&engine, first).await, 3);

    let again = open_bytes(&engine, one, "list.csv", LIST.to_vec()).await.expect("opened");
    assert_eq!((again.new, again.changed, again.unchanged), (0, 0, 3));
    assert_eq!(codes(&again), [("list.nothing_new", false)]);

    let elsewhere = open_bytes(&engine, other, "list.csv", LIST.to_vec()).await.expect("opened");
    assert_eq!(codes(&elsewhere)[0], ("list.other_customer", true));
    assert_eq!(elsewhere.notices[0].params["account"], all[0].2);
    engine.close().await;
}

#[tokio::test]
async fn what_is_chosen_takes_effect_at_once_and_a_mended_row_stays_in_sight() {
    let folder = tempfile::tempdir().expect("a folder");
    let engine = demo(folder.path(), &Clock::default()).await;
    let account = &accounts(&engine).await[0].1;
    let polish = polish_list();
    let opened = open_bytes(&engine, account, "lista.csv", polish).await.expect("opened");
    let chosen = ChangeSiteList { encoding: Some("windows-1250".to_owned()), ..nothing_changed(&opened) };
    let read = change(&engine, chosen).await.expect("read again");
    assert_eq!(read.columns[0].samples, ["Łódź"]);
    let cut = ChangeSiteList { delimiter: Some("|".to_owned()), ..nothing_changed(&read) };
    let cut = change(&engine, cut).await.expect("cut again");
    assert_eq!((cut.columns.len(), codes(&cut)[0]), (1, ("list.one_column", true)));
    let back = ChangeSiteList { delimiter: Some(";".to_owned()), ..nothing_changed(&cut) };
    let back = change(&engine, back).await.expect("cut again");
    assert_eq!(back.columns.len(), 3);

    // The row's only fault is mended under a filter on it: it stays, though the filter does not fit it any more.
    let fix = FixCell { row: 2, field: "contact_email".to_owned(), value: "a@b.example".to_owned() };
    let mended = ChangeSiteList { fixes: vec![fix], ..nothing_changed(&back) };
    let mended = change(&engine, mended).await.expect("mended");
    let shown = |keep: Vec<u32>| SiteListRows {
        import_id: mended.import_id.clone(),
        revision: mended.revision,
        show: "email.invalid".to_owned(),
        keep,
        list: Default::default(),
    };
    assert_eq!(list(&engine, shown(vec![])).await.expect("rows").total, 0);
    assert_eq!(list(&engine, shown(vec![2])).await.expect("rows").total, 1);
    engine.close().await;
}

/// A Polish list in the encoding of its country.
fn polish_list() -> Vec<u8> {
    b"Nazwa;Miasto;E-mail\n\xA3\xF3d\x9F;\xA3\xF3d\x9F;nobody\n".to_vec()
}

#[tokio::test]
async fn a_quote_waits_for_a_clock_that_may_be_right() {
    let folder = tempfile::tempdir().expect("a folder");
    let clock = Clock::default();
    let engine = demo(folder.path(), &clock).await;
    let account = accounts(&engine).await[0].1.clone();
    let make = || {
        let args = json!({ "account_id": account, "title": "Fibre", "price_book_id": null });
        dispatch(&engine, "create_quote", args)
    };
    clock.set_wrong(chrono::Duration::days(-2_000));
    let refused = make().await.expect_err("years behind");
    assert!(refused.code == "clock.behind_last_sync" && !refused.params["now"].is_empty(), "{refused:?}");
    clock.set_wrong(chrono::Duration::zero());
    assert!(make().await.is_ok());
    engine.close().await;
}

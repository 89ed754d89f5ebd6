//! Opening the encrypted store: whatever stands in the way is said, and no file is overwritten.

use satchel_client::store::{DatabaseKey, Store, StoreError};

#[tokio::test]
async fn a_second_instance_and_a_wrong_key_are_refused_and_change_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let (events, _) = tokio::sync::broadcast::channel(4);
    let key = DatabaseKey::generate().expect("a key");
    let store = Store::open(folder.path(), &key, events.clone()).await.expect("a new store");
    let second = Store::open(folder.path(), &key, events.clone()).await;
    assert!(matches!(second, Err(StoreError::InUse)));
    store.close().await;
    drop(store);

    let file = folder.path().join("cache.db");
    let before = std::fs::read(&file).expect("the file");
    let other = DatabaseKey::generate().expect("a key");
    let wrong = Store::open(folder.path(), &other, events.clone()).await;
    assert!(matches!(wrong, Err(StoreError::WrongKey)));
    assert!(before == std::fs::read(&file).expect("the file"), "the file is untouched");
    assert!(Store::open(folder.path(), &key, events).await.is_ok(), "the right key still opens it");
}

async fn fill(store: &Store, from: i64, to: i64) -> Result<(), StoreError> {
    let mut tx = store.begin().await?;
    for n in from..to {
        sqlx::query("INSERT INTO preferences (user_id, key, value) VALUES ('u', ?1, ?2)")
            .bind(format!("key {n}"))
            .bind("x".repeat(2_000))
            .execute(tx.conn())
            .await?;
    }
    tx.commit().await
}

async fn kept(store: &Store) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("SELECT count(*) FROM preferences WHERE length(value) = 2000").fetch_one(store.read()).await
}

#[tokio::test]
async fn a_full_disk_refuses_the_write_and_keeps_everything_before_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let (events, _) = tokio::sync::broadcast::channel(4);
    let key = DatabaseKey::generate().expect("a key");
    let store = Store::open(folder.path(), &key, events.clone()).await.expect("a new store");
    fill(&store, 0, 100).await.expect("there is room");
    // SQLite's own limit answers as a full disk does.
    let mut tx = store.begin().await.expect("a write");
    let pages: i64 = sqlx::query_scalar("PRAGMA page_count").fetch_one(tx.conn()).await.expect("pages");
    sqlx::query(sqlx::AssertSqlSafe(format!("PRAGMA max_page_count = {pages}")))
        .execute(tx.conn())
        .await
        .expect("limit");
    drop(tx);
    let full = fill(&store, 100, 400).await;
    assert!(matches!(full, Err(StoreError::DiskFull)), "{full:?}");
    assert_eq!(kept(&store).await.expect("read"), 100, "what was there is there, of the refused write nothing");
    let mut tx = store.begin().await.expect("a write");
    sqlx::query("PRAGMA max_page_count = 1000000").execute(tx.conn()).await.expect("room");
    drop(tx);
    fill(&store, 100, 400).await.expect("with room it goes on");
    store.close().await;
    drop(store);
    let store = Store::open(folder.path(), &key, events).await.expect("it opens again");
    assert_eq!(kept(&store).await.expect("read"), 400);
}

#[tokio::test]
async fn a_damaged_file_is_called_damaged_and_left_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let (events, _) = tokio::sync::broadcast::channel(4);
    let key = DatabaseKey::generate().expect("a key");
    let store = Store::open(folder.path(), &key, events.clone()).await.expect("a new store");
    fill(&store, 0, 300).await.expect("there is room");
    store.close().await;
    drop(store);
    let file = folder.path().join("cache.db");
    let mut bytes = std::fs::read(&file).expect("the file");
    // Everything but the page that says whether the key is right: whatever is read, some of it is damaged.
    let from = 16 * 1024;
    bytes[from..].iter_mut().for_each(|byte| *byte ^= 0x5a);
    std::fs::write(&file, &bytes).expect("the damage");
    let told = match Store::open(folder.path(), &key, events).await {
        Ok(store) => kept(&store).await.map_err(StoreError::from).err(),
        Err(error) => Some(error),
    };
    assert!(matches!(told, Some(StoreError::Damaged(_))), "{told:?}");
    let after = std::fs::read(&file).expect("the file");
    assert!(bytes[from..] == after[from..bytes.len()], "nothing repaired it silently");
}

#[tokio::test]
async fn a_new_store_is_there_as_a_whole_or_not_at_all() {
    let folder = tempfile::tempdir().expect("a folder");
    let (events, _) = tokio::sync::broadcast::channel(4);
    let key = DatabaseKey::generate().expect("a key");
    let file = folder.path().join("cache.db");
    // What ends in the middle leaves nothing that would be taken for a cache.
    let store = Store::begin_new(folder.path(), &key, events.clone()).await.expect("a new store");
    fill(&store, 0, 50).await.expect("rows");
    store.close().await;
    drop(store);
    assert!(!file.exists());
    let store = Store::begin_new(folder.path(), &key, events.clone()).await.expect("another new store");
    assert_eq!(kept(&store).await.expect("read"), 0);
    // A step of it can be taken back, and the next one goes through.
    fill(&store, 0, 100).await.expect("rows");
    let mut tx = store.begin().await.expect("a write");
    sqlx::query("DELETE FROM preferences").execute(tx.conn()).await.expect("deleted");
    drop(tx);
    fill(&store, 100, 3_000).await.expect("more rows than the pages that are kept in memory");
    let store = store.settled().await.expect("durable");
    assert_eq!(kept(&store).await.expect("read"), 3_000);
    assert!(file.exists() && !folder.path().join("cache.new.db").exists());
    let mode: String = sqlx::query_scalar("PRAGMA journal_mode").fetch_one(store.read()).await.expect("mode");
    assert_eq!(mode, "wal");
    assert!(matches!(Store::open(folder.path(), &key, events.clone()).await, Err(StoreError::InUse)));
    store.close().await;
    drop(store);
    // A database that is there is opened, not made anew; settling it changes nothing.
    let store = Store::begin_new(folder.path(), &key, events).await.expect("the same store");
    let store = store.settled().await.expect("as it is");
    assert_eq!(kept(&store).await.expect("read"), 3_000);
}

async fn found(store: &Store, word: &str) -> Vec<i64> {
    sqlx::query_scalar("SELECT rowid % 8 FROM search_index WHERE search_index MATCH ?1 ORDER BY rowid")
        .bind(format!("\"{word}\"*"))
        .fetch_all(store.read())
        .await
        .expect("a search")
}

#[tokio::test]
async fn the_palettes_index_follows_every_row() {
    let folder = tempfile::tempdir().expect("a folder");
    let (events, _) = tokio::sync::broadcast::channel(4);
    let store =
        Store::open(folder.path(), &DatabaseKey::generate().expect("a key"), events).await.expect("a new store");
    let run = async |sql: &str| {
        let mut tx = store.begin().await.expect("a write");
        sqlx::raw_sql(sqlx::AssertSqlSafe(sql.to_owned())).execute(tx.conn()).await.expect("written");
        tx.commit().await.expect("durable");
    };
    let order = "INSERT INTO orders (id, scope_id, number, quote_id, quote_number, account_id, status, site_count, currency, \
                 monthly, one_off, tcv, term_months, accepted_at) \
                 VALUES ('o', 'a', 'SO-7', 'q', 'Q-Umhlanga', 'a', 'new', 1, 'ZAR', 1, 0, 12, 12, '2026-01-01')";
    run(order).await;
    assert_eq!(found(&store, "umhl").await, [3]);
    run("UPDATE orders SET number = 'SO-Kopano'").await;
    assert_eq!((found(&store, "kopano").await, found(&store, "7").await), (vec![3], vec![]));
    run("DELETE FROM orders").await;
    assert!(found(&store, "umhl").await.is_empty());
}

async fn pages(store: &Store) -> String {
    sqlx::query_scalar("PRAGMA cipher_page_size").fetch_one(store.read()).await.expect("page size")
}

#[tokio::test]
async fn a_file_made_with_the_first_pages_is_opened_as_it_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let (events, _) = tokio::sync::broadcast::channel(4);
    let key = DatabaseKey::generate().expect("a key");
    let file = folder.path().join("cache.db");
    let options = sqlx::sqlite::SqliteConnectOptions::new()
        .filename(&file)
        .create_if_missing(true)
        .journal_mode(sqlx::sqlite::SqliteJournalMode::Wal)
        .pragma("key", format!("\"x'{}'\"", key.to_hex().as_str()));
    let old = sqlx::sqlite::SqlitePool::connect_with(options).await.expect("made as before");
    sqlx::raw_sql("CREATE TABLE kept (word TEXT); INSERT INTO kept VALUES ('here')")
        .execute(&old)
        .await
        .expect("filled");
    // As a power cut leaves it: what was written stands beside the file.
    let cut = tempfile::tempdir().expect("a folder");
    for name in ["cache.db", "cache.db-wal"] {
        std::fs::copy(folder.path().join(name), cut.path().join(name)).expect("copied");
    }
    old.close().await;
    for folder in [folder.path(), cut.path()] {
        let store = Store::open(folder, &key, events.clone()).await.expect("it opens");
        let word: String = sqlx::query_scalar("SELECT word FROM kept").fetch_one(store.read()).await.expect("read");
        assert_eq!((word.as_str(), pages(&store).await.as_str()), ("here", "4096"));
        store.close().await;
    }
    let store = Store::open(folder.path(), &key, events.clone()).await.expect("it opens");
    fill(&store, 0, 100).await.expect("written to");
    store.close().await;
    drop(store);
    let store = Store::open(folder.path(), &key, events.clone()).await.expect("again");
    assert_eq!(kept(&store).await.expect("read"), 100);
    store.close().await;
    drop(store);
    let other = DatabaseKey::generate().expect("a key");
    assert!(matches!(Store::open(folder.path(), &other, events.clone()).await, Err(StoreError::WrongKey)));
    let anew = tempfile::tempdir().expect("a folder");
    let store = Store::open(anew.path(), &key, events).await.expect("a new store");
    assert_eq!(pages(&store).await, "8192");
}

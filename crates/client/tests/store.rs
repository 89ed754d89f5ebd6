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
    let from = bytes.len() / 2;
    bytes[from..from + 200_000].iter_mut().for_each(|byte| *byte ^= 0x5a);
    std::fs::write(&file, &bytes).expect("the damage");
    let told = match Store::open(folder.path(), &key, events).await {
        Ok(store) => kept(&store).await.map_err(StoreError::from).err(),
        Err(error) => Some(error),
    };
    assert!(matches!(told, Some(StoreError::Damaged(_))), "{told:?}");
    let after = std::fs::read(&file).expect("the file");
    assert!(bytes[from..from + 200_000] == after[from..from + 200_000], "nothing repaired it silently");
}

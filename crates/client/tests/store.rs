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

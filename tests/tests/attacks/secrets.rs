//! No secret of a laptop stands in a log, whatever is logged.

use std::io::Write;
use std::sync::{Arc, Mutex};

use satchel_client::store::{DatabaseKey, Store};
use tracing_subscriber::fmt::MakeWriter;

/// Everything that was logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("the log").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn the_key_of_the_store_is_in_no_log() {
    let log = Log::default();
    tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(log.clone()).init();
    tracing::info!("the log is kept");
    let folder = tempfile::tempdir().expect("a folder");
    let (events, _) = tokio::sync::broadcast::channel(4);
    let key = DatabaseKey::generate().expect("a key");
    let store = Store::begin_new(folder.path(), &key, events.clone()).await.expect("a new store");
    let store = store.settled().await.expect("settled");
    let mut tx = store.begin().await.expect("a write");
    tx.set_meta("typed", "what a person typed").await.expect("written");
    tx.commit().await.expect("durable");
    // Longer than a statement may take before it is told of.
    sqlx::query(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 6000000) SELECT max(i) FROM n",
    )
    .execute(store.read())
    .await
    .expect("slow");
    store.close().await;
    drop(store);
    assert!(Store::open(folder.path(), &DatabaseKey::generate().expect("a key"), events).await.is_err());
    let text = String::from_utf8_lossy(&log.0.lock().expect("the log")).to_lowercase();
    assert!(text.contains("the log is kept"), "nothing was logged at all");
    assert!(!text.contains(key.to_hex().as_str()), "the key");
    assert!(!text.contains("pragma key") && !text.contains("what a person typed"), "statements");
}

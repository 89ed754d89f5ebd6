//! Opening a workspace: whatever stands in the way is a state the window has a screen for, and no file is overwritten.

use std::path::{Path, PathBuf};

use satchel_client::api::Nothing;
use satchel_client::keys::Secrets;
use satchel_client::workspace::commands::{open_demo_with, state, unlock};
use satchel_client::workspace::view::{Unlock, WorkspaceState};
use satchel_client::{Clock, Engine, EngineConfig};
use satchel_core::demo::DemoSpec;

fn engine(folder: &Path, secrets: Secrets) -> Engine {
    Engine::new(EngineConfig {
        data_dir: folder.to_owned(),
        server_url: None,
        server_ca: None,
        secrets,
        app_version: "test".to_owned(),
        clock: Clock::default(),
        spreadsheet_reader: std::env::current_exe().ok(),
    })
}

fn spec() -> DemoSpec {
    DemoSpec::small("2025-11-20T06:00:00Z".parse().expect("instant"))
}

async fn shown(engine: &Engine) -> WorkspaceState {
    state(engine, Nothing {}).await.expect("a state")
}

fn database(folder: &Path) -> PathBuf {
    let orgs = std::fs::read_dir(folder.join("orgs")).expect("a workspace");
    orgs.flatten().next().expect("a workspace").path().join("cache.db")
}

#[tokio::test]
async fn a_second_instance_a_locked_keychain_and_another_key_are_said_and_harm_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let secrets = Secrets::memory();
    let first = engine(folder.path(), secrets.clone());
    assert!(matches!(open_demo_with(&first, &spec()).await, Ok(WorkspaceState::Ready { .. })));
    let second = engine(folder.path(), secrets.clone());
    assert!(matches!(shown(&second).await, WorkspaceState::SecondInstance { .. }));
    first.close().await;
    drop(first);

    let file = database(folder.path());
    let before = std::fs::read(&file).expect("the file");
    // An empty keychain answers as a locked one does: no new key is ever made beside a database.
    let locked = engine(folder.path(), Secrets::memory());
    assert!(matches!(shown(&locked).await, WorkspaceState::KeychainLocked { .. }));
    let other = Secrets::memory();
    let name = format!("database-key/demo-{}", spec().org_id);
    other.set(&name, &"ab".repeat(32)).await.expect("kept");
    assert!(matches!(shown(&engine(folder.path(), other)).await, WorkspaceState::WrongKey { .. }));
    assert!(before == std::fs::read(&file).expect("the file"), "the file is untouched");
    let again = engine(folder.path(), secrets);
    assert!(matches!(shown(&again).await, WorkspaceState::Ready { .. }), "and opens again");
    again.close().await;
}

#[tokio::test]
async fn without_a_keychain_a_passphrase_protects_the_data() {
    let folder = tempfile::tempdir().expect("a folder");
    let first = engine(folder.path(), Secrets::None);
    let asked = open_demo_with(&first, &spec()).await.expect("a state");
    assert!(matches!(asked, WorkspaceState::NeedsPassphrase { first: true, wrong: false, .. }), "{asked:?}");
    let short = unlock(&first, Unlock { passphrase: "short".to_owned() }).await;
    assert_eq!(short.expect_err("too short").code, "workspace.passphrase_short");
    let passphrase = "a long passphrase".to_owned();
    assert!(matches!(
        unlock(&first, Unlock { passphrase: passphrase.clone() }).await,
        Ok(WorkspaceState::Ready { .. })
    ));
    first.close().await;
    drop(first);

    let again = engine(folder.path(), Secrets::None);
    assert!(matches!(shown(&again).await, WorkspaceState::NeedsPassphrase { first: false, .. }));
    let wrong = unlock(&again, Unlock { passphrase: "another passphrase".to_owned() }).await.expect("a state");
    assert!(matches!(wrong, WorkspaceState::NeedsPassphrase { wrong: true, .. }), "{wrong:?}");
    assert!(matches!(unlock(&again, Unlock { passphrase }).await, Ok(WorkspaceState::Ready { .. })));
    again.close().await;
}

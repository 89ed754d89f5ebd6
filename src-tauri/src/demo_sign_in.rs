//! `cargo xtask run` opens a window that is signed in: the credentials of the seeded demo organisation come in a file that
//! the task names. Only builds with the development bridge read it.

use satchel_client::Engine;

#[cfg(feature = "dev-bridge")]
#[derive(serde::Deserialize)]
struct Credentials {
    server_url: String,
    emails: Vec<String>,
    password: String,
}

/// Signs the demo people in, the first one last so that they are the one who works.
#[cfg(feature = "dev-bridge")]
pub async fn run(engine: &Engine) {
    use satchel_client::api::Nothing;
    use satchel_client::workspace::commands::{sign_in, state, switch_user};
    use satchel_client::workspace::view::{SignIn, SwitchUser, WorkspaceState};

    let Some(path) = std::env::var_os("SATCHEL_DEMO_SIGN_IN") else { return };
    let Some(credentials) = std::fs::read(path).ok().and_then(|text| serde_json::from_slice::<Credentials>(&text).ok())
    else {
        return;
    };
    if !matches!(state(engine, Nothing {}).await, Ok(WorkspaceState::Welcome { .. })) {
        return;
    }
    let Some((first, others)) = credentials.emails.split_first() else { return };
    let args = SignIn {
        server_url: credentials.server_url.clone(),
        email: first.clone(),
        password: credentials.password.clone(),
    };
    if let Err(error) = sign_in(engine, args).await {
        tracing::warn!(%error, "the demo sign-in did not go through");
        return;
    }
    for email in others.iter().chain([first]) {
        let args = SwitchUser { email: email.clone(), password: credentials.password.clone() };
        if let Err(error) = switch_user(engine, args).await {
            tracing::warn!(%error, "a demo person could not be enrolled");
        }
    }
}

/// Release builds sign nobody in.
#[cfg(not(feature = "dev-bridge"))]
pub async fn run(_engine: &Engine) {}

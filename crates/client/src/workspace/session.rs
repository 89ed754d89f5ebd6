//! Signing in, staying signed in, switching people. Invariant: refresh tokens live in the keychain (or, under a
//! passphrase, inside the encrypted database); access tokens only in memory; passwords nowhere.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use satchel_core::ids::{OrgId, UserId};
use satchel_core::wire::session::{Refresh, Session, SignIn as WireSignIn, SignOut};

use super::view::SignIn;
use crate::api::CommandError;
use crate::engine::{Engine, Open};
use crate::store::{Store, StoreError};
use crate::sync::transport::Transport;

const DEVICE_KEY: &str = "device-key";

fn refresh_name(org: OrgId, user: UserId) -> String {
    format!("refresh-token/{org}/{user}")
}

/// This installation's random key, made once.
pub(crate) async fn device_key(engine: &Engine) -> Result<String, CommandError> {
    if let Ok(key) = engine.config.secrets.get(DEVICE_KEY).await {
        return Ok(key.to_string());
    }
    let path = engine.config.data_dir.join("device");
    if let Ok(key) = std::fs::read_to_string(&path) {
        return Ok(key.trim().to_owned());
    }
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(|e| CommandError::new("session.no_randomness", e.to_string()))?;
    let key = hex::encode(bytes);
    if engine.config.secrets.set(DEVICE_KEY, &key).await.is_err() {
        // Identifies the installation, opens nothing: may stand in a file where there is no keychain.
        let failed = |e: std::io::Error| CommandError::new("store.disk_full", e.to_string());
        std::fs::create_dir_all(&engine.config.data_dir).map_err(failed)?;
        std::fs::write(path, &key).map_err(failed)?;
    }
    Ok(key)
}

/// Asks the server for a session.
pub(crate) async fn sign_in(engine: &Engine, args: &SignIn) -> Result<Session, CommandError> {
    let transport = Transport::new(&args.server_url, engine.config.server_ca.as_deref())?;
    let body = WireSignIn {
        email: args.email.trim().to_owned(),
        password: args.password.clone(),
        device_key: device_key(engine).await?,
    };
    Ok(transport.post("/session/v1/sign-in", None, &body).await?)
}

/// Keeps what lets the person come back: the refresh token and an offline verifier of the password.
pub(crate) async fn keep(
    engine: &Engine,
    store: &Store,
    session: &Session,
    password: &str,
) -> Result<(), CommandError> {
    let password = password.to_owned();
    let verifier = tokio::task::spawn_blocking(move || {
        Argon2::default().hash_password(password.as_bytes()).map(|hash: PasswordHash| hash.to_string())
    })
    .await
    .map_err(|e| CommandError::new("session.failed", e.to_string()))?
    .map_err(|e| CommandError::new("session.failed", e.to_string()))?;
    let mut tx = store.begin().await?;
    sqlx::query(
        "INSERT INTO known_users (user_id, email, verifier) VALUES (?1, ?2, ?3) \
         ON CONFLICT (user_id) DO UPDATE SET email = excluded.email, verifier = excluded.verifier",
    )
    .bind(session.user_id.to_string())
    .bind(session.email.to_lowercase())
    .bind(verifier)
    .execute(tx.conn())
    .await?;
    tx.commit().await?;
    keep_refresh_token(engine, store, session).await
}

async fn keep_refresh_token(engine: &Engine, store: &Store, session: &Session) -> Result<(), CommandError> {
    let name = refresh_name(session.org_id, session.user_id);
    if engine.config.secrets.set(&name, &session.refresh_token).await.is_err() {
        let mut tx = store.begin().await?;
        tx.set_meta(&name, &session.refresh_token).await?;
        tx.commit().await?;
    }
    Ok(())
}

async fn refresh_token(engine: &Engine, open: &Open, user: UserId) -> Result<String, CommandError> {
    let name = refresh_name(open.org_id, user);
    if let Ok(token) = engine.config.secrets.get(&name).await {
        return Ok(token.to_string());
    }
    let kept: Option<String> = sqlx::query_scalar("SELECT value FROM meta WHERE key = ?1")
        .bind(name)
        .fetch_optional(open.store.read())
        .await?;
    kept.ok_or_else(|| CommandError::new("sync.signed_out", "no refresh token"))
}

/// A fresh access token for a person, by rotating the refresh token.
pub(crate) async fn renew(engine: &Engine, open: &Open, user: UserId) -> Result<String, CommandError> {
    let url = open.server_url.clone().ok_or_else(|| CommandError::new("sync.no_server", "demo workspace"))?;
    let transport = Transport::new(&url, engine.config.server_ca.as_deref())?;
    let body =
        Refresh { refresh_token: refresh_token(engine, open, user).await?, device_key: device_key(engine).await? };
    let session: Session = transport.post("/session/v1/refresh", None, &body).await?;
    keep_refresh_token(engine, &open.store, &session).await?;
    open.tokens.lock().await.insert(user, session.access_token.clone());
    Ok(session.access_token)
}

/// Ends a person's session here and, when the server answers soon, there. The token is gone from this laptop either way.
pub(crate) async fn end(engine: &Engine, open: &Open, user: UserId) {
    let token = refresh_token(engine, open, user).await;
    let name = refresh_name(open.org_id, user);
    open.tokens.lock().await.remove(&user);
    if let Err(error) = engine.config.secrets.remove(&name).await {
        tracing::warn!(%error, "the keychain did not let go of a session");
    }
    if let Err(error) = forget_kept(open, &name).await {
        tracing::warn!(%error, "a session was not forgotten");
    }
    let (Ok(refresh_token), Some(url), Ok(device_key)) = (token, open.server_url.clone(), device_key(engine).await)
    else {
        return;
    };
    let Ok(transport) = Transport::new(&url, engine.config.server_ca.as_deref()) else { return };
    let body = SignOut { refresh_token, device_key };
    let told = transport.post::<_, serde_json::Value>("/session/v1/sign-out", None, &body);
    if !matches!(tokio::time::timeout(std::time::Duration::from_secs(3), told).await, Ok(Ok(_))) {
        tracing::info!("the server was not told of the sign-out; the session there runs out by itself");
    }
}

async fn forget_kept(open: &Open, name: &str) -> Result<(), StoreError> {
    let mut tx = open.store.begin().await?;
    sqlx::query("DELETE FROM meta WHERE key = ?1").bind(name).execute(tx.conn()).await?;
    tx.commit().await
}

/// A revoked installation is done: the next sign-in here is that of a new one.
pub(crate) async fn forget_device(engine: &Engine) {
    if let Err(error) = engine.config.secrets.remove(DEVICE_KEY).await {
        tracing::warn!(%error, "the keychain did not let go of the device");
    }
    // Nothing to forget is fine.
    let _ = std::fs::remove_file(engine.config.data_dir.join("device"));
}

/// An access token for a person: the one in memory, or a fresh one.
pub(crate) async fn access_token(engine: &Engine, open: &Open, user: UserId) -> Result<String, CommandError> {
    if let Some(token) = open.tokens.lock().await.get(&user) {
        return Ok(token.clone());
    }
    renew(engine, open, user).await
}

/// Lets a person work on this laptop: by the server when it answers, else by the verifier of their last sign-in here.
pub(crate) async fn check_offline_or_online(
    engine: &Engine,
    open: &Open,
    user: UserId,
    email: &str,
    password: &str,
) -> Result<(), CommandError> {
    let server_url = open.server_url.clone().unwrap_or_default();
    let args = SignIn { server_url, email: email.to_owned(), password: password.to_owned() };
    match sign_in(engine, &args).await {
        Ok(session) if session.user_id == user => {
            open.tokens.lock().await.insert(user, session.access_token.clone());
            keep(engine, &open.store, &session, password).await
        }
        Ok(_) => Err(CommandError::new("session.bad_credentials", "another organisation's person")),
        Err(error) if error.code.starts_with("sync.") => check_offline(open, user, password).await,
        Err(error) => Err(error),
    }
}

async fn check_offline(open: &Open, user: UserId, password: &str) -> Result<(), CommandError> {
    let verifier: Option<String> = sqlx::query_scalar("SELECT verifier FROM known_users WHERE user_id = ?1")
        .bind(user.to_string())
        .fetch_optional(open.store.read())
        .await?;
    let verifier = verifier
        .ok_or_else(|| CommandError::new("session.never_here", "this person never signed in on this laptop"))?;
    let password = password.to_owned();
    let right = tokio::task::spawn_blocking(move || {
        PasswordHash::new(&verifier)
            .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
    })
    .await
    .unwrap_or(false);
    if right { Ok(()) } else { Err(CommandError::new("session.bad_credentials", "wrong password")) }
}

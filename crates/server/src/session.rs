//! Signing in (argon2id), short JWTs, rotating refresh tokens. Invariant: a refresh token is used once, or again
//! while its successor was never used (the reply was lost); any other reuse revokes its family.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{Duration, Utc};
use satchel_core::ids::{OrgId, UserId};
use satchel_core::people::Role;
use satchel_core::time::format_instant_ms;
use satchel_core::wire::session::{Refresh, Session, SignIn, SignOut};
use serde_json::json;
use sha2::{Digest, Sha256};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::app::App;
use crate::caller::{ACCESS_SECONDS, access_token, is_revoked};
use crate::envelope::{ApiError, Incoming, answer};
use crate::limits;
use crate::passwords::is_right;
use crate::portal::From as CameFrom;
use crate::tenant::org_tx;

/// Life of a refresh token: longer than the 30 days a laptop may be offline.
const REFRESH_DAYS: i64 = 60;

/// Longest e-mail address, bytes (RFC 5321).
const MAX_EMAIL: usize = 254;

fn digest(text: &str) -> Vec<u8> {
    Sha256::digest(text.as_bytes()).to_vec()
}

fn denied() -> ApiError {
    ApiError::new(StatusCode::UNAUTHORIZED, "session.bad_credentials", "unknown person or password")
}

fn too_many() -> ApiError {
    ApiError::new(StatusCode::TOO_MANY_REQUESTS, "session.too_many", "too many attempts")
}

/// Whether somebody was signed in on a device before. It is asked for nobody too: that takes as long.
async fn knows_device(app: &App, who: Option<(Uuid, Uuid)>, device: &[u8]) -> Result<bool, sqlx::Error> {
    let (org, user) = who.unwrap_or_default();
    let mut tx = org_tx(&app.pool, OrgId(org)).await?;
    sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM refresh_tokens WHERE org_id = $1 AND user_id = $2 AND device_key_hash = $3)",
    )
    .bind(org)
    .bind(user)
    .bind(device)
    .fetch_one(&mut *tx)
    .await
}

/// The person with this e-mail and password.
async fn person(app: &App, request: &SignIn) -> Result<(OrgId, UserId), ApiError> {
    let email = request.email.trim();
    // No address is longer or holds such a character: nobody is asked for.
    if email.len() > MAX_EMAIL || email.chars().any(char::is_control) {
        return Err(denied());
    }
    let found: Option<(Uuid, Uuid, String)> =
        sqlx::query_as("SELECT org_id, user_id, password_hash FROM find_credential($1)")
            .bind(email)
            .fetch_optional(&app.pool)
            .await?;
    let device = digest(&request.device_key);
    let known = knows_device(app, found.as_ref().map(|(org, user, _)| (*org, *user)), &device).await?;
    if !app.limits.sign_in(email, known.then_some(device.as_slice())) {
        return Err(too_many());
    }
    let _turn = app.turns.password().await?;
    let password = request.password.clone();
    // Unknown people cost the same time as known ones.
    let stored = found.as_ref().map_or_else(|| app.dummy_hash.clone(), |(_, _, hash)| hash.clone());
    let right = tokio::task::spawn_blocking(move || is_right(&password, &stored)).await.unwrap_or(false);
    let (org, user, _) = found.filter(|_| right).ok_or_else(denied)?;
    Ok((OrgId(org), UserId(user)))
}

/// `POST /session/v1/sign-in`
pub async fn sign_in(State(app): State<App>, from: CameFrom, mut incoming: Incoming) -> Response {
    let result = async {
        if !app.limits.sign_in_from(from.0) {
            return Err(too_many());
        }
        let request = incoming.open::<SignIn>(&app, limits::SHORT).await?.value;
        let (org, user) = person(&app, &request).await?;
        let mut tx = org_tx(&app.pool, org).await?;
        if is_revoked(&mut tx, org, &digest(&request.device_key)).await? {
            return Err(ApiError::new(StatusCode::FORBIDDEN, "device.revoked", "this device was revoked"));
        }
        forget_ended(&mut tx, org, user).await?;
        let session = start(&app, &mut tx, (org, user), &request.device_key, (Uuid::now_v7(), None)).await?;
        tx.commit().await?;
        Ok(session)
    }
    .await;
    answer(&incoming.headers, result)
}

/// `POST /session/v1/refresh`
pub async fn refresh(State(app): State<App>, mut incoming: Incoming) -> Response {
    let result = async {
        let request = incoming.open::<Refresh>(&app, limits::SHORT).await?.value;
        let hash = digest(&request.refresh_token);
        let org: Option<Uuid> = sqlx::query_scalar("SELECT org_id FROM find_refresh_token($1)")
            .bind(&hash)
            .fetch_optional(&app.pool)
            .await?;
        let signed_out =
            || ApiError::new(StatusCode::UNAUTHORIZED, "sync.signed_out", "the refresh token is not valid");
        let org = OrgId(org.ok_or_else(signed_out)?);
        let mut tx = org_tx(&app.pool, org).await?;
        let row: Option<(Uuid, Uuid, Vec<u8>, bool, bool)> = sqlx::query_as(
            "SELECT family, user_id, device_key_hash, used_at IS NOT NULL, revoked OR expires_at < now() \
             FROM refresh_tokens WHERE token_hash = $1 FOR UPDATE",
        )
        .bind(&hash)
        .fetch_optional(&mut *tx)
        .await?;
        let (family, user, device, used, dead) = row.ok_or_else(signed_out)?;
        // A lost reply is no theft: a used token counts once more while nobody has used its successor.
        let successor_used: bool = sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM refresh_tokens WHERE parent = $1 AND used_at IS NOT NULL)",
        )
        .bind(&hash)
        .fetch_one(&mut *tx)
        .await?;
        if (used && successor_used) || dead || device != digest(&request.device_key) {
            sqlx::query("UPDATE refresh_tokens SET revoked = true WHERE family = $1")
                .bind(family)
                .execute(&mut *tx)
                .await?;
            tx.commit().await?;
            return Err(signed_out());
        }
        sqlx::query("UPDATE refresh_tokens SET used_at = now() WHERE token_hash = $1")
            .bind(&hash)
            .execute(&mut *tx)
            .await?;
        sqlx::query("UPDATE refresh_tokens SET revoked = true WHERE parent = $1").bind(&hash).execute(&mut *tx).await?;
        let session = start(&app, &mut tx, (org, UserId(user)), &request.device_key, (family, Some(hash))).await?;
        tx.commit().await?;
        Ok(session)
    }
    .await;
    answer(&incoming.headers, result)
}

/// `POST /session/v1/sign-out`: ends the session of a refresh token. Whoever has none has nothing to end.
pub async fn sign_out(State(app): State<App>, mut incoming: Incoming) -> Response {
    let result = async {
        let request = incoming.open::<SignOut>(&app, limits::SHORT).await?.value;
        let hash = digest(&request.refresh_token);
        let org: Option<Uuid> = sqlx::query_scalar("SELECT org_id FROM find_refresh_token($1)")
            .bind(&hash)
            .fetch_optional(&app.pool)
            .await?;
        if let Some(org) = org {
            let mut tx = org_tx(&app.pool, OrgId(org)).await?;
            sqlx::query(
                "UPDATE refresh_tokens SET revoked = true WHERE family = (SELECT family FROM refresh_tokens \
                 WHERE token_hash = $1 AND device_key_hash = $2)",
            )
            .bind(&hash)
            .bind(digest(&request.device_key))
            .execute(&mut *tx)
            .await?;
            tx.commit().await?;
        }
        Ok(json!({}))
    }
    .await;
    answer(&incoming.headers, result)
}

/// Sessions of a person that ran out or were ended a while ago are forgotten when they sign in anew.
async fn forget_ended(conn: &mut PgConnection, org: OrgId, user: UserId) -> Result<(), sqlx::Error> {
    sqlx::query(
        "DELETE FROM refresh_tokens WHERE org_id = $1 AND user_id = $2 AND expires_at < now() - interval '1 day'",
    )
    .bind(org.0)
    .bind(user.0)
    .execute(conn)
    .await?;
    Ok(())
}

/// Ends every session of a person, on whichever device.
pub(crate) async fn end_all(conn: &mut PgConnection, org: Uuid, user: Uuid) -> Result<u64, sqlx::Error> {
    let ended =
        sqlx::query("UPDATE refresh_tokens SET revoked = true WHERE org_id = $1 AND user_id = $2 AND NOT revoked")
            .bind(org)
            .bind(user)
            .execute(conn)
            .await?;
    Ok(ended.rows_affected())
}

/// A session with a new refresh token, inside the transaction that used up the one before.
async fn start(
    app: &App,
    conn: &mut PgConnection,
    (org, user): (OrgId, UserId),
    device_key: &str,
    (family, parent): (Uuid, Option<Vec<u8>>),
) -> Result<Session, ApiError> {
    let person: Option<(String, String, String)> =
        sqlx::query_as("SELECT name, email, role FROM users WHERE id = $1 AND active")
            .bind(user.0)
            .fetch_optional(&mut *conn)
            .await?;
    let (name, email, role) = person.ok_or_else(denied)?;
    let organisation: String = sqlx::query_scalar("SELECT name FROM tenants").fetch_one(&mut *conn).await?;
    let mut secret = [0_u8; 32];
    getrandom::fill(&mut secret)
        .map_err(|e| ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, "server.failed", e.to_string()))?;
    let refresh_token = hex::encode(secret);
    sqlx::query(
        "INSERT INTO refresh_tokens (org_id, token_hash, family, user_id, device_key_hash, expires_at, parent) VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(org.0)
    .bind(digest(&refresh_token))
    .bind(family)
    .bind(user.0)
    .bind(digest(device_key))
    .bind(Utc::now() + Duration::days(REFRESH_DAYS))
    .bind(parent)
    .execute(&mut *conn)
    .await?;
    let access_token = access_token(app, (org, user), family, &digest(device_key))?;
    let role = Role::parse(&role).ok_or_else(denied)?;
    Ok(Session {
        access_token,
        expires_in_s: ACCESS_SECONDS.unsigned_abs(),
        refresh_token,
        org_id: org,
        organisation,
        user_id: user,
        name,
        email,
        role,
        server_time: format_instant_ms(Utc::now()),
    })
}

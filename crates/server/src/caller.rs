//! Who calls: access tokens, and what is asked of each call. Invariant: a token is worth something only while its person may
//! work, its session was not ended, and its device was not revoked; all three are looked at with every call, so that what ends
//! them ends them at once.

use axum::http::{HeaderMap, StatusCode};
use chrono::{Duration, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use satchel_core::ids::{OrgId, UserId};
use satchel_core::people::{Actor, Role};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::app::App;
use crate::envelope::ApiError;
use crate::tenant::org_tx;

/// Life of an access token.
pub const ACCESS_SECONDS: i64 = 15 * 60;

#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    sub: UserId,
    org: OrgId,
    exp: i64,
    /// The device's key, by its digest. A token from before there was one is exchanged at the next refresh.
    #[serde(default)]
    dev: Option<String>,
    /// Family of the session's refresh tokens.
    #[serde(default)]
    fam: Option<Uuid>,
}

/// Somebody with a token that is worth something.
#[derive(Debug, Clone)]
pub struct Caller {
    /// Organisation.
    pub org: OrgId,
    /// Person, in their present role.
    pub actor: Actor,
    /// Digest of the device's key.
    pub device: Vec<u8>,
    /// The device was revoked: it may hand in what waits on it, and no more.
    revoked: bool,
    /// Seconds until the token has run out.
    pub left_s: u64,
}

pub(crate) fn expired(message: &str) -> ApiError {
    ApiError::new(StatusCode::UNAUTHORIZED, "auth.expired", message)
}

fn device_revoked() -> ApiError {
    ApiError::new(StatusCode::FORBIDDEN, "device.revoked", "this device was revoked")
}

/// An access token for a session on a device.
pub(crate) fn access_token(
    app: &App,
    (org, user): (OrgId, UserId),
    family: Uuid,
    device: &[u8],
) -> Result<String, ApiError> {
    let exp = (Utc::now() + Duration::seconds(ACCESS_SECONDS)).timestamp();
    let claims = Claims { sub: user, org, exp, dev: Some(hex::encode(device)), fam: Some(family) };
    encode(&Header::new(Algorithm::HS256), &claims, &EncodingKey::from_secret(&app.signing_key))
        .map_err(|e| ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, "server.failed", e.to_string()))
}

/// The person behind a request's bearer token, on a device that may work.
pub async fn identify(app: &App, headers: &HeaderMap) -> Result<Caller, ApiError> {
    let caller = identify_also_revoked(app, headers).await?;
    if caller.revoked { Err(device_revoked()) } else { Ok(caller) }
}

/// The same, also on a device that was revoked: what waits on it is taken.
pub(crate) async fn identify_also_revoked(app: &App, headers: &HeaderMap) -> Result<Caller, ApiError> {
    let header = headers.get("authorization").and_then(|value| value.to_str().ok()).unwrap_or("");
    let token = header.strip_prefix("Bearer ").ok_or_else(|| expired("no bearer token"))?;
    let mut validation = Validation::new(Algorithm::HS256);
    validation.leeway = 5;
    let claims = decode::<Claims>(token, &DecodingKey::from_secret(&app.signing_key), &validation)
        .map_err(|e| expired(&e.to_string()))?
        .claims;
    let device = claims.dev.as_deref().and_then(|text| hex::decode(text).ok());
    let (device, family) = device.zip(claims.fam).ok_or_else(|| expired("a token from before"))?;
    let mut tx = org_tx(&app.pool, claims.org).await?;
    let known: Option<(String, bool, bool)> = sqlx::query_as(
        "SELECT u.role, \
         EXISTS (SELECT 1 FROM refresh_tokens t WHERE t.org_id = u.org_id AND t.family = $2 AND NOT t.revoked), \
         EXISTS (SELECT 1 FROM sync_client c WHERE c.org_id = u.org_id AND c.device_key_hash = $3 \
                 AND c.revoked_at IS NOT NULL) \
         FROM users u WHERE u.id = $1 AND u.active",
    )
    .bind(claims.sub.0)
    .bind(family)
    .bind(&device)
    .fetch_optional(&mut *tx)
    .await?;
    let gone = || ApiError::new(StatusCode::UNAUTHORIZED, "auth.revoked", "the person no longer has access");
    let (role, lives, revoked) = known.ok_or_else(gone)?;
    let role = Role::parse(&role).ok_or_else(gone)?;
    if !lives {
        return Err(expired("the session was ended"));
    }
    let left_s = u64::try_from(claims.exp - Utc::now().timestamp()).unwrap_or(0);
    Ok(Caller { org: claims.org, actor: Actor { id: claims.sub, role }, device, revoked, left_s })
}

/// Whether a device was revoked, under whichever of its incarnations.
pub(crate) async fn is_revoked(conn: &mut PgConnection, org: OrgId, device: &[u8]) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM sync_client WHERE org_id = $1 AND device_key_hash = $2 AND revoked_at IS NOT NULL)",
    )
    .bind(org.0)
    .bind(device)
    .fetch_one(conn)
    .await
}

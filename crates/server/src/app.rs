//! The application: routes, limits, structured logs, graceful stop.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use satchel_core::wire::MAX_BODY_BYTES;
use sqlx::PgPool;
use tokio::sync::Semaphore;
use tower_http::trace::TraceLayer;
use uuid::Uuid;

use crate::envelope::ApiError;
use crate::{files, session, sync};

/// Attempts to sign in per e-mail address in a window.
const SIGN_IN_LIMIT: u32 = 10;
/// Pulls worked on at once.
const HEAVY_AT_ONCE: usize = 8;
const SIGN_IN_WINDOW: Duration = Duration::from_secs(60);

/// What every handler needs.
#[derive(Clone)]
pub struct App {
    /// Connections as the plain application role.
    pub pool: PgPool,
    /// Epoch of this database.
    pub epoch: Uuid,
    /// Key of the access tokens.
    pub signing_key: Arc<Vec<u8>>,
    /// Compared for unknown people, so that they cost the same time.
    pub dummy_hash: String,
    /// Organisations with news, from every server's commits.
    pub pokes: sync::Pokes,
    /// Turns for pulls, so that a thousand laptops that return at once do not fill the memory.
    pub heavy: Arc<Semaphore>,
    attempts: Arc<Mutex<HashMap<String, (Instant, u32)>>>,
}

impl App {
    /// Reads the server's state. The pool's role must be the plain one.
    pub async fn new(pool: PgPool) -> anyhow::Result<Self> {
        let (epoch, key): (Uuid, Vec<u8>) =
            sqlx::query_as("SELECT epoch, signing_key FROM server_state").fetch_one(&pool).await?;
        let superuser: bool =
            sqlx::query_scalar("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
                .fetch_one(&pool)
                .await?;
        anyhow::ensure!(!superuser, "the server must not run as a role that bypasses row-level security");
        let dummy_hash = session::hash_password("nobody has this password").map_err(anyhow::Error::msg)?;
        Ok(Self {
            pool,
            epoch,
            signing_key: Arc::new(key),
            dummy_hash,
            pokes: tokio::sync::broadcast::channel(1_024).0,
            heavy: Arc::new(Semaphore::new(HEAVY_AT_ONCE)),
            attempts: Arc::default(),
        })
    }

    /// Slows down guessing. Kept in this process: N servers allow N times as much, which is still slow.
    pub fn limit_sign_in(&self, email: &str) -> Result<(), ApiError> {
        let mut attempts = self.attempts.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        attempts.retain(|_, (since, _)| since.elapsed() < SIGN_IN_WINDOW);
        let entry = attempts.entry(email.trim().to_lowercase()).or_insert((Instant::now(), 0));
        entry.1 += 1;
        if entry.1 > SIGN_IN_LIMIT {
            return Err(ApiError::new(StatusCode::TOO_MANY_REQUESTS, "session.too_many", "too many attempts"));
        }
        Ok(())
    }
}

/// All routes.
pub fn router(app: App) -> Router {
    Router::new()
        .route("/healthz", get(healthz))
        .route("/session/v1/sign-in", post(session::sign_in))
        .route("/session/v1/refresh", post(session::refresh))
        .route("/sync/v1/register", post(sync::register))
        .route("/sync/v1/push", post(sync::push))
        .route("/sync/v1/pull", post(sync::pull))
        .route("/sync/v1/poke", get(sync::poke))
        .route("/sync/v1/salvage", post(sync::salvage))
        .route("/files/v1/offer", post(files::offer))
        .route("/files/v1/chunk", post(files::chunk))
        .route("/files/v1/fetch", post(files::fetch))
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .layer(TraceLayer::new_for_http())
        .with_state(app)
}

/// Alive and able to reach the database.
async fn healthz(State(app): State<App>) -> (StatusCode, &'static str) {
    match sqlx::query("SELECT 1").execute(&app.pool).await {
        Ok(_) => (StatusCode::OK, "ok"),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "no database"),
    }
}

//! The application: routes, limits, structured logs, graceful stop.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use axum::routing::{get, post};
use sqlx::PgPool;
use tokio::sync::{Mutex, Semaphore};
use tower_http::timeout::{RequestBodyTimeoutLayer, TimeoutLayer};
use tower_http::trace::TraceLayer;
use uuid::Uuid;

use crate::limits::{self, Limits, Turns};
use crate::portal::{Links, Outside};
use crate::{files, portal, session, sync};

/// Pulls worked on at once.
const HEAVY_AT_ONCE: usize = 8;

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
    /// How often something may be done.
    pub limits: Arc<Limits>,
    /// How many at once.
    pub turns: Arc<Turns>,
    /// Whether the database answered, and when it was asked.
    pub alive: Arc<Mutex<Option<(Instant, bool)>>>,
    /// How the world reaches this server.
    pub outside: Arc<Outside>,
}

impl App {
    /// Reads the server's state. The pool's role must be the plain one.
    pub async fn new(pool: PgPool, outside: Outside) -> anyhow::Result<Self> {
        let (epoch, key): (Uuid, Vec<u8>) =
            sqlx::query_as("SELECT epoch, signing_key FROM server_state").fetch_one(&pool).await?;
        let superuser: bool =
            sqlx::query_scalar("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
                .fetch_one(&pool)
                .await?;
        anyhow::ensure!(!superuser, "the server must not run as a role that bypasses row-level security");
        let dummy_hash = crate::passwords::hash_password("nobody has this password").map_err(anyhow::Error::msg)?;
        Ok(Self {
            pool,
            epoch,
            signing_key: Arc::new(key),
            dummy_hash,
            pokes: tokio::sync::broadcast::channel(1_024).0,
            heavy: Arc::new(Semaphore::new(HEAVY_AT_ONCE)),
            limits: Arc::default(),
            turns: Arc::default(),
            alive: Arc::default(),
            outside: Arc::new(outside),
        })
    }

    /// Makes links to quotes.
    pub fn links(&self) -> Links {
        Links::new(self.signing_key.clone(), self.outside.public_url.as_deref())
    }
}

/// All routes.
pub fn router(app: App) -> Router {
    Router::new()
        .route("/healthz", get(healthz))
        .route("/session/v1/sign-in", post(session::sign_in))
        .route("/session/v1/refresh", post(session::refresh))
        .route("/session/v1/sign-out", post(session::sign_out))
        .route("/sync/v1/register", post(sync::register))
        .route("/sync/v1/push", post(sync::push))
        .route("/sync/v1/pull", post(sync::pull))
        .route("/sync/v1/poke", get(sync::poke))
        .route("/sync/v1/salvage", post(sync::salvage))
        .route("/files/v1/offer", post(files::offer))
        .route("/files/v1/chunk", post(files::chunk))
        .route("/files/v1/fetch", post(files::fetch))
        .merge(portal::routes())
        .layer(axum::middleware::map_response(always))
        .layer(RequestBodyTimeoutLayer::new(limits::BODY_SILENCE))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, limits::REQUEST))
        .layer(TraceLayer::new_for_http().make_span_with(span))
        .with_state(app)
}

/// What every answer says: come back over TLS only, and take it for what it is called.
async fn always(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// Alive and able to reach the database.
async fn healthz(State(app): State<App>) -> (StatusCode, &'static str) {
    let mut last = app.alive.lock().await;
    // However often it is asked, the database is asked once a second.
    let alive = match *last {
        Some((at, alive)) if at.elapsed() < Duration::from_secs(1) => alive,
        _ => {
            let alive = sqlx::query("SELECT 1").execute(&app.pool).await.is_ok();
            *last = Some((Instant::now(), alive));
            alive
        }
    };
    if alive { (StatusCode::OK, "ok") } else { (StatusCode::SERVICE_UNAVAILABLE, "no database") }
}

/// What a log line says of a request: its route, never its path, which may hold a link's secret.
fn span(request: &Request) -> tracing::Span {
    let route = request.extensions().get::<MatchedPath>().map_or("unknown", MatchedPath::as_str);
    tracing::debug_span!("request", method = %request.method(), route)
}

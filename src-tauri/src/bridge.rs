//! The development bridge: the same commands on loopback, so that the UI is also tested in a real Chromium. Invariant: it is
//! compiled out of release builds, listens on loopback only, and answers only with the token it was started with.

use std::convert::Infallible;
use std::path::PathBuf;

use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use satchel_client::Engine;
use satchel_client::api::dispatch;
use serde_json::Value;

#[derive(Clone)]
struct Bridge {
    engine: Engine,
    token: String,
    ui: PathBuf,
}

#[derive(serde::Deserialize)]
struct Token {
    #[serde(default)]
    bridge: String,
}

/// Shorter ones are guessed.
const SHORTEST_TOKEN: usize = 8;

/// Whether two texts are the same; how long that takes says nothing of where they differ.
fn same(a: &str, b: &str) -> bool {
    a.len() == b.len() && a.bytes().zip(b.bytes()).fold(0, |differs, (a, b)| differs | (a ^ b)) == 0
}

/// Starts the bridge where `SATCHEL_BRIDGE` (`port:token`) asks for it.
pub fn start(engine: &Engine) {
    let Ok(setting) = std::env::var("SATCHEL_BRIDGE") else { return };
    let Some((port, token)) = setting.split_once(':') else { return };
    let Ok(port) = port.parse::<u16>() else { return };
    if token.len() < SHORTEST_TOKEN {
        tracing::warn!("the bridge wants a token of at least {SHORTEST_TOKEN} characters");
        return;
    }
    let ui = std::env::var_os("SATCHEL_UI_DIST").map_or_else(|| PathBuf::from("ui/dist"), PathBuf::from);
    let bridge = Bridge { engine: engine.clone(), token: token.to_owned(), ui };
    tokio::spawn(async move {
        let routes = Router::new()
            .route("/rpc/{name}", post(rpc))
            .route("/events", get(events))
            .fallback(get(file))
            .layer(axum::extract::DefaultBodyLimit::max(80 * 1024 * 1024))
            .with_state(bridge);
        match tokio::net::TcpListener::bind(("127.0.0.1", port)).await {
            Ok(listener) => {
                if let Err(error) = axum::serve(listener, routes).await {
                    tracing::warn!(%error, "the bridge stopped");
                }
            }
            Err(error) => tracing::warn!(%error, "the bridge could not listen"),
        }
    });
}

async fn rpc(
    State(bridge): State<Bridge>,
    Path(name): Path<String>,
    headers: HeaderMap,
    Json(args): Json<Value>,
) -> Response {
    let token = headers.get("x-satchel-bridge").and_then(|value| value.to_str().ok()).unwrap_or("");
    if !same(token, &bridge.token) {
        return StatusCode::FORBIDDEN.into_response();
    }
    match dispatch(&bridge.engine, &name, args).await {
        Ok(value) => Json(value).into_response(),
        Err(error) => (StatusCode::UNPROCESSABLE_ENTITY, Json(error)).into_response(),
    }
}

async fn events(State(bridge): State<Bridge>, Query(token): Query<Token>) -> Response {
    if !same(&token.bridge, &bridge.token) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let receiver = bridge.engine.subscribe();
    let stream = futures::stream::unfold(receiver, |mut receiver| async move {
        let event = satchel_client::next_event(&mut receiver).await?;
        let data = serde_json::to_string(&event).unwrap_or_default();
        Some((Ok::<Event, Infallible>(Event::default().data(data)), receiver))
    });
    Sse::new(stream).keep_alive(KeepAlive::default()).into_response()
}

/// The built UI; only plain names below its folder.
async fn file(State(bridge): State<Bridge>, uri: axum::http::Uri) -> Response {
    let path = uri.path().trim_start_matches('/');
    let path = if path.is_empty() { "index.html" } else { path };
    if path.split('/').any(|part| part == ".." || part.starts_with('.')) {
        return StatusCode::NOT_FOUND.into_response();
    }
    let kind = match path.rsplit('.').next() {
        Some("html") => "text/html",
        Some("js") => "text/javascript",
        Some("css") => "text/css",
        Some("woff2") => "font/woff2",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    };
    match tokio::fs::read(bridge.ui.join(path)).await {
        Ok(bytes) => ([("content-type", kind)], bytes).into_response(),
        Err(_) => StatusCode::NOT_FOUND.into_response(),
    }
}

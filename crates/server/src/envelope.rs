//! The envelope of every sync and session body: content type, magic, request id, body hash, zstd.

use std::convert::Infallible;

use axum::body::Body;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use satchel_core::canonical_json::sha256_hex;
use satchel_core::wire::{AT_END, CONTENT_TYPE, HASH_HEADER, MAGIC, REQUEST_ID_HEADER, STREAM_HEADER, WireError};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::sync::OwnedSemaphorePermit;

use crate::app::App;
use crate::limits::{self, Size};

/// What a busy server asks for, seconds.
const RETRY_AFTER_S: u64 = 5;

/// A refusal on the wire.
#[derive(Debug)]
pub struct ApiError {
    /// HTTP status.
    pub status: StatusCode,
    /// Stable code.
    pub code: &'static str,
    /// English, for logs.
    pub message: String,
}

impl ApiError {
    /// A refusal.
    pub fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into() }
    }

    /// Come again later.
    pub fn busy() -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "server.busy", "too many at once")
    }
}

impl From<sqlx::Error> for ApiError {
    fn from(error: sqlx::Error) -> Self {
        tracing::error!(%error, "the database refused");
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "server.unavailable", "the database refused")
    }
}

/// A request whose body was not read yet: who asks is looked at first.
pub struct Incoming {
    /// Its headers.
    pub headers: HeaderMap,
    body: Body,
}

impl<S: Send + Sync> FromRequest<S> for Incoming {
    type Rejection = Infallible;

    async fn from_request(request: Request, _: &S) -> Result<Self, Self::Rejection> {
        let (parts, body) = request.into_parts();
        Ok(Self { headers: parts.headers, body })
    }
}

/// An opened body; while it is held, it takes the place of one.
pub struct Opened<T> {
    /// What it says.
    pub value: T,
    /// Its place.
    pub turns: [Option<OwnedSemaphorePermit>; 2],
}

impl Incoming {
    /// Reads and opens the body, at most this large.
    pub async fn open<T: DeserializeOwned + Send + 'static>(
        &mut self,
        app: &App,
        size: Size,
    ) -> Result<Opened<T>, ApiError> {
        let header = |name: &str| self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("");
        if header("content-type") != CONTENT_TYPE {
            return Err(bad("wrong content type"));
        }
        let hash = header(HASH_HEADER).to_owned();
        let turn = app.turns.body().await?;
        let body = axum::body::to_bytes(std::mem::take(&mut self.body), size.packed).await;
        let body = body.map_err(|e| bad(&format!("the body did not come, or is larger than this route takes: {e}")))?;
        let small = limits::small(size);
        let unpacking = app.turns.unpacking().await?;
        let (body, tried) = blocking(move || {
            let opened = match unpack(&body, &hash, small) {
                Ok(Some(plain)) => Some(parse(&plain)),
                Ok(None) => None,
                Err(error) => Some(Err(error)),
            };
            ((body, hash), opened)
        })
        .await?;
        drop(unpacking);
        if let Some(value) = tried {
            return Ok(Opened { value: value?, turns: [Some(turn), None] });
        }
        if small == size.plain {
            return Err(bad("too large when unpacked"));
        }
        let large = app.turns.large().await?;
        let value = blocking(move || {
            let plain = unpack(&body.0, &body.1, size.plain)?.ok_or_else(|| bad("too large when unpacked"))?;
            drop(body);
            parse(&plain)
        })
        .await?;
        Ok(Opened { value: value?, turns: [Some(turn), Some(large)] })
    }
}

fn bad(message: &str) -> ApiError {
    ApiError::new(StatusCode::BAD_REQUEST, "wire.bad_envelope", message)
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, ApiError> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|e| ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, "server.failed", e.to_string()))
}

fn parse<T: DeserializeOwned>(plain: &[u8]) -> Result<T, ApiError> {
    serde_json::from_slice(plain).map_err(|e| ApiError::new(StatusCode::BAD_REQUEST, "wire.bad_body", e.to_string()))
}

/// The plain bytes of a body that is whole; `None` when they are more than `limit`.
fn unpack(body: &[u8], hash: &str, limit: usize) -> Result<Option<Vec<u8>>, ApiError> {
    use std::io::Read;
    if sha256_hex(body) != hash {
        return Err(bad("the body is cut or changed"));
    }
    let frame = body.strip_prefix(MAGIC.as_slice()).ok_or_else(|| bad("no magic"))?;
    let decoder = zstd::Decoder::new(frame).map_err(|e| bad(&e.to_string()))?;
    let most = u64::try_from(limit).unwrap_or(u64::MAX);
    let mut plain = Vec::new();
    decoder.take(most + 1).read_to_end(&mut plain).map_err(|e| bad(&e.to_string()))?;
    Ok((plain.len() <= limit).then_some(plain))
}

/// Seals plain bytes as an answer to the request with these headers.
pub fn seal(headers: &HeaderMap, status: StatusCode, plain: &[u8]) -> Response {
    let mut bytes = MAGIC.to_vec();
    match zstd::encode_all(plain, 3) {
        Ok(frame) => bytes.extend(frame),
        Err(error) => {
            tracing::error!(%error, "an answer could not be packed");
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        }
    }
    send(headers, status, bytes)
}

/// Sends bytes that are sealed already (magic, then a zstd frame).
pub fn send(headers: &HeaderMap, status: StatusCode, bytes: Vec<u8>) -> Response {
    let hash = HeaderValue::from_str(&sha256_hex(&bytes)).unwrap_or(HeaderValue::from_static(""));
    enveloped(headers, status, hash, Body::from(bytes))
}

/// Sends a sealed body while it is made; its hash comes at its end.
pub fn send_as_made(headers: &HeaderMap, body: Body) -> Response {
    enveloped(headers, StatusCode::OK, HeaderValue::from_static(AT_END), body)
}

/// Whether the one who asks takes an answer while it is made.
pub fn takes_stream(headers: &HeaderMap) -> bool {
    headers.contains_key(STREAM_HEADER)
}

fn enveloped(headers: &HeaderMap, status: StatusCode, hash: HeaderValue, body: Body) -> Response {
    let request_id = headers.get(REQUEST_ID_HEADER).cloned().unwrap_or(HeaderValue::from_static(""));
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response.headers_mut().insert("content-type", HeaderValue::from_static(CONTENT_TYPE));
    response.headers_mut().insert(HASH_HEADER, hash);
    response.headers_mut().insert(REQUEST_ID_HEADER, request_id);
    response.headers_mut().insert("cache-control", HeaderValue::from_static("no-store"));
    response
}

/// Seals a result.
pub fn answer<T: Serialize>(headers: &HeaderMap, result: Result<T, ApiError>) -> Response {
    match result {
        Ok(value) => match serde_json::to_vec(&value) {
            Ok(plain) => seal(headers, StatusCode::OK, &plain),
            Err(error) => {
                refuse(headers, &ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, "server.failed", error.to_string()))
            }
        },
        Err(error) => refuse(headers, &error),
    }
}

/// Seals a refusal.
pub fn refuse(headers: &HeaderMap, error: &ApiError) -> Response {
    tracing::info!(code = error.code, message = error.message, "refused");
    let patience = matches!(error.status, StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS);
    let detail = if patience { json!({ "retry_after_s": RETRY_AFTER_S }) } else { Value::Null };
    let body = WireError { code: error.code.to_owned(), message: error.message.clone(), detail };
    let plain = serde_json::to_vec(&body).unwrap_or_else(|_| json!({}).to_string().into_bytes());
    let mut response = seal(headers, error.status, &plain);
    if patience {
        response.headers_mut().insert("retry-after", HeaderValue::from_static("5"));
    }
    response
}

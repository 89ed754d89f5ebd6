//! HTTPS to the server. Invariant: a reply counts only with the right content type, magic, request id and body hash;
//! anything else (a captive portal's page, a cut body, a redirect) means "offline".

use std::path::Path;
use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Certificate, Client};
use satchel_core::canonical_json::sha256_hex;
use satchel_core::wire::{
    AT_END, CONTENT_TYPE, HASH_HEADER, MAGIC, MAX_BODY_BYTES, MAX_PLAIN_BYTES, REQUEST_ID_HEADER, STREAM_HEADER,
    WireError,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::body::{Body, Coming, checked};
use crate::api::CommandError;

/// Why a request brought nothing.
#[derive(Debug, Clone, thiserror::Error)]
pub enum TransportError {
    /// No connection, or it broke.
    #[error("the server is out of reach: {0}")]
    Unreachable(String),
    /// Something answered that is not our server.
    #[error("the answer is not from a Satchel server: {0}")]
    NotSatchel(String),
    /// The server says no.
    #[error("{}", .0.code)]
    Refused(WireError),
    /// The address is not usable.
    #[error("not a usable https address")]
    BadAddress,
}

impl TransportError {
    /// Stable code.
    pub fn code(&self) -> &str {
        match self {
            Self::Unreachable(_) => "sync.unreachable",
            Self::NotSatchel(_) => "sync.not_satchel",
            Self::Refused(error) => &error.code,
            Self::BadAddress => "session.bad_address",
        }
    }
}

impl From<TransportError> for CommandError {
    fn from(error: TransportError) -> Self {
        CommandError::new(error.code().to_owned(), error.to_string())
    }
}

/// A connection to one server.
#[derive(Clone)]
pub struct Transport {
    client: Client,
    base: String,
}

impl Transport {
    /// Trusts the system's authorities and, when given, one more (development).
    pub fn new(server_url: &str, extra_ca: Option<&Path>) -> Result<Self, TransportError> {
        let base = server_url.trim().trim_end_matches('/').to_owned();
        if !base.starts_with("https://") || base.len() > 300 {
            return Err(TransportError::BadAddress);
        }
        let mut builder = Client::builder()
            .https_only(true)
            .redirect(Policy::none())
            .connect_timeout(Duration::from_secs(5))
            .timeout(Duration::from_secs(60));
        if let Some(path) = extra_ca
            && let Ok(pem) = std::fs::read(path)
        {
            let certificate = Certificate::from_pem(&pem).map_err(|e| TransportError::Unreachable(e.to_string()))?;
            builder = builder.add_root_certificate(certificate);
        }
        let client = builder.build().map_err(|e| TransportError::Unreachable(e.to_string()))?;
        Ok(Self { client, base })
    }

    /// Posts a body and reads one JSON answer.
    pub async fn post<A: Serialize, R: DeserializeOwned>(
        &self,
        path: &str,
        token: Option<&str>,
        body: &A,
    ) -> Result<R, TransportError> {
        let sealed = self.exchange(path, token, body).await?;
        let plain = Self::unpack(&sealed).map_err(TransportError::NotSatchel)?;
        serde_json::from_slice(&plain).map_err(|e| TransportError::NotSatchel(e.to_string()))
    }

    /// The plain bytes of a checked answer.
    pub fn unpack(frame: &[u8]) -> Result<Vec<u8>, String> {
        use std::io::Read;
        let decoder = zstd::Decoder::new(frame).map_err(|e| e.to_string())?;
        let mut plain = Vec::new();
        let limit = u64::try_from(MAX_PLAIN_BYTES).unwrap_or(u64::MAX);
        decoder.take(limit + 1).read_to_end(&mut plain).map_err(|e| e.to_string())?;
        if plain.len() > MAX_PLAIN_BYTES { Err("too large when unpacked".to_owned()) } else { Ok(plain) }
    }

    /// Opens the line on which the server pokes.
    pub async fn pokes(&self, token: &str) -> Result<Pokes, TransportError> {
        let request = self.client.get(format!("{}/sync/v1/poke", self.base)).bearer_auth(token);
        // The line stays open: only the connection has a limit, kept alive by the server's comments.
        let request = request.timeout(Duration::from_secs(24 * 3_600));
        let response = request.send().await.map_err(|e| TransportError::Unreachable(e.to_string()))?;
        let kind = response.headers().get("content-type").and_then(|value| value.to_str().ok()).unwrap_or("");
        if !response.status().is_success() || !kind.starts_with("text/event-stream") {
            return Err(TransportError::NotSatchel(format!("{} {kind}", response.status())));
        }
        Ok(Pokes(response))
    }

    /// Posts a body and gives the answer's frame, still compressed, after checking that it is ours and whole.
    pub async fn exchange<A: Serialize>(
        &self,
        path: &str,
        token: Option<&str>,
        body: &A,
    ) -> Result<Vec<u8>, TransportError> {
        match self.ask(path, token, body, false).await? {
            Body::Whole(frame) => Ok(frame),
            Body::Coming(coming) => coming.whole().await,
        }
    }

    /// The same for a long answer: it is given out while it comes.
    pub(super) async fn stream<A: Serialize>(
        &self,
        path: &str,
        token: Option<&str>,
        body: &A,
    ) -> Result<Body, TransportError> {
        self.ask(path, token, body, true).await
    }

    async fn ask<A: Serialize>(
        &self,
        path: &str,
        token: Option<&str>,
        body: &A,
        as_made: bool,
    ) -> Result<Body, TransportError> {
        let json = serde_json::to_vec(body).map_err(|e| TransportError::NotSatchel(e.to_string()))?;
        let sealed = seal(&json).map_err(TransportError::NotSatchel)?;
        let request_id = uuid::Uuid::now_v7().to_string();
        let mut request = self
            .client
            .post(format!("{}{path}", self.base))
            .header("content-type", CONTENT_TYPE)
            .header(HASH_HEADER, sha256_hex(&sealed))
            .header(REQUEST_ID_HEADER, &request_id)
            .body(sealed);
        if as_made {
            // As long as something comes, it may take its time.
            request = request.header(STREAM_HEADER, "1").timeout(Duration::from_secs(3_600));
        }
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        let mut response = request.send().await.map_err(|e| TransportError::Unreachable(e.to_string()))?;
        let status = response.status();
        let header = |name: &str| response.headers().get(name).and_then(|v| v.to_str().ok()).unwrap_or("").to_owned();
        let (kind, hash, echoed) = (header("content-type"), header(HASH_HEADER), header(REQUEST_ID_HEADER));
        if kind != CONTENT_TYPE || echoed != request_id {
            return Err(TransportError::NotSatchel(format!("{status} {kind}")));
        }
        if as_made && status.is_success() && hash == AT_END {
            return Ok(Body::Coming(Box::new(Coming::new(response))));
        }
        let mut bytes = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|e| TransportError::Unreachable(e.to_string()))? {
            bytes.extend_from_slice(&chunk);
            if bytes.len() > MAX_BODY_BYTES {
                return Err(TransportError::NotSatchel("the answer is too large".to_owned()));
            }
        }
        let frame = checked(bytes, &hash)?;
        if status.is_success() {
            return Ok(Body::Whole(frame));
        }
        let plain = Self::unpack(&frame).map_err(TransportError::NotSatchel)?;
        let error = serde_json::from_slice(&plain).map_err(|e| TransportError::NotSatchel(e.to_string()))?;
        Err(TransportError::Refused(error))
    }
}

/// Magic, then zstd.
fn seal(plain: &[u8]) -> Result<Vec<u8>, String> {
    let mut out = MAGIC.to_vec();
    out.extend(zstd::encode_all(plain, 3).map_err(|e| e.to_string())?);
    Ok(out)
}

/// The line on which the server pokes.
pub struct Pokes(reqwest::Response);

impl Pokes {
    /// Waits for the next sign: `true` for a poke, `false` for a sign of life, `None` when the line ended. A line that is
    /// silent for a minute is dead.
    pub async fn next(&mut self) -> Result<Option<bool>, TransportError> {
        let chunk = tokio::time::timeout(Duration::from_secs(60), self.0.chunk()).await;
        let chunk = chunk.map_err(|_| TransportError::Unreachable("the line is silent".to_owned()))?;
        let chunk = chunk.map_err(|e| TransportError::Unreachable(e.to_string()))?;
        Ok(chunk.map(|bytes| bytes.windows(5).any(|part| part == b"data:")))
    }
}

//! Something that answers in the server's place, with its certificate, and is not our server.

use std::net::SocketAddr;
use std::path::Path;

use anyhow::Result;
use axum::Router;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use satchel_core::wire::{CONTENT_TYPE, HASH_HEADER, MAGIC, REQUEST_ID_HEADER};

/// The beginning of a PNG: as much as anybody here looks at.
const PICTURE: &[u8] = b"\x89PNG\r\n\x1a\n a map tile";

/// A running portal.
pub struct Portal {
    handle: axum_server::Handle<SocketAddr>,
    task: tokio::task::JoinHandle<()>,
}

impl Portal {
    /// Stops it and frees its port.
    pub async fn stop(self) {
        self.handle.shutdown();
        let _ = self.task.await;
    }
}

/// Starts answering at `address`: `html` (a sign-in page), `redirect`, `picture` (a map tile), or `cut` (our envelope around a body that ends early).
pub async fn start(address: SocketAddr, tls: &Path, kind: &'static str) -> Result<Portal> {
    let config = satchel_server::tls::config(&satchel_server::tls::Source::Development(tls.to_owned())).await?;
    let answer = move |headers: axum::http::HeaderMap| async move { respond(kind, &headers) };
    let handle = axum_server::Handle::new();
    let service = Router::new().fallback(answer).into_make_service();
    let serving = axum_server::bind_rustls(address, config).handle(handle.clone());
    let task = tokio::spawn(async move {
        if let Err(error) = serving.serve(service).await {
            eprintln!("the portal could not answer: {error}");
        }
    });
    handle.listening().await;
    Ok(Portal { handle, task })
}

fn respond(kind: &str, headers: &axum::http::HeaderMap) -> Response {
    match kind {
        "redirect" => (StatusCode::FOUND, [(header::LOCATION, "https://portal.example/sign-in")]).into_response(),
        "picture" => ([(header::CONTENT_TYPE, "image/png")], PICTURE).into_response(),
        "cut" => {
            let id = headers.get(REQUEST_ID_HEADER).cloned().unwrap_or(header::HeaderValue::from_static(""));
            let mut response = MAGIC.to_vec().into_response();
            response.headers_mut().insert(header::CONTENT_TYPE, header::HeaderValue::from_static(CONTENT_TYPE));
            response.headers_mut().insert(HASH_HEADER, header::HeaderValue::from_static("0000"));
            response.headers_mut().insert(REQUEST_ID_HEADER, id);
            response
        }
        _ => ([(header::CONTENT_TYPE, "text/html")], "<html><h1>Welcome to the airport</h1></html>").into_response(),
    }
}

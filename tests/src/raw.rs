//! Requests as no program of ours sends them: bodies of any kind in the right envelope, and connections that stop in the middle.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use reqwest::Client;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use satchel_client::sync::transport::Transport;
use satchel_core::canonical_json::sha256_hex;
use satchel_core::wire::{CONTENT_TYPE, HASH_HEADER, MAGIC, REQUEST_ID_HEADER};
use serde_json::Value;

use crate::Server;

/// A client that trusts the server and does nothing on its own.
pub fn client(server: &Server) -> Result<Client> {
    rustls::crypto::ring::default_provider().install_default().ok();
    let ca = reqwest::Certificate::from_pem(&std::fs::read(&server.ca)?)?;
    Ok(Client::builder().add_root_certificate(ca).timeout(Duration::from_secs(120)).build()?)
}

/// Plain bytes as the body of a request.
pub fn sealed(plain: &[u8]) -> Result<Vec<u8>> {
    let mut body = MAGIC.to_vec();
    body.extend(zstd::encode_all(plain, 3)?);
    Ok(body)
}

/// What a server said.
#[derive(Debug)]
pub struct Said {
    /// HTTP status.
    pub status: u16,
    /// Code of a refusal; empty without one.
    pub code: String,
    /// All of it.
    pub body: Value,
}

/// Posts a body that is sealed already.
pub async fn post(
    client: &Client,
    server: &Server,
    path: &str,
    token: Option<&str>,
    body: Vec<u8>,
    from: Option<&str>,
) -> Result<Said> {
    let mut request = client
        .post(format!("{}{path}", server.url()))
        .header("content-type", CONTENT_TYPE)
        .header(HASH_HEADER, sha256_hex(&body))
        .header(REQUEST_ID_HEADER, "raw")
        .body(body);
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    if let Some(address) = from {
        request = request.header("x-test-address", address);
    }
    let response = request.send().await?;
    let status = response.status().as_u16();
    let bytes = response.bytes().await?;
    let plain = bytes.strip_prefix(MAGIC.as_slice()).map(Transport::unpack).and_then(Result::ok).unwrap_or_default();
    let body: Value = serde_json::from_slice(&plain).unwrap_or_default();
    Ok(Said { status, code: crate::text(&body, "/code"), body })
}

/// A TLS connection on which bytes are sent as they are.
pub struct Line(StreamOwned<ClientConnection, TcpStream>);

impl Line {
    /// Connects and sends these bytes.
    pub fn open(server: &Server, bytes: &[u8]) -> Result<Self> {
        rustls::crypto::ring::default_provider().install_default().ok();
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_file(&server.ca).map_err(|e| anyhow::anyhow!("{e}"))?)?;
        let config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
        let name = ServerName::try_from("localhost").context("a name")?;
        let connection = ClientConnection::new(Arc::new(config), name)?;
        let mut line = StreamOwned::new(connection, TcpStream::connect(server.address)?);
        line.write_all(bytes)?;
        line.flush()?;
        Ok(Self(line))
    }

    /// Whether the server ended it within this time.
    pub fn ended_within(&mut self, patience: Duration) -> Result<bool> {
        self.0.sock.set_read_timeout(Some(patience))?;
        let mut answer = [0_u8; 4096];
        loop {
            match self.0.read(&mut answer) {
                // An answer is no end, but what comes after it is.
                Ok(n) if n > 0 => {}
                Err(error) if matches!(error.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut) => {
                    return Ok(false);
                }
                _ => return Ok(true),
            }
        }
    }
}

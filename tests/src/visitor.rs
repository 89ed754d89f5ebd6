//! Somebody outside with a browser: opens the portal's pages and sends its forms.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::{Context, Result};
use reqwest::header::{CONTENT_TYPE, HeaderMap};
use reqwest::redirect::Policy;
use reqwest::{Certificate, Client, StatusCode};

/// A visitor with an internet address of their own.
#[derive(Clone)]
pub struct Visitor {
    client: Client,
    base: String,
    address: String,
}

/// What came back.
#[derive(Debug)]
pub struct Answered {
    /// Status.
    pub status: StatusCode,
    /// Headers.
    pub headers: HeaderMap,
    /// Body.
    pub bytes: Vec<u8>,
}

impl Answered {
    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// The value of a hidden field of the page.
    pub fn hidden(&self, name: &str) -> Result<String> {
        let text = self.text();
        let field =
            text.split(&format!("name=\"{name}\" value=\"")).nth(1).with_context(|| format!("no field {name}"))?;
        Ok(field.split('"').next().unwrap_or_default().to_owned())
    }
}

impl Visitor {
    /// At a server whose authority is in this file, from this internet address.
    pub fn new(base: &str, ca: &Path, address: &str) -> Result<Self> {
        rustls::crypto::ring::default_provider().install_default().ok();
        let client = Client::builder()
            .add_root_certificate(Certificate::from_pem(&std::fs::read(ca)?)?)
            .redirect(Policy::none())
            .build()?;
        Ok(Self { client, base: base.to_owned(), address: address.to_owned() })
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> Result<Answered> {
        let response = request.header("x-test-address", &self.address).send().await?;
        let (status, headers) = (response.status(), response.headers().clone());
        Ok(Answered { status, headers, bytes: response.bytes().await?.to_vec() })
    }

    /// Opens a page.
    pub async fn get(&self, path: &str) -> Result<Answered> {
        self.send(self.client.get(format!("{}{path}", self.base))).await
    }

    /// Sends a form.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Result<Answered> {
        let body: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        let request = self.client.post(format!("{}{path}", self.base)).body(body.join("&"));
        self.send(request.header(CONTENT_TYPE, "application/x-www-form-urlencoded")).await
    }

    /// Sends a form with a file, as browsers do.
    pub async fn post_file(
        &self,
        path: &str,
        fields: &[(&str, &str)],
        (field, file_name, bytes): (&str, &str, &[u8]),
    ) -> Result<Answered> {
        let boundary = "----satchel-test-boundary";
        let mut body = Vec::new();
        for (name, value) in fields {
            let part = format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend_from_slice(part.as_bytes());
        }
        let head = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{file_name}\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n"
        );
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
        let request = self.client.post(format!("{}{path}", self.base)).body(body);
        self.send(request.header(CONTENT_TYPE, format!("multipart/form-data; boundary={boundary}"))).await
    }
}

fn encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}

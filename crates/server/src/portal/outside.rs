//! What stands between the portal and everybody: where a request came from, how many there may be, and what a page may do.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;

use crate::app::App;

/// How the world reaches this server.
#[derive(Debug, Clone, Default)]
pub struct Outside {
    /// `https://quotes.provider.example`; without one no link leaves.
    pub public_url: Option<String>,
    /// Header in which the proxy in front says where a request came from; without one the connection says it.
    pub address_header: Option<String>,
}

/// Where a request came from.
#[derive(Debug, Clone, Copy)]
pub struct From(pub IpAddr);

impl FromRequestParts<App> for From {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        let said = app.outside.address_header.as_deref().and_then(|name| said_by_proxy(&parts.headers, name));
        let connected = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
        Ok(Self(said.or(connected).unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED))))
    }
}

/// The last address of a proxy's header: the one that the proxy itself saw. What stands before it anybody may have written.
fn said_by_proxy(headers: &HeaderMap, name: &str) -> Option<IpAddr> {
    let last = headers.get_all(name).iter().next_back()?.to_str().ok()?;
    last.rsplit(',').next()?.trim().parse().ok()
}

/// A page may show its own style and pictures, run our script and send forms to us; nobody frames it, keeps it or learns its
/// address.
pub async fn guard(mut response: Response) -> Response {
    let policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src data:; connect-src 'self'; \
                  form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
    let headers = response.headers_mut();
    let fixed = [
        (CONTENT_SECURITY_POLICY, policy),
        (CACHE_CONTROL, "no-store"),
        (REFERRER_POLICY, "no-referrer"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (HeaderName::from_static("x-robots-tag"), "noindex, nofollow"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_proxys_own_word_counts_and_not_what_was_written_before_it() {
        let mut headers = HeaderMap::new();
        headers.append("x-forwarded-for", HeaderValue::from_static("1.2.3.4"));
        headers.append("x-forwarded-for", HeaderValue::from_static("6.6.6.6, 192.0.2.7"));
        assert_eq!(said_by_proxy(&headers, "x-forwarded-for"), "192.0.2.7".parse().ok());
        headers.append("x-forwarded-for", HeaderValue::from_static("not an address"));
        assert_eq!(said_by_proxy(&headers, "x-forwarded-for"), None);
    }
}

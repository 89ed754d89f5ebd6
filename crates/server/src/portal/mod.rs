//! The customer's portal: what a link to a quote opens, answers given through it, and public requests for a quote.
//!
//! Invariants: every page is made of escaped text and leaves with a policy that runs no script but ours; a secret never
//! stands in a log, a referrer or a cache; what a customer does goes through the same rules and the same write door as what is
//! pushed from a laptop, and exactly once.

mod answers;
mod document;
mod links;
mod outside;
mod pages;
mod request;
mod request_list;
mod request_page;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Path};
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};

pub use answers::tell_customer;
pub(crate) use document::{file_name, print, shown};
pub use links::Links;
pub(crate) use outside::From;
pub use outside::Outside;

use crate::app::App;

/// Most bytes of a form.
const FORM_BYTES: usize = 64 * 1024;

/// The portal's routes.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/q/{secret}", get(answers::page))
        .route("/q/{secret}/quote.pdf", get(answers::pdf))
        .route("/q/{secret}/seen", post(answers::seen))
        .route("/q/{secret}/accept", post(answers::accept))
        .route("/q/{secret}/refuse", post(answers::refuse))
        .route("/q/{secret}/ask", post(answers::ask))
        .layer(DefaultBodyLimit::max(FORM_BYTES))
        .merge(
            Router::new()
                .route("/r/{name}", get(request::form).post(request::send))
                .route("/r/{name}/thanks", get(request::thanks))
                .route("/r/{name}/template.csv", get(request::template_csv))
                .layer(DefaultBodyLimit::max(request::LIST_BYTES + FORM_BYTES)),
        )
        .layer(axum::middleware::map_response(outside::guard))
        .route("/portal/portal.css", get(|| asset("text/css; charset=utf-8", include_str!("portal.css"))))
        .route("/portal/accent/{file}", get(accent))
        .route("/portal/portal.js", get(|| asset("text/javascript; charset=utf-8", include_str!("portal.js"))))
}

async fn asset(kind: &'static str, text: &'static str) -> Response {
    ([(CONTENT_TYPE, kind), (CACHE_CONTROL, "public, max-age=300")], text).into_response()
}

/// The organisation's colour, for readers who have a light page; on a dark one it would often not be readable.
async fn accent(Path(file): Path<String>) -> Response {
    let Some(ink) = file.strip_suffix(".css").and_then(|color| u32::from_str_radix(color, 16).ok()) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let part = |shift: u32| f64::from((ink >> shift) & 0xff) / 255.0;
    let linear = |c: f64| if c <= 0.040_45 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) };
    let light = 0.2126 * linear(part(16)) + 0.7152 * linear(part(8)) + 0.0722 * linear(part(0));
    // White on it must be read (WCAG 2.2, 1.4.3: 4.5 to 1); a colour that is lighter stays a matter of the logo.
    if ink > 0x00ff_ffff || 1.05 / (light + 0.05) < 4.5 {
        return asset("text/css; charset=utf-8", "").await;
    }
    let css =
        format!("@media (prefers-color-scheme: light) {{ :root {{ --accent: #{ink:06x}; --on-accent: #ffffff; }} }}");
    ([(CONTENT_TYPE, "text/css; charset=utf-8"), (CACHE_CONTROL, "public, max-age=300")], css).into_response()
}

//! The dashboard: a page at `/` that shows what has happened in the sandbox and changes it by buttons. What it shows it
//! asks for under `/sandbox/view`, when `/sandbox/events` says that something has changed.

mod guard;
mod history;
mod live;
mod view;

use std::sync::Arc;

use axum::Router;
use axum::extract::Path;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
    X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use super::state::State;
use super::tongue::Tongue;

pub(super) use guard::guard;
pub(super) use live::stream;

/// Everything comes from here and nothing stands in the page itself, so that no text of a request can become a script.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
                      form-action 'none'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";

const INDEX: &str = include_str!("index.html");

/// What the pages load, by name.
const ASSETS: [(&str, &str, &str); 12] = [
    ("base.css", "text/css", include_str!("base.css")),
    ("dashboard.css", "text/css", include_str!("dashboard.css")),
    ("dashboard.js", "text/javascript", include_str!("dashboard.js")),
    ("details.css", "text/css", include_str!("details.css")),
    ("details.js", "text/javascript", include_str!("details.js")),
    ("faults.js", "text/javascript", include_str!("faults.js")),
    ("icon.svg", "image/svg+xml", include_str!("icon.svg")),
    ("lists.js", "text/javascript", include_str!("lists.js")),
    ("page.js", "text/javascript", include_str!("page.js")),
    ("payer.css", "text/css", include_str!("payer.css")),
    ("payer.js", "text/javascript", include_str!("payer.js")),
    ("words.js", "text/javascript", include_str!("words.js")),
];

/// What only this machine's own pages may ask for: `guard` stands before it.
pub(super) fn routes() -> Router<Arc<State>> {
    Router::new()
        .route("/", get(index))
        .route("/sandbox/events", get(live::changes))
        .route("/sandbox/view/sales", get(view::sales))
        .route("/sandbox/view/sales/{id}", get(view::sale))
        .route("/sandbox/view/payouts", get(view::payouts))
        .route("/sandbox/view/payouts/{id}", get(view::payout))
        .route("/sandbox/view/callbacks", get(view::callbacks))
        .route("/sandbox/view/callbacks/{number}", get(view::callback))
        .route("/sandbox/view/requests", get(view::requests))
        .route("/sandbox/view/requests/{sequence}", get(view::request))
        .route("/sandbox/view/faults", get(view::faults))
        .route("/sandbox/payments/{id}/qr.png", get(view::code))
}

/// What the payer's page loads, too.
pub(super) fn assets() -> Router<Arc<State>> {
    Router::new()
        .route("/assets/{name}", get(asset))
        // What a browser asks for by itself is no request to the gateway.
        .route("/favicon.ico", get(async || asset(Path("icon.svg".to_owned())).await))
}

async fn index(headers: HeaderMap) -> Response {
    let html = INDEX.replacen("lang=\"en\"", &format!("lang=\"{}\"", Tongue::of(&headers).code()), 1);
    let headers = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CONTENT_SECURITY_POLICY, POLICY),
        (X_FRAME_OPTIONS, "DENY"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "same-origin"),
        (CACHE_CONTROL, "no-store"),
    ];
    (headers, html).into_response()
}

async fn asset(Path(name): Path<String>) -> Response {
    let Some((_, kind, text)) = ASSETS.iter().find(|(known, ..)| *known == name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let headers = [
        (CONTENT_TYPE, format!("{kind}; charset=utf-8")),
        (X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        (CACHE_CONTROL, "no-store".to_owned()),
    ];
    (headers, *text).into_response()
}

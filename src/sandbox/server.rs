//! The sandbox's HTTP side: routes, and one place through which every request passes to be read, recorded
//! and logged.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, FromRequest, Request, State as Shared};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};
use axum::serve::ListenerExt;
use rustls::ServerConfig;
use tokio::sync::oneshot;

use super::fault::{self, control as rules};
use super::gateway::{self, Endpoint};
use super::line::{Cutter, Lines};
use super::record::{Finding, Record, Signed};
use super::socket::Sockets;
use super::state::State;
use super::{card_page, classic, control, courier, page};

/// Far above any request that the API has.
const LARGEST_BODY: usize = 64 * 1024;

/// How long an answer that is under way may take once the sandbox is told to stop.
const FAREWELL: Duration = Duration::from_millis(500);

/// Serves until told to stop, or until the other end of `stop` is gone.
pub(super) async fn run(
    listener: TcpListener,
    tls: Option<Arc<ServerConfig>>,
    state: Arc<State>,
    stop: oneshot::Receiver<()>,
) -> std::io::Result<()> {
    let listener = tokio::net::TcpListener::from_std(listener)?.tap_io(|stream| {
        // Answers are small and somebody waits for each.
        let _ = stream.set_nodelay(true);
    });
    let courier = courier::run(state.clone());
    let service = router(state).into_make_service_with_connect_info::<Cutter>();
    let (farewell, leaving) = oneshot::channel::<()>();
    let stopped = async move {
        let _ = stop.await;
        drop(farewell);
    };
    tokio::select! {
        served = async { axum::serve(Lines(Sockets::new(listener, tls)), service).with_graceful_shutdown(stopped).await } => served,
        () = courier => Ok(()),
        () = async { let _ = leaving.await; tokio::time::sleep(FAREWELL).await } => Ok(()),
    }
}

fn router(state: Arc<State>) -> Router {
    let mut gateway = Router::new()
        .route(page::PATH, get(page::show).post(page::submit))
        .route(card_page::PATH, get(card_page::show).post(card_page::submit));
    for endpoint in Endpoint::ALL {
        let handler = move |state, request| gateway::handle(endpoint, state, request);
        gateway = gateway.route(endpoint.path(), post(handler));
    }
    let recorded = classic::add_routes(gateway)
        .fallback(|| async { refuse(StatusCode::NOT_FOUND, "no such address") })
        .method_not_allowed_fallback(|| async {
            refuse(StatusCode::METHOD_NOT_ALLOWED, "this address takes another method")
        })
        .layer(middleware::from_fn_with_state(state.clone(), fault::layer::inner))
        .layer(middleware::from_fn_with_state(state.clone(), record))
        .layer(middleware::from_fn_with_state(state.clone(), keep))
        .layer(middleware::from_fn_with_state(state.clone(), fault::layer::outer))
        .layer(DefaultBodyLimit::max(LARGEST_BODY));
    Router::new()
        .route("/sandbox/requests", get(control::requests))
        .route("/sandbox/invoices", get(control::invoices))
        .route("/sandbox/invoices/{id}/{verb}", post(control::change_invoice))
        .route("/sandbox/payments", get(control::payments))
        .route("/sandbox/payments/{id}/{verb}", post(control::change_payment))
        .route("/sandbox/payouts", get(control::payouts))
        .route("/sandbox/payouts/{id}/{verb}", post(control::finish_payout))
        .route("/sandbox/cards", get(control::cards))
        .route("/sandbox/callbacks", get(control::callbacks))
        .route("/sandbox/callbacks/{number}/resend", post(control::resend))
        .route("/sandbox/rules", get(rules::list).post(rules::add).delete(rules::clear))
        .route("/sandbox/rules/{number}", delete(rules::remove))
        .route("/sandbox/faults/{fault}", post(rules::set))
        .route("/sandbox/clock/{by}", post(control::advance))
        .layer(middleware::from_fn_with_state(state.clone(), keep))
        .fallback_service(recorded.with_state(state.clone()))
        .with_state(state)
}

/// No answer leaves before what it says is kept.
async fn keep(Shared(state): Shared<Arc<State>>, request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    match state.save() {
        Ok(()) => response,
        Err(error) => {
            state.log(&error.to_string());
            (StatusCode::INTERNAL_SERVER_ERROR, format!("{error}\n")).into_response()
        }
    }
}

async fn record(Shared(state): Shared<Arc<State>>, request: Request, next: Next) -> Response {
    let mut record = Record {
        sequence: 0,
        method: request.method().to_string(),
        path: request.uri().path().to_owned(),
        content_type: request
            .headers()
            .get(CONTENT_TYPE)
            .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()),
        signed: Signed::No,
        body: String::new(),
        problem: None,
        invoice_id: None,
        order_id: None,
    };
    let (parts, body) = request.into_parts();
    let whole = Request::from_parts(parts.clone(), body);
    let response = match Bytes::from_request(whole, &()).await {
        Ok(bytes) => {
            record.body = String::from_utf8_lossy(&bytes).into_owned();
            next.run(Request::from_parts(parts, Body::from(bytes))).await
        }
        Err(rejection) => refuse(rejection.status(), "the body is too large or was cut off"),
    };
    let finding = response.extensions().get::<Finding>().cloned().unwrap_or_default();
    state.record(record, finding, response.status().as_u16());
    response
}

fn refuse(status: StatusCode, problem: &str) -> Response {
    (status, axum::Extension(Finding::problem(problem)), format!("{problem}\n")).into_response()
}

//! The sandbox's HTTP side: routes, and one place through which every request passes to be read, recorded
//! and logged.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{ConnectInfo, DefaultBodyLimit, FromRequest, Request, State as Shared};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, DATE};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};
use axum::serve::ListenerExt;
use rustls::ServerConfig;
use tokio::sync::oneshot;

use super::clock::http_now;
use super::fault::{self, control as rules};
use super::gateway::{self, Endpoint};
use super::line::{Cutter, Lines};
use super::record::{Finding, Record, WireAnswer, header_list};
use super::socket::Sockets;
use super::state::State;
use super::{card_page, classic, control, courier, dashboard, page};

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
    let watched = state.clone();
    let service = router(state).into_make_service_with_connect_info::<Cutter>();
    let (farewell, leaving) = oneshot::channel::<()>();
    let stopped = async move {
        let _ = stop.await;
        watched.news.end();
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
        .merge(dashboard::routes())
        .route_layer(middleware::from_fn_with_state(state.clone(), dashboard::guard))
        .merge(dashboard::assets())
        .route(page::EVENTS, get(page::events))
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
    let began = Instant::now();
    let cutter = request.extensions().get::<ConnectInfo<Cutter>>().map(|info| info.0.clone());
    let (parts, body) = request.into_parts();
    let mut record = request_of(&parts);
    let whole = Request::from_parts(parts.clone(), body);
    let response = match Bytes::from_request(whole, &()).await {
        Ok(bytes) => {
            record.body = card_page::hide(&record.path, &String::from_utf8_lossy(&bytes));
            next.run(Request::from_parts(parts, Body::from(bytes))).await
        }
        Err(rejection) => refuse(rejection.status(), "the body is too large or was cut off"),
    };
    let finding = response.extensions().get::<Finding>().cloned().unwrap_or_default();
    let (response, answer) = answer_of(response).await;
    let status = answer.status;
    record.answer = (!cutter.is_some_and(|cutter| cutter.has_cut())).then_some(answer);
    record.took_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    state.record(record, finding, status);
    response
}

/// What is known of a request before its body is read.
fn request_of(parts: &Parts) -> Record {
    let content_type = parts.headers.get(CONTENT_TYPE);
    Record {
        method: parts.method.to_string(),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().map(str::to_owned),
        version: format!("{:?}", parts.version),
        content_type: content_type.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()),
        headers: header_list(&parts.headers),
        ..Record::default()
    }
}

/// The answer with its date and its length, and what is kept of it. One without an end goes by unread.
async fn answer_of(response: Response) -> (Response, WireAnswer) {
    let (mut parts, body) = response.into_parts();
    if let (None, Ok(date)) = (parts.headers.get(DATE), HeaderValue::from_str(&http_now())) {
        parts.headers.insert(DATE, date);
    }
    let status = parts.status.as_u16();
    if body.size_hint().exact().is_none() {
        let answer = WireAnswer::new(status, &parts.headers, None);
        return (Response::from_parts(parts, body), answer);
    }
    let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap_or_default();
    parts.headers.entry(CONTENT_LENGTH).or_insert(HeaderValue::from(bytes.len()));
    let answer = WireAnswer::new(status, &parts.headers, Some(&bytes));
    (Response::from_parts(parts, Body::from(bytes)), answer)
}

fn refuse(status: StatusCode, problem: &str) -> Response {
    (status, axum::Extension(Finding::problem(problem)), format!("{problem}\n")).into_response()
}

//! Where faults strike: every request of the gateway passes here, whichever API it belongs to. What becomes of it is
//! recorded between the two layers, so that a record tells what was done, whatever the client heard of it.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, FromRequest, Request, State as Shared};
use axum::http::header::{DATE, RETRY_AFTER};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::{Fault, Target};
use crate::sandbox::line::Cutter;
use crate::sandbox::record::Finding;
use crate::sandbox::state::State;

/// How far the clock is off in this answer, in seconds.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::sandbox) struct Skew(pub i64);

/// The answer waits this long.
#[derive(Clone, Copy)]
struct Late(Duration);

/// Around the record: a request may come twice, and each time it is recorded; an answer may wait, and a client that
/// loses patience meanwhile takes nothing of the record away.
pub(in crate::sandbox) async fn outer(
    Shared(state): Shared<Arc<State>>,
    request: Request,
    next: Next,
) -> Response {
    let response = match state.has_rules() {
        true => perhaps_twice(&state, request, next).await,
        false => next.run(request).await,
    };
    if let Some(Late(by)) = response.extensions().get() {
        tokio::time::sleep(*by).await;
    }
    response
}

async fn perhaps_twice(state: &State, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let whole = Request::from_parts(parts.clone(), body);
    let bytes = match Bytes::from_request(whole, &()).await {
        Ok(bytes) => bytes,
        Err(rejection) => return rejection.into_response(),
    };
    let target = Target::of(state, &parts, &bytes).await;
    let again = || Request::from_parts(parts.clone(), Body::from(bytes.clone()));
    if state.strikes(Fault::Duplicate, &target) {
        drop(next.clone().run(again()).await);
    }
    next.run(again()).await
}

/// Within the record.
pub(in crate::sandbox) async fn inner(
    Shared(state): Shared<Arc<State>>,
    request: Request,
    next: Next,
) -> Response {
    if !state.has_rules() {
        return next.run(request).await;
    }
    let cutter = request.extensions().get::<ConnectInfo<Cutter>>().map(|info| info.0.clone());
    let (mut parts, body) = request.into_parts();
    // The size was limited where the request was recorded.
    let Ok(body) = axum::body::to_bytes(body, usize::MAX).await else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let target = Target::of(&state, &parts, &body).await;
    let strike = Strike { state: &state, target: &target, cutter: cutter.unwrap_or_default() };
    if let Some(response) = strike.before() {
        return response;
    }
    let skew = strike.asks(|fault| match fault {
        Fault::ClockSkew(seconds) => Some(Skew(seconds)),
        _ => None,
    });
    strike.prepare(&mut parts, skew);
    let response = next.run(Request::from_parts(parts, Body::from(body))).await;
    strike.after(response, skew).await
}

/// One request and its connection.
struct Strike<'a> {
    state: &'a State,
    target: &'a Target,
    cutter: Cutter,
}

impl Strike<'_> {
    fn asks<T>(&self, asked: impl Fn(Fault) -> Option<T>) -> Option<T> {
        self.state.strike(self.target, asked)
    }

    /// The answer, where nothing is done.
    fn before(&self) -> Option<Response> {
        if self.state.strikes(Fault::LostRequest, self.target) {
            return Some(self.lose(self.refuse("lost on purpose, nothing was done")));
        }
        let status = self.asks(|fault| match fault {
            Fault::Http(status) => Some(status),
            Fault::RateLimit(_) => Some(429),
            _ => None,
        })?;
        let mut response = self.refuse(&format!("HTTP {status} on purpose, nothing was done"));
        *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        if status == 429 {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("1"));
        }
        Some(response)
    }

    /// What the endpoint has to know.
    fn prepare(&self, parts: &mut Parts, skew: Option<Skew>) {
        parts.extensions.insert(self.target.clone());
        parts.extensions.insert(skew.unwrap_or_default());
    }

    /// Everything is done; what becomes of the answer.
    async fn after(&self, mut response: Response, skew: Option<Skew>) -> Response {
        if self.state.strikes(Fault::LostAnswer, self.target) {
            note(&mut response, "everything was done and the answer lost on purpose".to_owned());
            return self.lose(response);
        }
        if let Some(Skew(seconds)) = skew {
            let date = HeaderValue::from_str(&self.state.http_date(seconds));
            date.into_iter().for_each(|date| drop(response.headers_mut().insert(DATE, date)));
            note(&mut response, format!("everything was done and the clock {seconds:+} s off on purpose"));
        }
        if let Some(garbage) = self.asks(|fault| match fault {
            Fault::Garbage(garbage) => Some(garbage),
            _ => None,
        }) {
            response = garbage.instead_of(response).await;
            note(
                &mut response,
                format!("everything was done and garbage={} answered on purpose", garbage.word()),
            );
        }
        if let Some(bytes) = self.asks(|fault| match fault {
            Fault::Cut(bytes) => Some(bytes),
            _ => None,
        }) {
            self.cutter.cut_after(bytes);
            note(
                &mut response,
                format!("everything was done and the answer cut after {bytes} bytes on purpose"),
            );
        }
        if let Some(after) = self.asks(|fault| match fault {
            Fault::IdleClose(after) => Some(after),
            _ => None,
        }) {
            self.cutter.close_when_idle(after);
        }
        if let Some(by) = self.asks(|fault| match fault {
            Fault::Delay(by) => Some(by),
            _ => None,
        }) {
            note(
                &mut response,
                format!("everything was done and the answer {} ms late on purpose", by.as_millis()),
            );
            response.extensions_mut().insert(Late(by));
        }
        response
    }

    fn lose(&self, response: Response) -> Response {
        self.cutter.cut();
        response
    }

    fn refuse(&self, problem: &str) -> Response {
        let finding = Finding { order_id: self.target.order.clone(), ..Finding::problem(problem) };
        (StatusCode::INTERNAL_SERVER_ERROR, axum::Extension(finding), format!("{problem}\n")).into_response()
    }
}

/// For the record; what was wrong with the request itself says more.
fn note(response: &mut Response, problem: String) {
    if let Some(finding) = response.extensions_mut().get_mut::<Finding>() {
        finding.problem.get_or_insert(problem);
    } else {
        response.extensions_mut().insert(Finding::problem(problem));
    }
}

//! Rules over HTTP: listed, made and taken away while the sandbox runs.

use std::sync::Arc;

use axum::extract::{Path, State as Shared};
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};

use super::FaultRule;
use crate::sandbox::control::json;
use crate::sandbox::options::parse_id;
use crate::sandbox::state::State;

pub(in crate::sandbox) async fn list(Shared(state): Shared<Arc<State>>) -> Response {
    json(StatusCode::OK, &state.rules())
}

/// The body is a rule as it is written; the answer is the rule as it stands.
pub(in crate::sandbox) async fn add(Shared(state): Shared<Arc<State>>, body: String) -> Response {
    match body.trim().parse() {
        Ok(rule) => json(StatusCode::CREATED, &state.add_rule(rule)),
        Err(error) => (StatusCode::BAD_REQUEST, format!("{error}\n")).into_response(),
    }
}

pub(in crate::sandbox) async fn remove(
    Shared(state): Shared<Arc<State>>,
    Path(number): Path<String>,
) -> Response {
    match parse_id(&number).is_some_and(|number| state.remove_rule(number)) {
        true => StatusCode::NO_CONTENT.into_response(),
        false => (StatusCode::NOT_FOUND, "there is no such rule\n").into_response(),
    }
}

pub(in crate::sandbox) async fn clear(Shared(state): Shared<Arc<State>>) -> Response {
    state.clear_rules();
    StatusCode::NO_CONTENT.into_response()
}

/// A rule in the address, or `none` for all that stand: `lost-answer:revoke.php`, `no-signature?times=1`.
pub(in crate::sandbox) async fn set(
    Shared(state): Shared<Arc<State>>,
    Path(rule): Path<String>,
    uri: Uri,
) -> Response {
    let times = match uri.query().map(|query| query.strip_prefix("times=").map(str::parse)) {
        None => None,
        Some(Some(Ok(times))) if times > 0 => Some(times),
        Some(_) => return (StatusCode::BAD_REQUEST, "times is a whole number above 0\n").into_response(),
    };
    match rule.parse::<FaultRule>() {
        _ if rule == "none" => state.clear_rules(),
        Ok(rule) => drop(state.add_rule(FaultRule { times: times.or(rule.times), ..rule })),
        Err(error) => return (StatusCode::NOT_FOUND, format!("{error}\n")).into_response(),
    }
    StatusCode::NO_CONTENT.into_response()
}

//! What a test asks of the sandbox over HTTP: the requests it got, its invoices, and to move one of them.

use std::sync::Arc;

use axum::extract::{Path, State as Shared};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::invoice::InvoiceState;
use super::options::parse_id;
use super::state::{Refusal, State};

pub(super) async fn requests(Shared(state): Shared<Arc<State>>) -> Response {
    json(StatusCode::OK, &state.records())
}

pub(super) async fn invoices(Shared(state): Shared<Arc<State>>) -> Response {
    json(StatusCode::OK, &state.invoices())
}

pub(super) async fn change(
    Shared(state): Shared<Arc<State>>,
    Path((id, verb)): Path<(String, String)>,
) -> Response {
    let next = match verb.as_str() {
        "pay" => InvoiceState::Ok,
        "decline" => InvoiceState::Failed,
        "expire" => InvoiceState::Incomplete,
        "process" => InvoiceState::Process,
        _ => {
            return (StatusCode::NOT_FOUND, "the verbs are pay, decline, expire and process\n")
                .into_response();
        }
    };
    let outcome = parse_id(&id).ok_or(Refusal::Unknown).and_then(|id| state.enter(id, next));
    match outcome {
        Ok(invoice) => {
            state.log(&format!("invoice {} is now {}", invoice.invoice_id, next.word()));
            json(StatusCode::OK, &invoice)
        }
        Err(refusal) => {
            let status = match refusal {
                Refusal::Unknown => StatusCode::NOT_FOUND,
                Refusal::Ended(_) => StatusCode::CONFLICT,
            };
            (status, format!("{}\n", super::Error::from(refusal))).into_response()
        }
    }
}

fn json(status: StatusCode, value: &impl Serialize) -> Response {
    match serde_json::to_string(value) {
        Ok(text) => (status, [(CONTENT_TYPE, "application/json")], text).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

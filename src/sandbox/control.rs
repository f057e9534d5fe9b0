//! What a test asks of the sandbox over HTTP: the requests it got, its payments, and to move one of them.

use std::sync::Arc;

use axum::extract::{Path, State as Shared};
use axum::http::header::CONTENT_TYPE;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::amount::Hundredths;
use super::courier;
use super::invoice::Invoice;
use super::ledger::Refusal;
use super::options::{parse_duration, parse_id};
use super::payment::Payment;
use super::payout::Stuck;
use super::standing::{Failure, PayerCard};
use super::state::State;

pub(super) async fn requests(Shared(state): Shared<Arc<State>>) -> Response {
    json(StatusCode::OK, &state.records())
}

pub(super) async fn invoices(Shared(state): Shared<Arc<State>>) -> Response {
    json(StatusCode::OK, &state.invoices())
}

pub(super) async fn payments(Shared(state): Shared<Arc<State>>) -> Response {
    json(StatusCode::OK, &state.payments())
}

pub(super) async fn change_invoice(
    Shared(state): Shared<Arc<State>>,
    Path((id, verb)): Path<(String, String)>,
) -> Response {
    match change(&state, &id, &verb, |payment| Invoice::of(payment).is_some()).await {
        Ok(payment) => json(StatusCode::OK, &Invoice::of(&payment)),
        Err(refusal) => refusal.into_response(),
    }
}

pub(super) async fn change_payment(
    Shared(state): Shared<Arc<State>>,
    Path((id, verb)): Path<(String, String)>,
    uri: Uri,
) -> Response {
    match verb.as_str() {
        "notify" => return notify(&state, &id).await,
        "refund" | "clear" | "cancel" => return after(&state, &id, &verb, &uri),
        _ => {}
    }
    match change(&state, &id, &verb, |_| true).await {
        Ok(payment) => json(StatusCode::OK, &payment),
        Err(refusal) => refusal.into_response(),
    }
}

/// What the merchant may do with a paid payment, done by hand: `refund`, `refund?amount=3.50`, `clear`, `cancel`.
fn after(state: &State, id: &str, verb: &str, uri: &Uri) -> Response {
    let amount = match uri.query().map(|query| query.strip_prefix("amount=").map(Hundredths::parse)) {
        None => None,
        Some(Some(Some(amount))) if amount > Hundredths(0) => Some(amount),
        Some(_) => return (StatusCode::BAD_REQUEST, "amount is a number such as 3.50\n").into_response(),
    };
    let Some(id) = parse_id(id).filter(|id| state.payment(*id).is_some()) else {
        return (StatusCode::NOT_FOUND, "there is no such payment\n").into_response();
    };
    let done = state.ledger(|ledger, now| match verb {
        "refund" => ledger.refund(id, amount, now).map(drop),
        "clear" => ledger.capture(id, amount, now).map(drop),
        _ => ledger.cancel(id, now).map(drop),
    });
    match done {
        Ok(()) => json(StatusCode::OK, &state.payment(id)),
        Err(problem) => (StatusCode::CONFLICT, format!("{}\n", problem.text)).into_response(),
    }
}

async fn change(
    state: &State,
    id: &str,
    verb: &str,
    fits: fn(&Payment) -> bool,
) -> Result<Payment, (StatusCode, String)> {
    let known = parse_id(id).and_then(|id| state.payment(id)).filter(fits);
    let changed = match (known.map(|payment| payment.payment_id), verb) {
        (Some(id), "pay") => state.pay(id, PayerCard::default()).await,
        (Some(id), "decline") => state.decline(id, Failure::declined()),
        (Some(id), "expire") => state.expire(id),
        (Some(id), "process") => state.process(id),
        (None, "pay" | "decline" | "expire" | "process") => Err(Refusal::Unknown),
        _ => {
            let verbs = "the verbs are pay, decline, expire and process, and for payments notify, refund, clear \
                         and cancel\n";
            return Err((StatusCode::NOT_FOUND, verbs.to_owned()));
        }
    };
    match changed {
        Ok(payment) => {
            state.log(&format!("payment {} is now {}", payment.payment_id, payment.now.status.word()));
            Ok(payment)
        }
        Err(refusal) => {
            let status = match refusal {
                Refusal::Unknown => StatusCode::NOT_FOUND,
                Refusal::Ended(_) | Refusal::Asking => StatusCode::CONFLICT,
            };
            Err((status, format!("{}\n", super::Error::from(refusal))))
        }
    }
}

pub(super) async fn payouts(Shared(state): Shared<Arc<State>>) -> Response {
    json(StatusCode::OK, &state.payouts())
}

/// Ends a payout that is on its way: `succeed` or `fail`.
pub(super) async fn finish_payout(
    Shared(state): Shared<Arc<State>>,
    Path((id, verb)): Path<(String, String)>,
) -> Response {
    let code = match verb.as_str() {
        "succeed" => None,
        "fail" => Some(10026),
        _ => return (StatusCode::NOT_FOUND, "the verbs are succeed and fail\n").into_response(),
    };
    match parse_id(&id).ok_or(Stuck::Unknown).and_then(|id| state.finish_payout(id, code)) {
        Ok(payout) => json(StatusCode::OK, &payout),
        Err(Stuck::Unknown) => (StatusCode::NOT_FOUND, "there is no such payout\n").into_response(),
        Err(Stuck::Ended(_)) => (StatusCode::CONFLICT, "the payout has ended\n").into_response(),
        Err(Stuck::OutOfTurn) => (StatusCode::CONFLICT, "the payout waits for its card\n").into_response(),
    }
}

/// The stored cards, masked, and the forms on which payers were asked for them.
pub(super) async fn cards(Shared(state): Shared<Arc<State>>) -> Response {
    let cards = state.ledger(
        |ledger, _| serde_json::json!({ "cards": ledger.cards.list(), "forms": ledger.cards.forms() }),
    );
    json(StatusCode::OK, &cards)
}

pub(super) async fn callbacks(Shared(state): Shared<Arc<State>>) -> Response {
    json(StatusCode::OK, &state.callbacks())
}

/// The same bytes to the same address.
pub(super) async fn resend(Shared(state): Shared<Arc<State>>, Path(number): Path<String>) -> Response {
    let Some(earlier) = parse_id(&number).and_then(|number| state.callback(number)) else {
        return (StatusCode::NOT_FOUND, "there is no such callback\n").into_response();
    };
    match courier::repeat(&state, &earlier).await {
        Some(callback) => json(StatusCode::OK, &callback),
        None => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// How the payment has ended, told once more under a new salt.
async fn notify(state: &State, id: &str) -> Response {
    let Some(payment) = parse_id(id).and_then(|id| state.payment(id)) else {
        return (StatusCode::NOT_FOUND, "there is no such payment\n").into_response();
    };
    let Some(errand) = state.notice(payment.payment_id) else {
        let problem = "the payment has not ended, or its merchant has said no pg_result_url\n";
        return (StatusCode::CONFLICT, problem).into_response();
    };
    match courier::deliver(state, errand).await {
        Some(callback) => json(StatusCode::OK, &callback),
        None => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// Moves the clock ahead: `/sandbox/clock/30m`.
pub(super) async fn advance(Shared(state): Shared<Arc<State>>, Path(by): Path<String>) -> Response {
    match parse_duration(&by) {
        Ok(by) => {
            state.advance(by);
            StatusCode::NO_CONTENT.into_response()
        }
        Err(error) => (StatusCode::BAD_REQUEST, format!("{error}\n")).into_response(),
    }
}

pub(super) fn json(status: StatusCode, value: &impl Serialize) -> Response {
    match serde_json::to_string(value) {
        Ok(text) => (status, [(CONTENT_TYPE, "application/json")], text).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

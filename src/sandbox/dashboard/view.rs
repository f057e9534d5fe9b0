//! What the dashboard shows, as JSON: lists with the newest first, and everything about one thing.

use std::sync::Arc;

use axum::extract::{Path, State as Shared};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::{Value, json};

use super::history::history;
use crate::sandbox::amount::Hundredths;
use crate::sandbox::control::json as answer;
use crate::sandbox::options::parse_id;
use crate::sandbox::payment::{Payment, PaymentKind, PaymentStatus};
use crate::sandbox::payout::{Payout, PayoutKind, PayoutStatus};
use crate::sandbox::post::Callback;
use crate::sandbox::record::{Record, Signed};
use crate::sandbox::state::{Sight, State};
use crate::sandbox::{card_page, page, picture};

/// More than a person reads; older ones are found by what they are called.
const MOST_ROWS: usize = 200;

/// What a list is narrowed down to: `?find=coffee&wrong=1`.
struct Wanted {
    /// A part of what a row says, in small letters.
    find: String,
    /// Only what has gone wrong.
    wrong: bool,
}

impl Wanted {
    fn read(uri: &Uri) -> Self {
        let query = uri.query().unwrap_or_default().as_bytes();
        let find = page::value(query, "find").unwrap_or_default();
        let wrong = page::value(query, "wrong").is_some_and(|value| value == "1");
        Wanted { find: find.trim().to_lowercase(), wrong }
    }

    /// Whether one of the texts has it.
    fn fits(&self, wrong: bool, texts: &[&str]) -> bool {
        let found = |text: &&str| text.to_lowercase().contains(&self.find);
        (wrong || !self.wrong) && (self.find.is_empty() || texts.iter().any(found))
    }
}

/// The rows of a list, and how many there are in all.
fn list<'a, T: 'a>(
    all: impl DoubleEndedIterator<Item = &'a T>,
    fits: impl Fn(&T) -> bool,
    row: impl Fn(&T) -> Value,
) -> Value {
    let mut total = 0_usize;
    let mut rows = Vec::new();
    for item in all.rev().filter(|item| fits(item)) {
        total += 1;
        if rows.len() < MOST_ROWS {
            rows.push(row(item));
        }
    }
    json!({ "total": total, "rows": rows })
}

pub(super) async fn sales(Shared(state): Shared<Arc<State>>, uri: Uri) -> Response {
    let wanted = Wanted::read(&uri);
    show_list(&state, |sight| {
        let fits = |payment: &Payment| {
            let id = payment.payment_id.to_string();
            let texts = [
                &*payment.order_id,
                &id,
                &payment.description,
                &payment.amount,
                state.shop(payment.merchant_id),
            ];
            wanted.fits(payment.now.failure.is_some(), &texts)
        };
        let mut sales = list(sight.ledger.payments(), fits, |payment| json!(Sale::new(&state, payment)));
        sales["merchant_id"] = json!(state.options.merchants.first().map(|merchant| merchant.id));
        sales
    })
}

pub(super) async fn sale(Shared(state): Shared<Arc<State>>, Path(id): Path<String>) -> Response {
    let found = state.look(|sight| {
        let payment = sight.ledger.get(parse_id(&id)?)?;
        let mut sale = serde_json::to_value(Sale::new(&state, payment)).ok()?;
        sale["description"] = json!(payment.description);
        sale["link"] = json!(page::link(&state, payment));
        sale["terms"] = json!(payment.terms);
        sale["now"] = json!(payment.now);
        sale["refundable"] = json!(payment.refundable());
        sale["history"] = json!(history(payment, sight.clock));
        add_traffic(&mut sale, &sight, payment.payment_id, &payment.order_id);
        Some(sale)
    });
    one(found)
}

/// The requests and callbacks that were about it, newest first.
fn add_traffic(about: &mut Value, sight: &Sight<'_>, id: u64, order_id: &str) {
    let ours = |record: &Record| match record.invoice_id {
        Some(invoice_id) => invoice_id == id,
        None => record.order_id.as_deref() == Some(order_id),
    };
    about["requests"] = list(sight.records.iter(), ours, |record| json!(Exchange::new(record)));
    about["callbacks"] = list(sight.post.delivered(), |callback: &Callback| callback.payment_id == id, told);
}

/// The payer's link as a QR, so that a phone can open it.
pub(super) async fn code(Shared(state): Shared<Arc<State>>, Path(id): Path<String>) -> Response {
    let payment = parse_id(&id).and_then(|id| state.look(|sight| sight.ledger.get(id).cloned()));
    match payment.and_then(|payment| picture::png(&page::link(&state, &payment))) {
        Some(png) => ([(CONTENT_TYPE, "image/png"), (CACHE_CONTROL, "no-store")], png).into_response(),
        None => missing(),
    }
}

pub(super) async fn payouts(Shared(state): Shared<Arc<State>>, uri: Uri) -> Response {
    let wanted = Wanted::read(&uri);
    show_list(&state, |sight| {
        let fits = |payout: &Payout| {
            let id = payout.payment_id.to_string();
            let texts =
                [&*payout.order_id, &id, &payout.description, &payout.amount, state.shop(payout.merchant_id)];
            wanted.fits(payout.status == PayoutStatus::Error, &texts)
        };
        list(sight.ledger.payouts.list(), fits, |payout| payout_row(&state, payout))
    })
}

pub(super) async fn payout(Shared(state): Shared<Arc<State>>, Path(id): Path<String>) -> Response {
    let found = state.look(|sight| {
        let payout = sight.ledger.payouts.get(parse_id(&id)?)?;
        let mut shown = payout_row(&state, payout);
        shown["started"] = json!(payout.started);
        if payout.kind == PayoutKind::Page {
            shown["link"] = json!(card_page::link(&state, &payout.customer));
        }
        add_traffic(&mut shown, &sight, payout.payment_id, &payout.order_id);
        Some(shown)
    });
    one(found)
}

fn payout_row(state: &State, payout: &Payout) -> Value {
    let mut row = json!(payout);
    row["shop"] = json!(state.shop(payout.merchant_id));
    row["amount"] = json!(payout.total());
    row
}

pub(super) async fn callbacks(Shared(state): Shared<Arc<State>>, uri: Uri) -> Response {
    let wanted = Wanted::read(&uri);
    show_list(&state, |sight| {
        let fits = |callback: &Callback| {
            let id = callback.payment_id.to_string();
            let problem = callback.problem.as_deref();
            wanted.fits(problem.is_some(), &[&callback.url, &id, problem.unwrap_or_default()])
        };
        list(sight.post.delivered(), fits, told)
    })
}

pub(super) async fn callback(Shared(state): Shared<Arc<State>>, Path(number): Path<String>) -> Response {
    one(state.look(|sight| Some(json!(sight.post.find(parse_id(&number)?)?))))
}

pub(super) async fn requests(Shared(state): Shared<Arc<State>>, uri: Uri) -> Response {
    let wanted = Wanted::read(&uri);
    show_list(&state, |sight| {
        let fits = |record: &Record| {
            let problem = record.problem.as_deref();
            let id = record.invoice_id.map(|id| id.to_string()).unwrap_or_default();
            let texts = [
                &*record.path,
                record.order_id.as_deref().unwrap_or_default(),
                &id,
                problem.unwrap_or_default(),
            ];
            wanted.fits(problem.is_some(), &texts)
        };
        list(sight.records.iter(), fits, |record| json!(Exchange::new(record)))
    })
}

pub(super) async fn request(Shared(state): Shared<Arc<State>>, Path(sequence): Path<String>) -> Response {
    one(state.look(|sight| Some(json!(sight.records.find(parse_id(&sequence)?)?))))
}

/// The rules that stand, the newest first, too.
pub(super) async fn faults(Shared(state): Shared<Arc<State>>) -> Response {
    let rules = state.rules();
    let rows: Vec<_> = rules.iter().rev().collect();
    show_list(&state, |_| json!({ "total": rows.len(), "rows": rows }))
}

/// A list with the time that the sandbox has.
fn show_list(state: &State, list: impl FnOnce(Sight<'_>) -> Value) -> Response {
    show(&state.look(|sight| {
        let now = sight.clock.moment().text;
        let mut list = list(sight);
        list["now"] = json!(now);
        list
    }))
}

fn show(value: &Value) -> Response {
    ([(CACHE_CONTROL, "no-store")], answer(StatusCode::OK, value)).into_response()
}

fn one(found: Option<Value>) -> Response {
    found.map_or_else(missing, |value| show(&value))
}

fn missing() -> Response {
    (StatusCode::NOT_FOUND, "there is nothing of this number\n").into_response()
}

/// A row of the sales.
#[derive(Serialize)]
struct Sale<'a> {
    payment_id: u64,
    order_id: &'a str,
    merchant_id: u64,
    shop: &'a str,
    kind: PaymentKind,
    amount: Hundredths,
    currency: &'a str,
    created_at: &'a str,
    standing: &'static str,
}

impl<'a> Sale<'a> {
    fn new(state: &'a State, payment: &'a Payment) -> Self {
        Sale {
            payment_id: payment.payment_id,
            order_id: &payment.order_id,
            merchant_id: payment.merchant_id,
            shop: state.shop(payment.merchant_id),
            kind: payment.kind,
            amount: payment.total(),
            currency: &payment.currency,
            created_at: &payment.created_at,
            standing: standing(payment),
        }
    }
}

/// Where a sale stands for a person, who sees no difference between cleared and refunded in the gateway's words.
fn standing(payment: &Payment) -> &'static str {
    match payment.now.status {
        PaymentStatus::Success if !payment.now.captured => "held",
        PaymentStatus::Success if payment.now.refunded() == Hundredths(0) => "paid",
        PaymentStatus::Success if payment.refundable() == Hundredths(0) => "refunded",
        PaymentStatus::Success => "part_refunded",
        status => status.word(),
    }
}

/// A row of the requests.
#[derive(Serialize)]
struct Exchange<'a> {
    sequence: u64,
    date: &'a str,
    method: &'a str,
    path: &'a str,
    /// None: the connection was cut.
    status: Option<u16>,
    signed: Signed,
    wrong: bool,
    order_id: Option<&'a str>,
    took_ms: u64,
}

impl<'a> Exchange<'a> {
    fn new(record: &'a Record) -> Self {
        Exchange {
            sequence: record.sequence,
            date: &record.date,
            method: &record.method,
            path: &record.path,
            status: record.answer.as_ref().map(|answer| answer.status),
            signed: record.signed,
            wrong: record.problem.is_some(),
            order_id: record.order_id.as_deref(),
            took_ms: record.took_ms,
        }
    }
}

/// A row of the callbacks.
fn told(callback: &Callback) -> Value {
    json!({
        "number": callback.number,
        "date": callback.date,
        "kind": callback.kind,
        "payment_id": callback.payment_id,
        "attempt": callback.attempt,
        "repeats": callback.repeats,
        "url": callback.url.split('?').next(),
        "status": callback.http_status,
        "reply_status": callback.reply_status,
        "wrong": callback.problem.is_some(),
    })
}

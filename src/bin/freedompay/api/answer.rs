//! The lines of the answer: `{"log":[3,"…"]}` and `{"progress":{…}}` before the end, then one of `result`, `pending`,
//! `callback` and `buffer`. A result has every accessor of `fp_result` by its name, numbers as numbers.

use std::io::{self, Write};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use freedompay::{Document, PendingPayout, PendingRefund, PendingSale, Refund};
use serde::Serialize;
use serde_json::{Value, json};

use super::slip::Content;
use crate::exit::Exit;
use crate::facts::{Facts, Problem};

/// The sentence of FP_ERR_INTERNAL, as the C ABI has it.
pub const DEFECT: &str = "a defect of the library ended the call; what it asked for may have happened";

/// Writes a line at once. When nobody reads any more, nobody wants the call either.
pub fn say(line: &str) {
    let mut stdout = io::stdout().lock();
    if stdout.write_all(line.as_bytes()).and_then(|()| stdout.flush()).is_err() {
        std::process::exit(i32::from(Exit::Unknown.number()));
    }
}

/// What an `fp_result` says.
pub fn result(facts: &Facts) -> Value {
    let mut result = about_the_call(facts);
    if let Value::Object(members) = &mut result
        && let Value::Object(payment) = about_the_payment(facts)
    {
        members.extend(payment);
    }
    result
}

fn about_the_call(facts: &Facts) -> Value {
    let picture = facts.picture.as_ref();
    let body = &facts.answer.body;
    json!({
        "code": number(facts),
        "message": text(Some(&facts.message)),
        "sent": facts.sent as i32,
        "advice": facts.advice as i32,
        "from_journal": i32::from(facts.from_journal),
        "http_status": facts.answer.http_status,
        "gateway_code": facts.gateway_code,
        "gateway_message": text(facts.gateway_message.as_deref()),
        "invoice_id": facts.invoice_id.unwrap_or(0),
        "invoice_status": facts.invoice_status.map_or(0, |status| status as i32),
        "order_id": text(facts.order_id.as_deref()),
        "amount": text(facts.said("amount")),
        "currency": text(facts.said("currency")),
        "description": text(facts.said("description")),
        "card_pan": text(facts.said("card_pan")),
        "card_token": text(facts.said("card_token")),
        "date_time": text(facts.answered_at()),
        "unix_time": facts.answer.unix_time().unwrap_or(0),
        "qr_url": text(facts.qr_url.as_deref()),
        "qr_picture": picture.map(|picture| STANDARD.encode(picture.bytes())),
        "qr_picture_type": picture.map(|picture| picture.media_type()),
        "fields": rows(&facts.answer.document),
        "body": (!body.is_empty()).then(|| STANDARD.encode(body)),
        "slip": {
            "amount": text(facts.said("amount").or(facts.asked.amount.as_deref())),
            "currency": text(facts.currency()),
            "order_id": text(facts.order_id.as_deref()),
        },
    })
}

fn about_the_payment(facts: &Facts) -> Value {
    let answer = facts.trusted_answer();
    let payment = facts.payment.as_ref();
    let captured = answer.and_then(|answer| answer.is_payment_captured());
    let status = answer.and_then(|answer| answer.payment_status());
    let refunds = payment.map(|payment| payment.refunds()).unwrap_or_default();
    json!({
        "payment_id": facts.payment_id.unwrap_or(0),
        "payment_status": status.map_or(0, |status| status as i32),
        "paid": i32::from(facts.is_paid()),
        "captured": captured.map_or(-1, i32::from),
        "redirect_url": text(facts.field("pg_redirect_url")),
        "balance": text(facts.field("pg_balance")),
        "clearing_amount": text(facts.field("pg_clearing_amount")),
        "refunded_amount": text(facts.refunded_amount()),
        "refund_id": facts.refund_id().unwrap_or(0),
        "refunds": refunds.iter().map(refund).collect::<Vec<_>>(),
    })
}

fn refund(refund: &Refund<'_>) -> Value {
    json!({
        "payment_id": refund.payment_id.unwrap_or(0),
        "amount": text(refund.amount),
        "status": refund.status.map_or(0, |status| status as i32),
        "date_time": text(refund.date_time),
    })
}

/// The fields of a message, flat, in order: `[depth, name, value]`.
pub fn rows(document: &Document) -> Vec<Value> {
    document.fields().map(|field| json!([field.depth, field.name, text(field.value)])).collect()
}

/// A text as C has it: a NUL inside, which only JSON can carry, becomes the replacement character.
fn text(text: Option<&str>) -> Option<String> {
    text.map(|text| text.replace('\0', "\u{fffd}"))
}

/// What `fp_client_pending` and its like answer.
pub fn pending<T: Into<Entry>>(end: Result<Vec<T>, Problem>) -> (Value, Exit) {
    let (code, message, entries) = match end {
        Ok(entries) => (0, String::new(), entries),
        Err(problem) => (number(&problem), problem.message.clone(), Vec::new()),
    };
    let sales: Vec<Entry> = entries.into_iter().map(T::into).collect();
    let exit = if code == 0 { Exit::Done } else { Exit::Wrong };
    (json!({ "pending": { "code": code, "message": message, "sales": sales } }), exit)
}

/// One of a list: what `fp_pending_order_id` and its like say of it.
#[derive(Serialize)]
pub struct Entry {
    order_id: Option<String>,
    invoice_id: i64,
    amount: Option<String>,
}

impl From<PendingSale> for Entry {
    fn from(sale: PendingSale) -> Entry {
        Entry {
            order_id: Some(sale.order_id),
            invoice_id: sale.invoice_id.unwrap_or(0),
            amount: Some(sale.amount),
        }
    }
}

impl From<PendingRefund> for Entry {
    fn from(refund: PendingRefund) -> Entry {
        Entry { order_id: refund.refund_key, invoice_id: refund.payment_id, amount: refund.amount }
    }
}

impl From<PendingPayout> for Entry {
    fn from(payout: PendingPayout) -> Entry {
        Entry { order_id: Some(payout.order_id), invoice_id: 0, amount: payout.amount }
    }
}

/// What an `fp_buffer` says.
pub fn buffer(content: Content) -> (Value, Exit) {
    match content {
        Ok(bytes) => {
            let data = STANDARD.encode(bytes);
            (json!({ "buffer": { "code": 0, "message": "", "data": data } }), Exit::Done)
        }
        Err(problem) => {
            let (code, message) = (number(&problem), text(Some(&problem.message)));
            (json!({ "buffer": { "code": code, "message": message, "data": "" } }), Exit::Wrong)
        }
    }
}

/// The number of FP_OK or of a failure.
fn number(facts: &Facts) -> i32 {
    facts.code.map_or(0, |code| code as i32)
}

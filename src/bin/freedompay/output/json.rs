//! What programs read: one line of JSON, and the same facts as pairs for the result file. Never translated; names are
//! added and never changed.

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use freedompay::{Answer, Document, Payment, Refund};
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use serde_json::{Value, json};

use crate::exit::Exit;
use crate::facts::{Facts, advice_name, code_name, sent_name, status_name};

/// The facts in a fixed order. A fact that the answer does not have is null.
pub fn pairs(command: &str, facts: &Facts, exit: Exit) -> Vec<(&'static str, Value)> {
    let answer = facts.trusted_answer();
    let status = answer.and_then(Answer::payment_status);
    vec![
        ("command", json!(command)),
        ("exit", json!(exit.number())),
        ("outcome", json!(exit.word())),
        ("code", json!(facts.code.map_or(0, |code| code as i32))),
        ("code_name", json!(code_name(facts.code))),
        ("message", json!(facts.message)),
        ("sent", json!(facts.sent as i32)),
        ("sent_name", json!(sent_name(facts.sent))),
        ("advice", json!(facts.advice as i32)),
        ("advice_name", json!(advice_name(facts.advice))),
        ("from_journal", json!(facts.from_journal)),
        ("http_status", json!(facts.answer.http_status)),
        ("gateway_code", json!(facts.gateway_code)),
        ("gateway_message", json!(facts.gateway_message)),
        ("invoice_id", json!(facts.invoice_id)),
        ("invoice_status", json!(facts.invoice_status.map_or(0, |status| status as i32))),
        ("invoice_status_name", json!(status_name(facts.invoice_status))),
        ("order_id", json!(facts.order_id)),
        ("amount", json!(facts.amount())),
        ("currency", json!(facts.currency())),
        ("description", json!(facts.said("description"))),
        ("card_pan", json!(facts.said("card_pan"))),
        ("date_time", json!(facts.date_time())),
        ("unix_time", json!(facts.unix_time())),
        ("qr_url", json!(facts.qr_url)),
        ("payment_id", json!(facts.payment_id)),
        ("payment_status", json!(status.map_or(0, |status| status as i32))),
        ("paid", json!(facts.is_paid())),
        ("captured", json!(answer.and_then(Answer::is_payment_captured))),
        ("redirect_url", json!(facts.field("pg_redirect_url"))),
        ("balance", json!(facts.field("pg_balance"))),
        ("clearing_amount", json!(facts.field("pg_clearing_amount"))),
        ("refunded_amount", json!(facts.refunded_amount())),
        ("refund_id", json!(facts.refund_id())),
    ]
}

/// One line of JSON with its line end: the pairs, and what a line of a result file cannot carry.
pub fn line(command: &str, facts: &Facts, exit: Exit) -> String {
    line_of(&Report { pairs: pairs(command, facts, exit), facts })
}

/// The facts of several sales for a result file, numbered from 1.
pub fn pairs_of_each(command: &str, ends: &[(Facts, Exit)], worst: Exit) -> Vec<(String, Value)> {
    let head = [
        ("command", json!(command)),
        ("exit", json!(worst.number())),
        ("outcome", json!(worst.word())),
        ("sales", json!(ends.len())),
    ];
    let mut all: Vec<_> = head.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    for (index, (facts, exit)) in ends.iter().enumerate() {
        let of_one = pairs(command, facts, *exit).into_iter();
        all.extend(of_one.map(|(name, value)| (format!("sale.{}.{name}", index + 1), value)));
    }
    all
}

/// One line of JSON for several sales.
pub fn line_of_each(command: &str, ends: &[(Facts, Exit)], worst: Exit) -> String {
    let sales = ends.iter();
    line_of(&Each {
        command,
        exit: worst.number(),
        outcome: worst.word(),
        sales: sales.map(|(facts, exit)| Report { pairs: pairs(command, facts, *exit), facts }).collect(),
    })
}

#[derive(Serialize)]
struct Each<'a> {
    command: &'a str,
    exit: u8,
    outcome: &'static str,
    sales: Vec<Report<'a>>,
}

/// Anything as one line of JSON.
pub fn line_of(value: &impl Serialize) -> String {
    // Nothing that is written here can fail: the keys are texts.
    serde_json::to_string(value).unwrap_or_default() + "\n"
}

struct Report<'a> {
    pairs: Vec<(&'static str, Value)>,
    facts: &'a Facts,
}

impl Serialize for Report<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (name, value) in &self.pairs {
            map.serialize_entry(name, value)?;
        }
        let picture = self.facts.picture.as_ref();
        map.serialize_entry("qr_picture_type", &picture.map(|picture| picture.media_type()))?;
        map.serialize_entry("qr_picture", &picture.map(|picture| STANDARD.encode(picture.bytes())))?;
        map.serialize_entry("refunds", &refunds(self.facts))?;
        map.serialize_entry("fields", &Fields(&self.facts.answer.document))?;
        map.serialize_entry("body", &STANDARD.encode(&self.facts.answer.body))?;
        map.end()
    }
}

/// The refunds in a payment's list, those that failed included.
pub fn refunds(facts: &Facts) -> Vec<Value> {
    let refunds = facts.payment.as_ref().map(Payment::refunds).unwrap_or_default();
    let refund = |refund: Refund<'_>| {
        json!({
            "payment_id": refund.payment_id,
            "amount": refund.amount,
            "status": refund.status.map_or(0, |status| status as i32),
            "date_time": refund.date_time,
        })
    };
    refunds.into_iter().map(refund).collect()
}

/// The fields of an answer by their paths, in the order of the message.
pub struct Fields<'a>(pub &'a Document);

impl Serialize for Fields<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(paths(self.0))
    }
}

/// The path of each field with its value: `payments/payment[1]/amount`. `[0]` is not written.
pub fn paths(document: &Document) -> Vec<(String, Option<&str>)> {
    let mut above: Vec<Level> = vec![Level::default()];
    let mut all = Vec::new();
    for field in document.fields() {
        above.truncate(usize::from(field.depth) + 1);
        let Some(level) = above.last_mut() else { continue };
        let count = level.seen.entry(field.name).or_default();
        let nth = *count;
        *count += 1;
        let index = if nth == 0 { String::new() } else { format!("[{nth}]") };
        let path = format!("{}{}{index}", level.path, field.name);
        above.push(Level { path: format!("{path}/"), seen: HashMap::new() });
        all.push((path, field.value));
    }
    all
}

/// The fields inside of one.
#[derive(Default)]
struct Level<'a> {
    path: String,
    /// How often each name has stood so far.
    seen: HashMap<&'a str, usize>,
}

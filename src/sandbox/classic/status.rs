//! What has become of a payment, by its id or by its order.

use std::time::Duration;

use super::endpoint::{Call, Endpoint, Keys, Outcome};
use super::payout;
use super::rule::{Says, optional, required};
use crate::sandbox::fault::Fault;
use crate::sandbox::ledger::Found;
use crate::sandbox::message::Message;
use crate::sandbox::options::parse_id;
use crate::sandbox::payment::{Payment, PaymentStatus};
use crate::sandbox::request::Problem;
use crate::sandbox::standing::{Refund, Standing};

pub(super) const ENDPOINTS: [Endpoint; 2] = [
    Endpoint {
        paths: &["/get_status3.php"],
        keys: Keys::Ordinary,
        rules: &[&[optional("pg_payment_id", Says::Id), optional("pg_order_id", Says::Short(50))]],
        own_fields: false,
        run: status,
    },
    Endpoint {
        paths: &["/get_status2.php"],
        keys: Keys::Either,
        rules: &[&[required("pg_order_id", Says::Short(50))]],
        own_fields: false,
        run: old_status,
    },
];

fn status(call: &Call) -> Result<Outcome, Problem> {
    let (id, order_id) = (call.text("pg_payment_id"), call.text("pg_order_id"));
    let merchant_id = call.merchant.id;
    let lists = !call.strikes(Fault::UnlistedRefunds);
    let answer = match (id.and_then(parse_id), order_id) {
        // The order is ignored where there is an id.
        (Some(id), _) => visible(call, |ledger, at| {
            ledger
                .find(id)
                .filter(|found| found.payment().merchant_id == merchant_id)
                .and_then(describe(at, lists))
        }),
        (None, Some(order_id)) => {
            visible(call, |ledger, at| ledger.newest(merchant_id, order_id, describe(at, lists)))
        }
        (None, None) => return Err(Problem::field("pg_payment_id is missing, and so is pg_order_id")),
    };
    answer.map(Outcome::Answer).ok_or_else(not_found)
}

/// The key says whether a payment or a payout is asked about.
fn old_status(call: &Call) -> Result<Outcome, Problem> {
    if call.signed_by == Keys::Payout {
        return payout::old_status(call);
    }
    let order_id = call.required("pg_order_id")?;
    let answer = visible(call, |ledger, at| {
        ledger.newest(call.merchant.id, order_id, |found| match found {
            Found::Payment(payment) => payment.seen(at).map(|standing| {
                Message::default()
                    .text("pg_status", "ok")
                    .text("pg_payment_id", payment.payment_id.to_string())
                    .text("pg_transaction_status", transaction_status(standing.status))
            }),
            Found::Refund(..) => None,
        })
    });
    answer.map(Outcome::Answer).ok_or_else(not_found)
}

/// What can be seen of the payments while the gateway's reading lags behind its writing.
fn visible<T>(
    call: &Call,
    look: impl FnOnce(&crate::sandbox::ledger::Ledger, Duration) -> Option<T>,
) -> Option<T> {
    let lag = call.state.options.read_back_lag;
    call.state.ledger(|ledger, now| look(ledger, now.at.checked_sub(lag)?))
}

fn not_found() -> Problem {
    Problem::new(11068, "there is no such payment")
}

/// How the older endpoint names a state.
fn transaction_status(status: PaymentStatus) -> &'static str {
    match status {
        PaymentStatus::New => "partial",
        PaymentStatus::Process => "pending",
        PaymentStatus::Success => "ok",
        PaymentStatus::Error | PaymentStatus::Canceled | PaymentStatus::Rejected => "failed",
        PaymentStatus::Incomplete => "incomplete",
    }
}

/// As it stood then; None where it was not there yet. `lists`: with its refunds one by one.
fn describe(at: Duration, lists: bool) -> impl Fn(Found) -> Option<Message> {
    move |found| match found {
        Found::Payment(payment) => {
            payment.seen(at).map(|standing| describe_payment(payment, standing, lists))
        }
        Found::Refund(payment, refund) => {
            let standing = payment.seen(at)?;
            let mut seen = standing.refunds.iter().chain(&standing.cancels);
            seen.find(|seen| seen.payment_id == refund.payment_id).map(|seen| describe_refund(payment, seen))
        }
    }
}

fn describe_payment(payment: &Payment, standing: &Standing, lists: bool) -> Message {
    let paid = standing.paid_at.is_some();
    let id = payment.payment_id;
    let mut answer = Message::default()
        .text("pg_status", "ok")
        .text("pg_payment_id", id.to_string())
        .text("pg_order_id", &payment.order_id)
        .text("pg_currency", &payment.currency)
        .text("pg_amount", payment.total().to_string())
        .text("pg_can_reject", "0")
        .text("pg_payment_method", "bankcard")
        .text("pg_payment_status", standing.status.word())
        .text("pg_captured", if standing.captured { "1" } else { "0" })
        .text("pg_clearing_amount", standing.clearing_amount.unwrap_or_default().to_string())
        .text("pg_revoke_amount", standing.cancelled().to_string())
        .text("pg_refund_amount", given_back(standing))
        .maybe("pg_user_phone", payment.terms.user_phone.as_deref())
        .maybe("pg_user_email", payment.terms.user_email.as_deref())
        .maybe("pg_card_pan", standing.card.as_ref().map(|card| card.pan.as_str()))
        .maybe("pg_card_token", standing.card.as_ref().map(|card| card.token.as_str()))
        .text("pg_create_date", &payment.created_at)
        .maybe("pg_payment_date", standing.paid_at.as_deref())
        .maybe("pg_reference", paid.then(|| reference(id)))
        .maybe("pg_auth_code", paid.then(|| auth_code(id)));
    if let Some(failure) = &standing.failure {
        answer = answer
            .text("pg_failure_code", failure.code.to_string())
            .text("pg_failure_description", &failure.text);
    }
    if !standing.cancels.is_empty() {
        answer = answer.nested("pg_revoked_payments", list("pg_revoked_payment", &standing.cancels));
    }
    if lists && !standing.refunds.is_empty() {
        answer = answer.nested("pg_refund_payments", list("pg_refund_payment", &standing.refunds));
    }
    answer
}

fn given_back(standing: &Standing) -> String {
    match standing.refunded().0 {
        0 => "0".to_owned(),
        _ => standing.refunded().negative(),
    }
}

/// A refund is a payment with an amount below zero.
fn describe_refund(payment: &Payment, refund: &Refund) -> Message {
    let about = Message::default()
        .text("pg_status", "ok")
        .text("pg_order_id", &payment.order_id)
        .text("pg_currency", &payment.currency)
        .text("pg_create_date", &refund.date);
    entry(about, refund)
}

fn list(name: &str, refunds: &[Refund]) -> Message {
    refunds
        .iter()
        .fold(Message::default(), |list, refund| list.nested(name, entry(Message::default(), refund)))
}

fn entry(message: Message, refund: &Refund) -> Message {
    message
        .text("pg_payment_id", refund.payment_id.to_string())
        .text("pg_payment_status", if refund.succeeded { "success" } else { "error" })
        .text("pg_amount", refund.amount.negative())
        .text("pg_payment_date", &refund.date)
        .text("pg_reference", reference(refund.payment_id))
}

/// The bank's number for it.
pub(super) fn reference(id: u64) -> String {
    format!("{id:012}")
}

pub(super) fn auth_code(id: u64) -> String {
    format!("{:06}", id % 1_000_000)
}

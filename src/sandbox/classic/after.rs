//! What follows a payment: cancel, clearing and refund.

use super::endpoint::{Call, Endpoint, Keys, Outcome};
use super::rule::{Rule, Says, optional, required};
use crate::sandbox::fault::Fault;
use crate::sandbox::message::Message;
use crate::sandbox::request::Problem;

pub(super) const ENDPOINTS: [Endpoint; 3] = [
    Endpoint {
        paths: &["/cancel.php", "/cancel"],
        keys: Keys::Ordinary,
        rules: &[&PAYMENT, &[optional("pg_receipt_positions", Says::Positions)]],
        own_fields: false,
        run: cancel,
    },
    Endpoint {
        paths: &["/do_capture.php"],
        keys: Keys::Ordinary,
        rules: &[&PAYMENT, &[optional("pg_clearing_amount", Says::Amount)]],
        own_fields: false,
        run: capture,
    },
    Endpoint {
        paths: &["/revoke.php", "/revoke"],
        keys: Keys::Ordinary,
        rules: &[
            &PAYMENT,
            &[optional("pg_refund_amount", Says::Amount), optional("pg_idempotency_key", Says::Text)],
        ],
        own_fields: false,
        run: refund,
    },
];

pub(super) const PAYMENT: [Rule; 1] = [required("pg_payment_id", Says::Id)];

fn cancel(call: &Call) -> Result<Outcome, Problem> {
    let id = call.payment()?.payment_id;
    let cancel_id = call.state.ledger(|ledger, now| ledger.cancel(id, now))?;
    Ok(ok("pg_cancel_payment_id", cancel_id))
}

fn capture(call: &Call) -> Result<Outcome, Problem> {
    let payment = call.payment()?;
    let amount = call.amount("pg_clearing_amount");
    let taken = call.state.ledger(|ledger, now| ledger.capture(payment.payment_id, amount, now))?;
    Ok(Outcome::Answer(
        Message::default()
            .text("pg_status", "ok")
            .text("pg_amount", payment.total().to_string())
            .text("pg_clearing_amount", taken.to_string()),
    ))
}

fn refund(call: &Call) -> Result<Outcome, Problem> {
    let id = call.payment()?.payment_id;
    let amount = call.amount("pg_refund_amount");
    let refund_id = call.state.ledger(|ledger, now| ledger.refund(id, amount, now))?;
    if call.strikes(Fault::FailedRefund) {
        call.state.ledger(|ledger, now| ledger.fail_refund(refund_id, now));
    }
    Ok(ok("pg_revoke_payment_id", refund_id))
}

fn ok(name: &str, id: u64) -> Outcome {
    Outcome::Answer(Message::default().text("pg_status", "ok").text(name, id.to_string()))
}

//! Payments from the balance of a phone: its number, then the code that was sent to it.

use super::endpoint::{Call, Endpoint, Keys, Outcome};
use super::rule::{self, Says, optional, required};
use crate::sandbox::message::Message;
use crate::sandbox::payment::{Payment, PaymentKind};
use crate::sandbox::request::Problem;
use crate::sandbox::standing::Failure;

pub(super) const ENDPOINTS: [Endpoint; 2] = [
    Endpoint::new(
        &["/mfs/pay"],
        Keys::Ordinary,
        &[&[
            required("pg_payment_id", Says::Id),
            required("pg_abonent_phone", Says::Text),
            optional("pg_payment_system_code", OPERATORS),
        ]],
        pay,
    ),
    Endpoint::new(
        &["/mfs/approve"],
        Keys::Ordinary,
        &[&[required("pg_payment_id", Says::Id), required("pg_approval_code", Says::Text)]],
        approve,
    ),
];

const OPERATORS: Says = Says::OneOf(&["TELE2KZT", "ALTELKZT", "BEELINEKZT", "KCELLKZT", "ACTIVKZT"]);

/// The code that every phone gets.
const CODE: &str = "111111";

/// The published phone whose payments need no code here.
const WITHOUT_CODE: &str = "77027777777";

const MOST_TRIES: u32 = 3;

fn pay(call: &Call) -> Result<Outcome, Problem> {
    let payment = by_phone(call)?;
    let text = call.required("pg_abonent_phone")?;
    let phone = rule::phone(text).ok_or_else(|| {
        Problem::new(701, format!("pg_abonent_phone {text:?} is not a phone number in digits"))
    })?;
    if phone == WITHOUT_CODE {
        return Ok(Outcome::Charge(payment.payment_id, |payment| answer("ok", payment)));
    }
    call.state.ledger(|ledger, now| {
        let _ = ledger.open(payment.payment_id, now);
        ledger.send_code(payment.payment_id);
    });
    Ok(Outcome::Answer(answer("need_approve", &payment)))
}

fn approve(call: &Call) -> Result<Outcome, Problem> {
    let payment = by_phone(call)?;
    let id = payment.payment_id;
    let right = call.required("pg_approval_code")? == CODE;
    let tries = call
        .state
        .ledger(|ledger, _| ledger.try_code(id))
        .ok_or_else(|| Problem::field("no code was sent for pg_payment_id"))?;
    match (right, tries) {
        (true, _) => Ok(Outcome::Charge(id, |payment| answer("ok", payment))),
        (false, tries) if tries < MOST_TRIES => Err(Problem::new(11002, "pg_approval_code is wrong")),
        (false, _) => {
            let problem = Problem::new(11007, "pg_approval_code was wrong too often");
            let failure = Failure { code: problem.code, text: problem.text.clone() };
            let _ = call.state.decline(id, failure);
            Err(problem)
        }
    }
}

fn answer(status: &str, payment: &Payment) -> Message {
    Message::default().text("pg_status", status).text("pg_payment_id", payment.payment_id.to_string())
}

fn by_phone(call: &Call) -> Result<Payment, Problem> {
    let payment = call.payment()?;
    match payment.kind {
        PaymentKind::Page => call.unfinished(&payment).map(|()| payment),
        _ => Err(Problem::field("pg_payment_id is no payment of /init_payment.php")),
    }
}

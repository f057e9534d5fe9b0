//! Payouts, all signed with the payout key: on a page, to an account, to a stored card, the balance and what
//! has become of them.

use super::endpoint::{Call, Endpoint, Keys, Outcome};
use super::rule::{Rule, Says, optional, required};
use crate::sandbox::amount::Hundredths;
use crate::sandbox::card_page;
use crate::sandbox::clock::Moment;
use crate::sandbox::field;
use crate::sandbox::gateway::random_token;
use crate::sandbox::ledger::Ledger;
use crate::sandbox::message::Message;
use crate::sandbox::options::parse_id;
use crate::sandbox::payout::{Payout, PayoutKind, PayoutStatus};
use crate::sandbox::request::Problem;

pub(super) const ENDPOINTS: [Endpoint; 6] = [
    Endpoint::new(&["/api/reg2nonreg"], Keys::Payout, &[&PAYOUT, &PAGE], page),
    Endpoint::new(&["/api/to_iban"], Keys::Payout, &[&PAYOUT, &ACCOUNT], to_account),
    Endpoint::new(&["/api/reg2reg"], Keys::Payout, &[&PAYOUT, &STORED_CARD], to_stored_card),
    Endpoint::new(&["/api/balance_status"], Keys::Payout, &[], balance),
    Endpoint::new(
        &["/api/payment_status2"],
        Keys::Payout,
        &[&[required("pg_order_id", Says::Short(50)), optional("pg_payment_id", Says::Id)]],
        status2,
    ),
    Endpoint::new(
        &["/api/payment_status"],
        Keys::Payout,
        &[&[optional("pg_order_id", Says::Short(50)), optional("pg_payment_id", Says::Id)]],
        status,
    ),
];

/// What every payout takes.
const PAYOUT: [Rule; 4] = [
    required("pg_order_id", Says::Short(50)),
    required("pg_amount", Says::Amount),
    required("pg_description", Says::Short(1024)),
    required("pg_post_link", Says::Url),
];

const PAGE: [Rule; 5] = [
    required("pg_back_link", Says::Url),
    required("pg_order_time_limit", Says::DateTime),
    optional("pg_user_id", Says::UserId),
    optional("pg_payment_route", Says::OneOf(&["frame"])),
    optional("pg_user_email", Says::Email),
];

const ACCOUNT: [Rule; 6] = [
    required("pg_recipient_iban", Says::Iban),
    required("pg_recipient_iin", Says::Text),
    required("pg_recipient_name", Says::Text),
    required("pg_recipient_kbe", Says::Text),
    required("pg_knp", Says::Text),
    required("pg_bank_bik", Says::Text),
];

const STORED_CARD: [Rule; 3] = [
    required("pg_order_time_limit", Says::DateTime),
    required("pg_user_id", Says::UserId),
    required("pg_card_token_to", Says::Text),
];

fn page(call: &Call) -> Result<Outcome, Problem> {
    let payout = call.state.ledger(|ledger, now| create(call, PayoutKind::Page, None, ledger, now))?;
    let link = card_page::link(call.state, &payout.customer);
    Ok(Outcome::Answer(begun(&payout).text("pg_redirect_url", link)))
}

fn to_account(call: &Call) -> Result<Outcome, Problem> {
    let iban = call.required("pg_recipient_iban")?;
    let (payout, now) = call.state.ledger(|ledger, now| {
        let payout = create(call, PayoutKind::Iban, Some(iban), ledger, now)?;
        let _ = ledger.payouts.send_to_account(payout.payment_id);
        Ok::<_, Problem>((payout, now.text.clone()))
    })?;
    Ok(Outcome::Answer(
        Message::default()
            .text("pg_status", "ok")
            .text("pg_payment_id", payout.payment_id.to_string())
            .text("pg_order_id", &payout.order_id)
            .text("pg_payment_amount", payout.total().to_string())
            .text("pg_payment_date", now),
    ))
}

fn to_stored_card(call: &Call) -> Result<Outcome, Problem> {
    let (user_id, token) = (call.required("pg_user_id")?, call.required("pg_card_token_to")?);
    let merchant_id = call.merchant.id;
    let payout = call.state.ledger(|ledger, now| {
        let card = ledger.cards.find(merchant_id, user_id, token).filter(|card| card.for_payout).cloned();
        let card =
            card.ok_or_else(|| Problem::new(1999, "pg_card_token_to is no card for payouts of this user"))?;
        let payout = create(call, PayoutKind::Token, None, ledger, now)?;
        let _ = ledger.payouts.send_to_card(payout.payment_id, &card.pan, now);
        Ok::<_, Problem>(payout)
    })?;
    Ok(Outcome::Answer(begun(&payout)))
}

fn begun(payout: &Payout) -> Message {
    Message::default()
        .text("pg_status", "ok")
        .text("pg_payment_id", payout.payment_id.to_string())
        .text("pg_merchant_id", payout.merchant_id.to_string())
        .text("pg_order_id", &payout.order_id)
}

fn create(
    call: &Call,
    kind: PayoutKind,
    target: Option<&str>,
    ledger: &mut Ledger,
    now: &Moment,
) -> Result<Payout, Problem> {
    let amount = call.required("pg_amount")?;
    let wanted: Hundredths = field::check_amount("pg_amount", amount)?;
    let left = ledger.payouts.balance(call.merchant.id);
    if wanted > left {
        return Err(Problem::new(8888, format!("the balance is {left}, which is less than {wanted}")));
    }
    let payout = Payout {
        payment_id: ledger.next_id(),
        merchant_id: call.merchant.id,
        order_id: call.required("pg_order_id")?.to_owned(),
        kind,
        amount: amount.to_owned(),
        description: call.required("pg_description")?.to_owned(),
        status: PayoutStatus::Process,
        failure: None,
        target: target.map(str::to_owned),
        post_link: call.owned("pg_post_link"),
        back_link: call.owned("pg_back_link"),
        created_at: String::new(),
        customer: random_token()?,
        started: false,
        end: None,
    };
    ledger.payouts.create(payout.clone(), now);
    Ok(payout)
}

fn balance(call: &Call) -> Result<Outcome, Problem> {
    let left = call.state.ledger(|ledger, _| ledger.payouts.balance(call.merchant.id));
    Ok(Outcome::Answer(Message::default().text("pg_status", "ok").text("pg_balance", left.to_string())))
}

/// The payout that the request names. One of another merchant is as unknown as one that never was.
fn find(call: &Call) -> Option<Payout> {
    let merchant_id = call.merchant.id;
    call.state.ledger(|ledger, _| {
        match (call.text("pg_payment_id").and_then(parse_id), call.text("pg_order_id")) {
            (Some(id), order_id) => ledger
                .payouts
                .get(id)
                .filter(|payout| payout.merchant_id == merchant_id)
                .filter(|payout| order_id.is_none_or(|order_id| order_id == payout.order_id))
                .cloned(),
            (None, Some(order_id)) => ledger.payouts.newest(merchant_id, order_id).cloned(),
            (None, None) => None,
        }
    })
}

fn status2(call: &Call) -> Result<Outcome, Problem> {
    Ok(Outcome::Answer(match find(call) {
        Some(payout) => describe(&payout),
        // What is not known, or not yet, has the id 0; whatever else is said of it means nothing.
        None => Message::default()
            .text("pg_status", "ok")
            .text("pg_payment_id", "0")
            .text("pg_payment_status", "error"),
    }))
}

fn status(call: &Call) -> Result<Outcome, Problem> {
    if call.text("pg_order_id").or(call.text("pg_payment_id")).is_none() {
        return Err(Problem::field("pg_payment_id is missing, and so is pg_order_id"));
    }
    let payout = find(call).ok_or_else(|| Problem::new(11068, "there is no such payout"))?;
    Ok(Outcome::Answer(describe(&payout)))
}

fn describe(payout: &Payout) -> Message {
    let failure = payout.failure.as_ref();
    Message::default()
        .text("pg_status", "ok")
        .text("pg_payment_id", payout.payment_id.to_string())
        .text("pg_order_id", &payout.order_id)
        .text("pg_payment_status", payout.status.word())
        .maybe("pg_failure_code", failure.map(|failure| failure.code.to_string()))
        .maybe("pg_failure_description", failure.map(|failure| failure.text.as_str()))
}

/// As the older endpoint names it, which answers for payments too.
pub(super) fn old_status(call: &Call) -> Result<Outcome, Problem> {
    let payout = find(call).ok_or_else(|| Problem::new(11068, "there is no such payout"))?;
    let status = match payout.status {
        PayoutStatus::Process => "pending",
        PayoutStatus::Success => "ok",
        PayoutStatus::Error => "failed",
    };
    Ok(Outcome::Answer(
        Message::default()
            .text("pg_status", "ok")
            .text("pg_payment_id", payout.payment_id.to_string())
            .text("pg_transaction_status", status),
    ))
}

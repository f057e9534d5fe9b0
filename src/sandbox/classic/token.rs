//! Payments with a card that was stored earlier: begun first, then paid by the payer with the card's security
//! code, or by the merchant without the payer.

use super::endpoint::{Call, Endpoint, Keys, Outcome};
use super::init::{self, ADDRESSES, SALE};
use super::rule::{Says, required};
use crate::sandbox::message::Message;
use crate::sandbox::page;
use crate::sandbox::payment::{Payment, PaymentKind};
use crate::sandbox::request::Problem;
use crate::sandbox::standing::{CARD_DECLINED, CARD_OK};

pub(super) const ENDPOINTS: [Endpoint; 3] = [
    Endpoint::new(
        &["/v1/merchant/{id}/card/init"],
        Keys::Ordinary,
        &[&SALE, &ADDRESSES, &[required("pg_user_id", Says::UserId), required("pg_card_token", Says::Text)]],
        init,
    ),
    Endpoint::new(
        &["/v1/merchant/{id}/card/pay"],
        Keys::Ordinary,
        &[&[required("pg_payment_id", Says::Id)]],
        pay,
    ),
    Endpoint::new(
        &["/v1/merchant/{id}/card/direct"],
        Keys::Ordinary,
        &[&[required("pg_payment_id", Says::Id)]],
        direct,
    ),
];

fn init(call: &Call) -> Result<Outcome, Problem> {
    let (user_id, token) = (call.required("pg_user_id")?, call.required("pg_card_token")?);
    let known = call.state.ledger(|ledger, _| {
        ledger.cards.find(call.merchant.id, user_id, token).is_some_and(|card| !card.for_payout)
    });
    if !known && !matches!(token, CARD_OK | CARD_DECLINED) {
        return Err(Problem::new(1999, "pg_card_token is no card of this user"));
    }
    let payment = init::create(call, PaymentKind::Token)?;
    Ok(Outcome::Answer(
        Message::default()
            .text("pg_status", "ok")
            .text("pg_payment_id", payment.payment_id.to_string())
            .text("pg_merchant_id", payment.merchant_id.to_string())
            .text("pg_order_id", &payment.order_id),
    ))
}

fn pay(call: &Call) -> Result<Outcome, Problem> {
    let payment = by_token(call)?;
    Ok(Outcome::Page(page::security_code(&payment, &call.merchant.name)))
}

fn direct(call: &Call) -> Result<Outcome, Problem> {
    let payment = by_token(call)?;
    Ok(Outcome::Charge(payment.payment_id, |payment| {
        Message::default()
            .text("pg_status", "ok")
            .text("pg_payment_id", payment.payment_id.to_string())
            .text("pg_order_id", &payment.order_id)
    }))
}

fn by_token(call: &Call) -> Result<Payment, Problem> {
    let payment = call.payment()?;
    match payment.kind {
        PaymentKind::Token => call.unfinished(&payment).map(|()| payment),
        _ => Err(Problem::field("pg_payment_id is no payment with a stored card")),
    }
}

//! What merchants are told: may this be paid, and how has it ended.

use super::status::{auth_code, reference};
use crate::sandbox::amount::Hundredths;
use crate::sandbox::clock::Moment;
use crate::sandbox::message::Message;
use crate::sandbox::payment::{Payment, PaymentStatus};
use crate::sandbox::payout::{Payout, PayoutKind, PayoutStatus};
use crate::sandbox::post::{CallbackKind, Errand, Method};

/// None where the merchant has said no address.
pub(in crate::sandbox) fn check(payment: &Payment) -> Option<Errand> {
    let fields = Message::default()
        .text("pg_order_id", &payment.order_id)
        .text("pg_payment_id", payment.payment_id.to_string())
        .text("pg_amount", payment.total().to_string())
        .text("pg_currency", &payment.currency)
        .text("pg_ps_amount", payment.total().to_string())
        .text("pg_ps_full_amount", payment.total().to_string())
        .text("pg_ps_currency", &payment.currency);
    errand(CallbackKind::Check, payment, payment.terms.check_url.as_ref()?, fields)
}

/// None where the merchant has said no address.
pub(in crate::sandbox) fn result(payment: &Payment, can_reject: bool, now: &Moment) -> Option<Errand> {
    let (total, standing, terms) = (payment.total(), &payment.now, &payment.terms);
    let paid = standing.paid_at.is_some();
    let card = standing.card.as_ref();
    let failure = standing.failure.as_ref();
    let flag = |set: bool| if set { "1" } else { "0" };
    let fields = Message::default()
        .text("pg_order_id", &payment.order_id)
        .text("pg_payment_id", payment.payment_id.to_string())
        .text("pg_amount", total.to_string())
        .text("pg_currency", &payment.currency)
        .text("pg_net_amount", total.minus(fee(total)).to_string())
        .text("pg_ps_amount", total.to_string())
        .text("pg_ps_full_amount", total.to_string())
        .text("pg_ps_currency", &payment.currency)
        .text("pg_description", &payment.description)
        .text("pg_result", outcome(standing.status))
        .text("pg_payment_date", standing.paid_at.as_ref().unwrap_or(&now.text))
        .text("pg_captured", flag(standing.captured))
        .text("pg_testing_mode", flag(terms.testing))
        .text("pg_payment_method", "bankcard")
        .maybe("pg_user_phone", terms.user_phone.as_deref())
        .maybe("pg_user_contact_email", terms.user_email.as_deref())
        .maybe("pg_card_pan", card.map(|card| card.pan.as_str()))
        .maybe("pg_card_token", card.map(|card| card.token.as_str()))
        .maybe("pg_card_brand", card.map(|_| "VI"))
        .maybe("pg_card_exp", card.map(|_| "12/30"))
        .maybe("pg_card_owner", card.map(|_| "SANDBOX PAYER"))
        .maybe("pg_reference", paid.then(|| reference(payment.payment_id)))
        .maybe("pg_auth_code", paid.then(|| auth_code(payment.payment_id)))
        .maybe("pg_failure_code", failure.map(|failure| failure.code.to_string()))
        .maybe("pg_failure_description", failure.map(|failure| failure.text.as_str()));
    let errand = errand(CallbackKind::Result, payment, terms.result_url.as_ref()?, fields)?;
    let can_reject = can_reject && standing.status == PaymentStatus::Success;
    Some(Errand { can_reject, ..errand })
}

/// None where the merchant has said no address.
pub(in crate::sandbox) fn payout_result(
    payout: &Payout,
    balance: Hundredths,
    now: &Moment,
) -> Option<Errand> {
    let arrived = payout.status == PayoutStatus::Success;
    let fields = Message::default()
        .text("pg_payment_id", payout.payment_id.to_string())
        .text("pg_merchant_id", payout.merchant_id.to_string())
        .text("pg_order_id", &payout.order_id)
        .text("pg_status", if arrived { "ok" } else { "error" })
        .maybe("pg_card_hash", payout.target.as_ref().filter(|_| payout.kind != PayoutKind::Iban))
        .text("pg_balance", balance.to_string())
        .text("pg_payment_amount", payout.total().to_string())
        .text("pg_to_pay", payout.total().to_string())
        .text("pg_payment_date", &now.text);
    Some(Errand {
        kind: CallbackKind::Payout,
        payment_id: payout.payment_id,
        merchant_id: payout.merchant_id,
        url: payout.post_link.clone()?,
        method: Method::Post,
        fields,
        attempt: 1,
        // No schedule is documented.
        persistent: false,
        can_reject: false,
        ticket: 0,
    })
}

fn errand(kind: CallbackKind, payment: &Payment, url: &str, mut fields: Message) -> Option<Errand> {
    for (name, value) in payment.terms.own.iter() {
        fields.push(name, value.clone());
    }
    Some(Errand {
        kind,
        payment_id: payment.payment_id,
        merchant_id: payment.merchant_id,
        url: url.to_owned(),
        method: Method::read(payment.terms.request_method.as_deref()),
        fields,
        attempt: 1,
        persistent: kind == CallbackKind::Result,
        can_reject: false,
        ticket: 0,
    })
}

/// A fiftieth, so that the net amount is another than the amount.
fn fee(total: Hundredths) -> Hundredths {
    Hundredths(total.0 / 50)
}

fn outcome(status: PaymentStatus) -> &'static str {
    match status {
        PaymentStatus::Success => "1",
        PaymentStatus::Error | PaymentStatus::Canceled | PaymentStatus::Rejected => "0",
        PaymentStatus::New | PaymentStatus::Process | PaymentStatus::Incomplete => "2",
    }
}

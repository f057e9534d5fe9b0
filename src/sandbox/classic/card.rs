//! Stored cards, signed with the ordinary key: add, add for payouts, list and remove.

use super::endpoint::{Call, Endpoint, Keys, Outcome};
use super::rule::{FLAG, Rule, Says, optional, required};
use crate::sandbox::card::{Card, CardForm};
use crate::sandbox::card_page;
use crate::sandbox::gateway::random_token;
use crate::sandbox::message::Message;
use crate::sandbox::request::Problem;

pub(super) const ENDPOINTS: [Endpoint; 5] = [
    Endpoint::new(
        &["/v1/merchant/{id}/cardstorage/add", "/v1/merchant/{id}/cardstorage/add2"],
        Keys::Ordinary,
        &[&ADD, &[optional("pg_post_link", Says::Url), optional("pg_order_id", Says::Short(50))]],
        |call| add(call, false),
    ),
    Endpoint::new(
        &["/v1/merchant/{id}/cardstoragepayout/add"],
        Keys::Ordinary,
        &[&ADD, &[required("pg_post_link", Says::Url)]],
        |call| add(call, true),
    ),
    // A script that the documents name and the gateway was seen to refuse.
    Endpoint::new(
        &["/v1/merchant/{id}/cardstoragepayout/add2"],
        Keys::Ordinary,
        &[&ADD, &[required("pg_post_link", Says::Url)]],
        |_| Err(Problem::new(1100, "this address takes no signature, the one without 2 does")),
    ),
    Endpoint::new(
        &["/v1/merchant/{id}/cardstorage/list"],
        Keys::Ordinary,
        &[&[required("pg_user_id", Says::UserId), optional("pg_extend_data", FLAG)]],
        list,
    ),
    Endpoint::new(
        &["/v1/merchant/{id}/cardstorage/remove"],
        Keys::Ordinary,
        &[&[required("pg_user_id", Says::UserId), required("pg_card_token", Says::Text)]],
        remove,
    ),
];

const ADD: [Rule; 2] = [required("pg_user_id", Says::UserId), required("pg_back_link", Says::Url)];

fn add(call: &Call, for_payout: bool) -> Result<Outcome, Problem> {
    let customer = random_token()?;
    let user_id = call.required("pg_user_id")?.to_owned();
    let back_link = call.required("pg_back_link")?.to_owned();
    let payment_id = call.state.ledger(|ledger, _| {
        let payment_id = ledger.next_id();
        ledger.cards.ask(CardForm {
            payment_id,
            merchant_id: call.merchant.id,
            user_id,
            for_payout,
            back_link,
            customer: customer.clone(),
            token: None,
        });
        payment_id
    });
    Ok(Outcome::Answer(
        Message::default()
            .text("pg_status", "ok")
            .text("pg_payment_id", payment_id.to_string())
            .text("pg_redirect_url", card_page::link(call.state, &customer))
            .text("pg_type", "init"),
    ))
}

fn list(call: &Call) -> Result<Outcome, Problem> {
    let user_id = call.required("pg_user_id")?;
    let extended = call.is_set("pg_extend_data");
    let cards = call.state.ledger(|ledger, _| {
        let cards = ledger.cards.of_user(call.merchant.id, user_id);
        cards.fold(Message::default(), |list, card| list.nested("card", describe(card, extended)))
    });
    Ok(Outcome::Answer(cards))
}

fn describe(card: &Card, extended: bool) -> Message {
    let brand = if card.pan.brand() == "VI" { "visa" } else { "mastercard" };
    let message = Message::default()
        .text("pg_status", "success")
        .text("pg_merchant_id", card.merchant_id.to_string())
        .text("pg_card_id", card.card_id.to_string())
        .text("pg_card_token", &card.token)
        .text("pg_card_hash", card.pan.masked())
        .text("pg_card_hhash", card.hash())
        .text("created_at", &card.created_at);
    if !extended {
        return message;
    }
    message
        .text("bank_alias", "sandbox")
        .text("brand_alias", brand)
        .text("expiry_year", "30")
        .text("expiry_month", "12")
}

fn remove(call: &Call) -> Result<Outcome, Problem> {
    let (user_id, token) = (call.required("pg_user_id")?, call.required("pg_card_token")?);
    let removed = call.state.ledger(|ledger, now| {
        let card = ledger.cards.remove(call.merchant.id, user_id, token)?;
        Some((card, now.text.clone()))
    });
    let (card, now) = removed.ok_or_else(|| Problem::new(1999, "pg_card_token is no card of this user"))?;
    let card = Message::default()
        .text("pg_status", "deleted")
        .text("pg_card_hash", card.pan.masked())
        .text("deleted_at", now);
    Ok(Outcome::Answer(Message::default().nested("card", card)))
}

//! Stored cards: the payer adds one on the gateway's page, the merchant lists and removes them.
//!
//! Source: facts 6 (`cardstorage/add`, `cardstoragepayout/add`, `cardstorage/list`, `cardstorage/remove`), and 2.2 that a
//! card for payouts is added with the ordinary key. No source that could be read names the path of a card's status;
//! `call` reaches it for a merchant who has it.

use super::{Payment, Subject};
use crate::answer::Answer;
use crate::call::{Account, Call, Shape};
use crate::cancel::Cancel;
use crate::client::{Client, unreadable};
use crate::fields::{Endpoint, Fields};
use crate::invoice::{check_card_token, check_url, check_user_id};
use crate::outcome::{Error, shown};

const ADD: Endpoint = Endpoint {
    what: "adding a card",
    arguments: &["pg_user_id", "pg_back_link"],
    required: &[],
    optional: &["pg_post_link", "pg_order_id"],
    own_names: false,
};

const ADD_FOR_PAYOUT: Endpoint = Endpoint {
    what: "adding a card for payouts",
    required: &["pg_post_link"],
    optional: &["pg_order_id"],
    ..ADD
};

/// A stored card, as the list has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card<'a> {
    /// What stands for the card in payments. Whoever has it and the key can charge the card.
    pub token: Option<&'a str>,
    /// The card's number, masked by the gateway.
    pub masked_number: Option<&'a str>,
    /// The gateway's word for where it stands.
    pub status: Option<&'a str>,
    /// When it was added, as the gateway wrote it.
    pub created_at: Option<&'a str>,
}

/// The stored cards of a user.
#[derive(Clone, Debug)]
pub struct Cards {
    answer: Answer,
}

impl Cards {
    /// The cards in the order of the answer.
    pub fn list(&self) -> Vec<Card<'_>> {
        let document = &self.answer.document;
        let card = |index: usize| {
            let field = |name: &str| document.get(&format!("card[{index}]/{name}"));
            Card {
                token: field("pg_card_token"),
                masked_number: field("pg_card_hash"),
                status: field("pg_status"),
                created_at: field("created_at"),
            }
        };
        (0..document.count("card")).map(card).collect()
    }

    /// The answer with all its fields.
    pub fn answer(&self) -> &Answer {
        &self.answer
    }

    pub(crate) fn into_answer(self) -> Answer {
        self.answer
    }
}

impl Client {
    /// Begins adding a card of `user_id`: `redirect_url` is the page on which its owner gives it, after which the browser
    /// comes back to `back_link` and the gateway tells `pg_post_link`.
    ///
    /// It is sent once; a second page for the same card does no harm.
    pub fn card_add(&self, user_id: &str, back_link: &str, more: &Fields) -> Result<Payment, Error> {
        self.add(&ADD, "cardstorage/add", user_id, back_link, more)
    }

    /// The same for a card that payouts go to. `more` must have `pg_post_link`.
    pub fn card_add_for_payout(
        &self,
        user_id: &str,
        back_link: &str,
        more: &Fields,
    ) -> Result<Payment, Error> {
        self.add(&ADD_FOR_PAYOUT, "cardstoragepayout/add", user_id, back_link, more)
    }

    fn add(
        &self,
        fields: &Endpoint,
        path: &str,
        user_id: &str,
        back_link: &str,
        more: &Fields,
    ) -> Result<Payment, Error> {
        check_user_id("user_id", user_id)?;
        check_url("back_link", back_link)?;
        let call = Call::opening(self.merchants(path))
            .classic(Account::Payments)
            .text("pg_user_id", user_id)
            .text("pg_back_link", back_link);
        let call = fields.complete(call, more)?;
        let answer = self.send(&call, self.until(&Cancel::default()))?;
        self.read_page(answer, &call, Subject::New)
    }

    /// Asks for the stored cards of a user.
    pub fn card_list(&self, user_id: &str) -> Result<Cards, Error> {
        check_user_id("user_id", user_id)?;
        let call = Call::question(self.merchants("cardstorage/list"))
            .classic(Account::Payments)
            .answered(Shape::List)
            .text("pg_user_id", user_id);
        Ok(Cards { answer: self.send(&call, self.until(&Cancel::default()))? })
    }

    /// Removes a stored card. It is sent once, and may be asked for again: a card that is gone is refused.
    pub fn card_remove(&self, user_id: &str, card_token: &str) -> Result<Answer, Error> {
        check_user_id("user_id", user_id)?;
        check_card_token(card_token)?;
        let call = Call::order(self.merchants("cardstorage/remove"))
            .classic(Account::Payments)
            .answered(Shape::List)
            .text("pg_user_id", user_id)
            .text("pg_card_token", card_token);
        let answer = self.send(&call, self.until(&Cancel::default()))?;
        match removal(&answer) {
            Ok(()) => Ok(answer),
            Err(reason) => Err(unreadable(call.nature, &reason, answer)),
        }
    }

    /// A path of the merchant's own.
    pub(super) fn merchants(&self, path: &str) -> String {
        format!("/v1/merchant/{}/{path}", self.merchant_id)
    }
}

/// Whether an answer says that a card was removed. The error says what it says instead.
fn removal(answer: &Answer) -> Result<(), String> {
    let word = |path| answer.document.get(path).map(str::trim);
    match (word("card/pg_status"), word("pg_status")) {
        (Some("deleted"), _) | (None, Some("ok")) => Ok(()),
        (Some(other), _) => Err(format!("its card/pg_status is {}", shown(other))),
        (None, _) => Err("it does not say that the card was removed".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::decode;

    fn answer(text: &str) -> Answer {
        Answer { http_status: 200, body: text.into(), document: decode(text.as_bytes()).unwrap() }
    }

    #[test]
    fn the_cards_of_a_list_are_read_one_by_one() {
        let cards = Cards {
            answer: answer(
                "<r><card><pg_status>success</pg_status><pg_card_token>t1</pg_card_token><pg_card_hash>4111-11XX</pg_card_hash>\
                 <created_at>2026-01-01 10:00:00</created_at></card><card><pg_card_token>t2</pg_card_token></card></r>",
            ),
        };
        let list = cards.list();
        assert_eq!((list.len(), list[0].token, list[1].token), (2, Some("t1"), Some("t2")));
        assert_eq!((list[0].masked_number, list[0].status), (Some("4111-11XX"), Some("success")));
        assert_eq!((list[0].created_at, list[1].status), (Some("2026-01-01 10:00:00"), None));
        assert_eq!(Cards { answer: answer("<r/>") }.list(), []);
    }

    #[test]
    fn a_card_is_removed_when_the_answer_says_so() {
        for (text, is_removed) in [
            ("<r><card><pg_status>deleted</pg_status></card></r>", true),
            ("<r><pg_status>ok</pg_status><card><pg_status>deleted</pg_status></card></r>", true),
            ("<r><pg_status>ok</pg_status></r>", true),
            ("<r><pg_status>ok</pg_status><card><pg_status>active</pg_status></card></r>", false),
            ("<r><card/></r>", false),
            ("<r/>", false),
        ] {
            assert_eq!(removal(&answer(text)).is_ok(), is_removed, "{text}");
        }
    }
}

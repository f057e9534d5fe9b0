//! Paying with a card that was stored earlier: begun, and then either paid with the card's CVC on a page, or without the
//! payer.
//!
//! Source: facts 6 (`card/init`, `card/pay`, `card/direct`). Nothing is charged before the second step, and that names
//! the payment: asked for twice it is the same payment.

use super::{Payment, Subject, check_payment_id, sale};
use crate::answer::Answer;
use crate::call::{Account, Call, Shape};
use crate::cancel::Cancel;
use crate::client::Client;
use crate::fields::{Endpoint, Fields};
use crate::invoice::{check_card_token, check_user_id};
use crate::money::Amount;
use crate::outcome::Error;

const FIELDS: Endpoint = Endpoint {
    what: "a payment with a stored card",
    arguments: &["pg_order_id", "pg_amount", "pg_description", "pg_user_id", "pg_card_token"],
    required: &[],
    optional: &[
        "pg_currency",
        "pg_check_url",
        "pg_result_url",
        "pg_request_method",
        "pg_success_url",
        "pg_success_url_method",
        "pg_failure_url",
        "pg_failure_url_method",
        "pg_state_url",
        "pg_state_url_method",
        "pg_site_url",
        "pg_param1",
        "pg_param2",
        "pg_param3",
        "pg_idempotency_key",
        "pg_receipt_positions",
    ],
    own_names: false,
};

/// No source lists the words of `pg_status` here. A payment's own words that are no failure are no failure of the call.
const ANSWERED: Shape = Shape::Fields(&["new", "process", "pending", "success"]);

impl Client {
    /// Begins a payment with a stored card of `user_id`. It is sent once and charges nothing; `token_pay` or
    /// `token_direct` does.
    pub fn token_init(
        &self,
        order_id: &str,
        amount: &Amount,
        description: &str,
        user_id: &str,
        card_token: &str,
        more: &Fields,
    ) -> Result<Payment, Error> {
        check_user_id("user_id", user_id)?;
        check_card_token(card_token)?;
        let call = Call::opening(self.merchants("card/init")).classic(Account::Payments).answered(ANSWERED);
        let call = sale(call, order_id, amount, description)?
            .text("pg_user_id", user_id)
            .text("pg_card_token", card_token);
        let call = FIELDS.complete(call, more)?;
        let answer = self.send(&call, self.until(&Cancel::default()))?;
        self.read_made(answer, &call, Subject::Order(order_id))
    }

    /// The page on which the payer gives the card's CVC, to be shown in a browser: `body` of the answer. Nobody signs it; where
    /// the payment stands is asked with `payment_status`.
    pub fn token_pay(&self, payment_id: i64) -> Result<Answer, Error> {
        check_payment_id("payment_id", payment_id)?;
        let call = Call::order(self.merchants("card/pay"))
            .classic(Account::Payments)
            .answered(Shape::Page)
            .text("pg_payment_id", &payment_id.to_string());
        self.send(&call, self.until(&Cancel::default()))
    }

    /// Charges the stored card without the payer, as was agreed with them. It is sent once; `payment_status` is the proof.
    pub fn token_direct(&self, payment_id: i64) -> Result<Payment, Error> {
        check_payment_id("payment_id", payment_id)?;
        let call = Call::order(self.merchants("card/direct"))
            .classic(Account::Payments)
            .answered(ANSWERED)
            .text("pg_payment_id", &payment_id.to_string());
        let answer = self.send(&call, self.until(&Cancel::default()))?;
        self.read_payment(answer, &call, Subject::Payment(payment_id))
    }
}

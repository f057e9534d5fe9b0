//! Paying out: to a card that its owner gives on a page, to a bank account, to a stored card. All of it is signed with the
//! payout key. `once` is what keeps money from leaving twice.
//!
//! Source: facts 6 (`/api/reg2nonreg`, `/api/to_iban`, `/api/reg2reg`, `/api/balance_status`, the three forms of the
//! status).

#[cfg(test)]
mod histories;
mod once;

use once::{Wanted, recipient};

use super::{Payment, Subject, sale, status};
use crate::answer::Answer;
use crate::call::{Account, Call};
use crate::cancel::{Cancel, Until};
use crate::client::{Client, unreadable};
use crate::fields::{Endpoint, Fields};
use crate::invoice::{check_card_token, check_order_id, check_user_id};
use crate::money::Amount;
use crate::outcome::{Advice, Code, Error, Sent, shown};

pub use once::PendingPayout;

const PAGE: &str = "/api/reg2nonreg";
const IBAN: &str = "/api/to_iban";
const TOKEN: &str = "/api/reg2reg";
const BALANCE: &str = "/api/balance_status";

const PAGE_FIELDS: Endpoint = Endpoint {
    what: "a payout page",
    arguments: &["pg_order_id", "pg_amount", "pg_description"],
    required: &["pg_back_link", "pg_post_link", "pg_order_time_limit"],
    optional: &["pg_user_id", "pg_payment_route", "pg_user_email"],
    own_names: false,
};

const IBAN_FIELDS: Endpoint = Endpoint {
    what: "a payout to an account",
    arguments: &["pg_order_id", "pg_amount", "pg_description"],
    required: &[
        "pg_recipient_iban",
        "pg_recipient_iin",
        "pg_recipient_name",
        "pg_recipient_kbe",
        "pg_knp",
        "pg_bank_bik",
        "pg_post_link",
    ],
    optional: &[],
    own_names: false,
};

/// Merchants also send `pg_back_link` and `pg_idempotency_key`; no page of the documentation that could be read has them.
const TOKEN_FIELDS: Endpoint = Endpoint {
    what: "a payout to a stored card",
    arguments: &["pg_order_id", "pg_amount", "pg_description", "pg_user_id", "pg_card_token_to"],
    required: &["pg_order_time_limit", "pg_post_link"],
    optional: &["pg_back_link", "pg_idempotency_key"],
    own_names: false,
};

/// Which of the gateway's three questions asks for a payout. The numbers are those of the C ABI.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(i32)]
pub enum PayoutQuestion {
    /// `/api/payment_status2`.
    #[default]
    V2 = 0,
    /// `/api/payment_status`, older.
    V1 = 1,
    /// `/get_status2.php`, by the order as for payments.
    ByOrder = 2,
}

impl PayoutQuestion {
    fn path(self) -> &'static str {
        match self {
            PayoutQuestion::V2 => "/api/payment_status2",
            PayoutQuestion::V1 => "/api/payment_status",
            PayoutQuestion::ByOrder => "/get_status2.php",
        }
    }
}

/// What is left to pay out.
#[derive(Clone, Debug)]
pub struct Balance {
    answer: Answer,
}

impl Balance {
    /// The amount, decimal text as the gateway wrote it.
    pub fn amount(&self) -> &str {
        self.answer.document.get("pg_balance").unwrap_or_default()
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
    /// Begins a payout to a card that its owner gives on the gateway's page: `redirect_url`. `more` must have
    /// `pg_back_link`, `pg_post_link` and `pg_order_time_limit`.
    ///
    /// With a journal, the same order id gives the same page again, as for the other payouts; one that was found by asking
    /// has no link, because the gateway gives that only in the answer.
    ///
    /// # Errors
    /// As for `payout_iban`.
    pub fn payout_page(
        &self,
        order_id: &str,
        amount: &Amount,
        description: &str,
        more: &Fields,
    ) -> Result<Payment, Error> {
        let call = sale(payout_call(PAGE), order_id, amount, description)?;
        let call = PAGE_FIELDS.complete(call, more)?;
        self.pay_out(&Wanted { call, order_id, amount, recipient: recipient(PAGE, ""), is_page: true })
    }

    /// Pays out to a bank account. `more` must have `pg_recipient_iban`, `pg_recipient_iin`, `pg_recipient_name`,
    /// `pg_recipient_kbe`, `pg_knp`, `pg_bank_bik` and `pg_post_link`.
    ///
    /// It is sent once. With a journal the order id is the payout's name for ever: the same again is answered from the
    /// journal, or, after an unknown outcome, by asking the gateway first. Without one, ask with `payout_status` before
    /// anything is repeated.
    ///
    /// # Errors
    /// `Unknown` while it is not certain whether an earlier attempt arrived, `Conflict` when the order id was used for
    /// another amount or recipient, `Refused` when the gateway refused it or says that it failed.
    pub fn payout_iban(
        &self,
        order_id: &str,
        amount: &Amount,
        description: &str,
        more: &Fields,
    ) -> Result<Payment, Error> {
        let call = sale(payout_call(IBAN), order_id, amount, description)?;
        let call = IBAN_FIELDS.complete(call, more)?;
        let recipient = recipient(IBAN, more.get("pg_recipient_iban").unwrap_or_default());
        self.pay_out(&Wanted { call, order_id, amount, recipient, is_page: false })
    }

    /// Pays out to a card of `user_id` that was stored for payouts. `more` must have `pg_order_time_limit` and
    /// `pg_post_link`. Otherwise as `payout_iban`.
    ///
    /// # Errors
    /// As for `payout_iban`.
    pub fn payout_token(
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
        let call = sale(payout_call(TOKEN), order_id, amount, description)?
            .text("pg_user_id", user_id)
            .text("pg_card_token_to", card_token);
        let call = TOKEN_FIELDS.complete(call, more)?;
        let recipient = recipient(TOKEN, card_token);
        self.pay_out(&Wanted { call, order_id, amount, recipient, is_page: false })
    }

    /// Asks what is left to pay out.
    pub fn payout_balance(&self) -> Result<Balance, Error> {
        let call = Call::question(BALANCE).classic(Account::Payouts);
        let answer = self.send(&call, self.until(&Cancel::default()))?;
        match answer.document.get("pg_balance").map(str::trim) {
            None | Some("") => Err(unreadable(call.nature, "it has no pg_balance", answer)),
            Some(_) => Ok(Balance { answer }),
        }
    }

    /// Asks where a payout stands: `status` of the answer is `Success`, `Process` or `Error`.
    ///
    /// # Errors
    /// `Unknown` with the advice to wait when the gateway knows of none (`pg_payment_id` 0): within a minute of the payout
    /// that proves nothing, after that there is none. `Refused` when the gateway says so with a code.
    pub fn payout_status(&self, order_id: &str, question: PayoutQuestion) -> Result<Payment, Error> {
        check_order_id(order_id)?;
        match self.ask_payout(order_id, question, self.until(&Cancel::default()))? {
            Told::Of(payment) => Ok(payment),
            Told::Nothing(answer) => {
                let message = format!(
                    "the gateway knows of no payout of order {}; within a minute of the payout that proves nothing",
                    shown(order_id)
                );
                Err(Error::new(Code::Unknown, Sent::Yes, Advice::Wait, message).with_answer(answer))
            }
        }
    }

    fn ask_payout(&self, order_id: &str, question: PayoutQuestion, until: Until<'_>) -> Result<Told, Error> {
        let call = Call::question(question.path()).classic(Account::Payouts).text("pg_order_id", order_id);
        let answer = self.send(&call, until)?;
        let field = |name| answer.document.get(name).map(str::trim);
        if field("pg_payment_id") != Some("0") {
            return Ok(Told::Of(self.read_payment(answer, &call, Subject::Order(order_id))?));
        }
        if let Some(other) = field("pg_order_id").filter(|other| *other != order_id) {
            let reason = format!("it is about order {}, not {}", shown(other), shown(order_id));
            return Err(unreadable(call.nature, &reason, answer));
        }
        match status(&answer) {
            Some(status) if !status.has_failed() => {
                // It has no number yet, and is under way all the same.
                let order_id = Some(order_id.to_owned());
                Ok(Told::Of(Payment { id: None, order_id, refund_id: None, from_journal: false, answer }))
            }
            _ => Ok(Told::Nothing(answer)),
        }
    }
}

/// What the gateway says of an order's payout.
enum Told {
    Of(Payment),
    /// It knows of none, which proves nothing at first.
    Nothing(Answer),
}

fn payout_call(path: &'static str) -> Call {
    Call::order(path).classic(Account::Payouts)
}

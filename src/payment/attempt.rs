//! One attempt at something that must not happen twice, as the journal keeps it: what refunds and payouts share.

use super::Payment;
use crate::answer::Answer;
use crate::call::{Field, Value};
use crate::client::Client;
use crate::clock::Uptime;
use crate::journal::{Done, Ended, Journal, Name, NewOperation, Operation, Shop};
use crate::money::Amount;
use crate::outcome::{Advice, Code, Error, Sent};
use crate::wire;

/// When something was asked.
pub(super) struct Moment {
    at_ms: i64,
    uptime: Option<Uptime>,
}

impl Client {
    pub(super) fn now(&self) -> Moment {
        Moment { at_ms: self.clock.now_ms(), uptime: self.clock.uptime() }
    }

    /// An operation that is to be begun now.
    pub(super) fn new_operation<'a>(
        &self,
        name: Name<'a>,
        amount: Option<&'a Amount>,
        before: &'a str,
    ) -> NewOperation<'a> {
        let now_ms = self.clock.now_ms();
        NewOperation { name, amount, before, now_ms, counts: self.counts_of_new(now_ms) }
    }

    /// What the journal keeps of an operation's end; `id` is what it is known by, `kept` are the bytes that it gives again.
    /// A refusal that means a fault may hide that it was done, and one that speaks of an earlier attempt says nothing of
    /// that one.
    pub(super) fn ended<'a>(
        &self,
        result: &Result<Payment, Error>,
        id: impl Fn(&Payment) -> Option<i64>,
        kept: Option<&'a [u8]>,
    ) -> Ended<Done<'a>> {
        match result {
            Ok(payment) => {
                let http_status = payment.answer.http_status;
                Ended::Known(Done { payment_id: id(payment), http_status, answer: kept })
            }
            Err(error) if error.code() == Code::Refused && !error.leaves_open() => Ended::Refused,
            Err(error) if error.sent() == Sent::No => Ended::NotSent,
            Err(_) => Ended::Unknown { counts: self.counts_of_lost() },
        }
    }

    /// Whether "not there", in answer to a question at `asked`, proves that an attempt did not arrive.
    pub(super) fn absence_counts(
        &self,
        journal: Journal<'_>,
        shop: &Shop,
        name: Name<'_>,
        operation: &Operation,
        asked: &Moment,
    ) -> bool {
        if asked.at_ms < operation.tried_at_ms {
            // The clock was set back.
            let record = journal.to_record();
            self.noted(record.postpone_operation(shop, name, operation.attempt, asked.at_ms));
        }
        operation.counts.has_come(asked.at_ms, asked.uptime.as_ref())
    }
}

/// The error for what may have happened.
pub(super) fn unsure(advice: Advice, message: String) -> Error {
    Error::new(Code::Unknown, Sent::Maybe, advice, message)
}

/// The answer that the journal has kept of an operation; of one that was found by asking, that it was done.
pub(super) fn kept_answer(operation: &Operation, what: &str) -> Result<Answer, Error> {
    let body = operation.answer.clone().unwrap_or_else(|| br#"{"pg_status":"ok"}"#.to_vec());
    let document = wire::decode(&body).map_err(|reason| {
        Error::journal(format!("the journal's answer to {what} cannot be read: {reason}; nothing was sent"))
    })?;
    Ok(Answer { http_status: operation.http_status, body, document })
}

/// What the journal keeps of an answer. Not all of it: a signature is in it, and no source tells whether a card's token is.
pub(super) fn kept(answer: &Answer) -> Vec<u8> {
    const FIELDS: [&str; 7] = [
        "pg_status",
        "pg_payment_id",
        "pg_order_id",
        "pg_redirect_url",
        "pg_payment_amount",
        "pg_payment_date",
        "pg_revoke_payment_id",
    ];
    let field = |name: &'static str| {
        let value = answer.document.get(name)?;
        Some(Field { name: name.into(), value: Value::Text(value.to_owned()) })
    };
    wire::json_object(&FIELDS.into_iter().filter_map(field).collect::<Vec<_>>())
}

//! Money never leaves twice: with a journal a payout is written before it is sent, and one whose outcome is unknown is
//! asked about before there is another.
//!
//! The order id is the payout's name at the gateway. One that the gateway has as failed has used its order id up: a later
//! attempt under it could not be told from it. And because it may be the one of an attempt before, it counts as late as
//! "not there" does. Of the recipient the journal keeps a hash, so that the same order is not answered for when it is
//! asked for with another.

use ring::digest::{SHA256, digest};

use super::super::attempt::{kept, kept_answer, unsure};
use super::super::{Payment, PaymentStatus, Subject};
use super::{PayoutQuestion, Told};
use crate::call::{Account, Call};
use crate::cancel::{Cancel, Until};
use crate::client::Client;
use crate::journal::{Done, Ended, Journal, Kind, Name, Operation, Shop, State};
use crate::money::{Amount, may_be_amount};
use crate::outcome::{Advice, Code, Error, Sent, shown};

/// A payout whose end is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingPayout {
    /// The merchant's id of the order.
    pub order_id: String,
    /// The amount as it was asked for.
    pub amount: Option<String>,
}

/// A payout that the caller asks for.
pub(super) struct Wanted<'a> {
    pub call: Call,
    pub order_id: &'a str,
    pub amount: &'a Amount,
    /// A hash of where the money goes.
    pub recipient: String,
    /// Whether the answer has a link for the recipient.
    pub is_page: bool,
}

/// Where the money goes, as the journal may keep it: neither an account nor a card can be read out of it.
pub(super) fn recipient(path: &str, who: &str) -> String {
    let hash = digest(&SHA256, format!("{path}\n{who}").as_bytes());
    hash.as_ref()[..16].iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Client {
    /// Every payout in the journal whose end is not known, the oldest first. Asks the gateway nothing; the same payout
    /// again finds out.
    ///
    /// # Errors
    /// `Config` without a journal, `Journal` when it cannot be read.
    pub fn pending_payouts(&self) -> Result<Vec<PendingPayout>, Error> {
        self.log().flush();
        let cancel = Cancel::default();
        let open = self.required_journal(self.until(&cancel))?.open_operations(&self.shop(), Kind::Payout)?;
        let pending =
            |(order_id, operation): (_, Operation)| PendingPayout { order_id, amount: operation.amount };
        Ok(open.into_iter().map(pending).collect())
    }

    pub(super) fn pay_out(&self, wanted: &Wanted<'_>) -> Result<Payment, Error> {
        Account::Payouts.key(&self.config)?;
        let cancel = Cancel::default();
        let until = self.until(&cancel);
        self.log().flush();
        match self.journal(until) {
            Some(journal) => self.pay_out_journalled(journal, wanted, until),
            None => self.pay_out_once(wanted, until),
        }
    }

    fn pay_out_once(&self, wanted: &Wanted<'_>, until: Until<'_>) -> Result<Payment, Error> {
        let (call, subject) = (&wanted.call, Subject::Order(wanted.order_id));
        let answer = self.send(call, until)?;
        if wanted.is_page {
            self.read_page(answer, call, subject)
        } else {
            self.read_payment(answer, call, subject)
        }
    }

    fn pay_out_journalled(
        &self,
        journal: Journal<'_>,
        wanted: &Wanted<'_>,
        until: Until<'_>,
    ) -> Result<Payment, Error> {
        let shop = self.shop();
        let name = wanted.name();
        loop {
            let seen = journal.operations(&shop, name.kind, name.subject)?;
            match seen.first() {
                None => {}
                Some(known) if known.state == State::Known => {
                    wanted.must_be(known)?;
                    return repeat(wanted.order_id, known);
                }
                Some(earlier) => match self.find_payout(journal, &shop, wanted, earlier, until)? {
                    Found::Done(payment) => return Ok(payment),
                    Found::Never => {}
                    Found::Moved => continue,
                },
            }
            let new = self.new_operation(name, Some(wanted.amount), &wanted.recipient);
            if let Some(attempt) = journal.begin_operation(&shop, &new, &seen)? {
                let result = self.pay_out_once(wanted, until);
                let kept = result.as_ref().ok().map(|payment| kept(&payment.answer));
                let end = self.ended(&result, Payment::id, kept.as_deref());
                self.noted(journal.to_record().end_operation(&shop, name, attempt, &end));
                return result;
            }
            if until.is_over() {
                return Err(Error::journal(
                    "another payout of this order is under way, and time is over; nothing was sent",
                ));
            }
        }
    }

    /// Asks what became of an earlier attempt at the order, and writes it where it is certain. Also one that was
    /// refused or not sent is asked about: the gateway may have more under this order than this journal.
    fn find_payout(
        &self,
        journal: Journal<'_>,
        shop: &Shop,
        wanted: &Wanted<'_>,
        earlier: &Operation,
        until: Until<'_>,
    ) -> Result<Found, Error> {
        let open = earlier.state.may_have_arrived();
        if open {
            wanted.must_be(earlier)?;
        }
        let (asked, name) = (self.now(), wanted.name());
        let seen = match self.ask_payout(wanted.order_id, PayoutQuestion::V2, until) {
            Err(error) if error.is_not_found() => Seen::Nothing,
            Err(error) => return Err(wanted.not_asked(open, error)),
            Ok(Told::Nothing(_)) => Seen::Nothing,
            Ok(Told::Of(payment)) => look(payment),
        };
        if let Seen::Done(payment) = seen {
            // What was seen may be what another process has begun since, for another recipient.
            let now = journal.to_record().operations(shop, name.kind, name.subject)?;
            if now.first().is_none_or(|now| now.attempt != earlier.attempt) {
                return Ok(Found::Moved);
            }
            if !fits(earlier, &payment) {
                return Err(wanted.another(&payment));
            }
            let http_status = payment.answer.http_status;
            let end = Ended::Known(Done { payment_id: payment.id, http_status, answer: None });
            self.noted(journal.to_record().end_operation(shop, name, earlier.attempt, &end));
            wanted.must_be(earlier)?;
            return Ok(Found::Done(payment));
        }
        let settled = !open || self.absence_counts(journal, shop, name, earlier, &asked);
        match seen {
            Seen::Failed(id) if settled => {
                let refused = journal.to_record().end_operation(shop, name, earlier.attempt, &Ended::Refused);
                self.noted(refused);
                Err(wanted.has_failed(id))
            }
            Seen::Nothing if settled => Ok(Found::Never),
            _ => Err(wanted.may_come()),
        }
    }
}

/// How asking about an earlier attempt ended.
enum Found {
    Done(Payment),
    /// It paid nothing, and another attempt may be made.
    Never,
    /// Another process has begun the next one meanwhile.
    Moved,
}

/// What the gateway has under the order.
enum Seen {
    Done(Payment),
    /// A payout that failed, with its number where it has one.
    Failed(Option<i64>),
    /// Something without a number that has not ended.
    Unclear,
    Nothing,
}

fn look(payment: Payment) -> Seen {
    match (payment.id, payment.status()) {
        (id, Some(status)) if status.has_failed() => Seen::Failed(id),
        (Some(_), _) | (None, Some(PaymentStatus::Success)) => Seen::Done(payment),
        (None, _) => Seen::Unclear,
    }
}

/// Whether a payout that the gateway has is of the amount of the attempt, as far as it says.
fn fits(earlier: &Operation, payment: &Payment) -> bool {
    earlier.hundredths.is_some_and(|own| may_be_amount(own, payment.amount()))
}

impl Wanted<'_> {
    fn name(&self) -> Name<'_> {
        Name { kind: Kind::Payout, subject: self.order_id, key: "" }
    }

    /// Refuses an order id that was used for something else.
    fn must_be(&self, earlier: &Operation) -> Result<(), Error> {
        let order_id = shown(self.order_id);
        let other = |what: String| {
            Err(Error::conflict(format!(
                "the payout of order {order_id} was begun {what}; another payout needs an order id of its own; nothing was \
                 sent"
            )))
        };
        if !earlier.is_for(Some(self.amount)) {
            let amount = earlier.amount.as_deref().unwrap_or("another amount");
            return other(format!("with {amount} and is now asked for with {}", self.amount));
        }
        if earlier.before != self.recipient {
            return other("for another recipient, or in another way".to_owned());
        }
        Ok(())
    }

    fn another(&self, payment: &Payment) -> Error {
        let message = format!(
            "the payout of order {} was begun with another amount than the gateway has: payout {} with {}; look at that \
             payout before the money is sent under a new order id",
            shown(self.order_id),
            payment.id.unwrap_or(0),
            shown(payment.amount().unwrap_or("no amount")),
        );
        Error::new(Code::Conflict, Sent::Maybe, Advice::Fix, message)
    }

    fn has_failed(&self, id: Option<i64>) -> Error {
        let message = format!(
            "the gateway says that payout {} of order {} failed: nothing was paid out, and another needs an order id of its \
             own",
            id.unwrap_or(0),
            shown(self.order_id)
        );
        Error::new(Code::Refused, Sent::Yes, Advice::Fix, message)
    }

    fn may_come(&self) -> Error {
        let message = format!(
            "an earlier payout of order {} may still arrive: the gateway does not yet have one that paid",
            shown(self.order_id)
        );
        unsure(Advice::Wait, message)
    }

    /// The question about an earlier attempt failed; nothing was sent but that.
    fn not_asked(&self, open: bool, error: Error) -> Error {
        let order_id = shown(self.order_id);
        if open {
            let message =
                format!("an earlier payout of order {order_id} may have arrived, and asking failed: {error}");
            return unsure(Advice::AskStatus, message);
        }
        let message = format!("order {order_id} was not looked up, so that no payout was sent: {error}");
        match error.code() {
            Code::Unknown | Code::Answer => Error::new(Code::NotSent, Sent::No, Advice::Retry, message),
            _ => error,
        }
    }
}

/// The answer of a payout that was made, given again out of the journal.
fn repeat(order_id: &str, payout: &Operation) -> Result<Payment, Error> {
    let answer = kept_answer(payout, &format!("the payout of order {}", shown(order_id)))?;
    Ok(Payment {
        id: payout.payment_id,
        order_id: Some(order_id.to_owned()),
        refund_id: None,
        from_journal: true,
        answer,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer::Answer;
    use crate::journal::Counts;
    use crate::wire;

    fn payment(inside: &str) -> Payment {
        let body = format!("<r><pg_status>ok</pg_status>{inside}</r>");
        let id = body.contains("<pg_payment_id>").then_some(7);
        let answer =
            Answer { http_status: 200, document: wire::decode(body.as_bytes()).unwrap(), body: body.into() };
        Payment { id, order_id: None, refund_id: None, from_journal: false, answer }
    }

    #[test]
    fn whatever_may_have_paid_is_taken_for_a_payout() {
        let id = "<pg_payment_id>7</pg_payment_id>";
        let status = |word: &str| format!("<pg_payment_status>{word}</pg_payment_status>");
        for (inside, seen) in [
            (format!("{id}{}", status("success")), "done"),
            (format!("{id}{}", status("process")), "done"),
            (format!("{id}{}", status("frozen")), "done"),
            (id.to_owned(), "done"),
            (format!("{id}{}", status("error")), "failed"),
            (format!("{id}{}", status("expired")), "failed"),
            (status("success"), "done"),
            (status("process"), "unclear"),
            (status("error"), "failed"),
            (String::new(), "unclear"),
        ] {
            let found = match look(payment(&inside)) {
                Seen::Done(_) => "done",
                Seen::Failed(_) => "failed",
                Seen::Unclear => "unclear",
                Seen::Nothing => "nothing",
            };
            assert_eq!(found, seen, "{inside}");
        }
    }

    #[test]
    fn another_amount_does_not_fit_however_many_digits_it_is_written_with() {
        let earlier = Operation {
            key: String::new(),
            amount: Some("10.5".to_owned()),
            hundredths: Some(1050),
            before: String::new(),
            state: State::Unknown,
            attempt: 1,
            tried_at_ms: 0,
            counts: Counts { at_ms: 0, uptime: None },
            payment_id: None,
            http_status: 0,
            answer: None,
        };
        for (inside, found) in [
            ("", true),
            ("<pg_payment_amount>10.50</pg_payment_amount>", true),
            ("<pg_payment_amount>10.5000</pg_payment_amount>", true),
            ("<pg_payment_amount>99.9900</pg_payment_amount>", false),
            ("<pg_payment_amount>10.5001</pg_payment_amount>", false),
        ] {
            assert_eq!(fits(&earlier, &payment(inside)), found, "{inside}");
        }
    }

    #[test]
    fn a_recipient_is_a_hash_that_tells_ways_apart() {
        let one = recipient("/api/to_iban", "KZ86125KZT5004100100");
        assert_eq!((one.len(), one.contains("KZ86")), (32, false));
        assert_eq!(one, recipient("/api/to_iban", "KZ86125KZT5004100100"));
        assert_ne!(one, recipient("/api/reg2reg", "KZ86125KZT5004100100"));
        assert_ne!(one, recipient("/api/to_iban", "KZ86125KZT5004100101"));
    }

    #[test]
    fn the_journal_keeps_neither_token_nor_signature() {
        let answer = payment(
            "<pg_payment_id>7</pg_payment_id><pg_card_token_to>t-o-k</pg_card_token_to><pg_sig>abc</pg_sig>\
             <pg_redirect_url>https://x.example/\"</pg_redirect_url>",
        )
        .answer;
        let kept = String::from_utf8(kept(&answer)).unwrap();
        assert_eq!(
            kept,
            r#"{"pg_status":"ok","pg_payment_id":"7","pg_redirect_url":"https://x.example/\""}"#
        );
    }
}

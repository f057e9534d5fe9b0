//! Giving a payment back. A refund that is made twice is as bad as a sale that is: with a journal it is written before it
//! is sent, and one whose outcome is unknown is looked for in the payment's list before there is another.
//!
//! A refund has no id of the merchant's at the gateway. What tells it from the others is the list as it was before it
//! was sent: what is new in it, has its amount and belongs to no other refund of the journal is this one. So there is one
//! refund of a payment at a time.
//!
//! Source: facts 5.2 (`/revoke.php`, the lists of `/get_status3.php`, and that these may lag behind).

mod list;
mod settled;

use super::attempt::{kept, kept_answer, unsure};
use super::{Payment, PaymentStatus, Subject, check_payment_id};
use crate::call::{Account, Call};
use crate::cancel::{Cancel, Until};
use crate::client::Client;
use crate::fields::is_key;
use crate::journal::{Done, Ended, Journal, Kind, Name, Operation, Shop, State};
use crate::money::Amount;
use crate::outcome::{Advice, Code, Error, Sent, shown};
use crate::random;
use crate::wire;

use list::{Before, Seen, look};

const REFUND: &str = "/revoke.php";

/// A refund whose end is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingRefund {
    /// The payment that is to be given back.
    pub payment_id: i64,
    /// The caller's own key for the refund, if it gave one.
    pub refund_key: Option<String>,
    /// What was asked for; none is all that was left.
    pub amount: Option<String>,
}

/// A refund that the caller asks for.
#[derive(Clone, Copy)]
struct Wanted<'a> {
    payment_id: i64,
    amount: Option<&'a Amount>,
    refund_key: Option<&'a str>,
}

impl Client {
    /// Gives a payment back, or a part of it; no amount is all that is left.
    ///
    /// It is sent once. With a journal, the same refund again after an unknown outcome asks the gateway first; a
    /// `refund_key` of the caller's gives the same refund again for ever, and goes to the gateway as
    /// `pg_idempotency_key`. Without a key, only a refund that is not settled yet is taken for the same.
    ///
    /// # Errors
    /// `Unknown` while it is not certain whether an earlier attempt arrived, `Conflict` when the key is known with
    /// another amount, `Refused` when the gateway refused it or lists it as failed.
    pub fn payment_refund(
        &self,
        payment_id: i64,
        amount: Option<&Amount>,
        refund_key: Option<&str>,
    ) -> Result<Payment, Error> {
        check_payment_id("payment_id", payment_id)?;
        refund_key.map_or(Ok(()), check_refund_key)?;
        self.refund(Wanted { payment_id, amount, refund_key })
    }

    /// Gives a paid invoice back, or a part of it; no amount is all that is left.
    pub fn invoice_refund(&self, invoice_id: i64, amount: Option<&Amount>) -> Result<Payment, Error> {
        check_payment_id("invoice_id", invoice_id)?;
        self.refund(Wanted { payment_id: invoice_id, amount, refund_key: None })
    }

    /// Every refund in the journal whose end is not known, the oldest first. Asks the gateway nothing; the same refund
    /// again finds out.
    ///
    /// # Errors
    /// `Config` without a journal, `Journal` when it cannot be read.
    pub fn pending_refunds(&self) -> Result<Vec<PendingRefund>, Error> {
        self.log().flush();
        let cancel = Cancel::default();
        let open = self.required_journal(self.until(&cancel))?.open_operations(&self.shop(), Kind::Refund)?;
        let pending = open.into_iter().filter_map(|(subject, operation)| {
            Some(PendingRefund {
                payment_id: wire::positive(&subject)?,
                refund_key: operation.key.strip_prefix(BY_CALLER).map(str::to_owned),
                amount: operation.amount,
            })
        });
        Ok(pending.collect())
    }

    fn refund(&self, wanted: Wanted<'_>) -> Result<Payment, Error> {
        let cancel = Cancel::default();
        let until = self.until(&cancel);
        self.log().flush();
        match self.journal(until) {
            Some(journal) => self.refund_journalled(journal, wanted, until),
            None => self.refund_once(wanted, wanted.refund_key, until),
        }
    }

    fn refund_once(&self, wanted: Wanted<'_>, key: Option<&str>, until: Until<'_>) -> Result<Payment, Error> {
        let call = Call::order(REFUND)
            .classic(Account::Payments)
            .text("pg_payment_id", &wanted.payment_id.to_string())
            .optional_text("pg_refund_amount", wanted.amount.map(Amount::as_str))
            .optional_text("pg_idempotency_key", key);
        self.read_payment(self.send(&call, until)?, &call, Subject::Payment(wanted.payment_id))
    }

    fn refund_journalled(
        &self,
        journal: Journal<'_>,
        wanted: Wanted<'_>,
        until: Until<'_>,
    ) -> Result<Payment, Error> {
        let (shop, subject) = (self.shop(), wanted.payment_id.to_string());
        loop {
            let seen = journal.operations(&shop, Kind::Refund, &subject)?;
            let own = seen.iter().find(|refund| wanted.is(refund));
            match own {
                Some(refund) if refund.state == State::Known => {
                    wanted.must_fit(refund)?;
                    return repeat(wanted.payment_id, refund);
                }
                Some(refund) if refund.state.may_have_arrived() => wanted.must_fit(refund)?,
                _ => {}
            }
            // One whose outcome is unknown comes first, whichever it is: what is new in the list could be it.
            if let Some(open) = seen.iter().find(|refund| refund.state.may_have_arrived()) {
                let found = self.find_refund(journal, &shop, wanted.payment_id, open, &seen, until);
                let is_own = own.is_some_and(|own| own.key == open.key);
                match found {
                    Ok(Found::Done(payment)) if is_own => return Ok(payment),
                    Err(error) => return Err(error),
                    Ok(Found::Failed(error)) if is_own => return Err(error),
                    Ok(_) if until.is_over() => return Err(over()),
                    Ok(_) => continue,
                }
            }
            let key = match own {
                Some(refund) => refund.key.clone(),
                None => wanted.new_key()?,
            };
            let status = self.payment_status_until(wanted.payment_id, until).map_err(not_looked_up)?;
            let name = Name { kind: Kind::Refund, subject: &subject, key: &key };
            let before = Before::of(status.answer(), &seen).ok_or_else(unclear)?;
            let (was_spent, before) = (before.is_spent(), before.write());
            let new = self.new_operation(name, wanted.amount, &before);
            if let Some(attempt) = journal.begin_operation(&shop, &new, &seen)? {
                let result = self
                    .refund_once(wanted, Some(&key[1..]), until)
                    .and_then(|refund| not_given_again(refund, &status));
                let kept = result.as_ref().ok().map(|payment| kept(&payment.answer));
                let end = match &result {
                    // Whatever the refusal leaves open: there was nothing to be given back.
                    Err(error) if was_spent && error.code() == Code::Refused => Ended::Refused,
                    _ => self.ended(&result, Payment::refund_id, kept.as_deref()),
                };
                self.noted(journal.to_record().end_operation(&shop, name, attempt, &end));
                return result;
            }
            if until.is_over() {
                return Err(over());
            }
        }
    }

    /// Looks for a refund that may have arrived, and writes what was found.
    fn find_refund(
        &self,
        journal: Journal<'_>,
        shop: &Shop,
        payment_id: i64,
        refund: &Operation,
        seen: &[Operation],
        until: Until<'_>,
    ) -> Result<Found, Error> {
        let asked = self.now();
        let subject = payment_id.to_string();
        let name = Name { kind: Kind::Refund, subject: &subject, key: &refund.key };
        let status = match self.payment_status_until(payment_id, until) {
            Ok(status) => status,
            Err(error) => {
                let message = format!(
                    "an earlier refund of payment {payment_id} may have arrived, and asking failed: {error}"
                );
                return Err(unsure(Advice::AskStatus, message));
            }
        };
        let settle = |end: Ended<Done<'_>>| {
            journal.to_record().settle_operation(shop, name, refund.attempt, &end, seen)
        };
        // A journal that fails now must not hide the answer, and the next call finds the same: nobody begins another refund
        // while this one is open.
        let settle_as_seen = |end| {
            settle(end).unwrap_or_else(|error| {
                self.noted(Err(error));
                true
            })
        };
        match look(status.answer(), refund, seen) {
            Seen::Done(refund_id) => {
                let http_status = status.answer().http_status;
                let done = Done { payment_id: Some(refund_id), http_status, answer: None };
                let is_settled = settle_as_seen(Ended::Known(done));
                let found = Payment { refund_id: Some(refund_id), ..status };
                Ok(if is_settled { Found::Done(found) } else { Found::Again })
            }
            Seen::Failed(refund_id) => {
                let message = format!(
                    "the gateway lists refund {refund_id} of payment {payment_id} as failed: nothing was given back, and it \
                     may be tried anew"
                );
                let error = Error::new(Code::Refused, Sent::Yes, Advice::Retry, message);
                Ok(if settle_as_seen(Ended::Refused) { Found::Failed(error) } else { Found::Again })
            }
            Seen::Strange => Err(unsure(
                Advice::Fix,
                format!(
                    "payment {payment_id} was given back in part since its refund was tried, but lists no refund that tells \
                     whose: look at it in the merchant's account, and write down what stands there with fp_refund_settle"
                ),
            )),
            Seen::Nothing => {
                if !self.absence_counts(journal, shop, name, refund, &asked) {
                    let message = format!(
                        "an earlier refund of payment {payment_id} may still arrive: the gateway does not list it yet"
                    );
                    return Err(unsure(Advice::Wait, message));
                }
                settle(Ended::NotSent)?;
                Ok(Found::Again)
            }
        }
    }
}

/// A refund that the payment's list had as failed before it was asked for is not made now: a gateway that knows the key gives
/// the answer of its first attempt again.
fn not_given_again(refund: Payment, before: &Payment) -> Result<Payment, Error> {
    let is_failed = |listed: &super::Refund<'_>| {
        listed.payment_id == refund.refund_id && listed.status.is_some_and(PaymentStatus::has_failed)
    };
    match refund.refund_id.filter(|_| before.refunds().iter().any(is_failed)) {
        None => Ok(refund),
        Some(refund_id) => Err(given_again(refund_id, refund)),
    }
}

fn given_again(refund_id: i64, refund: Payment) -> Error {
    let message = format!(
        "the gateway gives refund {refund_id} of payment {} again, which has failed: nothing was given back; another \
         attempt needs another refund_key",
        refund.id.unwrap_or(0)
    );
    Error::new(Code::Refused, Sent::Yes, Advice::Fix, message).with_answer(refund.answer)
}

/// What was given back before cannot be told, so that a refund of now could not be told from it.
fn unclear() -> Error {
    let message = "the payment's refunds cannot be read, so that no refund was sent";
    Error::new(Code::NotSent, Sent::No, Advice::Fix, message)
}

fn over() -> Error {
    Error::journal("other refunds of this payment are under way, and time is over; nothing was sent")
}

/// How looking for a refund ended.
enum Found {
    Done(Payment),
    Failed(Error),
    /// It certainly did not arrive, or something has happened meanwhile: look into the journal again.
    Again,
}

/// First letters of the keys in the journal: the caller's own, and those that were made here.
const BY_CALLER: char = 'c';
const OWN: char = 'o';

impl Wanted<'_> {
    /// Whether a refund of this payment is the one that is asked for. Without a key of the caller's, that is one of this
    /// amount which is not settled.
    fn is(&self, refund: &Operation) -> bool {
        match self.refund_key {
            Some(key) => refund.key.strip_prefix(BY_CALLER) == Some(key),
            None => {
                refund.key.starts_with(OWN) && refund.state.may_have_arrived() && refund.is_for(self.amount)
            }
        }
    }

    fn must_fit(&self, refund: &Operation) -> Result<(), Error> {
        if refund.is_for(self.amount) {
            return Ok(());
        }
        let text = |amount: Option<&str>| amount.unwrap_or("all that is left").to_owned();
        Err(Error::conflict(format!(
            "refund {} of payment {} was begun with {} and is now asked for with {}; a new refund needs a new key; \
             nothing was sent",
            shown(&refund.key[1..]),
            self.payment_id,
            text(refund.amount.as_deref()),
            text(self.amount.map(Amount::as_str)),
        )))
    }

    fn new_key(&self) -> Result<String, Error> {
        Ok(match self.refund_key {
            Some(key) => format!("{BY_CALLER}{key}"),
            None => format!("{OWN}{}", random::hex()?),
        })
    }
}

/// The answer of a refund that was made, given again out of the journal.
fn repeat(payment_id: i64, refund: &Operation) -> Result<Payment, Error> {
    let answer = kept_answer(refund, &format!("a refund of payment {payment_id}"))?;
    Ok(Payment {
        id: Some(payment_id),
        order_id: None,
        refund_id: refund.payment_id,
        from_journal: true,
        answer,
    })
}

/// The question before a refund failed: nothing was given back.
fn not_looked_up(error: Error) -> Error {
    let message = format!("the payment was not looked up, so that no refund was sent: {error}");
    match error.code() {
        Code::Unknown | Code::Answer => Error::new(Code::NotSent, Sent::No, Advice::Retry, message),
        _ => error,
    }
}

/// A caller's key for a refund.
fn check_refund_key(key: &str) -> Result<(), Error> {
    if is_key(key) {
        return Ok(());
    }
    let key = shown(key);
    Err(Error::argument(format!("refund_key {key} is not 1 to 64 visible ASCII characters without a blank")))
}

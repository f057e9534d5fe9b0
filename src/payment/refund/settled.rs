//! A person's word on a refund whose end the gateway's list does not tell. Such a refund stays open, and holds up every later
//! one of its payment, until somebody has looked in the merchant's account and writes down what stands there.

use super::super::attempt::unsure;
use super::super::check_payment_id;
use super::{BY_CALLER, check_refund_key, over};
use crate::cancel::Cancel;
use crate::client::Client;
use crate::journal::{Done, Ended, Kind, Name, Operation, State};
use crate::outcome::{Advice, Error, shown};

impl Client {
    /// Writes into the journal how a refund ended, as a person has seen it in the merchant's account: it was made, or it was
    /// not. For what no question can find out: a repeated refund that ends with `Unknown` and `Advice::Fix`. Asks the gateway
    /// nothing.
    ///
    /// `refund_key` is the key that it was asked for with; none is the refund without one. A payment has one open refund
    /// at most, and `pending_refunds` lists it. Of one that was made, the same key gives the answer again, without the
    /// gateway's id of it; one that was not may be tried anew, under its key too.
    ///
    /// # Errors
    /// `Config` without a journal; `Argument` when it has no such refund whose end is not known; `Unknown` with `Advice::Wait`
    /// while the refund may still arrive, so that nobody can know its end: at most the client's timeout and 60 seconds
    /// from the attempt on. Nothing is written then.
    pub fn refund_settle(
        &self,
        payment_id: i64,
        refund_key: Option<&str>,
        was_made: bool,
    ) -> Result<(), Error> {
        check_payment_id("payment_id", payment_id)?;
        refund_key.map_or(Ok(()), check_refund_key)?;
        self.log().flush();
        let cancel = Cancel::default();
        let until = self.until(&cancel);
        let journal = self.required_journal(until)?;
        let (shop, subject) = (self.shop(), payment_id.to_string());
        loop {
            let seen = journal.operations(&shop, Kind::Refund, &subject)?;
            let refund = open_refund(payment_id, refund_key, &seen)?;
            let name = Name { kind: Kind::Refund, subject: &subject, key: &refund.key };
            if !self.absence_counts(journal, &shop, name, refund, &self.now()) {
                return Err(too_early(payment_id));
            }
            if journal.settle_operation(&shop, name, refund.attempt, &as_said(was_made), &seen)? {
                return Ok(());
            }
            if until.is_over() {
                return Err(over());
            }
        }
    }
}

/// A refund that a person has seen has neither the gateway's answer nor its id.
fn as_said(was_made: bool) -> Ended<Done<'static>> {
    match was_made {
        true => Ended::Known(Done { payment_id: None, http_status: 0, answer: None }),
        false => Ended::NotSent,
    }
}

/// Whether that a refund was made is a person's word.
pub(super) fn is_said(refund: &Operation) -> bool {
    refund.state == State::Known && refund.payment_id.is_none() && refund.answer.is_none()
}

/// The refund of the payment whose end is not known, if it is the one of this key.
fn open_refund<'a>(
    payment_id: i64,
    refund_key: Option<&str>,
    seen: &'a [Operation],
) -> Result<&'a Operation, Error> {
    let Some(open) = seen.iter().find(|refund| refund.state.may_have_arrived()) else {
        return Err(Error::argument(format!(
            "payment_id {payment_id} has no refund in the journal whose end is not known; nothing was written"
        )));
    };
    let own = open.key.strip_prefix(BY_CALLER);
    let message = match (refund_key, own) {
        (given, own) if given == own => return Ok(open),
        (Some(given), None) => format!(
            "refund_key {} is not of the refund of payment {payment_id} whose end is not known, which has none; nothing was \
             written",
            shown(given)
        ),
        (Some(given), Some(own)) => format!(
            "refund_key {} is not of the refund of payment {payment_id} whose end is not known, which has {}; nothing was \
             written",
            shown(given),
            shown(own)
        ),
        (None, own) => format!(
            "refund_key is missing: the refund of payment {payment_id} whose end is not known has {}; nothing was written",
            shown(own.unwrap_or_default())
        ),
    };
    Err(Error::argument(message))
}

fn too_early(payment_id: i64) -> Error {
    let message = format!(
        "the refund of payment {payment_id} may still arrive, so that nobody can know its end yet; nothing was written"
    );
    unsure(Advice::Wait, message)
}

//! What has happened to a payment, read from where it stood at each time.

use serde::Serialize;

use crate::sandbox::amount::Hundredths;
use crate::sandbox::clock::Clock;
use crate::sandbox::payment::{Payment, PaymentStatus};
use crate::sandbox::standing::{Refund, Standing};

/// One thing that happened; what it is called is for the page to say.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct Step {
    pub date: String,
    pub event: &'static str,
    /// How much was taken or went back.
    pub amount: Option<Hundredths>,
    /// The id of what went back.
    pub id: Option<u64>,
    /// The card, or the reason.
    pub text: Option<String>,
}

/// Oldest first.
pub(super) fn history(payment: &Payment, clock: &Clock) -> Vec<Step> {
    let mut earlier: Option<&Standing> = None;
    let mut steps = Vec::new();
    for (at, standing) in &payment.past {
        let step =
            earlier.map_or(Step { event: "created", ..Step::default() }, |earlier| step(earlier, standing));
        steps.push(Step { date: clock.text_at(*at), ..step });
        earlier = Some(standing);
    }
    steps
}

fn step(earlier: &Standing, now: &Standing) -> Step {
    if earlier.status == now.status {
        return same_status(earlier, now);
    }
    let event = |event| Step { event, ..Step::default() };
    let failure = now.failure.as_ref().map(|failure| format!("{} {}", failure.code, failure.text));
    let card = now.card.as_ref().map(|card| card.pan.clone());
    match now.status {
        PaymentStatus::New => event("created"),
        PaymentStatus::Process => event("opened"),
        PaymentStatus::Success if now.captured => {
            Step { amount: now.clearing_amount, text: card, ..event("paid") }
        }
        PaymentStatus::Success => Step { text: card, ..event("held") },
        PaymentStatus::Error => Step { text: failure, ..event("declined") },
        PaymentStatus::Incomplete => event("expired"),
        PaymentStatus::Canceled => back("cancelled", now.cancels.last()),
        PaymentStatus::Rejected => back("rejected", now.refunds.last().or(now.cancels.last())),
    }
}

fn same_status(earlier: &Standing, now: &Standing) -> Step {
    if now.captured && !earlier.captured {
        return Step { event: "cleared", amount: now.clearing_amount, ..Step::default() };
    }
    if now.refunds.len() > earlier.refunds.len() {
        return back("refunded", now.refunds.last());
    }
    let changed = now.refunds.iter().zip(&earlier.refunds).find(|(now, earlier)| now != earlier);
    back("refund_failed", changed.map(|(now, _)| now))
}

fn back(event: &'static str, refund: Option<&Refund>) -> Step {
    Step {
        event,
        amount: refund.map(|refund| refund.amount),
        id: refund.map(|refund| refund.payment_id),
        ..Step::default()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::sandbox::clock::Moment;
    use crate::sandbox::payment::tests::{card, sample};
    use crate::sandbox::standing::Failure;

    fn at(seconds: u64) -> Moment {
        Moment { at: Duration::from_secs(seconds), text: String::new() }
    }

    fn events(payment: &Payment) -> Vec<(&'static str, Option<u64>)> {
        let steps = history(payment, &Clock::new(1));
        assert!(steps.iter().all(|step| step.date.len() == 19));
        steps.iter().map(|step| (step.event, step.amount.map(|amount| amount.0))).collect()
    }

    #[test]
    fn every_change_of_a_payment_is_told_once() {
        let mut payment = sample();
        payment.begin(&at(0));
        let mut declined = payment.clone();
        payment.terms.hold = true;
        payment.open(&at(1));
        payment.pay(card(), &at(2));
        payment.capture(Some(Hundredths(900)), &at(3)).unwrap();
        payment.refund(7, Some(Hundredths(300)), &at(4)).unwrap();
        payment.fail_refund(7, &at(5));
        payment.reject(8, &at(6));
        let told = [
            ("created", None),
            ("opened", None),
            ("held", None),
            ("cleared", Some(900)),
            ("refunded", Some(300)),
            ("refund_failed", Some(300)),
            ("rejected", Some(900)),
        ];
        assert_eq!(events(&payment), told);
        declined.fail(Failure::declined(), &at(1));
        assert_eq!(events(&declined), [("created", None), ("declined", None)]);
    }
}

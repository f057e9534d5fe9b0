//! One payment and what its merchant and its payer may do with it: pay or hold, clear, cancel, refund in parts.
//! An invoice is a payment too.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::amount::Hundredths;
use super::clock::Moment;
use super::message::Message;
use super::options::Timers;
use super::request::Problem;
use super::standing::{Failure, PayerCard, Refund, Standing};

/// A held payment that is neither cleared nor cancelled by then is cleared by itself.
const HELD_FOR: Duration = Duration::from_secs(5 * 86_400);

/// How a payment was begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PaymentKind {
    /// By an invoice.
    Invoice,
    /// On the gateway's page, or from the balance of a phone.
    Page,
    /// With a card that was stored earlier.
    Token,
}

/// Where a payment stands, in the gateway's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PaymentStatus {
    /// Made, and not yet seen by the payer.
    New,
    /// The payer is at it, or the merchant is being asked.
    Process,
    /// Paid or held; it stays so when it is refunded.
    Success,
    /// Declined.
    Error,
    /// Its time was over.
    Incomplete,
    /// It was held, and let go.
    Canceled,
    /// It was paid, and the merchant did not want it.
    Rejected,
}

impl PaymentStatus {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Process => "process",
            Self::Success => "success",
            Self::Error => "error",
            Self::Incomplete => "incomplete",
            Self::Canceled => "canceled",
            Self::Rejected => "rejected",
        }
    }

    /// Whether the payer has nothing more to do.
    pub(super) fn ended(self) -> bool {
        !matches!(self, Self::New | Self::Process)
    }

    /// Whether money was given for it, or still can be.
    pub(super) fn is_paid_or_open(self) -> bool {
        self == Self::Success || !self.ended()
    }
}

/// A payment, with everything that its merchant sent and all that has happened since.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Payment {
    /// Of an invoice, its invoice_id.
    pub payment_id: u64,
    /// Whose it is.
    pub merchant_id: u64,
    /// The merchant's own name for the sale; one order may have several payments.
    pub order_id: String,
    /// How it was begun.
    pub kind: PaymentKind,
    /// As the merchant wrote it, character for character.
    pub amount: String,
    /// Three letters.
    pub currency: String,
    /// What the payer reads.
    pub description: String,
    /// What else its merchant wants.
    pub(super) terms: Terms,
    /// `YYYY-MM-DD HH:MM:SS`.
    pub created_at: String,
    /// Where it stands now.
    #[serde(flatten)]
    pub now: Standing,
    /// The secret of the payer's link.
    pub customer: String,
    #[serde(skip)]
    pub(super) created: Duration,
    /// Where it stood, oldest first, and since when.
    #[serde(skip)]
    pub(super) past: Vec<(Duration, Standing)>,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Terms {
    /// Of an invoice, as the merchant wrote it.
    pub invoice_method: Option<String>,
    pub check_url: Option<String>,
    pub result_url: Option<String>,
    pub request_method: Option<String>,
    pub success: Option<Return>,
    pub failure: Option<Return>,
    /// Paying it only holds the money.
    pub hold: bool,
    pub lifetime: Option<Duration>,
    pub user_id: Option<String>,
    pub user_phone: Option<String>,
    pub user_email: Option<String>,
    pub testing: bool,
    /// The stored card that it is to be paid with.
    pub card_token: Option<String>,
    /// The merchant's own fields.
    pub own: Message,
}

/// Where the payer's browser goes back to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Return {
    pub url: String,
    pub post: bool,
}

/// What a clock does to a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Due {
    Pay,
    Decline,
    Expire,
    Capture,
}

impl Payment {
    /// The whole of it.
    pub fn total(&self) -> Hundredths {
        Hundredths::parse(&self.amount).unwrap_or_default()
    }

    /// Every change goes this way, so that the past is whole.
    fn change(&mut self, now: &Moment, change: impl FnOnce(&mut Standing)) {
        change(&mut self.now);
        self.past.push((now.at, self.now.clone()));
    }

    /// The payment is there from now on.
    pub(super) fn begin(&mut self, now: &Moment) {
        self.created = now.at;
        self.created_at = now.text.clone();
        self.change(now, |_| ());
    }

    /// Where it stood then; None is before it was made.
    pub(super) fn seen(&self, at: Duration) -> Option<&Standing> {
        self.past.iter().rev().find(|(since, _)| *since <= at).map(|(_, standing)| standing)
    }

    /// The payer has looked at it. Looking at one that has ended changes nothing.
    pub(super) fn open(&mut self, now: &Moment) {
        if self.now.status == PaymentStatus::New {
            self.change(now, |standing| standing.status = PaymentStatus::Process);
        }
    }

    pub(super) fn pay(&mut self, card: PayerCard, now: &Moment) {
        let (hold, total) = (self.terms.hold, self.total());
        self.change(now, |standing| {
            standing.status = PaymentStatus::Success;
            standing.captured = !hold;
            standing.clearing_amount = (!hold).then_some(total);
            standing.held_since = hold.then_some(now.at);
            standing.paid_at = Some(now.text.clone());
            standing.card = Some(card);
        });
    }

    pub(super) fn fail(&mut self, failure: Failure, now: &Moment) {
        self.change(now, |standing| {
            standing.status = PaymentStatus::Error;
            standing.failure = Some(failure);
        });
    }

    pub(super) fn expire(&mut self, now: &Moment) {
        self.change(now, |standing| {
            standing.status = PaymentStatus::Incomplete;
            standing.failure = Some(Failure { code: 10018, text: "its time is over".to_owned() });
        });
    }

    /// Takes what was held, all of it or a part; the rest is let go.
    pub(super) fn capture(
        &mut self,
        amount: Option<Hundredths>,
        now: &Moment,
    ) -> Result<Hundredths, Problem> {
        let amount = amount.unwrap_or(self.total());
        match self.now.status {
            PaymentStatus::Success if self.now.captured => {
                Err(Problem::new(10036, "the payment is cleared already"))
            }
            PaymentStatus::Success if amount > self.total() => Err(Problem::field(format!(
                "pg_clearing_amount {amount} is more than the {} that are held",
                self.total()
            ))),
            PaymentStatus::Success => {
                self.change(now, |standing| {
                    standing.captured = true;
                    standing.clearing_amount = Some(amount);
                });
                Ok(amount)
            }
            other => {
                Err(Problem::new(10035, format!("the payment cannot be cleared, it is {}", other.word())))
            }
        }
    }

    /// Lets go what was held.
    pub(super) fn cancel(&mut self, id: u64, now: &Moment) -> Result<(), Problem> {
        let total = self.total();
        match self.now.status {
            PaymentStatus::Success if self.now.captured => {
                Err(Problem::new(10012, "the payment is cleared and cannot be cancelled, only refunded"))
            }
            PaymentStatus::Success => {
                self.change(now, |standing| {
                    standing.status = PaymentStatus::Canceled;
                    standing.cancels.push(Refund::new(id, total, now));
                });
                Ok(())
            }
            PaymentStatus::Canceled => Err(Problem::new(10033, "the payment is cancelled already")),
            other => {
                Err(Problem::new(9013, format!("the payment cannot be cancelled, it is {}", other.word())))
            }
        }
    }

    /// Gives back what was taken, all that is left of it or a part.
    pub(super) fn refund(
        &mut self,
        id: u64,
        amount: Option<Hundredths>,
        now: &Moment,
    ) -> Result<(), Problem> {
        let left = self.refundable();
        let amount = amount.unwrap_or(left);
        match self.now.status {
            PaymentStatus::Success if !self.now.captured => {
                Err(Problem::new(10034, "the payment is held: clear it first, or cancel it"))
            }
            PaymentStatus::Success if left == Hundredths(0) => {
                Err(Problem::new(11018, "the payment is refunded already"))
            }
            PaymentStatus::Success if amount > left => {
                Err(Problem::new(10020, format!("{amount} is more than the {left} that can be refunded")))
            }
            PaymentStatus::Success => {
                self.change(now, |standing| standing.refunds.push(Refund::new(id, amount, now)));
                Ok(())
            }
            PaymentStatus::Canceled => Err(Problem::new(11017, "the payment was cancelled")),
            PaymentStatus::Rejected => Err(Problem::new(11018, "the payment is refunded already")),
            other => {
                Err(Problem::new(9013, format!("the payment cannot be refunded, it is {}", other.word())))
            }
        }
    }

    /// The merchant does not want what was paid or held: all of it goes back. False where there is nothing.
    pub(super) fn reject(&mut self, id: u64, now: &Moment) -> bool {
        if self.now.status != PaymentStatus::Success {
            return false;
        }
        let back = Refund::new(id, if self.now.captured { self.refundable() } else { self.total() }, now);
        self.change(now, |standing| {
            standing.status = PaymentStatus::Rejected;
            match standing.captured {
                true => standing.refunds.push(back),
                false => standing.cancels.push(back),
            }
        });
        true
    }

    /// The money of a refund has not gone after all. It stays in the list, as the gateway leaves it.
    pub(super) fn fail_refund(&mut self, id: u64, now: &Moment) {
        self.change(now, |standing| {
            for refund in standing.refunds.iter_mut().filter(|refund| refund.payment_id == id) {
                refund.succeeded = false;
            }
        });
    }

    pub(super) fn refundable(&self) -> Hundredths {
        self.now.clearing_amount.unwrap_or_default().minus(self.now.refunded())
    }

    /// What happens to it next by itself, and when. Of two that are due at once the earlier in this list wins.
    pub(super) fn due(&self, timers: &Timers) -> Option<(Duration, Due)> {
        let standing = &self.now;
        if standing.status == PaymentStatus::Success && !standing.captured {
            return Some((standing.held_since?.saturating_add(HELD_FOR), Due::Capture));
        }
        if standing.status.ended() {
            return None;
        }
        [
            (timers.pay_after, Due::Pay),
            (timers.decline_after, Due::Decline),
            (timers.expire_after, Due::Expire),
            (self.terms.lifetime, Due::Expire),
        ]
        .into_iter()
        .filter_map(|(after, due)| Some((self.created.saturating_add(after?), due)))
        .min_by_key(|(at, _)| *at)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in crate::sandbox) fn sample() -> Payment {
        Payment {
            payment_id: 1_000_001,
            merchant_id: 123_456,
            order_id: "00102".to_owned(),
            kind: PaymentKind::Page,
            amount: "10.5".to_owned(),
            currency: "KZT".to_owned(),
            description: "Ticket".to_owned(),
            terms: Terms::default(),
            created_at: String::new(),
            now: Standing::default(),
            customer: "abc".to_owned(),
            created: Duration::from_secs(10),
            past: Vec::new(),
        }
    }

    pub(in crate::sandbox) fn card() -> PayerCard {
        PayerCard::default()
    }

    fn at(seconds: u64) -> Moment {
        Moment { at: Duration::from_secs(seconds), text: format!("second {seconds}") }
    }

    fn code<T: std::fmt::Debug>(outcome: Result<T, Problem>) -> u32 {
        outcome.unwrap_err().code
    }

    #[test]
    fn refunds_add_up_to_no_more_than_was_taken() {
        let mut payment = sample();
        assert_eq!(code(payment.refund(1, None, &at(0))), 9013);
        payment.pay(card(), &at(1));
        assert_eq!(payment.refundable(), Hundredths(1050));
        assert_eq!(code(payment.refund(2, Some(Hundredths(1051)), &at(2))), 10020);
        assert_eq!(payment.refund(3, Some(Hundredths(1)), &at(3)), Ok(()));
        assert_eq!(payment.refund(4, Some(Hundredths(1000)), &at(4)), Ok(()));
        assert_eq!(payment.refundable(), Hundredths(49));
        payment.fail_refund(4, &at(4));
        assert_eq!(payment.refundable(), Hundredths(1049));
        assert_eq!(code(payment.refund(5, Some(Hundredths(1050)), &at(5))), 10020);
        assert_eq!(payment.refund(6, None, &at(6)), Ok(()));
        assert_eq!(code(payment.refund(7, None, &at(7))), 11018);
        assert_eq!(payment.now.status, PaymentStatus::Success);
        let refunds: Vec<_> =
            payment.now.refunds.iter().map(|refund| (refund.payment_id, refund.amount.0)).collect();
        assert_eq!(refunds, [(3, 1), (4, 1000), (6, 1049)]);
    }

    #[test]
    fn a_hold_is_cleared_or_cancelled_once() {
        let mut held = sample();
        held.terms.hold = true;
        assert_eq!((code(held.capture(None, &at(0))), code(held.cancel(1, &at(0)))), (10035, 9013));
        held.pay(card(), &at(1));
        assert_eq!((held.now.captured, held.now.clearing_amount), (false, None));
        assert_eq!(code(held.refund(1, None, &at(2))), 10034);

        let mut cancelled = held.clone();
        assert_eq!(cancelled.cancel(2, &at(2)), Ok(()));
        assert_eq!(cancelled.now.cancelled(), Hundredths(1050));
        assert_eq!(code(cancelled.cancel(3, &at(3))), 10033);
        assert_eq!(code(cancelled.capture(None, &at(3))), 10035);
        assert_eq!(code(cancelled.refund(3, None, &at(3))), 11017);

        assert_eq!(code(held.capture(Some(Hundredths(1051)), &at(2))), 200);
        assert_eq!(held.capture(Some(Hundredths(400)), &at(2)), Ok(Hundredths(400)));
        assert_eq!((code(held.capture(None, &at(3))), code(held.cancel(3, &at(3)))), (10036, 10012));
        assert_eq!(code(held.refund(4, Some(Hundredths(401)), &at(4))), 10020);
        assert_eq!(held.refund(5, None, &at(5)), Ok(()));
        assert_eq!(held.now.refunded(), Hundredths(400));
    }

    #[test]
    fn the_past_can_be_looked_at() {
        let mut payment = sample();
        payment.begin(&at(10));
        payment.pay(card(), &at(20));
        payment.refund(1, None, &at(30)).unwrap();
        let seen =
            |second| payment.seen(Duration::from_secs(second)).map(|seen| (seen.status, seen.refunds.len()));
        assert_eq!(seen(9), None);
        assert_eq!(seen(10), Some((PaymentStatus::New, 0)));
        assert_eq!(seen(29), Some((PaymentStatus::Success, 0)));
        assert_eq!(seen(30), Some((PaymentStatus::Success, 1)));
    }

    #[test]
    fn the_timer_that_is_due_first_decides() {
        let seconds = |count: u64| Some(Duration::from_secs(count));
        let timers =
            |pay_after, decline_after, expire_after| Timers { pay_after, decline_after, expire_after };
        for (timers, due) in [
            (timers(None, None, None), None),
            (timers(seconds(3), None, None), Some((13, Due::Pay))),
            (timers(seconds(3), seconds(2), None), Some((12, Due::Decline))),
            (timers(seconds(3), seconds(2), seconds(1)), Some((11, Due::Expire))),
            (timers(seconds(3), seconds(3), seconds(3)), Some((13, Due::Pay))),
        ] {
            let mut payment = sample();
            let due = due.map(|(second, due)| (Duration::from_secs(second), due));
            assert_eq!(payment.due(&timers), due, "{timers:?}");
            payment.pay(card(), &at(11));
            assert_eq!(payment.due(&timers), None);
        }
        let mut held = sample();
        held.terms.hold = true;
        held.terms.lifetime = seconds(300);
        assert_eq!(held.due(&Timers::default()), Some((Duration::from_secs(310), Due::Expire)));
        held.pay(card(), &at(20));
        assert_eq!(held.due(&Timers::default()), Some((Duration::from_secs(20 + 5 * 86_400), Due::Capture)));
    }
}

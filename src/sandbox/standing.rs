//! Where a payment stands: what was paid with what, taken, let go and given back.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::amount::Hundredths;
use super::clock::Moment;
use super::payment::PaymentStatus;

/// The card token that pays.
pub const CARD_OK: &str = "sandbox-card-ok";
/// The card token that is declined.
pub const CARD_DECLINED: &str = "sandbox-card-declined";

/// What can change about a payment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// In the gateway's words.
    pub status: PaymentStatus,
    /// Whether the money was taken; until then a paid one is held.
    pub captured: bool,
    /// How much of it was taken.
    pub clearing_amount: Option<Hundredths>,
    /// `YYYY-MM-DD HH:MM:SS`.
    pub paid_at: Option<String>,
    /// What it was paid with.
    pub card: Option<PayerCard>,
    /// Why it was not paid.
    pub failure: Option<Failure>,
    /// What was let go of a held payment.
    pub cancels: Vec<Refund>,
    /// What was given back, in order.
    pub refunds: Vec<Refund>,
    /// On the sandbox's clock.
    #[serde(skip)]
    pub(super) held_since: Option<Duration>,
}

impl Default for Standing {
    fn default() -> Self {
        Standing {
            status: PaymentStatus::New,
            captured: false,
            clearing_amount: None,
            paid_at: None,
            card: None,
            failure: None,
            cancels: Vec::new(),
            refunds: Vec::new(),
            held_since: None,
        }
    }
}

/// What a payer pays with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PayerCard {
    /// Masked.
    pub pan: String,
    /// What the merchant may store of it.
    pub token: String,
}

/// The card that everybody in a sandbox has.
impl Default for PayerCard {
    fn default() -> Self {
        PayerCard { pan: "4111-11XX-XXXX-1111".to_owned(), token: CARD_OK.to_owned() }
    }
}

/// Why a payment was not paid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// One of the gateway's codes.
    pub code: u32,
    /// One sentence.
    pub text: String,
}

impl Failure {
    /// What the payer's bank says.
    pub(super) fn declined() -> Self {
        Failure { code: 10009, text: "the bank has declined: not enough money".to_owned() }
    }

    /// What the merchant says when it is asked; nothing, where it does not answer.
    pub(super) fn refused(description: Option<&str>) -> Self {
        let text = description.unwrap_or("the shop does not take the payment");
        Failure { code: 10016, text: text.to_owned() }
    }
}

/// Money on its way back, which is a payment of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refund {
    /// Its own id.
    pub payment_id: u64,
    /// How much was asked for, without a sign.
    pub amount: Hundredths,
    /// Whether the money has gone; one that has not counts for nothing.
    pub succeeded: bool,
    /// `YYYY-MM-DD HH:MM:SS`.
    pub date: String,
}

impl Standing {
    pub(super) fn refunded(&self) -> Hundredths {
        sum(&self.refunds)
    }

    pub(super) fn cancelled(&self) -> Hundredths {
        sum(&self.cancels)
    }
}

fn sum(refunds: &[Refund]) -> Hundredths {
    refunds
        .iter()
        .filter(|refund| refund.succeeded)
        .fold(Hundredths(0), |sum, refund| sum.plus(refund.amount))
}

impl Refund {
    pub(super) fn new(payment_id: u64, amount: Hundredths, now: &Moment) -> Self {
        Refund { payment_id, amount, succeeded: true, date: now.text.clone() }
    }
}

//! What any answer says of a payment, for those who send calls of their own.

use super::{PaymentStatus, captured, is_paid, status};
use crate::answer::Answer;

impl Answer {
    /// Where the payment stands that the answer is about; none where it does not say.
    pub fn payment_status(&self) -> Option<PaymentStatus> {
        status(self)
    }

    /// Whether the answer says that the money was paid and taken.
    pub fn is_payment_paid(&self) -> bool {
        is_paid(self)
    }

    /// Whether the money was taken; `false` is a hold, and none where the answer does not say.
    pub fn is_payment_captured(&self) -> Option<bool> {
        captured(self)
    }
}

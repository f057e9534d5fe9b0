//! What any answer says of a payment, for those who send calls of their own.

use super::{PaymentStatus, captured, is_paid, status};
use crate::invoice;
use crate::wire::Answer;

impl Answer {
    /// The moment of the answer (`dt`) in seconds since 1970; none when it is absent or cannot be read.
    pub fn unix_time(&self) -> Option<i64> {
        invoice::unix_time(&self.document)
    }

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

//! A payment as an invoice: new, process, then one of three ends.

use serde::Serialize;

use super::payment::{Payment, PaymentKind, PaymentStatus};
use super::standing::PayerCard;

/// Where an invoice stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum InvoiceState {
    /// Made, and not yet seen by the payer.
    New,
    /// The payer has opened it.
    Process,
    /// Paid.
    Ok,
    /// Declined.
    Failed,
    /// Expired.
    Incomplete,
}

impl InvoiceState {
    /// The gateway's word.
    pub fn word(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Process => "process",
            Self::Ok => "ok",
            Self::Failed => "failed",
            Self::Incomplete => "incomplete",
        }
    }

    /// Whether the invoice stays as it is from now on.
    pub fn ended(self) -> bool {
        matches!(self, Self::Ok | Self::Failed | Self::Incomplete)
    }
}

/// An invoice, with everything that its merchant sent.
#[derive(Clone, Debug, Serialize)]
pub struct Invoice {
    /// The first of a sandbox is 1000001.
    pub invoice_id: u64,
    /// The merchant's own name for the sale; one order may have several invoices.
    pub order_id: String,
    /// Whose it is.
    pub merchant_id: u64,
    /// As the merchant wrote it, character for character.
    pub amount: String,
    /// Three letters; KZT where the merchant sent none.
    pub currency: String,
    /// What the payer reads.
    pub description: String,
    /// As the merchant wrote it: `qr`.
    pub invoice_method: String,
    /// Where the merchant wants to be asked before it is paid.
    pub check_url: Option<String>,
    /// Where the merchant wants to be told how it has ended.
    pub result_url: Option<String>,
    /// `GET`, `POST` or `XML`.
    pub request_method: Option<String>,
    /// Where it stands now.
    #[serde(rename = "invoice_status")]
    pub state: InvoiceState,
    /// The secret of the payer's link.
    pub customer: String,
    /// What it was paid with.
    #[serde(skip)]
    pub(super) card: Option<PayerCard>,
}

/// None is a payment that was begun in another way.
impl Invoice {
    pub(super) fn of(payment: &Payment) -> Option<Invoice> {
        let terms = &payment.terms;
        (payment.kind == PaymentKind::Invoice).then(|| Invoice {
            invoice_id: payment.payment_id,
            order_id: payment.order_id.clone(),
            merchant_id: payment.merchant_id,
            amount: payment.amount.clone(),
            currency: payment.currency.clone(),
            description: payment.description.clone(),
            invoice_method: terms.invoice_method.clone().unwrap_or_default(),
            check_url: terms.check_url.clone(),
            result_url: terms.result_url.clone(),
            request_method: terms.request_method.clone(),
            state: payment.now.status.into(),
            customer: payment.customer.clone(),
            card: payment.now.card.clone(),
        })
    }
}

impl From<PaymentStatus> for InvoiceState {
    fn from(status: PaymentStatus) -> Self {
        match status {
            PaymentStatus::New => Self::New,
            PaymentStatus::Process => Self::Process,
            PaymentStatus::Success => Self::Ok,
            PaymentStatus::Error | PaymentStatus::Canceled | PaymentStatus::Rejected => Self::Failed,
            PaymentStatus::Incomplete => Self::Incomplete,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::payment::tests::{card, sample};

    #[test]
    fn an_invoice_is_what_its_payment_is() {
        let mut payment = sample();
        assert!(Invoice::of(&payment).is_none());
        payment.kind = PaymentKind::Invoice;
        payment.now.card = Some(card());
        for (status, state) in [
            (PaymentStatus::New, InvoiceState::New),
            (PaymentStatus::Process, InvoiceState::Process),
            (PaymentStatus::Success, InvoiceState::Ok),
            (PaymentStatus::Error, InvoiceState::Failed),
            (PaymentStatus::Rejected, InvoiceState::Failed),
            (PaymentStatus::Incomplete, InvoiceState::Incomplete),
        ] {
            payment.now.status = status;
            let invoice = Invoice::of(&payment).unwrap();
            assert_eq!((invoice.state, invoice.amount.as_str()), (state, "10.5"));
            assert_eq!(invoice.state.ended(), status.ended());
        }
    }
}

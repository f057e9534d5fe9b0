//! Asking the gateway whether a callback is true, and whether it is about the merchant's own sale.

use super::{Callback, CallbackKind};
use crate::answer::InvoiceStatus;
use crate::cancel::Cancel;
use crate::client::Client;
use crate::journal::{Ended, Invoiced, Journal, Shop, State};
use crate::outcome::{Advice, Code, Error, Sent, shown};
use crate::payment::{Payment, PayoutQuestion};
use crate::wire::positive;

impl Client {
    /// Asks the gateway about what a callback speaks of: the proof that a callback is not. With a journal, order, amount and
    /// currency must be those of the sale, and a sale that was paid is pending no more, also one whose init's answer was lost.
    ///
    /// # Errors
    /// `Conflict` when the gateway's word, or the journal's, is about another order, amount or currency than the
    /// callback; everything that a status question can end with.
    pub fn callback_confirm(&self, callback: &Callback) -> Result<Payment, Error> {
        let payment = match callback.kind {
            CallbackKind::Payout => {
                let order_id = callback.field("pg_order_id").ok_or_else(|| lacks("pg_order_id"))?;
                let payout = self.payout_status(order_id, PayoutQuestion::default())?;
                for name in ["pg_payment_id", "pg_payment_amount"] {
                    agree(name, callback.field(name), payout.answer().document.get(name))
                        .map_err(|what| contradiction(what, &payout))?;
                }
                return Ok(payout);
            }
            _ => {
                let id = callback
                    .field("pg_payment_id")
                    .and_then(positive)
                    .ok_or_else(|| lacks("pg_payment_id"))?;
                self.payment_status(id)?
            }
        };
        for (name, said) in [
            ("pg_order_id", payment.order_id()),
            ("pg_amount", payment.amount()),
            ("pg_currency", payment.currency()),
        ] {
            agree(name, callback.field(name), said).map_err(|what| contradiction(what, &payment))?;
        }
        self.fits_the_sale(&payment)?;
        self.note_paid(&payment);
        Ok(payment)
    }

    /// An invoice whose payment is proved has ended, and is not pending any more.
    fn note_paid(&self, payment: &Payment) {
        let cancel = Cancel::default();
        if let (Some(journal), Some(id), true) =
            (self.journal(self.until(&cancel)), payment.id(), payment.is_paid())
        {
            let (journal, shop) = (journal.to_record(), self.shop());
            self.noted(adopt_paid(journal, &shop, id, payment));
            self.noted(journal.follow(&shop, id, InvoiceStatus::Ok));
        }
    }

    /// Whether the payment is the one of the journal's sale, where the journal has it.
    fn fits_the_sale(&self, payment: &Payment) -> Result<(), Error> {
        let cancel = Cancel::default();
        let (Some(journal), Some(order_id)) = (self.journal(self.until(&cancel)), payment.order_id()) else {
            return Ok(());
        };
        let Some(sale) = journal.find(&self.shop(), order_id)? else { return Ok(()) };
        let other_invoice = match (&sale.known, payment.id()) {
            (Some(known), Some(id)) => known.invoice_id != id,
            _ => false,
        };
        let another_amount = payment.amount().is_some_and(|amount| plain(amount) != plain(&sale.amount));
        if other_invoice || another_amount || !sale.fits(payment.amount(), payment.currency()) {
            let what = format!(
                "order {} was begun with {} {}, and the payment {} is another",
                shown(order_id),
                sale.amount,
                sale.currency.as_deref().unwrap_or_default(),
                payment.id().unwrap_or(0),
            );
            return Err(contradiction(what, payment));
        }
        Ok(())
    }
}

/// A sale whose payment is proved exists, whatever was believed of its init: the answer was lost, or could not be written.
fn adopt_paid(journal: Journal<'_>, shop: &Shop, invoice_id: i64, payment: &Payment) -> Result<(), Error> {
    let Some(order_id) = payment.order_id() else { return Ok(()) };
    match journal.find(shop, order_id)? {
        Some(sale) if sale.state != State::Known => {
            let http_status = payment.answer().http_status;
            let paid = Invoiced { invoice_id, status: InvoiceStatus::Ok, http_status, answer: None };
            journal.end(shop, order_id, sale.attempt, &Ended::Known(paid))
        }
        _ => Ok(()),
    }
}

fn lacks(name: &str) -> Error {
    Error::argument(format!("the callback has no {name} to ask about; nothing was sent"))
}

/// The gateway has answered, and of something else than was to be confirmed.
fn contradiction(what: String, payment: &Payment) -> Error {
    Error::new(Code::Conflict, Sent::Yes, Advice::Fix, what).with_answer(payment.answer().clone())
}

/// Whether the callback and the gateway say the same; what either leaves out fits. The error says what differs.
fn agree(name: &str, called: Option<&str>, said: Option<&str>) -> Result<(), String> {
    let (Some(called), Some(said)) = (called, said) else { return Ok(()) };
    let same = if name.ends_with("_amount") { plain(called) == plain(said) } else { called == said };
    if same {
        return Ok(());
    }
    Err(format!("the callback's {name} is {}, the gateway's {}", shown(called), shown(said)))
}

/// A decimal number without the zeros that say nothing: `10.50` is `10.5`.
fn plain(amount: &str) -> &str {
    let amount = amount.trim();
    if amount.contains('.') { amount.trim_end_matches('0').trim_end_matches('.') } else { amount }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_the_same_by_their_value() {
        for (one, other, same) in [
            ("10", "10.00", true),
            ("10.50", "10.5", true),
            ("9.9900", "9.99", true),
            ("10", "100", false),
            ("10.05", "10.5", false),
        ] {
            assert_eq!(agree("pg_amount", Some(one), Some(other)).is_ok(), same, "{one} {other}");
        }
        assert!(agree("pg_order_id", Some("7"), Some("8")).is_err());
        assert!(agree("pg_currency", None, Some("KZT")).is_ok());
    }
}

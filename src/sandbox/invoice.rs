//! One invoice and the states it passes through: new, process, then one of three ends that is never left.

use std::time::Duration;

use serde::Serialize;

use super::options::Timers;

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
    /// Kept, and never called.
    pub check_url: Option<String>,
    /// Kept, and never called.
    pub result_url: Option<String>,
    /// `GET`, `POST` or `XML`.
    pub request_method: Option<String>,
    /// Where it stands now.
    #[serde(rename = "invoice_status")]
    pub state: InvoiceState,
    /// The secret of the payer's link.
    pub customer: String,
    /// On the sandbox's clock.
    #[serde(skip)]
    pub(super) created: Duration,
}

impl Invoice {
    /// Refused, and nothing changed, once the invoice has ended.
    pub(super) fn enter(&mut self, state: InvoiceState) -> Result<(), Ended> {
        if self.state.ended() {
            return Err(Ended(self.state));
        }
        self.state = state;
        Ok(())
    }

    /// The payer has looked at it. Looking at an ended invoice changes nothing.
    pub(super) fn open(&mut self) {
        if self.state == InvoiceState::New {
            self.state = InvoiceState::Process;
        }
    }

    /// Lets happen what was due by `now`. Of two timers due at once the earlier in this list wins.
    pub(super) fn settle(&mut self, now: Duration, timers: &Timers) {
        let age = now.saturating_sub(self.created);
        let due = [
            (timers.pay_after, InvoiceState::Ok),
            (timers.decline_after, InvoiceState::Failed),
            (timers.expire_after, InvoiceState::Incomplete),
        ]
        .into_iter()
        .filter_map(|(after, state)| after.filter(|after| *after <= age).map(|after| (after, state)))
        .min_by_key(|(after, _)| *after);
        if let (Some((_, state)), false) = (due, self.state.ended()) {
            self.state = state;
        }
    }

    /// The masked card number, once paid.
    pub(super) fn card_pan(&self) -> Option<&'static str> {
        (self.state == InvoiceState::Ok).then_some("4111-11XX-XXXX-1111")
    }
}

/// The invoice has ended, in this state, and stays there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ended(pub InvoiceState);

#[cfg(test)]
pub(super) fn sample() -> Invoice {
    Invoice {
        invoice_id: 1_000_001,
        order_id: "00102".to_owned(),
        merchant_id: 123_456,
        amount: "10.50".to_owned(),
        currency: "KZT".to_owned(),
        description: "Ticket".to_owned(),
        invoice_method: "qr".to_owned(),
        check_url: None,
        result_url: None,
        request_method: None,
        state: InvoiceState::New,
        customer: "abc".to_owned(),
        created: Duration::from_secs(10),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_is_never_left() {
        for end in [InvoiceState::Ok, InvoiceState::Failed, InvoiceState::Incomplete] {
            let mut invoice = sample();
            assert_eq!(invoice.enter(end), Ok(()));
            invoice.open();
            for next in [InvoiceState::New, InvoiceState::Process, InvoiceState::Ok, InvoiceState::Failed] {
                assert_eq!(invoice.enter(next), Err(Ended(end)));
            }
            invoice.settle(Duration::MAX, &Timers { pay_after: Some(Duration::ZERO), ..Timers::default() });
            assert_eq!(invoice.state, end);
        }
    }

    #[test]
    fn the_timer_that_is_due_first_decides() {
        let seconds = |count: u64| Some(Duration::from_secs(count));
        let timers =
            |pay_after, decline_after, expire_after| Timers { pay_after, decline_after, expire_after };
        for (timers, at, state) in [
            (timers(None, None, None), 1000, InvoiceState::New),
            (timers(seconds(3), None, None), 12, InvoiceState::New),
            (timers(seconds(3), None, None), 13, InvoiceState::Ok),
            (timers(seconds(3), seconds(2), None), 100, InvoiceState::Failed),
            (timers(seconds(3), seconds(2), seconds(1)), 100, InvoiceState::Incomplete),
            (timers(seconds(3), seconds(3), seconds(3)), 13, InvoiceState::Ok),
        ] {
            let mut invoice = sample();
            invoice.settle(Duration::from_secs(at), &timers);
            assert_eq!(invoice.state, state, "{timers:?} at {at}");
        }
    }

    #[test]
    fn a_card_is_shown_only_once_paid() {
        let mut invoice = sample();
        assert_eq!(invoice.card_pan(), None);
        invoice.state = InvoiceState::Ok;
        assert_eq!(invoice.card_pan(), Some("4111-11XX-XXXX-1111"));
    }
}

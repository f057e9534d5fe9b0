//! A sale that survives a power cut: init through the journal, what is still open, and finding out.

use super::kept::repeat;
use super::{InvoiceRequest, Subject};
use crate::answer::Invoice;
use crate::cancel::{Cancel, Until};
use crate::client::Client;
use crate::journal::{Begun, Counts, Ended, Invoiced, Journal, NewSale, Sale, Shop, State};
use crate::log::Level;
use crate::outcome::{Advice, Code, Error, NOT_FOUND_COUNTS_AFTER_MS, Nature, Sent, shown};

/// A sale whose end is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingSale {
    /// The merchant's id of the order.
    pub order_id: String,
    /// The gateway's id; none when init's answer was lost.
    pub invoice_id: Option<i64>,
    /// The amount as it was asked for.
    pub amount: String,
}

impl Client {
    /// Every sale in the journal whose end is not known, the oldest first: in flight when the power failed, lost in
    /// the network, or still open when the till gave up waiting. Asks the gateway nothing.
    ///
    /// # Errors
    /// `Config` without a journal, `Journal` when it cannot be read.
    pub fn pending(&self) -> Result<Vec<PendingSale>, Error> {
        self.log().flush();
        let cancel = Cancel::default();
        let sales = self.required_journal(self.until(&cancel))?.pending(&self.shop())?;
        Ok(sales
            .into_iter()
            .map(|sale| PendingSale {
                order_id: sale.order_id,
                invoice_id: sale.known.map(|known| known.invoice_id),
                amount: sale.amount,
            })
            .collect())
    }

    /// The invoice that the journal has for an order, with the QR of init's answer, where it was last seen to stand. Asks
    /// the gateway nothing. None: the journal has no such sale, or does not know its invoice.
    ///
    /// # Errors
    /// `Config` without a journal, `Journal` when it cannot be read, `Argument`.
    pub fn invoice_kept(&self, order_id: &str) -> Result<Option<Invoice>, Error> {
        super::request::check_order_id(order_id)?;
        self.log().flush();
        let cancel = Cancel::default();
        match self.required_journal(self.until(&cancel))?.find(&self.shop(), order_id)? {
            Some(sale) if sale.state == State::Known => repeat(sale).map(Some).map_err(Error::journal),
            _ => Ok(None),
        }
    }

    /// Asks the gateway about a journalled sale until it knows, within the configured timeout.
    ///
    /// # Errors
    /// `Refused` with the gateway's "not found" when the sale certainly does not exist: a new attempt is safe. `Unknown` while
    /// that is not certain, also of an invoice that the gateway has made and does not show; `Conflict` when the gateway has it
    /// with another amount or currency; `Argument` when the journal does not have the order.
    pub fn invoice_recover(&self, order_id: &str) -> Result<Invoice, Error> {
        let cancel = Cancel::default();
        super::request::check_order_id(order_id)?;
        let (shop, until) = (self.shop(), self.until(&cancel));
        let journal = self.required_journal(until)?;
        let mut not_found = None;
        let find = || {
            journal.find(&shop, order_id)?.ok_or_else(|| {
                Error::argument(format!("order {} is not in the journal; nothing was sent", shown(order_id)))
            })
        };
        loop {
            let sale = find()?;
            let (error, counts) = match self.ask(journal, &shop, &sale, until) {
                Err(Asked::NotFound { error, counts }) => (error, counts),
                // The last question failed, as it does when time is over; what is known was known before.
                Err(Asked::Failed(_)) if not_found.is_some() => {
                    return Err(not_found.unwrap_or_else(Error::internal));
                }
                end => return end.map_err(|asked| asked.explain(&sale)),
            };
            // A payer may hold its code, however long the gateway does not show it.
            if counts && sale.state == State::Known {
                return Err(Asked::NotFound { error, counts }.explain(&sale));
            }
            if counts {
                if sale.state.may_have_arrived() {
                    journal.to_record().end(&shop, order_id, sale.attempt, &Ended::NotSent)?;
                }
                // Another process may have begun a new attempt in the meantime: then this one's end says nothing.
                let now = find()?;
                if now.attempt == sale.attempt && !now.state.may_have_arrived() {
                    return Err(error);
                }
                continue;
            }
            let waiting = Asked::NotFound { error, counts }.explain(&sale);
            let next = std::time::Instant::now() + self.config.poll_interval;
            if next >= until.deadline || !until.cancel.sleep_until(next) {
                return Err(waiting);
            }
            not_found = Some(waiting);
        }
    }

    /// Creates an invoice as the journal allows: sends it, repeats the one that exists, or asks first.
    pub(super) fn init_journalled(
        &self,
        journal: Journal<'_>,
        request: &InvoiceRequest,
        until: Until<'_>,
    ) -> Result<Invoice, Error> {
        let shop = self.shop();
        let new = self.new_sale(request);
        match journal.begin(&shop, &new)? {
            Begun::Send { attempt } => self.init_noted(journal, &shop, request, attempt, until),
            Begun::Known(sale) => {
                self.warn_of_ended(&sale);
                repeat(sale).map_err(|reason| Error::journal(format!("{reason}; nothing was sent")))
            }
            Begun::Ask(sale) => match self.ask(journal, &shop, &sale, until) {
                Ok(invoice) => Ok(invoice),
                Err(Asked::NotFound { counts: true, .. })
                    if journal.begin_again(&shop, &self.new_sale(request), sale.attempt)? =>
                {
                    self.init_noted(journal, &shop, request, sale.attempt + 1, until)
                }
                Err(asked) => Err(asked.explain(&sale)),
            },
        }
    }

    /// A till that counts its orders anew each day is answered with the day before's sale, which may be paid.
    fn warn_of_ended(&self, sale: &Sale) {
        let status = sale.known.as_ref().and_then(|known| known.status);
        if let Some(status) = status.filter(|status| status.is_final()) {
            let (order_id, word) = (shown(&sale.order_id), status.word());
            self.log().write(
                Level::Warn,
                format_args!(
                    "order {order_id} has ended ({word}) and is given again; a new sale needs a new order id"
                ),
            );
        }
    }

    fn new_sale<'a>(&self, request: &'a InvoiceRequest) -> NewSale<'a> {
        let now_ms = self.clock.now_ms();
        NewSale {
            order_id: request.order_id(),
            amount: request.amount(),
            currency: request.options.currency(),
            now_ms,
            counts: self.counts_of_new(now_ms),
        }
    }

    /// From when on "not found" counts for an attempt that is begun now.
    pub(crate) fn counts_of_new(&self, now_ms: i64) -> Counts {
        // Its request may still leave until its deadline, also when its process has died.
        let longest = i64::try_from(self.config.timeout.as_millis()).unwrap_or(i64::MAX);
        self.counts_in(now_ms, longest.saturating_add(NOT_FOUND_COUNTS_AFTER_MS))
    }

    /// From when on "not found" counts for an attempt whose outcome was lost now.
    pub(crate) fn counts_of_lost(&self) -> Counts {
        self.counts_in(self.clock.now_ms(), NOT_FOUND_COUNTS_AFTER_MS)
    }

    fn counts_in(&self, now_ms: i64, ms: i64) -> Counts {
        let uptime = self.clock.uptime().map(|uptime| uptime.plus(ms));
        Counts { at_ms: now_ms.saturating_add(ms), uptime }
    }

    /// Sends an init that the journal has allowed, and writes how it ended.
    fn init_noted(
        &self,
        journal: Journal<'_>,
        shop: &Shop,
        request: &InvoiceRequest,
        attempt: i64,
        until: Until<'_>,
    ) -> Result<Invoice, Error> {
        let result = self
            .init_until(request, until)
            .and_then(|invoice| self.not_anothers(invoice, request.order_id(), Nature::Opening, until));
        let end = match &result {
            Ok(invoice) => known(invoice, true),
            // What an earlier attempt is the reason for refuses this attempt, not that one.
            Err(error) if error.code() == Code::Refused && !error.leaves_open() => Ended::Refused,
            Err(error) if error.sent() == Sent::No => Ended::NotSent,
            Err(_) => Ended::Unknown { counts: self.counts_of_lost() },
        };
        self.noted(journal.to_record().end(shop, request.order_id(), attempt, &end));
        result
    }

    /// Asks where a sale stands whose invoice is known; of another whether it exists, and adopts it if so.
    fn ask(
        &self,
        journal: Journal<'_>,
        shop: &Shop,
        sale: &Sale,
        until: Until<'_>,
    ) -> Result<Invoice, Asked> {
        let (asked_at_ms, uptime) = (self.clock.now_ms(), self.clock.uptime());
        let known = sale.known.as_ref().filter(|_| sale.state == State::Known);
        let end = match known {
            Some(known) => self.status_until(known.invoice_id, until),
            None => self.by_order_until(&sale.order_id, until),
        };
        let error = match end {
            Ok(invoice) if known.is_none() && !sale.fits(invoice.amount(), invoice.currency()) => {
                return Err(Asked::Another(Box::new(invoice)));
            }
            Ok(invoice) => return Ok(invoice),
            Err(error) if error.is_not_found() => error,
            Err(error) => return Err(Asked::Failed(error)),
        };
        if sale.state.certainly_failed() {
            return Err(Asked::NotFound { error, counts: true });
        }
        if asked_at_ms < sale.tried_at_ms {
            let postponed = journal.to_record().postpone(shop, &sale.order_id, sale.attempt, asked_at_ms);
            self.noted(postponed);
        }
        let counts = sale.counts.has_come(asked_at_ms, uptime.as_ref());
        Err(Asked::NotFound { error, counts })
    }

    /// An invoice that the journal knows as another order's is not this order's: answers were mixed up on the way.
    pub(super) fn not_anothers(
        &self,
        invoice: Invoice,
        order_id: &str,
        nature: Nature,
        until: Until<'_>,
    ) -> Result<Invoice, Error> {
        let Some(journal) = self.journal(until) else { return Ok(invoice) };
        let owner = journal.to_record().order_of(&self.shop(), invoice.id()).unwrap_or_else(|error| {
            self.noted(Err(error));
            None
        });
        match owner {
            Some(other) if other != order_id => {
                let reason = format!("its invoice {} is that of order {}", invoice.id(), shown(&other));
                Err(crate::client::unreadable(nature, &reason, invoice.into_answer()))
            }
            _ => Ok(invoice),
        }
    }

    /// Writes what the gateway said of an invoice; a journal that fails now must not hide the answer.
    pub(super) fn note(&self, invoice: &Invoice, subject: Subject<'_>, until: Until<'_>) {
        let Some(journal) = self.journal(until).map(Journal::to_record) else { return };
        let shop = self.shop();
        if let Subject::Order(order_id) = subject {
            self.noted(adopt(journal, &shop, order_id, invoice));
        }
        self.noted(journal.follow(&shop, invoice.id(), invoice.status()));
    }

    pub(crate) fn noted(&self, result: Result<(), Error>) {
        if let Err(error) = result {
            self.log().write(Level::Error, format_args!("the sale's progress is not journalled: {error}"));
        }
    }

    pub(crate) fn required_journal<'a>(&'a self, until: Until<'a>) -> Result<Journal<'a>, Error> {
        self.journal(until).ok_or_else(|| Error::config("no journal is set"))
    }

    pub(crate) fn shop(&self) -> Shop {
        let gateway = self.config.base_url.as_str().trim_end_matches('/').to_owned();
        Shop { gateway, merchant_id: self.merchant_id }
    }
}

/// Why a question about a journalled sale did not find it.
enum Asked {
    /// The gateway does not have it; whether that counts.
    NotFound {
        error: Error,
        counts: bool,
    },
    /// The gateway has a sale of another amount or currency under the order id.
    Another(Box<Invoice>),
    Failed(Error),
}

impl Asked {
    fn explain(self, sale: &Sale) -> Error {
        let order_id = shown(&sale.order_id);
        match self {
            Asked::NotFound { counts: true, .. } if sale.state == State::Known => Error::new(
                Code::Unknown,
                Sent::Yes,
                Advice::AskStatus,
                format!(
                    "the gateway has made the invoice of order {order_id} and does not show it: look for it in the \
                     merchant's account"
                ),
            ),
            Asked::NotFound { .. } if sale.state == State::Known => Error::new(
                Code::Unknown,
                Sent::Yes,
                Advice::Wait,
                format!(
                    "the gateway does not show the invoice of order {order_id} yet: its copies may be late"
                ),
            ),
            Asked::NotFound { .. } => Error::new(
                Code::Unknown,
                Sent::Maybe,
                Advice::Wait,
                format!(
                    "an earlier attempt at order {order_id} may still arrive: the gateway does not have it yet"
                ),
            ),
            Asked::Another(invoice) => Error::new(
                Code::Conflict,
                Sent::Maybe,
                Advice::Fix,
                format!(
                    "order {order_id} was begun with {}, and the gateway has it as invoice {} with {}; look at that \
                     invoice before the sale is made under a new order id",
                    sale.amount,
                    invoice.id(),
                    invoice.amount().unwrap_or("another currency"),
                ),
            ),
            // Nothing of it is unknown but the answer to the question.
            Asked::Failed(error) if !sale.state.may_have_arrived() => error,
            Asked::Failed(error) if error.code() == Code::Cancelled => {
                Error::new(Code::Cancelled, Sent::Maybe, Advice::AskStatus, error.message())
            }
            Asked::Failed(error) => Error::new(
                Code::Unknown,
                Sent::Maybe,
                Advice::AskStatus,
                format!(
                    "an earlier attempt at order {order_id} may have arrived, and asking failed: {error}"
                ),
            ),
        }
    }
}

/// A sale that the gateway has is a known one, whatever was believed of its init.
fn adopt(journal: Journal<'_>, shop: &Shop, order_id: &str, invoice: &Invoice) -> Result<(), Error> {
    match journal.find(shop, order_id)? {
        Some(sale) if sale.state != State::Known && sale.fits(invoice.amount(), invoice.currency()) => {
            journal.end(shop, order_id, sale.attempt, &known(invoice, false))
        }
        _ => Ok(()),
    }
}

/// What the journal keeps of an invoice. Only init's answer is kept as it came: those to later questions may hold a
/// card's token.
fn known(invoice: &Invoice, from_init: bool) -> Ended<Invoiced<'_>> {
    let answer = invoice.answer();
    Ended::Known(Invoiced {
        invoice_id: invoice.id(),
        status: invoice.status(),
        http_status: answer.http_status,
        answer: from_init.then_some(&answer.body),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn not_found_counts_a_minute_after_the_last_moment_at_which_the_request_can_leave() {
        let mut config = Config::new();
        config.set_merchant_id(1).unwrap();
        config.set_timeout_ms(45_000).unwrap();
        let client = Client::new(&config).unwrap();
        let (now_ms, up) = (client.clock.now_ms(), client.clock.uptime());
        let up_since = |counts: &Counts| Some(counts.uptime.as_ref()?.ms - up.as_ref()?.ms);
        let begun = client.counts_of_new(1_000_000);
        assert_eq!(begun.at_ms, 1_000_000 + 45_000 + 60_000);
        assert!(up_since(&begun).is_none_or(|ms| ms >= 105_000));
        let lost = client.counts_of_lost();
        assert!((now_ms + 60_000..now_ms + 105_000).contains(&lost.at_ms));
        assert!(up_since(&lost).is_none_or(|ms| (60_000..105_000).contains(&ms)));
    }
}

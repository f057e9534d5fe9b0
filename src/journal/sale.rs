//! A sale as the journal knows it, and the moves it makes: begun, ended, adopted, followed.

use rusqlite::{OptionalExtension, Row, Transaction, named_params};

use super::{Failure, Journal};
use crate::answer::InvoiceStatus;
use crate::clock::Uptime;
use crate::money::Amount;
use crate::outcome::Error;

/// Whose sales: a merchant at a gateway.
#[derive(Clone, Debug)]
pub(crate) struct Shop {
    pub gateway: String,
    pub merchant_id: i64,
}

/// What is known of a sale's init. The numbers are those of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// It is about to be sent, or was when the process ended.
    Sending = 1,
    /// It may have arrived.
    Unknown = 2,
    /// It certainly did not arrive.
    NotSent = 3,
    /// The gateway refused it.
    Refused = 4,
    /// The invoice exists.
    Known = 5,
}

impl State {
    /// Whether the gateway may have an invoice that this journal does not know.
    pub fn may_have_arrived(self) -> bool {
        matches!(self, State::Sending | State::Unknown)
    }

    /// Whether the gateway certainly made no invoice of it: a new attempt is allowed.
    pub fn certainly_failed(self) -> bool {
        matches!(self, State::NotSent | State::Refused)
    }

    pub(super) fn read(number: i64) -> State {
        match number {
            1 => State::Sending,
            3 => State::NotSent,
            4 => State::Refused,
            5 => State::Known,
            // A number that nobody wrote is read in the way that asks before it acts.
            _ => State::Unknown,
        }
    }
}

/// A sale that is to be begun.
pub(crate) struct NewSale<'a> {
    pub order_id: &'a str,
    pub amount: &'a Amount,
    pub currency: Option<&'a str>,
    pub now_ms: i64,
    pub counts: Counts,
}

/// From when on "not found" proves that an attempt did not arrive: by the clock, and by the machine's uptime where it
/// tells that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Counts {
    pub at_ms: i64,
    pub uptime: Option<Uptime>,
}

impl Counts {
    /// Whether that moment has come. Within one boot the uptime alone tells: a clock can be set.
    pub fn has_come(&self, now_ms: i64, uptime: Option<&Uptime>) -> bool {
        match (&self.uptime, uptime) {
            (Some(then), Some(now)) if then.boot == now.boot => now.ms >= then.ms,
            _ => now_ms >= self.at_ms,
        }
    }
}

/// A sale in the journal.
#[derive(Clone, Debug)]
pub(crate) struct Sale {
    pub order_id: String,
    pub amount: String,
    pub currency: Option<String>,
    pub state: State,
    pub attempt: i64,
    pub tried_at_ms: i64,
    pub counts: Counts,
    pub known: Option<Known>,
    hundredths: i64,
}

/// The invoice of a sale, as the gateway last spoke of it.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    pub invoice_id: i64,
    pub status: Option<InvoiceStatus>,
    pub http_status: u16,
    /// The bytes of init's answer; none when the sale was found later.
    pub answer: Option<Vec<u8>>,
}

/// What an init has to do.
#[derive(Debug)]
pub(crate) enum Begun {
    /// Send it; it is attempt number `attempt`.
    Send { attempt: i64 },
    /// Nothing: the invoice exists.
    Known(Sale),
    /// Ask first: an earlier attempt may have arrived.
    Ask(Sale),
}

/// How an init ended.
pub(crate) enum Ended<'a> {
    NotSent,
    Refused,
    Unknown { counts: Counts },
    Known { invoice_id: i64, status: InvoiceStatus, http_status: u16, answer: Option<&'a [u8]> },
}

impl Journal<'_> {
    /// Begins a sale: decides in one transaction whether this process may send its init.
    pub fn begin(&self, shop: &Shop, new: &NewSale<'_>) -> Result<Begun, Error> {
        self.write(|transaction| {
            let Some(sale) = select(transaction, shop, new.order_id)? else {
                insert(transaction, shop, new)?;
                return Ok(Begun::Send { attempt: 1 });
            };
            match sale.state {
                State::NotSent | State::Refused => {
                    try_again(transaction, shop, new, sale.attempt + 1)?;
                    Ok(Begun::Send { attempt: sale.attempt + 1 })
                }
                _ if !sale.is_for(new) => Err(Failure::Conflict(conflict(&sale, new))),
                State::Known => Ok(Begun::Known(sale)),
                State::Sending | State::Unknown => Ok(Begun::Ask(sale)),
            }
        })
    }

    /// Begins the next attempt at a sale whose attempt number `after` certainly did not arrive; `false` when another
    /// process was faster.
    pub fn begin_again(&self, shop: &Shop, new: &NewSale<'_>, after: i64) -> Result<bool, Error> {
        self.write(|transaction| match select(transaction, shop, new.order_id)? {
            Some(sale) if sale.attempt == after && sale.state != State::Known => {
                try_again(transaction, shop, new, after + 1)?;
                Ok(true)
            }
            _ => Ok(false),
        })
    }

    /// Writes how attempt number `attempt` ended. What a later attempt or a status has found out since is kept.
    pub fn end(&self, shop: &Shop, order_id: &str, attempt: i64, end: &Ended<'_>) -> Result<(), Error> {
        self.write(|transaction| match select(transaction, shop, order_id)? {
            Some(sale) if sale.attempt != attempt => Ok(()),
            Some(Sale { state: State::Known, known: Some(known), .. }) => {
                complete(transaction, shop, &known, end)
            }
            Some(_) => settle(transaction, shop, order_id, end),
            None => Ok(()),
        })
    }

    /// Writes where an invoice stands, for whichever of the shop's sales it is; others are let be. An end stays an end, but
    /// that a payment which came late outranks what was seen before.
    pub fn follow(&self, shop: &Shop, invoice_id: i64, status: InvoiceStatus) -> Result<(), Error> {
        // Most polls bring nothing new; they write nothing and wait for no disk.
        let is_news = self.read(|transaction| {
            let mut statement = transaction.prepare(
                "SELECT 1 FROM sale WHERE invoice_id = :invoice_id AND gateway = :gateway
                 AND merchant_id = :merchant_id AND invoice_status IS NOT :status",
            )?;
            let sale = named_params! {
                ":invoice_id": invoice_id, ":gateway": shop.gateway, ":merchant_id": shop.merchant_id,
                ":status": status as i64,
            };
            Ok(statement.exists(sale)?)
        })?;
        if !is_news {
            return Ok(());
        }
        self.write(|transaction| {
            transaction.execute(
                "UPDATE sale SET invoice_status = :status, open = :open
                 WHERE invoice_id = :invoice_id AND gateway = :gateway AND merchant_id = :merchant_id
                 AND (coalesce(invoice_status, 0) NOT IN (:ok, :failed, :incomplete)
                      OR (:status = :ok AND invoice_status <> :ok))",
                named_params! {
                    ":status": status as i64, ":open": !status.is_final(), ":invoice_id": invoice_id,
                    ":gateway": shop.gateway, ":merchant_id": shop.merchant_id,
                    ":ok": InvoiceStatus::Ok as i64, ":failed": InvoiceStatus::Failed as i64,
                    ":incomplete": InvoiceStatus::Incomplete as i64,
                },
            )?;
            Ok(())
        })
    }

    /// A clock that was set back would keep "not found" from ever counting: the time that attempt number `attempt` has
    /// left begins anew.
    pub fn postpone(&self, shop: &Shop, order_id: &str, attempt: i64, now_ms: i64) -> Result<(), Error> {
        self.write(|transaction| {
            transaction.execute(
                "UPDATE sale SET counts_at_ms = :now + max(counts_at_ms - tried_at_ms, 60000), tried_at_ms = :now
                 WHERE gateway = :gateway AND merchant_id = :merchant_id AND order_id = :order_id
                 AND attempt = :attempt AND tried_at_ms > :now",
                named_params! {
                    ":now": now_ms, ":attempt": attempt,
                    ":gateway": shop.gateway, ":merchant_id": shop.merchant_id, ":order_id": order_id,
                },
            )?;
            Ok(())
        })
    }

    /// A sale by its order id.
    pub fn find(&self, shop: &Shop, order_id: &str) -> Result<Option<Sale>, Error> {
        self.read(|transaction| select(transaction, shop, order_id))
    }

    /// The order that an invoice of the shop belongs to.
    pub fn order_of(&self, shop: &Shop, invoice_id: i64) -> Result<Option<String>, Error> {
        self.read(|transaction| {
            let mut statement = transaction.prepare(
                "SELECT order_id FROM sale WHERE invoice_id = :invoice_id AND gateway = :gateway
                 AND merchant_id = :merchant_id",
            )?;
            let invoice = named_params! {
                ":invoice_id": invoice_id, ":gateway": shop.gateway, ":merchant_id": shop.merchant_id,
            };
            Ok(statement.query_row(invoice, |row| row.get(0)).optional()?)
        })
    }

    /// Every sale whose end is not known, the oldest first.
    pub fn pending(&self, shop: &Shop) -> Result<Vec<Sale>, Error> {
        self.read(|transaction| {
            let mut statement = transaction.prepare(
                "SELECT order_id, amount, hundredths, currency, state, attempt, tried_at_ms, counts_at_ms,
                        invoice_id, invoice_status, http_status, NULL, boot, counts_uptime_ms FROM sale
                 WHERE gateway = :gateway AND merchant_id = :merchant_id AND open = 1 ORDER BY id",
            )?;
            let shop = named_params! { ":gateway": shop.gateway, ":merchant_id": shop.merchant_id };
            let sales = statement.query_map(shop, read)?.collect::<Result<_, _>>()?;
            Ok(sales)
        })
    }
}

impl Sale {
    fn is_for(&self, new: &NewSale<'_>) -> bool {
        self.hundredths == new.amount.hundredths() && self.currency.as_deref() == new.currency
    }

    /// Whether an amount and a currency that the gateway named are this sale's; what it did not name fits.
    pub fn fits(&self, amount: Option<&str>, currency: Option<&str>) -> bool {
        let amount_fits = match amount.map(|amount| amount.trim().parse::<Amount>()) {
            Some(Ok(amount)) => amount.hundredths() == self.hundredths,
            Some(Err(_)) | None => true,
        };
        let currency_fits = match (currency.map(str::trim), self.currency.as_deref()) {
            (Some(named), Some(own)) => named.is_empty() || named.eq_ignore_ascii_case(own),
            _ => true,
        };
        amount_fits && currency_fits
    }
}

fn conflict(sale: &Sale, new: &NewSale<'_>) -> String {
    let money = |amount: &str, currency: Option<&str>| match currency {
        Some(currency) => format!("{amount} {currency}"),
        None => amount.to_owned(),
    };
    format!(
        "order {} was begun with {} and is now asked for with {}; a new sale needs a new order id; nothing was sent",
        crate::outcome::shown(new.order_id),
        money(&sale.amount, sale.currency.as_deref()),
        money(new.amount.as_str(), new.currency),
    )
}

fn select(transaction: &Transaction<'_>, shop: &Shop, order_id: &str) -> Result<Option<Sale>, Failure> {
    let mut statement = transaction.prepare(
        "SELECT order_id, amount, hundredths, currency, state, attempt, tried_at_ms, counts_at_ms,
                invoice_id, invoice_status, http_status, answer, boot, counts_uptime_ms FROM sale
         WHERE gateway = :gateway AND merchant_id = :merchant_id AND order_id = :order_id",
    )?;
    let key = named_params! {
        ":gateway": shop.gateway, ":merchant_id": shop.merchant_id, ":order_id": order_id,
    };
    Ok(statement.query_row(key, read).optional()?)
}

fn read(row: &Row<'_>) -> rusqlite::Result<Sale> {
    let invoice_id: Option<i64> = row.get(8)?;
    let status: Option<i64> = row.get(9)?;
    let http_status: Option<i64> = row.get(10)?;
    let answer: Option<Vec<u8>> = row.get(11)?;
    let (boot, uptime_ms): (Option<String>, Option<i64>) = (row.get(12)?, row.get(13)?);
    Ok(Sale {
        order_id: row.get(0)?,
        amount: row.get(1)?,
        hundredths: row.get(2)?,
        currency: row.get(3)?,
        state: State::read(row.get(4)?),
        attempt: row.get(5)?,
        tried_at_ms: row.get(6)?,
        counts: Counts {
            at_ms: row.get(7)?,
            uptime: boot.zip(uptime_ms).map(|(boot, ms)| Uptime { boot, ms }),
        },
        known: invoice_id.map(|invoice_id| Known {
            invoice_id,
            status: status.and_then(InvoiceStatus::from_number),
            http_status: http_status.and_then(|status| u16::try_from(status).ok()).unwrap_or(0),
            answer,
        }),
    })
}

fn insert(transaction: &Transaction<'_>, shop: &Shop, new: &NewSale<'_>) -> Result<(), Failure> {
    transaction.execute(
        "INSERT INTO sale (gateway, merchant_id, order_id, amount, hundredths, currency, state, attempt,
                           tried_at_ms, counts_at_ms, boot, counts_uptime_ms, open)
         VALUES (:gateway, :merchant_id, :order_id, :amount, :hundredths, :currency, :state, 1, :now, :counts, :boot,
                 :uptime, 1)",
        named_params! {
            ":gateway": shop.gateway, ":merchant_id": shop.merchant_id, ":order_id": new.order_id,
            ":amount": new.amount.as_str(), ":hundredths": new.amount.hundredths(), ":currency": new.currency,
            ":state": State::Sending as i64, ":now": new.now_ms, ":counts": new.counts.at_ms,
            ":boot": new.counts.uptime.as_ref().map(|uptime| &uptime.boot),
            ":uptime": new.counts.uptime.as_ref().map(|uptime| uptime.ms),
        },
    )?;
    Ok(())
}

fn try_again(
    transaction: &Transaction<'_>,
    shop: &Shop,
    new: &NewSale<'_>,
    attempt: i64,
) -> Result<(), Failure> {
    transaction.execute(
        "UPDATE sale SET amount = :amount, hundredths = :hundredths, currency = :currency, state = :state,
                attempt = :attempt, tried_at_ms = :now, counts_at_ms = :counts, boot = :boot,
                counts_uptime_ms = :uptime, open = 1
         WHERE gateway = :gateway AND merchant_id = :merchant_id AND order_id = :order_id",
        named_params! {
            ":gateway": shop.gateway, ":merchant_id": shop.merchant_id, ":order_id": new.order_id,
            ":amount": new.amount.as_str(), ":hundredths": new.amount.hundredths(), ":currency": new.currency,
            ":state": State::Sending as i64, ":attempt": attempt, ":now": new.now_ms, ":counts": new.counts.at_ms,
            ":boot": new.counts.uptime.as_ref().map(|uptime| &uptime.boot),
            ":uptime": new.counts.uptime.as_ref().map(|uptime| uptime.ms),
        },
    )?;
    Ok(())
}

/// A sale that was adopted while its init's answer was still under way gets that answer, which alone has the QR.
fn complete(
    transaction: &Transaction<'_>,
    shop: &Shop,
    known: &Known,
    end: &Ended<'_>,
) -> Result<(), Failure> {
    let Ended::Known { invoice_id, http_status, answer: Some(answer), .. } = end else { return Ok(()) };
    if known.answer.is_some() || known.invoice_id != *invoice_id {
        return Ok(());
    }
    transaction.execute(
        "UPDATE sale SET answer = :answer, http_status = :http_status
         WHERE invoice_id = :invoice_id AND gateway = :gateway AND merchant_id = :merchant_id",
        named_params! {
            ":answer": answer, ":http_status": http_status, ":invoice_id": invoice_id,
            ":gateway": shop.gateway, ":merchant_id": shop.merchant_id,
        },
    )?;
    Ok(())
}

fn settle(
    transaction: &Transaction<'_>,
    shop: &Shop,
    order_id: &str,
    end: &Ended<'_>,
) -> Result<(), Failure> {
    let (state, open) = match end {
        Ended::NotSent => (State::NotSent, false),
        Ended::Refused => (State::Refused, false),
        Ended::Unknown { .. } => (State::Unknown, true),
        Ended::Known { status, .. } => (State::Known, !status.is_final()),
    };
    let counts = match end {
        Ended::Unknown { counts } => Some(counts),
        _ => None,
    };
    let uptime = counts.and_then(|counts| counts.uptime.as_ref());
    let (invoice_id, status, http_status, answer) = match end {
        Ended::Known { invoice_id, status, http_status, answer } => {
            (Some(*invoice_id), Some(*status as i64), Some(*http_status), *answer)
        }
        _ => (None, None, None, None),
    };
    transaction.execute(
        "UPDATE sale SET state = :state, open = :open, counts_at_ms = coalesce(:counts, counts_at_ms),
                boot = coalesce(:boot, boot), counts_uptime_ms = coalesce(:uptime, counts_uptime_ms),
                invoice_id = :invoice_id, invoice_status = :status, http_status = :http_status, answer = :answer
         WHERE gateway = :gateway AND merchant_id = :merchant_id AND order_id = :order_id",
        named_params! {
            ":state": state as i64, ":open": open, ":counts": counts.map(|counts| counts.at_ms),
            ":boot": uptime.map(|uptime| &uptime.boot), ":uptime": uptime.map(|uptime| uptime.ms),
            ":invoice_id": invoice_id,
            ":status": status, ":http_status": http_status, ":answer": answer,
            ":gateway": shop.gateway, ":merchant_id": shop.merchant_id, ":order_id": order_id,
        },
    )?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_set_does_not_make_not_found_count_within_one_boot() {
        let up = |boot: &str, ms| Uptime { boot: boot.to_owned(), ms };
        let counts = Counts { at_ms: 60_000, uptime: Some(up("a", 70_000)) };
        for (now_ms, uptime, has_come) in [
            (59_999, None, false),
            (60_000, None, true),
            (10_000_000, Some(up("a", 69_999)), false),
            (0, Some(up("a", 70_000)), true),
            (59_999, Some(up("b", 9_999_999)), false),
            (60_000, Some(up("b", 1)), true),
        ] {
            assert_eq!(counts.has_come(now_ms, uptime.as_ref()), has_come, "{now_ms} {uptime:?}");
        }
        let clock_alone = Counts { at_ms: 60_000, uptime: None };
        assert!(clock_alone.has_come(60_000, Some(&up("a", 1))));
    }
}

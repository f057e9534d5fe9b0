//! A sale as the journal knows it, and the moves it makes: begun, ended, adopted, followed.

use rusqlite::{OptionalExtension, Row, Transaction, named_params};

use super::attempt::{Counts, Ended, State, http_status, set_back, set_counts};
use super::shop::{OF_SHOP, Shop};
use super::{Failure, Journal};
use crate::answer::InvoiceStatus;
use crate::money::{Amount, may_be_amount, may_be_currency};
use crate::outcome::Error;

/// A sale that is to be begun.
pub(crate) struct NewSale<'a> {
    pub order_id: &'a str,
    pub amount: &'a Amount,
    pub currency: Option<&'a str>,
    pub now_ms: i64,
    pub counts: Counts,
}

/// A sale in the journal.
#[derive(Clone, Debug)]
pub(crate) struct Sale {
    pub order_id: String,
    pub amount: String,
    pub currency: Option<String>,
    pub state: State,
    pub attempt: i64,
    /// When it was begun, or lost.
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

/// What is kept of an init that made an invoice, or of an invoice that was found.
pub(crate) struct Invoiced<'a> {
    pub invoice_id: i64,
    pub status: InvoiceStatus,
    pub http_status: u16,
    /// The bytes of init's answer.
    pub answer: Option<&'a [u8]>,
}

impl Journal<'_> {
    /// Begins a sale: decides in one transaction whether this process may send its init.
    pub fn begin(&self, shop: &Shop, new: &NewSale<'_>) -> Result<Begun, Error> {
        self.write(|transaction| {
            let Some(sale) = select(transaction, shop, new.order_id)? else {
                write(transaction, shop, new, 1)?;
                return Ok(Begun::Send { attempt: 1 });
            };
            match sale.state {
                State::NotSent | State::Refused => {
                    write(transaction, shop, new, sale.attempt + 1)?;
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
                write(transaction, shop, new, after + 1)?;
                Ok(true)
            }
            _ => Ok(false),
        })
    }

    /// Writes how attempt number `attempt` ended. What a later attempt or a status has found out since is kept.
    pub fn end(
        &self,
        shop: &Shop,
        order_id: &str,
        attempt: i64,
        end: &Ended<Invoiced<'_>>,
    ) -> Result<(), Error> {
        self.write(|transaction| match select(transaction, shop, order_id)? {
            Some(sale) if sale.attempt != attempt => Ok(()),
            Some(Sale { state: State::Known, known: Some(known), .. }) => {
                complete(transaction, shop, order_id, &known, end)
            }
            Some(_) => settle(transaction, shop, order_id, end),
            None => Err(Failure::Gone),
        })
    }

    /// Writes where an invoice stands, for whichever of the shop's sales it is; others are let be. An end stays an end, but
    /// that a payment which came late outranks what was seen before.
    pub fn follow(&self, shop: &Shop, invoice_id: i64, status: InvoiceStatus) -> Result<(), Error> {
        // Most polls bring nothing new; they write nothing and wait for no disk.
        let is_news = self.read(|transaction| {
            let mut statement = transaction.prepare(&format!(
                "SELECT 1 FROM sale
                 WHERE invoice_id = :invoice_id AND {OF_SHOP} AND invoice_status IS NOT :status"
            ))?;
            let sale = named_params! { ":invoice_id": invoice_id, ":status": status as i64 };
            Ok(statement.exists(&*shop.with(sale))?)
        })?;
        if !is_news {
            return Ok(());
        }
        self.write(|transaction| {
            let sale = named_params! {
                ":invoice_id": invoice_id, ":status": status as i64, ":open": !status.is_final(),
                ":ok": InvoiceStatus::Ok as i64, ":failed": InvoiceStatus::Failed as i64,
                ":incomplete": InvoiceStatus::Incomplete as i64,
            };
            transaction.execute(
                &format!(
                    "UPDATE sale SET invoice_status = :status, open = :open
                     WHERE invoice_id = :invoice_id AND {OF_SHOP}
                     AND (coalesce(invoice_status, 0) NOT IN (:ok, :failed, :incomplete)
                          OR (:status = :ok AND invoice_status <> :ok))"
                ),
                &*shop.with(sale),
            )?;
            Ok(())
        })
    }

    /// The clock was set back: the time that attempt number `attempt` has left begins anew.
    pub fn postpone(&self, shop: &Shop, order_id: &str, attempt: i64, now_ms: i64) -> Result<(), Error> {
        self.write(|transaction| {
            transaction.execute(
                &format!(
                    "UPDATE sale SET {} WHERE {OF_SHOP} AND order_id = :order_id AND attempt = :attempt
                     AND tried_at_ms > :now",
                    set_back()
                ),
                &*shop.with(named_params! { ":order_id": order_id, ":attempt": attempt, ":now": now_ms }),
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
            let mut statement = transaction.prepare(&format!(
                "SELECT order_id FROM sale WHERE invoice_id = :invoice_id AND {OF_SHOP}"
            ))?;
            let invoice = named_params! { ":invoice_id": invoice_id };
            Ok(statement.query_row(&*shop.with(invoice), |row| row.get(0)).optional()?)
        })
    }

    /// Every sale whose end is not known, the oldest first, without what init answered.
    pub fn pending(&self, shop: &Shop) -> Result<Vec<Sale>, Error> {
        self.read(|transaction| {
            let mut statement = transaction.prepare(&format!(
                "SELECT {COLUMNS}, NULL AS answer FROM sale WHERE {OF_SHOP} AND open = 1 ORDER BY id"
            ))?;
            let sales = statement.query_map(&*shop.with(&[]), read)?.collect::<Result<_, _>>()?;
            Ok(sales)
        })
    }
}

impl Sale {
    fn is_for(&self, new: &NewSale<'_>) -> bool {
        self.hundredths == new.amount.hundredths() && self.currency.as_deref() == new.currency
    }

    /// Whether an amount and a currency that the gateway named are this sale's; what it did not name, or wrote in a way
    /// that is not known, fits.
    pub fn fits(&self, amount: Option<&str>, currency: Option<&str>) -> bool {
        may_be_amount(self.hundredths, amount) && may_be_currency(self.currency.as_deref(), currency)
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

/// What `read` takes of a row, beside the answer.
const COLUMNS: &str = "order_id, amount, hundredths, currency, state, attempt, tried_at_ms, counts_at_ms, boot, \
                       counts_uptime_ms, invoice_id, invoice_status, http_status";

fn select(transaction: &Transaction<'_>, shop: &Shop, order_id: &str) -> Result<Option<Sale>, Failure> {
    let mut statement = transaction
        .prepare(&format!("SELECT {COLUMNS}, answer FROM sale WHERE {OF_SHOP} AND order_id = :order_id"))?;
    let key = named_params! { ":order_id": order_id };
    Ok(statement.query_row(&*shop.with(key), read).optional()?)
}

fn read(row: &Row<'_>) -> rusqlite::Result<Sale> {
    let known = match row.get("invoice_id")? {
        Some(invoice_id) => Some(Known {
            invoice_id,
            status: row.get::<_, Option<i64>>("invoice_status")?.and_then(InvoiceStatus::from_number),
            http_status: http_status(row)?,
            answer: row.get("answer")?,
        }),
        None => None,
    };
    Ok(Sale {
        order_id: row.get("order_id")?,
        amount: row.get("amount")?,
        hundredths: row.get("hundredths")?,
        currency: row.get("currency")?,
        state: State::read(row)?,
        attempt: row.get("attempt")?,
        tried_at_ms: row.get("tried_at_ms")?,
        counts: Counts::read(row)?,
        known,
    })
}

/// Writes a new sale, or the next attempt at one.
fn write(transaction: &Transaction<'_>, shop: &Shop, new: &NewSale<'_>, attempt: i64) -> Result<(), Failure> {
    let sale = named_params! {
        ":order_id": new.order_id, ":amount": new.amount.as_str(), ":hundredths": new.amount.hundredths(),
        ":currency": new.currency, ":state": State::Sending as i64, ":attempt": attempt, ":now": new.now_ms,
        ":counts": new.counts.at_ms, ":boot": new.counts.boot(), ":uptime": new.counts.uptime_ms(),
    };
    transaction.execute(
        "INSERT INTO sale (gateway, merchant_id, order_id, amount, hundredths, currency, state, attempt,
                           tried_at_ms, counts_at_ms, boot, counts_uptime_ms, open)
         VALUES (:gateway, :merchant_id, :order_id, :amount, :hundredths, :currency, :state, :attempt, :now,
                 :counts, :boot, :uptime, 1)
         ON CONFLICT (gateway, merchant_id, order_id) DO UPDATE SET
             amount = :amount, hundredths = :hundredths, currency = :currency, state = :state, attempt = :attempt,
             tried_at_ms = :now, counts_at_ms = :counts, boot = :boot, counts_uptime_ms = :uptime, open = 1",
        &*shop.with(sale),
    )?;
    Ok(())
}

/// A sale that was adopted while its init's answer was still under way gets that answer, which alone has the QR. Where that is
/// about another invoice it counts: it is the one that the payer is shown, and nobody has seen the code of the one that was
/// found.
fn complete(
    transaction: &Transaction<'_>,
    shop: &Shop,
    order_id: &str,
    known: &Known,
    end: &Ended<Invoiced<'_>>,
) -> Result<(), Failure> {
    let Some(Invoiced { invoice_id, http_status, answer: Some(answer), .. }) = end.known() else {
        return Ok(());
    };
    if known.answer.is_some() {
        return Ok(());
    }
    if known.invoice_id != *invoice_id {
        return match known.status {
            Some(InvoiceStatus::Ok) => Ok(()),
            _ => settle(transaction, shop, order_id, end),
        };
    }
    let sale = named_params! { ":invoice_id": invoice_id, ":http_status": http_status, ":answer": answer };
    transaction.execute(
        &format!(
            "UPDATE sale SET answer = :answer, http_status = :http_status
             WHERE invoice_id = :invoice_id AND {OF_SHOP}"
        ),
        &*shop.with(sale),
    )?;
    Ok(())
}

fn settle(
    transaction: &Transaction<'_>,
    shop: &Shop,
    order_id: &str,
    end: &Ended<Invoiced<'_>>,
) -> Result<(), Failure> {
    let (counts, known) = (end.counts(), end.known());
    let open = match end {
        Ended::NotSent | Ended::Refused => false,
        Ended::Unknown { .. } => true,
        Ended::Known(known) => !known.status.is_final(),
    };
    let sale = named_params! {
        ":order_id": order_id, ":state": end.state() as i64, ":open": open,
        ":counts": counts.map(|counts| counts.at_ms), ":boot": counts.and_then(Counts::boot),
        ":uptime": counts.and_then(Counts::uptime_ms), ":invoice_id": known.map(|known| known.invoice_id),
        ":status": known.map(|known| known.status as i64), ":http_status": known.map(|known| known.http_status),
        ":answer": known.and_then(|known| known.answer),
    };
    transaction.execute(
        &format!(
            "UPDATE sale SET state = :state, open = :open, {}, invoice_id = :invoice_id,
                    invoice_status = :status, http_status = :http_status, answer = :answer
             WHERE {OF_SHOP} AND order_id = :order_id",
            set_counts()
        ),
        &*shop.with(sale),
    )?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_amount_does_not_fit_however_many_digits_it_is_written_with() {
        let sale = Sale {
            order_id: "1".to_owned(),
            amount: "10.5".to_owned(),
            currency: Some("KZT".to_owned()),
            state: State::Unknown,
            attempt: 1,
            tried_at_ms: 0,
            counts: Counts { at_ms: 0, uptime: None },
            known: None,
            hundredths: 1050,
        };
        for (amount, currency, fits) in [
            (None, None, true),
            (Some("10.5"), Some("KZT"), true),
            (Some(" 10.5000 "), Some("kzt"), true),
            (Some("10,50"), Some(""), true),
            (Some("10.5"), Some("UZS"), false),
            (Some("10.51"), None, false),
            (Some("99.9900"), None, false),
            // Of an order that was given back the newest payment is the refund.
            (Some("-10.50"), Some("KZT"), false),
            (Some(" -10,50"), None, false),
            (Some("10.5001"), None, false),
            (Some("1050000000"), None, false),
        ] {
            assert_eq!(sale.fits(amount, currency), fits, "{amount:?} {currency:?}");
        }
    }
}

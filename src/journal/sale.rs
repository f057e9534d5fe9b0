//! A sale as the journal knows it, and the moves it makes: begun, ended, adopted, followed.

use rusqlite::{OptionalExtension, Row, Transaction, named_params};

use super::{Failure, Journal};
use crate::invoice::InvoiceStatus;
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

    fn read(number: i64) -> State {
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
    /// From when on "not found" proves that this attempt did not arrive.
    pub counts_at_ms: i64,
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
    pub counts_at_ms: i64,
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
    /// "Not found" counts again from `counts_at_ms` on.
    Unknown {
        counts_at_ms: i64,
    },
    Known {
        invoice_id: i64,
        status: InvoiceStatus,
        http_status: u16,
        answer: Option<&'a [u8]>,
    },
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

    /// Writes where an invoice stands, for whichever of the shop's sales it is; others are let be.
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
                 AND coalesce(invoice_status, 0) NOT IN (:ok, :failed, :incomplete)",
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

    /// A clock that was set back would keep "not found" from ever counting: the time begins anew.
    pub fn postpone(&self, shop: &Shop, order_id: &str, now_ms: i64, counts_at_ms: i64) -> Result<(), Error> {
        self.write(|transaction| {
            transaction.execute(
                "UPDATE sale SET tried_at_ms = :now, counts_at_ms = :counts
                 WHERE gateway = :gateway AND merchant_id = :merchant_id AND order_id = :order_id",
                named_params! {
                    ":now": now_ms, ":counts": counts_at_ms,
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
                        invoice_id, invoice_status, http_status, NULL FROM sale
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
        let amount_fits = match amount.map(str::parse::<Amount>) {
            Some(Ok(amount)) => amount.hundredths() == self.hundredths,
            Some(Err(_)) => true,
            None => true,
        };
        let currency_fits = match (currency, self.currency.as_deref()) {
            (Some(named), Some(own)) => named == own,
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
                invoice_id, invoice_status, http_status, answer FROM sale
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
    Ok(Sale {
        order_id: row.get(0)?,
        amount: row.get(1)?,
        hundredths: row.get(2)?,
        currency: row.get(3)?,
        state: State::read(row.get(4)?),
        attempt: row.get(5)?,
        tried_at_ms: row.get(6)?,
        counts_at_ms: row.get(7)?,
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
                           tried_at_ms, counts_at_ms, open)
         VALUES (:gateway, :merchant_id, :order_id, :amount, :hundredths, :currency, :state, 1, :now, :counts, 1)",
        named_params! {
            ":gateway": shop.gateway, ":merchant_id": shop.merchant_id, ":order_id": new.order_id,
            ":amount": new.amount.as_str(), ":hundredths": new.amount.hundredths(), ":currency": new.currency,
            ":state": State::Sending as i64, ":now": new.now_ms, ":counts": new.counts_at_ms,
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
                attempt = :attempt, tried_at_ms = :now, counts_at_ms = :counts, open = 1
         WHERE gateway = :gateway AND merchant_id = :merchant_id AND order_id = :order_id",
        named_params! {
            ":gateway": shop.gateway, ":merchant_id": shop.merchant_id, ":order_id": new.order_id,
            ":amount": new.amount.as_str(), ":hundredths": new.amount.hundredths(), ":currency": new.currency,
            ":state": State::Sending as i64, ":attempt": attempt, ":now": new.now_ms, ":counts": new.counts_at_ms,
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
        Ended::Unknown { counts_at_ms } => Some(*counts_at_ms),
        _ => None,
    };
    let (invoice_id, status, http_status, answer) = match end {
        Ended::Known { invoice_id, status, http_status, answer } => {
            (Some(*invoice_id), Some(*status as i64), Some(*http_status), *answer)
        }
        _ => (None, None, None, None),
    };
    transaction.execute(
        "UPDATE sale SET state = :state, open = :open, counts_at_ms = coalesce(:counts, counts_at_ms),
                invoice_id = :invoice_id, invoice_status = :status, http_status = :http_status, answer = :answer
         WHERE gateway = :gateway AND merchant_id = :merchant_id AND order_id = :order_id",
        named_params! {
            ":state": state as i64, ":open": open, ":counts": counts, ":invoice_id": invoice_id,
            ":status": status, ":http_status": http_status, ":answer": answer,
            ":gateway": shop.gateway, ":merchant_id": shop.merchant_id, ":order_id": order_id,
        },
    )?;
    Ok(())
}

//! An operation after or beside a sale that must not happen twice: a refund, a payout. It is written before it is sent,
//! its outcome after, as a sale is.

use rusqlite::{Row, Transaction, named_params};

use super::attempt::{Counts, Ended, State, http_status, set_back, set_counts};
use super::shop::{OF_SHOP, Shop};
use super::{Failure, Journal};
use crate::money::Amount;
use crate::outcome::Error;

/// What is done. The numbers are those of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Its subject is the payment that is given back.
    Refund = 1,
    /// Its subject is the order that is paid out.
    Payout = 2,
}

/// Which operation: its kind, what it is about, and the caller's or the library's own key for it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Name<'a> {
    pub kind: Kind,
    pub subject: &'a str,
    pub key: &'a str,
}

/// An operation that is to be begun.
pub(crate) struct NewOperation<'a> {
    pub name: Name<'a>,
    /// None: all that there is.
    pub amount: Option<&'a Amount>,
    /// What the gateway already had before this one, so that it can be told from it.
    pub before: &'a str,
    pub now_ms: i64,
    pub counts: Counts,
}

/// An operation in the journal.
#[derive(Clone, Debug)]
pub(crate) struct Operation {
    pub key: String,
    pub amount: Option<String>,
    pub hundredths: Option<i64>,
    pub before: String,
    pub state: State,
    pub attempt: i64,
    /// When it was begun, or lost.
    pub tried_at_ms: i64,
    pub counts: Counts,
    /// The gateway's id of what was done, where it gave one.
    pub payment_id: Option<i64>,
    pub http_status: u16,
    /// The bytes of the operation's own answer; none when it was found by asking.
    pub answer: Option<Vec<u8>>,
}

impl Operation {
    /// Whether it is for this amount; none is all that there is.
    pub fn is_for(&self, amount: Option<&Amount>) -> bool {
        self.hundredths == amount.map(Amount::hundredths)
    }
}

/// What is kept of an operation that was done, or found.
pub(crate) struct Done<'a> {
    /// The gateway's id of it, where it gave one.
    pub payment_id: Option<i64>,
    pub http_status: u16,
    /// The bytes of the operation's own answer.
    pub answer: Option<&'a [u8]>,
}

impl Journal<'_> {
    /// Every operation of a kind on a subject, the oldest first.
    pub fn operations(&self, shop: &Shop, kind: Kind, subject: &str) -> Result<Vec<Operation>, Error> {
        self.read(|transaction| list(transaction, shop, kind, subject))
    }

    /// Begins an operation, or the next attempt at one that certainly failed, if nothing has happened on its subject since
    /// `seen` was read; answers the number of the attempt, none when something has.
    pub fn begin_operation(
        &self,
        shop: &Shop,
        new: &NewOperation<'_>,
        seen: &[Operation],
    ) -> Result<Option<i64>, Error> {
        self.write(|transaction| {
            let now = list(transaction, shop, new.name.kind, new.name.subject)?;
            if !are_same(&now, seen) {
                return Ok(None);
            }
            let attempt =
                now.iter().find(|known| known.key == new.name.key).map_or(0, |known| known.attempt) + 1;
            write(transaction, shop, new, attempt)?;
            Ok(Some(attempt))
        })
    }

    /// Writes how attempt number `attempt` ended; a later attempt's outcome is kept.
    pub fn end_operation(
        &self,
        shop: &Shop,
        name: Name<'_>,
        attempt: i64,
        end: &Ended<Done<'_>>,
    ) -> Result<(), Error> {
        self.write(|transaction| {
            let known = list(transaction, shop, name.kind, name.subject)?;
            if !known.iter().any(|known| known.key == name.key) {
                return Err(Failure::Gone);
            }
            settle(transaction, shop, name, attempt, end)
        })
    }

    /// Writes how an operation in `seen` ended, as a question has shown, if nothing has happened on its subject since `seen`
    /// was read: what was found could be another's, of which `seen` did not know. Answers whether it was written.
    pub fn settle_operation(
        &self,
        shop: &Shop,
        name: Name<'_>,
        attempt: i64,
        end: &Ended<Done<'_>>,
        seen: &[Operation],
    ) -> Result<bool, Error> {
        self.write(|transaction| {
            let is_same = are_same(&list(transaction, shop, name.kind, name.subject)?, seen);
            if is_same {
                settle(transaction, shop, name, attempt, end)?;
            }
            Ok(is_same)
        })
    }

    /// Every operation of a kind whose end is not known, the oldest first, with its subject.
    pub fn open_operations(&self, shop: &Shop, kind: Kind) -> Result<Vec<(String, Operation)>, Error> {
        self.read(|transaction| {
            let mut statement = transaction.prepare(&format!(
                "SELECT {COLUMNS} FROM operation WHERE {OF_SHOP} AND kind = :kind AND state IN (1, 2) ORDER BY id"
            ))?;
            let open = statement.query_map(&*shop.with(named_params! { ":kind": kind as i64 }), |row| {
                Ok((row.get("subject")?, read(row)?))
            })?;
            Ok(open.collect::<Result<_, _>>()?)
        })
    }

    /// The clock was set back: the time that the attempt has left begins anew.
    pub fn postpone_operation(
        &self,
        shop: &Shop,
        name: Name<'_>,
        attempt: i64,
        now_ms: i64,
    ) -> Result<(), Error> {
        self.write(|transaction| {
            let operation = named_params! {
                ":kind": name.kind as i64, ":subject": name.subject, ":key": name.key, ":attempt": attempt,
                ":now": now_ms,
            };
            transaction.execute(
                &format!(
                    "UPDATE operation SET {} WHERE {OF_SHOP} AND {NAMED} AND attempt = :attempt
                     AND tried_at_ms > :now",
                    set_back()
                ),
                &*shop.with(operation),
            )?;
            Ok(())
        })
    }
}

/// Whether nothing has happened between two lists of one subject's operations.
fn are_same(now: &[Operation], seen: &[Operation]) -> bool {
    let same = |(one, other): (&Operation, &Operation)| {
        one.key == other.key && one.attempt == other.attempt && one.state == other.state
    };
    now.len() == seen.len() && now.iter().zip(seen).all(same)
}

/// What `read` takes of a row, and whose it is.
const COLUMNS: &str = "subject, key, amount, hundredths, before, state, attempt, tried_at_ms, counts_at_ms, boot, \
                       counts_uptime_ms, payment_id, http_status, answer";

/// Which of a shop's operations is meant.
const NAMED: &str = "kind = :kind AND subject = :subject AND key = :key";

fn list(
    transaction: &Transaction<'_>,
    shop: &Shop,
    kind: Kind,
    subject: &str,
) -> Result<Vec<Operation>, Failure> {
    let mut statement = transaction.prepare(&format!(
        "SELECT {COLUMNS} FROM operation WHERE {OF_SHOP} AND kind = :kind AND subject = :subject ORDER BY id"
    ))?;
    let name = named_params! { ":kind": kind as i64, ":subject": subject };
    let operations = statement.query_map(&*shop.with(name), read)?.collect::<Result<_, _>>()?;
    Ok(operations)
}

fn read(row: &Row<'_>) -> rusqlite::Result<Operation> {
    Ok(Operation {
        key: row.get("key")?,
        amount: row.get("amount")?,
        hundredths: row.get("hundredths")?,
        before: row.get("before")?,
        state: State::read(row)?,
        attempt: row.get("attempt")?,
        tried_at_ms: row.get("tried_at_ms")?,
        counts: Counts::read(row)?,
        payment_id: row.get("payment_id")?,
        http_status: http_status(row)?,
        answer: row.get("answer")?,
    })
}

/// Writes a new operation, or the next attempt at one.
fn write(
    transaction: &Transaction<'_>,
    shop: &Shop,
    new: &NewOperation<'_>,
    attempt: i64,
) -> Result<(), Failure> {
    let operation = named_params! {
        ":kind": new.name.kind as i64, ":subject": new.name.subject, ":key": new.name.key,
        ":amount": new.amount.map(Amount::as_str), ":hundredths": new.amount.map(Amount::hundredths),
        ":before": new.before, ":state": State::Sending as i64, ":attempt": attempt, ":now": new.now_ms,
        ":counts": new.counts.at_ms, ":boot": new.counts.boot(), ":uptime": new.counts.uptime_ms(),
    };
    transaction.execute(
        "INSERT INTO operation (gateway, merchant_id, kind, subject, key, amount, hundredths, before, state, attempt,
                                tried_at_ms, counts_at_ms, boot, counts_uptime_ms)
         VALUES (:gateway, :merchant_id, :kind, :subject, :key, :amount, :hundredths, :before, :state, :attempt, :now,
                 :counts, :boot, :uptime)
         ON CONFLICT (gateway, merchant_id, kind, subject, key) DO UPDATE SET
             amount = :amount, hundredths = :hundredths, before = :before, state = :state, attempt = :attempt,
             tried_at_ms = :now, counts_at_ms = :counts, boot = :boot, counts_uptime_ms = :uptime,
             payment_id = NULL, http_status = NULL, answer = NULL",
        &*shop.with(operation),
    )?;
    Ok(())
}

fn settle(
    transaction: &Transaction<'_>,
    shop: &Shop,
    name: Name<'_>,
    attempt: i64,
    end: &Ended<Done<'_>>,
) -> Result<(), Failure> {
    let (counts, known) = (end.counts(), end.known());
    let operation = named_params! {
        ":kind": name.kind as i64, ":subject": name.subject, ":key": name.key, ":attempt": attempt,
        ":state": end.state() as i64, ":counts": counts.map(|counts| counts.at_ms),
        ":boot": counts.and_then(Counts::boot), ":uptime": counts.and_then(Counts::uptime_ms),
        ":payment_id": known.and_then(|known| known.payment_id), ":http_status": known.map(|known| known.http_status),
        ":answer": known.and_then(|known| known.answer), ":known": State::Known as i64,
    };
    transaction.execute(
        &format!(
            "UPDATE operation SET state = :state, {}, payment_id = :payment_id,
                    http_status = :http_status, answer = :answer
             WHERE {OF_SHOP} AND {NAMED} AND attempt = :attempt AND state <> :known",
            set_counts()
        ),
        &*shop.with(operation),
    )?;
    Ok(())
}

//! What a callback was answered with: its repetitions get the same answer, signed anew.

use rusqlite::{OptionalExtension, Transaction, named_params};

use super::sale::Shop;
use super::{Failure, Journal};
use crate::outcome::Error;

/// An answer: its number, and what the payer reads.
pub(crate) type Kept = (i64, Option<String>);

impl Journal<'_> {
    /// What a callback was answered with before. `callback` tells it from others, whatever its salt and signature are.
    pub fn kept_reply(&self, shop: &Shop, callback: &str) -> Result<Option<Kept>, Error> {
        self.read(|transaction| find(transaction, shop, callback))
    }

    /// Keeps the answer to a callback, unless another process has answered it meanwhile; gives the answer that counts.
    pub fn keep_reply(&self, shop: &Shop, callback: &str, reply: Kept) -> Result<Kept, Error> {
        self.write(|transaction| {
            if let Some(kept) = find(transaction, shop, callback)? {
                return Ok(kept);
            }
            transaction.execute(
                "INSERT INTO reply (gateway, merchant_id, callback, status, description)
                 VALUES (:gateway, :merchant_id, :callback, :status, :description)",
                named_params! {
                    ":gateway": shop.gateway, ":merchant_id": shop.merchant_id, ":callback": callback,
                    ":status": reply.0, ":description": reply.1,
                },
            )?;
            Ok(reply)
        })
    }
}

fn find(transaction: &Transaction<'_>, shop: &Shop, callback: &str) -> Result<Option<Kept>, Failure> {
    let mut statement = transaction.prepare(
        "SELECT status, description FROM reply
         WHERE gateway = :gateway AND merchant_id = :merchant_id AND callback = :callback",
    )?;
    let key = named_params! {
        ":gateway": shop.gateway, ":merchant_id": shop.merchant_id, ":callback": callback,
    };
    Ok(statement.query_row(key, |row| Ok((row.get(0)?, row.get(1)?))).optional()?)
}

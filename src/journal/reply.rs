//! What a result was answered with: its repetitions get the same answer, signed anew.

use rusqlite::{OptionalExtension, Transaction, named_params};

use super::shop::{OF_SHOP, Shop};
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
            let (status, description) = &reply;
            let named =
                named_params! { ":callback": callback, ":status": status, ":description": description };
            transaction.execute(
                "INSERT INTO reply (gateway, merchant_id, callback, status, description)
                 VALUES (:gateway, :merchant_id, :callback, :status, :description)",
                &*shop.with(named),
            )?;
            Ok(reply)
        })
    }
}

fn find(transaction: &Transaction<'_>, shop: &Shop, callback: &str) -> Result<Option<Kept>, Failure> {
    let mut statement = transaction.prepare(&format!(
        "SELECT status, description FROM reply WHERE {OF_SHOP} AND callback = :callback"
    ))?;
    let key = named_params! { ":callback": callback };
    Ok(statement.query_row(&*shop.with(key), |row| Ok((row.get(0)?, row.get(1)?))).optional()?)
}

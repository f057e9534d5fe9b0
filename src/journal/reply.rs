//! What a callback was answered with: its repetitions get the same answer.

use rusqlite::{OptionalExtension, named_params};

use super::Journal;
use super::sale::Shop;
use crate::outcome::Error;

impl Journal<'_> {
    /// Keeps the answer to a callback, unless it was answered before; gives the answer that counts. `callback` tells it from
    /// others, whatever its salt and signature are.
    pub fn reply(&self, shop: &Shop, callback: &str, reply: &[u8]) -> Result<Vec<u8>, Error> {
        let key = named_params! {
            ":gateway": shop.gateway, ":merchant_id": shop.merchant_id, ":callback": callback,
        };
        const KEPT: &str = "SELECT reply FROM reply
            WHERE gateway = :gateway AND merchant_id = :merchant_id AND callback = :callback";
        let kept =
            self.read(|transaction| Ok(transaction.query_row(KEPT, key, |row| row.get(0)).optional()?))?;
        if let Some(kept) = kept {
            return Ok(kept);
        }
        self.write(|transaction| {
            transaction.execute(
                "INSERT OR IGNORE INTO reply (gateway, merchant_id, callback, reply)
                 VALUES (:gateway, :merchant_id, :callback, :reply)",
                named_params! {
                    ":gateway": shop.gateway, ":merchant_id": shop.merchant_id, ":callback": callback,
                    ":reply": reply,
                },
            )?;
            // Another process may have been faster.
            Ok(transaction.query_row(KEPT, key, |row| row.get(0))?)
        })
    }
}

//! What a callback was answered with: its repetitions get the same answer.

use rusqlite::{OptionalExtension, named_params};

use super::Journal;
use super::sale::Shop;
use crate::outcome::Error;

const KEPT: &str = "SELECT reply FROM reply
    WHERE gateway = :gateway AND merchant_id = :merchant_id AND callback = :callback";

impl Journal<'_> {
    /// What a callback was answered with before. `callback` tells it from others, whatever its salt and signature are.
    pub fn kept_reply(&self, shop: &Shop, callback: &str) -> Result<Option<Vec<u8>>, Error> {
        self.read(|transaction| {
            let key = named_params! {
                ":gateway": shop.gateway, ":merchant_id": shop.merchant_id, ":callback": callback,
            };
            Ok(transaction.query_row(KEPT, key, |row| row.get(0)).optional()?)
        })
    }

    /// Keeps the answer to a callback, unless another process has answered it meanwhile; gives the answer that counts.
    pub fn keep_reply(&self, shop: &Shop, callback: &str, reply: &[u8]) -> Result<Vec<u8>, Error> {
        self.write(|transaction| {
            transaction.execute(
                "INSERT OR IGNORE INTO reply (gateway, merchant_id, callback, reply)
                 VALUES (:gateway, :merchant_id, :callback, :reply)",
                named_params! {
                    ":gateway": shop.gateway, ":merchant_id": shop.merchant_id, ":callback": callback,
                    ":reply": reply,
                },
            )?;
            let key = named_params! {
                ":gateway": shop.gateway, ":merchant_id": shop.merchant_id, ":callback": callback,
            };
            Ok(transaction.query_row(KEPT, key, |row| row.get(0))?)
        })
    }
}

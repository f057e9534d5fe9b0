//! Whose rows are meant: every statement of the journal is about one shop.

use rusqlite::ToSql;

/// A merchant at a gateway.
#[derive(Clone, Debug)]
pub(crate) struct Shop {
    pub gateway: String,
    pub merchant_id: i64,
}

/// What a statement says of the rows it is about; `Shop::with` has its values.
pub(super) const OF_SHOP: &str = "gateway = :gateway AND merchant_id = :merchant_id";

/// The values of a statement by their names.
pub(super) type Named<'a> = (&'a str, &'a dyn ToSql);

impl Shop {
    /// The values of a statement about this shop's rows, and those that it has beside them.
    pub(super) fn with<'a>(&'a self, others: &[Named<'a>]) -> Vec<Named<'a>> {
        let shop: [Named<'a>; 2] = [(":gateway", &self.gateway), (":merchant_id", &self.merchant_id)];
        shop.iter().chain(others).copied().collect()
    }
}

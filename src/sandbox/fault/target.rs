//! What a rule can ask about a request: its address, its merchant and its order, read out of any form of body.

use axum::body::Bytes;
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;

use super::place::ends_with;
use crate::sandbox::ledger::Ledger;
use crate::sandbox::options::parse_id;
use crate::sandbox::request::{Fields, Format};
use crate::sandbox::state::State;
use crate::sandbox::{card_page, classic, page};

/// A request, as far as rules look at it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::sandbox) struct Target {
    pub path: String,
    /// Not one of the payer's pages.
    pub of_api: bool,
    pub merchant: Option<u64>,
    pub order: Option<String>,
}

/// The fields that lead to a sale, in the words of either API.
#[derive(Default)]
struct Named {
    merchant: Option<u64>,
    order: Option<String>,
    payment: Option<u64>,
    customer: Option<String>,
}

impl Target {
    /// A request that only has the number of a sale is about that sale's order.
    pub async fn of(state: &State, parts: &Parts, body: &Bytes) -> Target {
        let path = parts.uri.path().to_owned();
        let of_api = !matches!(path.as_str(), page::PATH | card_page::PATH);
        let named = Named::read(parts, body).await;
        let sale = state.ledger(|ledger, _| named.sale(ledger));
        let (merchant, order) = sale.map_or((None, None), |(merchant, order)| (Some(merchant), Some(order)));
        Target { path, of_api, merchant: named.merchant.or(merchant), order: named.order.or(order) }
    }

    /// Whether the address is this one or ends with it, from one of its slashes on.
    pub(super) fn is_at(&self, endpoint: &str) -> bool {
        ends_with(&self.path, endpoint)
    }
}

impl Named {
    async fn read(parts: &Parts, body: &Bytes) -> Named {
        if let (Some(format), Some(content_type)) =
            (Format::of(&parts.headers), parts.headers.get(CONTENT_TYPE))
            && let Ok(fields) = Fields::decode(format, content_type, body).await
            && fields.peek("pg_merchant_id").is_none()
        {
            return Named {
                merchant: fields.peek("merchant_id").and_then(parse_id),
                order: fields.peek("order_id").map(str::to_owned),
                payment: fields.peek("invoice_id").and_then(parse_id),
                customer: fields.peek("customer").map(str::to_owned),
            };
        }
        let Some(message) = classic::read_message(parts, body).await else { return Named::default() };
        Named {
            merchant: message.peek("pg_merchant_id").and_then(parse_id),
            order: message.peek("pg_order_id").map(str::to_owned),
            payment: message.peek("pg_payment_id").and_then(parse_id),
            customer: None,
        }
    }

    fn sale(&self, ledger: &Ledger) -> Option<(u64, String)> {
        let payment = match (&self.customer, self.payment) {
            (Some(customer), _) => ledger.by_customer(customer),
            (None, Some(id)) => {
                ledger.find(id).map(|found| found.payment().payment_id).and_then(|id| ledger.get(id))
            }
            (None, None) => None,
        };
        payment.map(|payment| (payment.merchant_id, payment.order_id.clone()))
    }
}

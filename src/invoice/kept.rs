//! An invoice given again out of the journal, without asking the gateway.

use super::{Subject, read};
use crate::answer::{Answer, Invoice, InvoiceStatus};
use crate::call::{Field, Value};
use crate::journal::{Known, Sale};
use crate::outcome::shown;
use crate::wire;

/// The invoice of a sale, with everything that init's answer said, and where it was last seen to stand. The error says why
/// what was kept cannot be read.
pub(super) fn repeat(sale: Sale) -> Result<Invoice, String> {
    let Sale { order_id, amount, currency, known, .. } = sale;
    let Some(Known { invoice_id, status, http_status, answer }) = known else {
        return Err(format!("the journal has order {} without its invoice", shown(&order_id)));
    };
    let body = answer.unwrap_or_else(|| body(invoice_id, status, amount, currency));
    let document = wire::decode(&body)?;
    let answer = Answer { http_status, body, document };
    let invoice = read(answer, Subject::Order(&order_id)).map_err(|(reason, _)| reason)?;
    Ok(invoice.kept(status))
}

/// What stands for init's answer where that was lost and the sale was found by asking.
fn body(invoice_id: i64, status: Option<InvoiceStatus>, amount: String, currency: Option<String>) -> Vec<u8> {
    let text = |name: &'static str, text| Field { name: name.into(), value: Value::Text(text) };
    let number = |name: &'static str, digits| Field { name: name.into(), value: Value::Number(digits) };
    let mut fields = vec![
        text("status", "ok".to_owned()),
        number("invoice_id", invoice_id.to_string()),
        text("invoice_status", status.map_or("other", InvoiceStatus::word).to_owned()),
        number("amount", amount),
    ];
    fields.extend(currency.map(|currency| text("currency", currency)));
    wire::json_object(&fields)
}

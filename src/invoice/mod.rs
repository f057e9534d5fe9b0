//! Invoices: what a till asks for (`request`), the questions and what their answers are about (this file), waiting
//! (`wait`), and what the journal makes of it (`sale`, `kept`).

#[cfg(test)]
mod histories;
mod kept;
mod request;
mod sale;
mod wait;

use crate::answer::{Answer, Invoice, InvoiceStatus};
use crate::call::Call;
use crate::cancel::{Cancel, Until};
use crate::client::{Client, unreadable};
use crate::log::Level;
use crate::outcome::{Error, shown};
use crate::wire::positive;

pub use request::{InvoiceOptions, InvoiceRequest};
pub(crate) use request::{
    check_card_token, check_currency, check_description, check_order_id, check_url, check_user_id,
};
pub use sale::PendingSale;
pub use wait::Progress;

/// What a question was about; an answer about anything else is no answer.
#[derive(Clone, Copy, Debug)]
enum Subject<'a> {
    Order(&'a str),
    Invoice(i64),
    Customer,
}

const INIT: &str = "/v5/merchant/invoice/init";
const STATUS: &str = "/v5/merchant/invoice/status";
const INFO: &str = "/v5/merchant/invoice/info";
const PAY: &str = "/v5/merchant/invoice/pay";

impl Client {
    /// Creates an invoice. It is sent once: after `Unknown` or `Answer`, ask by the order id. An answer that names another
    /// amount or currency is `Answer`: the sale exists, and its payer would pay another sum.
    ///
    /// With a journal, the same order id gives the same invoice again, and an attempt whose outcome is unknown is asked
    /// about before there is another.
    pub fn invoice_init(&self, request: &InvoiceRequest) -> Result<Invoice, Error> {
        self.init(request, &Cancel::default())
    }

    pub(crate) fn init(&self, request: &InvoiceRequest, cancel: &Cancel) -> Result<Invoice, Error> {
        let until = self.until(cancel);
        self.log().flush();
        match self.journal(until) {
            Some(journal) => self.init_journalled(journal, request, until),
            None => self.init_until(request, until),
        }
    }

    fn init_until(&self, request: &InvoiceRequest, until: Until<'_>) -> Result<Invoice, Error> {
        let options = &request.options;
        let call = Call::opening(INIT)
            .text("order_id", request.order_id())
            .number("merchant_id", self.merchant_id)
            .number("amount", request.amount())
            .text("description", request.description())
            .text("invoice_method", options.method())
            .optional_text("currency", options.currency())
            .optional_text("check_url", options.check_url())
            .optional_text("result_url", options.result_url())
            .optional_text("request_method", options.request_method());
        let invoice = self.read(self.send(&call, until)?, &call, Subject::Order(request.order_id()))?;
        if !request.may_be(&invoice) {
            let reason = format!("its sum is {}, not {}", named(&invoice), request.sum());
            return Err(unreadable(call.nature, &reason, invoice.into_answer()));
        }
        if invoice.qr_url().is_none() {
            let id = invoice.id();
            self.log().write(Level::Warn, format_args!("invoice {id} has no QR link that can be read"));
        }
        Ok(invoice)
    }

    /// Asks where an invoice stands.
    pub fn invoice_status(&self, invoice_id: i64) -> Result<Invoice, Error> {
        self.status_until(invoice_id, self.until(&Cancel::default()))
    }

    fn status_until(&self, invoice_id: i64, until: Until<'_>) -> Result<Invoice, Error> {
        self.ask_noted(&self.status_call(invoice_id)?, Subject::Invoice(invoice_id), until)
    }

    /// Asks where the newest invoice of an order stands: the way to find a sale whose answer was lost.
    pub fn invoice_status_by_order(&self, order_id: &str) -> Result<Invoice, Error> {
        self.by_order_until(order_id, self.until(&Cancel::default()))
    }

    fn by_order_until(&self, order_id: &str, until: Until<'_>) -> Result<Invoice, Error> {
        request::check_order_id(order_id)?;
        let call = Call::question(STATUS).number("merchant_id", self.merchant_id).text("order_id", order_id);
        self.ask_noted(&call, Subject::Order(order_id), until)
    }

    /// What a payer's app shows: the invoice behind a scanned link, or behind its `customer` value alone.
    pub fn invoice_info(&self, customer: &str) -> Result<Invoice, Error> {
        let call = Call::question(INFO).text("customer", &request::customer(customer)?);
        self.read(self.send(&call, self.until(&Cancel::default()))?, &call, Subject::Customer)
    }

    /// Pays an invoice with a card that was stored for `user_id` before, as a payer's app does.
    pub fn invoice_pay(&self, customer: &str, user_id: &str, card_token: &str) -> Result<Invoice, Error> {
        request::check_user_id("user_id", user_id)?;
        request::check_card_token(card_token)?;
        let call = Call::order(PAY)
            .text("customer", &request::customer(customer)?)
            .text("user_id", user_id)
            .text("card_token", card_token);
        self.read(self.send(&call, self.until(&Cancel::default()))?, &call, Subject::Customer)
    }

    /// Asks about an invoice and writes the answer in the journal.
    fn ask_noted(&self, call: &Call, subject: Subject<'_>, until: Until<'_>) -> Result<Invoice, Error> {
        let mut invoice = self.read(self.send(call, until)?, call, subject)?;
        if let Subject::Order(order_id) = subject {
            invoice = self.not_anothers(invoice, order_id, call.nature, until)?;
        }
        self.note(&invoice, subject, until);
        Ok(invoice)
    }

    fn status_call(&self, invoice_id: i64) -> Result<Call, Error> {
        if invoice_id < 1 {
            return Err(Error::argument(format!("invoice_id {invoice_id} is not a positive number")));
        }
        Ok(Call::question(STATUS).number("merchant_id", self.merchant_id).number("invoice_id", invoice_id))
    }

    /// Reads an answer that said ok, as one about `subject`.
    fn read(&self, answer: Answer, call: &Call, subject: Subject<'_>) -> Result<Invoice, Error> {
        read(answer, subject).map_err(|(reason, answer)| unreadable(call.nature, &reason, answer))
    }
}

/// What an invoice is over, as the gateway wrote it.
fn named(invoice: &Invoice) -> String {
    let named: Vec<String> =
        [invoice.amount(), invoice.currency()].into_iter().flatten().map(shown).collect();
    named.join(" ")
}

fn read(answer: Answer, subject: Subject<'_>) -> Result<Invoice, (String, Answer)> {
    match identity(&answer, subject) {
        Ok((id, status, order_id)) => Ok(Invoice::of(answer, id, status, order_id)),
        Err(reason) => Err((reason, answer)),
    }
}

/// Which invoice the answer is about and where it stands. The error says why it is not the one asked about.
fn identity(answer: &Answer, subject: Subject<'_>) -> Result<(i64, InvoiceStatus, Option<String>), String> {
    let field = |name| answer.document.get(name).map(str::trim);
    let id = match field("invoice_id") {
        Some(text) => positive(text).ok_or_else(|| format!("its invoice_id is {}", shown(text)))?,
        None => return Err("it has no invoice_id".to_owned()),
    };
    let status = match field("invoice_status") {
        Some(word) if !word.is_empty() => InvoiceStatus::read(word),
        _ => return Err("it has no invoice_status".to_owned()),
    };
    let order_id = field("order_id").filter(|order_id| !order_id.is_empty());
    match (subject, order_id) {
        (Subject::Order(asked), Some(order_id)) if order_id != asked => {
            return Err(format!("it is about order {}, not {}", shown(order_id), shown(asked)));
        }
        (Subject::Invoice(asked), _) if asked != id => {
            return Err(format!("it is about invoice {id}, not {asked}"));
        }
        _ => {}
    }
    let asked = match subject {
        Subject::Order(asked) => Some(asked),
        Subject::Invoice(_) | Subject::Customer => None,
    };
    Ok((id, status, asked.or(order_id).map(str::to_owned)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::decode;

    fn answer(text: &str) -> Answer {
        Answer { http_status: 200, body: text.into(), document: decode(text.as_bytes()).unwrap() }
    }

    #[test]
    fn an_answer_about_something_else_is_no_answer() {
        let about = |inside: &str| answer(&format!("<r><status>ok</status>{inside}</r>"));
        let id = "<invoice_id>7</invoice_id><invoice_status>new</invoice_status>";
        for (inside, subject, reason) in [
            ("<invoice_status>new</invoice_status>", Subject::Customer, "no invoice_id"),
            (
                "<invoice_id/><invoice_status>new</invoice_status>",
                Subject::Customer,
                "its invoice_id is \"\"",
            ),
            ("<invoice_id>0</invoice_id>", Subject::Customer, "its invoice_id is \"0\""),
            ("<invoice_id>+7</invoice_id>", Subject::Customer, "its invoice_id is \"+7\""),
            ("<invoice_id>-7</invoice_id>", Subject::Customer, "its invoice_id is \"-7\""),
            ("<invoice_id>7.0</invoice_id>", Subject::Customer, "its invoice_id is \"7.0\""),
            ("<invoice_id>9223372036854775808</invoice_id>", Subject::Customer, "its invoice_id is"),
            ("<invoice_id>7</invoice_id>", Subject::Customer, "no invoice_status"),
            ("<invoice_id>7</invoice_id><invoice_status/>", Subject::Customer, "no invoice_status"),
            (id, Subject::Invoice(8), "about invoice 7, not 8"),
            (&format!("{id}<order_id>a</order_id>"), Subject::Order("b"), "about order \"a\", not \"b\""),
        ] {
            let (said, kept) = read(about(inside), subject).unwrap_err();
            assert!(said.contains(reason), "{inside}: {said}");
            assert_eq!(kept.http_status, 200, "the answer stays at hand");
        }
    }

    #[test]
    fn an_invoice_is_read_with_every_status_word() {
        for (word, status) in [
            ("new", InvoiceStatus::New),
            ("process", InvoiceStatus::Process),
            ("ok", InvoiceStatus::Ok),
            ("failed", InvoiceStatus::Failed),
            ("incomplete", InvoiceStatus::Incomplete),
            ("frozen", InvoiceStatus::Other),
        ] {
            let text = format!(
                r#"{{"status":"ok","invoice_id":7,"invoice_status":"{word}","amount":10.50,"currency":"KZT","extra":{{}}}}"#
            );
            let invoice = read(answer(&text), Subject::Order("00102")).unwrap();
            assert_eq!((invoice.id(), invoice.status()), (7, status));
            assert_eq!((invoice.order_id(), invoice.amount()), (Some("00102"), Some("10.50")));
        }
    }
}

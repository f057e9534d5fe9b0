//! Invoices: what a till asks for (`request`), what the gateway says of it (this file), waiting (`wait`), and what the
//! journal makes of it (`sale`).

#[cfg(test)]
mod histories;
mod request;
mod sale;
mod wait;

use time::OffsetDateTime;
use time::format_description::well_known::{Iso8601, Rfc3339};

use crate::call::{Call, Field, Value};
use crate::cancel::{Cancel, Until};
use crate::client::{Client, unreadable};
use crate::log::Level;
use crate::outcome::{Error, shown};
use crate::qr::QrSource;
use crate::wire::{self, Answer, positive};

pub use request::{InvoiceOptions, InvoiceRequest};
pub(crate) use request::{
    check_card_token, check_currency, check_description, check_order_id, check_url, check_user_id,
};
pub(crate) use sale::NOT_FOUND_COUNTS_AFTER_MS;
pub use sale::PendingSale;
pub use wait::Progress;

/// Where an invoice stands. The numbers are those of the C ABI.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(i32)]
pub enum InvoiceStatus {
    /// Nobody has looked at it yet.
    New = 1,
    /// The payer or the payment system is at work.
    Process = 2,
    /// Paid.
    Ok = 3,
    /// The payment failed.
    Failed = 4,
    /// It expired unpaid.
    Incomplete = 5,
    /// A word that this version does not know; the answer's field `invoice_status` has it.
    Other = 6,
}

impl InvoiceStatus {
    fn read(word: &str) -> InvoiceStatus {
        match word {
            "new" => InvoiceStatus::New,
            "process" => InvoiceStatus::Process,
            "ok" => InvoiceStatus::Ok,
            "failed" => InvoiceStatus::Failed,
            "incomplete" => InvoiceStatus::Incomplete,
            _ => InvoiceStatus::Other,
        }
    }

    /// The status of a number of the C ABI.
    pub(crate) fn from_number(number: i64) -> Option<InvoiceStatus> {
        use InvoiceStatus::{Failed, Incomplete, New, Ok, Other, Process};
        [New, Process, Ok, Failed, Incomplete, Other].into_iter().find(|&status| status as i64 == number)
    }

    fn word(self) -> &'static str {
        match self {
            InvoiceStatus::New => "new",
            InvoiceStatus::Process => "process",
            InvoiceStatus::Ok => "ok",
            InvoiceStatus::Failed => "failed",
            InvoiceStatus::Incomplete => "incomplete",
            InvoiceStatus::Other => "other",
        }
    }

    /// Nothing more will happen to it: paid, failed or expired.
    pub fn is_final(self) -> bool {
        matches!(self, InvoiceStatus::Ok | InvoiceStatus::Failed | InvoiceStatus::Incomplete)
    }
}

/// What the gateway said of an invoice.
#[derive(Clone, Debug)]
pub struct Invoice {
    id: i64,
    status: InvoiceStatus,
    order_id: Option<String>,
    qr: QrSource,
    from_journal: bool,
    answer: Answer,
}

/// An invoice as the journal has kept it.
struct Kept {
    order_id: String,
    amount: String,
    currency: Option<String>,
    invoice_id: i64,
    status: Option<InvoiceStatus>,
    http_status: u16,
    answer: Option<Vec<u8>>,
}

impl Invoice {
    /// The gateway's id; the key for everything that follows.
    pub fn id(&self) -> i64 {
        self.id
    }

    /// Where it stands.
    pub fn status(&self) -> InvoiceStatus {
        self.status
    }

    /// The merchant's id of the order: the one asked about, also when the answer does not repeat it.
    pub fn order_id(&self) -> Option<&str> {
        self.order_id.as_deref()
    }

    /// The amount as the gateway wrote it.
    pub fn amount(&self) -> Option<&str> {
        self.answer.document.get("amount")
    }

    /// The currency, such as `KZT`.
    pub fn currency(&self) -> Option<&str> {
        self.answer.document.get("currency")
    }

    /// The moment of the answer in seconds since 1970; none when `dt` is absent or cannot be read.
    pub fn unix_time(&self) -> Option<i64> {
        unix_time(&self.answer.document)
    }

    /// The link that the payer's phone opens.
    pub fn qr_url(&self) -> Option<&str> {
        self.qr.link()
    }

    /// What the gateway sent to be scanned: the link, or the picture it is read from.
    pub fn qr(&self) -> &QrSource {
        &self.qr
    }

    /// The answer with all its fields.
    pub fn answer(&self) -> &Answer {
        &self.answer
    }

    /// Whether this was answered from the journal, without asking the gateway now.
    pub fn is_from_journal(&self) -> bool {
        self.from_journal
    }

    /// The invoice that the journal has kept, with everything that init's answer said, and where it was last seen to
    /// stand. The error says why what was kept cannot be read.
    fn from_journal(kept: Kept) -> Result<Invoice, String> {
        let body = kept.answer.unwrap_or_else(|| {
            let field = |name: &'static str, value| Field { name: name.into(), value };
            let mut fields = vec![
                field("status", Value::Text("ok".to_owned())),
                field("invoice_id", Value::Number(kept.invoice_id.to_string())),
                field(
                    "invoice_status",
                    Value::Text(kept.status.map_or("other", InvoiceStatus::word).to_owned()),
                ),
                field("amount", Value::Number(kept.amount)),
            ];
            fields.extend(kept.currency.map(|currency| field("currency", Value::Text(currency))));
            wire::json_object(&fields)
        });
        let document = wire::decode(&body)?;
        let answer = Answer { http_status: kept.http_status, body, document };
        let invoice = read(answer, Subject::Order(&kept.order_id)).map_err(|(reason, _)| reason)?;
        let status = kept.status.unwrap_or(invoice.status);
        Ok(Invoice { status, from_journal: true, ..invoice })
    }

    pub(crate) fn into_answer(self) -> Answer {
        self.answer
    }
}

/// `dt` of an answer in seconds since 1970.
pub(crate) fn unix_time(document: &crate::wire::Document) -> Option<i64> {
    let text = document.get("dt")?.trim();
    let time =
        OffsetDateTime::parse(text, &Rfc3339).or_else(|_| OffsetDateTime::parse(text, &Iso8601::PARSING));
    Some(time.ok()?.unix_timestamp())
}

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
    /// Creates an invoice. It is sent once: after `Unknown` or `Answer`, ask by the order id.
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
        let call = Call::order(INIT)
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
        if invoice.qr.link().is_none() {
            let id = invoice.id;
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

fn read(answer: Answer, subject: Subject<'_>) -> Result<Invoice, (String, Answer)> {
    match identity(&answer, subject) {
        Ok((id, status, order_id)) => {
            let qr = answer.document.get("invoice_methods/qr").map(QrSource::read).unwrap_or_default();
            Ok(Invoice { id, status, order_id, qr, from_journal: false, answer })
        }
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

    #[test]
    fn dt_is_read_with_its_offset() {
        let at = |dt: &str| unix_time(&decode(format!("<r><dt>{dt}</dt></r>").as_bytes()).unwrap());
        for dt in ["2019-08-24T14:15:22Z", "2019-08-24T19:15:22+05:00", "2019-08-24T19:15:22+0500"] {
            assert_eq!(at(dt), Some(1_566_656_122), "{dt}");
        }
        for dt in ["", "yesterday", "2019-08-24", "2019-08-24 14:15:22", "2019-13-24T14:15:22Z"] {
            assert_eq!(at(dt), None, "{dt}");
        }
    }
}

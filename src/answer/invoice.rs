//! An invoice as an answer shows it: which it is, where it stands, and what the payer's phone is to scan.

use super::Answer;
use crate::scan::QrSource;

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
    pub(crate) fn read(word: &str) -> InvoiceStatus {
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

    pub(crate) fn word(self) -> &'static str {
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

impl Invoice {
    /// The invoice that an answer is about, with what the answer has to be scanned.
    pub(crate) fn of(answer: Answer, id: i64, status: InvoiceStatus, order_id: Option<String>) -> Invoice {
        let qr = answer.document.get("invoice_methods/qr").map(QrSource::read).unwrap_or_default();
        Invoice { id, status, order_id, qr, from_journal: false, answer }
    }

    /// The same, as the journal has kept it, where it was last seen to stand.
    pub(crate) fn kept(self, last_seen: Option<InvoiceStatus>) -> Invoice {
        Invoice { status: last_seen.unwrap_or(self.status), from_journal: true, ..self }
    }

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
        self.answer.unix_time()
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

    pub(crate) fn into_answer(self) -> Answer {
        self.answer
    }
}

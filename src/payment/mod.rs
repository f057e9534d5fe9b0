//! What follows a payment, and every other thing of the classic Merchant API: this file is what the gateway says of a
//! payment, the others are what can be done.

mod after;
mod attempt;
#[cfg(test)]
mod histories;
#[cfg(test)]
mod invented;
mod card;
mod mobile;
mod page;
mod payout;
mod refund;
mod said;
#[cfg(test)]
mod tests;
mod token;

use crate::address;
use crate::answer::Answer;
use crate::call::Call;
use crate::client::{Client, unreadable};
use crate::invoice::{check_description, check_order_id};
use crate::money::Amount;
use crate::outcome::{Error, shown};
use crate::wire::positive;

pub use card::{Card, Cards};
pub use payout::{Balance, PayoutQuestion, PendingPayout};
pub use refund::PendingRefund;

/// Where a payment stands. The numbers are those of the C ABI; no source has a full list of the words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(i32)]
pub enum PaymentStatus {
    /// Nobody has paid yet.
    New = 1,
    /// The payment system is at work.
    Process = 2,
    /// Waiting for the payer or the payment system.
    Pending = 3,
    /// Paid in part.
    Partial = 4,
    /// Paid; where `captured` is no, only held.
    Success = 5,
    /// The payment failed.
    Error = 6,
    /// The payment failed.
    Failed = 7,
    /// It expired unpaid.
    Incomplete = 8,
    /// Given back.
    Revoked = 9,
    /// Given back.
    Refunded = 10,
    /// A hold that was let go.
    Canceled = 11,
    /// The merchant refused it.
    Rejected = 12,
    /// It expired unpaid.
    Expired = 13,
    /// A word that this version does not know; the answer's field has it.
    Other = 14,
}

impl PaymentStatus {
    const WORDS: [(&'static str, PaymentStatus); 13] = [
        ("new", PaymentStatus::New),
        ("process", PaymentStatus::Process),
        ("pending", PaymentStatus::Pending),
        ("partial", PaymentStatus::Partial),
        ("success", PaymentStatus::Success),
        ("error", PaymentStatus::Error),
        ("failed", PaymentStatus::Failed),
        ("incomplete", PaymentStatus::Incomplete),
        ("revoked", PaymentStatus::Revoked),
        ("refunded", PaymentStatus::Refunded),
        ("canceled", PaymentStatus::Canceled),
        ("rejected", PaymentStatus::Rejected),
        ("expired", PaymentStatus::Expired),
    ];

    fn read(word: &str) -> PaymentStatus {
        let known = Self::WORDS.iter().find(|(known, _)| *known == word.trim());
        known.map_or(PaymentStatus::Other, |(_, status)| *status)
    }

    /// It certainly did not and will not bring money.
    pub fn has_failed(self) -> bool {
        use PaymentStatus::{Canceled, Error, Expired, Failed, Incomplete, Rejected};
        matches!(self, Error | Failed | Incomplete | Canceled | Rejected | Expired)
    }
}

/// A refund in a payment's list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refund<'a> {
    /// The gateway's id of the refund, which is a payment of its own.
    pub payment_id: Option<i64>,
    /// What was given back: decimal text as the gateway wrote it, negative.
    pub amount: Option<&'a str>,
    /// Where the refund stands: `Error` is one that failed.
    pub status: Option<PaymentStatus>,
    /// `YYYY-MM-DD HH:MM:SS`, in a zone that no source names.
    pub date_time: Option<&'a str>,
}

/// What the gateway said of a payment or a payout.
#[derive(Clone, Debug)]
pub struct Payment {
    id: Option<i64>,
    order_id: Option<String>,
    refund_id: Option<i64>,
    from_journal: bool,
    answer: Answer,
}

impl Payment {
    /// The gateway's id; none where the answer names none.
    pub fn id(&self) -> Option<i64> {
        self.id
    }

    /// Where it stands; none where the answer does not say.
    pub fn status(&self) -> Option<PaymentStatus> {
        status(&self.answer)
    }

    /// The merchant's id of the order: the one asked about, also when the answer does not repeat it.
    pub fn order_id(&self) -> Option<&str> {
        self.order_id.as_deref()
    }

    /// The amount, decimal text as the gateway wrote it.
    pub fn amount(&self) -> Option<&str> {
        self.field("pg_amount").or_else(|| self.field("pg_payment_amount"))
    }

    /// The currency, such as `KZT`.
    pub fn currency(&self) -> Option<&str> {
        self.field("pg_currency")
    }

    /// Whether the money was taken; `false` is a hold, and none where the answer does not say.
    pub fn is_captured(&self) -> Option<bool> {
        captured(&self.answer)
    }

    /// Whether the payer's money is the merchant's: paid and not only held. A refund takes nothing away from this; it
    /// stands in `refunds`.
    pub fn is_paid(&self) -> bool {
        is_paid(&self.answer)
    }

    /// Where to send the payer's browser.
    pub fn redirect_url(&self) -> Option<&str> {
        self.field("pg_redirect_url")
    }

    /// The gateway's id of the refund that was made, or found.
    pub fn refund_id(&self) -> Option<i64> {
        self.refund_id
    }

    /// The refunds, in the order of the answer, failed ones included.
    pub fn refunds(&self) -> Vec<Refund<'_>> {
        refunds(&self.answer)
    }

    /// Whether this was answered from the journal, without sending it now.
    pub fn is_from_journal(&self) -> bool {
        self.from_journal
    }

    /// The answer with all its fields.
    pub fn answer(&self) -> &Answer {
        &self.answer
    }

    pub(crate) fn into_answer(self) -> Answer {
        self.answer
    }

    fn field(&self, name: &str) -> Option<&str> {
        self.answer.document.get(name)
    }
}

/// `pg_payment_status`; the older API's `pg_transaction_status`, which says `ok` for a success; or the status of the answer
/// itself where that is a word about the payment.
pub(crate) fn status(answer: &Answer) -> Option<PaymentStatus> {
    let field = |name| answer.document.get(name).map(str::trim);
    match (field("pg_payment_status"), field("pg_transaction_status"), field("pg_status")) {
        (Some(word), ..) => Some(PaymentStatus::read(word)),
        (None, Some("ok"), _) => Some(PaymentStatus::Success),
        (None, Some(word), _) => Some(PaymentStatus::read(word)),
        (None, None, Some("ok" | "error") | None) => None,
        (None, None, Some(word)) => Some(PaymentStatus::read(word)),
    }
}

pub(crate) fn captured(answer: &Answer) -> Option<bool> {
    match answer.document.get("pg_captured")?.trim() {
        "0" => Some(false),
        "1" => Some(true),
        _ => None,
    }
}

pub(crate) fn is_paid(answer: &Answer) -> bool {
    let document = &answer.document;
    // A refund is a payment of its own, of a negative amount.
    let is_refund = document.get("pg_amount").is_some_and(|amount| amount.trim().starts_with('-'));
    let is_taken = document.count("pg_captured") == 0 || captured(answer) == Some(true);
    status(answer) == Some(PaymentStatus::Success) && is_taken && !is_refund
}

/// The place of each refund; older answers name their list otherwise.
const REFUNDS: [&str; 2] = ["pg_refund_payments/pg_refund_payment", "pg_revoked_payments/pg_revoked_payment"];

/// What a payment's refunds are.
pub(crate) fn refunds(answer: &Answer) -> Vec<Refund<'_>> {
    let document = &answer.document;
    let mut refunds = Vec::new();
    for list in REFUNDS {
        for index in 0..document.count(list) {
            let field = |name| document.get(&format!("{list}[{index}]/{name}"));
            refunds.push(Refund {
                payment_id: field("pg_payment_id").and_then(positive),
                amount: field("pg_amount"),
                status: field("pg_payment_status").map(PaymentStatus::read),
                date_time: field("pg_payment_date"),
            });
        }
    }
    refunds
}

/// What a call was about; an answer about anything else is no answer.
#[derive(Clone, Copy, Debug)]
enum Subject<'a> {
    Payment(i64),
    Order(&'a str),
    /// Nothing that had a name before.
    New,
}

impl Client {
    /// Reads an answer that said ok, as one about `subject`.
    fn read_payment(&self, answer: Answer, call: &Call, subject: Subject<'_>) -> Result<Payment, Error> {
        read(answer, subject).map_err(|(reason, answer)| unreadable(call.nature, &reason, answer))
    }

    /// The same, of a question: a payment whose id is 0 is none.
    fn read_status(&self, answer: Answer, call: &Call, subject: Subject<'_>) -> Result<Payment, Error> {
        match answer.document.get("pg_payment_id").map(str::trim) {
            Some("0") => Err(Error::absent(answer)),
            _ => self.read_payment(answer, call, subject),
        }
    }

    /// The same, as one that names the payment that it made.
    fn read_made(&self, answer: Answer, call: &Call, subject: Subject<'_>) -> Result<Payment, Error> {
        let payment = self.read_payment(answer, call, subject)?;
        match payment.id {
            Some(_) => Ok(payment),
            None => Err(unreadable(call.nature, "it has no pg_payment_id", payment.answer)),
        }
    }

    /// The same, as one that also says where to send the browser.
    fn read_page(&self, answer: Answer, call: &Call, subject: Subject<'_>) -> Result<Payment, Error> {
        let payment = self.read_made(answer, call, subject)?;
        let is_link = |text: &str| address::read(text).is_some_and(|url| address::is_web(&url));
        let reason = match payment.redirect_url() {
            Some(link) if is_link(link) => return Ok(payment),
            Some(text) => format!("its pg_redirect_url is {}", shown(text)),
            None => "it has no pg_redirect_url".to_owned(),
        };
        Err(unreadable(call.nature, &reason, payment.answer))
    }
}

fn read(answer: Answer, subject: Subject<'_>) -> Result<Payment, (String, Answer)> {
    match identity(&answer, subject) {
        Ok((id, order_id)) => {
            let refund_id = answer.document.get("pg_revoke_payment_id").map(str::trim).and_then(positive);
            Ok(Payment { id, order_id, refund_id, from_journal: false, answer })
        }
        Err(reason) => Err((reason, answer)),
    }
}

/// Which payment the answer is about. The error says why it is not the one asked about.
fn identity(answer: &Answer, subject: Subject<'_>) -> Result<(Option<i64>, Option<String>), String> {
    let field = |name| answer.document.get(name).map(str::trim).filter(|text| !text.is_empty());
    let id = match field("pg_payment_id") {
        Some(text) => Some(positive(text).ok_or_else(|| format!("its pg_payment_id is {}", shown(text)))?),
        None => None,
    };
    let order_id = field("pg_order_id");
    match subject {
        Subject::Payment(asked) => match id {
            Some(id) if id != asked => Err(format!("it is about payment {id}, not {asked}")),
            _ => Ok((Some(asked), order_id.map(str::to_owned))),
        },
        Subject::Order(asked) => match order_id {
            Some(order_id) if order_id != asked => {
                Err(format!("it is about order {}, not {}", shown(order_id), shown(asked)))
            }
            _ => Ok((id, Some(asked.to_owned()))),
        },
        Subject::New => Ok((id, order_id.map(str::to_owned))),
    }
}

/// What every call that makes a payment or a payout begins with.
fn sale(call: Call, order_id: &str, amount: &Amount, description: &str) -> Result<Call, Error> {
    check_order_id(order_id)?;
    check_description(description)?;
    let call = call.text("pg_order_id", order_id).text("pg_amount", amount.as_str());
    Ok(call.text("pg_description", description))
}

/// A payment's id as the caller gives it.
pub(crate) fn check_payment_id(field: &str, id: i64) -> Result<(), Error> {
    if id < 1 {
        return Err(Error::argument(format!("{field} {id} is not a positive number")));
    }
    Ok(())
}

//! What became of a call, in one place for every way of saying it: the same facts that a C program reads from an
//! `fp_result`.

use freedompay::{
    Advice, Answer, Balance, Cards, Code, Error, Invoice, InvoiceRequest, InvoiceStatus, Payment,
    PaymentStatus, Picture, Refund, Sent,
};

/// The end of a call.
#[derive(Clone, Debug)]
pub struct Facts {
    /// None: it went well.
    pub code: Option<Code>,
    /// One sentence for a person; empty when it went well.
    pub message: String,
    pub sent: Sent,
    pub advice: Advice,
    pub from_journal: bool,
    pub gateway_code: i32,
    pub gateway_message: Option<String>,
    pub is_not_found: bool,
    pub leaves_open: bool,
    /// Nobody remembers attempts at the order.
    pub has_no_journal: bool,
    /// The one asked about when no answer came.
    pub invoice_id: Option<i64>,
    pub invoice_status: Option<InvoiceStatus>,
    pub order_id: Option<String>,
    pub qr_url: Option<String>,
    pub picture: Option<Picture>,
    /// The one asked about when no answer came.
    pub payment_id: Option<i64>,
    /// The answer as one about a payment, where it is that.
    pub payment: Option<Payment>,
    pub answer: Answer,
    /// Whether the answer's fields are about what was asked.
    pub trusted: bool,
    pub asked: Asked,
}

/// What a call is about, as it was asked for.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    pub order_id: Option<String>,
    pub invoice_id: Option<i64>,
    pub payment_id: Option<i64>,
    pub amount: Option<String>,
    pub currency: Option<String>,
}

impl Default for Facts {
    fn default() -> Facts {
        Facts {
            code: None,
            message: String::new(),
            sent: Sent::No,
            advice: Advice::None,
            from_journal: false,
            gateway_code: 0,
            gateway_message: None,
            is_not_found: false,
            leaves_open: false,
            has_no_journal: false,
            invoice_id: None,
            invoice_status: None,
            order_id: None,
            qr_url: None,
            picture: None,
            payment_id: None,
            payment: None,
            answer: Answer::default(),
            trusted: false,
            asked: Asked::default(),
        }
    }
}

impl Asked {
    pub fn invoice(invoice_id: i64) -> Asked {
        Asked { invoice_id: Some(invoice_id), ..Asked::default() }
    }

    pub fn payment(payment_id: i64) -> Asked {
        Asked { payment_id: Some(payment_id), ..Asked::default() }
    }

    pub fn order(order_id: &str) -> Asked {
        Asked { order_id: Some(order_id.to_owned()), ..Asked::default() }
    }

    pub fn request(request: &InvoiceRequest) -> Asked {
        Asked {
            amount: Some(request.amount().to_string()),
            currency: request.options.currency().map(str::to_owned),
            ..Asked::order(request.order_id())
        }
    }
}

impl Facts {
    /// The end of a call of the library.
    pub fn of<T: Said>(end: Result<T, Error>, asked: Asked) -> Facts {
        let mut facts = Facts::default().about(asked);
        match end {
            Ok(said) => {
                facts.from_journal = said.is_from_journal();
                facts.sent = if facts.from_journal { Sent::No } else { Sent::Yes };
                said.put_into(&mut facts);
            }
            Err(error) => facts.set_error(&error),
        }
        facts
    }

    /// Something was wrong before there was anything to ask.
    pub fn wrong(code: Code, message: impl Into<String>) -> Problem {
        Box::new(Facts { code: Some(code), message: message.into(), advice: Advice::Fix, ..Facts::default() })
    }

    fn set_error(&mut self, error: &Error) {
        self.code = Some(error.code());
        self.message = error.message().to_owned();
        self.sent = error.sent();
        self.advice = error.advice();
        self.gateway_code = error.gateway_code();
        self.gateway_message = error.gateway_message().map(str::to_owned);
        self.is_not_found = error.is_not_found();
        self.leaves_open = error.leaves_open();
        if let Some(invoice) = error.invoice() {
            self.set_invoice(invoice);
        }
        if let Some(answer) = error.answer() {
            self.answer = answer.clone();
        }
    }

    fn set_invoice(&mut self, invoice: &Invoice) {
        self.trusted = true;
        self.invoice_id = Some(invoice.id());
        self.invoice_status = Some(invoice.status());
        if let Some(order_id) = invoice.order_id() {
            self.order_id = Some(order_id.to_owned());
        }
        self.qr_url = invoice.qr_url().map(str::to_owned);
        self.picture = invoice.qr().picture().cloned();
    }

    /// What is still known of a sale from its init, where the question about it did not bring it.
    pub fn with_init(mut self, init: &Facts) -> Facts {
        self.asked = init.asked.clone();
        self.invoice_id = self.invoice_id.or(init.invoice_id);
        self.order_id = self.order_id.or_else(|| init.order_id.clone());
        self.qr_url = self.qr_url.or_else(|| init.qr_url.clone());
        self.picture = self.picture.or_else(|| init.picture.clone());
        self
    }

    /// The same, of a call about `asked`.
    pub fn about(self, asked: Asked) -> Facts {
        Facts {
            invoice_id: asked.invoice_id.filter(|&id| id > 0),
            payment_id: asked.payment_id.filter(|&id| id > 0),
            order_id: asked.order_id.clone(),
            asked,
            ..self
        }
    }

    /// A field of an answer about what was asked; none out of an answer about another sale.
    pub fn field(&self, path: &str) -> Option<&str> {
        if self.trusted { self.answer.document.get(path) } else { None }
    }

    /// What the answer says of its subject, under either API's name for it: `amount` or `pg_amount`.
    pub fn said(&self, name: &str) -> Option<&str> {
        self.field(name).or_else(|| self.field(&format!("pg_{name}")))
    }

    /// The answer, when it is about what was asked.
    pub fn trusted_answer(&self) -> Option<&Answer> {
        self.trusted.then_some(&self.answer)
    }

    /// As the gateway wrote it, else as it was asked for. Of a refund it is what was given back.
    pub fn amount(&self) -> Option<&str> {
        let asked = self.asked.amount.as_deref();
        match self.refund_id() {
            // What an answer says beside a refund is the payment's own; in its list a refund is negative.
            Some(_) => asked.or_else(|| Some(self.listed_refund()?.amount?.trim().trim_start_matches('-'))),
            None => self.said("amount").or(asked),
        }
    }

    /// As the gateway wrote it, else as it was asked for.
    pub fn currency(&self) -> Option<&str> {
        self.said("currency").or(self.asked.currency.as_deref())
    }

    /// The moment of the answer, as the gateway wrote it.
    pub fn answered_at(&self) -> Option<&str> {
        let document = &self.answer.document;
        document.get("dt").or_else(|| document.get("pg_payment_date"))
    }

    /// The same; of a refund its own.
    pub fn date_time(&self) -> Option<&str> {
        match self.refund_id() {
            Some(_) => self.listed_refund()?.date_time,
            None => self.answered_at(),
        }
    }

    /// That instant in seconds.
    pub fn unix_time(&self) -> Option<i64> {
        self.answer.unix_time().filter(|_| self.refund_id().is_none())
    }

    /// Whether it was said that the money was paid and taken, of an invoice or of a payment.
    pub fn is_paid(&self) -> bool {
        let invoice = self.code.is_none() && self.invoice_status == Some(InvoiceStatus::Ok);
        invoice || self.trusted_answer().is_some_and(Answer::is_payment_paid)
    }

    /// The gateway's id of the refund that was made, or found.
    pub fn refund_id(&self) -> Option<i64> {
        self.payment.as_ref()?.refund_id()
    }

    /// That refund in the payment's list, where the answer has one.
    fn listed_refund(&self) -> Option<Refund<'_>> {
        let id = self.refund_id()?;
        self.payment.as_ref()?.refunds().into_iter().find(|refund| refund.payment_id == Some(id))
    }

    /// Whether the refund is listed as done, or a person has seen it: what was only taken by the gateway may still fail.
    pub fn is_given_back(&self) -> bool {
        match self.refund_id() {
            Some(_) => {
                self.listed_refund().is_some_and(|refund| refund.status == Some(PaymentStatus::Success))
            }
            None => self.from_journal,
        }
    }

    /// What was given back in all: negative where it is pg_refund_amount.
    pub fn refunded_amount(&self) -> Option<&str> {
        const NAMES: [&str; 3] = ["pg_refund_amount", "pg_revoke_amount", "pg_revoked_amount"];
        NAMES.into_iter().find_map(|name| self.field(name))
    }
}

/// What the gateway said, as the library gives it.
pub trait Said {
    fn is_from_journal(&self) -> bool {
        false
    }

    fn put_into(self, facts: &mut Facts);
}

impl Said for Invoice {
    fn is_from_journal(&self) -> bool {
        self.is_from_journal()
    }

    fn put_into(self, facts: &mut Facts) {
        facts.set_invoice(&self);
        facts.answer = self.answer().clone();
    }
}

impl Said for Payment {
    fn is_from_journal(&self) -> bool {
        self.is_from_journal()
    }

    fn put_into(self, facts: &mut Facts) {
        facts.trusted = true;
        facts.payment_id = self.id().or(facts.payment_id);
        if let Some(order_id) = self.order_id() {
            facts.order_id = Some(order_id.to_owned());
        }
        facts.answer = self.answer().clone();
        facts.payment = Some(self);
    }
}

impl Said for Balance {
    fn put_into(self, facts: &mut Facts) {
        self.answer().clone().put_into(facts);
    }
}

impl Said for Cards {
    fn put_into(self, facts: &mut Facts) {
        self.answer().clone().put_into(facts);
    }
}

impl Said for Answer {
    fn put_into(self, facts: &mut Facts) {
        facts.trusted = true;
        facts.answer = self;
    }
}

/// It went well, and there is nothing to say of it.
impl Said for () {
    fn put_into(self, facts: &mut Facts) {
        facts.sent = Sent::No;
    }
}

/// Why a command cannot even begin.
pub type Problem = Box<Facts>;

impl From<Error> for Problem {
    fn from(error: Error) -> Problem {
        Box::new(Facts::of(Err::<(), _>(error), Asked::default()))
    }
}

/// The number and the name of every code.
pub fn code_names() -> impl Iterator<Item = (i32, &'static str)> {
    const ALL: [Code; 12] = [
        Code::Argument,
        Code::Config,
        Code::NotSent,
        Code::Unknown,
        Code::Refused,
        Code::Answer,
        Code::Timeout,
        Code::Cancelled,
        Code::Signature,
        Code::Conflict,
        Code::Journal,
        Code::Internal,
    ];
    let failures = ALL.into_iter().map(|code| (code as i32, code_name(Some(code))));
    [(0, code_name(None))].into_iter().chain(failures)
}

/// `FP_OK` or the name of a failure, as in the C header.
pub fn code_name(code: Option<Code>) -> &'static str {
    let Some(code) = code else { return "FP_OK" };
    match code {
        Code::Argument => "FP_ERR_ARGUMENT",
        Code::Config => "FP_ERR_CONFIG",
        Code::NotSent => "FP_ERR_NOT_SENT",
        Code::Unknown => "FP_ERR_UNKNOWN",
        Code::Refused => "FP_ERR_REFUSED",
        Code::Answer => "FP_ERR_ANSWER",
        Code::Timeout => "FP_ERR_TIMEOUT",
        Code::Cancelled => "FP_ERR_CANCELLED",
        Code::Signature => "FP_ERR_SIGNATURE",
        Code::Conflict => "FP_ERR_CONFLICT",
        Code::Journal => "FP_ERR_JOURNAL",
        Code::Internal => "FP_ERR_INTERNAL",
    }
}

/// The name in the C header.
pub fn sent_name(sent: Sent) -> &'static str {
    match sent {
        Sent::No => "FP_SENT_NO",
        Sent::Maybe => "FP_SENT_MAYBE",
        Sent::Yes => "FP_SENT_YES",
    }
}

/// The name in the C header.
pub fn advice_name(advice: Advice) -> &'static str {
    match advice {
        Advice::None => "FP_ADVICE_NONE",
        Advice::Retry => "FP_ADVICE_RETRY",
        Advice::AskStatus => "FP_ADVICE_ASK_STATUS",
        Advice::Fix => "FP_ADVICE_FIX",
        Advice::Wait => "FP_ADVICE_WAIT",
    }
}

/// The name in the C header.
pub fn status_name(status: Option<InvoiceStatus>) -> &'static str {
    match status {
        None => "FP_INVOICE_NONE",
        Some(InvoiceStatus::New) => "FP_INVOICE_NEW",
        Some(InvoiceStatus::Process) => "FP_INVOICE_PROCESS",
        Some(InvoiceStatus::Ok) => "FP_INVOICE_OK",
        Some(InvoiceStatus::Failed) => "FP_INVOICE_FAILED",
        Some(InvoiceStatus::Incomplete) => "FP_INVOICE_INCOMPLETE",
        Some(InvoiceStatus::Other) => "FP_INVOICE_OTHER",
    }
}

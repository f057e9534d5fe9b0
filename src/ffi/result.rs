//! `fp_result`: the answer of every call. All its texts are written at once, so that asking costs nothing.

use std::ffi::CStr;
use std::ptr;

use libc::c_char;

use super::speech::Speech;
use super::texts::{Place, Texts};
use super::{
    FP_ADVICE_NONE, FP_ERR_ARGUMENT, FP_INVOICE_NONE, FP_OK, FP_PAYMENT_NONE, FP_SENT_NO, FP_SENT_YES,
};
use super::{Handle, borrow, fp_client, guard, guard_or, pointer, take_back};
use crate::answer::{Answer, Document, Invoice};
use crate::money::Amount;
use crate::outcome::Error;
use crate::payment::{Balance, Cards, Payment};
use crate::qr::Sale;
use crate::scan::Picture;

/// What a call answered, whether it went well or not. One thread at a time; it may move between threads. Texts and
/// bytes are borrowed from it and valid until it is freed. A NULL result answers FP_ERR_ARGUMENT, NULL or 0.
pub struct fp_result {
    code: i32,
    sent: i32,
    advice: i32,
    gateway_code: i32,
    pub(super) invoice_id: i64,
    pub(super) invoice_status: i32,
    pub(super) payment_id: i64,
    pub(super) refund_id: i64,
    pub(super) refunds: Vec<Refund>,
    pub(super) unix_time: i64,
    from_journal: bool,
    pub(super) answer: Answer,
    /// How the host of its client speaks.
    speech: Speech,
    texts: Texts,
    /// Where the value of each field of the answer stands in `texts`.
    fields: Vec<Option<Place>>,
    message: Option<Place>,
    gateway_message: Option<Place>,
    pub(super) order_id: Option<Place>,
    pub(super) qr_url: Option<Place>,
    /// The order id and the link as the core knows them, for slips and codes.
    order: Option<String>,
    link: Option<String>,
    picture: Option<Picture>,
    picture_type: Option<Place>,
    /// What the sale was asked for with, for a slip: the answer of init does not repeat it.
    asked_amount: Option<String>,
    asked_currency: Option<String>,
    /// Whether the answer's fields are about what was asked.
    trusted: bool,
}

impl Handle for fp_result {}

impl fp_result {
    /// A result of nothing but FP_OK.
    pub(super) fn fine(speech: Speech) -> fp_result {
        let mut texts = Texts::new(speech.encoding);
        fp_result {
            code: FP_OK,
            sent: FP_SENT_NO,
            advice: FP_ADVICE_NONE,
            gateway_code: 0,
            invoice_id: 0,
            invoice_status: FP_INVOICE_NONE,
            payment_id: 0,
            refund_id: 0,
            refunds: Vec::new(),
            unix_time: 0,
            from_journal: false,
            answer: Answer::default(),
            fields: Vec::new(),
            message: Some(texts.add("")),
            gateway_message: None,
            order_id: None,
            qr_url: None,
            order: None,
            link: None,
            picture: None,
            picture_type: None,
            asked_amount: None,
            asked_currency: None,
            trusted: false,
            speech,
            texts,
        }
    }

    /// The end of a call of the core.
    pub(super) fn of<T: Said>(end: Result<T, Error>, asked: Asked<'_>, speech: Speech) -> fp_result {
        let mut result = fp_result::fine(speech);
        result.invoice_id = asked.invoice_id.max(0);
        result.payment_id = asked.payment_id.max(0);
        result.set_order(asked.order_id);
        result.asked_amount = asked.amount.map(ToString::to_string);
        result.asked_currency = asked.currency.map(str::to_owned);
        match end {
            Ok(said) => {
                result.from_journal = said.is_from_journal();
                result.sent = if result.from_journal { FP_SENT_NO } else { FP_SENT_YES };
                said.put_into(&mut result);
            }
            Err(error) => result.set_error(&error),
        }
        result
    }

    fn set_error(&mut self, error: &Error) {
        self.code = error.code() as i32;
        self.sent = error.sent() as i32;
        self.advice = error.advice() as i32;
        self.gateway_code = error.gateway_code();
        self.message = Some(self.texts.add(&error.message_in(self.speech.language)));
        self.gateway_message = error.gateway_message().map(|text| self.texts.add(text));
        if let Some(invoice) = error.invoice() {
            self.set_invoice(invoice);
        }
        if let Some(answer) = error.answer() {
            self.set_answer(answer.clone());
        }
    }

    fn set_invoice(&mut self, invoice: &Invoice) {
        self.trusted = true;
        self.invoice_id = invoice.id();
        self.invoice_status = invoice.status() as i32;
        self.set_order(invoice.order_id());
        self.qr_url = invoice.qr_url().map(|link| self.texts.add(link));
        self.link = invoice.qr_url().map(str::to_owned);
        self.picture = invoice.qr().picture().cloned();
        self.picture_type = self.picture.as_ref().map(|picture| self.texts.add(picture.media_type()));
    }

    fn set_order(&mut self, order_id: Option<&str>) {
        if let Some(order_id) = order_id {
            self.order_id = Some(self.texts.add(order_id));
            self.order = Some(order_id.to_owned());
        }
    }

    fn set_answer(&mut self, answer: Answer) {
        self.fields =
            answer.document.values().map(|value| value.map(|value| self.texts.add(value))).collect();
        self.unix_time = answer.unix_time().unwrap_or(0);
        self.answer = answer;
    }

    /// The link of the QR, as the core knows it.
    pub(super) fn link(&self) -> Option<&str> {
        self.link.as_deref()
    }

    /// How the host of its client speaks.
    pub(super) fn speech(&self) -> Speech {
        self.speech
    }

    /// What of its texts the host's encoding has no letter for.
    pub(super) fn missing(&self) -> &[char] {
        &self.texts.missing
    }

    /// Whether the call ended well.
    pub(super) fn is_fine(&self) -> bool {
        self.code == FP_OK
    }

    /// The picture that came instead of the link.
    pub(super) fn picture(&self) -> Option<&Picture> {
        self.picture.as_ref()
    }

    /// The kind of the picture.
    pub(super) fn picture_type(&self) -> Option<&CStr> {
        self.texts.get(self.picture_type?)
    }

    /// What a slip says of the sale: as the gateway wrote it, else as it was asked for.
    pub(super) fn sale(&self) -> Sale<'_> {
        let document = &self.answer.document;
        let said = |path| document.get(path).or_else(|| document.get(&format!("pg_{path}")));
        let known = |path| if self.trusted { said(path) } else { None };
        Sale {
            amount: known("amount").or(self.asked_amount.as_deref()),
            currency: known("currency").or(self.asked_currency.as_deref()),
            order_id: self.order.as_deref(),
        }
    }

    /// The answer, when it is about what was asked.
    pub(super) fn trusted_answer(&self) -> Option<&Answer> {
        self.trusted.then_some(&self.answer)
    }

    /// How many fields stand at a path.
    pub(super) fn count(&self, path: &str) -> usize {
        self.answer.document.count(path)
    }

    /// A text that was written into this result.
    pub(super) fn text(&self, place: Place) -> Option<&CStr> {
        self.texts.get(place)
    }

    /// What the answer says of its subject, under either API's name for it.
    pub(super) fn said(&self, v5: &str, classic: &str) -> Option<&CStr> {
        self.trusted_field(v5).or_else(|| self.trusted_field(classic))
    }

    /// A field of the answer, whatever that is about.
    pub(super) fn field(&self, path: &str) -> Option<&CStr> {
        let document: &Document = &self.answer.document;
        self.texts.get((*self.fields.get(document.find(path)?)?)?)
    }

    /// A field of an answer about what was asked; none out of an answer about another sale.
    pub(super) fn trusted_field(&self, path: &str) -> Option<&CStr> {
        if self.trusted { self.field(path) } else { None }
    }
}

/// Runs a call of the core and wraps its answer as the client's host speaks; `asked` is what the result says it is about
/// when no answer does.
///
/// # Safety
/// As for `borrow`.
pub(super) unsafe fn answer<T: Said>(
    client: *const fp_client,
    asked: Asked<'_>,
    call: impl FnOnce() -> Result<T, Error>,
) -> *mut fp_result {
    let result = guard_or(|| Err(Error::internal()), call);
    let wrap = || {
        let client = unsafe { borrow(client) };
        let speech = client.map_or(Speech::default(), fp_client::speech);
        let result = fp_result::of(result, asked, speech);
        if let Some(client) = client {
            speech.warn(client.log(), result.missing());
        }
        result.give()
    };
    guard_or(ptr::null_mut, wrap)
}

/// What a call is about.
#[derive(Clone, Copy, Default)]
pub(super) struct Asked<'a> {
    pub order_id: Option<&'a str>,
    pub invoice_id: i64,
    pub payment_id: i64,
    pub amount: Option<&'a Amount>,
    pub currency: Option<&'a str>,
}

/// What the gateway said, as the core gives it.
pub(super) trait Said {
    fn is_from_journal(&self) -> bool {
        false
    }

    fn put_into(self, result: &mut fp_result);
}

/// A call that asked the gateway nothing.
impl Said for () {
    fn put_into(self, result: &mut fp_result) {
        result.sent = FP_SENT_NO;
    }
}

impl Said for Invoice {
    fn is_from_journal(&self) -> bool {
        self.is_from_journal()
    }

    fn put_into(self, result: &mut fp_result) {
        result.set_invoice(&self);
        result.set_answer(self.into_answer());
    }
}

impl Said for Payment {
    fn is_from_journal(&self) -> bool {
        self.is_from_journal()
    }

    fn put_into(self, result: &mut fp_result) {
        result.trusted = true;
        result.payment_id = self.id().unwrap_or(result.payment_id);
        result.refund_id = self.refund_id().unwrap_or(0);
        result.set_order(self.order_id());
        let refunds = self.refunds().into_iter().map(|refund| Refund {
            payment_id: refund.payment_id.unwrap_or(0),
            amount: refund.amount.map(|text| result.texts.add(text)),
            status: refund.status.map_or(FP_PAYMENT_NONE, |status| status as i32),
            date_time: refund.date_time.map(|text| result.texts.add(text)),
        });
        result.refunds = refunds.collect();
        result.set_answer(self.into_answer());
    }
}

impl Said for Balance {
    fn put_into(self, result: &mut fp_result) {
        self.into_answer().put_into(result);
    }
}

impl Said for Cards {
    fn put_into(self, result: &mut fp_result) {
        self.into_answer().put_into(result);
    }
}

impl Said for Answer {
    fn put_into(self, result: &mut fp_result) {
        result.trusted = true;
        result.set_answer(self);
    }
}

/// A refund in the list of a payment.
pub(super) struct Refund {
    pub payment_id: i64,
    pub amount: Option<Place>,
    pub status: i32,
    pub date_time: Option<Place>,
}

/// Reads a number out of a result.
pub(super) unsafe fn number<T: Copy>(
    result: *const fp_result,
    of_null: T,
    read: impl FnOnce(&fp_result) -> T,
) -> T {
    guard(of_null, || unsafe { borrow(result) }.map_or(of_null, read))
}

/// Reads a text out of a result; NULL when there is none.
pub(super) unsafe fn text_of<'a>(
    result: *const fp_result,
    read: impl FnOnce(&'a fp_result) -> Option<&'a CStr>,
) -> *const c_char {
    guard(ptr::null(), || pointer(unsafe { borrow(result) }.and_then(read)))
}

/// Frees a result with all its texts. NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_result_free(result: *mut fp_result) {
    unsafe { take_back(result) }
}

/// FP_OK or an FP_ERR_ number; NULL: FP_ERR_ARGUMENT.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_result_code(result: *const fp_result) -> i32 {
    unsafe { number(result, FP_ERR_ARGUMENT, |result| result.code) }
}

/// One sentence for a person, "" when the code is FP_OK; NULL for a NULL result. It has no secret in it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_result_message(result: *const fp_result) -> *const c_char {
    unsafe { text_of(result, |result| result.texts.get(result.message?)) }
}

/// Whether the request reached the gateway: an FP_SENT_ number.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_result_sent(result: *const fp_result) -> i32 {
    unsafe { number(result, FP_SENT_NO, |result| result.sent) }
}

/// What to do next: an FP_ADVICE_ number.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_result_advice(result: *const fp_result) -> i32 {
    unsafe { number(result, FP_ADVICE_NONE, |result| result.advice) }
}

/// 1: answered from the journal, nothing was sent now; else 0.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_result_from_journal(result: *const fp_result) -> i32 {
    unsafe { number(result, 0, |result| i32::from(result.from_journal)) }
}

/// The answer's HTTP status; 0: no answer.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_result_http_status(result: *const fp_result) -> i32 {
    unsafe { number(result, 0, |result| i32::from(result.answer.http_status)) }
}

/// error_code of the answer; 0: none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_result_gateway_code(result: *const fp_result) -> i32 {
    unsafe { number(result, 0, |result| result.gateway_code) }
}

/// error_description of the answer, in the gateway's words.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_result_gateway_message(result: *const fp_result) -> *const c_char {
    unsafe { text_of(result, |result| result.texts.get(result.gateway_message?)) }
}

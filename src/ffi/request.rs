//! `fp_invoice_request`: what a till asks for.

use std::borrow::Cow;
use std::ptr;

use libc::c_char;

use super::result::Asked;
use super::speech::Speech;
use super::unread::{Apply, Unread};
use super::{FP_ERR_ARGUMENT, FP_ERR_INTERNAL, FP_OK, Handle, borrow_mut, bytes, guard, remember, take_back};
use crate::invoice::{InvoiceOptions, InvoiceRequest};
use crate::money::Amount;
use crate::outcome::Error;

/// A sale, before it is an invoice. One thread at a time; it may be used for several calls.
///
/// Each setter answers FP_OK, or FP_ERR_ARGUMENT when the value is refused or a pointer is NULL. The request
/// remembers its first refusal, and fp_invoice_init reports that and sends nothing. Texts are read in the encoding of the
/// client that uses the request: what is not text in it is that call's refusal.
pub struct fp_invoice_request {
    /// As the caller wrote it: which text the bytes are is known when a client uses them.
    order_id: Option<Vec<u8>>,
    description: Option<Vec<u8>>,
    terms: Terms,
    unread: Unread<Terms>,
    refused: Option<Error>,
}

/// What is ASCII where it is right.
#[derive(Clone, Default)]
struct Terms {
    amount: Option<Amount>,
    options: InvoiceOptions,
}

impl Terms {
    fn set_amount(&mut self, amount: &str) -> Result<(), Error> {
        self.amount = Some(amount.parse()?);
        Ok(())
    }
}

impl Handle for fp_invoice_request {}

impl fp_invoice_request {
    /// The request in the words of the core, or the first thing that is wrong with it, for a client whose host speaks so.
    pub(super) fn complete(&self, speech: Speech) -> Result<InvoiceRequest, Error> {
        if let Some(error) = &self.refused {
            return Err(error.clone());
        }
        let missing = |field: &str| Error::argument(format!("{field} is missing"));
        let mut terms = self.terms.clone();
        self.unread.read_into(&mut terms, speech)?;
        let order_id = self.order_id.as_deref().ok_or_else(|| missing("order_id"))?;
        let amount = terms.amount.ok_or_else(|| missing("amount"))?;
        let description = self.description.as_deref().ok_or_else(|| missing("description"))?;
        let (order_id, description) =
            (speech.read("order_id", order_id)?, speech.read("description", description)?);
        let mut request = InvoiceRequest::new(&order_id, amount, &description)?;
        request.options = terms.options;
        Ok(request)
    }

    /// Whose order it is, where that can be read.
    pub(super) fn order_id(&self, speech: Speech) -> Option<Cow<'_, str>> {
        speech.read("order_id", self.order_id.as_deref()?).ok()
    }

    /// What it asks for, as far as that is known, for the result of a call that could not begin or whose answer does
    /// not repeat it.
    pub(super) fn asked<'a>(&'a self, order_id: Option<&'a str>) -> Asked<'a> {
        Asked {
            order_id,
            amount: self.terms.amount.as_ref(),
            currency: self.terms.options.currency(),
            ..Asked::default()
        }
    }
}

impl fp_invoice_request {
    /// Takes a text now when it is ASCII, else when a client uses it.
    fn set_text(&mut self, field: &'static str, bytes: &[u8], apply: Apply<Terms>) -> Result<(), Error> {
        let text = String::from_utf8_lossy(bytes);
        if bytes.is_ascii() {
            let result = apply(&mut self.terms, &text);
            remember(&mut self.refused, result.clone());
            if self.unread.has(field) {
                self.unread.keep(field, bytes, apply);
            }
            return result;
        }
        self.unread.keep(field, bytes, apply);
        apply(&mut self.terms.clone(), &text)
    }
}

/// Sets one value of a request.
unsafe fn set(
    request: *mut fp_invoice_request,
    apply: impl FnOnce(&mut fp_invoice_request) -> Result<(), Error>,
) -> i32 {
    guard(FP_ERR_INTERNAL, || match unsafe { borrow_mut(request) } {
        Some(handle) => {
            let result = apply(handle);
            remember(&mut handle.refused, result)
        }
        None => FP_ERR_ARGUMENT,
    })
}

/// Sets a text of a request in place of the one that it had. One beyond ASCII is read, and refused, by the call.
unsafe fn set_text(
    request: *mut fp_invoice_request,
    field: &'static str,
    text: *const c_char,
    apply: Apply<Terms>,
) -> i32 {
    guard(FP_ERR_INTERNAL, || match (unsafe { borrow_mut(request) }, unsafe { bytes(field, text) }) {
        (Some(handle), Ok(bytes)) => match handle.set_text(field, bytes, apply) {
            Ok(()) => FP_OK,
            Err(error) => error.code() as i32,
        },
        (Some(handle), Err(error)) => remember(&mut handle.refused, Err(error)),
        (None, _) => FP_ERR_ARGUMENT,
    })
}

/// A sale under the merchant's own order id, for an amount in units of the currency, with a description that the payer
/// sees.
///
/// order_id: 1 to 50 characters, unique for ever and not for a day, no control characters, no white space at its ends.
/// amount: "10" or "10.50", from "0.01" to "99999999.99", never through a floating point number; NULL when
/// fp_invoice_request_set_amount_minor follows. description: 1 to 1024 characters. All are copied. Never NULL: what is
/// wrong is the answer of fp_invoice_init. Free it with fp_invoice_request_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_invoice_request_new(
    order_id: *const c_char,
    amount: *const c_char,
    description: *const c_char,
) -> *mut fp_invoice_request {
    guard(ptr::null_mut(), || unsafe { make(order_id, amount, description) }.give())
}

unsafe fn make(
    order_id: *const c_char,
    amount: *const c_char,
    description: *const c_char,
) -> fp_invoice_request {
    let copy = |field, text| unsafe { bytes(field, text) }.ok().map(<[u8]>::to_vec);
    let mut request = fp_invoice_request {
        order_id: copy("order_id", order_id),
        description: copy("description", description),
        terms: Terms::default(),
        unread: Unread::default(),
        refused: None,
    };
    if let Ok(amount) = unsafe { bytes("amount", amount) } {
        // What is wrong with it is remembered, or read by the call.
        let _ = request.set_text("amount", amount, Terms::set_amount);
    }
    request
}

/// Frees a request. NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_invoice_request_free(request: *mut fp_invoice_request) {
    unsafe { take_back(request) }
}

/// The amount as an integer count of minor units: 1050 with exponent 2 is 10.50. The exponent is 0, 1 or 2.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_invoice_request_set_amount_minor(
    request: *mut fp_invoice_request,
    minor: i64,
    exponent: u32,
) -> i32 {
    unsafe {
        set(request, |request| {
            request.terms.amount = Some(Amount::from_minor(minor, exponent)?);
            Ok(())
        })
    }
}

/// The currency of the amount, three capital letters such as KZT. Without it the gateway takes the shop's own.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_invoice_request_set_currency(
    request: *mut fp_invoice_request,
    currency: *const c_char,
) -> i32 {
    unsafe { set_text(request, "currency", currency, |terms, text| terms.options.set_currency(text)) }
}

/// The ways to pay, separated by commas. Only "qr" is documented, and it is the default.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_invoice_request_set_method(
    request: *mut fp_invoice_request,
    methods: *const c_char,
) -> i32 {
    unsafe { set_text(request, "method", methods, |terms, text| terms.options.set_method(text)) }
}

/// Where the gateway asks whether the sale may still be paid: an http or https URL of at most 255 characters.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_invoice_request_set_check_url(
    request: *mut fp_invoice_request,
    url: *const c_char,
) -> i32 {
    unsafe { set_text(request, "check_url", url, |terms, text| terms.options.set_check_url(text)) }
}

/// Where the gateway tells the result: an http or https URL of at most 255 characters. Required unless the shop's
/// settings have one.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_invoice_request_set_result_url(
    request: *mut fp_invoice_request,
    url: *const c_char,
) -> i32 {
    unsafe { set_text(request, "result_url", url, |terms, text| terms.options.set_result_url(text)) }
}

/// How the gateway calls the two URLs: "GET", "POST" or "XML".
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_invoice_request_set_request_method(
    request: *mut fp_invoice_request,
    method: *const c_char,
) -> i32 {
    unsafe {
        set_text(request, "request_method", method, |terms, text| terms.options.set_request_method(text))
    }
}

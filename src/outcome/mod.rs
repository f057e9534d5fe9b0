//! What happened to a request, what that means for the money, and what to do next.
//!
//! `judge` (`verdict`) is the only place that decides whether a request may be repeated and what is said of it. An error is
//! in this file, what a refusal's code decides in `refusal`, what may stand in a sentence in `words`.

mod refusal;
mod verdict;
mod words;

use std::fmt;

use crate::answer::{Answer, Invoice};

pub(crate) use refusal::{
    NOT_FOUND_COUNTS_AFTER_MS, Refusal, comes_unsigned, is_in_doubt, is_not_found, is_passing, is_repeat,
};
pub(crate) use verdict::{Event, Nature, Verdict, judge};
pub(crate) use words::{shown, spoken};

use words::one_line;

/// The kind of failure. The numbers are those of the C ABI and never change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(i32)]
pub enum Code {
    /// The caller's input is wrong; nothing was sent.
    Argument = 1,
    /// The configuration is not complete; nothing was sent.
    Config = 2,
    /// The gateway was not reached: name, connection, proxy or TLS failed. It has not seen the request.
    NotSent = 3,
    /// The gateway may have seen the request, and no usable answer came. Never repeat it blindly.
    Unknown = 4,
    /// The gateway answered `error`.
    Refused = 5,
    /// The gateway answered something that is not the protocol.
    Answer = 6,
    /// Waiting ended and the invoice is still open.
    Timeout = 7,
    /// The caller gave up.
    Cancelled = 8,
    /// A callback's signature is missing or wrong, or does not prove what it says.
    Signature = 9,
    /// The order id, refund key or callback is known with another amount, currency or recipient. With `Sent::No` nothing was
    /// sent; else the gateway has something else under it.
    Conflict = 10,
    /// The journal cannot be read or written; nothing was sent.
    Journal = 11,
    /// A defect of this library.
    Internal = 12,
}

/// Did the request reach the gateway?
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(i32)]
pub enum Sent {
    /// Certainly not.
    No = 0,
    /// It may have.
    Maybe = 1,
    /// It did: an answer came back.
    Yes = 2,
}

/// What to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(i32)]
pub enum Advice {
    /// Nothing.
    None = 0,
    /// Do the same again.
    Retry = 1,
    /// Ask for the status before anything else.
    AskStatus = 2,
    /// Correct the input or the configuration; the same again fails again.
    Fix = 3,
    /// Ask for the status again a little later.
    Wait = 4,
}

/// A failure: what happened, whether the request was sent, what to do, and all that the gateway said.
#[derive(Clone)]
pub struct Error(Box<Failure>);

#[derive(Clone)]
struct Failure {
    code: Code,
    sent: Sent,
    advice: Advice,
    message: String,
    /// The next attempt would meet the same, as with a certificate that is not trusted.
    lasting: bool,
    /// The gateway said without a code that there is no such payment.
    absent: bool,
    gateway: Option<Refusal>,
    answer: Option<Answer>,
    invoice: Option<Invoice>,
}

impl Error {
    pub(crate) fn new(code: Code, sent: Sent, advice: Advice, message: impl Into<String>) -> Error {
        Error(Box::new(Failure {
            code,
            sent,
            advice,
            message: one_line(message.into()),
            lasting: false,
            absent: false,
            gateway: None,
            answer: None,
            invoice: None,
        }))
    }

    pub(crate) fn argument(message: impl Into<String>) -> Error {
        Error::new(Code::Argument, Sent::No, Advice::Fix, message)
    }

    pub(crate) fn config(message: impl Into<String>) -> Error {
        Error::new(Code::Config, Sent::No, Advice::Fix, message)
    }

    /// A defect was met on the way: nothing is known of the request.
    pub(crate) fn internal() -> Error {
        let message = "a defect of the library ended the call; what it asked for may have happened";
        Error::new(Code::Internal, Sent::Maybe, Advice::AskStatus, message)
    }

    /// The caller gave up before anything was sent.
    pub(crate) fn given_up() -> Error {
        Error::new(Code::Cancelled, Sent::No, Advice::Retry, "the call was given up; nothing was sent")
    }

    pub(crate) fn judged(verdict: Verdict, message: impl Into<String>) -> Error {
        let mut error = Error::new(verdict.code, verdict.sent, verdict.advice, message);
        error.0.lasting = !verdict.again;
        error
    }

    /// The gateway answered a question about a payment with the id 0.
    pub(crate) fn absent(answer: Answer) -> Error {
        let message = "the gateway has no such payment: its pg_payment_id is 0";
        let mut error = Error::new(Code::Refused, Sent::Yes, Advice::Fix, message).with_answer(answer);
        error.0.absent = true;
        error
    }

    pub(crate) fn journal(message: impl Into<String>) -> Error {
        Error::new(Code::Journal, Sent::No, Advice::Fix, message)
    }

    pub(crate) fn conflict(message: impl Into<String>) -> Error {
        Error::new(Code::Conflict, Sent::No, Advice::Fix, message)
    }

    pub(crate) fn signature(message: impl Into<String>) -> Error {
        Error::new(Code::Signature, Sent::No, Advice::Fix, message)
    }

    pub(crate) fn with_refusal(mut self, refusal: Refusal) -> Error {
        self.0.gateway = Some(refusal);
        self
    }

    pub(crate) fn with_answer(mut self, answer: Answer) -> Error {
        self.0.answer = Some(answer);
        self
    }

    /// With the last known state of the invoice that it is about. Its answer's fields are about the invoice, those of a
    /// refusal may be about anything; what that said stands in `gateway_code` and `gateway_message`.
    pub(crate) fn with_invoice(mut self, invoice: Option<Invoice>) -> Error {
        if invoice.is_some() {
            (self.0.answer, self.0.invoice) = (None, invoice);
        }
        self
    }

    /// The kind of failure.
    pub fn code(&self) -> Code {
        self.0.code
    }

    /// Whether the request reached the gateway.
    pub fn sent(&self) -> Sent {
        self.0.sent
    }

    /// What to do next.
    pub fn advice(&self) -> Advice {
        self.0.advice
    }

    /// One sentence for a person.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// `error_code` of the answer; 0 when there is none.
    pub fn gateway_code(&self) -> i32 {
        self.0.gateway.as_ref().map_or(0, |refusal| refusal.code)
    }

    /// `error_description` of the answer.
    pub fn gateway_message(&self) -> Option<&str> {
        self.0.gateway.as_ref()?.description.as_deref()
    }

    pub(crate) fn refusal(&self) -> Option<&Refusal> {
        self.0.gateway.as_ref()
    }

    /// The answer, where one came.
    pub fn answer(&self) -> Option<&Answer> {
        self.0.answer.as_ref().or_else(|| self.0.invoice.as_ref().map(Invoice::answer))
    }

    /// The last known state of the invoice that was waited for.
    pub fn invoice(&self) -> Option<&Invoice> {
        self.0.invoice.as_ref()
    }

    /// The gateway answered a question with "there is no such payment".
    pub fn is_not_found(&self) -> bool {
        self.code() == Code::Refused && (self.0.absent || is_not_found(self.gateway_code()))
    }

    /// The gateway refused in words that leave open whether it was done: of what changes money a fault on the way, time that
    /// ran out, or that it was done before; of anything that makes a sale, too, words about an earlier attempt: "order
    /// identifier already used", "repeat of an operation already attempted" (`error_codes.tsv`).
    pub fn leaves_open(&self) -> bool {
        self.code() == Code::Refused && self.advice() == Advice::AskStatus
    }

    /// The gateway was not reached, for a reason that the next attempt would meet again.
    pub(crate) fn is_lasting(&self) -> bool {
        self.code() == Code::NotSent && self.0.lasting
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Failure { code, sent, advice, message, gateway, .. } = &*self.0;
        write!(f, "Error({code:?}, sent {sent:?}, advice {advice:?}, {message:?}, {gateway:?})")
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_one_line_whatever_it_repeats() {
        assert_eq!(Error::config("a\u{1b}[2J\nb\0").message(), "a [2J b ");
    }
}

//! What happened to a request, what that means for the money, and what to do next.
//!
//! `judge` is the only place that decides whether a request may be repeated and what is said of it.

use std::fmt;

use crate::answer::{Answer, Invoice};

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
    /// The order id is known with another amount or currency; nothing was sent.
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

/// What a request is to the gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Nature {
    /// It only asks; asking twice does no harm.
    Question,
    /// It changes something about money; it must not arrive twice.
    Order,
}

/// How one attempt at a request ended, other than with `ok`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Event {
    /// It certainly did not reach the gateway. Lasting: the next attempt would meet the same, as with a certificate.
    NotReached { lasting: bool },
    /// It may have left, and no whole answer came. Answering: an answer had begun.
    Lost { answering: bool },
    /// A whole answer that is not the protocol. Busy: its HTTP status speaks of a passing fault.
    Garbled { busy: bool },
    /// The gateway answered `error`. Passing: its code means a passing fault.
    Refused { passing: bool },
    /// The caller gave up.
    GivenUp { sent: Sent },
}

/// What is said of an attempt, and whether the library may repeat it by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Verdict {
    pub code: Code,
    pub sent: Sent,
    pub advice: Advice,
    pub again: bool,
}

/// Decides about the money: what an attempt's end is called, and whether it may be repeated.
pub(crate) fn judge(nature: Nature, event: Event) -> Verdict {
    let asks = nature == Nature::Question;
    let unsure = if asks { Advice::Retry } else { Advice::AskStatus };
    let verdict = |code, sent, advice, again| Verdict { code, sent, advice, again };
    match event {
        Event::NotReached { lasting } => verdict(Code::NotSent, Sent::No, Advice::Retry, !lasting),
        Event::Lost { answering: false } => verdict(Code::Unknown, Sent::Maybe, unsure, asks),
        Event::Lost { answering: true } => verdict(Code::Unknown, Sent::Yes, unsure, asks),
        Event::Garbled { busy } => verdict(Code::Answer, Sent::Yes, unsure, asks && busy),
        Event::Refused { passing: true } => verdict(Code::Refused, Sent::Yes, Advice::Retry, asks),
        Event::Refused { passing: false } => verdict(Code::Refused, Sent::Yes, Advice::Fix, false),
        Event::GivenUp { sent: Sent::No } => verdict(Code::Cancelled, Sent::No, Advice::Retry, false),
        Event::GivenUp { sent } => verdict(Code::Cancelled, sent, unsure, false),
    }
}

/// Gateway codes that mean "not now" rather than "not so" (`error_codes.tsv`: locked, communication and service
/// faults).
pub(crate) fn is_passing(gateway_code: i32) -> bool {
    matches!(gateway_code, 350 | 465 | 850 | 1000 | 9999 | 10000 | 11014)
}

/// Gateway codes that arrive without a signature: the merchant or its signature was not recognised, or there is no such
/// payment (facts 2.2). They are refusals, and stay refusals.
pub(crate) fn comes_unsigned(gateway_code: i32) -> bool {
    matches!(gateway_code, 100 | 101 | 1100 | 9997 | 9998 | 11068)
}

/// Refusals of an order that do not say whether it was done: faults on the way, time that ran out, nothing said at all
/// (`error_codes.tsv`).
pub(crate) fn is_doubtful(gateway_code: i32) -> bool {
    is_passing(gateway_code)
        || matches!(gateway_code, 0 | 470 | 475 | 600 | 10014 | 10025 | 11000 | 11052 | 12000 | 99999)
}

/// Gateway codes that answer a status question with "there is no such payment".
pub(crate) fn is_not_found(gateway_code: i32) -> bool {
    matches!(gateway_code, 340 | 11068)
}

/// For so long after an attempt "there is no such payment" proves nothing: the request or the gateway's own copies may be
/// late.
pub(crate) const NOT_FOUND_COUNTS_AFTER_MS: i64 = 60_000;

/// Gateway codes that speak of an earlier attempt: what they refuse is this attempt, not that one.
pub(crate) fn is_repeat(gateway_code: i32) -> bool {
    matches!(gateway_code, 9991 | 11013)
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

/// What the gateway said when it refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub code: i32,
    pub description: Option<String>,
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

    pub(crate) fn with_invoice(mut self, invoice: Option<Invoice>) -> Error {
        self.0.invoice = invoice;
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

    /// The gateway refused an attempt with words about an earlier one, which may be paid: "order identifier already
    /// used", "repeat of an operation already attempted" (`error_codes.tsv`).
    pub fn speaks_of_earlier_attempt(&self) -> bool {
        self.code() == Code::Refused && is_repeat(self.gateway_code())
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

/// A value from outside as it may stand in a message: quoted, escaped, cut to 40 characters.
pub(crate) fn shown(value: &str) -> String {
    const LONGEST: usize = 40;
    let mut characters = value.chars();
    let start: String = characters.by_ref().take(LONGEST).collect();
    let more = if characters.next().is_some() { "…" } else { "" };
    format!("\"{}{more}\"", start.escape_debug())
}

/// A sentence for a person is one line, also where it repeats what a gateway, a file or a system has said.
fn one_line(message: String) -> String {
    match message.contains(char::is_control) {
        true => message.replace(char::is_control, " "),
        false => message,
    }
}

/// Words from outside as they may stand in a line: no control characters, 300 characters at most.
pub(crate) fn spoken(text: &str) -> String {
    text.chars().take(300).map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_verdicts() {
        use Nature::{Order, Question};
        let table = [
            // nature, event, code, sent, advice, again
            (Order, Event::NotReached { lasting: false }, Code::NotSent, Sent::No, Advice::Retry, true),
            (Order, Event::NotReached { lasting: true }, Code::NotSent, Sent::No, Advice::Retry, false),
            (Order, Event::Lost { answering: false }, Code::Unknown, Sent::Maybe, Advice::AskStatus, false),
            (Order, Event::Lost { answering: true }, Code::Unknown, Sent::Yes, Advice::AskStatus, false),
            (Order, Event::Garbled { busy: false }, Code::Answer, Sent::Yes, Advice::AskStatus, false),
            (Order, Event::Garbled { busy: true }, Code::Answer, Sent::Yes, Advice::AskStatus, false),
            (Order, Event::Refused { passing: false }, Code::Refused, Sent::Yes, Advice::Fix, false),
            (Order, Event::Refused { passing: true }, Code::Refused, Sent::Yes, Advice::Retry, false),
            (Question, Event::NotReached { lasting: false }, Code::NotSent, Sent::No, Advice::Retry, true),
            (Question, Event::NotReached { lasting: true }, Code::NotSent, Sent::No, Advice::Retry, false),
            (Question, Event::Lost { answering: false }, Code::Unknown, Sent::Maybe, Advice::Retry, true),
            (Question, Event::Lost { answering: true }, Code::Unknown, Sent::Yes, Advice::Retry, true),
            (Question, Event::Garbled { busy: false }, Code::Answer, Sent::Yes, Advice::Retry, false),
            (Question, Event::Garbled { busy: true }, Code::Answer, Sent::Yes, Advice::Retry, true),
            (Question, Event::Refused { passing: false }, Code::Refused, Sent::Yes, Advice::Fix, false),
            (Question, Event::Refused { passing: true }, Code::Refused, Sent::Yes, Advice::Retry, true),
            (Order, Event::GivenUp { sent: Sent::No }, Code::Cancelled, Sent::No, Advice::Retry, false),
            (
                Order,
                Event::GivenUp { sent: Sent::Maybe },
                Code::Cancelled,
                Sent::Maybe,
                Advice::AskStatus,
                false,
            ),
            (Order, Event::GivenUp { sent: Sent::Yes }, Code::Cancelled, Sent::Yes, Advice::AskStatus, false),
            (Question, Event::GivenUp { sent: Sent::No }, Code::Cancelled, Sent::No, Advice::Retry, false),
            (
                Question,
                Event::GivenUp { sent: Sent::Maybe },
                Code::Cancelled,
                Sent::Maybe,
                Advice::Retry,
                false,
            ),
        ];
        for (nature, event, code, sent, advice, again) in table {
            let expected = Verdict { code, sent, advice, again };
            assert_eq!(judge(nature, event), expected, "{nature:?} {event:?}");
        }
    }

    #[test]
    fn an_order_that_may_have_left_is_never_repeated() {
        for event in [
            Event::Lost { answering: false },
            Event::Lost { answering: true },
            Event::Garbled { busy: true },
            Event::Refused { passing: true },
        ] {
            assert!(!judge(Nature::Order, event).again, "{event:?}");
        }
    }

    #[test]
    fn a_message_is_one_line_whatever_it_repeats() {
        assert_eq!(Error::config("a\u{1b}[2J\nb\0").message(), "a [2J b ");
    }

    #[test]
    fn a_shown_value_is_short_and_has_no_control_characters() {
        assert_eq!(shown("1,5"), "\"1,5\"");
        assert_eq!(shown("a\nb\"c"), "\"a\\nb\\\"c\"");
        assert_eq!(shown(&"я".repeat(100)), format!("\"{}…\"", "я".repeat(40)));
    }
}

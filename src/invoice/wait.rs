//! Waiting until an invoice is paid, failed or expired.

use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use super::Subject;
use crate::answer::Invoice;
use crate::cancel::{Cancel, Until};
use crate::client::Client;
use crate::config;
use crate::outcome::{Advice, Code, Error, NOT_FOUND_COUNTS_AFTER_MS, Sent};
use crate::random;

/// "Not found" about a fresh invoice proves nothing for this long: the gateway's own copies may lag.
const NOT_FOUND_COUNTS_AFTER: Duration = Duration::from_millis(NOT_FOUND_COUNTS_AFTER_MS as u64);

/// What a host does with each poll's end; `Break` gives up.
pub type Progress<'a> = &'a mut dyn FnMut(&Result<Invoice, Error>) -> ControlFlow<()>;

impl Client {
    /// Polls at the configured interval until the invoice is paid, failed or expired. The first poll comes at once, the
    /// second a little late by chance.
    ///
    /// `progress` is called after every poll, also after one that failed: it sees each change, and can give up
    /// between changes. Faults on the way do not end the wait; a refusal and a certificate that is not trusted do.
    ///
    /// "Not found" counts after 60 seconds; before, the gateway's own copies may lag behind a fresh invoice. Of an invoice that
    /// the wait has seen it never counts: that copy is late, or at fault.
    ///
    /// # Errors
    /// `Timeout` with the last known state when the invoice's end is not known after `timeout_ms`; `Cancelled`, likewise,
    /// when `progress` gave up; `Refused` and `NotSent`, likewise, as a status question has them; `Argument`.
    pub fn invoice_wait(
        &self,
        invoice_id: i64,
        timeout_ms: i64,
        progress: Progress<'_>,
    ) -> Result<Invoice, Error> {
        self.wait(invoice_id, timeout_ms, progress, &Cancel::default())
    }

    pub(crate) fn wait(
        &self,
        invoice_id: i64,
        timeout_ms: i64,
        progress: Progress<'_>,
        cancel: &Cancel,
    ) -> Result<Invoice, Error> {
        let call = self.status_call(invoice_id)?;
        let cancel = self.who_gives_up(cancel);
        let start = Instant::now();
        let until = Until::within(config::wait_timeout(timeout_ms)?, cancel);
        let mut last = Last::default();
        let mut pauses = Pauses::default();
        loop {
            let Some(turn) = self.turns.take(until) else {
                let (code, what) = match cancel.is_asked() {
                    true => (Code::Cancelled, "waiting was given up"),
                    false => (Code::Timeout, "waiting ended"),
                };
                return Err(last.into_error(code, what));
            };
            let poll = Instant::now();
            let result = self.ask_noted(
                &call,
                Subject::Invoice(invoice_id),
                until.at_most(poll + self.config.timeout),
            );
            drop(turn);
            let given_up = progress(&result).is_break() || cancel.is_asked();
            if last.is_ended_by(&result, start.elapsed()) {
                return result.map_err(|error| error.with_invoice(last.invoice));
            }
            last.note(result);
            if given_up {
                return Err(last.into_error(Code::Cancelled, "waiting was given up"));
            }
            let next = poll + pauses.next(self.config.poll_interval);
            if !cancel.sleep_until(next.min(until.deadline)) {
                return Err(last.into_error(Code::Cancelled, "waiting was given up"));
            }
            if next >= until.deadline {
                return Err(last.into_error(Code::Timeout, "waiting ended"));
            }
        }
    }
}

/// The pauses between polls: the first is lengthened by chance, by half at most, so that waits which began together
/// are spread over time from then on.
#[derive(Default)]
struct Pauses {
    begun: bool,
}

impl Pauses {
    fn next(&mut self, interval: Duration) -> Duration {
        if std::mem::replace(&mut self.begun, true) {
            return interval;
        }
        interval + interval / 2 / u32::from(u8::MAX) * u32::from(random::chance())
    }
}

/// What is known so far: the last state, what went wrong since, and whether any question arrived.
#[derive(Default)]
struct Last {
    invoice: Option<Invoice>,
    fault: Option<Error>,
    sent: Option<Sent>,
}

impl Last {
    /// Whether a poll's end is the end of the wait.
    fn is_ended_by(&self, result: &Result<Invoice, Error>, waited: Duration) -> bool {
        match result {
            Ok(invoice) => invoice.status().is_final(),
            Err(error) => match error.code() {
                Code::Refused if error.is_not_found() => {
                    self.invoice.is_none() && waited >= NOT_FOUND_COUNTS_AFTER
                }
                Code::Refused => error.advice() != Advice::Retry,
                Code::NotSent => error.is_lasting(),
                Code::Unknown | Code::Answer | Code::Cancelled => false,
                _ => true,
            },
        }
    }

    fn note(&mut self, result: Result<Invoice, Error>) {
        let sent = match &result {
            Ok(_) => Sent::Yes,
            Err(error) => error.sent(),
        };
        self.sent = self.sent.max(Some(sent));
        match result {
            Ok(invoice) => (self.invoice, self.fault) = (Some(invoice), None),
            Err(error) => self.fault = Some(error),
        }
    }

    /// The end of a wait that did not see the invoice's end. A gateway that does not know the invoice is heard of too.
    fn into_error(self, code: Code, what: &str) -> Error {
        let state = match &self.invoice {
            Some(_) => "the invoice was still open when it was last seen",
            None => "where the invoice stands is not known",
        };
        let message = match &self.fault {
            Some(fault) => format!("{what}; {state}; the last question failed: {fault}"),
            None => format!("{what}; {state}"),
        };
        let refusal = self.fault.as_ref().and_then(Error::refusal).cloned();
        let error = Error::new(code, self.sent.unwrap_or(Sent::No), Advice::AskStatus, message)
            .with_invoice(self.invoice);
        match refusal {
            Some(refusal) => error.with_refusal(refusal),
            None => error,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer::{Answer, InvoiceStatus};
    use crate::outcome::{Event, Nature, Refusal, judge};

    #[test]
    fn passing_faults_do_not_end_a_wait_and_not_found_does_after_a_minute() {
        let judged = |event| Error::judged(judge(Nature::Question, event), "");
        let refused = |code, passing| {
            judged(Event::Refused { passing }).with_refusal(Refusal { code, description: None })
        };
        let minute = Duration::from_secs(60);
        let early = minute - Duration::from_millis(1);
        for (error, waited, expected) in [
            (refused(11068, false), early, false),
            (refused(11068, false), minute, true),
            (refused(340, false), early, false),
            (refused(340, false), minute, true),
            (refused(9998, false), Duration::ZERO, true),
            (refused(9999, true), 10 * minute, false),
            (judged(Event::NotReached { lasting: false }), 10 * minute, false),
            (judged(Event::NotReached { lasting: true }), Duration::ZERO, true),
            (judged(Event::Lost { answering: false }), 10 * minute, false),
            (judged(Event::Lost { answering: true }), 10 * minute, false),
            (judged(Event::Garbled { busy: false }), 10 * minute, false),
            (judged(Event::GivenUp { sent: Sent::Maybe }), 10 * minute, false),
            (Error::argument(""), Duration::ZERO, true),
        ] {
            let shown = format!("{error:?} after {waited:?}");
            assert_eq!(Last::default().is_ended_by(&Err(error), waited), expected, "{shown}");
        }
    }

    #[test]
    fn not_found_never_ends_a_wait_that_has_seen_the_invoice() {
        let mut last = Last::default();
        last.note(Ok(Invoice::of(Answer::default(), 7, InvoiceStatus::Process, None)));
        let absent = Err(Error::absent(Answer::default()));
        assert!(!last.is_ended_by(&absent, Duration::from_secs(3600)));
        assert!(Last::default().is_ended_by(&absent, Duration::from_secs(3600)));
    }

    #[test]
    fn a_wait_of_which_one_question_arrived_has_sent_something() {
        let judged = |event| Err(Error::judged(judge(Nature::Question, event), ""));
        let mut last = Last::default();
        for (event, sent) in [
            (Event::NotReached { lasting: false }, Sent::No),
            (Event::Lost { answering: false }, Sent::Maybe),
            (Event::NotReached { lasting: false }, Sent::Maybe),
            (Event::Garbled { busy: true }, Sent::Yes),
            (Event::NotReached { lasting: false }, Sent::Yes),
        ] {
            last.note(judged(event));
            assert_eq!(last.sent, Some(sent), "{event:?}");
        }
        assert_eq!(last.into_error(Code::Timeout, "waiting ended").sent(), Sent::Yes);
    }
}

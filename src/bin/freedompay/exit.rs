//! The exit codes: what a script may rely on. They are stable, and speak of the sale rather than of the program.

use std::process::ExitCode;

use freedompay::{Code, InvoiceStatus, Sent};

use crate::facts::Facts;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Paid, or done.
    Done = 0,
    /// The sale is open: it may yet be paid.
    Open = 10,
    /// The gateway refused, or the payment failed, or the sale expired, or there is no such sale.
    Failed = 20,
    /// It may be paid or not. Ask again; never sell it a second time.
    Unknown = 30,
    /// The input or the configuration is wrong, a message is not the gateway's, or the journal cannot be used; nothing was sent.
    Wrong = 40,
    /// The gateway was not reached and has not seen the request.
    NotSent = 50,
}

/// What stands in --help.
pub const TABLE: &str = "\
Exit codes:
   0  paid, or done
  10  still open: it may yet be paid
  20  refused or failed: the sale is not paid and will not be
  30  unknown: it may be paid; ask again and never sell it a second time
  40  wrong input or configuration; nothing was sent
  50  not sent: the gateway was not reached";

/// What a command is there for. The same answer means another thing to each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Something new, such as an invoice: done once it is there.
    Create,
    /// Where a sale stands: done once it is paid. A question that fails says nothing of the sale.
    Ask,
}

impl Exit {
    /// The end of a command with this purpose.
    pub fn of(purpose: Purpose, facts: &Facts) -> Exit {
        let Some(code) = facts.code else { return Exit::of_status(purpose, facts.invoice_status) };
        let creates = purpose == Purpose::Create;
        match code {
            // The gateway has something that contradicts the journal or a callback: money may have moved.
            Code::Conflict if facts.sent != Sent::No => Exit::Unknown,
            Code::Argument | Code::Config | Code::Conflict | Code::Journal => Exit::Wrong,
            Code::NotSent if creates => Exit::NotSent,
            // Anybody can send such a message: it says nothing of a sale.
            Code::Signature => Exit::Wrong,
            Code::Refused if facts.leaves_open => Exit::Unknown,
            Code::Refused if creates || facts.is_not_found => Exit::Failed,
            Code::Cancelled if creates && facts.sent == Sent::No => Exit::NotSent,
            Code::Cancelled | Code::Timeout => match facts.invoice_status {
                Some(InvoiceStatus::New | InvoiceStatus::Process) => Exit::Open,
                _ => Exit::Unknown,
            },
            // A question that was not answered, for whatever reason, says nothing of the sale.
            Code::Refused | Code::NotSent | Code::Unknown | Code::Answer | Code::Internal => Exit::Unknown,
        }
    }

    fn of_status(purpose: Purpose, status: Option<InvoiceStatus>) -> Exit {
        match status {
            None | Some(InvoiceStatus::Ok) => Exit::Done,
            Some(InvoiceStatus::Failed | InvoiceStatus::Incomplete) => Exit::Failed,
            Some(_) if purpose == Purpose::Create => Exit::Done,
            Some(InvoiceStatus::New | InvoiceStatus::Process) => Exit::Open,
            Some(InvoiceStatus::Other) => Exit::Unknown,
        }
    }

    /// The number.
    pub fn number(self) -> u8 {
        self as u8
    }

    /// One word for programs; it never changes.
    pub fn word(self) -> &'static str {
        match self {
            Exit::Done => "done",
            Exit::Open => "open",
            Exit::Failed => "failed",
            Exit::Unknown => "unknown",
            Exit::Wrong => "wrong",
            Exit::NotSent => "not_sent",
        }
    }

    /// Of several ends the one that needs a person first.
    pub fn worse(self, other: Exit) -> Exit {
        let urgency = |exit| match exit {
            Exit::Done => 0,
            Exit::Failed => 1,
            Exit::Open => 2,
            Exit::NotSent => 3,
            Exit::Wrong => 4,
            Exit::Unknown => 5,
        };
        if urgency(other) > urgency(self) { other } else { self }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit.number())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(status: InvoiceStatus) -> Facts {
        Facts { invoice_status: Some(status), ..Facts::default() }
    }

    fn failed(code: Code, change: impl FnOnce(&mut Facts)) -> Facts {
        let mut facts = Facts { code: Some(code), sent: Sent::Yes, ..Facts::default() };
        change(&mut facts);
        facts
    }

    #[test]
    fn the_table_of_exit_codes() {
        use InvoiceStatus::{Failed, Incomplete, New, Ok, Other, Process};
        let same = |_: &mut Facts| ();
        for (facts, create, ask) in [
            (Facts::default(), 0, 0),
            (status(Ok), 0, 0),
            (status(New), 0, 10),
            (status(Process), 0, 10),
            (status(Other), 0, 30),
            (status(Failed), 20, 20),
            (status(Incomplete), 20, 20),
            (failed(Code::Argument, same), 40, 40),
            (failed(Code::Config, same), 40, 40),
            (failed(Code::Conflict, |facts| facts.sent = Sent::No), 40, 40),
            (failed(Code::Conflict, |facts| facts.sent = Sent::Maybe), 30, 30),
            (failed(Code::Conflict, same), 30, 30),
            (failed(Code::Journal, same), 40, 40),
            (failed(Code::NotSent, same), 50, 30),
            (failed(Code::Signature, same), 40, 40),
            (failed(Code::Unknown, same), 30, 30),
            (failed(Code::Answer, same), 30, 30),
            (failed(Code::Internal, same), 30, 30),
            (failed(Code::Refused, same), 20, 30),
            (failed(Code::Refused, |facts| facts.is_not_found = true), 20, 20),
            (failed(Code::Refused, |facts| facts.leaves_open = true), 30, 30),
            (failed(Code::Timeout, same), 30, 30),
            (failed(Code::Timeout, |facts| facts.invoice_status = Some(New)), 10, 10),
            (failed(Code::Timeout, |facts| facts.invoice_status = Some(Other)), 30, 30),
            (failed(Code::Cancelled, same), 30, 30),
            (failed(Code::Cancelled, |facts| facts.sent = Sent::No), 50, 30),
            (failed(Code::Cancelled, |facts| facts.invoice_status = Some(Process)), 10, 10),
        ] {
            let ends = [Purpose::Create, Purpose::Ask].map(|purpose| Exit::of(purpose, &facts).number());
            assert_eq!(ends, [create, ask], "{facts:?}");
        }
    }

    #[test]
    fn every_exit_code_stands_in_the_help() {
        for exit in [Exit::Done, Exit::Open, Exit::Failed, Exit::Unknown, Exit::Wrong, Exit::NotSent] {
            let line = format!("{:>4}  ", exit.number());
            assert!(TABLE.lines().any(|text| text.starts_with(&line)), "{exit:?}");
        }
    }
}

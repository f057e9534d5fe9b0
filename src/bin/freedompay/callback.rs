//! `freedompay callback`: is a message to the merchant's web server from the gateway, and what is it answered with?

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::PathBuf;

use freedompay::{Callback, CallbackKind, Code, PaymentStatus, Reply};
use serde::Serialize;
use serde_json::{Value, json};

use crate::exit::{Exit, Purpose};
use crate::facts::{Asked, Facts, Problem};
use crate::lang::Lang;
use crate::output::json::{self, Fields, line_of, paths};
use crate::output::{human, print};
use crate::session::{self, Session};

/// Verify or answer what the gateway has sent to the merchant's web server
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    Verify(Verify),
    Reply(Answer),
}

/// Say whether a message is from the gateway, and what it says
///
/// It is a hint that something has happened. The proof is the gateway's own word: --confirm.
#[derive(clap::Args)]
struct Verify {
    #[command(flatten)]
    message: Message,

    /// Ask the gateway whether it is true; the exit code is then that of the payment
    #[arg(long)]
    confirm: bool,

    #[command(flatten)]
    common: session::Flags,
}

/// Print the signed answer to a message, to be sent as text/xml with HTTP status 200
#[derive(clap::Args)]
struct Answer {
    /// ok, rejected or error
    #[arg(value_parser = reply)]
    reply: Reply,

    #[command(flatten)]
    message: Message,

    /// What the payer reads of a rejection
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,

    #[command(flatten)]
    common: session::Flags,
}

/// What the web server has received.
#[derive(clap::Args)]
#[group(skip)]
struct Message {
    /// The merchant's own address as the gateway was told it, with the query that was received
    #[arg(long, value_name = "URL")]
    url: String,

    /// The Content-Type that was received
    #[arg(long, value_name = "TYPE")]
    content_type: Option<String>,

    /// The body that was received, or - for standard input; none unless given
    #[arg(long, value_name = "FILE")]
    body_file: Option<PathBuf>,
}

/// What programs read of a message that is from the gateway.
#[derive(Serialize)]
struct Verified<'a> {
    command: &'static str,
    exit: u8,
    outcome: &'static str,
    code: i32,
    code_name: &'static str,
    message: &'static str,
    kind: i32,
    kind_name: &'static str,
    paid: bool,
    fields: Fields<'a>,
}

impl Verified<'_> {
    /// The same for a result file.
    fn pairs(&self) -> Vec<(String, Value)> {
        let named = [
            ("command", json!(self.command)),
            ("exit", json!(self.exit)),
            ("outcome", json!(self.outcome)),
            ("code", json!(self.code)),
            ("code_name", json!(self.code_name)),
            ("message", json!(self.message)),
            ("kind", json!(self.kind)),
            ("kind_name", json!(self.kind_name)),
            ("paid", json!(self.paid)),
        ];
        let fields =
            paths(self.fields.0).into_iter().map(|(path, value)| (format!("field.{path}"), json!(value)));
        named.into_iter().map(|(name, value)| (name.to_owned(), value)).chain(fields).collect()
    }
}

pub fn run(args: &Args, lang: Option<Lang>) -> Exit {
    let (common, name) = match &args.command {
        Command::Verify(verify) => (&verify.common, "callback verify"),
        Command::Reply(answer) => (&answer.common, "callback reply"),
    };
    let session = match Session::open(common, lang, name) {
        Ok(session) => session,
        Err(exit) => return exit,
    };
    let end = match &args.command {
        Command::Verify(args) => verify(&session, args),
        Command::Reply(args) => answer(&session, args),
    };
    end.unwrap_or_else(|problem| session.output.end(&problem, Exit::of(Purpose::Create, &problem)))
}

fn reply(word: &str) -> Result<Reply, String> {
    match word {
        "ok" => Ok(Reply::Ok),
        "rejected" => Ok(Reply::Rejected),
        "error" => Ok(Reply::Error),
        _ => Err("not one of ok, rejected, error".to_owned()),
    }
}

fn verify(session: &Session, args: &Verify) -> Result<Exit, Problem> {
    let callback = args.message.read(session)?;
    if !args.confirm {
        say(session, &callback);
        return Ok(Exit::Done);
    }
    let facts = Facts::of(session.client.callback_confirm(&callback), Asked::default());
    let exit = exit_of_payment(&facts);
    Ok(session.output.end(&facts, exit))
}

fn answer(session: &Session, args: &Answer) -> Result<Exit, Problem> {
    let callback = args.message.read(session)?;
    let bytes = session.client.callback_reply(&callback, args.reply, args.description.as_deref())?;
    let written = io::stdout().lock().write_all(&bytes);
    written.map_err(|error| Facts::wrong(Code::Argument, format!("standard output: {error}")))?;
    session.output.write_file(&json::pairs("callback reply", &Facts::default(), Exit::Done));
    Ok(Exit::Done)
}

impl Message {
    fn read(&self, session: &Session) -> Result<Callback, Problem> {
        /// More is refused by the library.
        const LONGEST: u64 = (1 << 20) + 1;
        let mut body = Vec::new();
        if let Some(path) = &self.body_file {
            let read = match path.as_os_str() == "-" {
                true => io::stdin().lock().take(LONGEST).read_to_end(&mut body),
                false => File::open(path).and_then(|file| file.take(LONGEST).read_to_end(&mut body)),
            };
            let wrong = |error| Facts::wrong(Code::Argument, format!("{}: {error}", path.display()));
            read.map_err(wrong)?;
        }
        Ok(session.client.callback(&self.url, self.content_type.as_deref(), &body)?)
    }
}

fn say(session: &Session, callback: &Callback) {
    let verified = Verified {
        command: "callback verify",
        exit: Exit::Done.number(),
        outcome: Exit::Done.word(),
        code: 0,
        code_name: "FP_OK",
        message: "",
        kind: callback.kind() as i32,
        kind_name: kind_name(callback.kind()),
        paid: callback.is_paid(),
        fields: Fields(callback.fields()),
    };
    session.output.write_file(&verified.pairs());
    if session.output.json {
        return print(&line_of(&verified));
    }
    let lang = session.output.lang;
    let headline = match callback.kind() {
        CallbackKind::Check => lang.of("From the gateway: may this be paid?", "От шлюза: можно ли оплатить?"),
        CallbackKind::Result if callback.is_paid() => {
            lang.of("From the gateway: paid (confirm it)", "От шлюза: оплачено (проверьте)")
        }
        CallbackKind::Result => lang.of("From the gateway: not paid", "От шлюза: не оплачено"),
        CallbackKind::Payout => lang.of("From the gateway: about a payout", "От шлюза: о выплате"),
        CallbackKind::Redirect => lang.of(
            "From the gateway, through the payer's browser: it proves nothing",
            "От шлюза через браузер плательщика: это ничего не доказывает",
        ),
        CallbackKind::Unknown => lang.of("From the gateway", "От шлюза"),
    };
    print(&format!("{headline}\n{}", human::fields(callback.fields())));
}

fn kind_name(kind: CallbackKind) -> &'static str {
    match kind {
        CallbackKind::Unknown => "FP_CALLBACK_UNKNOWN",
        CallbackKind::Check => "FP_CALLBACK_CHECK",
        CallbackKind::Result => "FP_CALLBACK_RESULT",
        CallbackKind::Payout => "FP_CALLBACK_PAYOUT",
        CallbackKind::Redirect => "FP_CALLBACK_REDIRECT",
    }
}

/// The end of a question about the payment that a callback speaks of.
fn exit_of_payment(facts: &Facts) -> Exit {
    match facts.payment.as_ref().filter(|_| facts.code.is_none()) {
        Some(payment) if payment.is_paid() => Exit::Done,
        Some(payment) => exit_of_unpaid(payment.status()),
        None => Exit::of(Purpose::Ask, facts),
    }
}

/// Of a payment whose money the merchant does not have.
fn exit_of_unpaid(status: Option<PaymentStatus>) -> Exit {
    use PaymentStatus::{Other, Refunded, Revoked};
    match status {
        Some(status) if status.has_failed() => Exit::Failed,
        // No source tells whether all of it was given back: a person looks.
        None | Some(Other | Revoked | Refunded) => Exit::Unknown,
        Some(_) => Exit::Open,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_given_back_is_not_waited_for() {
        use PaymentStatus::{
            Canceled, Error, Expired, Failed, Incomplete, New, Other, Partial, Pending, Process, Refunded,
            Rejected, Revoked, Success,
        };
        for (exit, statuses) in [
            // A success that is not paid is held.
            (Exit::Open, &[New, Process, Pending, Partial, Success][..]),
            (Exit::Failed, &[Error, Failed, Incomplete, Canceled, Rejected, Expired]),
            (Exit::Unknown, &[Revoked, Refunded, Other]),
        ] {
            for &status in statuses {
                assert_eq!(exit_of_unpaid(Some(status)), exit, "{status:?}");
            }
        }
        assert_eq!(exit_of_unpaid(None), Exit::Unknown);
    }
}

//! `freedompay qr`: the payer's code in any form, of a link or of a sale in the journal.

use std::io::{self, IsTerminal, Read, Write};
use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use freedompay::{Code, Matrix};
use serde::Serialize;

use crate::exit::{Exit, Purpose};
use crate::facts::{Facts, Problem, code_name};
use crate::lang::Lang;
use crate::output::json::line_of;
use crate::output::{self, Output, print, result_file};
use crate::picture::{Form, Size};
use crate::session::Session;
use crate::{session, settings};

/// Draw the QR of a payer's link, or of a sale in the journal
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    which: Which,

    /// png, bmp, svg, text, escpos, escpos-native, zpl, matrix (a byte a module, 1 is dark) or data-uri
    #[arg(long, value_name = "FORM", default_value = "text")]
    form: Form,

    #[command(flatten)]
    size: Size,

    /// Write the code to this file, and not to standard output
    #[arg(long, value_name = "FILE")]
    out_file: Option<PathBuf>,

    /// Print one line of JSON with the code in base64
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    settings: settings::Flags,
}

#[derive(clap::Args)]
#[group(id = "which", required = true, multiple = false)]
struct Which {
    /// The merchant's own id of an order in the journal
    #[arg(allow_hyphen_values = true)]
    order_id: Option<String>,

    /// The payer's link itself, or - for a line on standard input; no configuration is needed
    #[arg(long, value_name = "URL", allow_hyphen_values = true)]
    link: Option<String>,
}

/// What programs read.
#[derive(Serialize)]
struct Drawn<'a> {
    command: &'static str,
    exit: u8,
    outcome: &'static str,
    code: i32,
    code_name: &'static str,
    message: &'static str,
    form: &'static str,
    link: &'a str,
    bytes: String,
}

pub fn run(args: &Args, lang: Option<Lang>) -> Exit {
    let output = match Output::open(&args.output(), lang.unwrap_or_default(), "qr") {
        Ok(output) => output,
        Err(exit) => return exit,
    };
    let drawn = match link(args, lang) {
        Ok(Ok(link)) => draw(&link, args),
        Ok(Err(exit)) => return exit,
        Err(facts) => Err(facts),
    };
    match drawn {
        Ok((link, bytes)) => hand_over(args, &output, &link, &bytes),
        Err(facts) => output.end(&facts, Exit::of(Purpose::Create, &facts)),
    }
}

impl Args {
    /// Here a file is the picture's.
    fn output(&self) -> output::Flags {
        output::Flags { json: self.json, out_encoding: "utf-8".to_owned(), ..output::Flags::default() }
    }
}

/// The link to draw. An exit instead of it: what is wrong has been said already.
fn link(args: &Args, lang: Option<Lang>) -> Result<Result<String, Exit>, Problem> {
    match (&args.which.link, &args.which.order_id) {
        (Some(link), _) if link == "-" => Ok(Ok(first_line()?)),
        (Some(link), _) => Ok(Ok(link.clone())),
        (None, order_id) => {
            let flags = session::Flags { settings: args.settings.clone(), output: args.output() };
            match Session::open(&flags, lang, "qr") {
                Ok(session) => Ok(Ok(kept(&session, order_id.as_deref().unwrap_or_default())?)),
                Err(exit) => Ok(Err(exit)),
            }
        }
    }
}

fn kept(session: &Session, order_id: &str) -> Result<String, Problem> {
    let kept = session.client.invoice_kept(order_id)?;
    let link = kept.as_ref().and_then(|invoice| invoice.qr_url());
    link.map(str::to_owned).ok_or_else(|| {
        let message = match kept {
            Some(_) => format!(
                "the journal has order {order_id:?} without a QR: the gateway gives that only in the answer to the init"
            ),
            None => format!("the journal has no invoice of order {order_id:?}"),
        };
        Facts::wrong(Code::Argument, message)
    })
}

fn first_line() -> Result<String, Problem> {
    const LONGEST: u64 = 8192;
    let mut text = String::new();
    let read = io::stdin().lock().take(LONGEST).read_to_string(&mut text);
    read.map_err(|error| Facts::wrong(Code::Argument, format!("standard input: {error}")))?;
    Ok(text.lines().next().unwrap_or_default().trim().to_owned())
}

fn draw(link: &str, args: &Args) -> Result<(String, Vec<u8>), Problem> {
    let wrong = |message: String| Facts::wrong(Code::Argument, message);
    if link.is_empty() {
        return Err(wrong("the link is empty".to_owned()));
    }
    let too_long = || wrong(format!("the link has {} bytes, and no QR code holds so much", link.len()));
    let matrix = Matrix::of(link).ok_or_else(too_long)?;
    Ok((link.to_owned(), args.form.draw(&matrix, args.size)?))
}

fn hand_over(args: &Args, output: &Output, link: &str, bytes: &[u8]) -> Exit {
    if let Some(path) = &args.out_file
        && let Err(reason) = result_file::replace(path, bytes)
    {
        return output.end(&Facts::wrong(Code::Argument, reason), Exit::Wrong);
    }
    if args.json {
        print(&line_of(&Drawn {
            command: "qr",
            exit: Exit::Done.number(),
            outcome: Exit::Done.word(),
            code: 0,
            code_name: code_name(None),
            message: "",
            form: args.form.word(),
            link,
            bytes: STANDARD.encode(bytes),
        }));
    } else if args.out_file.is_none() {
        return to_stdout(args.form, output, bytes);
    }
    Exit::Done
}

fn to_stdout(form: Form, output: &Output, bytes: &[u8]) -> Exit {
    let mut stdout = io::stdout().lock();
    if !form.is_text() && stdout.is_terminal() {
        let message = format!("{} is nothing for a terminal: use --out-file FILE", form.word());
        return output.end(&Facts::wrong(Code::Argument, message), Exit::Wrong);
    }
    let written = stdout.write_all(bytes).and_then(|()| stdout.flush());
    match written {
        Ok(()) => Exit::Done,
        Err(error) => {
            output.end(&Facts::wrong(Code::Argument, format!("standard output: {error}")), Exit::Wrong)
        }
    }
}

//! `freedompay init`: creates an invoice, once.

use freedompay::Code;

use crate::exit::{Exit, Purpose};
use crate::facts::{Asked, Facts, Problem};
use crate::lang::Lang;
use crate::output::{complain, print};
use crate::picture::{CodeFile, FileArgs, on_screen};
use crate::sale;
use crate::session::{self, Session};

/// Create an invoice and show its QR
///
/// With a journal the same order id gives the same invoice again, and an attempt whose end is not known is asked about
/// before there is another.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    sale: sale::Args,
    #[command(flatten)]
    picture: FileArgs,
    #[command(flatten)]
    common: session::Flags,
}

pub fn run(args: &Args, lang: Option<Lang>) -> Exit {
    let session = match Session::open(&args.common, lang, "init") {
        Ok(session) => session,
        Err(exit) => return exit,
    };
    let facts = create(&session, &args.sale, &args.picture).unwrap_or_else(|problem| *problem);
    if !session.output.json {
        show_code(&session, &facts);
    }
    session.output.end(&facts, Exit::of(Purpose::Create, &facts))
}

/// Creates the invoice, and the file with its code where one is wanted.
pub fn create(session: &Session, sale: &sale::Args, picture: &FileArgs) -> Result<Facts, Problem> {
    let wrong = |reason| Facts::wrong(Code::Argument, format!("{reason}; nothing was sent"));
    let file = picture.open().map_err(wrong)?;
    let request = sale.request()?;
    let facts = Facts::of(session.client.invoice_init(&request), Asked::request(&request));
    if let Some(file) = file
        && facts.code.is_none()
    {
        write_code(session, &file, &facts);
    }
    Ok(facts)
}

/// The sale exists whatever becomes of its picture.
fn write_code(session: &Session, file: &CodeFile, facts: &Facts) {
    let written = match &facts.qr_url {
        Some(link) => file.write(link),
        None => Err("the gateway's answer has no QR that can be read".to_owned()),
    };
    if let Err(reason) = written {
        complain(session.output.lang, &reason);
    }
}

/// The code in a terminal that is wide enough for it.
pub fn show_code(session: &Session, facts: &Facts) {
    let Some(link) = &facts.qr_url else { return };
    if let Some(code) = on_screen(link, session.output.screen) {
        print(&code);
    }
}

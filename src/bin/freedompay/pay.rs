//! `freedompay pay`: a whole sale: the invoice, its QR, and waiting for the payer.

use freedompay::InvoiceStatus;

use crate::exit::{Exit, Purpose};
use crate::facts::{Facts, Problem};
use crate::init::{create, show_code};
use crate::lang::Lang;
use crate::output::{human, print};
use crate::picture::FileArgs;
use crate::sale;
use crate::session::{self, Session};
use crate::wait::{Patience, wait};

/// Create an invoice, show its QR, and wait until it is paid
///
/// Ctrl-C ends the waiting and not the sale: what state it is in is said then. With a journal the same command again
/// shows the same invoice and goes on waiting.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    sale: sale::Args,
    #[command(flatten)]
    patience: Patience,
    #[command(flatten)]
    picture: FileArgs,
    #[command(flatten)]
    common: session::Flags,
}

pub fn run(args: &Args, lang: Option<Lang>) -> Exit {
    let session = match Session::open(&args.common, lang, "pay") {
        Ok(session) => session,
        Err(exit) => return exit,
    };
    let (facts, exit) = pay(&session, args).unwrap_or_else(|problem| (*problem, Exit::Wrong));
    session.output.end(&facts, exit)
}

fn pay(session: &Session, args: &Args) -> Result<(Facts, Exit), Problem> {
    let timeout_ms = args.patience.ms()?;
    let init = create(session, &args.sale, &args.picture)?;
    let open = match (init.code, init.invoice_id) {
        (None, Some(id)) if !init.invoice_status.is_some_and(InvoiceStatus::is_final) => Some(id),
        _ => None,
    };
    let Some(invoice_id) = open else {
        let exit = Exit::of(Purpose::Create, &init);
        return Ok((init, exit));
    };
    if !session.output.json {
        show_code(session, &init);
        print(&human::sale(&init, session.output.lang));
    }
    let mut view = args.patience.view(session, &args.common, "pay", timeout_ms);
    view.began(&init);
    let end = wait(session, invoice_id, timeout_ms, &mut view).with_init(&init);
    view.end();
    let exit = Exit::of(Purpose::Ask, &end);
    Ok((end, exit))
}

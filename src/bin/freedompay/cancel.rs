//! `freedompay cancel`: lets go of money that is only held.

use crate::exit::{Exit, Purpose};
use crate::facts::{Asked, Facts, Problem};
use crate::lang::Lang;
use crate::session::{self, Session};
use crate::status::invoice_id;

/// Let go of the money that a payment holds; what was taken needs a refund
#[derive(clap::Args)]
pub struct Args {
    /// The gateway's id of the invoice or of the payment
    #[arg(allow_hyphen_values = true)]
    invoice_id: String,

    #[command(flatten)]
    common: session::Flags,
}

pub fn run(args: &Args, lang: Option<Lang>) -> Exit {
    let session = match Session::open(&args.common, lang, "cancel") {
        Ok(session) => session,
        Err(exit) => return exit,
    };
    let facts = cancel(&session, args).unwrap_or_else(|problem| *problem);
    session.output.end(&facts, Exit::of(Purpose::Create, &facts))
}

fn cancel(session: &Session, args: &Args) -> Result<Facts, Problem> {
    let id = invoice_id(&args.invoice_id)?;
    Ok(Facts::of(session.client.payment_cancel(id), Asked::payment(id)))
}

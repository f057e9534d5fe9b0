//! `freedompay refund`: gives a payment back, or a part of it.

use freedompay::Amount;

use crate::exit::{Exit, Purpose};
use crate::facts::{Asked, Facts, Problem};
use crate::lang::Lang;
use crate::session::{self, Session};
use crate::status::invoice_id;

/// Give a paid sale back to the payer, or a part of it
///
/// It is sent once. With a journal the same command again, after an end that is not known, asks the gateway before it sends
/// anything.
#[derive(clap::Args)]
pub struct Args {
    /// The gateway's id of the invoice or of the payment
    #[arg(allow_hyphen_values = true)]
    invoice_id: String,

    /// How much to give back, such as 5 or 5.50; all that is left unless given
    #[arg(long, value_name = "AMOUNT", allow_hyphen_values = true)]
    amount: Option<String>,

    /// Your own name for this refund: the same again is never a second refund
    #[arg(long, value_name = "NAME", allow_hyphen_values = true)]
    refund_key: Option<String>,

    #[command(flatten)]
    common: session::Flags,
}

pub fn run(args: &Args, lang: Option<Lang>) -> Exit {
    let session = match Session::open(&args.common, lang, "refund") {
        Ok(session) => session,
        Err(exit) => return exit,
    };
    let facts = refund(&session, args).unwrap_or_else(|problem| *problem);
    session.output.end(&facts, Exit::of(Purpose::Create, &facts))
}

fn refund(session: &Session, args: &Args) -> Result<Facts, Problem> {
    let id = invoice_id(&args.invoice_id)?;
    let amount: Option<Amount> = args.amount.as_deref().map(str::parse).transpose()?;
    let end = session.client.payment_refund(id, amount.as_ref(), args.refund_key.as_deref());
    Ok(Facts::of(end, Asked { amount: args.amount.clone(), ..Asked::payment(id) }))
}

//! `freedompay refund-settle`: writes down what a person has seen of a refund whose end no question can find out.

use crate::exit::{Exit, Purpose};
use crate::facts::{Asked, Facts, Problem};
use crate::lang::Lang;
use crate::session::{self, Session};
use crate::status::invoice_id;

/// Write down what the merchant's account shows of a refund whose end the gateway does not tell
///
/// Only for a refund that ended with exit code 30 and the request to look there: it holds up every later one of its payment.
/// Asks the gateway nothing.
#[derive(clap::Args)]
#[command(group = clap::ArgGroup::new("seen").required(true))]
pub struct Args {
    /// The gateway's id of the invoice or of the payment
    #[arg(allow_hyphen_values = true)]
    invoice_id: String,

    /// The refund is there: it was made
    #[arg(long, group = "seen")]
    made: bool,

    /// The refund is not there: it was not made, and may be tried anew
    #[arg(long, group = "seen")]
    not_made: bool,

    /// The name that the refund was given, if it was; see freedompay pending
    #[arg(long, value_name = "NAME", allow_hyphen_values = true)]
    refund_key: Option<String>,

    #[command(flatten)]
    common: session::Flags,
}

pub fn run(args: &Args, lang: Option<Lang>) -> Exit {
    let session = match Session::open(&args.common, lang, "refund-settle") {
        Ok(session) => session,
        Err(exit) => return exit,
    };
    let facts = settle(&session, args).unwrap_or_else(|problem| *problem);
    session.output.end(&facts, Exit::of(Purpose::Create, &facts))
}

fn settle(session: &Session, args: &Args) -> Result<Facts, Problem> {
    let id = invoice_id(&args.invoice_id)?;
    let end = session.client.refund_settle(id, args.refund_key.as_deref(), args.made);
    Ok(Facts::of(end, Asked::payment(id)))
}

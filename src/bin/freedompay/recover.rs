//! `freedompay recover`: asks about sales in the journal until the gateway knows.

use crate::exit::{Exit, Purpose};
use crate::facts::{Asked, Facts, Problem};
use crate::lang::Lang;
use crate::session::{self, Session};

/// Ask what became of a sale in the journal, until it is known
///
/// Without an order id: of every sale whose end is not known. The exit code is then that of the one that needs a person
/// first.
#[derive(clap::Args)]
pub struct Args {
    /// The merchant's own id of the order
    #[arg(allow_hyphen_values = true)]
    order_id: Option<String>,

    #[command(flatten)]
    common: session::Flags,
}

pub fn run(args: &Args, lang: Option<Lang>) -> Exit {
    let session = match Session::open(&args.common, lang, "recover") {
        Ok(session) => session,
        Err(exit) => return exit,
    };
    if let Some(order_id) = &args.order_id {
        let (facts, exit) = recover(&session, order_id);
        return session.output.end(&facts, exit);
    }
    match session.client.pending() {
        Ok(sales) => {
            let each = sales.iter().map(|sale| recover(&session, &sale.order_id));
            session.output.end_each(each)
        }
        Err(error) => {
            let facts = Problem::from(error);
            session.output.end(&facts, Exit::of(Purpose::Ask, &facts))
        }
    }
}

fn recover(session: &Session, order_id: &str) -> (Facts, Exit) {
    let facts = Facts::of(session.client.invoice_recover(order_id), Asked::order(order_id));
    let exit = Exit::of(Purpose::Ask, &facts);
    (facts, exit)
}

//! `freedompay recover`: asks about sales in the journal until the gateway knows.

use freedompay::Code;

use crate::exit::{Exit, Purpose};
use crate::facts::{Asked, Facts, Problem};
use crate::lang::Lang;
use crate::session::{self, Session};

/// Ask what became of a sale in the journal, until it is known
///
/// Without an order id: of every sale whose end is not known. The exit code is then that of the one that needs a person
/// first. Once the gateway is not reached, the rest is not asked about.
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
            let mut unreached = None;
            let each = sales.iter().map(|sale| recover_next(&session, &sale.order_id, &mut unreached));
            session.output.end_each(each)
        }
        Err(error) => {
            let facts = Problem::from(error);
            session.output.end(&facts, Exit::of(Purpose::Ask, &facts))
        }
    }
}

/// The next of many. A gateway that was not reached once is not looked for again: with hundreds of open sales a till that
/// starts without a network would wait for hours.
fn recover_next(session: &Session, order_id: &str, unreached: &mut Option<Facts>) -> (Facts, Exit) {
    if let Some(facts) = unreached {
        return (facts.clone().about(Asked::order(order_id)), Exit::of(Purpose::Ask, facts));
    }
    let (facts, exit) = recover(session, order_id);
    if facts.code == Some(Code::NotSent) {
        *unreached = Some(facts.clone());
    }
    (facts, exit)
}

fn recover(session: &Session, order_id: &str) -> (Facts, Exit) {
    let facts = Facts::of(session.client.invoice_recover(order_id), Asked::order(order_id));
    let exit = Exit::of(Purpose::Ask, &facts);
    (facts, exit)
}

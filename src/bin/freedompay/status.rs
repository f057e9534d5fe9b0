//! `freedompay status`: where a sale stands, asked once.

use freedompay::Advice;

use crate::exit::{Exit, Purpose};
use crate::facts::{Asked, Facts, Problem};
use crate::lang::Lang;
use crate::session::{self, Session};

/// Ask where a sale stands
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    common: session::Flags,
}

/// The sale that is asked about.
#[derive(clap::Args, Clone, Debug)]
#[group(id = "which", required = true, multiple = false)]
pub struct Which {
    /// The gateway's id of the invoice
    #[arg(allow_hyphen_values = true)]
    invoice_id: Option<String>,

    /// The merchant's own id of the order, instead of it
    #[arg(long, value_name = "ORDER_ID", allow_hyphen_values = true)]
    order_id: Option<String>,
}

pub fn run(args: &Args, lang: Option<Lang>) -> Exit {
    let session = match Session::open(&args.common, lang, "status") {
        Ok(session) => session,
        Err(exit) => return exit,
    };
    let facts = args.which.ask(&session).unwrap_or_else(|problem| *problem);
    session.output.end(&facts, Exit::of(Purpose::Ask, &facts))
}

impl Which {
    /// Asks the gateway once.
    pub fn ask(&self, session: &Session) -> Result<Facts, Problem> {
        if let Some(order_id) = &self.order_id {
            let end = session.client.invoice_status_by_order(order_id);
            let facts = Facts::of(end, Asked::order(order_id));
            return Ok(if facts.is_not_found && is_open(session, order_id) { not_yet(facts) } else { facts });
        }
        let id = self.invoice_id()?;
        Ok(Facts::of(session.client.invoice_status(id), Asked::invoice(id)))
    }

    /// The number; the error says what is wrong with it.
    fn invoice_id(&self) -> Result<i64, Problem> {
        let text = self.invoice_id.as_deref().unwrap_or_default();
        invoice_id(text)
    }

    /// The facts with the order's id, where that is what was asked about.
    pub fn name(&self, facts: Facts) -> Facts {
        Facts { order_id: facts.order_id.or_else(|| self.order_id.clone()), ..facts }
    }

    /// The invoice's number, asked of the gateway where only the order's is given.
    pub fn find(&self, session: &Session) -> Result<i64, Problem> {
        if self.order_id.is_none() {
            return self.invoice_id();
        }
        let facts = self.ask(session)?;
        match (facts.code, facts.invoice_id) {
            (None, Some(id)) => Ok(id),
            _ => Err(Box::new(facts)),
        }
    }
}

/// Whether the journal, where there is one, does not know the end of this order.
fn is_open(session: &Session, order_id: &str) -> bool {
    session.client.pending().is_ok_and(|sales| sales.iter().any(|sale| sale.order_id == order_id))
}

/// An attempt at the order is in the journal: "not found" alone does not say that it never arrived.
fn not_yet(facts: Facts) -> Facts {
    let message = format!("{}; the journal has this order open, it may yet appear", facts.message);
    Facts { message, speaks_of_earlier_attempt: true, advice: Advice::Wait, ..facts }
}

/// The gateway's number of an invoice as it was written.
pub fn invoice_id(text: &str) -> Result<i64, Problem> {
    let wrong = || {
        let message = format!("invoice_id {text:?} is not a positive number");
        Facts::wrong(freedompay::Code::Argument, message)
    };
    text.parse().ok().filter(|&id| id > 0).ok_or_else(wrong)
}

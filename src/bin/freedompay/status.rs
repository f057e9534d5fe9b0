//! `freedompay status`: where a sale stands, asked once.

use std::time::Duration;

use freedompay::Code;

use crate::absence::{of_invoice, of_order};
use crate::exit::{Exit, Purpose};
use crate::facts::{Facts, Problem};
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
            return Ok(of_order(session, order_id, end, Duration::ZERO));
        }
        let id = self.invoice_id()?;
        Ok(of_invoice(session, id, session.client.invoice_status(id)))
    }

    /// The number; the error says what is wrong with it.
    pub fn invoice_id(&self) -> Result<i64, Problem> {
        invoice_id(self.invoice_id.as_deref().unwrap_or_default())
    }

    /// The order's id, where that is what is asked about.
    pub fn order_id(&self) -> Option<&str> {
        self.order_id.as_deref()
    }

    /// The facts with the order's id, where that is what was asked about.
    pub fn name(&self, facts: Facts) -> Facts {
        Facts { order_id: facts.order_id.or_else(|| self.order_id.clone()), ..facts }
    }
}

/// The gateway's number of an invoice as it was written.
pub fn invoice_id(text: &str) -> Result<i64, Problem> {
    let wrong = || {
        let message = format!("invoice_id {text:?} is not a positive number");
        Facts::wrong(Code::Argument, message)
    };
    text.parse().ok().filter(|&id| id > 0).ok_or_else(wrong)
}

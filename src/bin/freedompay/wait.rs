//! `freedompay wait`: asks until a sale is paid, failed or expired.

use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use freedompay::Code;

use crate::absence::find;
use crate::exit::{Exit, Purpose};
use crate::facts::{Asked, Facts, Problem};
use crate::lang::Lang;
use crate::session::{self, Session};
use crate::settings::ms;
use crate::status::Which;
use crate::view::View;

/// Wait until a sale is paid, failed or expired
///
/// Ctrl-C ends the waiting and not the sale: what state it is in is said then.
///
/// An order that the gateway does not have is waited for, too; without a journal it counts as none after a minute.
#[derive(clap::Args)]
pub struct Args {
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    pub patience: Patience,
    #[command(flatten)]
    common: session::Flags,
}

/// How long is waited, and what is said meanwhile.
#[derive(clap::Args, Clone, Debug)]
#[group(skip)]
pub struct Patience {
    /// How long to wait: 30s, 5m
    #[arg(long, value_name = "TIME", default_value = "5m")]
    timeout: String,

    /// With --json: print a line for each change, not only one at the end
    #[arg(long)]
    watch: bool,
}

pub fn run(args: &Args, lang: Option<Lang>) -> Exit {
    let session = match Session::open(&args.common, lang, "wait") {
        Ok(session) => session,
        Err(exit) => return exit,
    };
    let facts = wait_for(&session, args).unwrap_or_else(|problem| *problem);
    session.output.end(&facts, Exit::of(Purpose::Ask, &facts))
}

fn wait_for(session: &Session, args: &Args) -> Result<Facts, Problem> {
    let timeout_ms = args.patience.ms()?;
    let began = Instant::now();
    let mut view = args.patience.view(session, &args.common, "wait", timeout_ms);
    let id = match args.which.order_id() {
        Some(order_id) => find(session, order_id, after(began, timeout_ms), &mut view),
        None => args.which.invoice_id(),
    };
    let end = id.map(|id| {
        let passed_ms = i64::try_from(began.elapsed().as_millis()).unwrap_or(i64::MAX);
        // At least one question is asked; what was no time from the beginning is refused there.
        let left_ms = timeout_ms.saturating_sub(passed_ms).max(1);
        wait(session, id, left_ms.min(timeout_ms), &mut view)
    });
    view.end();
    end.map(|facts| args.which.name(facts))
}

/// A moment later; what is too long for a clock is refused by the wait itself.
fn after(moment: Instant, ms: i64) -> Instant {
    moment.checked_add(Duration::from_millis(ms.unsigned_abs())).unwrap_or(moment)
}

impl Patience {
    /// The time to wait in milliseconds.
    pub fn ms(&self) -> Result<i64, Problem> {
        ms(&self.timeout).map_err(|reason| Facts::wrong(Code::Argument, format!("--timeout: {reason}")))
    }

    /// What is seen while it is waited.
    pub fn view<'a>(
        &self,
        session: &'a Session,
        flags: &session::Flags,
        command: &'static str,
        timeout_ms: i64,
    ) -> View<'a> {
        let deadline = after(Instant::now(), timeout_ms);
        View::new(&session.output, command, self.watch, flags.output.verbose, deadline)
    }
}

/// Waits for an invoice's end.
pub fn wait(session: &Session, invoice_id: i64, timeout_ms: i64, view: &mut View<'_>) -> Facts {
    let end = session.client.invoice_wait(invoice_id, timeout_ms, &mut |end| {
        view.saw(end);
        match session.interrupt.is_asked() {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    });
    Facts::of(end, Asked::invoice(invoice_id))
}

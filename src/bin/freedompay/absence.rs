//! An order or an invoice that the gateway does not have. That proves nothing while an attempt may be on its way, and little of
//! an invoice that it has made itself; of these only the journal knows, and without one it takes a minute of asking.

use std::time::{Duration, Instant};

use freedompay::{Advice, Code, Error, Invoice};

use crate::facts::{Asked, Facts, Problem};
use crate::session::Session;
use crate::view::View;

/// So long after an attempt "there is no such invoice" proves nothing: the journal's table in include/README.md.
const COUNTS_AFTER: Duration = Duration::from_secs(60);

/// The end of a question about an order that was asked when there had been asking for so long.
pub fn of_order(
    session: &Session,
    order_id: &str,
    end: Result<Invoice, Error>,
    asked_for: Duration,
) -> Facts {
    let facts = Facts::of(end, Asked::order(order_id));
    if !facts.is_not_found {
        return facts;
    }
    match session.client.pending() {
        Ok(sales) if sales.iter().any(|sale| sale.order_id == order_id) => {
            not_yet(facts, "the journal has this order open, it may yet appear")
        }
        Ok(_) => facts,
        Err(error) if error.code() == Code::Config => without_journal(facts, asked_for),
        Err(error) => not_yet(facts, error.message()),
    }
}

/// The end of a question about an invoice. Its number is the gateway's own, whose copies may not have it yet.
pub fn of_invoice(session: &Session, invoice_id: i64, end: Result<Invoice, Error>) -> Facts {
    let facts = Facts::of(end, Asked::invoice(invoice_id));
    if !facts.is_not_found {
        return facts;
    }
    match session.client.pending() {
        Ok(sales) => match sales.into_iter().find(|sale| sale.invoice_id == Some(invoice_id)) {
            Some(sale) => Facts {
                order_id: Some(sale.order_id),
                ..not_yet(facts, "the journal has this invoice open, the gateway's copies may be late")
            },
            None => facts,
        },
        Err(error) if error.code() == Code::Config => {
            let facts =
                not_yet(facts, "without a journal nobody knows whether the gateway's copies are late");
            Facts { has_no_journal: true, ..facts }
        }
        Err(error) => not_yet(facts, error.message()),
    }
}

/// Whatever attempt there was, it was over when the asking began.
fn without_journal(facts: Facts, asked_for: Duration) -> Facts {
    if asked_for >= COUNTS_AFTER {
        return facts;
    }
    let facts = not_yet(facts, "without a journal nobody knows whether an attempt is still on its way");
    Facts { has_no_journal: true, ..facts }
}

/// "Not found" alone does not say that there is nothing, nor that nothing comes.
fn not_yet(facts: Facts, reason: &str) -> Facts {
    let message = format!("{}; {reason}", facts.message);
    Facts { message, leaves_open: true, advice: Advice::Wait, ..facts }
}

/// The number of an order's invoice, asked for until the gateway has it, or certainly has none, or time is over.
pub fn find(
    session: &Session,
    order_id: &str,
    deadline: Instant,
    view: &mut View<'_>,
) -> Result<i64, Problem> {
    let began = Instant::now();
    loop {
        let asked_for = began.elapsed();
        let end = session.client.invoice_status_by_order(order_id);
        match &end {
            Ok(invoice) => return Ok(invoice.id()),
            Err(_) => view.saw(&end),
        }
        let facts = of_order(session, order_id, end, asked_for);
        if !may_pass(&facts) {
            return Err(Box::new(facts));
        }
        let next = Instant::now() + session.poll_interval;
        if next >= deadline || !session.interrupt.sleep_until(next) {
            return Err(Box::new(still_unknown(facts)));
        }
    }
}

/// Whether the next question may be answered otherwise.
fn may_pass(facts: &Facts) -> bool {
    match facts.code {
        Some(Code::Refused) => facts.leaves_open || facts.advice == Advice::Retry,
        Some(Code::NotSent | Code::Unknown | Code::Answer) => true,
        _ => false,
    }
}

/// Time is over: a question that got no answer says nothing of the sale.
fn still_unknown(facts: Facts) -> Facts {
    if facts.is_not_found {
        return facts;
    }
    let message = format!(
        "waiting ended; where the invoice stands is not known; the last question failed: {}",
        facts.message
    );
    Facts { code: Some(Code::Timeout), message, advice: Advice::AskStatus, ..facts }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exit::{Exit, Purpose};

    fn absent() -> Facts {
        Facts { code: Some(Code::Refused), is_not_found: true, advice: Advice::Fix, ..Facts::default() }
    }

    #[test]
    fn without_a_journal_a_minute_of_asking_makes_no_such_sale_certain() {
        for (seconds, exit, goes_on) in [(0, 30, true), (59, 30, true), (60, 20, false)] {
            let facts = without_journal(absent(), Duration::from_secs(seconds));
            let end = Exit::of(Purpose::Ask, &facts).number();
            assert_eq!((end, may_pass(&facts)), (exit, goes_on), "after {seconds} s");
        }
    }

    #[test]
    fn a_wait_that_ends_with_an_unanswered_question_is_unknown() {
        for code in [Code::NotSent, Code::Unknown, Code::Answer] {
            let facts = Facts { code: Some(code), ..Facts::default() };
            assert!(may_pass(&facts));
            assert_eq!(Exit::of(Purpose::Ask, &still_unknown(facts)).number(), 30, "{code:?}");
        }
    }
}

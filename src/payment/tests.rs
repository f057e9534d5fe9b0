//! What may be done again, where the gateway and the clock say as a test wants.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};

use super::invented::{VirtualClock, signed};
use crate::cancel::Until;
use crate::client::Client;
use crate::config::Config;
use crate::fields::Fields;
use crate::invented::{Swept, place};
use crate::outcome::{Advice, Code, Event, Sent};
use crate::transport::{Fault, Reply, Request, Transport};

const PAID: &str = "<pg_status>ok</pg_status><pg_payment_id>7</pg_payment_id><pg_payment_status>success</pg_payment_status>\
                    <pg_amount>10.50</pg_amount>";

/// What the gateway says to a refund or a payout, and to a question about it; nothing is an answer that is lost.
struct Says {
    order: Option<String>,
    status: Option<&'static str>,
    orders: Arc<AtomicUsize>,
}

impl Transport for Says {
    fn exchange(&self, request: &Request, _: Until<'_>) -> Result<Reply, Fault> {
        let inside = match request.url.path() {
            "/revoke.php" | "/api/reg2reg" => {
                self.orders.fetch_add(1, Ordering::Relaxed);
                self.order.as_deref()
            }
            _ => self.status,
        };
        match inside {
            Some(inside) => Ok(Reply { http_status: 200, body: signed(request, inside).into() }),
            None => Err(Fault {
                event: Event::Lost { answering: false },
                reason: "the line is down".to_owned(),
                http_status: 0,
            }),
        }
    }
}

/// A till with a journal of its own, its clock, and how many refunds and payouts it has sent.
struct Till {
    client: Client,
    now_ms: Arc<AtomicI64>,
    sent: Arc<AtomicUsize>,
    _journal: Swept,
}

impl Till {
    fn new(name: &str, order: Option<String>, status: Option<&'static str>) -> Till {
        let journal = Swept(place(name));
        let mut config = Config::new();
        config.set_merchant_id(1).unwrap();
        config.set_secret_key("k").unwrap();
        config.set_payout_key("k").unwrap();
        // Shorter than the pause before a question is asked again.
        config.set_timeout_ms(3).unwrap();
        config.set_journal(&journal.0).unwrap();
        let sent = Arc::new(AtomicUsize::new(0));
        let mut client =
            Client::over(&config, Box::new(Says { order, status, orders: sent.clone() })).unwrap();
        let now_ms = Arc::new(AtomicI64::new(1_700_000_000_000));
        let clock = now_ms.clone();
        client.clock = Box::new(VirtualClock(move || clock.load(Ordering::Relaxed)));
        Till { client, now_ms, sent, _journal: journal }
    }

    fn refund(&self) -> crate::outcome::Error {
        self.client.payment_refund(7, None, Some("slip-1")).unwrap_err()
    }

    fn sent(&self) -> usize {
        self.sent.load(Ordering::Relaxed)
    }

    fn pass(&self, ms: i64) {
        self.now_ms.fetch_add(ms, Ordering::Relaxed);
    }
}

#[test]
fn a_refusal_that_may_hide_a_refund_leaves_it_pending() {
    for (code, pending) in
        [(490, 0), (9013, 0), (470, 1), (9999, 1), (12000, 1), (9991, 1), (11013, 1), (11018, 1)]
    {
        let refusal = format!("<pg_status>error</pg_status><pg_error_code>{code}</pg_error_code>");
        let till = Till::new(&format!("refused-{code}"), Some(refusal), Some(PAID));
        let error = till.refund();
        assert_eq!((error.code(), error.gateway_code(), till.sent()), (Code::Refused, code, 1));
        let advice = if pending == 0 { Advice::Fix } else { Advice::AskStatus };
        assert_eq!((error.advice(), error.leaves_open()), (advice, pending == 1), "{code}: {error}");
        assert_eq!(till.client.pending_refunds().unwrap().len(), pending, "{code}");
        let again = till.refund();
        let expected = if pending == 0 { (Code::Refused, 2) } else { (Code::Unknown, 1) };
        assert_eq!((again.code(), till.sent()), expected, "{code}: {again}");
    }
}

#[test]
fn a_refusal_of_a_refund_where_nothing_was_left_leaves_nothing_pending() {
    const SPENT: &str = "<pg_status>ok</pg_status><pg_payment_id>7</pg_payment_id><pg_amount>10.50</pg_amount>\
                         <pg_refund_amount>-10.50</pg_refund_amount>";
    let refusal = "<pg_status>error</pg_status><pg_error_code>11018</pg_error_code>".to_owned();
    let till = Till::new("nothing-left", Some(refusal), Some(SPENT));
    for sent in [1, 2] {
        let error = till.refund();
        assert_eq!((error.code(), error.gateway_code(), till.sent()), (Code::Refused, 11018, sent));
        assert!(till.client.pending_refunds().unwrap().is_empty());
    }
}

#[test]
fn a_refund_whose_payment_could_not_be_looked_up_was_not_sent() {
    for (status, advice) in [(None, Advice::Retry), (Some("<pg_status>what</pg_status>"), Advice::Retry)] {
        let till = Till::new("not-looked-up", None, status);
        let error = till.refund();
        assert_eq!(
            (error.code(), error.sent(), error.advice()),
            (Code::NotSent, Sent::No, advice),
            "{error}"
        );
        assert_eq!((till.sent(), till.client.pending_refunds().unwrap().len()), (0, 0));
    }
}

#[test]
fn a_clock_that_was_set_back_holds_a_lost_refund_up_for_its_minute_and_not_for_ever() {
    let till = Till::new("set-back", None, Some(PAID));
    assert_eq!((till.refund().code(), till.sent()), (Code::Unknown, 1));
    till.pass(-3_600_000);
    for ms in [0, 59_999] {
        till.pass(ms);
        assert_eq!((till.refund().advice(), till.sent()), (Advice::Wait, 1), "after {ms} ms");
    }
    till.pass(1);
    // The first writes that it did not arrive, and sends it anew if there is time left.
    till.refund();
    till.refund();
    assert_eq!(till.sent(), 2);
}

#[test]
fn a_payout_of_another_amount_is_not_the_lost_one_of_its_order() {
    for (status, code) in [
        (
            "<pg_status>ok</pg_status><pg_payment_id>8</pg_payment_id><pg_payment_amount>10.5</pg_payment_amount>",
            None,
        ),
        (
            "<pg_status>ok</pg_status><pg_payment_id>8</pg_payment_id><pg_payment_amount>10.51</pg_payment_amount>",
            Some(Code::Conflict),
        ),
    ] {
        let till = Till::new("another-payout", None, Some(status));
        let pay_out = || {
            let mut more = Fields::new();
            more.set("pg_post_link", "https://shop.example/paid").unwrap();
            more.set("pg_order_time_limit", "2030-12-31 23:59:59").unwrap();
            till.client.payout_token("1", &"10.50".parse().unwrap(), "Prize", "u-1", "token", &more)
        };
        assert_eq!(pay_out().unwrap_err().code(), Code::Unknown);
        assert_eq!(pay_out().err().map(|error| error.code()), code);
        assert_eq!(
            (till.sent(), till.client.pending_payouts().unwrap().len()),
            (1, usize::from(code.is_some()))
        );
    }
}

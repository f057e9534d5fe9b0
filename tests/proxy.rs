//! Whatever a network does to an init or to its answer, at whichever byte: the call says truly what it knows, the
//! gateway has one invoice in the end, and it is the till's.

mod support;

use std::sync::Arc;
use std::time::Duration;

use freedompay::sandbox::{Options, Sandbox};
use freedompay::{Advice, Client, Code, Config, Error, Invoice, InvoiceStatus, Sent};
use support::place::Place;
use support::proxy::{Fault, Proxy, Way};
use support::{config, request};

/// A till with a journal, a gateway, and a network between them.
struct Street {
    sandbox: Sandbox,
    proxy: Proxy,
    place: Place,
    till: Client,
}

impl Street {
    fn new() -> Street {
        Street::with(|_| {})
    }

    fn with(change: impl FnOnce(&mut Config)) -> Street {
        let sandbox = Sandbox::start(Options::default()).unwrap();
        let proxy = Proxy::before(sandbox.url());
        let place = Place::new();
        let mut config = config(&proxy.url);
        config.set_journal(&place.journal()).unwrap();
        change(&mut config);
        let till = Client::new(&config).unwrap();
        Street { sandbox, proxy, place, till }
    }

    /// The ids of an order's invoices, as the gateway has them.
    fn invoices(&self, order_id: &str) -> Vec<i64> {
        let invoices = self.sandbox.invoices().into_iter().filter(|invoice| invoice.order_id == order_id);
        invoices.map(|invoice| i64::try_from(invoice.invoice_id).unwrap()).collect()
    }

    /// How many inits of an order the gateway has read to their end.
    fn inits(&self, order_id: &str) -> usize {
        let about = |record: &&freedompay::sandbox::Record| {
            record.path.ends_with("/init") && record.order_id.as_deref() == Some(order_id)
        };
        self.sandbox.requests().iter().filter(about).count()
    }

    fn init(&self, order_id: &str) -> Result<Invoice, Error> {
        self.till.invoice_init(&request(order_id))
    }

    /// Makes the sale once more with a healthy network: the one invoice, whatever happened before.
    fn settle(&self, order_id: &str, first: &Result<Invoice, Error>) {
        self.proxy.set(Fault::None);
        let before = self.invoices(order_id);
        let invoice = match self.init(order_id) {
            Ok(invoice) => invoice,
            Err(error) => {
                assert_eq!((error.code(), error.advice()), (Code::Unknown, Advice::Wait), "{error}");
                assert!(before.is_empty(), "what the gateway has is found at once");
                self.place.let_ten_minutes_pass();
                self.init(order_id).unwrap()
            }
        };
        let after = self.invoices(order_id);
        assert_eq!(after, [invoice.id()], "{first:?}");
        assert!(before.is_empty() || before == after);
        if let Ok(first) = first {
            assert_eq!((first.id(), invoice.is_from_journal()), (invoice.id(), true));
        }
    }
}

/// The lengths of an init's request, of the head of its answer, and of its answer.
fn lengths() -> (usize, usize, usize) {
    let street = Street::new();
    street.init("order-0000").unwrap();
    let exchange = street.proxy.exchanges().remove(0);
    let head = exchange.answer.windows(4).position(|window| window == b"\r\n\r\n").unwrap() + 4;
    (exchange.request.len(), head, exchange.answer.len())
}

/// Tries a fault at every byte up to `length` and lets `judge` look at each end.
fn at_every_byte(length: usize, fault: impl Fn(usize) -> Fault, judge: impl Fn(usize, &Street, &str, &End)) {
    // A new street now and then: the sandbox copies all that it has seen whenever it is asked.
    for first in (0..=length).step_by(80) {
        let street = Street::new();
        for bytes in first..=length.min(first + 79) {
            let order_id = format!("order-{bytes:04}");
            street.proxy.set(fault(bytes));
            let end = street.init(&order_id);
            let inits = street.inits(&order_id);
            assert!(inits <= 1, "{bytes} bytes: one call, {inits} inits");
            if let Err(error) = &end {
                assert!(matches!(error.code(), Code::Unknown | Code::Answer), "{bytes} bytes: {error:?}");
                assert_eq!(error.advice(), Advice::AskStatus, "{bytes} bytes: {error:?}");
            }
            judge(bytes, &street, &order_id, &end);
            street.settle(&order_id, &end);
            assert!(street.inits(&order_id) <= 1 + usize::from(inits == 0), "{bytes} bytes");
        }
    }
}

type End = Result<Invoice, Error>;

fn code_and_sent(end: &End) -> Option<(Code, Sent)> {
    end.as_ref().err().map(|error| (error.code(), error.sent()))
}

const LOST: Option<(Code, Sent)> = Some((Code::Unknown, Sent::Maybe));
const LOST_ON_THE_WAY_BACK: Option<(Code, Sent)> = Some((Code::Unknown, Sent::Yes));

#[test]
fn a_request_cut_or_reset_at_any_byte_is_unknown_and_makes_one_invoice_in_the_end() {
    let (request, ..) = lengths();
    let faults: [fn(usize) -> Fault; 2] =
        [|bytes| Fault::Cut(Way::ToGateway, bytes), |bytes| Fault::Reset(Way::ToGateway, bytes)];
    for fault in faults {
        at_every_byte(request, fault, |bytes, street, order_id, end| {
            assert_eq!(code_and_sent(end), LOST, "{bytes} bytes: {end:?}");
            assert!(bytes == request || street.invoices(order_id).is_empty(), "{bytes} bytes");
        });
    }
}

#[test]
fn a_request_half_closed_at_any_byte_makes_one_invoice_in_the_end() {
    let (request, ..) = lengths();
    at_every_byte(
        request,
        |bytes| Fault::HalfClose(Way::ToGateway, bytes),
        |bytes, street, order_id, end| {
            // The gateway may still say that it did not get all of it.
            let complaint = Some((Code::Answer, Sent::Yes));
            let seen = code_and_sent(end);
            assert!(
                seen == LOST || seen == complaint || bytes == request && seen.is_none(),
                "{bytes} bytes: {end:?}"
            );
            assert!(bytes == request || street.invoices(order_id).is_empty(), "{bytes} bytes");
        },
    );
}

#[test]
fn an_answer_cut_or_half_closed_at_any_byte_is_unknown_and_the_invoice_is_adopted() {
    let (_, head, answer) = lengths();
    let faults: [fn(usize) -> Fault; 2] =
        [|bytes| Fault::Cut(Way::ToLibrary, bytes), |bytes| Fault::HalfClose(Way::ToLibrary, bytes)];
    for fault in faults {
        at_every_byte(answer, fault, |bytes, street, order_id, end| {
            let expected = match bytes {
                _ if bytes < head => LOST,
                _ if bytes < answer => LOST_ON_THE_WAY_BACK,
                _ => None,
            };
            assert_eq!(code_and_sent(end), expected, "{bytes} bytes: {end:?}");
            assert_eq!(street.invoices(order_id).len(), 1, "{bytes} bytes");
        });
    }
}

#[test]
fn an_answer_reset_at_any_byte_is_unknown_and_the_invoice_is_adopted() {
    let (_, _, answer) = lengths();
    at_every_byte(
        answer,
        |bytes| Fault::Reset(Way::ToLibrary, bytes),
        |bytes, street, order_id, end| {
            // A reset overtakes bytes that nobody has read yet, so how far the answer came is open.
            let seen = code_and_sent(end);
            let whole = bytes == answer && seen.is_none();
            assert!(seen == LOST || seen == LOST_ON_THE_WAY_BACK || whole, "{bytes} bytes: {end:?}");
            assert_eq!(street.invoices(order_id).len(), 1, "{bytes} bytes");
        },
    );
}

#[test]
fn a_connection_that_closes_at_once_is_not_sent_or_unknown_and_never_an_invoice() {
    for sale in 0..10 {
        // A new till each time: it has no connection left from before.
        let street = Street::with(|config| config.set_timeout_ms(300).unwrap());
        street.proxy.set(Fault::CloseAtOnce);
        let order_id = format!("order-{sale:04}");
        let end = street.init(&order_id);
        let seen = code_and_sent(&end);
        assert!(seen == LOST || seen == Some((Code::NotSent, Sent::No)), "{end:?}");
        assert!(street.invoices(&order_id).is_empty());
        street.settle(&order_id, &end);
    }
}

#[test]
fn an_answer_that_comes_late_is_awaited_and_one_that_comes_too_late_is_unknown() {
    let street = Street::with(|config| config.set_timeout_ms(1_000).unwrap());
    for (order_id, fault, is_known) in [
        ("late", Fault::Delay(Duration::from_millis(200)), true),
        ("too late", Fault::Delay(Duration::from_millis(1_500)), false),
        ("trickled", Fault::Trickle(Duration::from_micros(100)), true),
        ("trickled too slowly", Fault::Trickle(Duration::from_millis(20)), false),
    ] {
        street.proxy.set(fault);
        let end = street.init(order_id);
        assert_eq!(end.is_ok(), is_known, "{order_id}: {end:?}");
        if let Err(error) = &end {
            assert_eq!(error.code(), Code::Unknown, "{error}");
        }
        assert_eq!(street.invoices(order_id).len(), 1, "{order_id}");
        street.settle(order_id, &end);
    }
}

#[test]
fn an_answer_given_twice_is_never_the_answer_to_the_next_question() {
    let sandbox = Sandbox::start(Options::default()).unwrap();
    let proxy = Proxy::before(sandbox.url());
    let till = support::client(&proxy.url);
    proxy.set(Fault::Twice);
    let mut made = Vec::new();
    for sale in 0..200 {
        let order_id = format!("order-{sale:04}");
        match till.invoice_init(&request(&order_id)) {
            Ok(invoice) => made.push((order_id, invoice.id())),
            Err(error) => assert_eq!((error.code(), error.advice()), (Code::Unknown, Advice::AskStatus)),
        }
    }
    proxy.set(Fault::None);
    assert!(made.len() > 100, "most of them arrive: {}", made.len());
    let kept: Vec<_> = sandbox.invoices().into_iter().map(|i| (i.order_id, i.invoice_id as i64)).collect();
    for sale in &made {
        assert!(kept.contains(sale), "{sale:?} is what the gateway has");
    }
}

/// The bytes of the answer to the newest exchange.
fn last_answer(street: &Street) -> Vec<u8> {
    street.proxy.exchanges().pop().unwrap().answer
}

#[test]
fn an_init_answered_with_another_sales_invoice_is_not_believed() {
    let street = Street::new();
    let other = street.init("another").unwrap();
    street.proxy.set(Fault::Instead(last_answer(&street)));
    let end = street.init("mine");
    assert_eq!(code_and_sent(&end), Some((Code::Answer, Sent::Yes)), "{end:?}");
    let error = end.as_ref().unwrap_err();
    assert_eq!(error.advice(), Advice::AskStatus);
    assert!(error.message().contains("\"another\""), "{error}");
    let pending = street.till.pending().unwrap();
    assert_eq!(pending.iter().map(|sale| sale.invoice_id).collect::<Vec<_>>(), [Some(other.id()), None]);
    street.settle("mine", &end);
    street.settle("another", &Ok(other));
}

#[test]
fn a_question_answered_with_another_sale_is_not_believed() {
    let street = Street::new();
    let other = street.init("another").unwrap();
    street.proxy.set(Fault::Cut(Way::ToLibrary, 0));
    let lost = street.init("mine");
    assert_eq!(code_and_sent(&lost), LOST);

    street.proxy.set(Fault::None);
    street.till.invoice_status_by_order("another").unwrap();
    let answer = last_answer(&street);
    street.proxy.set(Fault::Instead(answer));
    let mine = street.invoices("mine")[0];
    for end in [
        street.till.invoice_status(mine),
        street.till.invoice_status_by_order("mine"),
        street.till.invoice_recover("mine"),
        street.init("mine"),
    ] {
        let error = end.unwrap_err();
        assert!(matches!(error.code(), Code::Answer | Code::Unknown), "{error:?}");
    }
    assert_eq!(street.till.pending().unwrap()[1].invoice_id, None, "nothing was adopted");
    street.settle("mine", &lost);
    assert_eq!(street.invoices("another"), [other.id()]);
}

#[test]
fn a_wait_goes_on_through_faults_and_through_answers_about_others() {
    let street = Arc::new(Street::new());
    street.init("another").unwrap();
    let other = street.till.invoice_status_by_order("another").unwrap();
    let stray = last_answer(&street);
    let mine = street.init("mine").unwrap();
    assert_ne!(mine.id(), other.id());
    let faults = [
        Fault::Cut(Way::ToLibrary, 100),
        Fault::Reset(Way::ToGateway, 10),
        Fault::Instead(stray),
        Fault::CloseAtOnce,
        Fault::Twice,
        Fault::None,
    ];
    let mut polls = 0;
    let end = street.till.invoice_wait(mine.id(), 60_000, &mut |latest| {
        if let Ok(invoice) = latest {
            assert_eq!(invoice.id(), mine.id(), "no other invoice is ever shown");
        }
        street.proxy.set(faults[polls.min(faults.len() - 1)].clone());
        polls += 1;
        if polls == faults.len() {
            street.sandbox.pay(u64::try_from(mine.id()).unwrap()).unwrap();
        }
        std::ops::ControlFlow::Continue(())
    });
    assert_eq!(end.unwrap().status(), InvoiceStatus::Ok);
    assert!(polls > faults.len(), "every fault had its poll");
}

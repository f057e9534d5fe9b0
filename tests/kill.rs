//! Power cuts. A process dies at each write point of the journal in turn, and at instants that nobody chose: nothing is
//! lost, nothing is invented, and no order has two invoices.

mod support;

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use freedompay::sandbox::{Invoice as Kept, InvoiceState, Options, Sandbox, Timers};
use freedompay::{Advice, Client, Code, Error, Invoice, InvoiceStatus};
use support::child::{child, orders};
use support::place::Place;
use support::{config, request};

fn till(url: &str, journal: &Path) -> Client {
    let mut config = config(url);
    config.set_journal(journal).unwrap();
    config.set_poll_interval_ms(5).unwrap();
    Client::new(&config).unwrap()
}

/// A chain of numbers that looks like chance and is the same for the same seed.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit
    }
}

#[test]
#[ignore = "the other tests run it as a process of its own"]
fn what_a_child_process_does() {
    let Some(orders) = orders() else { return };
    let orders: Vec<&str> = orders.iter().map(String::as_str).collect();
    let till = till(orders[1], Path::new(orders[2]));
    match orders[0] {
        "init" => drop(till.invoice_init(&request(ORDER)).unwrap()),
        "status" => drop(till.invoice_status(FIRST).unwrap()),
        "status by order" => drop(till.invoice_status_by_order(ORDER).unwrap()),
        "recover" => drop(till.invoice_recover(ORDER).unwrap()),
        "wait" => {
            let end = till.invoice_wait(FIRST, 60_000, &mut |_| ControlFlow::Continue(()));
            assert_eq!(end.unwrap().status(), InvoiceStatus::Ok);
        }
        "sell" => sell(&till, &mut Chance(orders[3].parse().unwrap())),
        other => panic!("{other}"),
    }
}

// ---- at each write point -----------------------------------------------------------------------------------------

const ORDER: &str = "the-one";
/// The sandbox's first invoice.
const FIRST: i64 = 1_000_001;

/// Runs a call in a child that dies at its `point`-th write point.
fn die_at(point: u32, call: &str, url: &str, journal: &Path) -> ExitStatus {
    let mut command = child(&[call, url, journal.to_str().unwrap()]);
    command.env("FREEDOMPAY_FAULT_AT", point.to_string());
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap()
}

fn died(status: ExitStatus) -> bool {
    use std::os::unix::process::ExitStatusExt;
    assert!(status.signal() == Some(libc::SIGABRT) || status.success(), "{status}");
    status.signal().is_some()
}

/// What the gateway has of the order; it never has two.
fn at_gateway(sandbox: &Sandbox) -> Option<Kept> {
    let mut invoices = sandbox.invoices();
    assert!(invoices.len() <= 1, "{invoices:?}");
    invoices.pop()
}

/// How many inits the gateway got.
fn inits(sandbox: &Sandbox) -> usize {
    sandbox.requests().iter().filter(|record| record.path.ends_with("/init")).count()
}

/// After a death: what is pending is what may be, and a till that starts anew gets to the one right end.
fn nothing_is_lost(what: &str, sandbox: &Sandbox, place: &Place) {
    let till = till(sandbox.url(), &place.journal());
    let pending = till.pending().unwrap();
    let kept = at_gateway(sandbox);
    assert!(pending.len() <= 1 && pending.iter().all(|sale| sale.order_id == ORDER), "{what}: {pending:?}");
    let Some(kept) = kept else {
        let end = till.invoice_init(&request(ORDER));
        if pending.is_empty() {
            // It had not begun.
            assert_eq!(end.unwrap().id(), FIRST, "{what}");
        } else {
            // It may be on its way, for all that a till can know.
            assert_eq!(pending[0].invoice_id, None, "{what}: no invoice is invented");
            let error = end.unwrap_err();
            assert_eq!((error.code(), error.advice()), (Code::Unknown, Advice::Wait), "{what}: {error}");
            assert_eq!(inits(sandbox), 0, "{what}");
            place.let_ten_minutes_pass();
            assert_eq!(till.invoice_init(&request(ORDER)).unwrap().id(), FIRST, "{what}");
        }
        assert_eq!((inits(sandbox), sandbox.invoices().len()), (1, 1), "{what}");
        return;
    };
    if let Some(sale) = pending.first() {
        assert!(matches!(sale.invoice_id, None | Some(FIRST)), "{what}: {pending:?}");
    } else {
        assert!(kept.state.ended(), "{what}: an open invoice is pending");
    }
    let _ = sandbox.pay(kept.invoice_id);
    let again = till.invoice_init(&request(ORDER)).unwrap();
    assert_eq!(again.id(), FIRST, "{what}");
    let end = till.invoice_recover(ORDER).unwrap();
    assert_eq!((end.id(), end.status()), (FIRST, InvoiceStatus::Ok), "{what}");
    assert_eq!(till.pending().unwrap(), [], "{what}");
    assert_eq!((inits(sandbox), sandbox.invoices().len()), (1, 1), "{what}");
}

/// Kills a call at each of its write points, each time in a world that `prepare` has made; answers how many there were.
fn at_each_point(call: &str, timers: Timers, prepare: impl Fn(&Sandbox, &Place)) -> u32 {
    for point in 1..200 {
        let sandbox = Sandbox::start(Options { timers, ..Options::default() }).unwrap();
        let place = Place::new();
        prepare(&sandbox, &place);
        let died = died(die_at(point, call, sandbox.url(), &place.journal()));
        nothing_is_lost(&format!("{call}, killed at point {point}"), &sandbox, &place);
        if !died {
            return point - 1;
        }
    }
    panic!("{call} never ends");
}

/// The sale is made, and its till has seen the answer.
fn made(sandbox: &Sandbox, place: &Place) {
    till(sandbox.url(), &place.journal()).invoice_init(&request(ORDER)).unwrap();
}

/// The sale is made, and its till has died before it could write that.
fn made_unseen(sandbox: &Sandbox, place: &Place) {
    till(sandbox.url(), &place.journal()).check().unwrap();
    let mut point = 0;
    while at_gateway(sandbox).is_none() {
        let _ = std::fs::remove_file(place.journal());
        let _ = std::fs::remove_file(place.path.join("journal-wal"));
        point += 1;
        assert!(died(die_at(point, "init", sandbox.url(), &place.journal())), "it dies before its end");
    }
    let till = till(sandbox.url(), &place.journal());
    assert_eq!(till.pending().unwrap()[0].invoice_id, None);
}

#[test]
fn an_init_killed_at_each_write_point_loses_and_invents_nothing() {
    let points = at_each_point("init", Timers::default(), |_, _| {});
    assert!(points >= 5, "making the file, beginning, ending: {points}");
    let points = at_each_point("init", Timers::default(), made_unseen);
    assert!(points >= 4, "beginning, adopting: {points}");
}

#[test]
fn a_status_killed_at_each_write_point_loses_and_invents_nothing() {
    for state in [InvoiceState::New, InvoiceState::Process, InvoiceState::Ok] {
        let prepare = |sandbox: &Sandbox, place: &Place| {
            made(sandbox, place);
            match state {
                InvoiceState::Process => sandbox.set_process(1_000_001).unwrap(),
                InvoiceState::Ok => sandbox.pay(1_000_001).unwrap(),
                _ => {}
            }
        };
        let points = at_each_point("status", Timers::default(), prepare);
        assert!(points >= if state == InvoiceState::New { 2 } else { 4 }, "{state:?}: {points}");
    }
    let points = at_each_point("status by order", Timers::default(), made_unseen);
    assert!(points >= 4, "{points}");
}

#[test]
fn a_wait_killed_at_each_write_point_loses_and_invents_nothing() {
    let timers = Timers { pay_after: Some(Duration::from_millis(120)), ..Timers::default() };
    let points = at_each_point("wait", timers, |sandbox, place| {
        made(sandbox, place);
        sandbox.set_process(1_000_001).unwrap();
    });
    assert!(points >= 4, "{points}");
}

#[test]
fn a_recovery_killed_at_each_write_point_loses_and_invents_nothing() {
    let points = at_each_point("recover", Timers::default(), made_unseen);
    assert!(points >= 4, "finding, adopting: {points}");
    let points = at_each_point("recover", Timers::default(), |sandbox, place| {
        made_unseen(sandbox, place);
        sandbox.pay(1_000_001).unwrap();
    });
    assert!(points >= 4, "{points}");
}

// ---- at any instant ----------------------------------------------------------------------------------------------

/// An order of one of the tills: some get in each other's way all the time, most are new.
fn any_order(chance: &mut Chance) -> String {
    match chance.below(3) {
        0 => format!("busy-{}", chance.below(40)),
        _ => format!("order-{}", chance.below(800)),
    }
}

/// A till's day: sales, questions, waits that are given up, recoveries, until somebody pulls the plug.
fn sell(till: &Client, chance: &mut Chance) {
    loop {
        let order_id = any_order(chance);
        match chance.below(8) {
            0 => drop(till.pending().unwrap()),
            1 => drop(till.invoice_status_by_order(&order_id)),
            2 => {
                let pending = till.pending().unwrap();
                if !pending.is_empty() {
                    let sale = &pending[usize::try_from(chance.below(pending.len() as u64)).unwrap()];
                    if sale.invoice_id.is_some() {
                        check(till.invoice_recover(&sale.order_id));
                    }
                }
            }
            3 => {
                if let Ok(invoice) = till.invoice_init(&request(&order_id)) {
                    let _ = till.invoice_wait(invoice.id(), 30, &mut |_| ControlFlow::Continue(()));
                }
            }
            _ => check(till.invoice_init(&request(&order_id))),
        }
    }
}

/// With a healthy gateway a till hears of an invoice, or that another till, perhaps a dead one, is at it.
fn check(end: Result<Invoice, Error>) {
    if let Err(error) = end {
        assert_eq!((error.code(), error.advice()), (Code::Unknown, Advice::Wait), "{error}");
    }
}

/// A till that runs until it is killed.
struct Till {
    child: Child,
    dies_at: Instant,
}

fn start(sandbox: &Sandbox, place: &Place, chance: &mut Chance) -> Till {
    let seed = chance.below(u64::MAX).to_string();
    let mut command: Command = child(&["sell", sandbox.url(), place.journal().to_str().unwrap(), &seed]);
    let child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    Till { child, dies_at: Instant::now() + Duration::from_millis(chance.below(400)) }
}

#[test]
fn processes_killed_at_random_instants_lose_nothing_and_make_nothing_twice() {
    use std::os::unix::process::ExitStatusExt;
    let seed = match std::env::var("FREEDOMPAY_TEST_SEED") {
        Ok(seed) => seed.parse().unwrap(),
        Err(_) => SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos() as u64,
    };
    println!("FREEDOMPAY_TEST_SEED={seed} makes the same choices again");
    let mut chance = Chance(seed);
    let (sandbox, place) = (Sandbox::start(Options::default()).unwrap(), Place::new());
    let end = Instant::now() + Duration::from_secs(15);
    let mut tills: Vec<Till> = (0..4).map(|_| start(&sandbox, &place, &mut chance)).collect();
    let mut killed = 0;
    while Instant::now() < end {
        for till in tills.iter_mut().filter(|till| till.dies_at <= Instant::now()) {
            let mut dead = std::mem::replace(till, start(&sandbox, &place, &mut chance));
            dead.child.kill().unwrap();
            let output = dead.child.wait_with_output().unwrap();
            let said = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.signal(), Some(libc::SIGKILL), "a till failed by itself: {said}");
            killed += 1;
        }
        // A payer does something now and then.
        let invoices = if chance.below(10) == 0 { sandbox.invoices() } else { Vec::new() };
        if !invoices.is_empty() {
            let id = invoices[usize::try_from(chance.below(invoices.len() as u64)).unwrap()].invoice_id;
            let _ = match chance.below(4) {
                0 => sandbox.decline(id),
                1 => sandbox.expire(id),
                2 => sandbox.set_process(id),
                _ => sandbox.pay(id),
            };
        }
        thread::sleep(Duration::from_millis(2));
    }
    for mut till in tills {
        till.child.kill().unwrap();
        till.child.wait().unwrap();
    }

    let mut at_gateway = HashMap::new();
    for invoice in sandbox.invoices() {
        let order_id = invoice.order_id.clone();
        assert!(at_gateway.insert(order_id, invoice).is_none(), "an order has two invoices");
    }
    let till = till(sandbox.url(), &place.journal());
    let pending = till.pending().unwrap();
    println!("{killed} tills killed, {} invoices, {} sales pending", at_gateway.len(), pending.len());
    assert!(killed > 20 && at_gateway.len() > 40, "something happened");
    let open = |order_id: &str| pending.iter().any(|sale| sale.order_id == order_id);
    for invoice in at_gateway.values() {
        assert!(invoice.state.ended() || open(&invoice.order_id), "{invoice:?} is open and not pending");
    }
    for sale in &pending {
        match (at_gateway.get(&sale.order_id), sale.invoice_id) {
            (Some(_), _) => assert!(till.invoice_recover(&sale.order_id).is_ok()),
            (None, id) => assert_eq!(id, None, "no invoice is invented"),
        }
    }
    for sale in till.pending().unwrap() {
        let kept = at_gateway.get(&sale.order_id);
        assert!(kept.is_none_or(|kept| !kept.state.ended()), "{sale:?} has ended: {kept:?}");
        if kept.is_none() {
            let error = till.invoice_init(&request(&sale.order_id)).unwrap_err();
            assert_eq!((error.code(), error.advice()), (Code::Unknown, Advice::Wait), "{error}");
        }
    }
    for (order_id, kept) in &at_gateway {
        let known = till.invoice_init(&request(order_id)).unwrap();
        assert!(known.is_from_journal(), "{order_id}");
        assert_eq!(u64::try_from(known.id()).unwrap(), kept.invoice_id);
        let word = format!("{:?}", known.status()).to_lowercase();
        assert_eq!(word, kept.state.word(), "{order_id} ends in the journal as at the gateway");
    }
    assert_eq!(sandbox.invoices().len(), at_gateway.len(), "and nothing was made by looking");
}

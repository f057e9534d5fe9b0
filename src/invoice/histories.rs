//! The property that everything else serves, over thousands of invented histories: whatever a network, a power cut and
//! the other tills do, one order has one invoice, and in the end the journal says what the gateway says.
//!
//! The gateway and the time are simulated, the journal is a real file. A history is a list of things that happen, one
//! after another (`step`); what happens while a request is under way happens inside the transport (`world`).

mod step;
mod world;

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, LazyLock, Mutex};

use proptest::prelude::*;
use proptest::test_runner::{TestCaseError, TestRunner};
use rusqlite::Connection;

use super::InvoiceRequest;
use crate::answer::{Invoice, InvoiceStatus};
use crate::cancel::{Cancel, Until};
use crate::client::Client;
use crate::config::{BodyFormat, Config};
use crate::invented::{Swept, place, survive};
use crate::journal::{Journal, State};
use crate::outcome::{Advice, Code, Error, Sent};

use step::{Fate, Step, history};
use world::{Network, Shared, VirtualClock, World, look};

/// How many orders and tills a history has.
const ORDERS: usize = 3;
const TILLS: usize = 3;

/// The latest that a request arrives after the end of its attempt: from then on "not found" counts.
const LATEST_MS: i64 = 60_000;

/// A call's deadline: short, because a recovery really waits for it.
const TIMEOUT_MS: i64 = 3;

const CASES: u32 = 4_000;

/// Far enough for everything that is late to have come.
const LONG_MS: i64 = 600_000;

type Checked = Result<(), TestCaseError>;

/// A journal for all histories: each has a merchant of its own in it, so none sees another's sales.
static PLACE: LazyLock<PathBuf> = LazyLock::new(|| place("sales"));

fn world(fates: Vec<Fate>, tells_uptime: bool) -> Shared {
    static MERCHANTS: AtomicI64 = AtomicI64::new(1);
    let merchant_id = MERCHANTS.fetch_add(1, Ordering::Relaxed);
    let world = Arc::new(Mutex::new(World {
        now_ms: 1_700_000_000_000,
        behind_ms: 0,
        tells_uptime,
        fates: fates.into_iter(),
        depth: 0,
        invoices: Vec::new(),
        late: Vec::new(),
        left: HashMap::new(),
        refused: HashMap::new(),
        tills: Vec::new(),
        merchant_id,
    }));
    let tills = (0..TILLS).map(|till| Arc::new(client(&world, till, merchant_id))).collect();
    look(&world).tills = tills;
    world
}

fn client(world: &Shared, till: usize, merchant_id: i64) -> Client {
    let mut config = Config::new();
    config.set_merchant_id(merchant_id).unwrap();
    config.set_body_format(BodyFormat::Json);
    config.set_timeout_ms(TIMEOUT_MS).unwrap();
    config.set_poll_interval_ms(1).unwrap();
    config.set_journal(&PLACE).unwrap();
    let mut client = Client::over(&config, Box::new(Network { world: world.clone(), till })).unwrap();
    client.clock = Box::new(VirtualClock(world.clone()));
    client
}

fn order_id(order: usize) -> String {
    format!("order-{order}")
}

/// Lets one step happen and checks what its call says against what the gateway knows.
fn happen(world: &Shared, step: &Step) -> Checked {
    let till = |till: usize| look(world).tills[till].clone();
    match *step {
        Step::Init { till: at, order, dear } => init(world, &till(at), at, order, dear)?,
        Step::StatusByOrder { till: at, order } => {
            let till = till(at);
            let end = survive(|| till.invoice_status_by_order(&order_id(order)));
            same_invoice(world, order, end.as_ref())?;
        }
        Step::Status { till: at, order } | Step::Wait { till: at, order } => {
            let till = till(at);
            let id = look(world).of_order(&order_id(order)).map(|made| made.id);
            if let Some(id) = id {
                let end = survive(|| match step {
                    Step::Wait { .. } => till.invoice_wait(id, 2, &mut |_| ControlFlow::Continue(())),
                    _ => till.invoice_status(id),
                });
                same_invoice(world, order, end.as_ref())?;
            }
        }
        Step::Recover { till: at, order } => {
            let till = till(at);
            let end = survive(|| till.invoice_recover(&order_id(order)));
            same_invoice(world, order, end.as_ref())?;
            if let Some(Err(error)) = &end
                && error.is_not_found()
            {
                nothing_can_come(world, order)?;
            }
        }
        Step::Move { order, to } => {
            let mut world = look(world);
            let id = order_id(order);
            let made = world.invoices.iter_mut().find(|made| made.order_id == id && !made.status.is_final());
            if let Some(made) = made {
                made.status = to;
            }
        }
        Step::Pass { ms } => look(world).pass(ms),
        Step::SetBack { ms } => look(world).behind_ms += ms,
        Step::SetForward { ms } => {
            let mut world = look(world);
            if world.tells_uptime {
                world.behind_ms -= ms;
            }
        }
    }
    nothing_is_lost(world)
}

fn init(world: &Shared, till: &Client, at: usize, order: usize, dear: bool) -> Checked {
    let amount = if dear { "99" } else { "10.50" };
    let request = InvoiceRequest::new(&order_id(order), amount.parse().unwrap(), "Tea").unwrap();
    let left_before = {
        let mut world = look(world);
        world.refused.insert(at, false);
        world.left.get(&at).copied().unwrap_or(0)
    };
    let Some(end) = survive(|| till.invoice_init(&request)) else { return Ok(()) };
    let (left, refused) = {
        let world = look(world);
        (world.left.get(&at).copied().unwrap_or(0) - left_before, world.refused[&at])
    };
    prop_assert!(left <= 1, "one call sent {left} inits");
    match &end {
        Ok(_) => same_invoice(world, order, Some(&end))?,
        Err(error) => {
            if error.sent() == Sent::No {
                prop_assert_eq!(left, 0, "{:?} says that nothing was sent", error);
            }
            if left > 0 && refused {
                prop_assert_eq!(error.code(), Code::Refused, "{:?}", error);
            }
            match error.code() {
                Code::Refused => {
                    prop_assert!(refused, "{:?} and the gateway has refused nothing", error);
                    nothing_can_come(world, order)?;
                }
                Code::NotSent | Code::Conflict => prop_assert_eq!(left, 0, "{:?}", error),
                Code::Unknown | Code::Answer | Code::Cancelled => {
                    let says_what_to_do = matches!(error.advice(), Advice::AskStatus | Advice::Wait)
                        || error.sent() == Sent::No;
                    prop_assert!(says_what_to_do, "{:?}", error);
                }
                other => prop_assert!(false, "{:?}: {:?}", other, error),
            }
        }
    }
    Ok(())
}

/// An invoice that a call speaks of is the order's one invoice.
fn same_invoice(world: &Shared, order: usize, end: Option<&Result<Invoice, Error>>) -> Checked {
    if let Some(Ok(invoice)) = end {
        let made = look(world).of_order(&order_id(order)).map(|made| made.id);
        prop_assert_eq!(made, Some(invoice.id()));
    }
    Ok(())
}

/// What was said not to exist does not, and will not.
fn nothing_can_come(world: &Shared, order: usize) -> Checked {
    let (world, order_id) = (look(world), order_id(order));
    prop_assert!(world.of_order(&order_id).is_none(), "{} exists", order_id);
    prop_assert!(!world.late.iter().any(|(_, late, _)| *late == order_id), "{} is on its way", order_id);
    Ok(())
}

/// A look into the journal from outside. It stays open, as that of a till that goes on all day.
static KEPT: LazyLock<Mutex<Connection>> = LazyLock::new(|| {
    let cancel = Cancel::default();
    Journal::at(&PLACE, Until::within(std::time::Duration::from_secs(60), &cancel)).check().unwrap();
    Mutex::new(Connection::open(&*PLACE).unwrap())
});

/// What the journal says of an order: whether its init may have arrived, its invoice, that one's status, and whether it
/// is pending.
type Row = (i64, Option<i64>, Option<i64>, bool);

fn journalled(merchant_id: i64) -> HashMap<String, Row> {
    let kept = KEPT.lock().unwrap();
    let mut statement = kept
        .prepare("SELECT order_id, state, invoice_id, invoice_status, open FROM sale WHERE merchant_id = ?1")
        .unwrap();
    let row = |row: &rusqlite::Row<'_>| {
        Ok((row.get(0)?, (row.get(1)?, row.get(2)?, row.get(3)?, row.get::<_, i64>(4)? == 1)))
    };
    statement.query_map([merchant_id], row).unwrap().collect::<Result<_, _>>().unwrap()
}

/// No order has two invoices, and the journal has every sale that the gateway has or will have.
fn nothing_is_lost(world: &Shared) -> Checked {
    let world = look(world);
    let journalled = journalled(world.merchant_id);
    for order in 0..ORDERS {
        let order_id = order_id(order);
        let made: Vec<_> = world.invoices.iter().filter(|made| made.order_id == order_id).collect();
        let coming = world.late.iter().filter(|(_, late, _)| *late == order_id).count();
        prop_assert!(made.len() + coming <= 1, "{order_id} has {} invoices, and {coming} come", made.len());
        if made.is_empty() && coming == 0 {
            continue;
        }
        let Some(&(state, invoice_id, status, open)) = journalled.get(&order_id) else {
            return Err(TestCaseError::fail(format!("{order_id} is not in the journal")));
        };
        if state == State::Known as i64 {
            prop_assert_eq!(invoice_id, made.first().map(|made| made.id));
        } else {
            let may_have_arrived = [State::Sending as i64, State::Unknown as i64].contains(&state);
            prop_assert!(may_have_arrived, "{} is {} in the journal", order_id, state);
        }
        let ended = status.and_then(InvoiceStatus::from_number).is_some_and(InvoiceStatus::is_final);
        prop_assert_eq!(open, !ended, "{} is pending until its end is known", order_id);
    }
    Ok(())
}

/// Everything late has come, the network is well: a restarted till asks about whatever is pending.
fn recovered(world: &Shared) -> Checked {
    {
        let mut world = look(world);
        world.fates = Vec::new().into_iter();
        world.pass(LONG_MS);
    }
    let merchant_id = look(world).merchant_id;
    let till = client(world, 0, merchant_id);
    // A clock that was set back makes the time begin anew, once.
    for _ in 0..2 {
        for sale in till.pending().unwrap() {
            let order: usize = sale.order_id.trim_start_matches("order-").parse().unwrap();
            let end = till.invoice_recover(&sale.order_id);
            same_invoice(world, order, Some(&end))?;
            if let Err(error) = &end {
                let waits = error.code() == Code::Unknown && error.advice() == Advice::Wait;
                prop_assert!(waits || error.is_not_found(), "{:?}", error);
            }
        }
        look(world).pass(LONG_MS);
    }
    nothing_is_lost(world)?;
    let shop = till.shop();
    let pending: Vec<String> = till.pending().unwrap().into_iter().map(|sale| sale.order_id).collect();
    for order in 0..ORDERS {
        let order_id = order_id(order);
        let made = look(world).of_order(&order_id).map(|made| (made.id, made.status));
        let cancel = Cancel::default();
        let sale = till.journal(till.until(&cancel)).unwrap().find(&shop, &order_id).unwrap();
        let known = sale.as_ref().and_then(|sale| sale.known.as_ref());
        let journalled = known.map(|known| (known.invoice_id, known.status.unwrap()));
        prop_assert_eq!(&journalled, &made, "{} in the journal and at the gateway", order_id);
        let open = made.is_some_and(|(_, status)| !status.is_final());
        prop_assert_eq!(pending.contains(&order_id), open, "{} is pending while it is open", order_id);
    }
    Ok(())
}

/// Lets a history happen and checks it at every step and at its end.
fn lived(steps: &[Step], fates: Vec<Fate>, tells_uptime: bool) -> Checked {
    let world = world(fates, tells_uptime);
    let end = steps.iter().try_for_each(|step| happen(&world, step)).and_then(|()| recovered(&world));
    // The tills hold the world, and the world the tills.
    look(&world).tills.clear();
    end
}

#[test]
fn one_order_has_one_invoice_and_the_journal_ends_as_the_gateway_does() {
    let _swept = Swept(PLACE.clone());
    let config = ProptestConfig { cases: CASES, failure_persistence: None, ..ProptestConfig::default() };
    let invented = TestRunner::new(config).run(&history(), |(steps, fates, up)| lived(&steps, fates, up));
    let remembered = [false, true]
        .into_iter()
        .try_for_each(|up| remembered().into_iter().try_for_each(|(steps, fates)| lived(&steps, fates, up)));
    if let Err(failure) = invented {
        panic!("{failure}");
    }
    remembered.unwrap();
}

/// Histories that chance hardly ever finds.
fn remembered() -> Vec<(Vec<Step>, Vec<Fate>)> {
    let init = |till| Step::Init { till, order: 0, dear: false };
    let meanwhile = |step, then| Fate::Meanwhile { step: Box::new(step), first: false, then: Box::new(then) };
    let before = |step, then| Fate::Meanwhile { step: Box::new(step), first: true, then: Box::new(then) };
    let long = || Step::Pass { ms: LONG_MS };
    let back = || vec![init(0), Step::SetBack { ms: 19 * LATEST_MS }];
    let forward = |then| meanwhile(Step::SetForward { ms: 9 * LATEST_MS }, then);
    vec![
        // Two tills ask about a lost attempt, both hear that it is not there, and only one may try again.
        (
            vec![init(0), long(), init(0)],
            vec![
                Fate::Lost,
                meanwhile(init(1), Fate::Answered),
                Fate::Answered,
                Fate::Late { by_ms: LATEST_MS },
            ],
        ),
        (
            vec![init(0), long(), init(0)],
            vec![
                Fate::Dies { arrives_after_ms: None },
                meanwhile(init(1), Fate::Answered),
                Fate::Answered,
                Fate::Dies { arrives_after_ms: Some(LATEST_MS) },
            ],
        ),
        // A recovery hears that a refused sale is not there, and meanwhile another till tries it again.
        (
            vec![init(0), Step::Recover { till: 0, order: 0 }],
            vec![Fate::Refused { passing: false }, meanwhile(init(1), Fate::Answered)],
        ),
        // An answer comes after another till has adopted the sale.
        (vec![init(0)], vec![meanwhile(init(1), Fate::Answered)]),
        // The machine sleeps before an init leaves, and another till is awake before that leaves after all.
        (vec![init(0)], vec![before(long(), before(init(1), Fate::Answered))]),
        // The clock is set forward while an init is still on its way.
        (
            vec![init(0), Step::SetForward { ms: 4 * LATEST_MS }, init(1)],
            vec![Fate::Late { by_ms: LATEST_MS }],
        ),
        // The clock is set back while an init is under way.
        (
            vec![init(0), Step::Pass { ms: LATEST_MS - 1 }, init(1), init(1)],
            vec![meanwhile(Step::SetBack { ms: 2 * LATEST_MS }, Fate::Late { by_ms: LATEST_MS })],
        ),
        // The clock has been set back, and is set right while an init is under way that never comes.
        (back(), vec![forward(Fate::GivenUp { sent: Sent::Maybe, arrives: false })]),
        (back(), vec![forward(Fate::ErrorPage { arrives: false })]),
    ]
}

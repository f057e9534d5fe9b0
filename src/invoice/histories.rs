//! The property that everything else serves, over thousands of invented histories: whatever a network, a power cut and
//! the other tills do, one order has one invoice, and in the end the journal says what the gateway says.
//!
//! The gateway and the time are simulated, the journal is a real file. A history is a list of things that happen, one
//! after another; what happens while a request is under way happens inside the transport.

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard};

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{TestCaseError, TestRunner};
use rusqlite::Connection;

use super::{Invoice, InvoiceRequest, InvoiceStatus};
use crate::cancel::{Cancel, Until};
use crate::client::Client;
use crate::clock::{Clock, Uptime};
use crate::config::{BodyFormat, Config};
use crate::journal::{Journal, State};
use crate::outcome::{Advice, Code, Error, Event, Sent};
use crate::transport::{Fault, Reply, Request, Transport};

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

// ---- what may happen ---------------------------------------------------------------------------------------------

/// One thing that happens.
#[derive(Clone, Debug)]
enum Step {
    Init {
        till: usize,
        order: usize,
        dear: bool,
    },
    StatusByOrder {
        till: usize,
        order: usize,
    },
    Status {
        till: usize,
        order: usize,
    },
    Wait {
        till: usize,
        order: usize,
    },
    Recover {
        till: usize,
        order: usize,
    },
    /// The payer or the bank moves the order's invoice.
    Move {
        order: usize,
        to: InvoiceStatus,
    },
    /// The time goes on.
    Pass {
        ms: i64,
    },
    /// Somebody sets the clock back.
    SetBack {
        ms: i64,
    },
    /// Somebody sets the clock forward, on a machine that tells its uptime: nothing else could notice.
    SetForward {
        ms: i64,
    },
}

/// What becomes of one request.
#[derive(Clone, Debug)]
enum Fate {
    Answered,
    NotReached {
        lasting: bool,
    },
    /// It does not arrive, and nobody can know.
    Lost,
    /// It arrives, and its answer does not.
    AnswerLost {
        answering: bool,
    },
    /// It arrives so much later, and its answer does not.
    Late {
        by_ms: i64,
    },
    Refused {
        passing: bool,
    },
    /// It arrives, or does not, and something before the gateway answers an error page.
    ErrorPage {
        arrives: bool,
    },
    GivenUp {
        sent: Sent,
        arrives: bool,
    },
    /// The process dies, with the request on its way or not.
    Dies {
        arrives_after_ms: Option<i64>,
    },
    /// Another till does something while the request is under way, before it arrives or after.
    Meanwhile {
        step: Box<Step>,
        first: bool,
        then: Box<Fate>,
    },
}

fn order() -> impl Strategy<Value = usize> {
    // One order has most of the trouble.
    prop_oneof![3 => Just(0), 1 => 0..ORDERS]
}

fn step() -> impl Strategy<Value = Step> {
    let to = prop_oneof![
        Just(InvoiceStatus::Process),
        Just(InvoiceStatus::Ok),
        Just(InvoiceStatus::Failed),
        Just(InvoiceStatus::Incomplete)
    ];
    let dear = prop::bool::weighted(0.1);
    prop_oneof![
        8 => (0..TILLS, order(), dear).prop_map(|(till, order, dear)| Step::Init { till, order, dear }),
        2 => (0..TILLS, order()).prop_map(|(till, order)| Step::StatusByOrder { till, order }),
        2 => (0..TILLS, order()).prop_map(|(till, order)| Step::Status { till, order }),
        1 => (0..TILLS, order()).prop_map(|(till, order)| Step::Wait { till, order }),
        3 => (0..TILLS, order()).prop_map(|(till, order)| Step::Recover { till, order }),
        2 => (order(), to).prop_map(|(order, to)| Step::Move { order, to }),
        3 => prop_oneof![0..1_000i64, 0..LATEST_MS, 59_900..60_100i64, Just(LONG_MS)]
            .prop_map(|ms| Step::Pass { ms }),
        1 => (1..40 * LATEST_MS).prop_map(|ms| Step::SetBack { ms }),
        1 => (1..40 * LATEST_MS).prop_map(|ms| Step::SetForward { ms }),
    ]
}

fn fate() -> impl Strategy<Value = Fate> {
    let late = prop_oneof![0..=LATEST_MS, Just(LATEST_MS)];
    let sent = prop_oneof![Just(Sent::No), Just(Sent::Maybe), Just(Sent::Yes)];
    let plain = prop_oneof![
        6 => Just(Fate::Answered),
        2 => any::<bool>().prop_map(|lasting| Fate::NotReached { lasting }),
        2 => Just(Fate::Lost),
        2 => any::<bool>().prop_map(|answering| Fate::AnswerLost { answering }),
        3 => late.clone().prop_map(|by_ms| Fate::Late { by_ms }),
        1 => any::<bool>().prop_map(|passing| Fate::Refused { passing }),
        1 => any::<bool>().prop_map(|arrives| Fate::ErrorPage { arrives }),
        1 => (sent, any::<bool>()).prop_map(|(sent, arrives)| Fate::GivenUp { sent, arrives }),
        3 => prop::option::of(late).prop_map(|arrives_after_ms| Fate::Dies { arrives_after_ms }),
    ];
    let meanwhile = (step(), any::<bool>(), plain.clone()).prop_map(|(step, first, then)| Fate::Meanwhile {
        step: Box::new(step),
        first,
        then: Box::new(then),
    });
    prop_oneof![5 => plain, 1 => meanwhile]
}

/// What happens, what becomes of each request in turn, after the last fate of which the network is well, and whether the
/// machine tells its uptime.
fn history() -> impl Strategy<Value = (Vec<Step>, Vec<Fate>, bool)> {
    (vec(step(), 1..12), vec(fate(), 0..10), any::<bool>())
}

// ---- the world ---------------------------------------------------------------------------------------------------

struct World {
    /// The true time.
    now_ms: i64,
    /// What the machine's clock says too little.
    behind_ms: i64,
    tells_uptime: bool,
    fates: std::vec::IntoIter<Fate>,
    /// How many requests are under way.
    depth: usize,
    invoices: Vec<Made>,
    /// Inits on their way: when they arrive, and what they ask for.
    late: Vec<(i64, String, String)>,
    /// How many inits of each till have left, whether they arrived yet or not.
    left: HashMap<usize, usize>,
    /// The last word of the gateway to a till's init was a refusal.
    refused: HashMap<usize, bool>,
    tills: Vec<Arc<Client>>,
    merchant_id: i64,
}

/// An invoice at the gateway.
struct Made {
    id: i64,
    order_id: String,
    amount: String,
    status: InvoiceStatus,
}

type Shared = Arc<Mutex<World>>;

fn look(world: &Shared) -> MutexGuard<'_, World> {
    world.lock().expect("no test fails with the world in its hands")
}

impl World {
    fn pass(&mut self, ms: i64) {
        self.now_ms += ms;
        let now_ms = self.now_ms;
        let (come, late) = std::mem::take(&mut self.late).into_iter().partition(|(at, ..)| *at <= now_ms);
        self.late = late;
        let come: Vec<_> = come;
        for (_, order_id, amount) in come {
            self.make(&order_id, &amount);
        }
    }

    fn make(&mut self, order_id: &str, amount: &str) -> i64 {
        let id = self.merchant_id * 1_000 + i64::try_from(self.invoices.len()).unwrap();
        let made = Made { id, order_id: order_id.into(), amount: amount.into(), status: InvoiceStatus::New };
        self.invoices.push(made);
        id
    }

    fn of_order(&self, order_id: &str) -> Option<&Made> {
        self.invoices.iter().find(|made| made.order_id == order_id)
    }

    /// The gateway's answer to a request that has arrived.
    fn answer(&mut self, asked: &Asked) -> String {
        let id = match asked {
            Asked::Init { order_id, amount } => Some(self.make(order_id, amount)),
            Asked::Order(order_id) => self.of_order(order_id).map(|made| made.id),
            Asked::Invoice(id) => Some(*id),
        };
        let made = self.invoices.iter().find(|made| Some(made.id) == id);
        match made {
            None => r#"{"status":"error","error_code":11068,"error_description":"none"}"#.to_owned(),
            Some(made) => format!(
                r#"{{"status":"ok","invoice_id":{},"invoice_status":"{}","amount":{},"card_token":"t"}}"#,
                made.id,
                made.status.word(),
                made.amount
            ),
        }
    }
}

struct VirtualClock(Shared);

impl Clock for VirtualClock {
    fn now_ms(&self) -> i64 {
        let world = look(&self.0);
        world.now_ms - world.behind_ms
    }

    fn uptime(&self) -> Option<Uptime> {
        let world = look(&self.0);
        world.tells_uptime.then(|| Uptime { boot: "the only one".to_owned(), ms: world.now_ms })
    }
}

/// What a request asks for.
#[derive(Debug)]
enum Asked {
    Init { order_id: String, amount: String },
    Order(String),
    Invoice(i64),
}

fn asked(request: &Request) -> Asked {
    let fields: serde_json::Value = serde_json::from_slice(&request.body).unwrap();
    let text = |name: &str| fields[name].as_str().unwrap().to_owned();
    match request.url.path() {
        super::INIT => Asked::Init { order_id: text("order_id"), amount: fields["amount"].to_string() },
        _ if fields["invoice_id"].is_i64() => Asked::Invoice(fields["invoice_id"].as_i64().unwrap()),
        _ => Asked::Order(text("order_id")),
    }
}

/// A power cut in the middle of a request.
struct PowerCut;

struct Network {
    world: Shared,
    till: usize,
}

impl Transport for Network {
    fn exchange(&self, request: &Request, _: Until<'_>) -> Result<Reply, Fault> {
        let fate = look(&self.world).fates.next().unwrap_or(Fate::Answered);
        self.meet(fate, &asked(request))
    }
}

impl Network {
    fn meet(&self, fate: Fate, asked: &Asked) -> Result<Reply, Fault> {
        let fault = |event| Err(Fault { event, reason: "a fault".to_owned(), http_status: 0 });
        let reply = |http_status, body: String| Ok(Reply { http_status, body: body.into() });
        match fate {
            Fate::Answered => reply(200, self.arrive(asked)),
            Fate::NotReached { lasting } => fault(Event::NotReached { lasting }),
            Fate::Lost => {
                self.leave(asked);
                fault(Event::Lost { answering: false })
            }
            Fate::AnswerLost { answering } => {
                self.arrive(asked);
                fault(Event::Lost { answering })
            }
            Fate::Late { by_ms } => {
                self.arrive_after(asked, by_ms);
                fault(Event::Lost { answering: false })
            }
            Fate::Refused { passing } => {
                self.leave(asked);
                look(&self.world).refused.insert(self.till, true);
                let code = if passing { 9999 } else { 9998 };
                reply(200, format!(r#"{{"status":"error","error_code":{code},"error_description":"no"}}"#))
            }
            Fate::ErrorPage { arrives } => {
                self.arrive_if(asked, arrives);
                reply(502, "<html>Bad Gateway</html>".to_owned())
            }
            Fate::GivenUp { sent, arrives } => {
                self.arrive_if(asked, arrives && sent != Sent::No);
                fault(Event::GivenUp { sent })
            }
            Fate::Dies { arrives_after_ms } => {
                if let Some(ms) = arrives_after_ms {
                    self.arrive_after(asked, ms);
                }
                panic::resume_unwind(Box::new(PowerCut))
            }
            Fate::Meanwhile { step, first, then } => {
                if look(&self.world).depth > 0 {
                    return self.meet(*then, asked);
                }
                // The other till is never this one: a process makes one call at a time here.
                let others = |till: usize| if till == self.till { (till + 1) % TILLS } else { till };
                let meanwhile = || self.meanwhile(&step, others);
                if first {
                    meanwhile();
                    self.meet(*then, asked)
                } else {
                    let end = panic::catch_unwind(AssertUnwindSafe(|| self.meet(*then, asked)));
                    meanwhile();
                    end.unwrap_or_else(|cut| panic::resume_unwind(cut))
                }
            }
        }
    }

    fn meanwhile(&self, step: &Step, others: impl Fn(usize) -> usize) {
        let mut step = step.clone();
        match &mut step {
            Step::Init { till, .. }
            | Step::StatusByOrder { till, .. }
            | Step::Status { till, .. }
            | Step::Wait { till, .. }
            | Step::Recover { till, .. } => *till = others(*till),
            // An attempt does not outlast its deadline.
            Step::Pass { ms } => *ms = (*ms).min(TIMEOUT_MS - 1),
            Step::Move { .. } | Step::SetBack { .. } | Step::SetForward { .. } => {}
        }
        look(&self.world).depth += 1;
        let end = happen(&self.world, &step);
        look(&self.world).depth -= 1;
        if let Err(error) = end {
            panic!("meanwhile {step:?}: {error}");
        }
    }

    fn leave(&self, asked: &Asked) {
        if let Asked::Init { .. } = asked {
            *look(&self.world).left.entry(self.till).or_default() += 1;
        }
    }

    fn arrive(&self, asked: &Asked) -> String {
        self.leave(asked);
        look(&self.world).answer(asked)
    }

    fn arrive_if(&self, asked: &Asked, arrives: bool) {
        if arrives {
            self.arrive(asked);
        }
    }

    fn arrive_after(&self, asked: &Asked, ms: i64) {
        self.leave(asked);
        if let Asked::Init { order_id, amount } = asked {
            let mut world = look(&self.world);
            let at = world.now_ms + ms;
            world.late.push((at, order_id.clone(), amount.clone()));
        }
    }
}

// ---- the property ------------------------------------------------------------------------------------------------

type Checked = Result<(), TestCaseError>;

/// A journal for all histories: each has a merchant of its own in it, so none sees another's sales.
static PLACE: LazyLock<PathBuf> = LazyLock::new(|| {
    let memory = Path::new("/dev/shm");
    let root = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
    root.join(format!("freedompay-histories-{}", std::process::id()))
});

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

/// Runs a call that a power cut may end; none if it did.
fn survive(call: impl FnOnce() -> Result<Invoice, Error>) -> Option<Result<Invoice, Error>> {
    match panic::catch_unwind(AssertUnwindSafe(call)) {
        Ok(end) => Some(end),
        Err(cause) if cause.is::<PowerCut>() => None,
        Err(cause) => panic::resume_unwind(cause),
    }
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
    let config = ProptestConfig { cases: CASES, ..ProptestConfig::with_source_file(file!()) };
    let invented = TestRunner::new(config).run(&history(), |(steps, fates, up)| lived(&steps, fates, up));
    let remembered = [false, true]
        .into_iter()
        .try_for_each(|up| remembered().into_iter().try_for_each(|(steps, fates)| lived(&steps, fates, up)));
    for suffix in ["", "-wal", "-shm"] {
        let mut file = PLACE.clone().into_os_string();
        file.push(suffix);
        let _ = std::fs::remove_file(file);
    }
    if let Err(failure) = invented {
        panic!("{failure}");
    }
    remembered.unwrap();
}

/// Histories that chance hardly ever finds.
fn remembered() -> Vec<(Vec<Step>, Vec<Fate>)> {
    let init = |till| Step::Init { till, order: 0, dear: false };
    let meanwhile = |step, then| Fate::Meanwhile { step: Box::new(step), first: false, then: Box::new(then) };
    let long = || Step::Pass { ms: LONG_MS };
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
    ]
}

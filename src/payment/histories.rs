//! Invented histories of refunds: whatever a network, a power cut and another till do, no refund is made twice, and in
//! the end the journal knows every refund that the gateway made. The gateway here does not heed the idempotency key. It may count
//! a refund that it never lists; then a person looks, who tells the truth.
//!
//! As with sales (`invoice/histories.rs`), gateway and time are simulated and the journal is a real file.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard};

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{TestCaseError, TestRunner};

use super::Payment;
use super::invented::{PowerCut, Swept, field, place, signed, survive};
use crate::cancel::{Cancel, Until};
use crate::client::Client;
use crate::clock::{Clock, Uptime};
use crate::config::Config;
use crate::journal::{Kind, Operation, State};
use crate::money::Amount;
use crate::outcome::{Advice, Code, Event, Sent};
use crate::transport::{Fault, Reply, Request, Transport};

const TILLS: usize = 2;
const PAYMENT: i64 = 7;

/// The latest that a refund arrives, or is listed, after its attempt: from then on "not there" counts.
const LATEST_MS: i64 = 60_000;
const LONG_MS: i64 = 600_000;

/// What happens.
#[derive(Clone, Debug)]
enum Step {
    /// A refund of so much, under a key of the caller's or without one.
    Refund {
        till: usize,
        key: Option<usize>,
        amount: &'static str,
    },
    /// A person has looked in the merchant's account, and writes down what there is of the refund that is open.
    Settle {
        till: usize,
    },
    Pass {
        ms: i64,
    },
}

/// What becomes of one request.
#[derive(Clone, Debug)]
enum Fate {
    Answered,
    NotReached,
    Lost,
    AnswerLost,
    /// It arrives so much later.
    Late {
        by_ms: i64,
    },
    Refused {
        passing: bool,
        done: bool,
    },
    ErrorPage {
        arrives: bool,
    },
    /// The gateway's list shows it as failed, and its answer is lost.
    FailsUnseen,
    /// The gateway counts it and never lists it, and its answer is lost.
    Unlisted,
    Unsigned {
        arrives: bool,
    },
    Dies {
        arrives_after_ms: Option<i64>,
    },
    /// The other till does something before the request arrives.
    Meanwhile {
        step: Box<Step>,
        then: Box<Fate>,
    },
}

fn step() -> impl Strategy<Value = Step> {
    let key = prop_oneof![2 => Just(None), 1 => (0..2usize).prop_map(Some)];
    let amount = prop_oneof![3 => Just("10"), 1 => Just("7.50")];
    prop_oneof![
        4 => (0..TILLS, key, amount).prop_map(|(till, key, amount)| Step::Refund { till, key, amount }),
        1 => (0..TILLS).prop_map(|till| Step::Settle { till }),
        2 => prop_oneof![0..1_000i64, 0..LATEST_MS, Just(LONG_MS)].prop_map(|ms| Step::Pass { ms }),
    ]
}

fn fate() -> impl Strategy<Value = Fate> {
    let late = prop_oneof![0..=LATEST_MS, Just(LATEST_MS)];
    let plain = prop_oneof![
        6 => Just(Fate::Answered),
        1 => Just(Fate::NotReached),
        2 => Just(Fate::Lost),
        3 => Just(Fate::AnswerLost),
        2 => late.clone().prop_map(|by_ms| Fate::Late { by_ms }),
        2 => (any::<bool>(), any::<bool>())
            .prop_map(|(passing, done)| Fate::Refused { passing, done: done && passing }),
        1 => any::<bool>().prop_map(|arrives| Fate::ErrorPage { arrives }),
        1 => Just(Fate::FailsUnseen),
        1 => Just(Fate::Unlisted),
        1 => any::<bool>().prop_map(|arrives| Fate::Unsigned { arrives }),
        2 => prop::option::of(late).prop_map(|arrives_after_ms| Fate::Dies { arrives_after_ms }),
    ];
    let meanwhile = (step(), plain.clone())
        .prop_map(|(step, then)| Fate::Meanwhile { step: Box::new(step), then: Box::new(then) });
    prop_oneof![5 => plain, 1 => meanwhile]
}

/// A refund at the gateway.
#[derive(Clone, Debug)]
struct Made {
    id: i64,
    key: String,
    amount: String,
    failed: bool,
    listed: bool,
}

struct World {
    now_ms: i64,
    fates: std::vec::IntoIter<Fate>,
    inside: usize,
    made: Vec<Made>,
    late: Vec<(i64, Made)>,
    tills: Vec<Arc<Client>>,
}

type Shared = Arc<Mutex<World>>;

fn look(world: &Shared) -> MutexGuard<'_, World> {
    world.lock().expect("no test fails with the world in its hands")
}

impl World {
    fn pass(&mut self, ms: i64) {
        self.now_ms += ms;
        let now_ms = self.now_ms;
        let (come, late) = std::mem::take(&mut self.late).into_iter().partition(|(at, _)| *at <= now_ms);
        self.late = late;
        let come: Vec<(i64, Made)> = come;
        for (_, made) in come {
            self.make(made);
        }
    }

    fn unlist(&mut self, request: &Request) {
        if let Some(newest) = self.made.last_mut().filter(|_| is_refund(request)) {
            newest.listed = false;
        }
    }

    fn make(&mut self, made: Made) -> i64 {
        let id = 100 + i64::try_from(self.made.len()).unwrap();
        self.made.push(Made { id, ..made });
        id
    }
}

fn is_refund(request: &Request) -> bool {
    request.url.path() == "/revoke.php"
}

struct VirtualClock(Shared);

impl Clock for VirtualClock {
    fn now_ms(&self) -> i64 {
        look(&self.0).now_ms
    }

    fn uptime(&self) -> Option<Uptime> {
        None
    }
}

struct Network {
    world: Shared,
    till: usize,
}

impl Transport for Network {
    fn exchange(&self, request: &Request, _: Until<'_>) -> Result<Reply, Fault> {
        let fate = look(&self.world).fates.next().unwrap_or(Fate::Answered);
        self.meet(fate, request)
    }
}

impl Network {
    fn meet(&self, fate: Fate, request: &Request) -> Result<Reply, Fault> {
        let fault = |event| Err(Fault { event, reason: "a fault".to_owned(), http_status: 0 });
        let reply = |http_status, body: String| Ok(Reply { http_status, body: body.into() });
        let lost = Event::Lost { answering: false };
        match fate {
            Fate::Answered => reply(200, signed(request, &self.arrive(request, false))),
            Fate::NotReached => fault(Event::NotReached { lasting: true }),
            Fate::Lost => fault(lost),
            Fate::AnswerLost => {
                self.arrive(request, false);
                fault(lost)
            }
            Fate::FailsUnseen => {
                self.arrive(request, true);
                fault(lost)
            }
            Fate::Unlisted => {
                self.arrive(request, false);
                look(&self.world).unlist(request);
                fault(lost)
            }
            Fate::Late { by_ms } => {
                self.arrive_after(request, by_ms);
                fault(lost)
            }
            Fate::Refused { passing, done } => {
                if done {
                    self.arrive(request, false);
                }
                let code = if passing { 9999 } else { 10020 };
                let body = format!("<pg_status>error</pg_status><pg_error_code>{code}</pg_error_code>");
                reply(200, signed(request, &body))
            }
            Fate::ErrorPage { arrives } => {
                if arrives {
                    self.arrive(request, false);
                }
                reply(502, "<html>Bad Gateway</html>".to_owned())
            }
            Fate::Unsigned { arrives } => {
                let body = match arrives {
                    true => self.arrive(request, false),
                    false => {
                        "<pg_status>ok</pg_status><pg_revoke_payment_id>9</pg_revoke_payment_id>".to_owned()
                    }
                };
                reply(200, format!("<response>{body}</response>"))
            }
            Fate::Dies { arrives_after_ms } => {
                if let Some(ms) = arrives_after_ms {
                    self.arrive_after(request, ms);
                }
                PowerCut::now()
            }
            Fate::Meanwhile { step, then } => {
                if look(&self.world).inside == 0 {
                    self.meanwhile(*step);
                }
                self.meet(*then, request)
            }
        }
    }

    fn meanwhile(&self, step: Step) {
        let step = match step {
            Step::Refund { key, amount, .. } => Step::Refund { till: (self.till + 1) % TILLS, key, amount },
            Step::Settle { .. } => Step::Settle { till: (self.till + 1) % TILLS },
            Step::Pass { .. } => return,
        };
        look(&self.world).inside += 1;
        let end = happen(&self.world, &step);
        look(&self.world).inside -= 1;
        end.unwrap_or_else(|error| panic!("meanwhile {step:?}: {error}"));
    }

    fn refund(request: &Request, failed: bool) -> Option<Made> {
        let is_refund = is_refund(request);
        let (key, amount) = (field(request, "pg_idempotency_key"), field(request, "pg_refund_amount"));
        is_refund.then_some(Made { id: 0, key, amount, failed, listed: true })
    }

    fn arrive(&self, request: &Request, failed: bool) -> String {
        let mut world = look(&self.world);
        if let Some(made) = Self::refund(request, failed) {
            let id = world.make(made);
            return format!("<pg_status>ok</pg_status><pg_revoke_payment_id>{id}</pg_revoke_payment_id>");
        }
        let list: String = world.made.iter().filter(|made| made.listed).map(listed).collect();
        format!(
            "<pg_status>ok</pg_status><pg_payment_id>{PAYMENT}</pg_payment_id>\
             <pg_payment_status>success</pg_payment_status><pg_refund_amount>{}</pg_refund_amount>\
             <pg_refund_payments>{list}</pg_refund_payments>",
            given_back(&world.made)
        )
    }

    fn arrive_after(&self, request: &Request, ms: i64) {
        if let Some(made) = Self::refund(request, false) {
            let mut world = look(&self.world);
            let at = world.now_ms + ms;
            world.late.push((at, made));
        }
    }
}

/// What was given back in all, as the gateway writes it.
fn given_back(made: &[Made]) -> String {
    let hundredths = |made: &Made| made.amount.parse::<Amount>().unwrap().hundredths();
    let sum: i64 = made.iter().filter(|made| !made.failed).map(hundredths).sum();
    format!("-{}.{:02}", sum / 100, sum % 100)
}

fn listed(made: &Made) -> String {
    let status = if made.failed { "error" } else { "success" };
    format!(
        "<pg_refund_payment><pg_payment_id>{}</pg_payment_id><pg_amount>-{}</pg_amount>\
         <pg_payment_status>{status}</pg_payment_status></pg_refund_payment>",
        made.id, made.amount
    )
}

static PLACE: LazyLock<PathBuf> = LazyLock::new(|| place("refunds"));

fn client(world: &Shared, till: usize, merchant_id: i64) -> Client {
    let mut config = Config::new();
    config.set_merchant_id(merchant_id).unwrap();
    config.set_secret_key("k").unwrap();
    // Shorter than the pause before a question is asked again.
    config.set_timeout_ms(45).unwrap();
    config.set_journal(&PLACE).unwrap();
    let mut client = Client::over(&config, Box::new(Network { world: world.clone(), till })).unwrap();
    client.clock = Box::new(VirtualClock(world.clone()));
    client
}

type Checked = Result<(), TestCaseError>;

fn happen(world: &Shared, step: &Step) -> Checked {
    match *step {
        Step::Pass { ms } => look(world).pass(ms),
        Step::Settle { till } => settle(world, till)?,
        Step::Refund { till, key, amount } => {
            let key = key.map(|key| format!("refund-{key}"));
            let till = look(world).tills[till].clone();
            let parsed = amount.parse().unwrap();
            let end = survive(|| till.payment_refund(PAYMENT, Some(&parsed), key.as_deref()));
            match end {
                Some(Ok(payment)) => is_made(world, &payment, amount)?,
                Some(Err(error)) => {
                    let known = matches!(
                        error.code(),
                        Code::Unknown
                            | Code::NotSent
                            | Code::Refused
                            | Code::Answer
                            | Code::Conflict
                            | Code::Journal
                    );
                    prop_assert!(known, "{error:?}");
                    let unsure = matches!(error.code(), Code::Unknown | Code::Answer);
                    prop_assert_eq!(unsure, error.code() != Code::Refused && error.sent() != Sent::No);
                }
                None => {}
            }
        }
    }
    once_each(world)
}

/// A person looks and writes down the truth, once it can be known.
fn settle(world: &Shared, till: usize) -> Checked {
    let till = look(world).tills[till].clone();
    let Some(open) = journalled(world).into_iter().find(|kept| kept.state.may_have_arrived()) else {
        return Ok(());
    };
    let was_made = look(world).made.iter().any(|made| !made.failed && made.key == open.key[1..]);
    match till.refund_settle(PAYMENT, open.key.strip_prefix('c'), was_made) {
        Ok(()) => {}
        Err(error) if error.code() == Code::Journal => {}
        Err(error) => {
            prop_assert_eq!((error.code(), error.advice()), (Code::Unknown, Advice::Wait), "{}", error);
            prop_assert!(look(world).now_ms < open.counts.at_ms, "{error}");
        }
    }
    Ok(())
}

/// A refund that a call speaks of exists, and has the amount that was asked for. Of one that a person has seen the
/// journal has no id.
fn is_made(world: &Shared, payment: &Payment, amount: &str) -> Checked {
    let kept = journalled(world);
    let world = look(world);
    if payment.refund_id().is_none() {
        let is_kept =
            |made: &Made| kept.iter().any(|kept| kept.payment_id.is_none() && kept.key[1..] == made.key);
        let is_said = world.made.iter().any(|made| made.amount == amount && !made.failed && is_kept(made));
        prop_assert!(payment.is_from_journal() && is_said, "{payment:?}");
        return Ok(());
    }
    let made = world.made.iter().find(|made| Some(made.id) == payment.refund_id());
    prop_assert!(made.is_some_and(|made| made.amount == amount && !made.failed), "{payment:?}");
    Ok(())
}

fn journalled(world: &Shared) -> Vec<Operation> {
    let till = look(world).tills[0].clone();
    let cancel = Cancel::default();
    let until = Until::within(std::time::Duration::from_secs(60), &cancel);
    till.journal(until).unwrap().operations(&till.shop(), Kind::Refund, &PAYMENT.to_string()).unwrap()
}

/// No key has two refunds, made or on their way, and the journal has every one of them.
fn once_each(world: &Shared) -> Checked {
    let kept = journalled(world);
    let world = look(world);
    let mut made: HashMap<&str, usize> = HashMap::new();
    let under_way = world.late.iter().map(|(_, made)| made);
    for refund in world.made.iter().chain(under_way).filter(|made| !made.failed) {
        *made.entry(&refund.key).or_default() += 1;
        let known = kept.iter().find(|kept| kept.key[1..] == refund.key);
        let state = known.map(|kept| kept.state);
        let holds = matches!(state, Some(State::Sending | State::Unknown | State::Known));
        prop_assert!(holds, "{refund:?} is {state:?} in the journal");
    }
    prop_assert!(made.values().all(|&count| count == 1), "{made:?}");
    Ok(())
}

/// Everything late has come and the network is well: the same refunds again settle what is pending.
fn recovered(world: &Shared) -> Checked {
    {
        let mut world = look(world);
        world.fates = Vec::new().into_iter();
        world.pass(LONG_MS);
    }
    let till = look(world).tills[0].clone();
    let made = |world: &Shared| look(world).made.iter().filter(|made| !made.failed).count();
    // A busy machine may let the short time of a call run out.
    for _ in 0..20 {
        for pending in till.pending_refunds().unwrap() {
            let amount = pending.amount.map(|amount| amount.parse().unwrap());
            let before = made(world);
            let end = till.payment_refund(pending.payment_id, amount.as_ref(), pending.refund_key.as_deref());
            let fine = match &end {
                Ok(payment) => payment.refund_id().is_some(),
                Err(error) if error.code() == Code::Unknown && error.advice() == Advice::Fix => {
                    settle(world, 0)?;
                    true
                }
                Err(error) => matches!(error.code(), Code::Refused | Code::Journal),
            };
            prop_assert!(fine, "{end:?}");
            prop_assert!(made(world) <= before + 1);
        }
    }
    prop_assert!(till.pending_refunds().unwrap().is_empty());
    let known = journalled(world).iter().filter(|kept| kept.state == State::Known).count();
    prop_assert_eq!(known, made(world));
    once_each(world)
}

fn lived(steps: &[Step], fates: Vec<Fate>) -> Checked {
    static MERCHANTS: AtomicI64 = AtomicI64::new(1);
    let merchant_id = MERCHANTS.fetch_add(1, Ordering::Relaxed);
    let world = Arc::new(Mutex::new(World {
        now_ms: 1_700_000_000_000,
        fates: fates.into_iter(),
        inside: 0,
        made: Vec::new(),
        late: Vec::new(),
        tills: Vec::new(),
    }));
    let tills = (0..TILLS).map(|till| Arc::new(client(&world, till, merchant_id))).collect();
    look(&world).tills = tills;
    let end = steps.iter().try_for_each(|step| happen(&world, step)).and_then(|()| recovered(&world));
    look(&world).tills.clear();
    end
}

#[test]
fn no_refund_is_made_twice_and_the_journal_knows_each() {
    let _swept = Swept(PLACE.clone());
    for (steps, fates) in remembered() {
        lived(&steps, fates).unwrap();
    }
    let config = ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() };
    let histories = (vec(step(), 1..10), vec(fate(), 0..14));
    let invented = TestRunner::new(config).run(&histories, |(steps, fates)| lived(&steps, fates));
    invented.unwrap_or_else(|failure| panic!("{failure}"));
}

/// Histories that chance hardly ever finds.
fn remembered() -> Vec<(Vec<Step>, Vec<Fate>)> {
    let refund = || Step::Refund { till: 0, key: None, amount: "10" };
    let pass = |ms| Step::Pass { ms };
    let keyed = Step::Refund { till: 1, key: Some(0), amount: "10" };
    let meanwhile = |step, then| Fate::Meanwhile { step: Box::new(step), then: Box::new(then) };
    vec![
        (vec![refund(), refund()], vec![Fate::Answered, Fate::AnswerLost]),
        (
            vec![refund(), refund(), pass(LATEST_MS), refund()],
            vec![Fate::Answered, Fate::Late { by_ms: LATEST_MS }],
        ),
        (
            vec![refund(), pass(LONG_MS), refund()],
            vec![Fate::Answered, Fate::Dies { arrives_after_ms: None }],
        ),
        (vec![refund(), refund()], vec![Fate::Answered, Fate::FailsUnseen]),
        // One that is never listed is settled by a person; the next of the same amount is found all the same.
        (
            vec![refund(), pass(LONG_MS), refund(), Step::Settle { till: 0 }, refund(), refund()],
            vec![Fate::Answered, Fate::Unlisted, Fate::Answered, Fate::Answered, Fate::AnswerLost],
        ),
        // While a lost refund is looked for, another till finds that it never came, and makes its own of the same amount.
        (
            vec![refund(), pass(LONG_MS), refund()],
            vec![Fate::Answered, Fate::Lost, meanwhile(keyed, Fate::Answered)],
        ),
    ]
}

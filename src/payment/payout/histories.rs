//! Invented histories of payouts: whatever a network, a power cut and another till do, money leaves once for an order, and
//! in the end the journal knows every payout that the gateway made. The gateway here makes a second payout of an order
//! without a word, and speaks of the newest.
//!
//! As with sales (`invoice/histories.rs`), gateway and time are simulated (`world`) and the journal is a real file.

mod step;
mod world;

use std::path::PathBuf;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{TestCaseError, TestRunner};

use super::super::invented::VirtualClock;
use super::{Payment, TOKEN, recipient};
use crate::cancel::{Cancel, Until};
use crate::client::Client;
use crate::config::Config;
use crate::fields::Fields;
use crate::invented::{Swept, place, survive};
use crate::journal::{Kind, Operation, State};
use crate::outcome::{Code, Error, Sent};

use step::{Fate, Step, fate, step};
use world::{Made, Network, Shared, World, look};

const TILLS: usize = 2;
const ORDERS: [&str; 2] = ["a", "b"];
const AMOUNTS: [&str; 2] = ["10", "7.50"];
const CARDS: [&str; 2] = ["card-one", "card-two"];

/// The latest that a payout arrives, or is spoken of, after its attempt: from then on "not there" counts.
const LATEST_MS: i64 = 60_000;
const LONG_MS: i64 = 600_000;

static PLACE: LazyLock<PathBuf> = LazyLock::new(|| place("payouts"));

fn client(world: &Shared, till: usize, merchant_id: i64) -> Client {
    let mut config = Config::new();
    config.set_merchant_id(merchant_id).unwrap();
    config.set_payout_key("k").unwrap();
    // Too short for a pause: a question that failed is not asked again, so that nothing here really waits.
    config.set_timeout_ms(3).unwrap();
    config.set_journal(&PLACE).unwrap();
    let mut client = Client::over(&config, Box::new(Network { world: world.clone(), till })).unwrap();
    let world = world.clone();
    client.clock = Box::new(VirtualClock(move || look(&world).now_ms));
    client
}

type Checked = Result<(), TestCaseError>;

fn pay_out(till: &Client, order: &str, amount: &str, card: &str) -> Result<Payment, Error> {
    let mut more = Fields::new();
    more.set("pg_post_link", "https://shop.example/paid-out").unwrap();
    more.set("pg_order_time_limit", "2026-12-31 23:59:59").unwrap();
    till.payout_token(order, &amount.parse().unwrap(), "Prize", "user-1", card, &more)
}

fn happen(world: &Shared, step: &Step) -> Checked {
    match *step {
        Step::Pass { ms } => look(world).pass(ms),
        Step::PayOut { till, order, amount, card } => {
            let till = look(world).tills[till].clone();
            let (order, amount, card) = (ORDERS[order], AMOUNTS[amount], CARDS[card]);
            if let Some(end) = survive(|| pay_out(&till, order, amount, card)) {
                told(world, &end, order, amount, card)?;
            }
        }
    }
    once_each(world)
}

/// A payout that a call speaks of exists, with the amount and the card that were asked for; a failure is one of those that
/// there are, and says truly whether anything may have been done.
fn told(world: &Shared, end: &Result<Payment, Error>, order: &str, amount: &str, card: &str) -> Checked {
    match end {
        Ok(payment) => {
            let world = look(world);
            let made = world.made.iter().find(|made| Some(made.id) == payment.id());
            let fits = |made: &Made| {
                made.order == order && made.amount == amount && made.card == card && !made.failed
            };
            prop_assert!(made.is_some_and(fits), "{payment:?}");
        }
        Err(error) => {
            use Code::{Answer, Conflict, Journal, NotSent, Refused, Unknown};
            let known = matches!(error.code(), Unknown | NotSent | Refused | Answer | Conflict | Journal);
            prop_assert!(known, "{error:?}");
            let unsure = matches!(error.code(), Unknown | Answer);
            prop_assert_eq!(unsure, error.code() != Refused && error.sent() != Sent::No, "{:?}", error);
        }
    }
    Ok(())
}

fn journalled(world: &Shared, order: &str) -> Option<Operation> {
    let till = look(world).tills[0].clone();
    let cancel = Cancel::default();
    let journal = till.journal(Until::within(Duration::from_secs(60), &cancel)).unwrap();
    journal.operations(&till.shop(), Kind::Payout, order).unwrap().pop()
}

/// No order has two payouts, made or on their way, and the journal has each of them as what it is.
fn once_each(world: &Shared) -> Checked {
    for order in ORDERS {
        let kept = journalled(world, order);
        let world = look(world);
        let under_way = world.late.iter().map(|(_, made)| made);
        let all = world.made.iter().chain(under_way).filter(|made| !made.failed && made.order == order);
        let paid: Vec<&Made> = all.collect();
        prop_assert!(paid.len() <= 1, "{paid:?}");
        if let Some(paid) = paid.first() {
            let kept =
                kept.as_ref().filter(|kept| kept.state == State::Known || kept.state.may_have_arrived());
            let fits = |kept: &Operation| {
                kept.amount.as_deref() == Some(&paid.amount) && kept.before == recipient(TOKEN, &paid.card)
            };
            prop_assert!(kept.is_some_and(fits), "{paid:?} is {kept:?} in the journal");
        }
    }
    Ok(())
}

/// Everything late has come and the network is well: the same payouts again settle what is pending.
fn recovered(world: &Shared) -> Checked {
    {
        let mut world = look(world);
        world.fates = Vec::new().into_iter();
        world.pass(LONG_MS);
    }
    let till = look(world).tills[0].clone();
    for pending in till.pending_payouts().unwrap() {
        let kept = journalled(world, &pending.order_id).unwrap();
        let card = CARDS.into_iter().find(|card| recipient(TOKEN, card) == kept.before).unwrap();
        let amount = pending.amount.unwrap();
        let end = pay_out(&till, &pending.order_id, &amount, card);
        let fine =
            end.as_ref().map_or_else(|error| error.code() == Code::Refused, |payment| payment.id().is_some());
        prop_assert!(fine, "{end:?}");
    }
    prop_assert!(till.pending_payouts().unwrap().is_empty());
    for order in ORDERS {
        let is_known = journalled(world, order).is_some_and(|kept| kept.state == State::Known);
        let is_paid = look(world).made.iter().any(|made| !made.failed && made.order == order);
        prop_assert_eq!(is_known, is_paid, "{}", order);
    }
    once_each(world)
}

fn lived(steps: &[Step], fates: Vec<Fate>) -> Checked {
    static MERCHANTS: AtomicI64 = AtomicI64::new(1);
    let merchant_id = MERCHANTS.fetch_add(1, Ordering::Relaxed);
    let world = Arc::new(Mutex::new(World {
        now_ms: 1_700_000_000_000,
        births: 0,
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
fn money_leaves_once_for_an_order_and_the_journal_knows_it() {
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
    let pay_out = || Step::PayOut { till: 0, order: 0, amount: 0, card: 0 };
    let pass = |ms| Step::Pass { ms };
    let refused = |recorded_after_ms| Fate::Refused { passing: false, done: false, recorded_after_ms };
    let late = |by_ms| Fate::Late { by_ms, fails: false };
    let meanwhile = |step| Fate::Meanwhile { step: Box::new(step), then: Box::new(Fate::Answered) };
    vec![
        (vec![pay_out(), pay_out()], vec![Fate::AnswerLost]),
        (vec![pay_out(), pay_out(), pass(LATEST_MS), pay_out()], vec![late(LATEST_MS)]),
        (vec![pay_out(), pass(LONG_MS), pay_out()], vec![Fate::Dies { arrives_after_ms: None }]),
        // The refusal of the first attempt is spoken of when the second is on its way.
        (
            vec![pay_out(), pay_out(), pass(20_000), pay_out(), pay_out(), pass(LATEST_MS)],
            vec![refused(Some(10_000)), Fate::Answered, late(LATEST_MS)],
        ),
        // The first was refused for a passing fault, and paid all the same.
        (
            vec![pay_out(), pay_out()],
            vec![Fate::Refused { passing: true, done: true, recorded_after_ms: None }],
        ),
        // While a refused payout is looked for, another till makes the order's with another amount, or to another card.
        (
            vec![pay_out(), pay_out()],
            vec![refused(None), meanwhile(Step::PayOut { till: 1, order: 0, amount: 1, card: 0 })],
        ),
        (
            vec![pay_out(), pay_out()],
            vec![refused(None), meanwhile(Step::PayOut { till: 1, order: 0, amount: 0, card: 1 })],
        ),
        // Two tills begin the same payout at once.
        (vec![pay_out(), pay_out()], vec![meanwhile(pay_out())]),
    ]
}

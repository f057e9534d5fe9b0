//! Invented histories of refunds: whatever a network, a power cut and another till do, no refund is made twice, and in
//! the end the journal knows every refund that the gateway made. The gateway here does not heed the idempotency key. It
//! may count a refund that it never lists; then a person looks, who tells the truth.
//!
//! As with sales (`invoice/histories.rs`), gateway and time are simulated (`world`) and the journal is a real file.

mod step;
mod world;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, LazyLock, Mutex};

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{TestCaseError, TestRunner};

use super::Payment;
use super::invented::VirtualClock;
use crate::cancel::{Cancel, Until};
use crate::client::Client;
use crate::config::Config;
use crate::invented::{Swept, place, survive};
use crate::journal::{Kind, Operation, State};
use crate::outcome::{Advice, Code, Sent};

use step::{Fate, Step, fate, step};
use world::{Made, Network, Shared, World, look};

const TILLS: usize = 2;
const PAYMENT: i64 = 7;

/// The latest that a refund arrives, or is listed, after its attempt: from then on "not there" counts.
const LATEST_MS: i64 = 60_000;
const LONG_MS: i64 = 600_000;

static PLACE: LazyLock<PathBuf> = LazyLock::new(|| place("refunds"));

fn client(world: &Shared, till: usize, merchant_id: i64) -> Client {
    let mut config = Config::new();
    config.set_merchant_id(merchant_id).unwrap();
    config.set_secret_key("k").unwrap();
    // Shorter than the pause before a question is asked again.
    config.set_timeout_ms(45).unwrap();
    config.set_journal(&PLACE).unwrap();
    let mut client = Client::over(&config, Box::new(Network { world: world.clone(), till })).unwrap();
    let world = world.clone();
    client.clock = Box::new(VirtualClock(move || look(&world).now_ms));
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

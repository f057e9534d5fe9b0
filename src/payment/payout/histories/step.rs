//! What may happen in a history of payouts, and what may become of a request.

use proptest::prelude::*;

use super::{LATEST_MS, LONG_MS, TILLS};

/// What happens.
#[derive(Clone, Debug)]
pub(super) enum Step {
    PayOut { till: usize, order: usize, amount: usize, card: usize },
    Pass { ms: i64 },
}

/// What becomes of one request.
#[derive(Clone, Debug)]
pub(super) enum Fate {
    Answered,
    NotReached,
    Lost,
    AnswerLost,
    /// It arrives so much later, and the gateway pays, or has it as failed.
    Late {
        by_ms: i64,
        fails: bool,
    },
    /// The gateway refuses it. Done: it paid all the same. Recorded: from then on it has it as failed.
    Refused {
        passing: bool,
        done: bool,
        recorded_after_ms: Option<i64>,
    },
    ErrorPage {
        arrives: bool,
    },
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

pub(super) fn step() -> impl Strategy<Value = Step> {
    let mostly_one = || prop_oneof![5 => Just(0), 1 => Just(1)];
    let pay_out = (0..TILLS, mostly_one(), mostly_one(), mostly_one());
    prop_oneof![
        4 => pay_out.prop_map(|(till, order, amount, card)| Step::PayOut { till, order, amount, card }),
        2 => prop_oneof![0..1_000i64, 0..LATEST_MS, Just(LONG_MS)].prop_map(|ms| Step::Pass { ms }),
    ]
}

pub(super) fn fate() -> impl Strategy<Value = Fate> {
    let late = || prop_oneof![0..=LATEST_MS, Just(LATEST_MS)];
    let plain = prop_oneof![
        6 => Just(Fate::Answered),
        1 => Just(Fate::NotReached),
        2 => Just(Fate::Lost),
        3 => Just(Fate::AnswerLost),
        3 => (late(), any::<bool>()).prop_map(|(by_ms, fails)| Fate::Late { by_ms, fails }),
        3 => (any::<bool>(), any::<bool>(), prop::option::of(late())).prop_map(|(passing, done, recorded_after_ms)| {
            Fate::Refused { passing, done: done && passing, recorded_after_ms }
        }),
        1 => any::<bool>().prop_map(|arrives| Fate::ErrorPage { arrives }),
        1 => any::<bool>().prop_map(|arrives| Fate::Unsigned { arrives }),
        2 => prop::option::of(late()).prop_map(|arrives_after_ms| Fate::Dies { arrives_after_ms }),
    ];
    let meanwhile = (step(), plain.clone())
        .prop_map(|(step, then)| Fate::Meanwhile { step: Box::new(step), then: Box::new(then) });
    prop_oneof![5 => plain, 1 => meanwhile]
}

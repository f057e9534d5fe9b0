//! What may happen in a history, and what may become of a request.

use proptest::prelude::*;

use super::{LATEST_MS, LONG_MS, TILLS};

/// What happens.
#[derive(Clone, Debug)]
pub(super) enum Step {
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
pub(super) enum Fate {
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

pub(super) fn step() -> impl Strategy<Value = Step> {
    let key = prop_oneof![2 => Just(None), 1 => (0..2usize).prop_map(Some)];
    let amount = prop_oneof![3 => Just("10"), 1 => Just("7.50")];
    prop_oneof![
        4 => (0..TILLS, key, amount).prop_map(|(till, key, amount)| Step::Refund { till, key, amount }),
        1 => (0..TILLS).prop_map(|till| Step::Settle { till }),
        2 => prop_oneof![0..1_000i64, 0..LATEST_MS, Just(LONG_MS)].prop_map(|ms| Step::Pass { ms }),
    ]
}

pub(super) fn fate() -> impl Strategy<Value = Fate> {
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

//! What may happen in a history, and what may become of a request.

use proptest::collection::vec;
use proptest::prelude::*;

use super::{LATEST_MS, LONG_MS, ORDERS, TILLS};
use crate::answer::InvoiceStatus;
use crate::outcome::Sent;

/// One thing that happens.
#[derive(Clone, Debug)]
pub(super) enum Step {
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
pub(super) enum Fate {
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
    let once = meanwhile(plain.clone());
    prop_oneof![10 => plain, 2 => once.clone(), 1 => meanwhile(once)]
}

fn meanwhile(then: impl Strategy<Value = Fate> + Clone + 'static) -> impl Strategy<Value = Fate> + Clone {
    let meanwhile =
        |(step, first, then)| Fate::Meanwhile { step: Box::new(step), first, then: Box::new(then) };
    (step(), any::<bool>(), then).prop_map(meanwhile).boxed()
}

/// What happens, what becomes of each request in turn, after the last fate of which the network is well, and whether the
/// machine tells its uptime.
pub(super) fn history() -> impl Strategy<Value = (Vec<Step>, Vec<Fate>, bool)> {
    (vec(step(), 1..12), vec(fate(), 0..10), any::<bool>())
}

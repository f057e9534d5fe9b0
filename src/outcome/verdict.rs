//! The decision about the money: what an attempt's end is called, and whether it may be repeated.

use super::{Advice, Code, Sent};

/// What a request is to the gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Nature {
    /// It only asks; asking twice does no harm.
    Question,
    /// It makes something to be paid, and takes no money by itself; it must not arrive twice all the same.
    Opening,
    /// It changes something about money; it must not arrive twice.
    Order,
}

/// How one attempt at a request ended, other than with `ok`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Event {
    /// It certainly did not reach the gateway. Lasting: the next attempt would meet the same, as with a certificate.
    NotReached { lasting: bool },
    /// It may have left, and no whole answer came. Answering: an answer had begun.
    Lost { answering: bool },
    /// A whole answer that is not the protocol. Busy: its HTTP status speaks of a passing fault.
    Garbled { busy: bool },
    /// The gateway answered `error`. Passing: its code means a passing fault.
    Refused { passing: bool },
    /// The gateway answered `error`, and not that nothing was done: its code means a fault on the way, or that it was done
    /// before.
    RefusedInDoubt { passing: bool },
    /// The gateway answered `error` with words about an earlier attempt: it refuses this one, not that one.
    RefusedAsRepeat,
    /// The caller gave up.
    GivenUp { sent: Sent },
}

/// What is said of an attempt, and whether the library may repeat it by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Verdict {
    pub code: Code,
    pub sent: Sent,
    pub advice: Advice,
    pub again: bool,
}

/// Decides about the money: what an attempt's end is called, and whether it may be repeated.
pub(crate) fn judge(nature: Nature, event: Event) -> Verdict {
    let asks = nature == Nature::Question;
    let unsure = if asks { Advice::Retry } else { Advice::AskStatus };
    let verdict = |code, sent, advice, again| Verdict { code, sent, advice, again };
    match event {
        Event::NotReached { lasting } => verdict(Code::NotSent, Sent::No, Advice::Retry, !lasting),
        Event::Lost { answering: false } => verdict(Code::Unknown, Sent::Maybe, unsure, asks),
        Event::Lost { answering: true } => verdict(Code::Unknown, Sent::Yes, unsure, asks),
        Event::Garbled { busy } => verdict(Code::Answer, Sent::Yes, unsure, asks && busy),
        Event::RefusedInDoubt { .. } if nature == Nature::Order => {
            verdict(Code::Refused, Sent::Yes, Advice::AskStatus, false)
        }
        Event::RefusedInDoubt { passing } => judge(nature, Event::Refused { passing }),
        Event::Refused { passing: true } => verdict(Code::Refused, Sent::Yes, Advice::Retry, asks),
        Event::Refused { passing: false } => verdict(Code::Refused, Sent::Yes, Advice::Fix, false),
        Event::RefusedAsRepeat if asks => verdict(Code::Refused, Sent::Yes, Advice::Fix, false),
        Event::RefusedAsRepeat => verdict(Code::Refused, Sent::Yes, Advice::AskStatus, false),
        Event::GivenUp { sent: Sent::No } => verdict(Code::Cancelled, Sent::No, Advice::Retry, false),
        Event::GivenUp { sent } => verdict(Code::Cancelled, sent, unsure, false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_verdicts() {
        use Nature::{Opening, Order, Question};
        let table = [
            // nature, event, code, sent, advice, again
            (Order, Event::NotReached { lasting: false }, Code::NotSent, Sent::No, Advice::Retry, true),
            (Order, Event::NotReached { lasting: true }, Code::NotSent, Sent::No, Advice::Retry, false),
            (Order, Event::Lost { answering: false }, Code::Unknown, Sent::Maybe, Advice::AskStatus, false),
            (Order, Event::Lost { answering: true }, Code::Unknown, Sent::Yes, Advice::AskStatus, false),
            (Order, Event::Garbled { busy: false }, Code::Answer, Sent::Yes, Advice::AskStatus, false),
            (Order, Event::Garbled { busy: true }, Code::Answer, Sent::Yes, Advice::AskStatus, false),
            (Order, Event::Refused { passing: false }, Code::Refused, Sent::Yes, Advice::Fix, false),
            (Order, Event::Refused { passing: true }, Code::Refused, Sent::Yes, Advice::Retry, false),
            (Question, Event::NotReached { lasting: false }, Code::NotSent, Sent::No, Advice::Retry, true),
            (Question, Event::NotReached { lasting: true }, Code::NotSent, Sent::No, Advice::Retry, false),
            (
                Order,
                Event::RefusedInDoubt { passing: true },
                Code::Refused,
                Sent::Yes,
                Advice::AskStatus,
                false,
            ),
            (
                Order,
                Event::RefusedInDoubt { passing: false },
                Code::Refused,
                Sent::Yes,
                Advice::AskStatus,
                false,
            ),
            (
                Opening,
                Event::RefusedInDoubt { passing: true },
                Code::Refused,
                Sent::Yes,
                Advice::Retry,
                false,
            ),
            (Opening, Event::RefusedInDoubt { passing: false }, Code::Refused, Sent::Yes, Advice::Fix, false),
            (Opening, Event::RefusedAsRepeat, Code::Refused, Sent::Yes, Advice::AskStatus, false),
            (Opening, Event::Lost { answering: false }, Code::Unknown, Sent::Maybe, Advice::AskStatus, false),
            (
                Question,
                Event::RefusedInDoubt { passing: true },
                Code::Refused,
                Sent::Yes,
                Advice::Retry,
                true,
            ),
            (
                Question,
                Event::RefusedInDoubt { passing: false },
                Code::Refused,
                Sent::Yes,
                Advice::Fix,
                false,
            ),
            (Order, Event::RefusedAsRepeat, Code::Refused, Sent::Yes, Advice::AskStatus, false),
            (Question, Event::RefusedAsRepeat, Code::Refused, Sent::Yes, Advice::Fix, false),
            (Question, Event::Lost { answering: false }, Code::Unknown, Sent::Maybe, Advice::Retry, true),
            (Question, Event::Lost { answering: true }, Code::Unknown, Sent::Yes, Advice::Retry, true),
            (Question, Event::Garbled { busy: false }, Code::Answer, Sent::Yes, Advice::Retry, false),
            (Question, Event::Garbled { busy: true }, Code::Answer, Sent::Yes, Advice::Retry, true),
            (Question, Event::Refused { passing: false }, Code::Refused, Sent::Yes, Advice::Fix, false),
            (Question, Event::Refused { passing: true }, Code::Refused, Sent::Yes, Advice::Retry, true),
            (Order, Event::GivenUp { sent: Sent::No }, Code::Cancelled, Sent::No, Advice::Retry, false),
            (
                Order,
                Event::GivenUp { sent: Sent::Maybe },
                Code::Cancelled,
                Sent::Maybe,
                Advice::AskStatus,
                false,
            ),
            (Order, Event::GivenUp { sent: Sent::Yes }, Code::Cancelled, Sent::Yes, Advice::AskStatus, false),
            (Question, Event::GivenUp { sent: Sent::No }, Code::Cancelled, Sent::No, Advice::Retry, false),
            (
                Question,
                Event::GivenUp { sent: Sent::Maybe },
                Code::Cancelled,
                Sent::Maybe,
                Advice::Retry,
                false,
            ),
        ];
        for (nature, event, code, sent, advice, again) in table {
            let expected = Verdict { code, sent, advice, again };
            assert_eq!(judge(nature, event), expected, "{nature:?} {event:?}");
        }
    }

    #[test]
    fn an_order_that_may_have_left_is_never_repeated() {
        for event in [
            Event::Lost { answering: false },
            Event::Lost { answering: true },
            Event::Garbled { busy: true },
            Event::Refused { passing: true },
            Event::RefusedInDoubt { passing: true },
            Event::RefusedAsRepeat,
        ] {
            for nature in [Nature::Order, Nature::Opening] {
                assert!(!judge(nature, event).again, "{nature:?} {event:?}");
            }
        }
    }
}

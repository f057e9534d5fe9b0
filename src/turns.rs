//! How many of a client's waits may ask at the same moment: a hall of tills that begin to wait together must not open a
//! connection each.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::cancel::Until;
use crate::process::PerProcess;

/// Enough for a thousand waits that ask once a second over a line that takes 100 ms to answer.
const AT_ONCE: usize = 128;
/// When to look again where all turns are taken.
const PAUSE: Duration = Duration::from_millis(5);

/// The turns of a client in each process: a forked child has not the threads that hold its parent's.
pub(crate) struct Turns(PerProcess<AtomicUsize>);

/// One turn, given back when it is dropped.
pub(crate) struct Turn<'a>(&'a AtomicUsize);

impl Turns {
    pub fn new() -> Turns {
        Turns(PerProcess::new())
    }

    /// A turn, as soon as there is one; none when `until` is over before.
    pub fn take(&self, until: Until<'_>) -> Option<Turn<'_>> {
        let taken = self.0.get(|| AtomicUsize::new(0));
        let one_more = |count: usize| (count < AT_ONCE).then_some(count + 1);
        loop {
            if taken.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_more).is_ok() {
                return Some(Turn(taken));
            }
            if until.is_over() || !until.cancel.sleep_until(until.deadline.min(Instant::now() + PAUSE)) {
                return None;
            }
        }
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cancel::Cancel;

    #[test]
    fn turns_are_bounded_and_come_back() {
        let turns = Turns::new();
        let cancel = Cancel::default();
        let held: Vec<_> = (0..AT_ONCE).map(|_| turns.take(Until::within(Duration::ZERO, &cancel))).collect();
        assert!(held.iter().all(Option::is_some));
        assert!(turns.take(Until::within(Duration::ZERO, &cancel)).is_none());
        drop(held);
        assert!(turns.take(Until::within(Duration::ZERO, &cancel)).is_some());
    }

    #[test]
    fn who_waits_for_a_turn_can_give_up() {
        let turns = Turns::new();
        let never = Cancel::default();
        let _held: Vec<_> = (0..AT_ONCE).map(|_| turns.take(Until::within(Duration::ZERO, &never))).collect();
        let cancel = Cancel::new();
        std::thread::scope(|scope| {
            let waiting =
                scope.spawn(|| turns.take(Until::within(Duration::from_secs(3600), &cancel)).is_none());
            cancel.ask();
            assert!(waiting.join().unwrap());
        });
    }
}

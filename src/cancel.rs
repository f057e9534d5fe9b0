//! Giving up: one thread asks, and what another thread is doing ends at once.

use std::fmt;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Notify;

use crate::clock::LastMoment;

/// A request to give up, shared by the one who may ask and the one who is at work. The default can never be asked.
#[derive(Clone, Default)]
pub struct Cancel(Option<Arc<Asked>>);

#[derive(Default)]
struct Asked {
    asked: Mutex<bool>,
    /// Wakes a sleeping thread.
    sleeper: Condvar,
    /// Wakes the requests under way: a client that is given up may have one on each of its threads.
    requests: Notify,
}

impl Cancel {
    /// One that may be asked.
    pub fn new() -> Cancel {
        Cancel(Some(Arc::default()))
    }

    /// Asks to give up; once is enough.
    pub fn ask(&self) {
        let Some(state) = &self.0 else { return };
        *state.asked.lock().unwrap_or_else(PoisonError::into_inner) = true;
        state.sleeper.notify_all();
        // Who begins to wait a moment later sees that it was asked.
        state.requests.notify_waiters();
    }

    pub(crate) fn is_asked(&self) -> bool {
        self.0.as_ref().is_some_and(|state| *state.asked.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// This one, or `other` where this one can never be asked.
    pub(crate) fn or<'a>(&'a self, other: &'a Cancel) -> &'a Cancel {
        if self.0.is_some() { self } else { other }
    }

    /// Sleeps until `end`, or until asked to give up: then `false`.
    pub(crate) fn sleep_until(&self, end: Instant) -> bool {
        let Some(state) = &self.0 else {
            std::thread::sleep(end.saturating_duration_since(Instant::now()));
            return true;
        };
        let mut asked = state.asked.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            let left = end.saturating_duration_since(Instant::now());
            if *asked || left == Duration::ZERO {
                return !*asked;
            }
            asked = state.sleeper.wait_timeout(asked, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Ends when asked to give up.
    pub(crate) async fn asked(&self) {
        match &self.0 {
            Some(state) => {
                // It hears of what happens from here on, also before it is waited for.
                let woken = state.requests.notified();
                if !self.is_asked() {
                    woken.await;
                }
            }
            None => std::future::pending().await,
        }
    }
}

impl fmt::Debug for Cancel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cancel(asked: {})", self.is_asked())
    }
}

/// When a call has to end: at its deadline, or as soon as it is asked to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Until<'a> {
    pub deadline: Instant,
    pub cancel: &'a Cancel,
    /// Of an order, which may leave no later than that, however long the deadline has stood still.
    pub last_moment: Option<LastMoment>,
}

impl<'a> Until<'a> {
    pub fn within(time: Duration, cancel: &'a Cancel) -> Until<'a> {
        Until { deadline: Instant::now() + time, cancel, last_moment: None }
    }

    /// The same, for what may leave at any time: a question.
    pub fn at_any_moment(self) -> Until<'a> {
        Until { last_moment: None, ..self }
    }

    /// A little time to write down what has happened already: a call that is over must still end soon.
    pub fn to_record(self) -> Until<'static> {
        static NEVER: Cancel = Cancel(None);
        let (asked, now) = (self.cancel.is_asked(), Instant::now());
        let deadline = match asked {
            true => now + Duration::from_millis(50),
            false => self.deadline.max(now + Duration::from_millis(300)),
        };
        Until { deadline, cancel: &NEVER, last_moment: None }
    }

    /// Whether it is over.
    pub fn is_over(self) -> bool {
        self.cancel.is_asked() || Instant::now() >= self.deadline
    }

    /// The same, but at `deadline` if that is earlier.
    pub fn at_most(self, deadline: Instant) -> Until<'a> {
        Until { deadline: self.deadline.min(deadline), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::thread;

    #[test]
    fn a_sleeper_wakes_when_asked() {
        let cancel = Cancel::new();
        let far = Instant::now() + Duration::from_secs(3600);
        let sleeper = thread::spawn({
            let cancel = cancel.clone();
            move || cancel.sleep_until(far)
        });
        cancel.ask();
        assert!(!sleeper.join().unwrap());
        assert!(!cancel.sleep_until(far), "and does not fall asleep again");
        assert!(Cancel::default().sleep_until(Instant::now()));
    }
}

//! What the library tells its host: one line at a time, on a thread that is inside a call of the host's, nothing
//! secret.

use std::cell::Cell;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use crate::process::PerProcess;

/// How much a line matters. The numbers are those of the C ABI.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(i32)]
pub enum Level {
    /// A call ended in a failure.
    Error = 1,
    /// Something is off, and the call goes on.
    Warn = 2,
    /// One line for each call.
    Info = 3,
    /// Each attempt and pause.
    Debug = 4,
}

type Sink = dyn Fn(Level, &str) + Send + Sync;

/// Where log lines go; nowhere unless set.
#[derive(Clone, Default)]
pub struct Log(Option<Arc<Lines>>);

struct Lines {
    sink: Box<Sink>,
    /// What background threads had to say since the last line of a host's thread.
    waiting: PerProcess<Mutex<Vec<(Level, String)>>>,
}

/// The most lines that wait; a host that never calls again never hears them.
const MOST_WAITING: usize = 1000;

thread_local! {
    static IN_BACKGROUND: Cell<bool> = const { Cell::new(false) };
}

/// Marks this thread as one of the library's own: what it logs waits for a thread of the host.
pub(crate) fn in_background() {
    IN_BACKGROUND.set(true);
}

impl Log {
    /// Sends every line to `sink`, which is called on the thread that is inside a call of the library.
    pub fn to(sink: impl Fn(Level, &str) + Send + Sync + 'static) -> Log {
        Log(Some(Arc::new(Lines { sink: Box::new(sink), waiting: PerProcess::new() })))
    }

    pub(crate) fn write(&self, level: Level, line: fmt::Arguments<'_>) {
        let Some(lines) = &self.0 else { return };
        if IN_BACKGROUND.get() {
            let mut waiting = lines.waiting();
            if waiting.len() < MOST_WAITING {
                waiting.push((level, line.to_string()));
            }
            return;
        }
        self.flush();
        (lines.sink)(level, &line.to_string());
    }

    /// Hands on what background threads had to say.
    pub(crate) fn flush(&self) {
        let Some(lines) = &self.0 else { return };
        if IN_BACKGROUND.get() {
            return;
        }
        let waiting = std::mem::take(&mut *lines.waiting());
        for (level, line) in waiting {
            (lines.sink)(level, &line);
        }
    }
}

impl Lines {
    fn waiting(&self) -> std::sync::MutexGuard<'_, Vec<(Level, String)>> {
        self.waiting.get(Mutex::default).lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Log(set)" } else { "Log(none)" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::thread;

    #[test]
    fn what_a_background_thread_says_waits_for_a_thread_of_the_host() {
        let heard = Arc::new(Mutex::new(Vec::new()));
        let log = Log::to({
            let heard = heard.clone();
            move |_, line| heard.lock().unwrap().push((line.to_owned(), thread::current().id()))
        });
        let background = log.clone();
        thread::spawn(move || {
            in_background();
            background.write(Level::Info, format_args!("first"));
        })
        .join()
        .unwrap();
        assert!(heard.lock().unwrap().is_empty());
        log.write(Level::Info, format_args!("second"));
        let here = thread::current().id();
        assert_eq!(*heard.lock().unwrap(), [("first".to_owned(), here), ("second".to_owned(), here)]);
    }
}

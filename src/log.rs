//! What the library tells its host: one line at a time, on the thread that is inside a call, nothing secret.

use std::fmt;
use std::sync::Arc;

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
pub struct Log(Option<Arc<Sink>>);

impl Log {
    /// Sends every line to `sink`, which is called on the thread that is inside a call of the library.
    pub fn to(sink: impl Fn(Level, &str) + Send + Sync + 'static) -> Log {
        Log(Some(Arc::new(sink)))
    }

    pub(crate) fn write(&self, level: Level, line: fmt::Arguments<'_>) {
        if let Some(sink) = &self.0 {
            sink(level, &line.to_string());
        }
    }
}

impl fmt::Debug for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Log(set)" } else { "Log(none)" })
    }
}

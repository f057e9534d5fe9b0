//! A call in the background, for windows that must not freeze.
//!
//! The host starts it, looks whether it is done, may give it up, and takes its end once. Nothing here ever waits unless
//! it is asked to.

#[cfg(unix)]
use std::io::{self, PipeReader, PipeWriter, Write};
use std::mem;
use std::ops::ControlFlow;
use std::panic::{self, AssertUnwindSafe};
use std::process;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, TryLockError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::answer::Invoice;
use crate::cancel::Cancel;
use crate::client::Client;
use crate::descriptor;
use crate::invoice::InvoiceRequest;
use crate::log::{self, Log};
use crate::outcome::{Advice, Code, Error, Sent};
use crate::system;
use crate::thread;

/// How a task's call ended.
pub type End = Result<Invoice, Error>;

/// A call under way on a thread of its own. Dropping it gives the call up and waits for nothing.
pub struct Task {
    shared: Arc<Shared>,
    cancel: Cancel,
    /// Handed on when the end is taken: what the call had to say waits for a thread of the host.
    log: Log,
    /// Tasks belong to the process that started them: a forked child has not their threads.
    process: u32,
    /// A thread's handle is signalled when the thread ends. It is only waited for, never joined.
    #[cfg(windows)]
    thread: Option<JoinHandle<()>>,
}

struct Shared {
    stage: Mutex<Stage>,
    finished: Condvar,
    /// Readable once the task is done; none when the system had no descriptors. Both ends live as long as the task or
    /// its thread: writing to a pipe that nobody reads would end the host's process with SIGPIPE.
    #[cfg(unix)]
    signal: Option<(PipeReader, PipeWriter)>,
}

enum Stage {
    Running,
    Done(Box<End>),
    Taken,
}

impl Task {
    /// `Client::invoice_init` in the background.
    pub fn invoice_init(client: Arc<Client>, request: InvoiceRequest) -> Task {
        Task::start(client.log().clone(), move |cancel| client.init(&request, cancel))
    }

    /// `Client::invoice_wait` in the background.
    pub fn invoice_wait(client: Arc<Client>, invoice_id: i64, timeout_ms: i64) -> Task {
        Task::start(client.log().clone(), move |cancel| {
            client.wait(invoice_id, timeout_ms, &mut |_| ControlFlow::Continue(()), cancel)
        })
    }

    /// A task that is done from the start, because its call could not begin.
    pub(crate) fn failed(error: Error) -> Task {
        // Where the thread is the signal, there is a thread.
        if cfg!(windows) { Task::start(Log::default(), |_| Err(error)) } else { Task::ended(error) }
    }

    fn ended(error: Error) -> Task {
        let task = Task::idle(Log::default());
        task.shared.finish(Err(error));
        task
    }

    fn idle(log: Log) -> Task {
        descriptor::occupy_standard();
        let shared = Shared {
            stage: Mutex::new(Stage::Running),
            finished: Condvar::new(),
            #[cfg(unix)]
            signal: io::pipe().ok(),
        };
        Task {
            shared: Arc::new(shared),
            cancel: Cancel::new(),
            log,
            process: process::id(),
            #[cfg(windows)]
            thread: None,
        }
    }

    fn start(log: Log, call: impl FnOnce(&Cancel) -> End + Send + 'static) -> Task {
        let mut task = Task::idle(log);
        let (shared, cancel) = (task.shared.clone(), task.cancel.clone());
        let work = move || {
            log::in_background();
            let end = panic::catch_unwind(AssertUnwindSafe(|| call(&cancel)));
            shared.finish(end.unwrap_or_else(|_| Err(Error::internal())));
        };
        match thread::own("fp-task").spawn(work) {
            Ok(thread) => {
                task.keep(thread);
                task
            }
            Err(error) => Task::ended(Error::new(
                Code::Internal,
                Sent::No,
                Advice::Retry,
                format!("the system gives no thread ({}); nothing was sent", system::words(&error)),
            )),
        }
    }

    /// Whether the call has ended. Never blocks.
    pub fn is_done(&self) -> bool {
        self.is_inherited() || !matches!(*self.shared.stage(), Stage::Running)
    }

    /// Waits until the call has ended, `timeout` at most; answers whether it has.
    pub fn join(&self, timeout: Duration) -> bool {
        if self.is_inherited() {
            return true;
        }
        let end = Instant::now() + timeout;
        let mut stage = self.shared.stage();
        while matches!(*stage, Stage::Running) {
            let left = end.saturating_duration_since(Instant::now());
            if left == Duration::ZERO {
                return false;
            }
            stage = self.shared.finished.wait_timeout(stage, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        true
    }

    /// Gives the call up, from any thread. It ends at once with `Cancelled`, unless it had ended already.
    pub fn cancel(&self) {
        if !self.is_inherited() {
            self.cancel.ask();
        }
    }

    /// The call's end, once; none before it has ended and after it was taken.
    pub fn take(&self) -> Option<End> {
        self.log.flush();
        let inherited = self.is_inherited();
        let mut stage = match inherited {
            false => self.shared.stage(),
            true => match self.shared.stage_after_fork() {
                Some(stage) => stage,
                None => return Some(Err(not_this_process())),
            },
        };
        match mem::replace(&mut *stage, Stage::Taken) {
            Stage::Done(end) => Some(*end),
            Stage::Running if inherited => Some(Err(not_this_process())),
            before => {
                *stage = before;
                None
            }
        }
    }

    /// What becomes readable when the task is done, for poll, epoll and event loops; it must only be looked at.
    #[cfg(unix)]
    pub fn signal(&self) -> Option<&PipeReader> {
        if self.is_inherited() { None } else { self.shared.signal.as_ref().map(|(reader, _)| reader) }
    }

    /// What is signalled a moment after the task is done, for WaitForMultipleObjects and message loops.
    #[cfg(windows)]
    pub fn signal(&self) -> Option<&JoinHandle<()>> {
        self.thread.as_ref()
    }

    #[cfg(windows)]
    fn keep(&mut self, thread: JoinHandle<()>) {
        self.thread = Some(thread);
    }

    #[cfg(not(windows))]
    fn keep(&mut self, thread: JoinHandle<()>) {
        drop(thread);
    }

    fn is_inherited(&self) -> bool {
        self.process != process::id()
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        if self.is_inherited() {
            // A child that has closed whatever it inherited has files of its own where the signal's descriptors were.
            mem::forget(self.shared.clone());
        }
        self.cancel();
    }
}

fn not_this_process() -> Error {
    Error::new(
        Code::Cancelled,
        Sent::Maybe,
        Advice::AskStatus,
        "the task belongs to the process that started it, and this one was forked from that",
    )
}

impl Shared {
    fn stage(&self) -> MutexGuard<'_, Stage> {
        self.stage.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The stage in a forked child; none when a thread that the child does not have held it at the fork.
    fn stage_after_fork(&self) -> Option<MutexGuard<'_, Stage>> {
        match self.stage.try_lock() {
            Ok(stage) => Some(stage),
            Err(TryLockError::Poisoned(stage)) => Some(stage.into_inner()),
            Err(TryLockError::WouldBlock) => None,
        }
    }

    fn finish(&self, end: End) {
        let mut stage = self.stage();
        #[cfg(unix)]
        if let Some((_, writer)) = &self.signal {
            // Nobody takes the byte out, so it stays readable. Who sees the task done sees it readable, too.
            let _ = (&*writer).write_all(&[1]);
        }
        *stage = Stage::Done(Box::new(end));
        self.finished.notify_all();
    }
}

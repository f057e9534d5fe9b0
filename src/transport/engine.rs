//! reqwest and the runtime that drives it on the calling thread; no thread of its own.
//!
//! A call takes an engine out, so a client's threads never wait for each other, and puts it back with its
//! kept-alive connection.

use std::process;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use tokio::runtime::{Builder, Handle, Runtime};

use crate::descriptor;
use crate::system;
use crate::thread;

/// A connection that has been idle for longer is not trusted with a new request: a gateway that closes it at that
/// very moment would make the outcome unknown for nothing.
pub(super) const MAX_IDLE: Duration = Duration::from_secs(15);

/// For so long an engine is kept for the thread that used it, which is making one call after the other. Behind that the
/// freshest connection is the better one: no gateway is about to close it, and those that are not needed age and go.
const OWN_FOR: Duration = Duration::from_millis(100);

/// A runtime and the connections that live on it. Used by one thread at a time.
pub(super) struct Engine {
    pub runtime: Runtime,
    pub client: reqwest::Client,
    process: u32,
    used: Use,
}

/// When an engine was used last, and where. A machine that sleeps lets the one clock stand still, and the other may be set.
struct Use {
    instant: Instant,
    time: SystemTime,
    thread: Thread,
}

impl Use {
    fn now() -> Use {
        Use { instant: Instant::now(), time: SystemTime::now(), thread: Thread::current() }
    }

    fn is_fresh(&self) -> bool {
        self.instant.elapsed() < MAX_IDLE && self.time.elapsed().is_ok_and(|idle| idle < MAX_IDLE)
    }

    fn is_own(&self, thread: Thread) -> bool {
        self.thread == thread && self.instant.elapsed() < OWN_FOR
    }
}

impl Engine {
    /// An engine whose client `build` makes inside the engine's runtime.
    ///
    /// The error is a phrase: the system gives no descriptors or no memory.
    pub fn new(build: impl FnOnce() -> reqwest::Result<reqwest::Client>) -> Result<Engine, String> {
        descriptor::occupy_standard();
        let runtime = Builder::new_current_thread()
            .enable_io()
            .enable_time()
            .build()
            .map_err(|error| system::words(&error))?;
        let client = {
            let _inside = runtime.enter();
            build().map_err(|error| error.to_string())?
        };
        Ok(Engine { runtime, client, process: process::id(), used: Use::now() })
    }
}

/// Does `work` where a runtime can be driven: on this thread, or on one of its own while the caller waits. There is no other
/// way when this thread is ending (a host that calls from `atexit` or from the destructor of a thread's data), because the
/// runtime's own data on it is gone by then, and when a host written in Rust drives a runtime on it.
///
/// The error is a phrase: there is no thread for it.
pub(super) fn where_it_can_be_driven<T: Send>(work: impl FnOnce() -> T + Send) -> Result<T, String> {
    match Handle::try_current() {
        Err(error) if error.is_missing_context() => return Ok(work()),
        // Windows lets no thread begin before this one has ended.
        Err(_) if cfg!(windows) => return Err("the thread that makes the call is ending".to_owned()),
        _ => {}
    }
    std::thread::scope(|scope| {
        let thread = thread::own("fp-call").spawn_scoped(scope, work);
        let end =
            thread.map_err(|error| format!("the system gives no thread: {}", system::words(&error)))?.join();
        Ok(end.unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    })
}

thread_local! {
    static HERE: u8 = const { 0 };
}

/// Which thread it is, among those that are there: the address of what each has for itself.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Thread(usize);

impl Thread {
    fn current() -> Thread {
        Thread(HERE.with(|here| std::ptr::from_ref(here).addr()))
    }
}

/// The engines that no call uses now, the last used behind all others.
pub(super) struct Idle(Mutex<Vec<Engine>>);

impl Idle {
    pub fn new() -> Idle {
        Idle(Mutex::new(Vec::new()))
    }

    /// The engine that this thread used a moment ago, whose memory is still its own; else the freshest, if it is fresh.
    pub fn take(&self) -> Option<Engine> {
        let thread = Thread::current();
        let mut engines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let stale = stale(&mut engines);
        let own = engines.iter().rposition(|engine| engine.used.is_own(thread));
        let engine = match own {
            Some(place) => Some(engines.remove(place)),
            None => engines.pop(),
        };
        drop(engines);
        drop(stale);
        engine
    }

    /// Puts an engine back after a call, and lets go of those that have not been needed for long.
    pub fn put(&self, mut engine: Engine) {
        if engine.process != process::id() {
            // A host forked inside a call's callback: the engine is the parent's.
            std::mem::forget(engine);
            return;
        }
        engine.used = Use::now();
        let mut engines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let stale = stale(&mut engines);
        engines.push(engine);
        drop(engines);
        drop(stale);
    }
}

/// Takes out those that are not trusted any more, to be dropped where nobody waits for it.
fn stale(engines: &mut Vec<Engine>) -> Vec<Engine> {
    engines.extract_if(.., |engine| !engine.used.is_fresh()).collect()
}

#[cfg(test)]
mod tests {
    use super::super::tls;
    use super::*;

    fn engine() -> Engine {
        let tls = tls::client_config(None).unwrap();
        Engine::new(|| reqwest::Client::builder().tls_backend_preconfigured(tls).build()).unwrap()
    }

    /// Puts an engine away, `idle_ms` ago.
    fn put(idle: &Idle, idle_ms: u64) {
        idle.put(engine());
        idle.0.lock().unwrap().last_mut().unwrap().used.instant -= Duration::from_millis(idle_ms);
    }

    #[test]
    fn a_call_can_be_made_on_a_thread_that_drives_a_runtime_of_its_own() {
        let runtime = || Builder::new_current_thread().build().unwrap();
        let call = || runtime().block_on(async { 7 });
        assert_eq!(runtime().block_on(async { where_it_can_be_driven(call) }), Ok(7));
    }

    #[test]
    fn a_connection_that_was_idle_for_15_seconds_is_not_given_a_request() {
        for (idle_ms, is_fresh) in [(0, true), (14_000, true), (15_000, false), (60_000, false)] {
            let idle = Idle::new();
            put(&idle, idle_ms);
            assert_eq!(idle.take().is_some(), is_fresh, "{idle_ms} ms");
            assert!(idle.0.lock().unwrap().is_empty(), "{idle_ms} ms");
        }
    }

    #[test]
    fn the_connection_that_was_used_last_is_used_next_and_those_not_needed_for_long_are_let_go() {
        let idle = Idle::new();
        for idle_ms in [16_000, 14_000, 1_000] {
            put(&idle, idle_ms);
        }
        assert_eq!(idle.0.lock().unwrap().len(), 2);
        let idle_for = || idle.take().map(|engine| engine.used.instant.elapsed().as_secs());
        assert_eq!([idle_for(), idle_for(), idle_for()], [Some(1), Some(14), None]);
    }

    #[test]
    fn a_thread_that_calls_again_at_once_is_given_its_own_connection_and_else_the_freshest() {
        let taken = |idle: &Idle| idle.take().unwrap().runtime.handle().id();
        let now = Instant::now();
        // A moment that is still to come: it is used "just now", however slow this machine is.
        for (used, is_own) in
            [(now + Duration::from_secs(60), true), (now - Duration::from_millis(100), false)]
        {
            let idle = Idle::new();
            put(&idle, 0);
            let own = idle.0.lock().unwrap()[0].runtime.handle().id();
            std::thread::scope(|scope| scope.spawn(|| idle.put(engine())).join().unwrap());
            idle.0.lock().unwrap()[0].used.instant = used;
            assert_eq!(taken(&idle) == own, is_own);
        }
    }

    #[test]
    fn a_connection_is_not_trusted_after_the_machine_has_slept_or_the_clock_was_set() {
        let now = SystemTime::now();
        let hour = Duration::from_secs(3600);
        for (time, is_fresh) in [(now, true), (now - hour, false), (now + hour, false)] {
            let idle = Idle::new();
            idle.put(engine());
            idle.0.lock().unwrap()[0].used.time = time;
            assert_eq!(idle.take().is_some(), is_fresh);
            assert!(idle.0.lock().unwrap().is_empty(), "and one that is not is let go");
        }
    }
}

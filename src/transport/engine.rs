//! reqwest and the runtime that drives it on the calling thread; no thread of its own.
//!
//! A call takes an engine out, so a client's threads never wait for each other, and puts it back with its
//! kept-alive connection.

use std::process;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::runtime::{Builder, Runtime};

/// A connection that has been idle for longer is not trusted with a new request: a gateway that closes it at that
/// very moment would make the outcome unknown for nothing.
pub(super) const MAX_IDLE: Duration = Duration::from_secs(15);

/// A runtime and the connections that live on it. Used by one thread at a time.
pub(super) struct Engine {
    pub runtime: Runtime,
    pub client: reqwest::Client,
    process: u32,
    used: Instant,
}

impl Engine {
    /// An engine whose client `build` makes inside the engine's runtime.
    ///
    /// The error is a phrase: the system gives no descriptors or no memory.
    pub fn new(build: impl FnOnce() -> reqwest::Result<reqwest::Client>) -> Result<Engine, String> {
        let runtime = Builder::new_current_thread()
            .enable_io()
            .enable_time()
            .build()
            .map_err(|error| error.to_string())?;
        let client = {
            let _inside = runtime.enter();
            build().map_err(|error| error.to_string())?
        };
        Ok(Engine { runtime, client, process: process::id(), used: Instant::now() })
    }
}

/// The engines that no call uses now, the last used on top.
pub(super) struct Idle(Mutex<Vec<Engine>>);

impl Idle {
    pub fn new() -> Idle {
        Idle(Mutex::new(Vec::new()))
    }

    /// The engine that was used last, if it is fresh.
    pub fn take(&self) -> Option<Engine> {
        let mut engines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let engine = engines.pop().filter(|engine| engine.used.elapsed() < MAX_IDLE);
        let stale = if engine.is_none() { std::mem::take(&mut *engines) } else { Vec::new() };
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
        engine.used = Instant::now();
        let mut engines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let stale = engines.iter().take_while(|engine| engine.used.elapsed() >= MAX_IDLE).count();
        let stale: Vec<Engine> = engines.drain(..stale).collect();
        engines.push(engine);
        drop(engines);
        drop(stale);
    }
}

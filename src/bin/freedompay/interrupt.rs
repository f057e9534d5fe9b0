//! Ctrl-C: what is under way is given up, and the command says how far it came.

use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Instant;

use freedompay::Cancel;

use crate::exit::Exit;

/// Whether the person has asked to end.
#[derive(Clone)]
pub struct Interrupt {
    pub cancel: Cancel,
    asked: Arc<(Mutex<bool>, Condvar)>,
}

impl Interrupt {
    /// From here on Ctrl-C, and SIGTERM where there is one, does not end the process but gives up what it does.
    pub fn listen() -> io::Result<Interrupt> {
        let interrupt = Interrupt { cancel: Cancel::new(), asked: Arc::default() };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let mut signals = runtime.block_on(async { Signals::new() })?;
        let told = interrupt.clone();
        thread::Builder::new().name("interrupt".to_owned()).spawn(move || {
            runtime.block_on(async {
                signals.next().await;
                told.ask();
                signals.next().await;
                // Who asks twice does not want to hear how far it came.
                std::process::exit(i32::from(Exit::Unknown.number()));
            });
        })?;
        Ok(interrupt)
    }

    pub fn ask(&self) {
        *self.lock() = true;
        self.asked.1.notify_all();
        self.cancel.ask();
    }

    pub fn is_asked(&self) -> bool {
        *self.lock()
    }

    /// Whether it was slept to the end: not where the person has asked.
    pub fn sleep_until(&self, end: Instant) -> bool {
        let left = end.saturating_duration_since(Instant::now());
        let slept = self.asked.1.wait_timeout_while(self.lock(), left, |asked| !*asked);
        !*slept.unwrap_or_else(PoisonError::into_inner).0
    }

    fn lock(&self) -> MutexGuard<'_, bool> {
        self.asked.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// From here on Ctrl-C and the end of the terminal's session do nothing, as long as this is kept.
#[cfg(unix)]
pub fn leave_to_the_caller() -> Option<impl Sized> {
    use tokio::signal::unix::{SignalKind, signal};
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().ok()?;
    let signals = runtime.block_on(async {
        Some([signal(SignalKind::interrupt()).ok()?, signal(SignalKind::hangup()).ok()?])
    })?;
    Some((signals, runtime))
}

/// From here on Ctrl-C does nothing, as long as this is kept.
#[cfg(windows)]
pub fn leave_to_the_caller() -> Option<impl Sized> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().ok()?;
    let signals = runtime.block_on(async { tokio::signal::windows::ctrl_c() }).ok()?;
    Some((signals, runtime))
}

/// What asks a program to end: Ctrl-C, and SIGTERM where there is one.
#[cfg(unix)]
pub struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    /// From here on they no longer end the process. Has to be called inside a runtime.
    pub fn new() -> io::Result<Signals> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Signals {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    /// Ends with the next one.
    pub async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

/// What asks a program to end: Ctrl-C.
#[cfg(windows)]
pub struct Signals(tokio::signal::windows::CtrlC);

#[cfg(windows)]
impl Signals {
    /// From here on they no longer end the process. Has to be called inside a runtime.
    pub fn new() -> io::Result<Signals> {
        Ok(Signals(tokio::signal::windows::ctrl_c()?))
    }

    /// Ends with the next one.
    pub async fn next(&mut self) {
        self.0.recv().await;
    }
}

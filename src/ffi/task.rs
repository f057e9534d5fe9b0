//! `fp_task`: a call in the background.

use std::ptr;
use std::sync::Arc;
use std::time::Duration;

use super::client::shared;
use super::result::Asked;
use super::speech::{Speech, speech};
use super::{FP_ERR_ARGUMENT, FP_ERR_INTERNAL, FP_ERR_TIMEOUT, FP_OK, Handle};
use super::{borrow, fp_client, fp_invoice_request, fp_result, guard, guard_or, take_back};
use crate::log::Log;
use crate::money::Amount;
use crate::outcome::Error;
use crate::task::{End, Task};

/// A call under way on a thread of its own, for user interfaces that must not block. Every function may be called from
/// any thread, fp_task_free from one, last.
pub struct fp_task {
    task: Task,
    asked: Remembered,
    speech: Speech,
    log: Log,
}

impl Handle for fp_task {}

impl fp_task {
    unsafe fn of(task: Task, asked: Remembered, client: *const fp_client) -> fp_task {
        let log = unsafe { borrow(client) }.map_or(Log::default(), |client| client.log().clone());
        fp_task { task, asked, speech: unsafe { speech(client) }, log }
    }

    fn result(&self, end: End) -> fp_result {
        let result = fp_result::of(end, self.asked.asked(), self.speech);
        self.speech.warn(&self.log, result.missing());
        result
    }
}

/// What a task's call is about, kept until its result is taken.
#[derive(Default)]
struct Remembered {
    order_id: Option<String>,
    invoice_id: i64,
    amount: Option<Amount>,
    currency: Option<String>,
}

impl Remembered {
    fn of(asked: Asked<'_>) -> Remembered {
        Remembered {
            order_id: asked.order_id.map(str::to_owned),
            invoice_id: asked.invoice_id,
            amount: asked.amount.cloned(),
            currency: asked.currency.map(str::to_owned),
        }
    }

    fn asked(&self) -> Asked<'_> {
        Asked {
            order_id: self.order_id.as_deref(),
            invoice_id: self.invoice_id,
            amount: self.amount.as_ref(),
            currency: self.currency.as_deref(),
            ..Asked::default()
        }
    }
}

/// fp_invoice_init in the background. client and request are the caller's and may be freed at once. Never NULL; free it
/// with fp_task_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_task_invoice_init(
    client: *const fp_client,
    request: *const fp_invoice_request,
) -> *mut fp_task {
    let start = || {
        let (handle, speech) = unsafe { (borrow(request), speech(client)) };
        let order_id = handle.and_then(|request| request.order_id(speech));
        let asked = handle.map(|request| Remembered::of(request.asked(order_id.as_deref())));
        let begin = || {
            let request = handle.ok_or_else(|| Error::argument("request is NULL"))?;
            Ok(Task::invoice_init(unsafe { shared(client) }?, request.complete(speech)?))
        };
        let task = begin().unwrap_or_else(Task::failed);
        unsafe { fp_task::of(task, asked.unwrap_or_default(), client) }.give()
    };
    guard_or(ptr::null_mut, start)
}

/// fp_invoice_wait in the background, without a progress function. Never NULL; free it with fp_task_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_task_invoice_wait(
    client: *const fp_client,
    invoice_id: i64,
    timeout_ms: i64,
) -> *mut fp_task {
    let start = || {
        let begin = |client: Arc<_>| Task::invoice_wait(client, invoice_id, timeout_ms);
        let task = unsafe { shared(client) }.map_or_else(Task::failed, begin);
        let asked = Remembered { invoice_id, ..Remembered::default() };
        unsafe { fp_task::of(task, asked, client) }.give()
    };
    guard_or(ptr::null_mut, start)
}

/// 1 when the call has ended, else 0. Never blocks. 1 for a NULL task: there is nothing to wait for.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_task_done(task: *const fp_task) -> i32 {
    guard(1, || unsafe { borrow(task) }.map_or(1, |handle| i32::from(handle.task.is_done())))
}

/// Waits until the call has ended, timeout_ms at most (0: only looks): FP_OK when it has, FP_ERR_TIMEOUT when it has
/// not, FP_ERR_ARGUMENT for a NULL task or a negative time.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_task_join(task: *const fp_task, timeout_ms: i64) -> i32 {
    /// A day, as for every other time.
    const LONGEST_MS: u64 = 86_400_000;
    guard_or(
        || FP_ERR_INTERNAL,
        || match (unsafe { borrow(task) }, u64::try_from(timeout_ms)) {
            (Some(handle), Ok(ms)) => {
                if handle.task.join(Duration::from_millis(ms.min(LONGEST_MS))) {
                    FP_OK
                } else {
                    FP_ERR_TIMEOUT
                }
            }
            _ => FP_ERR_ARGUMENT,
        },
    )
}

/// Gives the call up, from any thread: it ends within 100 ms, with FP_ERR_CANCELLED unless it had ended already. Of an
/// init, fp_result_sent says whether it may have arrived; a journal keeps it as unknown then.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_task_cancel(task: *mut fp_task) {
    guard((), || {
        if let Some(handle) = unsafe { borrow(task) } {
            handle.task.cancel();
        }
    });
}

/// The call's result, once; NULL before it has ended and after it was taken. Free it with fp_result_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_task_take(task: *mut fp_task) -> *mut fp_result {
    guard_or(ptr::null_mut, || {
        let Some(handle) = (unsafe { borrow(task) }) else { return ptr::null_mut() };
        handle.task.take().map_or(ptr::null_mut(), |end| handle.result(end).give())
    })
}

/// What an event loop watches: a descriptor that becomes readable when the call has ended, for poll and epoll; on Windows
/// a handle that is signalled then, for WaitForMultipleObjects and message loops. It belongs to the task: do not read from
/// it and do not close it. -1 when the system had none to give.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_task_fd(task: *const fp_task) -> i32 {
    guard(-1, || unsafe { borrow(task) }.map_or(-1, |handle| descriptor(&handle.task)))
}

#[cfg(unix)]
fn descriptor(task: &Task) -> i32 {
    use std::os::fd::AsRawFd;
    task.signal().map_or(-1, AsRawFd::as_raw_fd)
}

#[cfg(windows)]
fn descriptor(task: &Task) -> i32 {
    use std::os::windows::io::AsRawHandle;
    // Windows promises that handles fit in 32 bits, also in programs of 64.
    task.signal().map_or(-1, |thread| thread.as_raw_handle() as isize as i32)
}

/// Frees a task; a call that has not ended is given up. Never waits. NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_task_free(task: *mut fp_task) {
    unsafe { take_back(task) }
}

//! `fp_client`: a merchant's way to the gateway.

use std::sync::Arc;

use super::result::{Asked, answer};
use super::speech::Speech;
use super::{Handle, borrow, fp_config, fp_result, guard_or, stay, take_back};
use crate::client::Client;
use crate::log::Log;
use crate::outcome::Error;

/// A merchant's client. Many threads may use it at once, and after a fork the child as well as the parent. It starts
/// no thread until a host name has to be looked up, and connects at the first call.
pub struct fp_client {
    client: Result<Arc<Client>, Error>,
    speech: Speech,
    log: Log,
}

impl Handle for fp_client {}

impl fp_client {
    #[cfg(any(test, feature = "fuzzing"))]
    pub(crate) fn of(client: Client) -> fp_client {
        fp_client { client: Ok(Arc::new(client)), speech: Speech::default(), log: Log::default() }
    }

    /// How its host speaks; known also of a client that cannot be used.
    pub(super) fn speech(&self) -> Speech {
        self.speech
    }

    fn broken(error: Error) -> fp_client {
        fp_client { client: Err(error), speech: Speech::default(), log: Log::default() }
    }

    pub(super) fn log(&self) -> &Log {
        &self.log
    }
}

/// The client behind a handle, or why there is none.
pub(super) unsafe fn ready<'a>(client: *const fp_client) -> Result<&'a Client, Error> {
    unsafe { behind(client) }.map(Arc::as_ref)
}

/// The client behind a handle, kept alive for as long as the answer is.
pub(super) unsafe fn shared(client: *const fp_client) -> Result<Arc<Client>, Error> {
    unsafe { behind(client) }.cloned()
}

unsafe fn behind<'a>(client: *const fp_client) -> Result<&'a Arc<Client>, Error> {
    match unsafe { borrow(client) } {
        Some(handle) => handle.client.as_ref().map_err(Clone::clone),
        None => Err(Error::argument("client is NULL")),
    }
}

/// A client with a copy of the configuration. Never NULL: what is wrong with the configuration is the answer of every
/// call. Free it with fp_client_free.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_client_new(config: *const fp_config) -> *mut fp_client {
    let make = || match unsafe { borrow(config) } {
        Some(handle) => {
            let log = handle.log();
            let client = handle.complete(&log).and_then(|config| Client::new(&config)).map(Arc::new);
            fp_client { client, speech: handle.speech(), log }
        }
        None => fp_client::broken(Error::argument("config is NULL")),
    };
    stay::for_good();
    guard_or(|| fp_client::broken(Error::internal()), make).give()
}

/// Frees a client; no call may be inside of it. Results that it gave stay valid. NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_client_free(client: *mut fp_client) {
    unsafe { take_back(client) }
}

/// Whether the client can be used: FP_OK, FP_ERR_CONFIG when something is missing or the CA file cannot be read,
/// FP_ERR_ARGUMENT when a setter had refused a value, FP_ERR_JOURNAL when the journal cannot be used. Sends nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_client_check(client: *const fp_client) -> *mut fp_result {
    unsafe { answer(client, Asked::default(), || ready(client)?.check()) }
}

//! `fp_config`: what a merchant sets once.

use std::ffi::CString;
use std::ptr;

use libc::{c_char, c_void};

use super::{
    FP_BODY_AUTO, FP_BODY_JSON, FP_BODY_MULTIPART, FP_ERR_ARGUMENT, FP_ERR_INTERNAL, FP_JWS_PATH, FP_JWS_URI,
};
use super::{Handle, borrow_mut, guard, remember, take_back, text};
use crate::config::{BodyFormat, Config, JwsClaim};
use crate::log::{Level, Log};
use crate::outcome::Error;

/// A merchant's settings, copied by fp_client_new. One thread at a time.
///
/// Each setter answers FP_OK, or FP_ERR_ARGUMENT when the value is refused or a pointer is NULL. The configuration
/// remembers its first refusal, and every call of a client made from it reports that and sends nothing.
pub struct fp_config {
    pub(super) config: Config,
    pub(super) refused: Option<Error>,
}

impl Handle for fp_config {}

/// Sets one value of a configuration.
unsafe fn set(config: *mut fp_config, apply: impl FnOnce(&mut Config) -> Result<(), Error>) -> i32 {
    guard(FP_ERR_INTERNAL, || match unsafe { borrow_mut(config) } {
        Some(handle) => remember(&mut handle.refused, apply(&mut handle.config)),
        None => FP_ERR_ARGUMENT,
    })
}

/// A configuration with every default: https://api.freedompay.uz, 10 s to connect, 30 s for a whole call, a poll each
/// second, no proxy, no journal, no log. The environment is not read. Never NULL; free it with fp_config_free.
#[unsafe(no_mangle)]
pub extern "C" fn fp_config_new() -> *mut fp_config {
    guard(ptr::null_mut(), || fp_config { config: Config::new(), refused: None }.give())
}

/// Frees a configuration; clients made from it go on. NULL is fine.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_config_free(config: *mut fp_config) {
    unsafe { take_back(config) }
}

/// The merchant's id, a positive number, issued upon connection. Required.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_config_set_merchant_id(config: *mut fp_config, merchant_id: i64) -> i32 {
    unsafe { set(config, |config| config.set_merchant_id(merchant_id)) }
}

/// The key that requests are signed with (X-JWS-Signature). Without one they go unsigned. It is zeroed when the last
/// handle that holds it is freed, and stands in no message and no log line.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_config_set_secret_key(config: *mut fp_config, key: *const c_char) -> i32 {
    unsafe { set(config, |config| config.set_secret_key(text("secret_key", key)?)) }
}

/// The key that payouts are signed with; the gateway gives it out apart from the other. Kept as the secret key is.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_config_set_payout_key(config: *mut fp_config, key: *const c_char) -> i32 {
    unsafe { set(config, |config| config.set_payout_key(text("payout_key", key)?)) }
}

/// A field beginning with pg_ that callbacks may have besides those that the protocol names. pg_sig covers no names: each
/// one that is allowed is one more that a forger can give to a value, so allow only what the gateway is known to send.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_config_allow_callback_field(config: *mut fp_config, name: *const c_char) -> i32 {
    unsafe { set(config, |config| config.allow_callback_field(text("name", name)?)) }
}

/// Where the gateway is: https://api.freedompay.uz (the default), .kz or .kg. https, or http to a loopback address;
/// no user name, no query, no fragment.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_config_set_base_url(config: *mut fp_config, url: *const c_char) -> i32 {
    unsafe { set(config, |config| config.set_base_url(text("base_url", url)?)) }
}

/// How request fields are written: an FP_BODY_ number. FP_BODY_AUTO is the default.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_config_set_body_format(config: *mut fp_config, format: i32) -> i32 {
    let read = || match format {
        FP_BODY_AUTO => Ok(BodyFormat::Auto),
        FP_BODY_MULTIPART => Ok(BodyFormat::Multipart),
        FP_BODY_JSON => Ok(BodyFormat::Json),
        _ => Err(Error::argument(format!("body_format {format} is not an FP_BODY_ number"))),
    };
    unsafe { set(config, |config| read().map(|format| config.set_body_format(format))) }
}

/// Which form the header of the signature takes: an FP_JWS_ number. FP_JWS_URI is the default.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_config_set_jws_claim(config: *mut fp_config, claim: i32) -> i32 {
    let read = || match claim {
        FP_JWS_URI => Ok(JwsClaim::Uri),
        FP_JWS_PATH => Ok(JwsClaim::Path),
        _ => Err(Error::argument(format!("jws_claim {claim} is not an FP_JWS_ number"))),
    };
    unsafe { set(config, |config| read().map(|claim| config.set_jws_claim(claim))) }
}

/// How long finding the gateway, connecting and the TLS handshake may take, in milliseconds from 1 to 86400000.
/// 10000 by default.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_config_set_connect_timeout_ms(config: *mut fp_config, ms: i64) -> i32 {
    unsafe { set(config, |config| config.set_connect_timeout_ms(ms)) }
}

/// How long a whole call may take, repetitions included, in milliseconds from 1 to 86400000. 30000 by default.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_config_set_timeout_ms(config: *mut fp_config, ms: i64) -> i32 {
    unsafe { set(config, |config| config.set_timeout_ms(ms)) }
}

/// The time between two polls of fp_invoice_wait, in milliseconds from 1 to 86400000. 1000 by default.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_config_set_poll_interval_ms(config: *mut fp_config, ms: i64) -> i32 {
    unsafe { set(config, |config| config.set_poll_interval_ms(ms)) }
}

/// An HTTP proxy, such as http://user:password@10.0.0.1:3128. None unless set; the environment is not read.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_config_set_proxy(config: *mut fp_config, url: *const c_char) -> i32 {
    unsafe { set(config, |config| config.set_proxy(text("proxy", url)?)) }
}

/// The path of a PEM file with certificates that are trusted besides the built-in roots. It is read by fp_client_new;
/// one that cannot be read makes every call answer FP_ERR_CONFIG.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_config_set_ca_file(config: *mut fp_config, path: *const c_char) -> i32 {
    unsafe { set(config, |config| config.set_ca_file(text("ca_file", path)?.as_ref())) }
}

/// The name and version of the calling program, sent as a part of User-Agent: words of Latin letters, digits, '.', '-'
/// and '_'.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_config_set_app_info(
    config: *mut fp_config,
    name: *const c_char,
    version: *const c_char,
) -> i32 {
    unsafe {
        set(config, |config| config.set_app_info(text("app name", name)?, text("app version", version)?))
    }
}

/// The path of the journal, a file that keeps every sale over a power cut: each is written and synced before its init
/// is sent, its outcome after. Several processes may name the same file. None unless set. It is opened by the first call
/// that needs it: an init whose sale cannot be written answers FP_ERR_JOURNAL and sends nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_config_set_journal(config: *mut fp_config, path: *const c_char) -> i32 {
    super::fork::watch();
    unsafe { set(config, |config| config.set_journal(text("journal", path)?.as_ref())) }
}

/// Takes one line of the log: the level is an FP_LOG_ number, the message is valid during the call only.
pub type fp_log_fn = Option<unsafe extern "C" fn(userdata: *mut c_void, level: i32, message: *const c_char)>;

/// Where log lines go; NULL: nowhere, the default. The function runs on the thread that is inside a call of the
/// library, on several at once when several threads use the client. It must return normally: no exception, no longjmp and
/// no pthread_exit through the library. It and userdata must live until the last client and the last task that came from
/// this configuration are freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_config_set_log(
    config: *mut fp_config,
    log: fp_log_fn,
    userdata: *mut c_void,
) -> i32 {
    let log = match log {
        Some(function) => {
            let host = HostLog { function, userdata };
            Log::to(move |level, line| host.write(level, line))
        }
        None => Log::default(),
    };
    unsafe {
        set(config, |config| {
            config.set_log(log);
            Ok(())
        })
    }
}

/// The host's function and what it wants to be given.
struct HostLog {
    function: unsafe extern "C" fn(userdata: *mut c_void, level: i32, message: *const c_char),
    userdata: *mut c_void,
}

// The header says that the function is called on any thread that uses the client; `userdata` is only handed on.
unsafe impl Send for HostLog {}
unsafe impl Sync for HostLog {}

impl HostLog {
    fn write(&self, level: Level, line: &str) {
        let line: Vec<u8> = line.bytes().filter(|&byte| byte != 0).collect();
        if let Ok(line) = CString::new(line) {
            unsafe { (self.function)(self.userdata, level as i32, line.as_ptr()) }
        }
    }
}

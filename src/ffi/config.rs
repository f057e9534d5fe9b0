//! `fp_config`: what a merchant sets once.

use std::ffi::CStr;
use std::ptr;

use libc::{c_char, c_void};
use zeroize::Zeroizing;

use super::speech::Speech;
use super::unread::{Apply, Unread};
use super::{
    FP_BODY_AUTO, FP_BODY_JSON, FP_BODY_MULTIPART, FP_ERR_ARGUMENT, FP_ERR_INTERNAL, FP_JWS_PATH, FP_JWS_URI,
    FP_OK,
};
use super::{Handle, borrow_mut, bytes, guard, plain, remember, take_back};
use crate::config::{BodyFormat, Config, JwsClaim};
use crate::log::{Level, Log};
use crate::outcome::Error;
use crate::text::{Language, TextEncoding};

/// A merchant's settings, copied by fp_client_new. One thread at a time.
///
/// Each setter answers FP_OK, or FP_ERR_ARGUMENT when the value is refused or a pointer is NULL. The configuration
/// remembers its first refusal, and every call of a client made from it reports that and sends nothing.
///
/// Texts are in the encoding of fp_config_set_text_encoding. fp_client_new reads those beyond ASCII, in the encoding that is
/// set then; the setter's answer is of the one that is set already. Set it first.
pub struct fp_config {
    config: Config,
    unread: Unread<Config>,
    speech: Speech,
    log: Option<HostLog>,
    refused: Option<Error>,
}

impl Handle for fp_config {}

impl fp_config {
    /// The configuration in the words of the core, or the first thing that is wrong with it.
    pub(super) fn complete(&self, log: &Log) -> Result<Config, Error> {
        if let Some(error) = &self.refused {
            return Err(error.clone());
        }
        let mut config = self.config.clone();
        self.unread.read_into(&mut config, self.speech)?;
        config.set_log(log.clone());
        Ok(config)
    }

    pub(super) fn speech(&self) -> Speech {
        self.speech
    }

    /// Where a client's log lines go, in the host's encoding.
    pub(super) fn log(&self) -> Log {
        let Some(host) = self.log else { return Log::default() };
        let speech = self.speech;
        Log::to(move |level, line| host.write(level, &speech.write(line, &mut Vec::new())))
    }

    /// Takes a text now when it is ASCII, else when the client is made. What is answered for the latter is not remembered: it is
    /// of an encoding that may be set anew.
    fn set_text(&mut self, field: &'static str, bytes: &[u8], apply: Apply<Config>) -> Result<(), Error> {
        if let (true, Ok(text)) = (bytes.is_ascii(), std::str::from_utf8(bytes)) {
            let result = apply(&mut self.config, text);
            remember(&mut self.refused, result.clone());
            if self.unread.has(field) {
                self.unread.keep(field, bytes, apply);
            }
            return result;
        }
        self.unread.keep(field, bytes, apply);
        apply(&mut self.config.clone(), &Zeroizing::new(self.speech.read(field, bytes)?.into_owned()))
    }
}

/// Sets one value of a configuration.
unsafe fn set(config: *mut fp_config, apply: impl FnOnce(&mut Config) -> Result<(), Error>) -> i32 {
    unsafe { choose(config, |handle| apply(&mut handle.config)) }
}

/// Sets what is this layer's own.
unsafe fn choose(config: *mut fp_config, apply: impl FnOnce(&mut fp_config) -> Result<(), Error>) -> i32 {
    guard(FP_ERR_INTERNAL, || match unsafe { borrow_mut(config) } {
        Some(handle) => {
            let result = apply(handle);
            remember(&mut handle.refused, result)
        }
        None => FP_ERR_ARGUMENT,
    })
}

/// Sets a text of a configuration.
unsafe fn set_text(
    config: *mut fp_config,
    field: &'static str,
    text: *const c_char,
    apply: Apply<Config>,
) -> i32 {
    guard(FP_ERR_INTERNAL, || match (unsafe { borrow_mut(config) }, unsafe { bytes(field, text) }) {
        (Some(handle), Ok(bytes)) => match handle.set_text(field, bytes, apply) {
            Ok(()) => FP_OK,
            Err(error) => error.code() as i32,
        },
        (Some(handle), Err(error)) => remember(&mut handle.refused, Err(error)),
        (None, _) => FP_ERR_ARGUMENT,
    })
}

/// A configuration with every default: https://api.freedompay.uz, 10 s to connect, 30 s for a whole call, a poll each
/// second, no proxy, no journal, no log, texts in UTF-8, sentences in English. The environment is not read. Never NULL; free
/// it with fp_config_free.
#[unsafe(no_mangle)]
pub extern "C" fn fp_config_new() -> *mut fp_config {
    guard(ptr::null_mut(), || {
        fp_config {
            config: Config::new(),
            unread: Unread::default(),
            speech: Speech::default(),
            log: None,
            refused: None,
        }
        .give()
    })
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
    unsafe { set_text(config, "secret_key", key, Config::set_secret_key) }
}

/// The key that payouts are signed with; the gateway gives it out apart from the other. Kept as the secret key is.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_config_set_payout_key(config: *mut fp_config, key: *const c_char) -> i32 {
    unsafe { set_text(config, "payout_key", key, Config::set_payout_key) }
}

/// A field beginning with pg_ that callbacks may have besides those that the protocol names. pg_sig covers no names: each
/// one that is allowed is one more that a forger can give to a value, so allow only what the gateway is known to send.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_config_allow_callback_field(config: *mut fp_config, name: *const c_char) -> i32 {
    unsafe { set_text(config, "name", name, Config::allow_callback_field) }
}

/// Where the gateway is: https://api.freedompay.uz (the default), .kz or .kg. https, or http to a loopback address;
/// no user name, no query, no fragment.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_config_set_base_url(config: *mut fp_config, url: *const c_char) -> i32 {
    unsafe { set_text(config, "base_url", url, Config::set_base_url) }
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
    unsafe { set_text(config, "proxy", url, Config::set_proxy) }
}

/// The encoding of the program's texts, in any case: "utf-8" (the default), "windows-1251" (also "cp1251"), "ibm866" (also
/// "cp866"), "koi8-r", "kz-1048" (also "rk1048"; the one with Kazakh and Kyrgyz letters), "mac-cyrillic". Every text that
/// is given to the library is read in it, and every text that comes back is written in it: fields of answers, messages, log
/// lines, file names as well. What is bytes stays as it is: fp_result_body, fp_qr_ and fp_callback_reply give what their lines
/// say, and fp_callback_parse takes what a web server has received.
///
/// A byte that is no text in it is FP_ERR_ARGUMENT with the argument's name and the byte's position, at the latest by the
/// call that uses it. A letter that it does not have comes back as the nearest that it has (include/README.md has the table),
/// and what has nothing near as its number, such as [U+8336]; the log says which those are.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_config_set_text_encoding(config: *mut fp_config, name: *const c_char) -> i32 {
    unsafe {
        choose(config, |handle| {
            handle.speech.encoding = TextEncoding::named(&plain("text_encoding", name)?)?;
            Ok(())
        })
    }
}

/// The language of the sentences that people read (fp_result_message and the other messages): "en", the default, or "ru".
/// Log lines are in English, and what the gateway says stays in its own words.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_config_set_language(config: *mut fp_config, language: *const c_char) -> i32 {
    unsafe {
        choose(config, |handle| {
            handle.speech.language = Language::named(&plain("language", language)?)?;
            Ok(())
        })
    }
}

/// The path of a PEM file with certificates that are trusted besides the built-in roots. It is read by fp_client_new;
/// one that cannot be read makes every call answer FP_ERR_CONFIG.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_config_set_ca_file(config: *mut fp_config, path: *const c_char) -> i32 {
    unsafe { set_text(config, "ca_file", path, |config, path| config.set_ca_file(path.as_ref())) }
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
        set(config, |config| config.set_app_info(&plain("app name", name)?, &plain("app version", version)?))
    }
}

/// The path of the journal, a file that keeps every sale over a power cut: each is written and synced before its init
/// is sent, its outcome after. Several processes of one machine may name the same file, which is on a disk of that
/// machine: on a network drive every call answers FP_ERR_JOURNAL. None unless set. It is opened by the first call that
/// needs it: an init whose sale cannot be written answers FP_ERR_JOURNAL and sends nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_config_set_journal(config: *mut fp_config, path: *const c_char) -> i32 {
    super::fork::watch();
    unsafe { set_text(config, "journal", path, |config, path| config.set_journal(path.as_ref())) }
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
    unsafe {
        choose(config, |handle| {
            handle.log = log.map(|function| HostLog { function, userdata });
            Ok(())
        })
    }
}

/// The host's function and what it wants to be given.
#[derive(Clone, Copy)]
struct HostLog {
    function: unsafe extern "C" fn(userdata: *mut c_void, level: i32, message: *const c_char),
    userdata: *mut c_void,
}

// The header says that the function is called on any thread that uses the client; `userdata` is only handed on.
unsafe impl Send for HostLog {}
unsafe impl Sync for HostLog {}

impl HostLog {
    fn write(&self, level: Level, line: &CStr) {
        unsafe { (self.function)(self.userdata, level as i32, line.as_ptr()) }
    }
}

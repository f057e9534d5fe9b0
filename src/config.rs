//! What a merchant sets once. Each setter checks its own field and says what is wrong with it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use url::{Host, Url};

use crate::address;
use crate::cancel::Cancel;
use crate::log::Log;
use crate::outcome::{Error, shown};
use crate::secret::Secret;
use crate::system;

/// How request fields are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BodyFormat {
    /// multipart/form-data without a secret key, JSON with one.
    #[default]
    Auto,
    /// multipart/form-data, as the Init page documents; with a key, the JSON object of the same fields is signed.
    Multipart,
    /// application/json, as the page on authorization documents.
    Json,
}

/// Which of the two published forms the header of the signature takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum JwsClaim {
    /// `uri` and the merchant id as text: what the documentation says and the official SDK sends.
    #[default]
    Uri,
    /// `path` and the merchant id as a number: what the documentation's sample token has.
    Path,
}

/// The name and version of the program that uses the library, for `User-Agent`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AppInfo {
    pub name: String,
    pub version: String,
}

/// A merchant's settings. Copied by `Client::new`.
///
/// Defaults: base URL `https://api.freedompay.uz`, 10 s to connect, 30 s for a whole call, a poll each second, no
/// proxy, no journal, no log. The environment is not read.
#[derive(Clone, Debug)]
pub struct Config {
    pub(crate) merchant_id: Option<i64>,
    pub(crate) secret_key: Option<Secret>,
    pub(crate) payout_key: Option<Secret>,
    pub(crate) base_url: Url,
    pub(crate) body_format: BodyFormat,
    pub(crate) jws_claim: JwsClaim,
    pub(crate) connect_timeout: Duration,
    pub(crate) timeout: Duration,
    pub(crate) poll_interval: Duration,
    pub(crate) proxy: Option<Secret>,
    pub(crate) ca_file: Option<PathBuf>,
    pub(crate) app_info: Option<AppInfo>,
    pub(crate) journal: Option<PathBuf>,
    pub(crate) callback_fields: Vec<String>,
    pub(crate) log: Log,
    pub(crate) cancel: Cancel,
}

impl Default for Config {
    fn default() -> Config {
        Config {
            merchant_id: None,
            secret_key: None,
            payout_key: None,
            base_url: Url::parse("https://api.freedompay.uz").expect("a URL of ours is a URL"),
            body_format: BodyFormat::Auto,
            jws_claim: JwsClaim::Uri,
            connect_timeout: Duration::from_secs(10),
            timeout: Duration::from_secs(30),
            poll_interval: Duration::from_secs(1),
            proxy: None,
            ca_file: None,
            app_info: None,
            journal: None,
            callback_fields: Vec::new(),
            log: Log::default(),
            cancel: Cancel::default(),
        }
    }
}

impl Config {
    /// A configuration with every default.
    pub fn new() -> Config {
        Config::default()
    }

    /// The merchant's id, a positive number, issued upon connection.
    pub fn set_merchant_id(&mut self, merchant_id: i64) -> Result<(), Error> {
        if merchant_id < 1 {
            return Err(Error::argument(format!("merchant_id {merchant_id} is not a positive number")));
        }
        self.merchant_id = Some(merchant_id);
        Ok(())
    }

    /// The key that requests are signed with. Never shown again.
    pub fn set_secret_key(&mut self, key: &str) -> Result<(), Error> {
        self.secret_key = Some(secret("secret_key", key)?);
        Ok(())
    }

    /// The key that payouts are signed with; the gateway gives it out apart from the other. Never shown again.
    pub fn set_payout_key(&mut self, key: &str) -> Result<(), Error> {
        self.payout_key = Some(secret("payout_key", key)?);
        Ok(())
    }

    /// Where the gateway is: `https://api.freedompay.kz`; `http` only to a loopback address.
    pub fn set_base_url(&mut self, url: &str) -> Result<(), Error> {
        self.base_url = gateway_url("base_url", url)?;
        Ok(())
    }

    /// How request fields are written.
    pub fn set_body_format(&mut self, format: BodyFormat) {
        self.body_format = format;
    }

    /// Which form the header of the signature takes.
    pub fn set_jws_claim(&mut self, claim: JwsClaim) {
        self.jws_claim = claim;
    }

    /// How long finding, connecting and the TLS handshake may take. Positive milliseconds.
    pub fn set_connect_timeout_ms(&mut self, ms: i64) -> Result<(), Error> {
        self.connect_timeout = duration("connect_timeout_ms", ms)?;
        Ok(())
    }

    /// How long a whole call may take, repetitions included. Positive milliseconds.
    pub fn set_timeout_ms(&mut self, ms: i64) -> Result<(), Error> {
        self.timeout = duration("timeout_ms", ms)?;
        Ok(())
    }

    /// The time between two polls of a wait. Positive milliseconds.
    pub fn set_poll_interval_ms(&mut self, ms: i64) -> Result<(), Error> {
        self.poll_interval = duration("poll_interval_ms", ms)?;
        Ok(())
    }

    /// An HTTP proxy, such as `http://user:password@10.0.0.1:3128`.
    pub fn set_proxy(&mut self, url: &str) -> Result<(), Error> {
        let wrong = || Error::argument("proxy is not a URL such as http://10.0.0.1:3128");
        let parsed = address::read(url).ok_or_else(wrong)?;
        if !address::is_web(&parsed) || parsed.host().is_none() || !address::is_written_out(url) {
            return Err(wrong());
        }
        self.proxy = Some(Secret::new(url));
        Ok(())
    }

    /// A PEM file with certificates that are trusted besides the built-in roots. Read by `Client::new`.
    pub fn set_ca_file(&mut self, path: &Path) -> Result<(), Error> {
        if path.as_os_str().is_empty() {
            return Err(Error::argument("ca_file is empty"));
        }
        self.ca_file = Some(path.to_owned());
        Ok(())
    }

    /// The name and version of the calling program, sent as a part of `User-Agent`.
    pub fn set_app_info(&mut self, name: &str, version: &str) -> Result<(), Error> {
        for (field, value) in [("app name", name), ("app version", version)] {
            if !is_product_token(value) {
                return Err(Error::argument(format!(
                    "{field} {} is not a word of Latin letters, digits, '.', '-' and '_', such as till or 4.2",
                    shown(value)
                )));
            }
        }
        self.app_info = Some(AppInfo { name: name.to_owned(), version: version.to_owned() });
        Ok(())
    }

    /// The file that keeps every sale over a power cut. Several processes of one machine may name the same one.
    pub fn set_journal(&mut self, path: &Path) -> Result<(), Error> {
        if path.as_os_str().is_empty() {
            return Err(Error::argument("journal is empty"));
        }
        // From here on it means this one file, wherever the program goes, and whatever SQLite makes of other names.
        let path = std::path::absolute(path).map_err(|error| {
            Error::argument(format!("journal {} cannot be found ({})", path.display(), system::words(&error)))
        })?;
        self.journal = Some(path);
        Ok(())
    }

    /// A name that begins with `pg_` and may stand in callbacks though the protocol does not know it there. Names that do
    /// not begin so are the merchant's own, and may stand there in any case.
    pub fn allow_callback_field(&mut self, name: &str) -> Result<(), Error> {
        let is_name = |c: char| !c.is_control() && !matches!(c, '[' | ']' | '/' | ';');
        if name.is_empty() || name == "pg_sig" || name == "pg_xml" || !name.chars().all(is_name) {
            return Err(Error::argument(format!(
                "callback field {} is not the name of a field such as pg_param1",
                shown(name)
            )));
        }
        if name.starts_with("pg_") && !self.callback_fields.iter().any(|known| known == name) {
            self.callback_fields.push(name.to_owned());
        }
        Ok(())
    }

    /// Where log lines go.
    pub fn set_log(&mut self, log: Log) {
        self.log = log;
    }

    /// Lets another thread, such as one that waits for Ctrl-C, give up every call of the client: those under way, which
    /// end within 100 ms with `Cancelled`, and all that come later. A task is given up by itself alone.
    ///
    /// A process that forks must not use such a client in the child.
    pub fn set_cancel(&mut self, cancel: &Cancel) {
        self.cancel = cancel.clone();
    }
}

fn secret(field: &str, key: &str) -> Result<Secret, Error> {
    if key.is_empty() {
        return Err(Error::argument(format!("{field} is empty")));
    }
    if key.trim() != key {
        return Err(Error::argument(format!(
            "{field} begins or ends with white space, such as the line end of the file it was read from"
        )));
    }
    if key.chars().any(char::is_control) {
        return Err(Error::argument(format!("{field} has control characters in it")));
    }
    Ok(Secret::new(key))
}

fn duration(field: &str, ms: i64) -> Result<Duration, Error> {
    /// A day: longer than any till waits, and far from where clocks overflow.
    const LONGEST_MS: i64 = 86_400_000;
    match ms {
        1..=LONGEST_MS => Ok(Duration::from_millis(ms.unsigned_abs())),
        _ => Err(Error::argument(format!("{field} {ms} is not between 1 and {LONGEST_MS}"))),
    }
}

/// How long a wait may take, in milliseconds: the same rule as for the configured times.
pub(crate) fn wait_timeout(ms: i64) -> Result<Duration, Error> {
    duration("timeout_ms", ms)
}

fn is_product_token(value: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    (1..=40).contains(&value.len()) && value.bytes().all(allowed)
}

fn gateway_url(field: &str, text: &str) -> Result<Url, Error> {
    let wrong = |what: &str| Error::argument(format!("{field} {what}, such as https://api.freedompay.uz"));
    if text.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(wrong("has a blank or a line end in it"));
    }
    let url = address::read(text).ok_or_else(|| wrong("is not a URL"))?;
    if address::is_web(&url) && !address::is_written_out(text) {
        return Err(wrong("is not written with ://"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong("has a user name in it; it is an address alone"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(wrong("has a query or a fragment; it is an address alone"));
    }
    if matches!(url.host(), Some(Host::Domain(name)) if !address::is_host_name(name)) {
        return Err(wrong("has a host that no name service knows"));
    }
    match (url.scheme(), url.host()) {
        ("https", Some(_)) => Ok(url),
        ("http", Some(host)) if is_loopback(&host) => Ok(url),
        ("http", Some(_)) => Err(wrong("is not encrypted: https is required except to a loopback address")),
        _ => Err(wrong("is not an https URL")),
    }
}

fn is_loopback(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => *name == "localhost",
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal<T: std::fmt::Debug>(result: Result<T, Error>) -> String {
        result.unwrap_err().message().to_owned()
    }

    #[test]
    fn a_base_url_is_https_and_an_address_alone() {
        let mut config = Config::new();
        for url in [
            "https://api.freedompay.kz",
            "https://api.freedompay.uz/",
            "https://api.freedompay.uz.",
            "https://gateway.example:8443/fp",
            "http://localhost:8080",
            "http://127.0.0.1:1",
            "http://127.9.9.9",
            "http://[::1]:8080",
            "HTTPS://API.FREEDOMPAY.KZ",
        ] {
            config.set_base_url(url).unwrap();
        }
        for (url, reason) in [
            ("", "is not a URL"),
            ("api.freedompay.uz", "is not a URL"),
            (" https://api.freedompay.uz", "has a blank or a line end in it"),
            ("https://api.freedompay.uz\n", "has a blank or a line end in it"),
            ("https://api.\tfreedompay.uz", "has a blank or a line end in it"),
            ("https:api.freedompay.uz", "is not written with ://"),
            ("https:/api.freedompay.uz", "is not written with ://"),
            ("https:\\\\api.freedompay.uz", "is not written with ://"),
            ("http://api.freedompay.uz", "is not encrypted"),
            ("http://localhost.example.com", "is not encrypted"),
            ("http://10.0.0.1", "is not encrypted"),
            ("ftp://api.freedompay.uz", "is not an https URL"),
            ("https://user@api.freedompay.uz", "has a user name"),
            ("https://:pw@api.freedompay.uz", "has a user name"),
            ("https://api..freedompay.uz", "has a host that no name service knows"),
            ("https://-api.freedompay.uz", "has a host that no name service knows"),
            ("https://api.freedompay.uz/?a=1", "has a query"),
            ("https://api.freedompay.uz/#a", "has a query or a fragment"),
        ] {
            let message = refusal(config.set_base_url(url));
            assert!(message.starts_with("base_url ") && message.contains(reason), "{url}: {message}");
        }
    }

    #[test]
    fn numbers_that_mean_nothing_are_refused_by_name() {
        let mut config = Config::new();
        for ms in [0, -1, i64::MIN, i64::MAX] {
            assert!(refusal(config.set_connect_timeout_ms(ms)).starts_with("connect_timeout_ms "));
            assert!(refusal(config.set_timeout_ms(ms)).starts_with("timeout_ms "));
            assert!(refusal(config.set_poll_interval_ms(ms)).starts_with("poll_interval_ms "));
        }
        for id in [0, -1, i64::MIN] {
            assert!(refusal(config.set_merchant_id(id)).starts_with("merchant_id "));
        }
    }

    #[test]
    fn a_key_with_a_line_end_is_refused_and_not_shown() {
        let mut config = Config::new();
        for key in ["", "s3cret\n", " s3cret", "s3\0cret"] {
            let message = refusal(config.set_secret_key(key));
            assert!(message.starts_with("secret_key ") && !message.contains("s3"), "{message}");
            let message = refusal(config.set_payout_key(key));
            assert!(message.starts_with("payout_key ") && !message.contains("s3"), "{message}");
        }
        config.set_secret_key("s3cret").unwrap();
        config.set_proxy("http://user:s3cret@127.0.0.1:3128").unwrap();
        assert!(!format!("{config:?}").contains("s3cret"));
    }

    #[test]
    fn a_proxy_is_a_url_and_its_password_is_not_shown() {
        let mut config = Config::new();
        for url in [
            "",
            "127.0.0.1:3128",
            "socks5://user:pw@127.0.0.1",
            "http://",
            "http:10.0.0.1",
            " http://10.0.0.1",
        ] {
            assert!(!refusal(config.set_proxy(url)).contains("pw"));
        }
    }

    #[test]
    fn app_info_is_two_words() {
        let mut config = Config::new();
        config.set_app_info("till", "4.2").unwrap();
        for (name, version) in [("", "1"), ("a b", "1"), ("till", ""), ("till", "1\r\nX: y"), ("касса", "1")]
        {
            assert!(refusal(config.set_app_info(name, version)).starts_with("app "));
        }
    }
}

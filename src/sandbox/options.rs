//! What a sandbox is told before it starts: where to listen, which merchants it knows, how strict it is
//! and what happens to invoices by themselves.

use std::collections::HashSet;
use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use url::{Host, Url};

use super::Error;
use super::amount::Hundredths;
use super::authority::Tls;
use super::fault::FaultRule;

/// The merchant that every sandbox knows unless it is given others.
pub const MERCHANT_ID: u64 = 123_456;
/// The secret key of [`MERCHANT_ID`].
pub const SECRET_KEY: &str = "sandbox-secret-key";

/// The key of every merchant's payouts.
pub const PAYOUT_KEY: &str = "sandbox-payout-key";

/// Takes one line for each request; no line holds a key.
pub type Log = Arc<dyn Fn(&str) + Send + Sync>;

/// How a sandbox behaves; the default is what its command does, on a free port and without a log.
#[derive(Clone)]
pub struct Options {
    /// Port 0 takes a free port.
    pub listen: SocketAddr,
    /// Without this only a loopback address is accepted.
    pub expose: bool,
    /// What payers' links begin with, where that is not the address listened on.
    pub public_url: Option<String>,
    /// HTTP by default.
    pub tls: Tls,
    /// Who may ask; [`MERCHANT_ID`] alone by default.
    pub merchants: Vec<Merchant>,
    /// XML or JSON.
    pub answer: AnswerFormat,
    /// What `invoice_methods/qr` holds.
    pub qr: QrForm,
    /// Which forms of the signature's header are taken.
    pub jws: JwsHeader,
    /// Which requests have to be signed.
    pub signature: SignaturePolicy,
    /// What happens to invoices by themselves; nothing by default.
    pub timers: Timers,
    /// What signs payouts of merchants without a key of their own for that; [`PAYOUT_KEY`] by default.
    pub payout_key: String,
    /// What each merchant has for payouts at first; a million by default.
    pub balance: Hundredths,
    /// How far the classic status lags behind what has happened, on the sandbox's clock; not at all by default.
    pub read_back_lag: Duration,
    /// What goes wrong from the start; nothing by default.
    pub faults: Vec<FaultRule>,
    /// Which merchants' addresses are called; those on this machine by default.
    pub callbacks: CallbackPolicy,
    /// How the fields of a callback stand in its body.
    pub callback_form: CallbackForm,
    /// From one attempt at a callback to the next, on the sandbox's clock; half an hour by default.
    pub callback_interval: Duration,
    /// Whether a merchant may refuse a payment when it is told that it was paid; so by default.
    pub can_reject: bool,
    /// How many times faster than the world's its clock runs: timers, callbacks, dates; 1 by default.
    pub speed: u32,
    /// Where everything is kept, so that it is there after the next start; nowhere by default.
    pub state_file: Option<PathBuf>,
    /// Called on the sandbox's thread.
    pub log: Option<Log>,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            expose: false,
            public_url: None,
            tls: Tls::Off,
            merchants: vec![Merchant {
                id: MERCHANT_ID,
                key: SECRET_KEY.to_owned(),
                name: "Sandbox shop".to_owned(),
                payout_key: None,
            }],
            answer: AnswerFormat::Auto,
            qr: QrForm::Link,
            jws: JwsHeader::Both,
            signature: SignaturePolicy::Documented,
            timers: Timers::default(),
            payout_key: PAYOUT_KEY.to_owned(),
            balance: Hundredths(100_000_000),
            read_back_lag: Duration::ZERO,
            faults: Vec::new(),
            callbacks: CallbackPolicy::Loopback,
            callback_form: CallbackForm::Urlencoded,
            callback_interval: Duration::from_secs(30 * 60),
            can_reject: true,
            speed: 1,
            state_file: None,
            log: None,
        }
    }
}

/// A merchant whom the sandbox knows.
#[derive(Clone, PartialEq, Eq)]
pub struct Merchant {
    /// A positive integer.
    pub id: u64,
    /// The secret key; never logged, never in `Debug`.
    pub key: String,
    /// What the payer reads.
    pub name: String,
    /// What signs its payouts; None is [`Options::payout_key`].
    pub payout_key: Option<String>,
}

// Written by hand so that no key is ever printed.
impl fmt::Debug for Merchant {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Merchant {} ({:?})", self.id, self.name)
    }
}

/// Reads `ID KEY NAME…` or `ID KEY payout=KEY NAME…`, a merchant a line; empty lines and lines that begin with `#` are skipped.
/// The error names the line, and never what stands in it.
pub fn parse_merchants(text: &str) -> Result<Vec<Merchant>, Error> {
    let mut merchants = Vec::new();
    let mut seen = HashSet::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let wrong = |what: &str| Error::new(format!("merchants file, line {}: {what}", index + 1));
        let mut words = line.split_whitespace();
        let id = words
            .next()
            .and_then(parse_id)
            .ok_or_else(|| wrong("the merchant id is not a positive integer"))?;
        let key = words.next().ok_or_else(|| wrong("the secret key is missing"))?;
        let mut words = words.peekable();
        let payout_key = words.next_if(|word| word.starts_with("payout="));
        let payout_key = payout_key.map(|word| word.trim_start_matches("payout=").to_owned());
        if payout_key.as_deref() == Some("") {
            return Err(wrong("no key stands behind payout="));
        }
        let name = words.collect::<Vec<_>>().join(" ");
        if name.is_empty() {
            return Err(wrong("the name is missing"));
        }
        if !seen.insert(id) {
            return Err(wrong("this merchant id stands in the file twice"));
        }
        let key = key.to_owned();
        merchants.push(Merchant { id, key, name, payout_key });
    }
    if merchants.is_empty() {
        return Err(Error::new("merchants file: no merchant in it"));
    }
    Ok(merchants)
}

/// A positive integer as the gateway writes its ids: digits alone, no leading zero.
pub(super) fn parse_id(text: &str) -> Option<u64> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
    text.parse().ok().filter(|_| plain)
}

/// Counted from the invoice's init; the one that is due first decides.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Timers {
    /// The invoice is paid.
    pub pay_after: Option<Duration>,
    /// The invoice is declined.
    pub decline_after: Option<Duration>,
    /// The invoice expires.
    pub expire_after: Option<Duration>,
}

/// `500ms`, `3s`, `2m`.
pub fn parse_duration(text: &str) -> Result<Duration, Error> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (count, unit) = text.split_at(digits);
    let count: Option<u64> = count.parse().ok();
    match (count, unit) {
        (Some(count), "ms") => Some(Duration::from_millis(count)),
        (Some(count), "s") => Some(Duration::from_secs(count)),
        (Some(count), "m") => count.checked_mul(60).map(Duration::from_secs),
        _ => None,
    }
    .ok_or_else(|| Error::new(format!("{text:?} is not a duration such as 500ms, 3s or 2m")))
}

/// The form of every answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnswerFormat {
    /// XML to multipart, JSON to JSON.
    Auto,
    /// XML to every request.
    Xml,
    /// JSON to every request.
    Json,
}

/// What stands in `invoice_methods/qr`, in base64: the sources disagree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QrForm {
    /// The payer's link, as the page about init says.
    Link,
    /// A picture of its QR, as the gateway's own SDK reads it.
    Png,
}

/// Which of the two published forms of the signature's header is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JwsHeader {
    /// Either.
    Both,
    /// `uri`, and merchant_id as a string.
    Uri,
    /// `path`, and merchant_id as a number.
    Path,
}

/// Which requests have to be signed; a signature that is there is always verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignaturePolicy {
    /// Unsigned multipart is accepted, and so are unsigned info and pay: the published samples are unsigned.
    Documented,
    /// Every request is signed.
    Required,
}

/// Which addresses of merchants are called. A check that may not be made counts as passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallbackPolicy {
    /// Those on this machine.
    Loopback,
    /// All.
    Anywhere,
    /// None.
    Off,
}

impl CallbackPolicy {
    pub(super) fn allow(self, url: &str) -> bool {
        let Ok(url) = Url::parse(url) else { return false };
        match (self, url.host()) {
            (Self::Anywhere, Some(_)) => true,
            (Self::Loopback, Some(Host::Domain(name))) => name == "localhost",
            (Self::Loopback, Some(Host::Ipv4(address))) => address.is_loopback(),
            (Self::Loopback, Some(Host::Ipv6(address))) => address.is_loopback(),
            (_, None) | (Self::Off, _) => false,
        }
    }
}

/// The body of a callback that is not in the address: the sources disagree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallbackForm {
    /// As merchants say that they get it.
    Urlencoded,
    /// As the documents list it.
    Multipart,
}

fn unknown(text: &str, words: &str) -> Error {
    Error::new(format!("{text:?} is not one of {words}"))
}

impl FromStr for AnswerFormat {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        match text {
            "auto" => Ok(Self::Auto),
            "xml" => Ok(Self::Xml),
            "json" => Ok(Self::Json),
            _ => Err(unknown(text, "auto, xml, json")),
        }
    }
}

impl FromStr for QrForm {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        match text {
            "link" => Ok(Self::Link),
            "png" => Ok(Self::Png),
            _ => Err(unknown(text, "link, png")),
        }
    }
}

impl FromStr for JwsHeader {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        match text {
            "both" => Ok(Self::Both),
            "uri" => Ok(Self::Uri),
            "path" => Ok(Self::Path),
            _ => Err(unknown(text, "both, uri, path")),
        }
    }
}

impl FromStr for SignaturePolicy {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        match text {
            "documented" => Ok(Self::Documented),
            "required" => Ok(Self::Required),
            _ => Err(unknown(text, "documented, required")),
        }
    }
}

impl FromStr for CallbackPolicy {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        match text {
            "loopback" => Ok(Self::Loopback),
            "anywhere" => Ok(Self::Anywhere),
            "off" => Ok(Self::Off),
            _ => Err(unknown(text, "loopback, anywhere, off")),
        }
    }
}

impl FromStr for CallbackForm {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        match text {
            "urlencoded" => Ok(Self::Urlencoded),
            "multipart" => Ok(Self::Multipart),
            _ => Err(unknown(text, "urlencoded, multipart")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_leaves_this_machine_unless_it_was_asked_for() {
        for (url, here) in [
            ("http://127.0.0.1:8080/x", true),
            ("https://[::1]/x", true),
            ("http://localhost/x", true),
            ("http://127.0.0.1.example/x", false),
            ("https://shop.example/x", false),
            ("http://10.0.0.1/x", false),
            ("http://user@shop.example/127.0.0.1", false),
        ] {
            assert_eq!(CallbackPolicy::Loopback.allow(url), here, "{url}");
            assert!(CallbackPolicy::Anywhere.allow(url) && !CallbackPolicy::Off.allow(url));
        }
    }

    #[test]
    fn durations_are_whole_numbers_with_a_unit() {
        for (text, millis) in [("500ms", 500), ("3s", 3_000), ("2m", 120_000), ("0s", 0)] {
            assert_eq!(parse_duration(text).unwrap(), Duration::from_millis(millis), "{text}");
        }
        for text in
            ["", "3", "s", "1.5s", "-1s", "3 s", "1h", "99999999999999999999s", "18446744073709551615m"]
        {
            assert!(parse_duration(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_merchants_file_is_read_and_its_keys_never_shown() {
        let read =
            parse_merchants("# shops\n\n 7 topsecret  Corner shop \n8 other payout=third B\n").unwrap();
        assert_eq!(read.len(), 2);
        assert_eq!(
            (read[0].id, read[0].key.as_str(), read[0].name.as_str()),
            (7, "topsecret", "Corner shop")
        );
        assert_eq!((&read[0].payout_key, read[1].payout_key.as_deref()), (&None, Some("third")));
        assert_eq!(read[1].name, "B");
        let shown = format!("{read:?}");
        assert!(!shown.contains("topsecret") && !shown.contains("third"));

        for text in [
            "",
            "# none",
            "x topsecret A",
            "0 topsecret A",
            "7",
            "7 topsecret",
            "7 topsecret payout=topsecret",
            "7 topsecret payout= A",
            "7 topsecret A\n7 topsecret B",
        ] {
            let error = parse_merchants(text).unwrap_err().to_string();
            assert!(!error.contains("topsecret"), "{error}");
        }
    }
}

//! What the merchant has set: from flags, from the environment, from a file, in this order, and from nowhere else.

mod file;
mod flags;
mod key;
mod secret;

use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use freedompay::sandbox::parse_duration;
use freedompay::{BodyFormat, Code, Config, Error, JwsClaim};
use zeroize::Zeroizing;

use crate::facts::{Facts, Problem};
use crate::lang::Lang;

use file::Found;
pub use flags::Flags;
pub use key::Key;

/// One setting as it was written.
pub struct Setting {
    pub text: Zeroizing<String>,
    pub origin: Origin,
}

/// Where a setting was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    Flag(Key),
    Variable(Key),
    File { key: Key, path: PathBuf, line: usize },
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::Flag(key) => write!(f, "{}", key.flag()),
            Origin::Variable(key) => write!(f, "{}", key.variable()),
            Origin::File { key, path, line } => {
                write!(f, "{} in {}, line {line}", key.name(), path.display())
            }
        }
    }
}

/// The settings of one place.
#[derive(Default)]
struct Layer(Vec<(Key, Setting)>);

impl Layer {
    fn get(&self, key: Key) -> Option<&Setting> {
        self.0.iter().find_map(|(found, setting)| (*found == key).then_some(setting))
    }
}

/// All that was set, the stronger place before the weaker.
pub struct Settings {
    layers: [Layer; 3],
    /// The key of requests, and the key of payouts: read once, because standard input cannot be read again.
    keys: [Option<Setting>; 2],
    /// The configuration file, where there is one.
    pub file: Option<PathBuf>,
    /// Why places where it could have been were passed over.
    pub passed_over: Vec<String>,
}

impl Settings {
    /// Reads the environment and the file; the error says what cannot be read.
    pub fn read(flags: &Flags) -> Result<Settings, Problem> {
        let Found { path: file, passed_over } = file::find(flags.config.as_deref());
        let of_file = match &file {
            Some(path) => file::read(path)?,
            None => Layer::default(),
        };
        let layers = [flags.layer(), environment()?, of_file];
        let key = |key, file| layers.iter().find_map(|layer| secret::in_layer(layer, key, file)).transpose();
        let keys = [key(Key::Secret, Key::SecretFile)?, key(Key::Payout, Key::PayoutFile)?];
        Ok(Settings { layers, keys, file, passed_over })
    }

    /// The setting that counts.
    pub fn get(&self, key: Key) -> Option<&Setting> {
        self.layers.iter().find_map(|layer| layer.get(key))
    }

    /// The language that the file asks for.
    pub fn lang(&self) -> Result<Option<Lang>, Problem> {
        let Some(setting) = self.get(Key::Lang) else { return Ok(None) };
        let lang = Lang::named(&setting.text);
        lang.map(Some).ok_or_else(|| refused(&setting.origin, "is not one of en, ru"))
    }

    /// The configuration of the library.
    pub fn config(&self) -> Result<Config, Problem> {
        let mut config = self.config_without_journal()?;
        self.set(Key::Journal, |path| config.set_journal(Path::new(path)).map_err(sentence))?;
        Ok(config)
    }

    /// The same for questions that are to leave no trace.
    pub fn config_without_journal(&self) -> Result<Config, Problem> {
        let mut config = Config::new();
        let version = env!("CARGO_PKG_VERSION");
        config.set_app_info("freedompay-tool", version)?;
        self.set(Key::MerchantId, |id| {
            let id = id.parse().map_err(|_| format!("merchant_id {id:?} is not a positive number"))?;
            config.set_merchant_id(id).map_err(sentence)
        })?;
        self.set(Key::BaseUrl, |url| config.set_base_url(url).map_err(sentence))?;
        self.set(Key::BodyFormat, |word| {
            config.set_body_format(match word {
                "auto" => BodyFormat::Auto,
                "multipart" => BodyFormat::Multipart,
                "json" => BodyFormat::Json,
                _ => return Err("is not one of auto, multipart, json".to_owned()),
            });
            Ok(())
        })?;
        self.set(Key::JwsClaim, |word| {
            config.set_jws_claim(match word {
                "uri" => JwsClaim::Uri,
                "path" => JwsClaim::Path,
                _ => return Err("is not one of uri, path".to_owned()),
            });
            Ok(())
        })?;
        self.set(Key::ConnectTimeout, |time| config.set_connect_timeout_ms(ms(time)?).map_err(sentence))?;
        self.set(Key::CallTimeout, |time| config.set_timeout_ms(ms(time)?).map_err(sentence))?;
        self.set(Key::PollInterval, |time| config.set_poll_interval_ms(ms(time)?).map_err(sentence))?;
        self.set(Key::CaFile, |path| config.set_ca_file(Path::new(path)).map_err(sentence))?;
        if let Some(proxy) = self.get(Key::Proxy) {
            secret::check_proxy(proxy)?;
        }
        self.set(Key::Proxy, |url| config.set_proxy(url).map_err(sentence))?;
        let [key, payout_key] = &self.keys;
        if let Some(Setting { text, origin }) = key {
            config.set_secret_key(text).map_err(|error| refused(origin, error.message()))?;
        }
        if let Some(Setting { text, origin }) = payout_key {
            config.set_payout_key(text).map_err(|error| refused(origin, error.message()))?;
        }
        Ok(config)
    }

    /// The time between two questions while waiting.
    pub fn poll_interval(&self) -> Result<Duration, Problem> {
        let mut interval = Duration::from_secs(1);
        self.set(Key::PollInterval, |time| {
            interval = parse_duration(time).map_err(|error| error.to_string())?;
            Ok(())
        })?;
        Ok(interval)
    }

    /// The key that requests are signed with.
    pub fn secret_key(&self) -> Option<&Setting> {
        self.keys[0].as_ref()
    }

    /// The key that payouts are signed with.
    pub fn payout_key(&self) -> Option<&Setting> {
        self.keys[1].as_ref()
    }

    /// Every setting that counts.
    pub fn all(&self) -> impl Iterator<Item = &Setting> {
        Key::ALL.into_iter().filter_map(|key| self.get(key))
    }

    /// Hands a setting over, where there is one; the error names the place that it comes from.
    fn set(&self, key: Key, apply: impl FnOnce(&str) -> Result<(), String>) -> Result<(), Problem> {
        match self.get(key) {
            Some(setting) => apply(&setting.text).map_err(|reason| refused(&setting.origin, &reason)),
            None => Ok(()),
        }
    }
}

/// The sentence of a failure for what is wrong with a setting.
fn refused(origin: &Origin, reason: &str) -> Problem {
    let code = match origin {
        Origin::Flag(_) => Code::Argument,
        Origin::Variable(_) | Origin::File { .. } => Code::Config,
    };
    Facts::wrong(code, format!("{origin}: {reason}"))
}

fn sentence(error: Error) -> String {
    error.message().to_owned()
}

/// A time such as `30s` in milliseconds.
pub fn ms(text: &str) -> Result<i64, String> {
    let time = parse_duration(text).map_err(|error| error.to_string())?;
    Ok(i64::try_from(time.as_millis()).unwrap_or(i64::MAX))
}

fn environment() -> Result<Layer, Problem> {
    let mut layer = Layer::default();
    for key in Key::ALL {
        let Some(value) = std::env::var_os(key.variable()).filter(|value| !value.is_empty()) else {
            continue;
        };
        let origin = Origin::Variable(key);
        let Ok(text) = value.into_string() else { return Err(refused(&origin, "it is not UTF-8")) };
        layer.0.push((key, Setting { text: Zeroizing::new(text), origin }));
    }
    Ok(layer)
}

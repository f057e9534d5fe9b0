//! What was set, where it was set, and who may read it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use freedompay::{BodyFormat, Config, JwsClaim};
use url::Url;
use zeroize::Zeroizing;

use super::finding::Finding;
use super::gateway::Chosen;
use super::said;
use crate::facts::Problem;
use crate::lang::Lang;
use crate::settings::{Key, Origin, Settings, ms};

/// The settings as the doctor needs them.
pub struct Setup {
    pub gateway: Url,
    pub proxy: Option<Url>,
    pub ca_file: Option<PathBuf>,
    pub journal: Option<PathBuf>,
    pub key: Option<Zeroizing<String>>,
    pub has_payout_key: bool,
    pub time: Duration,
    pub chosen: Chosen,
    pub config: Result<Config, Problem>,
    pub config_without_journal: Result<Config, Problem>,
    /// Where each setting comes from, without its value.
    pub origins: Vec<String>,
    file: Option<PathBuf>,
    /// Why places of such a file were passed over.
    passed_over: Vec<String>,
    /// Files that hold a key, and that others may read.
    exposed: Vec<PathBuf>,
}

const DEFAULT_URL: &str = "https://api.freedompay.uz";
const DEFAULT_CONNECT_MS: i64 = 10_000;
const DEFAULT_CALL_MS: i64 = 30_000;

impl Setup {
    /// Reads the settings; the error says what is wrong with one of them.
    pub fn of(settings: Settings) -> Result<Setup, Problem> {
        let config_without_journal = settings.config_without_journal()?;
        let text = |key| settings.get(key).map(|setting| setting.text.as_str());
        let path = |key| text(key).map(PathBuf::from);
        let url = |text: &str| Url::parse(text).ok();
        let gateway = url(text(Key::BaseUrl).unwrap_or(DEFAULT_URL));
        let key = settings.secret_key().map(|setting| setting.text.clone());
        let time = |key, default: i64| {
            let ms = text(key).and_then(|time| ms(time).ok()).unwrap_or(default);
            Duration::from_millis(ms.unsigned_abs())
        };
        let chosen = Chosen {
            body: match text(Key::BodyFormat) {
                Some("json") => BodyFormat::Json,
                Some("multipart") => BodyFormat::Multipart,
                _ => BodyFormat::Auto,
            },
            claim: if text(Key::JwsClaim) == Some("path") { JwsClaim::Path } else { JwsClaim::Uri },
            has_key: key.is_some(),
            call_time: time(Key::CallTimeout, DEFAULT_CALL_MS),
        };
        Ok(Setup {
            // What the configuration has taken is a URL.
            gateway: gateway.or_else(|| url(DEFAULT_URL)).ok_or_else(|| unreadable(&settings))?,
            proxy: text(Key::Proxy).and_then(url),
            ca_file: path(Key::CaFile),
            journal: path(Key::Journal),
            time: time(Key::ConnectTimeout, DEFAULT_CONNECT_MS),
            config: settings.config(),
            config_without_journal: Ok(config_without_journal),
            origins: settings.all().map(|setting| setting.origin.to_string()).collect(),
            exposed: exposed(&settings),
            file: settings.file.clone(),
            passed_over: settings.passed_over.clone(),
            has_payout_key: settings.payout_key().is_some(),
            key,
            chosen,
        })
    }

    /// Where the settings come from, and whether a key lies open.
    pub fn finding(&self, lang: Lang) -> Finding {
        let from = match &self.file {
            Some(path) => path.display().to_string(),
            None => lang.of("no configuration file", "файла настроек нет").to_owned(),
        };
        let message = format!("{}; {}", self.gateway, from);
        if let Some(reason) = self.passed_over.first() {
            let remedy = lang.of(
                "make it readable, or name the right file: --config, FREEDOMPAY_CONFIG",
                "откройте доступ или укажите нужный файл: --config, FREEDOMPAY_CONFIG",
            );
            return Finding::warning("settings", format!("{message}; {reason}"), remedy);
        }
        let Some(path) = self.exposed.first() else { return Finding::ok("settings", message) };
        let text = lang.of("others may read the key in", "ключ могут прочитать другие:");
        let remedy = format!("chmod 600 {}", path.display());
        Finding::warning("settings", format!("{message}; {text} {}", path.display()), remedy)
    }
}

/// A setting that cannot be used.
pub fn wrong(problem: &Problem, lang: Lang) -> Finding {
    let remedy = lang.of(
        "correct it; freedompay --help says where settings come from",
        "исправьте; freedompay --help говорит, откуда берутся настройки",
    );
    Finding::wrong("settings", said(problem), remedy)
}

fn unreadable(settings: &Settings) -> Problem {
    let origin = settings.get(Key::BaseUrl).map(|setting| setting.origin.to_string()).unwrap_or_default();
    crate::facts::Facts::wrong(freedompay::Code::Config, format!("{origin}: it is no URL"))
}

/// The files with a key that others than their owner may read.
fn exposed(settings: &Settings) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for (key, file) in [(Key::Secret, Key::SecretFile), (Key::Payout, Key::PayoutFile)] {
        if let Some(Origin::File { path, .. }) = settings.get(key).map(|setting| &setting.origin) {
            files.push(path.clone());
        }
        files.extend(settings.get(file).map(|setting| PathBuf::from(setting.text.as_str())));
    }
    files.retain(|path| is_open_to_others(path));
    files.dedup();
    files
}

#[cfg(unix)]
fn is_open_to_others(path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata(path).is_ok_and(|file| file.is_file() && file.mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn is_open_to_others(_: &Path) -> bool {
    false
}

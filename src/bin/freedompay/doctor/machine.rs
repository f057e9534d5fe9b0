//! What is examined without the gateway: versions, the key's shape, the signature, the journal, the alphabet.

use std::env;
use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::time::Instant;

use freedompay::sandbox::SECRET_KEY;
use freedompay::{Client, signature_self_test};
use url::{Host, Url};

use super::finding::Finding;
use crate::lang::Lang;

/// Syncing longer than this is felt at the till: each sale waits for it.
const SLOW_SYNC_MS: u128 = 500;

/// The versions of everything.
pub fn version() -> Finding {
    let tool = env!("CARGO_PKG_VERSION");
    let abi = freedompay::ffi::fp_abi_version();
    Finding::ok("version", format!("freedompay {tool}, ABI {abi}, {} {}", env::consts::OS, env::consts::ARCH))
}

/// The shape of the key; whether it is the right one only the gateway knows.
pub fn key(key: Option<&str>, gateway: &Url, lang: Lang) -> Finding {
    let Some(key) = key else {
        return Finding::warning(
            "key",
            lang.of(
                "no secret key is set: requests are not signed",
                "секретный ключ не задан: запросы без подписи",
            ),
            lang.of(
                "set secret_file or secret_key in the configuration file, or FREEDOMPAY_SECRET_KEY",
                "задайте secret_file или secret_key в файле настроек либо FREEDOMPAY_SECRET_KEY",
            ),
        );
    };
    let length = key.chars().count();
    let again = lang.of(
        "copy the key from the merchant's account once more",
        "скопируйте ключ из личного кабинета ещё раз",
    );
    if key == SECRET_KEY && !is_loopback(gateway) {
        let message = lang.of("this is the key of the sandbox", "это ключ песочницы");
        return Finding::wrong("key", message, again);
    }
    if !key.is_ascii() || key.contains([' ', '"', '\'']) {
        let message = lang.of(
            "the key has characters that keys do not have",
            "в ключе есть символы, которых в ключах не бывает",
        );
        return Finding::warning("key", message, again);
    }
    if length < 8 {
        let message = match lang {
            Lang::En => format!("the key has only {length} characters"),
            Lang::Ru => format!("в ключе всего {length} симв."),
        };
        return Finding::warning("key", message, again);
    }
    let message = match lang {
        Lang::En => format!("a key of {length} characters"),
        Lang::Ru => format!("ключ из {length} симв."),
    };
    Finding::ok("key", message)
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// Whether signatures are computed as published.
pub fn signature(lang: Lang) -> Finding {
    match signature_self_test() {
        Ok(()) => Finding::ok(
            "signature",
            lang.of("the published examples come out right", "опубликованные примеры сошлись"),
        ),
        Err(name) => Finding::wrong(
            "signature",
            format!("{name}: {}", lang.of("a published example comes out wrong", "пример не сошёлся")),
            lang.of("reinstall this program", "переустановите программу"),
        ),
    }
}

/// The journal: there, writable, synced in time, and what it holds.
pub fn journal(client: &Client, path: Option<&Path>, lang: Lang) -> Finding {
    let Some(path) = path else {
        return Finding::warning(
            "journal",
            lang.of(
                "none is set: a power cut forgets the sales in flight",
                "не задан: при отключении питания начатые продажи забудутся",
            ),
            lang.of(
                "set journal to a file on this machine's own disk",
                "задайте journal: файл на своём диске",
            ),
        );
    };
    let open = client.check().and_then(|()| {
        Ok((client.pending()?.len(), client.pending_refunds()?.len(), client.pending_payouts()?.len()))
    });
    let (sales, refunds, payouts) = match open {
        Ok(open) => open,
        Err(error) => {
            let remedy = lang.of(
                "make its folder, and let the user of the till write there; do not delete the file",
                "создайте папку и разрешите кассе в неё писать; сам файл не удаляйте",
            );
            return Finding::wrong("journal", error.message(), remedy);
        }
    };
    let (message, slow) = match sync_ms(path) {
        Ok(ms) => (format!("{} ({ms} ms)", path.display()), ms > SLOW_SYNC_MS),
        Err(error) => {
            let remedy = lang.of("look at the disk it is on", "проверьте диск, на котором он лежит");
            return Finding::wrong("journal", format!("{}: {error}", path.display()), remedy);
        }
    };
    let counts = match lang {
        Lang::En => format!("{message}; open: {sales} sales, {refunds} refunds, {payouts} payouts"),
        Lang::Ru => format!("{message}; открыто: продаж {sales}, возвратов {refunds}, выплат {payouts}"),
    };
    if slow {
        let remedy = lang.of(
            "the disk is slow to keep what it is given: put the journal on another disk of this machine",
            "диск медленно сохраняет данные: положите журнал на другой диск этой машины",
        );
        return Finding::warning("journal", counts, remedy);
    }
    if sales + refunds + payouts > 0 {
        let remedy = lang.of("find out: freedompay recover", "узнайте, что с ними: freedompay recover");
        return Finding::warning("journal", counts, remedy);
    }
    Finding::ok("journal", counts)
}

/// How long the disk takes to keep a page.
fn sync_ms(journal: &Path) -> std::io::Result<u128> {
    let mut name = journal.as_os_str().to_owned();
    name.push(format!(".doctor-{}", std::process::id()));
    let begin = Instant::now();
    let write = || {
        let mut file = File::create(&name)?;
        file.write_all(&[0; 4096])?;
        file.sync_all()
    };
    let written = write();
    let ms = begin.elapsed().as_millis();
    let _ = fs::remove_file(&name);
    written.map(|()| ms)
}

/// The letters of this terminal.
pub fn alphabet(lang: Lang) -> Finding {
    if cfg!(windows) {
        return Finding::ok("alphabet", lang.of("the console takes Unicode", "консоль понимает Юникод"));
    }
    let variable = |name: &str| env::var(name).ok().filter(|value| !value.is_empty());
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(variable).unwrap_or_default();
    let charset = locale.split_once('.').map(|(_, charset)| charset.to_ascii_lowercase().replace('-', ""));
    match charset.as_deref() {
        Some("utf8") => Finding::ok("alphabet", locale),
        None => {
            let text = lang.of("names no alphabet; UTF-8 is printed", "кодировка не указана; вывод в UTF-8");
            Finding::ok("alphabet", format!("{} {text}", if locale.is_empty() { "C" } else { &locale }))
        }
        Some(_) => {
            let text = lang.of("is not UTF-8, which is printed here", "не UTF-8, а вывод в UTF-8");
            let remedy = lang.of(
                "set LANG=ru_RU.UTF-8; for result files name the alphabet: --out-encoding cp866 or windows-1251",
                "задайте LANG=ru_RU.UTF-8; для файлов результата укажите кодировку: --out-encoding cp866 или windows-1251",
            );
            Finding::warning("alphabet", format!("{locale} {text}"), remedy)
        }
    }
}

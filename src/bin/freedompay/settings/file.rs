//! The configuration file: TOML, one setting a line. No error shows what stands in it, for the key may stand there.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use freedompay::Code;
use toml::Spanned;
use toml::de::{DeTable, DeValue};
use zeroize::Zeroizing;

use super::key::Key;
use super::{Layer, Origin, Setting};
use crate::facts::{Facts, Problem};

/// The file to read, and why places before it were passed over.
#[derive(Default)]
pub struct Found {
    pub path: Option<PathBuf>,
    pub passed_over: Vec<String>,
}

/// The file that was named, else the first that there is of the usual places; none when there is none.
pub fn find(flag: Option<&Path>) -> Found {
    let variable = || variable("FREEDOMPAY_CONFIG").map(PathBuf::from);
    let mut found = Found { path: flag.map(Path::to_owned).or_else(variable), ..Found::default() };
    if found.path.is_some() {
        return found;
    }
    for path in places() {
        match path.try_exists() {
            Ok(true) => {
                found.path = Some(path);
                break;
            }
            Ok(false) => {}
            Err(error) if error.kind() == ErrorKind::NotADirectory => {}
            // One that cannot be looked for may well be there.
            Err(error) => found.passed_over.push(format!("{}: {error}", path.display())),
        }
    }
    found
}

/// Where a file is looked for that was not named: the user's own before the machine's.
#[cfg(not(windows))]
pub fn places() -> Vec<PathBuf> {
    let own = variable("XDG_CONFIG_HOME")
        .map(PathBuf::from)
        .filter(|path| path.is_absolute())
        .or_else(|| Some(PathBuf::from(variable("HOME")?).join(".config")));
    own.into_iter().chain([PathBuf::from("/etc")]).map(|folder| folder.join(NAME)).collect()
}

#[cfg(windows)]
pub fn places() -> Vec<PathBuf> {
    ["APPDATA", "PROGRAMDATA"]
        .into_iter()
        .filter_map(|name| Some(PathBuf::from(variable(name)?).join(NAME)))
        .collect()
}

const NAME: &str = "freedompay/config.toml";

fn variable(name: &str) -> Option<std::ffi::OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

/// Reads a file's settings.
pub fn read(path: &Path) -> Result<Layer, Problem> {
    let wrong = |reason: String| Facts::wrong(Code::Config, format!("{}: {reason}", path.display()));
    let bytes = Zeroizing::new(fs::read(path).map_err(|error| wrong(error.to_string()))?);
    let text = std::str::from_utf8(&bytes).map_err(|_| wrong("it is not UTF-8".to_owned()))?;
    // Windows' editor begins a file with one.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let table = DeTable::parse(text).map_err(|error| {
        let line = error.span().map_or(1, |span| line_of(text, span.start));
        wrong(format!("line {line} is not TOML: {}", error.message()))
    })?;
    let mut layer = Layer::default();
    for (name, value) in table.into_inner() {
        let line = line_of(text, name.span().start);
        let key = Key::ALL.into_iter().find(|key| key.name() == name.get_ref().as_ref());
        let key = key.ok_or_else(|| wrong(format!("line {line}: there is no setting of this name")))?;
        let text = setting(path, key, &value)
            .map_err(|reason| wrong(format!("line {line}: {} is not {reason}", key.name())))?;
        let origin = Origin::File { key, path: path.to_owned(), line };
        layer.0.push((key, Setting { text, origin }));
    }
    Ok(layer)
}

/// A setting's text; the error says what it should be.
fn setting(path: &Path, key: Key, value: &Spanned<DeValue<'_>>) -> Result<Zeroizing<String>, &'static str> {
    match value.get_ref() {
        DeValue::String(text) if key.is_path() => Ok(Zeroizing::new(beside(path, text)?)),
        DeValue::String(text) => Ok(Zeroizing::new(text.to_string())),
        DeValue::Integer(number) if key.is_number() && number.radix() == 10 => {
            Ok(Zeroizing::new(number.as_str().to_owned()))
        }
        _ if key.is_number() => Err("a number such as 123456"),
        _ => Err("a text in quotation marks"),
    }
}

/// A file's name, from the folder of the configuration file.
fn beside(path: &Path, name: &str) -> Result<String, &'static str> {
    if name.is_empty() {
        return Ok(String::new());
    }
    let folder = path.parent().unwrap_or(Path::new(""));
    folder.join(name).into_os_string().into_string().map_err(|_| "in a folder whose name is UTF-8")
}

fn line_of(text: &str, at: usize) -> usize {
    1 + text.as_bytes().iter().take(at).filter(|&&byte| byte == b'\n').count()
}

//! The merchant's key: out of a file, a variable or standard input, and never out of an argument.

use std::fs::File;
use std::io::{self, Read};

use freedompay::Code;
use zeroize::Zeroizing;

use super::key::Key;
use super::{Layer, Origin, Setting, refused};
use crate::facts::{Facts, Problem};

/// A key is a line; what is longer is another file.
const LONGEST: u64 = 4096;

/// The key that one place has, or names the file of.
pub fn in_layer(layer: &Layer, key: Key, file: Key) -> Option<Result<Setting, Problem>> {
    let (key, file) = (layer.get(key), layer.get(file));
    match (key, file) {
        (None, None) => None,
        (Some(key), None) => Some(Ok(Setting { text: key.text.clone(), origin: key.origin.clone() })),
        (None, Some(file)) => Some(read(file).map(|text| Setting { text, origin: file.origin.clone() })),
        (Some(key), Some(file)) => {
            Some(Err(refused(&key.origin, &format!("{} says it, too; one of them is enough", file.origin))))
        }
    }
}

fn read(file: &Setting) -> Result<Zeroizing<String>, Problem> {
    let name = file.text.as_str();
    let mut bytes = Zeroizing::new(Vec::with_capacity(LONGEST as usize + 1));
    let done = match name {
        "-" => io::stdin().lock().take(LONGEST + 1).read_to_end(&mut bytes),
        _ => File::open(name).and_then(|file| file.take(LONGEST + 1).read_to_end(&mut bytes)),
    };
    let wrong = |reason: &str| refused(&file.origin, &format!("{name}: {reason}"));
    done.map_err(|error| wrong(&error.to_string()))?;
    if bytes.len() as u64 > LONGEST {
        return Err(wrong("it is too long for a key"));
    }
    let text = std::str::from_utf8(&bytes).map_err(|_| wrong("it is not UTF-8"))?;
    // Editors begin a file with a mark and end it with a line end.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let text = text.strip_suffix('\n').unwrap_or(text);
    let text = text.strip_suffix('\r').unwrap_or(text);
    if text.is_empty() {
        return Err(wrong("it is empty"));
    }
    Ok(Zeroizing::new(text.to_owned()))
}

/// A proxy's password is a secret, too.
pub fn check_proxy(proxy: &Setting) -> Result<(), Problem> {
    match proxy.origin {
        Origin::Flag(_) if proxy.text.contains('@') => Err(Facts::wrong(
            Code::Argument,
            format!(
                "--proxy: a proxy with a password is never an argument, which everybody on this machine can read; set {} \
                 or proxy in the configuration file",
                Key::Proxy.variable()
            ),
        )),
        _ => Ok(()),
    }
}

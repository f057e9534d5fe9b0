//! A file for software that starts a program and reads what it has written: one `key=value` a line, in the alphabet of
//! that software, all of it or nothing.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use encoding_rs::{EncoderResult, Encoding};
use freedompay::TextEncoding;
use serde_json::Value;

/// A file that will be written, or was.
pub struct ResultFile {
    path: PathBuf,
    alphabet: Alphabet,
    line_end: &'static str,
}

impl ResultFile {
    /// Removes what an earlier run left, and makes sure that the new file can be written. The error is one sentence.
    pub fn open(path: &Path, encoding: &str, crlf: bool) -> Result<ResultFile, String> {
        clear(path)?;
        let alphabet = Alphabet::named(encoding)?;
        let line_end = if crlf { "\r\n" } else { "\n" };
        Ok(ResultFile { path: path.to_owned(), alphabet, line_end })
    }

    /// Writes the pairs. A value is one line: line ends and other control characters in it become spaces.
    pub fn write<Name: AsRef<str>>(&self, pairs: &[(Name, Value)]) -> Result<(), String> {
        let mut bytes = Vec::new();
        for (name, value) in pairs {
            let text = match value {
                Value::Null => String::new(),
                Value::String(text) => text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect(),
                other => other.to_string(),
            };
            bytes.extend_from_slice(format!("{}=", name.as_ref()).as_bytes());
            bytes.extend_from_slice(&self.alphabet.encode(&text));
            bytes.extend_from_slice(self.line_end.as_bytes());
        }
        replace(&self.path, &bytes)
    }
}

/// Removes an old file of this name, and finds out before anything is sent whether a new one can be written.
pub fn clear(path: &Path) -> Result<(), String> {
    check_ordinary(path)?;
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(said(path, &error)),
        _ => {}
    }
    let beside = beside(path);
    File::create(&beside).and_then(|_| fs::remove_file(&beside)).map_err(|error| said(path, &error))
}

/// Writes a file so that whoever sees it sees all of it.
pub fn replace(path: &Path, bytes: &[u8]) -> Result<(), String> {
    check_ordinary(path)?;
    let beside = beside(path);
    let write = || {
        let mut file = File::create(&beside)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&beside, path)
    };
    write().map_err(|error| {
        let _ = fs::remove_file(&beside);
        said(path, &error)
    })
}

/// A printer that a file took the place of would be gone for every program of the machine, a journal with all that is open
/// in it.
fn check_ordinary(path: &Path) -> Result<(), String> {
    let what = match fs::metadata(path) {
        Ok(found) if found.is_dir() => return Ok(()),
        Ok(found) if found.is_file() && is_journal(path) => "it is a journal or another database",
        Ok(found) if !found.is_file() => "it is a device or a pipe; redirect standard output to it instead",
        _ => return Ok(()),
    };
    Err(format!("{}: no file may take its place: {what}", path.display()))
}

fn is_journal(path: &Path) -> bool {
    let mut start = [0; 16];
    File::open(path).and_then(|mut file| file.read_exact(&mut start)).is_ok()
        && start == *b"SQLite format 3\0"
}

fn beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{}", std::process::id()));
    name.into()
}

fn said(path: &Path, error: &io::Error) -> String {
    format!("{}: {error}", path.display())
}

/// How letters become bytes.
enum Alphabet {
    /// One of the library's own, which take the nearest letter for one that they have not.
    Own(TextEncoding),
    Other(&'static Encoding),
}

impl Alphabet {
    /// By a name of the library's or of the web's registry of encodings.
    fn named(name: &str) -> Result<Alphabet, String> {
        if let Ok(encoding) = TextEncoding::named(name) {
            return Ok(Alphabet::Own(encoding));
        }
        match Encoding::for_label(name.as_bytes()) {
            Some(encoding) if encoding == encoding.output_encoding() => Ok(Alphabet::Other(encoding)),
            _ => Err(format!(
                "--out-encoding {name:?} is not one of utf-8, cp866, windows-1251, kz-1048, koi8-r and the like"
            )),
        }
    }

    fn encode(&self, text: &str) -> Vec<u8> {
        match self {
            Alphabet::Own(encoding) => {
                let mut bytes = Vec::new();
                encoding.encode(text, &mut bytes, &mut Vec::new());
                bytes
            }
            Alphabet::Other(encoding) => with_question_marks(encoding, text),
        }
    }
}

/// The text's bytes, with a question mark for each character that the alphabet has not.
fn with_question_marks(encoding: &'static Encoding, text: &str) -> Vec<u8> {
    let mut encoder = encoding.new_encoder();
    let mut bytes = Vec::new();
    let mut rest = text;
    loop {
        let room = encoder.max_buffer_length_from_utf8_without_replacement(rest.len()).unwrap_or(rest.len());
        bytes.reserve(room);
        let (result, read) = encoder.encode_from_utf8_to_vec_without_replacement(rest, &mut bytes, true);
        rest = rest.get(read..).unwrap_or_default();
        match result {
            EncoderResult::Unmappable(_) => bytes.push(b'?'),
            EncoderResult::InputEmpty => return bytes,
            EncoderResult::OutputFull => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_that_an_alphabet_has_not_is_the_nearest_or_is_seen_to_be_missing() {
        for (name, text, bytes) in [
            ("utf-8", "Чай", "Чай".as_bytes()),
            ("cp866", "Чай", b"\x97\xa0\xa9"),
            ("IBM866", "Қант", b"\x8a\xa0\xad\xe2"),
            ("windows-1251", "Чай", b"\xd7\xe0\xe9"),
            ("koi8-r", "Чай Қ € 茶", b"\xfe\xc1\xca \xeb EUR [U+8336]"),
            ("iso-8859-1", "Caf\u{e9} Ч", b"Caf\xe9 ?"),
        ] {
            assert_eq!(Alphabet::named(name).unwrap().encode(text), bytes, "{name}");
        }
        for name in ["utf-16le", "cp437", ""] {
            assert!(Alphabet::named(name).is_err(), "{name}");
        }
    }
}

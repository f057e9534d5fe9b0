//! Text as software writes it that is older than Unicode: alphabets of one byte a letter, and languages.
//!
//! Inside the library every text is Unicode. Here it comes in from an alphabet and goes out into one.

mod code_page;
mod composed;
mod language;
mod letters;
mod printer;
mod russian;
mod template;

use std::borrow::Cow;
use std::collections::BTreeSet;

pub use language::Language;
pub use printer::CodePage;

use crate::outcome::{Error, shown};
use code_page::Upper;
use composed::composed;

/// How a program's texts are written as bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum TextEncoding {
    /// Unicode.
    #[default]
    Utf8,
    /// Cyrillic of Windows.
    Windows1251,
    /// Cyrillic of DOS, also called cp866.
    Ibm866,
    /// Russian of old Unix.
    Koi8R,
    /// Cyrillic of Windows with the Kazakh and the Kyrgyz letters, also called RK1048.
    Kz1048,
    /// Cyrillic of the old Macintosh.
    MacCyrillic,
}

/// Each encoding with its own name, and what else it is called, in small letters without `-` and `_`.
const NAMES: [(TextEncoding, &str, &[&str]); 6] = [
    (TextEncoding::Utf8, "utf-8", &["utf8", "cputf8", "65001"]),
    (TextEncoding::Windows1251, "windows-1251", &["windows1251", "win1251", "cp1251", "1251"]),
    (TextEncoding::Ibm866, "ibm866", &["ibm866", "cp866", "dos866", "866"]),
    (TextEncoding::Koi8R, "koi8-r", &["koi8r", "koi8", "cp20866", "20866"]),
    (TextEncoding::Kz1048, "kz-1048", &["kz1048", "rk1048", "strk1048", "strk10482002"]),
    (TextEncoding::MacCyrillic, "mac-cyrillic", &["maccyrillic", "xmaccyrillic", "xmacukrainian", "10007"]),
];

impl TextEncoding {
    /// Every encoding there is.
    pub const ALL: [TextEncoding; 6] = [
        TextEncoding::Utf8,
        TextEncoding::Windows1251,
        TextEncoding::Ibm866,
        TextEncoding::Koi8R,
        TextEncoding::Kz1048,
        TextEncoding::MacCyrillic,
    ];

    /// An encoding by its name, in any case and with or without hyphens: `windows-1251`, `CP1251`, `RK1048`.
    ///
    /// # Errors
    /// `Argument`, with the names that are known.
    pub fn named(name: &str) -> Result<TextEncoding, Error> {
        let is_letter = |c: &char| !matches!(c, '-' | '_' | ' ');
        let plain: String = name.chars().filter(is_letter).map(|c| c.to_ascii_lowercase()).collect();
        let found = NAMES.iter().find(|(_, _, others)| others.contains(&plain.as_str()));
        found.map(|(encoding, ..)| *encoding).ok_or_else(|| {
            let known: Vec<&str> = NAMES.iter().map(|(_, name, _)| *name).collect();
            Error::argument(format!("text_encoding {} is not one of {}", shown(name), known.join(", ")))
        })
    }

    /// Its own name: `windows-1251`.
    pub fn name(self) -> &'static str {
        NAMES.iter().find(|(encoding, ..)| *encoding == self).map_or("", |(_, name, _)| name)
    }

    /// Bytes as a text. The error is the position of the first byte that is none: one that the alphabet has no character
    /// for, or, in an alphabet of one byte a letter, a control character other than a tab or a line end.
    pub fn decode(self, bytes: &[u8]) -> Result<Cow<'_, str>, usize> {
        let Some(upper) = self.upper() else {
            return std::str::from_utf8(bytes).map(Cow::Borrowed).map_err(|error| error.valid_up_to());
        };
        // All the room that it can need, so that no half of a key is left behind where it was moved from.
        let mut text = String::with_capacity(bytes.len() * 3);
        for (position, &byte) in bytes.iter().enumerate() {
            text.push(match byte {
                b' '..=b'~' | b'\t' | b'\n' | b'\r' => char::from(byte),
                0x80.. => code_page::character(upper, byte).ok_or(position)?,
                _ => return Err(position),
            });
        }
        Ok(Cow::Owned(text))
    }

    /// Appends a text. For a character that the alphabet has not stands the nearest that it has, and for one that has
    /// nothing near its number, such as `[U+8336]`; each of these is added to `missing`.
    pub fn encode(self, text: &str, out: &mut Vec<u8>, missing: &mut Vec<char>) {
        let Some(upper) = self.upper() else { return out.extend_from_slice(text.as_bytes()) };
        out.reserve(text.len());
        for character in composed(text) {
            if let Some(byte) = byte_of(upper, character) {
                out.push(byte);
            } else if let Some(near) = letters::nearest(character) {
                // One step is enough: what is near is Russian or ASCII.
                out.extend(near.chars().filter_map(|near| byte_of(upper, near)));
            } else {
                out.extend_from_slice(format!("[U+{:04X}]", u32::from(character)).as_bytes());
                missing.push(character);
            }
        }
    }

    /// What the log says of the characters of an answer that `encode` found no letter for; none when there are none.
    pub fn complaint(self, missing: &[char]) -> Option<String> {
        /// More would make the line long and nobody wiser.
        const MOST: usize = 10;
        let distinct: BTreeSet<char> = missing.iter().copied().collect();
        if distinct.is_empty() {
            return None;
        }
        let more = if distinct.len() > MOST { " and others" } else { "" };
        let numbers: Vec<String> =
            distinct.into_iter().take(MOST).map(|c| format!("U+{:04X}", u32::from(c))).collect();
        let (name, numbers) = (self.name(), numbers.join(", "));
        Some(format!("{name} has no letter for {numbers}{more} of the answer; the number stands for it"))
    }

    /// The letters of its upper half; none for Unicode.
    fn upper(self) -> Option<&'static Upper> {
        match self {
            TextEncoding::Utf8 => None,
            TextEncoding::Windows1251 => Some(&code_page::WINDOWS_1251),
            TextEncoding::Ibm866 => Some(&code_page::IBM866),
            TextEncoding::Koi8R => Some(&code_page::KOI8_R),
            TextEncoding::Kz1048 => Some(&code_page::KZ_1048),
            TextEncoding::MacCyrillic => Some(&code_page::MAC_CYRILLIC),
        }
    }
}

fn byte_of(upper: &Upper, character: char) -> Option<u8> {
    if character.is_ascii() { u8::try_from(character).ok() } else { code_page::byte(upper, character) }
}

#[cfg(test)]
mod tests;

//! The code pages of receipt printers: one byte a character, and no byte that a printer takes as a command.

use super::code_page::{self, Upper};
use super::composed::composed;
use super::letters;
use crate::outcome::{Error, shown};

/// The alphabet that a printer prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CodePage {
    /// Cyrillic of DOS: what printers for Russian texts are delivered with.
    Cp866,
    /// Cyrillic of Windows.
    Windows1251,
    /// Cyrillic of Windows with the Kazakh letters.
    Kz1048,
}

impl CodePage {
    /// A code page by its name: `cp866` (also `ibm866`), `windows-1251` (also `cp1251`), `kz-1048`.
    pub fn named(name: &str) -> Result<CodePage, Error> {
        match name.to_ascii_lowercase().as_str() {
            "cp866" | "ibm866" => Ok(CodePage::Cp866),
            "windows-1251" | "cp1251" => Ok(CodePage::Windows1251),
            "kz-1048" => Ok(CodePage::Kz1048),
            _ => Err(Error::argument(format!(
                "code_page {} is not one of cp866, windows-1251, kz-1048",
                shown(name)
            ))),
        }
    }

    /// A text in this code page. Control characters become spaces; a character that the code page has not becomes
    /// the nearest it has, else a question mark.
    pub fn encode(self, text: &str) -> Vec<u8> {
        let mut out = Vec::with_capacity(text.len());
        for character in composed(text) {
            match self.byte(character) {
                Some(byte) => out.push(byte),
                None => {
                    let near = letters::nearest(character).unwrap_or("?");
                    out.extend(near.chars().filter_map(|near| self.byte(near)));
                }
            }
        }
        out
    }

    fn byte(self, character: char) -> Option<u8> {
        match character {
            ' '..='~' => u8::try_from(character).ok(),
            '\0'..='\u{9f}' => Some(b' '),
            _ => code_page::byte(self.upper(), character),
        }
    }

    fn upper(self) -> &'static Upper {
        match self {
            CodePage::Cp866 => &code_page::IBM866,
            CodePage::Windows1251 => &code_page::WINDOWS_1251,
            CodePage::Kz1048 => &code_page::KZ_1048,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ALL: [CodePage; 3] = [CodePage::Cp866, CodePage::Windows1251, CodePage::Kz1048];

    #[test]
    fn texts_are_written_with_the_bytes_of_their_code_page() {
        assert_eq!(CodePage::Cp866.encode("Чай №5"), b"\x97\xa0\xa9 \xfc5");
        assert_eq!(CodePage::Windows1251.encode("Чай №5"), b"\xd7\xe0\xe9 \xb95");
        assert_eq!(CodePage::Kz1048.encode("Қант"), b"\x8d\xe0\xed\xf2");
        assert_eq!(CodePage::Windows1251.encode("Чаи\u{306} №5"), b"\xd7\xe0\xe9 \xb95");
        assert_eq!(CodePage::Cp866.encode("за\u{301}мок"), CodePage::Cp866.encode("замок"));
        assert_eq!(CodePage::Cp866.encode("Қант «10 ₸» 茶"), b"\x8a\xa0\xad\xe2 \"10 \xe2\xa3\" ?");
    }

    #[test]
    fn names_are_known_in_any_case() {
        assert_eq!(CodePage::named("IBM866").unwrap(), CodePage::Cp866);
        assert_eq!(CodePage::named("Windows-1251").unwrap(), CodePage::Windows1251);
        let said = CodePage::named("utf-8").unwrap_err();
        assert_eq!(said.message(), "code_page \"utf-8\" is not one of cp866, windows-1251, kz-1048");
    }

    proptest! {
        #[test]
        fn no_byte_is_a_command(text in any::<String>()) {
            for page in ALL {
                prop_assert!(page.encode(&text).iter().all(|&byte| byte >= b' ' && byte != 0x7f));
            }
        }
    }
}

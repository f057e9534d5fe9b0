//! The language of the sentences that people read. What programs read is never translated.

use std::borrow::Cow;

use super::russian::SENTENCES;
use super::template::translated;
use crate::outcome::{Error, shown};

/// A language that the library's sentences are written in.
///
/// There are no Kazakh, Kyrgyz and Uzbek ones: what a sentence says of money has to be certain in every word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Language {
    /// The language in which the sentences are made.
    #[default]
    English,
    /// Made from the English ones by a table.
    Russian,
}

impl Language {
    /// A language by its code, in any case: `en`, `ru`.
    ///
    /// # Errors
    /// `Argument`, with the codes that are known.
    pub fn named(code: &str) -> Result<Language, Error> {
        match code.to_ascii_lowercase().as_str() {
            "en" => Ok(Language::English),
            "ru" => Ok(Language::Russian),
            _ => Err(Error::argument(format!("language {} is not one of en, ru", shown(code)))),
        }
    }

    /// A sentence of the library's in this language. What has no translation stays in English.
    pub fn say(self, sentence: &str) -> Cow<'_, str> {
        match self {
            Language::English => Cow::Borrowed(sentence),
            Language::Russian => translated(SENTENCES, sentence),
        }
    }
}

impl Error {
    /// Its sentence for a person, in a language.
    pub fn message_in(&self, language: Language) -> Cow<'_, str> {
        language.say(self.message())
    }
}

//! The language of what people read. What programs read is never translated.

use std::borrow::Cow;
use std::ffi::OsString;

use freedompay::Language;

/// A language that every text is written in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lang {
    #[default]
    En,
    Ru,
}

/// The journal has an order of which the gateway knows nothing.
pub const IS_OPEN: &str = "the journal has this order open, it may yet appear";

/// There is no journal to look into.
pub const NOBODY_KNOWS: &str = "without a journal nobody knows whether an attempt is still on its way";

/// What the tool says behind a sentence of the library's.
const BEHIND: [(&str, &str); 2] = [
    (IS_OPEN, "в журнале этот заказ открыт, он ещё может появиться"),
    (NOBODY_KNOWS, "без журнала никто не знает, не в пути ли ещё прежняя попытка"),
];

impl Lang {
    /// By its code, such as `ru`, or by a locale, such as `ru_KZ.UTF-8`; none for a language without texts.
    pub fn named(name: &str) -> Option<Lang> {
        let code = name.split(['_', '-', '.', '@']).next().unwrap_or_default();
        match code.to_ascii_lowercase().as_str() {
            "en" | "c" | "posix" => Some(Lang::En),
            "ru" => Some(Lang::Ru),
            _ => None,
        }
    }

    /// What the arguments and the environment ask for; none when they say nothing that is known.
    ///
    /// The arguments are looked at before they are parsed, because what is wrong with them is said in this language.
    pub fn asked_for(arguments: &[OsString]) -> Option<Lang> {
        let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        if let Some(name) = flag(arguments, "--lang").or_else(|| variable("FREEDOMPAY_LANG")) {
            return Lang::named(&name);
        }
        // The first that is set decides, as everywhere.
        Lang::named(&["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(variable)?)
    }

    /// A sentence of the library's in this language, with what the tool itself says behind it.
    pub fn say(self, sentence: &str) -> Cow<'_, str> {
        let library = self.of(Language::English, Language::Russian);
        let behind = |(english, russian)| {
            let said = sentence.strip_suffix(english)?.strip_suffix("; ")?;
            Some(Cow::from(format!("{}; {}", library.say(said), self.of(english, russian))))
        };
        BEHIND.into_iter().find_map(behind).unwrap_or_else(|| library.say(sentence))
    }

    /// The text in this language.
    pub fn of<T>(self, english: T, russian: T) -> T {
        match self {
            Lang::En => english,
            Lang::Ru => russian,
        }
    }
}

/// The value of a flag in arguments that have not been parsed yet: `--lang ru` or `--lang=ru`.
pub fn flag(arguments: &[OsString], name: &str) -> Option<String> {
    let mut arguments = arguments.iter().map(|argument| argument.to_string_lossy());
    while let Some(argument) = arguments.next() {
        if argument == "--" {
            return None;
        }
        match argument.strip_prefix(name) {
            Some("") => return arguments.next().map(String::from),
            Some(rest) if rest.starts_with('=') => return Some(rest[1..].to_owned()),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_locale_names_its_language() {
        for (name, lang) in [
            ("ru", Some(Lang::Ru)),
            ("ru_RU.UTF-8", Some(Lang::Ru)),
            ("RU-kz", Some(Lang::Ru)),
            ("en_US", Some(Lang::En)),
            ("C.UTF-8", Some(Lang::En)),
            ("kk_KZ.UTF-8", None),
            ("", None),
        ] {
            assert_eq!(Lang::named(name), lang, "{name}");
        }
    }

    #[test]
    fn what_the_tool_adds_is_said_in_the_same_language() {
        let sentence = format!("the request arrived; {NOBODY_KNOWS}");
        assert_eq!(Lang::En.say(&sentence), sentence);
        let russian = "запрос дошёл; без журнала никто не знает, не в пути ли ещё прежняя попытка";
        assert_eq!(Lang::Ru.say(&sentence), russian);
    }

    #[test]
    fn a_flag_is_found_before_the_arguments_are_parsed() {
        let arguments = |texts: &[&str]| -> Vec<OsString> { texts.iter().map(OsString::from).collect() };
        for (texts, value) in [
            (&["status", "--lang", "ru"][..], Some("ru")),
            (&["--lang=ru", "status"], Some("ru")),
            (&["--language", "ru"], None),
            (&["--lang"], None),
            (&["--", "--lang", "ru"], None),
        ] {
            assert_eq!(flag(&arguments(texts), "--lang").as_deref(), value, "{texts:?}");
        }
    }
}

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

/// How the sentences end that the tool itself makes, often behind one of the library's.
const ENDS: [(&str, &str); 19] = [
    (
        "; the journal has this order open, it may yet appear",
        "; в журнале этот заказ открыт, он ещё может появиться",
    ),
    (
        "; without a journal nobody knows whether an attempt is still on its way",
        "; без журнала никто не знает, не в пути ли ещё прежняя попытка",
    ),
    (
        "; the journal has this invoice open, the gateway's copies may be late",
        "; в журнале этот счёт открыт, копии у шлюза могут отставать",
    ),
    (
        "; without a journal nobody knows whether the gateway's copies are late",
        "; без журнала никто не знает, не отстают ли копии у шлюза",
    ),
    (" is not a duration such as 500ms, 3s or 2m", " — не время вроде 500ms, 3s или 2m"),
    (": is not one of en, ru", ": не en и не ru"),
    (": is not one of auto, multipart, json", ": не auto, не multipart и не json"),
    (": is not one of uri, path", ": не uri и не path"),
    (": there is no setting of this name", ": такой настройки нет"),
    (" is not a number such as 123456", " — не число вроде 123456"),
    (" is not a text in quotation marks", " — не текст в кавычках"),
    (" says it, too; one of them is enough", " тоже задаёт это; достаточно одного"),
    (": it is too long for a key", ": слишком длинно для ключа"),
    (": it is not UTF-8", ": это не UTF-8"),
    (": it is empty", ": пусто"),
    ("a field is not NAME=VALUE", "поле — не ИМЯ=ЗНАЧЕНИЕ"),
    ("the link is empty", "ссылка пуста"),
    ("the gateway's answer has no QR that can be read", "в ответе шлюза нет читаемого QR"),
    (
        " ends with none of .png, .bmp, .svg, .txt, .zpl, .prn; nothing was sent",
        " не оканчивается на .png, .bmp, .svg, .txt, .zpl или .prn; ничего не отправлено",
    ),
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
        let ended = |(english, russian)| {
            let said = sentence.strip_suffix(english)?;
            Some(Cow::from(format!("{}{}", library.say(said), self.of(english, russian))))
        };
        ENDS.into_iter().find_map(ended).unwrap_or_else(|| library.say(sentence))
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
        for (english, russian) in [
            (
                "the request arrived; without a journal nobody knows whether an attempt is still on its way",
                "запрос дошёл; без журнала никто не знает, не в пути ли ещё прежняя попытка",
            ),
            (
                "--timeout: \"5\" is not a duration such as 500ms, 3s or 2m",
                "--timeout: \"5\" — не время вроде 500ms, 3s или 2m",
            ),
            ("a field is not NAME=VALUE", "поле — не ИМЯ=ЗНАЧЕНИЕ"),
        ] {
            assert_eq!((Lang::En.say(english), Lang::Ru.say(english)), (english.into(), russian.into()));
        }
    }

    #[test]
    fn no_translation_outlives_its_sentence() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let (mut folders, mut said) =
            (vec![root.join("bin/freedompay"), root.join("sandbox")], String::new());
        while let Some(folder) = folders.pop() {
            for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
                match path.is_dir() {
                    true => folders.push(path),
                    false if path.ends_with("lang.rs") || path.extension() != Some("rs".as_ref()) => {}
                    false => said.push_str(&std::fs::read_to_string(path).unwrap()),
                }
            }
        }
        for (english, _) in ENDS {
            let words = english.trim_start_matches([';', ':', ' ']).trim_start_matches("is not ");
            let words = words.trim_end_matches("; nothing was sent");
            assert!(said.contains(words), "no source says {words:?}");
        }
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

//! The sources and the table of Russian sentences are compared: whoever writes a new sentence is told that it has no Russian.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::SENTENCES;
use crate::text::Language;
use crate::text::template::sentences;

/// Patterns that no single literal is: what they are made of is put together by the sources.
const ASSEMBLED: [&str; 14] = [
    "the gateway refused with code {}: it gives no description",
    "the gateway refused without a code: it gives no description",
    "{}; {}",
    "part {} {}",
    "ca_file {} cannot be read as PEM: {}",
    "ca_file {} cannot be read: {}",
    "ca_file {} is longer than {} bytes",
    "ca_file {} is written in UTF-16; save it in UTF-8",
    "ca_file {} has no certificate in it",
    "ca_file {} has a certificate that is none: {}",
    "the journal {} was written by a newer version of the library (schema {}); update the library",
    "the journal {} is not a journal but another database; name a file of its own for it",
    "the journal {} does not have what was begun in it any more: it was replaced or emptied meanwhile; {}",
    "the journal {} cannot be used ({}); {}",
];

/// Literals that look like sentences and need no Russian of their own.
const NO_SENTENCES: &[&str] = &[
    // Parts of the assembled ones.
    "it gives no description",
    "ca_file {} {}",
    "cannot be read as PEM: {}",
    "cannot be read: {}",
    "is longer than {} bytes",
    "is written in UTF-16; save it in UTF-8",
    "has no certificate in it",
    "has a certificate that is none: {}",
    "the journal {} {}; {}",
    "was written by a newer version of the library (schema {})",
    "update the library",
    "is not a journal but another database",
    "does not have what was begun in it any more: it was replaced or emptied meanwhile",
    "name a file of its own for it",
    "cannot be used ({})",
    "{} {}",
    "part {}",
    // What arguments are called.
    "app name",
    "app version",
    // What the parser of JSON says stands in English inside of the sentence about it.
    "an array",
    "an object",
    // A line of the log.
    "{} has no letter for {}{} of the answer; the number stands for it",
    // Said by the compiler alone.
    "a table of ours has 128 characters",
    "a table of ours is text",
    "a version has no NUL in it",
];

/// The files whose literals reach no message: the sandbox and the tool are programs of their own.
fn speaks(path: &Path) -> bool {
    const SILENT: [&str; 11] = [
        "/sandbox/",
        "/bin/",
        // What a gateway's code means is said in English alone, by a function of its own.
        "/gateway_code.rs",
        "/ffi/codes.rs",
        "/text/russian",
        "/text/template.rs",
        "tests.rs",
        "examples.rs",
        "/histories",
        "forgeries.rs",
        "invented.rs",
    ];
    let path = path.to_string_lossy();
    path.ends_with(".rs") && !SILENT.iter().any(|part| path.contains(part))
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if speaks(&path) {
            found.push(path);
        }
    }
}

/// The text literals of a source, without those of its tests, of its comments and attributes, and of its log lines, which are
/// in English.
fn literals(source: &str) -> Vec<String> {
    let source = source.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let mut found = Vec::new();
    let mut rest = source;
    while let Some(at) = rest.find(['"', '/', '\'', '#']) {
        let (before, part) = rest.split_at(at);
        rest = if part.starts_with("//") {
            part.split_once('\n').map_or("", |(_, rest)| rest)
        } else if part.starts_with("#[") {
            part.split_once(']').map_or("", |(_, rest)| rest)
        } else if let Some(inside) = part.strip_prefix('"') {
            let end = end_of(inside);
            let before = before.trim_end();
            if !before.ends_with("format_args!(") && !before.ends_with("expect(") {
                found.push(pattern(&inside[..end]));
            }
            &inside[end + 1..]
        } else if let Some(rest) = part.strip_prefix("'\"'") {
            rest
        } else if let Some(escaped) = part.strip_prefix("'\\") {
            &escaped[escaped[1..].find('\'').unwrap() + 2..]
        } else {
            &part[1..]
        };
    }
    found
}

/// Where a literal ends.
fn end_of(inside: &str) -> usize {
    let mut escaped = false;
    let ends = |&(_, c): &(usize, char)| {
        let end = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        end
    };
    inside.char_indices().find(ends).unwrap().0
}

/// A literal with `{}` for each of its places.
fn pattern(literal: &str) -> String {
    let mut plain = String::new();
    for (index, line) in literal.split("\\\n").enumerate() {
        plain.push_str(if index == 0 { line } else { line.trim_start() });
    }
    let plain = plain.replace("\\\"", "\"");
    let mut out = String::new();
    for (index, part) in plain.split('{').enumerate() {
        match part.split_once('}') {
            Some((_, rest)) if index > 0 => {
                out.push_str("{}");
                out.push_str(rest);
            }
            _ => out.push_str(part),
        }
    }
    out
}

fn is_sentence(literal: &str) -> bool {
    let is_word = |word: &&str| word.len() > 1 && word.chars().all(char::is_alphabetic);
    let begins = literal.starts_with(|c: char| c.is_lowercase() || c == '{');
    // A part of a statement of the journal's has its values by name.
    let is_statement = literal.contains('\n') || literal.contains(" = :");
    literal.split(' ').filter(is_word).count() > 1 && begins && !is_statement
}

fn all_literals() -> BTreeSet<String> {
    let mut files = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
    assert!(files.len() > 60);
    files.iter().flat_map(|file| literals(&fs::read_to_string(file).unwrap())).collect()
}

#[test]
fn every_sentence_of_the_sources_has_its_russian() {
    let literals = all_literals();
    let known: BTreeSet<&str> = sentences(SENTENCES).map(|(english, _)| english).collect();
    let sentences: Vec<&str> =
        literals.iter().map(String::as_str).filter(|literal| is_sentence(literal)).collect();
    assert!(sentences.len() > 200);
    let without: Vec<&&str> = sentences
        .iter()
        .filter(|literal| !known.contains(**literal) && !NO_SENTENCES.contains(literal))
        .collect();
    assert!(without.is_empty(), "no Russian for {without:#?}");
}

#[test]
fn no_translation_outlives_its_sentence() {
    let literals = all_literals();
    let stale: Vec<&str> = sentences(SENTENCES)
        .map(|(english, _)| english)
        .filter(|english| !literals.contains(*english) && !ASSEMBLED.contains(english))
        .collect();
    assert!(stale.is_empty(), "no source says {stale:#?}");
    let distinct: BTreeSet<&str> = sentences(SENTENCES).map(|(english, _)| english).collect();
    assert_eq!(distinct.len(), sentences(SENTENCES).count());
}

#[test]
fn each_translation_tells_what_its_sentence_tells() {
    for (english, russian) in sentences(SENTENCES) {
        let places = english.matches("{}").count();
        for place in 1..=places {
            let told =
                russian.contains(&format!("{{{place}}}")) || russian.contains(&format!("{{~{place}}}"));
            assert!(told, "{russian} lacks {place}");
        }
        assert_eq!(russian.matches('{').count(), places, "{russian}");
    }
}

#[test]
fn sentences_inside_sentences_are_translated_and_values_are_not() {
    for (english, russian) in [
        (
            "127.0.0.1:1 refused the connection; nothing was sent",
            "127.0.0.1:1 не принимает соединение; ничего не отправлено",
        ),
        (
            "the gateway refused with code 9997: it is empty; nothing was sent",
            "шлюз отказал, код 9997: it is empty; nothing was sent",
        ),
        (
            "field \"a is empty\" is not a name such as pg_param1 or a[0][b]",
            "поле \"a is empty\" — не имя вроде pg_param1 или a[0][b]",
        ),
        (
            "base_url is not a URL, such as https://api.freedompay.uz",
            "base_url — не адрес; нужно вроде https://api.freedompay.uz",
        ),
        (
            "an earlier attempt at order \"7\" may have arrived, and asking failed: x did not answer in time; the request arrived",
            "прежняя попытка по заказу \"7\" могла дойти, а спросить шлюз не удалось: x: нет ответа за отведённое время; запрос дошёл",
        ),
        (
            "the journal /my files/a.db cannot be used (disk I/O error); look at the disk it is on",
            "журнал /my files/a.db недоступен (disk I/O error); проверьте диск, на котором он лежит",
        ),
        ("what nobody has translated", "what nobody has translated"),
    ] {
        assert_eq!(Language::Russian.say(english), russian);
    }
}

//! Sentences in another language, made from the finished English ones: a table of patterns says what stands for what.
//!
//! So the places that speak need to know one language only. Where no pattern fits, English stays.

use std::borrow::Cow;

/// The sentences of a table, a line each: English with `{}` for what is told, a tab, and the other language with `{1}`, `{2}` for
/// the same, as it is, or `{~1}`, `{~2}` for what is itself a sentence of the library's. A line without a tab is a remark.
pub(super) fn sentences(table: &str) -> impl Iterator<Item = (&str, &str)> {
    table.lines().filter_map(|line| line.split_once('\t'))
}

/// Sentences stand inside sentences, and no deeper than this.
const DEEPEST: u32 = 4;

/// An English sentence in the language of a table.
pub(super) fn translated<'a>(table: &str, english: &'a str) -> Cow<'a, str> {
    at_depth(table, english, DEEPEST)
}

fn at_depth<'a>(table: &str, english: &'a str, depth: u32) -> Cow<'a, str> {
    // The pattern that says most: "order {} is not in the journal; nothing was sent", not "{}; nothing was sent".
    let fitting =
        sentences(table).filter_map(|(pattern, other)| Some((told(pattern, english)?, pattern, other)));
    let Some((told, _, other)) = fitting.max_by_key(|(told, pattern, _)| pattern.len() - 2 * told.len())
    else {
        return Cow::Borrowed(english);
    };
    let mut out = String::with_capacity(english.len() * 2);
    for (index, part) in other.split('{').enumerate() {
        let Some((slot, rest)) = part.split_once('}').filter(|_| index > 0) else {
            out.push_str(part);
            continue;
        };
        let (sentence, number) = slot.strip_prefix('~').map_or((false, slot), |number| (true, number));
        let place = number.parse::<usize>().unwrap_or(0).wrapping_sub(1);
        let text = told.get(place).copied().unwrap_or_default();
        match depth.checked_sub(1).filter(|_| sentence) {
            Some(depth) => out.push_str(&at_depth(table, text, depth)),
            None => out.push_str(text),
        }
        out.push_str(rest);
    }
    Cow::Owned(out)
}

/// What a sentence tells in the places of a pattern; none when it is another sentence.
fn told<'a>(pattern: &str, sentence: &'a str) -> Option<Vec<&'a str>> {
    let mut literals = pattern.split("{}");
    let mut rest = sentence.strip_prefix(literals.next()?)?;
    let mut told = Vec::new();
    let mut literals = literals.peekable();
    while let Some(literal) = literals.next() {
        let end = match literals.peek() {
            // The last one ends the sentence.
            None => rest.strip_suffix(literal)?.len(),
            Some(_) => quoted(rest) + rest.get(quoted(rest)..)?.find(literal)?,
        };
        told.push(rest.get(..end)?);
        rest = rest.get(end + literal.len()..)?;
    }
    rest.is_empty().then_some(told)
}

/// How long the value in quotes is that a text begins with: what is inside of it is no part of the sentence.
fn quoted(text: &str) -> usize {
    let Some(inside) = text.strip_prefix('"') else { return 0 };
    let mut escaped = false;
    for (at, character) in inside.char_indices() {
        match character {
            '"' if !escaped => return at + 2,
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    0
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "\
# A remark.
order {} is gone; nothing was sent\tнет заказа {1}; ничего не ушло
{}; nothing was sent\t{~1}; ничего не ушло
{} of {} failed: {}\t{2}: не вышло {1}: {~3}
the line is down\tнет связи
";

    #[test]
    fn the_pattern_that_says_most_is_taken_and_what_it_tells_put_in_its_place() {
        for (english, russian) in [
            ("order 7 is gone; nothing was sent", "нет заказа 7; ничего не ушло"),
            ("the line is down; nothing was sent", "нет связи; ничего не ушло"),
            ("\"a of b\" of c failed: the line is down", "c: не вышло \"a of b\": нет связи"),
            ("\"a\\\" of b\" of c failed: d", "c: не вышло \"a\\\" of b\": d"),
            ("pay of \" failed: \" failed: d", "\" failed: \": не вышло pay: d"),
            ("another sentence", "another sentence"),
            ("", ""),
        ] {
            assert_eq!(translated(TABLE, english), russian);
        }
    }
}

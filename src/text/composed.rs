//! Letters that stand in two parts, such as и and a breve for й: files from a Mac and some keyboards write them so. The
//! alphabets of one byte a letter have each as one.

/// The characters of a text, with each letter and its mark as one where there is one that an alphabet here has, or that has a
/// nearest one.
pub(super) fn composed(text: &str) -> impl Iterator<Item = char> + '_ {
    let mut characters = text.chars().peekable();
    std::iter::from_fn(move || {
        let letter = characters.next()?;
        let Some(one) = characters.peek().and_then(|&mark| one(letter, mark)) else { return Some(letter) };
        characters.next();
        Some(one)
    })
}

/// The letter that these two are, by the canonical pairs of Unicode.
fn one(letter: char, mark: char) -> Option<char> {
    let letters = match mark {
        '\u{301}' => "ГЃгѓКЌкќAÁaáGǴgǵNŃnńOÓoóUÚuúYÝyý",
        '\u{303}' => "NÑnñOÕoõ",
        '\u{304}' => "ИӢиӣУӮуӯGḠgḡOŌoōUŪuū",
        '\u{306}' => "ИЙийУЎуўGĞgğ",
        '\u{307}' => "Iİ",
        '\u{308}' => "ЕЁеёІЇіїAÄaäOÖoöUÜuü",
        '\u{327}' => "CÇcçSŞsş",
        _ => return None,
    };
    let mut pairs = letters.chars();
    while let (Some(alone), Some(whole)) = (pairs.next(), pairs.next()) {
        if alone == letter {
            return Some(whole);
        }
    }
    None
}

/// Whether it only changes the letter before it.
pub(super) fn is_mark(character: char) -> bool {
    matches!(character, '\u{300}'..='\u{36f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_in_two_parts_is_one() {
        for (parts, one) in [
            ("Чаи\u{306} и\u{306}од е\u{308}лка", "Чай йод ёлка"),
            ("і\u{308}у\u{306}O\u{308}s\u{327}", "їўÖş"),
            ("за\u{301}мок", "за\u{301}мок"),
            ("\u{306}и", "\u{306}и"),
            ("и\u{306}\u{306}", "й\u{306}"),
        ] {
            assert_eq!(composed(parts).collect::<String>(), one);
        }
    }
}

//! What a reader takes for a character that an alphabet has not: the table of `include/README.md`.
//!
//! It is made of Russian letters and ASCII, which every alphabet here has.

use super::composed::is_mark;

/// The nearest that every alphabet has; none for a character that has nothing near.
pub(super) fn nearest(character: char) -> Option<&'static str> {
    Some(match character {
        // Kazakh, Kyrgyz, Uzbek, Karakalpak, Tajik, Ukrainian, Belarusian.
        'Ә' => "А",
        'ә' => "а",
        'Ғ' | 'Ґ' => "Г",
        'ғ' | 'ґ' => "г",
        'Є' => "Е",
        'є' => "е",
        'І' | 'Ї' | 'Ӣ' => "И",
        'і' | 'ї' | 'ӣ' => "и",
        'Қ' => "К",
        'қ' => "к",
        'Ң' => "Н",
        'ң' => "н",
        'Ө' => "О",
        'ө' => "о",
        'Ұ' | 'Ү' | 'Ў' | 'Ӯ' => "У",
        'ұ' | 'ү' | 'ў' | 'ӯ' => "у",
        'Һ' | 'Ҳ' => "Х",
        'һ' | 'ҳ' => "х",
        'Ҷ' => "Ч",
        'ҷ' => "ч",
        _ => return latin(character).or_else(|| sign(character)),
    })
}

/// The letters of the Uzbek and the Kazakh Latin alphabets, those that were proposed for them included.
fn latin(character: char) -> Option<&'static str> {
    Some(match character {
        'Ä' | 'Á' => "A",
        'ä' | 'á' => "a",
        'Ç' => "Ch",
        'ç' => "ch",
        'Ğ' | 'Ǵ' | 'Ḡ' => "G",
        'ğ' | 'ǵ' | 'ḡ' => "g",
        'İ' => "I",
        'ı' => "i",
        'Ñ' | 'Ń' => "N",
        'ñ' | 'ń' => "n",
        'Ö' | 'Ó' | 'Õ' | 'Ō' => "O",
        'ö' | 'ó' | 'õ' | 'ō' => "o",
        'Ş' => "Sh",
        'ş' => "sh",
        'Ü' | 'Ú' | 'Ū' => "U",
        'ü' | 'ú' | 'ū' => "u",
        'Ý' => "Y",
        'ý' => "y",
        _ => return None,
    })
}

fn sign(character: char) -> Option<&'static str> {
    Some(match character {
        '№' => "N",
        '«' | '»' | '“' | '”' | '„' => "\"",
        '‘' | '’' | '‚' | '‹' | '›' | 'ʻ' | 'ʼ' | '´' => "'",
        '–' | '—' | '‑' | '−' => "-",
        '…' => "...",
        '•' | '·' | '∙' => "*",
        '×' => "x",
        '÷' => ":",
        '±' => "+-",
        '°' => "гр.",
        '§' => "пар.",
        '½' => "1/2",
        '²' => "2",
        '©' => "(c)",
        '®' => "(R)",
        '™' => "(TM)",
        '₸' => "тг",
        '₽' => "руб",
        '\u{20c0}' => "сом",
        '€' => "EUR",
        '£' => "GBP",
        '\u{a0}' | '\u{2009}' | '\u{202f}' => " ",
        // The letter is the nearest to itself with a mark on it.
        mark if is_mark(mark) => "",
        // What is not seen is not missed.
        '\u{ad}' | '\u{200b}' | '\u{200c}' | '\u{200d}' | '\u{feff}' => "",
        _ => return None,
    })
}

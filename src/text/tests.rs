//! The rules of `TextEncoding`; what each byte means is compared with Python's codecs in `tests/text`.

use proptest::prelude::*;

use super::*;

const LEGACY: [TextEncoding; 5] = [
    TextEncoding::Windows1251,
    TextEncoding::Ibm866,
    TextEncoding::Koi8R,
    TextEncoding::Kz1048,
    TextEncoding::MacCyrillic,
];

fn encoded(encoding: TextEncoding, text: &str) -> (Vec<u8>, Vec<char>) {
    let (mut bytes, mut missing) = (Vec::new(), Vec::new());
    encoding.encode(text, &mut bytes, &mut missing);
    (bytes, missing)
}

#[test]
fn every_byte_that_is_text_comes_back_as_itself() {
    for encoding in LEGACY {
        let mut count = 0;
        for byte in 0..=u8::MAX {
            let bytes = [b'a', byte];
            match encoding.decode(&bytes) {
                Ok(text) => {
                    assert_eq!(encoded(encoding, &text), (bytes.to_vec(), vec![]), "{encoding:?} {byte:#x}");
                    count += 1;
                }
                Err(position) => assert_eq!(position, 1, "{encoding:?} {byte:#x}"),
            }
        }
        let without = usize::from(matches!(encoding, TextEncoding::Windows1251 | TextEncoding::Kz1048));
        assert_eq!(count, 95 + 3 + 128 - without, "{encoding:?}");
    }
}

#[test]
fn letters_of_the_languages_of_the_region_are_never_lost() {
    const KAZAKH: &str =
        "АӘБВГҒДЕЁЖЗИЙКҚЛМНҢОӨПРСТУҰҮФХҺЦЧШЩЪЫІЬЭЮЯаәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя";
    const KYRGYZ: &str = "АБВГДЕЁЖЗИЙКЛМНҢОӨПРСТУҮФХЦЧШЩЪЫЬЭЮЯабвгдеёжзийклмнңоөпрстуүфхцчшщъыьэюя";
    const UZBEK: &str = "АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЪЭЮЯЎҚҒҲабвгдеёжзийклмнопрстуфхцчшъэюяўқғҳ";
    const UZBEK_LATIN: &str =
        "AaBbDdEeFfGgHhIiJjKkLlMmNnOoPpQqRrSsTtUuVvXxYyZzOʻoʻGʻgʻSHshCHchNGngʼO‘g’ÕõĞğŞşÇç";
    const RUSSIAN: &str = "АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯабвгдеёжзийклмнопрстуфхцчшщъыьэюя№«»„“”–—… ₽";
    for text in [KAZAKH, KYRGYZ, UZBEK, UZBEK_LATIN, RUSSIAN, "10 ₸, 10 ₽, 10 €, 10 \u{20c0}"] {
        for encoding in LEGACY {
            let (bytes, missing) = encoded(encoding, text);
            assert_eq!(missing, [], "{encoding:?}");
            assert!(!bytes.contains(&b'?') && !bytes.contains(&b'['), "{encoding:?}");
        }
    }
    assert_eq!(encoded(TextEncoding::Kz1048, "Қант").0, b"\x8d\xe0\xed\xf2");
    let near = [
        (TextEncoding::Windows1251, "Қазақ әуені, үйің, өмір, һәм", "Казак ауені, уйін, омір, хам"),
        (TextEncoding::Ibm866, "Үйің №5", "Уйин №5"),
        (TextEncoding::Koi8R, "«Чай» №5 — 10 ₸…", "\"Чай\" N5 - 10 тг..."),
        (TextEncoding::MacCyrillic, "Oʻzbek gʻisht, Ҳамид", "O'zbek g'isht, Хамид"),
    ];
    for (encoding, text, near) in near {
        let bytes = encoded(encoding, text).0;
        assert_eq!(encoding.decode(&bytes).unwrap(), near, "{encoding:?}");
    }
}

#[test]
fn what_is_near_is_russian_or_ascii_and_in_every_alphabet() {
    for near in ('\u{80}'..='\u{ffff}').filter_map(letters::nearest) {
        for encoding in LEGACY {
            let upper = encoding.upper().unwrap();
            assert!(near.chars().all(|c| byte_of(upper, c).is_some()), "{near} in {encoding:?}");
        }
    }
}

#[test]
fn what_has_nothing_near_is_a_number_and_told() {
    let (bytes, missing) = encoded(TextEncoding::Windows1251, "Чай 茶 😀");
    assert_eq!(bytes, b"\xd7\xe0\xe9 [U+8336] [U+1F600]");
    assert_eq!(missing, ['茶', '😀']);
    assert_eq!(encoded(TextEncoding::Utf8, "茶"), ("茶".as_bytes().to_vec(), vec![]));
}

#[test]
fn a_byte_that_is_no_text_is_refused_with_its_position() {
    for (encoding, bytes, position) in [
        (TextEncoding::Utf8, &b"\xd7\xe0\xe9"[..], 0),
        (TextEncoding::Windows1251, b"\xd7\xe0\x98", 2),
        (TextEncoding::Kz1048, b"\x98", 0),
        (TextEncoding::Ibm866, b"a\x1b", 1),
        (TextEncoding::Koi8R, b"a\n\x01\xff", 2),
    ] {
        assert_eq!(encoding.decode(bytes), Err(position), "{encoding:?}");
    }
}

#[test]
fn names_are_known_in_any_form() {
    for (name, encoding) in [
        ("UTF-8", TextEncoding::Utf8),
        ("Windows-1251", TextEncoding::Windows1251),
        ("cp1251", TextEncoding::Windows1251),
        ("1251", TextEncoding::Windows1251),
        ("CP866", TextEncoding::Ibm866),
        ("KOI8-R", TextEncoding::Koi8R),
        ("RK1048", TextEncoding::Kz1048),
        ("STRK1048-2002", TextEncoding::Kz1048),
        ("x-mac-cyrillic", TextEncoding::MacCyrillic),
    ] {
        assert_eq!(TextEncoding::named(name).unwrap(), encoding, "{name}");
    }
    for encoding in TextEncoding::ALL {
        assert_eq!(TextEncoding::named(encoding.name()).unwrap(), encoding);
    }
    let said = TextEncoding::named("utf-16le").unwrap_err();
    let known = "utf-8, windows-1251, ibm866, koi8-r, kz-1048, mac-cyrillic";
    assert_eq!(said.message(), format!("text_encoding \"utf-16le\" is not one of {known}"));
}

proptest! {
    #[test]
    fn every_text_becomes_text(text in any::<String>()) {
        for encoding in LEGACY {
            let printable: String = text.chars().filter(|c| !c.is_ascii_control()).collect();
            prop_assert!(encoding.decode(&encoded(encoding, &printable).0).is_ok());
        }
    }
}

//! The one-byte alphabets: which letter each byte from 0x80 is. Below that all of them are ASCII.
//!
//! They are written here and not taken from `encoding_rs`: linked for these alone it adds 181 kB of tables and decoders for
//! Chinese and Japanese to the library, and it reads a byte that windows-1251 does not have (0x98) as a control character.
//! Tests compare each with the codecs of Python (`tests/qr/test_alphabets.py`).

/// The characters of the bytes from 0x80; the replacement character is a byte that has none.
pub(super) type Upper = [char; 128];

/// Cyrillic of DOS.
pub(super) const IBM866: Upper = upper(
    "АБВГДЕЖЗИЙКЛМНОП\
    РСТУФХЦЧШЩЪЫЬЭЮЯ\
    абвгдежзийклмноп\
    ░▒▓│┤╡╢╖╕╣║╗╝╜╛┐\
    └┴┬├─┼╞╟╚╔╩╦╠═╬╧\
    ╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀\
    рстуфхцчшщъыьэюя\
    ЁёЄєЇїЎў°∙·√№¤■\u{a0}",
);

/// Cyrillic of Windows.
pub(super) const WINDOWS_1251: Upper = upper(
    "ЂЃ‚ѓ„…†‡€‰Љ‹ЊЌЋЏ\
    ђ‘’“”•–—\u{fffd}™љ›њќћџ\
    \u{a0}ЎўЈ¤Ґ¦§Ё©Є«¬\u{ad}®Ї\
    °±Ііґµ¶·ё№є»јЅѕї\
    АБВГДЕЖЗИЙКЛМНОП\
    РСТУФХЦЧШЩЪЫЬЭЮЯ\
    абвгдежзийклмноп\
    рстуфхцчшщъыьэюя",
);

/// Cyrillic of Windows with the Kazakh letters, in which the Kyrgyz ones stand, too.
pub(super) const KZ_1048: Upper = upper(
    "ЂЃ‚ѓ„…†‡€‰Љ‹ЊҚҺЏ\
    ђ‘’“”•–—\u{fffd}™љ›њқһџ\
    \u{a0}ҰұӘ¤Ө¦§Ё©Ғ«¬\u{ad}®Ү\
    °±Ііөµ¶·ё№ғ»әҢңү\
    АБВГДЕЖЗИЙКЛМНОП\
    РСТУФХЦЧШЩЪЫЬЭЮЯ\
    абвгдежзийклмноп\
    рстуфхцчшщъыьэюя",
);

/// Russian of old Unix and of e-mail.
pub(super) const KOI8_R: Upper = upper(
    "─│┌┐└┘├┤┬┴┼▀▄█▌▐\
    ░▒▓⌠■∙√≈≤≥\u{a0}⌡°²·÷\
    ═║╒ё╓╔╕╖╗╘╙╚╛╜╝╞\
    ╟╠╡Ё╢╣╤╥╦╧╨╩╪╫╬©\
    юабцдефгхийклмно\
    пярстужвьызшэщчъ\
    ЮАБЦДЕФГХИЙКЛМНО\
    ПЯРСТУЖВЬЫЗШЭЩЧЪ",
);

/// Cyrillic of the old Macintosh, with the Ukrainian letter and the euro.
pub(super) const MAC_CYRILLIC: Upper = upper(
    "АБВГДЕЖЗИЙКЛМНОП\
    РСТУФХЦЧШЩЪЫЬЭЮЯ\
    †°Ґ£§•¶І®©™Ђђ≠Ѓѓ\
    ∞±≤≥іµґЈЄєЇїЉљЊњ\
    јЅ¬√ƒ≈∆«»…\u{a0}ЋћЌќѕ\
    –—“”‘’÷„ЎўЏџ№Ёёя\
    абвгдежзийклмноп\
    рстуфхцчшщъыьэю€",
);

/// What a byte from 0x80 means; none for one that has no character.
pub(super) fn character(upper: &Upper, byte: u8) -> Option<char> {
    let place = usize::from(byte.checked_sub(0x80)?);
    upper.get(place).copied().filter(|&character| character != char::REPLACEMENT_CHARACTER)
}

/// The byte of a character beyond ASCII.
pub(super) fn byte(upper: &Upper, character: char) -> Option<u8> {
    if character == char::REPLACEMENT_CHARACTER {
        return None;
    }
    let place = upper.iter().position(|&known| known == character)?;
    u8::try_from(0x80 + place).ok()
}

/// The 128 characters of a text, taken out of it when the library is compiled.
const fn upper(text: &str) -> Upper {
    let bytes = text.as_bytes();
    let mut table = ['\0'; 128];
    let (mut at, mut place) = (0, 0);
    while at < bytes.len() {
        let (length, mut code) = match bytes[at] {
            first @ 0xe0.. => (3, (first & 0x0f) as u32),
            first => (2, (first & 0x1f) as u32),
        };
        let mut next = 1;
        while next < length {
            code = (code << 6) | (bytes[at + next] & 0x3f) as u32;
            next += 1;
        }
        table[place] = match char::from_u32(code) {
            Some(character) => character,
            None => panic!("a table of ours is text"),
        };
        (at, place) = (at + length, place + 1);
    }
    assert!(place == table.len(), "a table of ours has 128 characters");
    table
}

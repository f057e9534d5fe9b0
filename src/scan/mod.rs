//! The gateway's field `invoice_methods/qr`: base64 of the payer's link, or of a picture of its code. Nobody states
//! which, so the first bytes decide.

// The geometry of pictures.
#[allow(clippy::float_arithmetic)]
mod finder;
mod picture;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

pub use picture::Picture;

/// What the field holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QrSource {
    link: Option<String>,
    picture: Option<Picture>,
}

impl QrSource {
    /// Reads the field: standard or URL-safe base64, padded or not, with line breaks or without, perhaps behind
    /// `data:image/png;base64,`. Whatever it holds, reading ends soon: a picture of more than 4096 by 4096 pixels is
    /// not unpacked.
    pub fn read(field: &str) -> QrSource {
        let field = field.trim();
        if let Some(link) = link_in(field.as_bytes()) {
            return QrSource { link: Some(link), picture: None };
        }
        let Some(bytes) = decode(behind_data_uri(field)) else { return QrSource::default() };
        match Picture::of(bytes) {
            Ok(picture) => QrSource { link: picture.link(), picture: Some(picture) },
            Err(bytes) => QrSource { link: link_in(&bytes), picture: None },
        }
    }

    /// The link that the payer's phone opens, read out of the picture if need be.
    pub fn link(&self) -> Option<&str> {
        self.link.as_deref()
    }

    /// The picture, where the gateway sent one, also when no link can be read out of it.
    pub fn picture(&self) -> Option<&Picture> {
        self.picture.as_ref()
    }
}

/// What stands behind `data:image/png;base64,`, or all of it where there is no such beginning.
fn behind_data_uri(field: &str) -> &str {
    match field.split_once(',') {
        Some((start, rest)) if start.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("data:")) => {
            rest
        }
        _ => field,
    }
}

/// Standard base64, padded or not.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

fn decode(field: &str) -> Option<Vec<u8>> {
    // Mostly it is written plainly.
    LENIENT.decode(field).ok().or_else(|| LENIENT.decode(plain(field)).ok())
}

/// Without line breaks, and in the standard alphabet where it was in the one for URLs.
fn plain(field: &str) -> Vec<u8> {
    field
        .bytes()
        .filter(|byte| !byte.is_ascii_whitespace())
        .map(|byte| match byte {
            b'-' => b'+',
            b'_' => b'/',
            other => other,
        })
        .collect()
}

/// A link that a till may show and a browser may open; none is anything else, such as `javascript:`.
fn link_in(bytes: &[u8]) -> Option<String> {
    let link = std::str::from_utf8(bytes).ok()?.trim();
    let is_link = ["http://", "https://"]
        .iter()
        .any(|scheme| link.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)));
    (is_link && !link.chars().any(|c| c.is_control() || c.is_whitespace())).then(|| link.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::qr::Matrix;
    use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
    use proptest::prelude::*;

    const LINK: &str = "https://customer.freedompay.kz/pay.html?customer=kzobd2vgp17214143761774775392946";

    /// Bytes in every kind of base64 that may come.
    fn spellings(bytes: &[u8]) -> Vec<String> {
        let wrapped = STANDARD
            .encode(bytes)
            .as_bytes()
            .chunks(20)
            .map(|line| String::from_utf8_lossy(line) + "\r\n")
            .collect();
        vec![
            STANDARD.encode(bytes),
            STANDARD_NO_PAD.encode(bytes),
            URL_SAFE.encode(bytes),
            URL_SAFE_NO_PAD.encode(bytes),
            wrapped,
            format!(" data:image/png;base64,{}\n", STANDARD.encode(bytes)),
            format!("DATA:image/jpeg;base64,{}", URL_SAFE_NO_PAD.encode(bytes)),
        ]
    }

    #[test]
    fn the_link_is_read_from_every_kind_of_base64() {
        for field in spellings(LINK.as_bytes()) {
            let source = QrSource::read(&field);
            assert_eq!((source.link(), source.picture()), (Some(LINK), None), "{field}");
        }
        assert_eq!(QrSource::read(LINK).link(), Some(LINK), "not in base64 at all");
    }

    #[test]
    fn the_link_is_read_from_a_picture_in_every_kind_of_base64() {
        let png = Matrix::of(LINK).unwrap().to_png(4).unwrap();
        for field in spellings(&png) {
            let source = QrSource::read(&field);
            assert_eq!(source.link(), Some(LINK), "{field}");
            let picture = source.picture().unwrap();
            assert_eq!((picture.media_type(), picture.bytes()), ("image/png", &png[..]));
        }
    }

    #[test]
    fn what_is_neither_a_link_nor_a_picture_is_nothing() {
        for field in [
            "",
            "=",
            "!!!",
            "data:",
            "data:,",
            "aGVsbG8=",
            "ftp://x.example",
            &STANDARD.encode("http://a b"),
            &STANDARD.encode("javascript:alert(1)"),
            &STANDARD.encode("http://a\0b"),
            &STANDARD.encode([0xff; 40]),
        ] {
            assert_eq!(QrSource::read(field), QrSource::default(), "{field}");
        }
        let cut = QrSource::read(&STANDARD.encode([0x89, b'P', b'N', b'G', 13, 10, 26, 10]));
        assert_eq!(cut.link(), None);
        assert_eq!(cut.picture().map(Picture::media_type), Some("image/png"), "it stays at hand");
    }

    #[test]
    fn a_code_of_anything_but_a_link_is_no_link() {
        let png = Matrix::of("javascript:alert(1)").unwrap().to_png(4).unwrap();
        let source = QrSource::read(&STANDARD.encode(png));
        assert!(source.link().is_none() && source.picture().is_some());
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_a_panic(field in any::<String>()) {
            QrSource::read(&field);
        }

        #[test]
        fn any_bytes_are_read_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
            QrSource::read(&STANDARD.encode(bytes));
        }
    }
}

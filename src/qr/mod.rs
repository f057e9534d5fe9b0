//! The payer's code: from the link to the matrix of its modules (this file), to the forms that show it, one file each.
//!
//! Every form that is meant for scanning has the quiet zone around it. `raster` is what the forms made of dots share.

mod bmp;
mod data_uri;
mod escpos;
mod escpos_native;
mod png;
mod raster;
mod receipt;
mod svg;
mod text;
mod zpl;

use qrcodegen::{QrCode, QrCodeEcc};

use crate::outcome::Error;

pub use receipt::{Receipt, Sale};
pub(crate) use receipt::{check_count, check_length};

/// The quiet zone around a code, in modules (ISO/IEC 18004).
const QUIET_ZONE: i32 = 4;
/// The largest module of a form whose size the caller chooses. The largest code there is then fits 12,000 pixels.
const LARGEST_MODULE: u32 = 64;

/// A code's modules.
pub struct Matrix {
    code: QrCode,
    link: String,
}

impl Matrix {
    /// The code of a text, in the smallest size that holds it, at the highest error correction of that size.
    /// None when no QR code holds so much.
    pub fn of(text: &str) -> Option<Matrix> {
        let code = QrCode::encode_text(text, QrCodeEcc::Low).ok()?;
        Some(Matrix { code, link: text.to_owned() })
    }

    /// The side in modules, without the quiet zone.
    pub fn side(&self) -> usize {
        usize::try_from(self.code.size()).unwrap_or(0)
    }

    /// The text in the code.
    pub fn link(&self) -> &str {
        &self.link
    }

    /// One byte a module, row by row, 1 is dark; no quiet zone.
    pub fn to_modules(&self) -> Vec<u8> {
        let places = 0..self.code.size();
        places.clone().flat_map(|y| places.clone().map(move |x| u8::from(self.is_dark(x, y)))).collect()
    }

    /// Whether the module at a place is dark; the quiet zone and everything beyond it is light.
    pub(crate) fn is_dark(&self, x: i32, y: i32) -> bool {
        self.code.get_module(x, y)
    }

    /// The side in modules with the quiet zone on both sides.
    fn full_side(&self) -> usize {
        self.side() + 2 * QUIET_ZONE as usize
    }
}

/// The size of a module as the caller gave it, in pixels or dots; the error names `field`.
fn module_size(field: &str, size: u32) -> Result<usize, Error> {
    if !(1..=LARGEST_MODULE).contains(&size) {
        return Err(Error::argument(format!("{field} {size} is not between 1 and {LARGEST_MODULE}")));
    }
    Ok(size as usize)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_error_correction_is_the_highest_that_does_not_grow_the_code() {
        for length in 20..=300 {
            let text = "https://x.example/?".to_owned() + &"a".repeat(length - 19);
            let code = Matrix::of(&text).unwrap().code;
            let least = QrCode::encode_text(&text, QrCodeEcc::Low).unwrap();
            assert_eq!(code.version(), least.version());
            for higher in [QrCodeEcc::Medium, QrCodeEcc::Quartile, QrCodeEcc::High] {
                if higher > code.error_correction_level() {
                    let larger = QrCode::encode_text(&text, higher).unwrap();
                    assert!(larger.version() > code.version(), "{length} bytes fit {higher:?}");
                }
            }
        }
    }

    #[test]
    fn a_text_too_long_for_any_code_has_none() {
        assert!(Matrix::of(&"x".repeat(2953)).is_some());
        assert!(Matrix::of(&"x".repeat(2954)).is_none());
    }

    /// The modules as a decoder takes them.
    struct Modules(Vec<u8>, usize);

    impl rqrr::BitGrid for Modules {
        fn size(&self) -> usize {
            self.1
        }
        fn bit(&self, y: usize, x: usize) -> bool {
            self.0[y * self.1 + x] == 1
        }
    }

    proptest! {
        #[test]
        fn the_modules_read_back_as_the_link(link in "https://[a-z]{3,20}\\.example/[!-~]{0,260}") {
            let matrix = Matrix::of(&link).unwrap();
            let grid = rqrr::Grid::new(Modules(matrix.to_modules(), matrix.side()));
            prop_assert_eq!(grid.decode().unwrap().1, link);
        }
    }
}

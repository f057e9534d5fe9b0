//! The payer's link as a QR code: the matrix of its modules, and the forms that show it.

mod text;

use qrcodegen::{QrCode, QrCodeEcc};

/// The quiet zone around a code, in modules (ISO/IEC 18004).
const QUIET_ZONE: i32 = 4;

/// A code's modules.
pub struct Matrix(QrCode);

impl Matrix {
    /// The code of a text, in the smallest size that holds it, at the highest error correction of that size.
    /// None when no QR code holds so much.
    pub fn of(text: &str) -> Option<Matrix> {
        let code = QrCode::encode_text(text, QrCodeEcc::Low).ok()?;
        Some(Matrix(code))
    }

    /// The side in modules, without the quiet zone.
    pub fn side(&self) -> usize {
        usize::try_from(self.0.size()).unwrap_or(0)
    }

    /// Whether the module at a place is dark; the quiet zone and everything beyond it is light.
    pub(crate) fn is_dark(&self, x: i32, y: i32) -> bool {
        self.0.get_module(x, y)
    }
}

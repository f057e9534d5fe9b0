//! The code drawn by the receipt printer itself: the ESC/POS commands `GS ( k`. A few hundred bytes instead of a
//! raster, for a slow line; a printer that does not know them prints nothing or rubbish.

use qrcodegen::QrCodeEcc;

use super::{Matrix, QUIET_ZONE};
use crate::outcome::Error;

/// The largest module that the command can ask for, in dots.
const LARGEST_MODULE: usize = 16;

impl Matrix {
    /// The printer's own commands: centred, paper fed for the quiet zone above and below, a module as large as fits
    /// the paper, from 3 to 16 dots. Paper in dots as for `to_escpos`.
    pub fn to_escpos_native(&self, paper_dots: u32) -> Result<Vec<u8>, Error> {
        let dots = self.dots_per_module(paper_dots)?.min(LARGEST_MODULE) as u8;
        let level = match self.code.error_correction_level() {
            QrCodeEcc::Low => b'0',
            QrCodeEcc::Medium => b'1',
            QrCodeEcc::Quartile => b'2',
            QrCodeEcc::High => b'3',
        };
        // A unit of feed is half a dot on some printers, so that this is at least the quiet zone on all of them.
        let feed = [0x1b, b'J', dots * QUIET_ZONE as u8 * 2];
        let mut out = b"\x1ba\x01".to_vec();
        out.extend_from_slice(&feed);
        command(&mut out, &[b'A', b'2', 0]); // model 2, the one that phones read
        command(&mut out, &[b'C', dots]);
        command(&mut out, &[b'E', level]);
        command(&mut out, &[b"P0", self.link().as_bytes()].concat());
        command(&mut out, b"Q0"); // print it
        out.extend_from_slice(&feed);
        out.extend_from_slice(b"\x1ba\0");
        Ok(out)
    }
}

/// `GS ( k`, the length of what follows, and the sign for a QR code.
fn command(out: &mut Vec<u8>, content: &[u8]) {
    out.extend_from_slice(b"\x1d(k");
    // A code holds less than 3,000 bytes.
    out.extend_from_slice(&(content.len() as u16 + 1).to_le_bytes());
    out.push(b'1');
    out.extend_from_slice(content);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bytes_are_those_of_the_printers_manual() {
        let matrix = Matrix::of("https://x.example").unwrap(); // 21 modules, 29 with the quiet zone
        let expected = [
            &b"\x1ba\x01\x1bJ\x68"[..],
            b"\x1d(k\x04\x001A2\0",
            b"\x1d(k\x03\x001C\x0d",
            b"\x1d(k\x03\x001E0",
            b"\x1d(k\x14\x001P0https://x.example",
            b"\x1d(k\x03\x001Q0",
            b"\x1bJ\x68\x1ba\0",
        ];
        assert_eq!(matrix.to_escpos_native(384).unwrap(), expected.concat());
        assert_eq!(matrix.to_escpos_native(1024).unwrap()[22], 16, "no module larger than the command has");
        assert!(matrix.to_escpos_native(100).is_err());
    }
}

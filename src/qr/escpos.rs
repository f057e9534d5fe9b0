//! The code as dots for a receipt printer: the ESC/POS command `GS v 0`, which every such printer has.

use super::Matrix;
use crate::outcome::Error;

impl Matrix {
    /// One raster of the paper's whole width, the code in its middle with the quiet zone, a module as large as fits
    /// and at least 3 dots. Paper in dots: 384 for 58 mm, 576 for 80 mm; any multiple of 8 from 256 to 1024.
    pub fn to_escpos(&self, paper_dots: u32) -> Result<Vec<u8>, Error> {
        let dots_per_module = self.dots_per_module(paper_dots)?;
        // The margin is part of the raster: not every printer centres one.
        let raster = self.raster_within(paper_dots as usize, dots_per_module);
        let row_bytes = (paper_dots / 8) as u16;
        let rows = raster.height as u16;
        let mut out = b"\x1dv0\0".to_vec();
        out.extend_from_slice(&row_bytes.to_le_bytes());
        out.extend_from_slice(&rows.to_le_bytes());
        raster.rows().for_each(|row| out.extend_from_slice(row));
        Ok(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_says_what_follows_it() {
        let matrix = Matrix::of("https://customer.example/pay.html?customer=1").unwrap();
        for paper in [256, 384, 576, 1024] {
            let out = matrix.to_escpos(paper).unwrap();
            assert_eq!(&out[..4], b"\x1dv0\0");
            let number = |at: usize| usize::from(u16::from_le_bytes([out[at], out[at + 1]]));
            assert_eq!(number(4) * 8, paper as usize);
            assert_eq!(out.len(), 8 + number(4) * number(6));
        }
        assert!(matrix.to_escpos(100).unwrap_err().message().starts_with("paper_dots 100 is not"));
    }
}

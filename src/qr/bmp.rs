//! The code as a Windows bitmap of one bit a pixel: what a till on Windows shows without any library.

use super::{Matrix, module_size};
use crate::outcome::Error;

const FILE_HEADER: u32 = 14;
const INFO_HEADER: u32 = 40;
const COLORS: [[u8; 4]; 2] = [[0xff, 0xff, 0xff, 0], [0, 0, 0, 0]]; // 0 is white, 1 is black

impl Matrix {
    /// A BMP with the quiet zone, black on white, from the bottom row to the top as Windows keeps them. Size in
    /// pixels: from 1 to 64 a module.
    pub fn to_bmp(&self, pixels_per_module: u32) -> Result<Vec<u8>, Error> {
        let raster = self.raster(module_size("pixels_per_module", pixels_per_module)?);
        let row_bytes = raster.width.div_ceil(32) * 4;
        let pixels = (row_bytes * raster.height) as u32;
        let start = FILE_HEADER + INFO_HEADER + 4 * COLORS.len() as u32;

        let mut out = Vec::with_capacity((start + pixels) as usize);
        out.extend_from_slice(b"BM");
        for number in [start + pixels, 0, start] {
            out.extend_from_slice(&number.to_le_bytes());
        }
        for number in [INFO_HEADER, raster.width as u32, raster.height as u32] {
            out.extend_from_slice(&number.to_le_bytes());
        }
        out.extend_from_slice(&[1, 0, 1, 0]); // one plane, one bit a pixel
        const DOTS_PER_METER: u32 = 3780; // 96 to the inch
        let colors = COLORS.len() as u32;
        for number in [0, pixels, DOTS_PER_METER, DOTS_PER_METER, colors, colors] {
            out.extend_from_slice(&number.to_le_bytes());
        }
        out.extend(COLORS.iter().flatten());
        for row in raster.rows().rev() {
            out.extend_from_slice(row);
            out.resize(out.len() + row_bytes - row.len(), 0);
        }
        Ok(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_headers_are_what_the_pixels_are() {
        let matrix = Matrix::of("https://customer.example/pay.html?customer=1").unwrap();
        for size in [1, 2, 3, 16, 64] {
            let bmp = matrix.to_bmp(size).unwrap();
            let number = |at: usize| u32::from_le_bytes(bmp[at..at + 4].try_into().unwrap());
            let side = matrix.full_side() as u32 * size;
            assert_eq!((&bmp[..2], number(2) as usize), (&b"BM"[..], bmp.len()));
            assert_eq!((number(10), number(14), number(18), number(22)), (62, 40, side, side));
            assert_eq!(bmp.len() as u32, 62 + side.div_ceil(32) * 4 * side);
        }
        assert!(matrix.to_bmp(0).unwrap_err().message().contains("pixels_per_module 0"));
    }
}

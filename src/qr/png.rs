//! The code as a PNG picture of one bit a pixel.

use png::{BitDepth, ColorType, Compression, Encoder, EncodingError, Filter};

use super::{Matrix, module_size};
use crate::outcome::Error;

impl Matrix {
    /// A PNG with the quiet zone, black on white. Size in pixels: from 1 to 64 a module.
    pub fn to_png(&self, pixels_per_module: u32) -> Result<Vec<u8>, Error> {
        self.png(module_size("pixels_per_module", pixels_per_module)?).map_err(|_| Error::internal())
    }

    fn png(&self, pixels_per_module: usize) -> Result<Vec<u8>, EncodingError> {
        let raster = self.raster(pixels_per_module);
        // In a PNG of greys a set bit is light.
        let pixels: Vec<u8> = raster.rows().flatten().map(|byte| !byte).collect();
        let mut out = Vec::new();
        let mut encoder = Encoder::new(&mut out, raster.width as u32, raster.height as u32);
        encoder.set_color(ColorType::Grayscale);
        encoder.set_depth(BitDepth::One);
        encoder.set_compression(Compression::Balanced);
        encoder.set_filter(Filter::Up); // most rows repeat the one above
        let mut writer = encoder.write_header()?;
        writer.write_image_data(&pixels)?;
        writer.finish()?;
        Ok(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_out_of_range_is_named() {
        let matrix = Matrix::of("https://x.example").unwrap();
        for size in [0, 65, 65535, u32::MAX] {
            let said = matrix.to_png(size).unwrap_err();
            assert_eq!(said.message(), format!("pixels_per_module {size} is not between 1 and 64"));
        }
        assert!(matrix.to_png(1).is_ok() && matrix.to_png(64).is_ok());
    }
}

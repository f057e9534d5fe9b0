//! The code as a `data:` URI for the `src` of an `<img>`: it needs no second request and no file.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::Matrix;
use crate::outcome::Error;

impl Matrix {
    /// The PNG of `to_png` in base64. A mail program that shows no SVG shows it too.
    pub fn to_data_uri(&self, pixels_per_module: u32) -> Result<String, Error> {
        Ok(format!("data:image/png;base64,{}", STANDARD.encode(self.to_png(pixels_per_module)?)))
    }
}

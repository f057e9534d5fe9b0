//! The picture that the gateway may send instead of the link: what kind it is, and the link in it.

use std::fmt;
use std::io::Cursor;
use std::panic::{self, AssertUnwindSafe};

use png::{ColorType, InterlaceInfo, Limits, Transformations};
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use super::finder::{self, Grey};
use super::link_in;
use crate::memory;

/// A picture of more pixels on a side is not unpacked.
const LONGEST_SIDE: usize = 4096;
/// What the PNG decoder may use beside the rows of the picture.
const PNG_MEMORY: usize = 4 << 20;
/// What a progressive JPEG takes beside its pixels: two bytes for each coefficient of up to four colours.
const JPEG_BYTES_A_PIXEL: usize = 8;
/// A progressive JPEG is unpacked as often as it has scans; usual ones have 10.
const MOST_SCANS: usize = 20;

/// A picture as the gateway sent it.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    media_type: &'static str,
    bytes: Vec<u8>,
}

impl Picture {
    /// A picture of a kind known by its first bytes; other bytes are given back.
    pub(super) fn of(bytes: Vec<u8>) -> Result<Picture, Vec<u8>> {
        let media_type = if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
            "image/png"
        } else if bytes.starts_with(b"\xff\xd8\xff") {
            "image/jpeg"
        } else {
            return Err(bytes);
        };
        Ok(Picture { media_type, bytes })
    }

    /// `image/png` or `image/jpeg`.
    pub fn media_type(&self) -> &'static str {
        self.media_type
    }

    /// The file's bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The link in the code that the picture shows; none when it cannot be read.
    pub(super) fn link(&self) -> Option<String> {
        // A defect in a decoder must not cost the sale, which exists whatever its picture is.
        panic::catch_unwind(AssertUnwindSafe(|| self.read())).unwrap_or(None)
    }

    fn read(&self) -> Option<String> {
        let grey = match self.media_type {
            "image/png" => unpack_png(&self.bytes),
            _ => unpack_jpeg(&self.bytes),
        };
        finder::find(&grey?, link_in)
    }
}

impl fmt::Debug for Picture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Picture({}, {} bytes)", self.media_type, self.bytes.len())
    }
}

fn unpack_png(bytes: &[u8]) -> Option<Grey> {
    let mut decoder = png::Decoder::new_with_limits(Cursor::new(bytes), Limits { bytes: PNG_MEMORY });
    // Compressed texts and colour profiles are bombs of their own.
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    decoder.set_transformations(Transformations::normalize_to_color8());
    let header = decoder.read_header_info().ok()?;
    let mut grey = blank(header.width as usize, header.height as usize, PNG_MEMORY)?;

    let mut reader = decoder.read_info().ok()?;
    let samples = match reader.output_color_type().0 {
        ColorType::Grayscale => 1,
        ColorType::GrayscaleAlpha => 2,
        ColorType::Rgb => 3,
        ColorType::Rgba => 4,
        ColorType::Indexed => return None, // the transformation leaves none
    };
    let mut line = 0;
    while let Some(row) = reader.next_interlaced_row().ok()? {
        let shades: Vec<u8> = row.data().chunks_exact(samples).map(shade).collect();
        match row.interlace() {
            InterlaceInfo::Null(_) => {
                let start = line * grey.width;
                grey.pixels.get_mut(start..start + grey.width)?.copy_from_slice(shades.get(..grey.width)?);
                line += 1;
            }
            InterlaceInfo::Adam7(pass) => {
                png::expand_interlaced_row(&mut grey.pixels, grey.width, &shades, pass, 8);
            }
        }
    }
    Some(grey)
}

/// A pixel's brightness on white paper.
fn shade(pixel: &[u8]) -> u8 {
    let (light, alpha) = match *pixel {
        [grey] => return grey,
        [grey, alpha] => (u32::from(grey), u32::from(alpha)),
        [red, green, blue] => return luma(red, green, blue) as u8,
        [red, green, blue, alpha] => (luma(red, green, blue), u32::from(alpha)),
        _ => return u8::MAX,
    };
    ((light * alpha + 255 * (255 - alpha)) / 255) as u8
}

fn luma(red: u8, green: u8, blue: u8) -> u32 {
    (u32::from(red) * 77 + u32::from(green) * 150 + u32::from(blue) * 29) >> 8
}

fn unpack_jpeg(bytes: &[u8]) -> Option<Grey> {
    let options = DecoderOptions::default()
        .set_max_width(LONGEST_SIDE)
        .set_max_height(LONGEST_SIDE)
        .jpeg_set_max_scans(MOST_SCANS)
        .jpeg_set_out_colorspace(ColorSpace::Luma);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers().ok()?;
    let (width, height) = decoder.dimensions()?;
    let mut grey = blank(width, height, width.saturating_mul(height).saturating_mul(JPEG_BYTES_A_PIXEL))?;
    if decoder.output_buffer_size()? != grey.pixels.len() {
        return None;
    }
    decoder.decode_into(&mut grey.pixels).ok()?;
    Some(grey)
}

/// White paper; none when it is larger than anything the library unpacks, or than the memory there is for it and for what
/// its decoder puts beside it.
fn blank(width: usize, height: usize, beside: usize) -> Option<Grey> {
    let fits = (1..=LONGEST_SIDE).contains(&width) && (1..=LONGEST_SIDE).contains(&height);
    if !fits || !memory::has_room((width * height).saturating_add(beside)) {
        return None;
    }
    Some(Grey { width, height, pixels: memory::filled(u8::MAX, width * height)? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::qr::Matrix;
    use proptest::prelude::*;

    const LINK: &str = "https://customer.freedompay.kz/pay.html?customer=kzobd2vgp17214143761774775392946";
    const JPEG: &[u8] = include_bytes!("../../tests/qr/pictures/link.jpg");
    const PROGRESSIVE: &[u8] = include_bytes!("../../tests/qr/pictures/link-progressive.jpg");
    const INTERLACED: &[u8] = include_bytes!("../../tests/qr/pictures/link-interlaced.png");

    fn link(bytes: &[u8]) -> Option<String> {
        Picture::of(bytes.to_vec()).ok()?.read()
    }

    #[test]
    fn pictures_drawn_by_others_are_read() {
        for picture in [JPEG, PROGRESSIVE, INTERLACED] {
            assert_eq!(link(picture).as_deref(), Some(LINK));
        }
    }

    #[test]
    fn a_drawn_link_is_read_back_whichever_pattern_its_mask_makes() {
        let link =
            r#"https://rnxsjfc.example/D$.:E!Jj9Br81S20T_zW&.{&?/Tl9%_%E:s?0Hn<e[mp/!)>e)lRk8"v_"'(}.=x"#;
        let png = Matrix::of(link).unwrap().to_png(1).unwrap();
        assert_eq!(super::tests::link(&png).as_deref(), Some(link));
    }

    #[test]
    fn a_picture_of_more_than_4096_pixels_is_not_unpacked() {
        let png = |width: u32, height: u32| {
            let mut bytes = Vec::new();
            let mut writer = png::Encoder::new(&mut bytes, width, height).write_header().unwrap();
            writer.write_image_data(&vec![0; (width * height) as usize]).unwrap();
            drop(writer);
            unpack_png(&bytes)
        };
        assert!(png(4096, 1).is_some() && png(1, 4096).is_some());
        assert!(png(4097, 1).is_none() && png(1, 4097).is_none());
    }

    proptest! {
        #[test]
        fn a_drawn_link_is_read_back_at_any_size(
            link in "https://[a-z]{3,20}\\.example/[!-~]{0,260}", size in 1..=16u32
        ) {
            let png = Matrix::of(&link).unwrap().to_png(size).unwrap();
            prop_assert_eq!(super::tests::link(&png), Some(link));
        }

        #[test]
        fn a_picture_with_any_wrong_bytes_is_read_or_not(
            which in 0..4usize, wrong in proptest::collection::vec((any::<u16>(), any::<u8>()), 1..20)
        ) {
            let drawn = Matrix::of(LINK).unwrap().to_png(3).unwrap();
            let mut bytes = [JPEG, PROGRESSIVE, INTERLACED, &drawn][which].to_vec();
            for (at, byte) in wrong {
                let at = usize::from(at) % bytes.len();
                bytes[at] = byte;
            }
            link(&bytes);
        }

        #[test]
        fn a_picture_cut_anywhere_is_read_or_not(which in 0..3usize, at in any::<u16>()) {
            let bytes = [JPEG, PROGRESSIVE, INTERLACED][which];
            link(&bytes[..usize::from(at) % bytes.len()]);
        }

        #[test]
        fn any_pixels_are_searched_without_a_panic(
            width in 1..60usize, height in 1..60usize, seed in proptest::collection::vec(any::<u8>(), 3600)
        ) {
            let pixels: Vec<u8> = seed.into_iter().take(width * height).map(|shade| shade & 0x80).collect();
            finder::find(&Grey { width, height, pixels }, link_in);
        }
    }
}

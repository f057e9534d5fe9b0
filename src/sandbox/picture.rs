//! The payer's link as a picture of its QR, which is how the gateway's own SDK reads the field `qr`.
//! The smallest PNG that serves: one bit a pixel, not compressed.

use qrcodegen::{QrCode, QrCodeEcc};

const PIXELS_PER_MODULE: usize = 4;
/// In modules, on every side.
const QUIET_ZONE: i32 = 4;

/// None is a link too long for any QR code.
pub(super) fn png(link: &str) -> Option<Vec<u8>> {
    let code = QrCode::encode_text(link, QrCodeEcc::Medium).ok()?;
    let modules = -QUIET_ZONE..code.size() + QUIET_ZONE;
    let mut pixels = Vec::new();
    for y in modules.clone() {
        // A module outside the code is light.
        let bits: Vec<bool> =
            modules.clone().flat_map(|x| [!code.get_module(x, y); PIXELS_PER_MODULE]).collect();
        // Every row of pixels begins with the number of its filter: none.
        let row: Vec<u8> = std::iter::once(0).chain(bits.chunks(8).map(byte)).collect();
        for _ in 0..PIXELS_PER_MODULE {
            pixels.extend_from_slice(&row);
        }
    }
    let side = u32::try_from(modules.count() * PIXELS_PER_MODULE).ok()?;

    let mut out = b"\x89PNG\r\n\x1a\n".to_vec();
    // Width, height, one bit of grey, then the only method there is of everything.
    let header = [&side.to_be_bytes()[..], &side.to_be_bytes(), &[1, 0, 0, 0, 0]].concat();
    chunk(&mut out, b"IHDR", &header);
    chunk(&mut out, b"IDAT", &zlib(&pixels));
    chunk(&mut out, b"IEND", &[]);
    Some(out)
}

/// Up to eight pixels, the first in the highest bit.
fn byte(bits: &[bool]) -> u8 {
    bits.iter().enumerate().fold(0, |byte, (index, light)| byte | (u8::from(*light) << (7 - index)))
}

fn chunk(out: &mut Vec<u8>, name: &[u8; 4], content: &[u8]) {
    out.extend_from_slice(&(content.len() as u32).to_be_bytes());
    out.extend_from_slice(name);
    out.extend_from_slice(content);
    let sum = crc32(name.iter().chain(content));
    out.extend_from_slice(&sum.to_be_bytes());
}

/// A zlib stream of stored blocks.
fn zlib(content: &[u8]) -> Vec<u8> {
    let mut out = vec![0x78, 0x01];
    let mut blocks = content.chunks(usize::from(u16::MAX)).peekable();
    while let Some(block) = blocks.next() {
        let length = block.len() as u16;
        out.push(u8::from(blocks.peek().is_none()));
        out.extend_from_slice(&length.to_le_bytes());
        out.extend_from_slice(&(!length).to_le_bytes());
        out.extend_from_slice(block);
    }
    out.extend_from_slice(&adler32(content).to_be_bytes());
    out
}

fn crc32<'a>(bytes: impl Iterator<Item = &'a u8>) -> u32 {
    !bytes.fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| (sum >> 1) ^ (0xedb8_8320 & (sum & 1).wrapping_neg()))
    })
}

fn adler32(bytes: &[u8]) -> u32 {
    let (low, high) = bytes.iter().fold((1u32, 0u32), |(low, high), byte| {
        let low = (low + u32::from(*byte)) % 65_521;
        (low, (high + low) % 65_521)
    });
    (high << 16) | low
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums_are_the_published_ones() {
        assert_eq!(crc32(b"123456789".iter()), 0xcbf4_3926);
        assert_eq!(crc32(b"IEND".iter()), 0xae42_6082);
        assert_eq!(adler32(b"Wikipedia"), 0x11e6_0398);
    }

    #[test]
    fn the_picture_shows_the_code_in_its_quiet_zone() {
        let link = "http://127.0.0.1:8080/pay.html?customer=0123456789abcdef0123456789abcdef";
        let png = png(link).unwrap();
        let code = QrCode::encode_text(link, QrCodeEcc::Medium).unwrap();
        let side = (code.size() as usize + 8) * PIXELS_PER_MODULE;
        assert_eq!(png[16..20], (side as u32).to_be_bytes());
        // Signature 8, header chunk 25, length and name 8, zlib 2, block 5.
        let pixels = &png[48..];
        let row = 1 + side.div_ceil(8);
        for (y, x) in (0..side).flat_map(|y| (0..side).map(move |x| (y, x))) {
            let light = pixels[y * row + 1 + x / 8] >> (7 - x % 8) & 1 == 1;
            let module = |pixel: usize| (pixel / PIXELS_PER_MODULE) as i32 - QUIET_ZONE;
            assert_eq!(light, !code.get_module(module(x), module(y)), "{x} {y}");
        }
        assert!(png.ends_with(b"IEND\xae\x42\x60\x82"));
    }

    #[test]
    fn a_link_too_long_for_a_code_has_no_picture() {
        assert_eq!(png(&"x".repeat(3000)), None);
    }
}

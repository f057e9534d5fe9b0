//! The texts that a handle lends to its host.

use std::ffi::CStr;

use super::speech::without_nul;
use crate::text::TextEncoding;

/// A text's place in `Texts`.
#[derive(Clone, Copy)]
pub(super) struct Place(usize);

/// What the texts of an invoice and of its link take.
const USUAL_BYTES: usize = 512;

/// NUL-terminated texts in an encoding, one behind the other.
pub(super) struct Texts {
    encoding: TextEncoding,
    bytes: Vec<u8>,
    /// What the encoding has no letter for.
    pub missing: Vec<char>,
}

impl Texts {
    pub fn new(encoding: TextEncoding) -> Texts {
        Texts { encoding, bytes: Vec::with_capacity(USUAL_BYTES), missing: Vec::new() }
    }

    /// Adds a copy of a text. A NUL inside, which only JSON can carry, becomes the replacement character.
    pub fn add(&mut self, text: &str) -> Place {
        let place = Place(self.bytes.len());
        self.bytes.reserve(text.len() + 1);
        self.encoding.encode(&without_nul(text), &mut self.bytes, &mut self.missing);
        self.bytes.push(0);
        place
    }

    pub fn get(&self, place: Place) -> Option<&CStr> {
        CStr::from_bytes_until_nul(self.bytes.get(place.0..)?).ok()
    }
}

//! How a host speaks: the encoding of its texts, both ways, and the language of the sentences that it is told.

use std::borrow::Cow;
use std::ffi::CString;

use libc::c_char;

use super::{bytes, fp_client};
use crate::log::{Level, Log};
use crate::money::Amount;
use crate::outcome::Error;
use crate::text::{Language, TextEncoding};

/// What a client was told of its host's texts. UTF-8 and English where there is no client.
#[derive(Clone, Copy, Default)]
pub(super) struct Speech {
    pub encoding: TextEncoding,
    pub language: Language,
}

impl Speech {
    /// A NUL-terminated text.
    ///
    /// # Safety
    /// As for `bytes`.
    pub unsafe fn text<'a>(self, field: &str, text: *const c_char) -> Result<Cow<'a, str>, Error> {
        self.read(field, unsafe { bytes(field, text) }?)
    }

    /// A text that may be NULL.
    ///
    /// # Safety
    /// As for `bytes`.
    pub unsafe fn optional_text<'a>(
        self,
        field: &str,
        text: *const c_char,
    ) -> Result<Option<Cow<'a, str>>, Error> {
        if text.is_null() { Ok(None) } else { unsafe { self.text(field, text) }.map(Some) }
    }

    /// An amount in decimal text.
    ///
    /// # Safety
    /// As for `bytes`.
    pub unsafe fn amount(self, text: *const c_char) -> Result<Amount, Error> {
        unsafe { self.text("amount", text) }?.parse()
    }

    /// An amount in decimal text, which may be NULL.
    ///
    /// # Safety
    /// As for `bytes`.
    pub unsafe fn optional_amount(self, text: *const c_char) -> Result<Option<Amount>, Error> {
        unsafe { self.optional_text("amount", text) }?.as_deref().map(str::parse).transpose()
    }

    /// Bytes as a text; the error names the field and the first byte that is no text.
    pub fn read<'a>(self, field: &str, bytes: &'a [u8]) -> Result<Cow<'a, str>, Error> {
        self.encoding.decode(bytes).map_err(|position| {
            let encoding = match self.encoding {
                TextEncoding::Utf8 => "UTF-8",
                other => other.name(),
            };
            Error::argument(format!(
                "{field} is not {encoding}: the byte at position {position} does not fit"
            ))
        })
    }

    /// What went wrong, as a sentence for a person.
    pub fn sentence(self, error: &Error) -> CString {
        self.write(&error.message_in(self.language), &mut Vec::new())
    }

    /// A text as C takes it. A NUL inside becomes the replacement character. What the encoding has no letter for is added to
    /// `missing`.
    pub fn write(self, text: &str, missing: &mut Vec<char>) -> CString {
        let mut out = Vec::new();
        self.encoding.encode(&without_nul(text), &mut out, missing);
        CString::new(out).unwrap_or_default()
    }

    /// Says in the log which characters of an answer have no letter in the host's encoding.
    pub fn warn(self, log: &Log, missing: &[char]) {
        if let Some(sentence) = self.encoding.complaint(missing) {
            log.write(Level::Warn, format_args!("{sentence}"));
        }
    }
}

/// How the host of a client speaks.
///
/// # Safety
/// As for `borrow`.
pub(super) unsafe fn speech(client: *const fp_client) -> Speech {
    unsafe { super::borrow(client) }.map_or(Speech::default(), fp_client::speech)
}

/// A text that was read before, to be used by a call whose result names it, too.
pub(super) fn known<'a>(text: &'a Result<Cow<'_, str>, Error>) -> Result<&'a str, Error> {
    text.as_deref().map_err(Clone::clone)
}

/// C ends a text at a NUL, which only JSON can carry.
pub(super) fn without_nul(text: &str) -> Cow<'_, str> {
    if text.contains('\0') { Cow::Owned(text.replace('\0', "\u{fffd}")) } else { Cow::Borrowed(text) }
}

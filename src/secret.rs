//! A text that must not be shown: zeroed on drop, never printed.

use std::fmt;

use zeroize::Zeroizing;

/// A secret key. Its bytes are zeroed when it is dropped, and `Debug` shows none of it.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes a copy of the text; the caller's copy is the caller's to clear.
    pub fn new(text: &str) -> Secret {
        Secret(Zeroizing::new(text.to_owned()))
    }

    /// The text itself, for the one place that signs or connects with it.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_not_in_its_debug_text() {
        assert_eq!(format!("{:?}", Secret::new("k3y")), "Secret(…)");
    }
}

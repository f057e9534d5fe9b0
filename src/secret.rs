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

/// Runs what a secret is given to as bytes, and clears what it leaves on the stack: hash functions copy the last of their bytes
/// there, and move them about.
pub(crate) fn on_cleared_stack<T>(work: impl FnOnce() -> T) -> T {
    let done = below(work);
    clear_stack();
    done
}

/// A frame of its own, at the place that is cleared.
#[inline(never)]
fn below<T>(work: impl FnOnce() -> T) -> T {
    work()
}

#[inline(never)]
fn clear_stack() {
    let stack = [0u8; 16 * 1024];
    // One fill, where a volatile one would cost as much as the signature; tests/c/secrets.c sees that it is done.
    std::hint::black_box(&stack);
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

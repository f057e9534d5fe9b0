//! Whether there is memory for what is large because of what came from outside.
//!
//! Where an allocation fails, a Rust program ends. Small ones fail only where nothing goes on anyhow; for large ones,
//! whose size a stranger chooses, it is asked before.

/// Whether so many bytes can be had at this moment. Another thread may take them meanwhile: it is a strong hint and no promise.
pub(crate) fn has_room(bytes: usize) -> bool {
    Vec::<u8>::new().try_reserve_exact(bytes).is_ok()
}

/// So many times the same byte; none when there is no memory for them.
pub(crate) fn filled(byte: u8, count: usize) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    bytes.try_reserve_exact(count).ok()?;
    bytes.resize(count, byte);
    Some(bytes)
}

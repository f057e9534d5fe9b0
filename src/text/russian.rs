//! The sentences of the library in Russian: `russian.tsv`.

/// The table, as `template` reads it. As one text it needs no address for each of its sentences, which the loader would have to
/// set right: that would weigh 20 kB.
pub(super) const SENTENCES: &str = include_str!("russian.tsv");

#[cfg(test)]
mod tests;

//! A value for each process: what a forked child inherits is neither used nor dropped there.
//!
//! A runtime and its connections belong to the process that made them. After a fork the child finds none of its
//! own here and makes anew. There is no lock, so none can be held by a thread that the child does not have.

use std::mem;
use std::process;

use once_cell::race::OnceBox;

/// Holds one `T` for each process that has asked for one.
pub(crate) struct PerProcess<T> {
    first: OnceBox<Node<T>>,
}

/// A link of the list; the list has one for each process along the line of forks.
struct Node<T> {
    process: u32,
    value: Option<T>,
    next: OnceBox<Node<T>>,
}

impl<T> PerProcess<T> {
    pub fn new() -> PerProcess<T> {
        PerProcess { first: OnceBox::new() }
    }

    /// This process's value, made by `make` at the first call.
    pub fn get(&self, make: impl Fn() -> T) -> &T {
        let process = process::id();
        let mut slot = &self.first;
        loop {
            let node =
                slot.get_or_init(|| Box::new(Node { process, value: Some(make()), next: OnceBox::new() }));
            match &node.value {
                Some(value) if node.process == process => return value,
                _ => slot = &node.next,
            }
        }
    }
}

impl<T> Drop for Node<T> {
    fn drop(&mut self) {
        if self.process != process::id() {
            mem::forget(self.value.take());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn one_process_has_one_value() {
        let made = AtomicUsize::new(0);
        let cell = PerProcess::new();
        let make = || made.fetch_add(1, Ordering::Relaxed);
        assert_eq!((*cell.get(make), *cell.get(make)), (0, 0));
        assert_eq!(made.into_inner(), 1);
    }

    #[test]
    fn what_another_process_made_is_neither_used_nor_dropped() {
        struct Trap;
        impl Drop for Trap {
            fn drop(&mut self) {
                panic!("dropped in the wrong process");
            }
        }
        let cell: PerProcess<Option<Trap>> = PerProcess::new();
        let inherited = Node { process: process::id() + 1, value: Some(Some(Trap)), next: OnceBox::new() };
        assert!(cell.first.set(Box::new(inherited)).is_ok());
        assert!(cell.get(|| None).is_none());
        drop(cell);
    }
}

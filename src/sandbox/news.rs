//! Tells everybody who watches a sandbox that something in it has changed. What it was they look up themselves, so that
//! who was away misses nothing.

use futures_util::stream::{Stream, unfold};
use tokio::sync::watch;

/// A number that grows with each change; None once the sandbox ends.
pub(super) struct News(watch::Sender<Option<u64>>);

impl News {
    pub fn new() -> Self {
        News(watch::Sender::new(Some(0)))
    }

    pub fn tell(&self) {
        self.0.send_modify(|number| {
            if let Some(number) = number {
                *number += 1;
            }
        });
    }

    /// Ends every stream.
    pub fn end(&self) {
        self.0.send_replace(None);
    }

    /// The number now, and after each change; of many in a row perhaps only the last.
    pub fn follow(&self) -> impl Stream<Item = u64> + Send + use<> {
        let mut watching = self.0.subscribe();
        watching.mark_changed();
        unfold(watching, |mut watching| async move {
            watching.changed().await.ok()?;
            let number = (*watching.borrow_and_update())?;
            Some((number, watching))
        })
    }
}

#[cfg(test)]
mod tests {
    use futures_util::StreamExt;

    use super::*;

    #[test]
    fn who_follows_learns_the_latest_and_the_end() {
        let news = News::new();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let mut numbers = Box::pin(news.follow());
            assert_eq!(numbers.next().await, Some(0));
            news.tell();
            news.tell();
            assert_eq!(numbers.next().await, Some(2));
            news.end();
            news.tell();
            assert_eq!(numbers.next().await, None);
            assert_eq!(Box::pin(news.follow()).next().await, None);
        });
    }
}

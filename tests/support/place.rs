//! A folder of a test's own, gone when the test is over, and the journal in it.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use rusqlite::Connection;

/// A folder in memory where there is such a place: a test waits for thousands of syncs otherwise.
pub struct Place {
    pub path: PathBuf,
}

impl Place {
    pub fn new() -> Place {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let memory = Path::new("/dev/shm");
        let root = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = root.join(format!("freedompay-test-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Place { path }
    }

    pub fn journal(&self) -> PathBuf {
        self.path.join("journal")
    }

    /// Turns the journal's times back, as if ten minutes had gone by since every attempt.
    pub fn let_ten_minutes_pass(&self) {
        let journal = Connection::open(self.journal()).unwrap();
        let turn_back = |table: &str| {
            let update = format!(
                "UPDATE {table} SET tried_at_ms = tried_at_ms - 600000, counts_at_ms = counts_at_ms - 600000,
                 counts_uptime_ms = counts_uptime_ms - 600000"
            );
            journal.execute(&update, []).unwrap()
        };
        assert!(turn_back("sale") + turn_back("operation") > 0, "the journal has something in it");
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.path);
    }
}

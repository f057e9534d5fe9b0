//! What must survive a power cut: every sale, written and synced before its init is sent, its outcome after.
//!
//! The journal is one SQLite file that several processes share. It is opened for each piece of work and closed again:
//! SQLite keeps what it knows of a file's locks in the process's memory, and a forked child that inherited an open
//! file would act on its parent's locks.
//!
//! Nothing secret is in it: no key, no signature, no card token.

mod attempt;
mod drive;
#[cfg_attr(not(unix), allow(dead_code))] // only Unix forks
pub(crate) mod guard;
mod operation;
mod reply;
mod sale;
mod schema;
mod shop;
#[cfg(test)]
mod tests;

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags, Transaction, TransactionBehavior};

use crate::cancel::Until;
use crate::outcome::{Error, spoken};

pub(crate) use attempt::{Counts, Ended, State};
pub(crate) use operation::{Done, Kind, Name, NewOperation, Operation};
pub(crate) use sale::{Begun, Invoiced, Known, NewSale, Sale};
pub(crate) use shop::Shop;

/// Refuses a place where the processes that share a journal could not see each other.
pub(crate) fn check_place(path: &Path) -> Result<(), Error> {
    match drive::network(path) {
        Some(kind) => Err(Error::journal(format!(
            "the journal {} is on a network drive ({kind}), where tills do not see each other's sales; keep it on a disk of \
             this machine, one for each machine",
            path.display()
        ))),
        None => Ok(()),
    }
}

/// How long SQLite waits by itself for another that is writing, before it is looked whether the call is over.
const BUSY_SLICE: Duration = Duration::from_millis(20);

/// From this length in bytes on the log is merged into the file: some 30 sales.
const LONG_LOG: u64 = 400_000;

/// Where a merchant's sales are kept, for a call that has to end.
#[derive(Clone, Copy)]
pub(crate) struct Journal<'a> {
    path: &'a Path,
    until: Until<'a>,
}

impl<'a> Journal<'a> {
    pub fn at(path: &'a Path, until: Until<'a>) -> Journal<'a> {
        Journal { path, until }
    }

    /// The same, to write down what has happened already.
    pub fn to_record(self) -> Journal<'a> {
        Journal { path: self.path, until: self.until.to_record() }
    }

    /// Opens the file, makes it or brings it up to date, and closes it again.
    pub fn check(&self) -> Result<(), Error> {
        self.write(|_| Ok(()))
    }

    /// Runs `work` in a transaction that is on the disk when this returns.
    fn write<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T, Failure>) -> Result<T, Error> {
        self.run(TransactionBehavior::Immediate, work)
    }

    /// Merges a log that has become long into the file, and empties it.
    ///
    /// SQLite's own way keeps what was merged in memory that ends with the last connection. Here nearly every piece of work
    /// is the last one, so that the log would grow for ever and be read and merged whole each time.
    fn merge(&self, connection: &Connection) {
        let mut log = self.path.as_os_str().to_owned();
        log.push("-wal");
        if std::fs::metadata(&log).is_ok_and(|log| log.len() > LONG_LOG) {
            // Where another process is at work, a later one will do it.
            let _ = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
        }
    }

    /// Runs `work`, which only reads.
    fn read<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T, Failure>) -> Result<T, Error> {
        self.run(TransactionBehavior::Deferred, work)
    }

    fn run<T>(
        &self,
        behavior: TransactionBehavior,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, Failure>,
    ) -> Result<T, Error> {
        let _inside = guard::enter().ok_or_else(|| {
            Error::journal(
                "the journal cannot be used in this process: it was forked while another thread was writing a journal; \
                 fork while no call is under way, or start the program anew",
            )
        })?;
        let connection = self.patiently(|| self.open())?;
        let transaction = self.patiently(|| Ok(Transaction::new_unchecked(&connection, behavior)?))?;
        let done = work(&transaction).and_then(|value| {
            guard::fault_point();
            transaction.commit()?;
            guard::fault_point();
            Ok(value)
        });
        if matches!(behavior, TransactionBehavior::Immediate) {
            self.merge(&connection);
        }
        done.map_err(|failure| self.explain(failure))
    }

    /// Tries until no other process is in the way, or the call is over.
    fn patiently<T>(&self, step: impl Fn() -> Result<T, Failure>) -> Result<T, Error> {
        loop {
            match step() {
                Err(failure) if failure.is_busy() && !self.until.is_over() => {
                    std::thread::sleep(BUSY_SLICE / 10)
                }
                Err(failure) if failure.is_busy() && self.until.cancel.is_asked() => {
                    return Err(Error::given_up());
                }
                result => return result.map_err(|failure| self.explain(failure)),
            }
        }
    }

    fn open(&self) -> Result<Connection, Failure> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX
            | OpenFlags::SQLITE_OPEN_EXRESCODE;
        let mut connection = Connection::open_with_flags(self.path, flags)?;
        schema::prepare(&mut connection)?;
        Ok(connection)
    }

    /// What to do about a failure, for a person at the till.
    fn explain(&self, failure: Failure) -> Error {
        let path = self.path.display();
        let (what, remedy) = match failure {
            Failure::Conflict(message) => return Error::conflict(message),
            Failure::Newer(version) => (
                format!("was written by a newer version of the library (schema {version})"),
                "update the library",
            ),
            Failure::Strange => {
                ("is not a journal but another database".to_owned(), "name a file of its own for it")
            }
            Failure::Gone => (
                "does not have what was begun in it any more: it was replaced or emptied meanwhile"
                    .to_owned(),
                "keep the one file, with those that SQLite puts beside it",
            ),
            Failure::Sqlite(error) => {
                let remedy = match error.sqlite_error_code() {
                    Some(ErrorCode::CannotOpen) => "its folder must exist and be writable",
                    Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => {
                        "the file and its folder must be writable"
                    }
                    Some(ErrorCode::DiskFull) => "the disk is full: free some space",
                    // So it is told when there is no room for the file that SQLite puts beside it.
                    Some(ErrorCode::SystemIoFailure) => "the disk it is on is full or failing",
                    Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
                        "another program holds it locked: end that program"
                    }
                    Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                        "the file is damaged: keep it for repair and name a new one, after every open sale has been looked up"
                    }
                    _ => "look at the disk it is on",
                };
                // A damaged file speaks in it.
                (format!("cannot be used ({})", spoken(&error.to_string())), remedy)
            }
        };
        Error::journal(format!("the journal {path} {what}; {remedy}"))
    }
}

/// Why a piece of work on the journal failed.
#[derive(Debug)]
enum Failure {
    Sqlite(rusqlite::Error),
    /// Its schema is newer than this library.
    Newer(i64),
    /// It is a database of something else.
    Strange,
    /// The order id is taken by another sale; the sentence says which.
    Conflict(String),
    /// What was begun in it is not there any more.
    Gone,
}

impl Failure {
    /// Another process is in the way.
    fn is_busy(&self) -> bool {
        let Failure::Sqlite(error) = self else { return false };
        matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
    }
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Failure {
        Failure::Sqlite(error)
    }
}

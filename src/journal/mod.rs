//! What must survive a power cut: every sale, written and synced before its init is sent, its outcome after.
//!
//! The journal is one SQLite file that several processes share. It is opened for each piece of work and closed again:
//! SQLite keeps what it knows of a file's locks in the process's memory, and a forked child that inherited an open
//! file would act on its parent's locks.
//!
//! Nothing secret is in it: no key, no signature, no card token.

mod guard;
mod sale;
mod schema;

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags, Transaction, TransactionBehavior};

use crate::outcome::Error;

pub(crate) use sale::{Begun, Ended, Known, NewSale, Sale, Shop, State};

/// How long one process waits for another that is writing.
const BUSY: Duration = Duration::from_secs(5);

/// Where a merchant's sales are kept.
#[derive(Clone, Debug)]
pub(crate) struct Journal {
    path: PathBuf,
}

impl Journal {
    pub fn at(path: &Path) -> Journal {
        Journal { path: path.to_owned() }
    }

    /// Opens the file, makes it or brings it up to date, and closes it again.
    pub fn check(&self) -> Result<(), Error> {
        self.write(|_| Ok(()))
    }

    /// Runs `work` in a transaction that is on the disk when this returns.
    fn write<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T, Failure>) -> Result<T, Error> {
        self.run(TransactionBehavior::Immediate, work)
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
                 fork before the first call, or start the program anew",
            )
        })?;
        let mut connection = self.open()?;
        let result = connection
            .transaction_with_behavior(behavior)
            .map_err(Failure::from)
            .and_then(|transaction| {
                let value = work(&transaction)?;
                guard::fault_point();
                transaction.commit()?;
                guard::fault_point();
                Ok(value)
            })
            .map_err(|failure| self.explain(failure));
        drop(connection);
        result
    }

    fn open(&self) -> Result<Connection, Error> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX
            | OpenFlags::SQLITE_OPEN_EXRESCODE;
        let mut connection = Connection::open_with_flags(&self.path, flags)
            .map_err(Failure::from)
            .map_err(|failure| self.explain(failure))?;
        schema::prepare(&mut connection).map_err(|failure| self.explain(failure))?;
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
            Failure::Sqlite(error) => {
                let remedy = match error.sqlite_error_code() {
                    Some(ErrorCode::CannotOpen) => "its folder must exist and be writable",
                    Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => {
                        "the file and its folder must be writable"
                    }
                    Some(ErrorCode::DiskFull) => "the disk is full: free some space",
                    Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
                        "another program holds it locked: end that program"
                    }
                    Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                        "the file is damaged: keep it for repair and name a new one, after every open sale has been looked up"
                    }
                    _ => "look at the disk it is on",
                };
                (format!("cannot be used ({error})"), remedy)
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
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Failure {
        Failure::Sqlite(error)
    }
}

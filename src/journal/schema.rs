//! The journal's tables, and how an older file becomes a newer one.

use rusqlite::{Connection, TransactionBehavior, config::DbConfig};

use super::{BUSY_SLICE, Failure, guard};

/// Marks the file as ours ("FPay").
const APPLICATION_ID: i64 = 0x4650_6179;

/// Each step makes the next version out of the one before. Steps are never changed, only added.
const STEPS: [&str; 3] = [
    "
    CREATE TABLE sale (
        id INTEGER PRIMARY KEY,
        gateway TEXT NOT NULL,
        merchant_id INTEGER NOT NULL,
        order_id TEXT NOT NULL,
        amount TEXT NOT NULL,
        hundredths INTEGER NOT NULL,
        currency TEXT,
        state INTEGER NOT NULL,
        attempt INTEGER NOT NULL,
        tried_at_ms INTEGER NOT NULL,
        counts_at_ms INTEGER NOT NULL,
        boot TEXT,
        counts_uptime_ms INTEGER,
        invoice_id INTEGER,
        invoice_status INTEGER,
        http_status INTEGER,
        answer BLOB,
        open INTEGER NOT NULL,
        UNIQUE (gateway, merchant_id, order_id)
    ) STRICT;
    CREATE INDEX sale_by_invoice ON sale (invoice_id) WHERE invoice_id IS NOT NULL;
    CREATE INDEX sale_open ON sale (gateway, merchant_id, id) WHERE open = 1;
",
    "
    CREATE TABLE operation (
        id INTEGER PRIMARY KEY,
        gateway TEXT NOT NULL,
        merchant_id INTEGER NOT NULL,
        kind INTEGER NOT NULL,
        subject TEXT NOT NULL,
        key TEXT NOT NULL,
        amount TEXT,
        hundredths INTEGER,
        before TEXT NOT NULL,
        state INTEGER NOT NULL,
        attempt INTEGER NOT NULL,
        tried_at_ms INTEGER NOT NULL,
        counts_at_ms INTEGER NOT NULL,
        boot TEXT,
        counts_uptime_ms INTEGER,
        payment_id INTEGER,
        http_status INTEGER,
        answer BLOB,
        UNIQUE (gateway, merchant_id, kind, subject, key)
    ) STRICT;
    CREATE INDEX operation_open ON operation (gateway, merchant_id, kind, id) WHERE state IN (1, 2);
",
    "
    CREATE TABLE reply (
        id INTEGER PRIMARY KEY,
        gateway TEXT NOT NULL,
        merchant_id INTEGER NOT NULL,
        callback TEXT NOT NULL,
        status INTEGER NOT NULL,
        description TEXT,
        UNIQUE (gateway, merchant_id, callback)
    ) STRICT;
",
];

/// Sets a connection up, and makes or updates the tables where that is needed.
pub(super) fn prepare(connection: &mut Connection) -> Result<(), Failure> {
    connection.busy_timeout(BUSY_SLICE)?;
    // Closing must not merge the log into the file: that costs syncs, and it happens after every piece of work.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    // `Journal::write` merges the log by itself: see there.
    connection.execute_batch("PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0;")?;
    // In one transaction: another process may be making the tables at this moment.
    let found = version(&*connection.transaction()?)?;
    if found == STEPS.len() as i64 {
        return Ok(());
    }
    // This needs the file for a moment alone, and SQLite does not wait for it by itself; who calls this does.
    connection.pragma_update(None, "journal_mode", "WAL")?;
    migrate(connection)
}

fn migrate(connection: &mut Connection) -> Result<(), Failure> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Another process may have been faster.
    let version = version(&transaction)?;
    let steps =
        usize::try_from(version).ok().and_then(|done| STEPS.get(done..)).ok_or(Failure::Newer(version))?;
    for step in steps {
        transaction.execute_batch(step)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", STEPS.len() as i64)?;
    guard::fault_point();
    transaction.commit()?;
    Ok(())
}

/// The version of the file's schema; 0 for a new file.
fn version(connection: &Connection) -> Result<i64, Failure> {
    let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if version > STEPS.len() as i64 {
        return Err(Failure::Newer(version));
    }
    let application: i64 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    match (application, tables) {
        (APPLICATION_ID, _) | (0, 0) => Ok(version),
        _ => Err(Failure::Strange),
    }
}

//! The file itself: a line for each change, with a sum over it, and nothing but appended while a sandbox runs. A process
//! that is killed leaves whole lines and perhaps the beginning of one, whose request was not answered yet; anything else
//! is damage, and a damaged file is refused as it is.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use ring::digest::{SHA256, digest};

use super::Row;
use crate::sandbox::Error;

/// The first line of every such file.
const HEADING: &str = "freedompay sandbox, state 1";

/// How long another process may keep the file while it ends.
const PATIENCE: Duration = Duration::from_secs(1);

/// Hexadecimal digits of a line's sum.
const SUM: usize = 16;

/// A file that was read and is not yet gone on with.
pub(in crate::sandbox) struct FoundFile {
    path: PathBuf,
    /// Locked as long as it is open.
    _file: File,
    /// The newest of each row.
    pub rows: Vec<Row>,
}

pub(in crate::sandbox) struct KeptFile {
    path: PathBuf,
    file: File,
    /// A line was not written whole: another behind it would be damage.
    broken: bool,
}

impl FoundFile {
    /// Opens or makes the file, and reads what stands in it.
    pub fn open(path: &Path) -> Result<FoundFile, Error> {
        let failed = |error: io::Error| Error::new(format!("{}: {error}", path.display()));
        let mut file = private().read(true).append(true).create(true).open(path).map_err(failed)?;
        if !lock(&file) {
            return Err(Error::new(format!("{}: another sandbox has it open", path.display())));
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(failed)?;
        let rows = read(&bytes).map_err(|problem| unusable(path, &problem))?;
        Ok(FoundFile { path: path.to_owned(), _file: file, rows })
    }

    /// Nothing of what was read makes sense.
    pub fn refuse(&self, problem: &Error) -> Error {
        unusable(&self.path, &problem.to_string())
    }

    /// What was changed many times stands there once from now on, and no beginning of a line is left.
    pub fn go_on(self) -> Result<KeptFile, Error> {
        let file = rewrite(&self.path, &self.rows)
            .map_err(|error| Error::new(format!("{}: {error}", self.path.display())))?;
        Ok(KeptFile { path: self.path, file, broken: false })
    }
}

impl KeptFile {
    /// All of these or, where the process ends meanwhile, none of them.
    pub fn append(&mut self, rows: &[Row]) -> Result<(), Error> {
        let failed = |problem: &str| Error::new(format!("{}: {problem}", self.path.display()));
        if self.broken {
            return Err(failed("it could not be written before, and nothing is kept any more"));
        }
        let line = write_line(rows)?;
        self.file.write_all(line.as_bytes()).map_err(|error| {
            self.broken = true;
            failed(&error.to_string())
        })
    }
}

fn unusable(path: &Path, problem: &str) -> Error {
    Error::new(format!("{}: {problem}; it stays as it is, name another file", path.display()))
}

/// False where another process keeps it. One that was killed a moment ago may still be on its way out.
fn lock(file: &File) -> bool {
    let end = Instant::now() + PATIENCE;
    while file.try_lock().is_err() {
        if Instant::now() >= end {
            return false;
        }
        thread::sleep(Duration::from_millis(20));
    }
    true
}

/// Cards stand in the file, though they are cards of tests.
#[cfg(unix)]
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// On Windows it has the rights of its folder.
#[cfg(not(unix))]
fn private() -> OpenOptions {
    OpenOptions::new()
}

/// Makes the file anew beside the old one, and puts it in its place.
fn rewrite(path: &Path, rows: &[Row]) -> io::Result<File> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    let beside = path.with_file_name(name);
    let mut file = private().write(true).create(true).truncate(true).open(&beside)?;
    file.lock()?;
    let mut text = format!("{HEADING}\n");
    if !rows.is_empty() {
        text.push_str(&write_line(rows).map_err(|error| io::Error::other(error.to_string()))?);
    }
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(&beside, path)?;
    Ok(file)
}

fn write_line(rows: &[Row]) -> Result<String, Error> {
    let text = serde_json::to_string(rows).map_err(|error| Error::new(error.to_string()))?;
    Ok(format!("{} {text}\n", sum(text.as_bytes())))
}

fn read(bytes: &[u8]) -> Result<Vec<Row>, String> {
    if bytes.is_empty() {
        return Ok(Vec::new());
    }
    // Behind the last line's end stands nothing, or what was being written when the process ended.
    let mut lines: Vec<&[u8]> = bytes.split(|byte| *byte == b'\n').collect();
    lines.pop();
    let mut lines = lines.into_iter().enumerate();
    if lines.next().is_none_or(|(_, heading)| heading != HEADING.as_bytes()) {
        return Err("this is not the state of a sandbox".to_owned());
    }
    let mut newest = BTreeMap::new();
    for (index, line) in lines {
        let rows = read_line(line).ok_or_else(|| format!("line {} is damaged", index + 1))?;
        for row in rows {
            newest.insert(row.place(), row);
        }
    }
    Ok(newest.into_values().filter(|row| !row.is_gone()).collect())
}

fn read_line(line: &[u8]) -> Option<Vec<Row>> {
    let (found, rest) = line.split_at_checked(SUM)?;
    let text = rest.strip_prefix(b" ")?;
    (found == sum(text).as_bytes()).then(|| serde_json::from_slice(text).ok())?
}

fn sum(text: &[u8]) -> String {
    let digest = digest(&SHA256, text);
    digest.as_ref().iter().take(SUM / 2).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(rows: &[&[(&str, u64, u64)]]) -> String {
        let mut text = format!("{HEADING}\n");
        for rows in rows {
            let rows: Vec<Row> =
                rows.iter().map(|(kind, id, body)| Row::of(kind, *id, body).unwrap()).collect();
            text.push_str(&write_line(&rows).unwrap());
        }
        text
    }

    fn bodies(bytes: &[u8]) -> Result<Vec<(u64, u64)>, String> {
        Ok(read(bytes)?.iter().map(|row| (row.id(), row.read().unwrap())).collect())
    }

    #[test]
    fn the_newest_of_each_row_counts_and_a_line_without_its_end_does_not() {
        let whole = text(&[&[("a", 10, 1), ("a", 9, 2)], &[("a", 10, 3)]]);
        assert_eq!(bodies(whole.as_bytes()), Ok(vec![(9, 2), (10, 3)]));
        let first = text(&[&[("a", 10, 1), ("a", 9, 2)]]).len();
        for length in first..whole.len() {
            assert_eq!(bodies(&whole.as_bytes()[..length]), Ok(vec![(9, 2), (10, 1)]), "{length}");
        }
        assert_eq!(bodies(b""), Ok(Vec::new()));
    }

    #[test]
    fn any_wrong_byte_in_a_whole_line_is_damage() {
        let whole = text(&[&[("a", 1, 1)], &[("a", 1, 2)]]).into_bytes();
        for place in 0..whole.len() - 1 {
            let mut wrong = whole.clone();
            wrong[place] ^= 1;
            assert!(bodies(&wrong).is_err(), "{place}: {}", String::from_utf8_lossy(&wrong));
        }
        for other in [&b"SQLite format 3\0"[..], b"{}\n", b"\n"] {
            assert_eq!(bodies(other), Err("this is not the state of a sandbox".to_owned()));
        }
    }
}

//! What the sandbox remembers of every request and its answer, so that a test can ask what was really sent.

use std::collections::VecDeque;

use axum::http::HeaderMap;
use serde::Serialize;

use super::answer::printable;

/// Older records make room for newer ones, so that a sandbox may run for months.
const MOST_RECORDS: usize = 10_000;

/// What all records together may hold.
const MOST_BYTES: usize = 32 << 20;

/// How much is kept of an answer's body. A request's is never longer.
const LONGEST_BODY: usize = 64 << 10;

/// One request, as it came, as it was judged and as it was answered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Record {
    /// 1 for the first request of this sandbox.
    pub sequence: u64,
    /// When it was answered: `YYYY-MM-DD HH:MM:SS` on the sandbox's clock.
    pub date: String,
    /// The HTTP method.
    pub method: String,
    /// Without the query.
    pub path: String,
    /// What stood behind the `?` of the address.
    pub query: Option<String>,
    /// `HTTP/1.1`.
    pub version: String,
    /// As it came; None where there was none.
    pub content_type: Option<String>,
    /// In the order in which they came, with names in small letters. No header of the protocol holds a key.
    pub headers: Vec<(String, String)>,
    /// What became of its signature.
    pub signed: Signed,
    /// Bytes that are not UTF-8 are replaced, and so are the numbers of cards.
    pub body: String,
    /// What was wrong: why the request was refused, with everything that helps to mend it, or what it should not have asked for.
    pub problem: Option<String>,
    /// The invoice that it made or was about.
    pub invoice_id: Option<u64>,
    /// The order that it was about.
    pub order_id: Option<String>,
    /// None: the connection was cut before it.
    pub answer: Option<WireAnswer>,
    /// How long the answer took, in milliseconds.
    pub took_ms: u64,
}

impl Record {
    fn bytes(&self) -> usize {
        let answer = self.answer.as_ref().map_or(0, |answer| answer.body.len() + bytes(&answer.headers));
        self.body.len() + bytes(&self.headers) + answer
    }
}

/// An answer, as it went out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct WireAnswer {
    /// The HTTP status.
    pub status: u16,
    /// With names in small letters.
    pub headers: Vec<(String, String)>,
    /// Of a longer one the first 64 kB; bytes that are not UTF-8 are replaced.
    pub body: String,
    /// The length of the whole body. None: it had no end, or none that was known.
    pub body_bytes: Option<u64>,
}

impl WireAnswer {
    pub(super) fn new(status: u16, headers: &HeaderMap, body: Option<&[u8]>) -> Self {
        let kept = body.map(|body| body.get(..LONGEST_BODY).unwrap_or(body)).unwrap_or_default();
        WireAnswer {
            status,
            headers: header_list(headers),
            body: String::from_utf8_lossy(kept).into_owned(),
            body_bytes: body.map(|body| body.len() as u64),
        }
    }
}

/// Bytes that are not UTF-8 are replaced.
pub(super) fn header_list(headers: &HeaderMap) -> Vec<(String, String)> {
    let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
    headers.iter().map(|(name, value)| (name.to_string(), text(value.as_bytes()))).collect()
}

fn bytes(headers: &[(String, String)]) -> usize {
    headers.iter().map(|(name, value)| name.len() + value.len()).sum()
}

/// The newest records, oldest first.
#[derive(Debug, Default)]
pub(super) struct Records {
    list: VecDeque<Record>,
    bytes: usize,
    numbered: u64,
}

impl Records {
    /// Numbers the record and keeps it.
    pub fn keep(&mut self, mut record: Record) {
        self.numbered += 1;
        record.sequence = self.numbered;
        self.bytes += record.bytes();
        self.list.push_back(record);
        while self.list.len() > MOST_RECORDS || self.bytes > MOST_BYTES {
            let Some(oldest) = self.list.pop_front() else { break };
            self.bytes -= oldest.bytes();
        }
    }

    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Record> {
        self.list.iter()
    }

    pub fn find(&self, sequence: u64) -> Option<&Record> {
        let index = self.list.binary_search_by_key(&sequence, |record| record.sequence).ok()?;
        self.list.get(index)
    }
}

/// What became of a request's signature.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Signed {
    /// There was none.
    #[default]
    No,
    /// It covers what was sent.
    Valid,
    /// There was a signature, and it was not shown to be right.
    Wrong,
}

impl Signed {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::No => "no",
            Self::Valid => "valid",
            Self::Wrong => "wrong",
        }
    }
}

/// What handling a request brought to light; travels with the answer to where the record is made.
#[derive(Clone, Debug, Default)]
pub(super) struct Finding {
    pub signed: Signed,
    pub problem: Option<String>,
    pub invoice_id: Option<u64>,
    pub order_id: Option<String>,
}

impl Finding {
    pub fn problem(text: impl Into<String>) -> Self {
        Finding { problem: Some(text.into()), ..Finding::default() }
    }
}

/// One line for the log. Line breaks and other control characters that a request brought along are escaped.
pub(super) fn line(record: &Record, status: u16) -> String {
    let mut line = format!("{} {} {status} signed={}", record.method, record.path, record.signed.word());
    if let Some(id) = record.invoice_id {
        line.push_str(&format!(" invoice={id}"));
    }
    if let Some(order_id) = &record.order_id {
        line.push_str(&format!(" order={order_id}"));
    }
    match &record.problem {
        Some(problem) => line.push_str(&format!(" problem: {problem}")),
        None => line.push_str(" ok"),
    }
    printable(&line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_cannot_forge_a_line_of_the_log() {
        let record = Record {
            method: "POST".to_owned(),
            path: "/x".to_owned(),
            problem: Some("order\nPOST /y 200\u{1b}[0m".to_owned()),
            invoice_id: Some(7),
            order_id: Some("a\rb".to_owned()),
            ..Record::default()
        };
        let line = line(&record, 200);
        assert_eq!(
            line,
            "POST /x 200 signed=no invoice=7 order=a\\rb problem: order\\nPOST /y 200\\u{1b}[0m"
        );
    }

    #[test]
    fn old_records_make_room() {
        let mut records = Records::default();
        for _ in 0..MOST_RECORDS + 5 {
            records.keep(Record::default());
        }
        assert_eq!(records.iter().count(), MOST_RECORDS);
        assert_eq!(records.iter().next().map(|record| record.sequence), Some(6));
        assert!(records.find(5).is_none());
        assert_eq!(records.find(7).map(|record| record.sequence), Some(7));
    }

    #[test]
    fn long_records_make_room_before_there_are_many() {
        let mut records = Records::default();
        let long = Record { body: "x".repeat(MOST_BYTES / 10), ..Record::default() };
        for _ in 0..25 {
            records.keep(long.clone());
        }
        assert!(records.bytes <= MOST_BYTES);
        let kept: Vec<u64> = records.iter().map(|record| record.sequence).collect();
        assert_eq!(kept, (16..=25).collect::<Vec<u64>>());
    }

    #[test]
    fn of_a_long_answer_the_beginning_is_kept_and_its_length() {
        let body = vec![b'x'; LONGEST_BODY + 1];
        let answer = WireAnswer::new(200, &HeaderMap::new(), Some(&body));
        assert_eq!((answer.body.len(), answer.body_bytes), (LONGEST_BODY, Some(LONGEST_BODY as u64 + 1)));
        assert_eq!(WireAnswer::new(200, &HeaderMap::new(), None).body_bytes, None);
    }
}

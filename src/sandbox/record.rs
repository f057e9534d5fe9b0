//! What the sandbox remembers of every request, so that a test can ask what was really sent.

use serde::Serialize;

use super::answer::printable;

/// One request, as it came and as it was judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Record {
    /// 1 for the first request of this sandbox.
    pub sequence: u64,
    /// The HTTP method.
    pub method: String,
    /// Without the query.
    pub path: String,
    /// As it came; None where there was none.
    pub content_type: Option<String>,
    /// What became of its signature.
    pub signed: Signed,
    /// Bytes that are not UTF-8 are replaced.
    pub body: String,
    /// Why the request was refused, with everything that helps to mend it.
    pub problem: Option<String>,
    /// The invoice that it made or was about.
    pub invoice_id: Option<u64>,
    /// The order that it was about.
    pub order_id: Option<String>,
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
        Some(problem) => line.push_str(&format!(" refused: {problem}")),
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
            sequence: 1,
            method: "POST".to_owned(),
            path: "/x".to_owned(),
            content_type: None,
            signed: Signed::No,
            body: String::new(),
            problem: Some("order\nPOST /y 200\u{1b}[0m".to_owned()),
            invoice_id: Some(7),
            order_id: Some("a\rb".to_owned()),
        };
        let line = line(&record, 200);
        assert_eq!(
            line,
            "POST /x 200 signed=no invoice=7 order=a\\rb refused: order\\nPOST /y 200\\u{1b}[0m"
        );
    }
}

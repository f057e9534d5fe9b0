//! As much of a certificate as a person wants to know: whose it is, who has issued it, and until when it is valid. Whether
//! it may be trusted is decided elsewhere.

use time::{Date, Month, PrimitiveDateTime, Time};

/// A certificate's names and times.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    pub subject: String,
    pub issuer: String,
    /// In seconds since 1970.
    pub not_before: i64,
    pub not_after: i64,
}

const INTEGER: u8 = 0x02;
const OBJECT_IDENTIFIER: u8 = 0x06;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;
const BMP_STRING: u8 = 0x1e;
const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
const VERSION: u8 = 0xa0;

const COMMON_NAME: &[u8] = &[0x55, 4, 3];
const ORGANIZATION: &[u8] = &[0x55, 4, 10];

impl Certificate {
    /// Reads a certificate; none when it is none.
    pub fn read(bytes: &[u8]) -> Option<Certificate> {
        let mut signed = Der(Der(bytes).take(SEQUENCE)?).take(SEQUENCE).map(Der)?;
        let mut first = signed;
        if first.next()?.0 == VERSION {
            signed = first;
        }
        signed.take(INTEGER)?;
        signed.take(SEQUENCE)?;
        let issuer = name(signed.take(SEQUENCE)?);
        let mut validity = Der(signed.take(SEQUENCE)?);
        let (not_before, not_after) = (validity.time()?, validity.time()?);
        let subject = name(signed.take(SEQUENCE)?);
        Some(Certificate { subject, issuer, not_before, not_after })
    }
}

/// The bytes that are left.
#[derive(Clone, Copy)]
struct Der<'a>(&'a [u8]);

impl<'a> Der<'a> {
    /// The next element: its tag and its content.
    fn next(&mut self) -> Option<(u8, &'a [u8])> {
        let (&tag, rest) = self.0.split_first()?;
        let (&first, mut rest) = rest.split_first()?;
        let mut length = usize::from(first);
        if first >= 0x80 {
            length = 0;
            for _ in 0..(first & 0x7f) {
                let (&byte, more) = rest.split_first()?;
                length = length.checked_mul(256)?.checked_add(usize::from(byte))?;
                rest = more;
            }
        }
        let content = rest.get(..length)?;
        self.0 = rest.get(length..)?;
        Some((tag, content))
    }

    fn take(&mut self, wanted: u8) -> Option<&'a [u8]> {
        let (tag, content) = self.next()?;
        (tag == wanted).then_some(content)
    }

    fn time(&mut self) -> Option<i64> {
        let (tag, content) = self.next()?;
        let text = std::str::from_utf8(content).ok()?.strip_suffix('Z')?;
        let (year, rest) = match tag {
            UTC_TIME => {
                let year: i32 = text.get(..2)?.parse().ok()?;
                (if year < 50 { 2000 + year } else { 1900 + year }, text.get(2..)?)
            }
            GENERALIZED_TIME => (text.get(..4)?.parse().ok()?, text.get(4..)?),
            _ => return None,
        };
        let part = |at: usize| rest.get(at..at + 2)?.parse::<u8>().ok();
        let date = Date::from_calendar_date(year, Month::try_from(part(0)?).ok()?, part(2)?).ok()?;
        let time = Time::from_hms(part(4)?, part(6)?, part(8)?).ok()?;
        Some(PrimitiveDateTime::new(date, time).assume_utc().unix_timestamp())
    }
}

/// The common name, else the organization, of a distinguished name.
fn name(content: &[u8]) -> String {
    let (mut common, mut organization) = (None, None);
    let mut sets = Der(content);
    while let Some(set) = sets.take(SET) {
        let Some(pair) = Der(set).take(SEQUENCE) else { continue };
        let mut pair = Der(pair);
        let (Some(kind), Some((tag, value))) = (pair.take(OBJECT_IDENTIFIER), pair.next()) else { continue };
        match kind {
            COMMON_NAME => common = Some(text(tag, value)),
            ORGANIZATION => organization = Some(text(tag, value)),
            _ => {}
        }
    }
    common.or(organization).unwrap_or_else(|| "?".to_owned())
}

fn text(tag: u8, value: &[u8]) -> String {
    if tag == BMP_STRING {
        let units = value.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
        return String::from_utf16_lossy(&units.collect::<Vec<_>>());
    }
    String::from_utf8_lossy(value).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_times_of_a_certificate_are_read() {
        let mut parameters = rcgen::CertificateParams::new(vec!["gateway.example".to_owned()]).unwrap();
        parameters.distinguished_name = rcgen::DistinguishedName::new();
        parameters.distinguished_name.push(rcgen::DnType::OrganizationName, "Банк");
        parameters.not_before = rcgen::date_time_ymd(2026, 1, 2);
        parameters.not_after = rcgen::date_time_ymd(2051, 3, 4);
        let key = rcgen::KeyPair::generate().unwrap();
        let bytes = parameters.self_signed(&key).unwrap().der().to_vec();
        let read = Certificate::read(&bytes).unwrap();
        assert_eq!((read.subject.as_str(), read.issuer.as_str()), ("Банк", "Банк"));
        assert_eq!((read.not_before, read.not_after), (1_767_312_000, 2_561_500_800));
        for cut in 0..bytes.len() {
            let _ = Certificate::read(&bytes[..cut]);
        }
    }
}

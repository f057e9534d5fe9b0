//! One rule in its readable form: what goes wrong, for which requests, how often.

use std::fmt;
use std::str::FromStr;

use super::{Fault, Target, place};
use crate::sandbox::Error;
use crate::sandbox::options::parse_id;

/// A fault, and when it strikes. Written `lost-answer`, `http=502:init`, or
/// `lost-answer:revoke.php,order=1042,merchant=123456,times=1`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FaultRule {
    /// What goes wrong.
    pub fault: Fault,
    /// An endpoint's address or the end of it: `/v5/merchant/invoice/init`, `invoice/init`, `init`. None is every
    /// address of the API, and not the payer's pages.
    pub endpoint: Option<String>,
    /// None is every merchant.
    pub merchant: Option<u64>,
    /// None is every order.
    pub order: Option<String>,
    /// How often it strikes; None is again and again.
    pub times: Option<u32>,
}

impl FaultRule {
    /// One that strikes every request of the API, again and again.
    pub fn new(fault: Fault) -> Self {
        FaultRule { fault, endpoint: None, merchant: None, order: None, times: None }
    }

    /// The same, so many times.
    pub fn times(self, times: u32) -> Self {
        FaultRule { times: Some(times), ..self }
    }

    pub(super) fn fits(&self, target: &Target) -> bool {
        let endpoint = match &self.endpoint {
            Some(endpoint) => target.is_at(endpoint),
            None => target.of_api,
        };
        endpoint
            && self.merchant.is_none_or(|merchant| target.merchant == Some(merchant))
            && self.order.as_ref().is_none_or(|order| target.order.as_ref() == Some(order))
    }
}

impl FromStr for FaultRule {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let mut parts = text.split(',');
        let what = parts.next().unwrap_or_default();
        let (fault, endpoint) = match what.split_once(':') {
            Some((_, "")) => {
                return Err(Error::new(format!("{text:?}: no endpoint stands behind the colon")));
            }
            Some((fault, endpoint)) => (fault, Some(endpoint.to_owned())),
            None => (what, None),
        };
        let fault = Fault::parse(fault)?;
        if let Some(endpoint) = &endpoint {
            place::check(fault, endpoint).map_err(|reason| Error::new(format!("{text:?}: {reason}")))?;
        }
        let mut rule = FaultRule { endpoint, ..FaultRule::new(fault) };
        for part in parts {
            let wrong = |what: &str| Error::new(format!("{text:?}: {part:?} is not {what}"));
            match part.split_once('=') {
                Some(("order", order)) if !order.is_empty() => {
                    rule.order = Some(order.replace("%2C", ",").replace("%25", "%"));
                }
                Some(("merchant", id)) => {
                    rule.merchant = Some(parse_id(id).ok_or_else(|| wrong("a merchant id"))?);
                }
                Some(("times", times)) => {
                    let times = times.parse().ok().filter(|times| *times > 0);
                    rule.times = Some(times.ok_or_else(|| wrong("a number of times such as times=1"))?);
                }
                _ => return Err(wrong("order=ID, merchant=ID or times=N")),
            }
        }
        Ok(rule)
    }
}

impl fmt::Display for FaultRule {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.fault)?;
        if let Some(endpoint) = &self.endpoint {
            write!(out, ":{endpoint}")?;
        }
        if let Some(order) = &self.order {
            write!(out, ",order={}", order.replace('%', "%25").replace(',', "%2C"))?;
        }
        if let Some(merchant) = self.merchant {
            write!(out, ",merchant={merchant}")?;
        }
        match self.times {
            Some(times) => write!(out, ",times={times}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_written_as_they_are_read() {
        for text in [
            "delay=500ms",
            "delay=90s:init",
            "http=502:/v5/merchant/invoice/init,times=3",
            "http=429",
            "rate-limit=5:status",
            "cut=0",
            "cut=120:invoice/init",
            "lost-answer:revoke.php",
            "lost-request,order=a%2Cb%25c,merchant=7,times=1",
            "garbage=html",
            "garbage=bytes",
            "garbage=endless",
            "garbage=long",
            "garbage=short",
            "duplicate:init",
            "wrong-signature",
            "no-signature",
            "failed-refund",
            "unlisted-refunds:get_status3.php",
            "clock-skew=+90s",
            "clock-skew=-300s",
            "idle-close=1s",
        ] {
            assert_eq!(text.parse::<FaultRule>().unwrap().to_string(), text);
        }
        let rule: FaultRule = "lost-request,order=a%2Cb%25c".parse().unwrap();
        assert_eq!(rule.order.as_deref(), Some("a,b%c"));
    }

    #[test]
    fn what_is_not_a_rule_is_refused_with_what_would_be_one() {
        for (text, reason) in [
            ("", "is not one of delay=TIME"),
            ("lost", "is not one of"),
            (":revoke.php", "is not one of"),
            ("lost-answer=1", "is not one of"),
            ("lost-answer:", "no endpoint stands behind the colon"),
            ("delay", "is not a duration such as 500ms"),
            ("http=200", "from 400 to 599"),
            ("http", "from 400 to 599"),
            ("rate-limit=0", "from 1 to"),
            ("cut=-1", "from 0 to"),
            ("garbage=xml", "is not one of html, bytes"),
            ("clock-skew=90s", "such as +90s or -5m"),
            ("clock-skew=+500ms", "such as +90s or -5m"),
            ("duplicate,times=0", "times=1"),
            ("duplicate,merchant=x", "is not a merchant id"),
            ("duplicate,order=", "is not order=ID"),
            ("duplicate,init", "is not order=ID, merchant=ID or times=N"),
        ] {
            let error = text.parse::<FaultRule>().unwrap_err().to_string();
            assert!(error.contains(reason), "{text}: {error}");
        }
    }
}

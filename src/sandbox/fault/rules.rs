//! The rules that stand, in the order in which they were made, and how often each has struck.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use serde::Serialize;

use super::{Fault, FaultRule, Target};

/// What a rate limit counts in.
const SECOND: Duration = Duration::from_secs(1);

/// A rule that stands, as `GET /sandbox/rules` lists it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StandingRule {
    /// 1 for the first of a sandbox.
    pub number: u64,
    /// As it is written, with the times that are left.
    pub rule: String,
    /// The word for what goes wrong.
    pub fault: &'static str,
    /// What stands behind that word, as in `http=502`.
    pub value: Option<String>,
    /// None is every address of the API.
    pub endpoint: Option<String>,
    /// None is every merchant.
    pub merchant: Option<u64>,
    /// None is every order.
    pub order: Option<String>,
    /// How often it will strike yet; None is again and again.
    pub left: Option<u32>,
    /// How often it has struck.
    pub struck: u64,
}

#[derive(Debug)]
struct Standing {
    number: u64,
    rule: FaultRule,
    struck: u64,
    /// When a rate limit let requests pass within the last second.
    passed: VecDeque<Instant>,
}

impl Standing {
    fn show(&self) -> StandingRule {
        let (fault, value) = self.rule.fault.written();
        StandingRule {
            number: self.number,
            rule: self.rule.to_string(),
            fault,
            value,
            endpoint: self.rule.endpoint.clone(),
            merchant: self.rule.merchant,
            order: self.rule.order.clone(),
            left: self.rule.times,
            struck: self.struck,
        }
    }

    /// Every fault but one strikes each request that it fits.
    fn is_due(&mut self, now: Instant) -> bool {
        let Fault::RateLimit(most) = self.rule.fault else { return true };
        while self.passed.front().is_some_and(|passed| now.duration_since(*passed) >= SECOND) {
            self.passed.pop_front();
        }
        let over = self.passed.len() >= most as usize;
        if !over {
            self.passed.push_back(now);
        }
        over
    }
}

#[derive(Debug, Default)]
pub(in crate::sandbox) struct Rules {
    standing: Vec<Standing>,
    made: u64,
}

impl Rules {
    pub fn add(&mut self, rule: FaultRule) -> StandingRule {
        self.made += 1;
        let standing = Standing { number: self.made, rule, struck: 0, passed: VecDeque::new() };
        let shown = standing.show();
        self.standing.push(standing);
        shown
    }

    /// False is a rule that does not stand.
    pub fn remove(&mut self, number: u64) -> bool {
        let before = self.standing.len();
        self.standing.retain(|standing| standing.number != number);
        self.standing.len() < before
    }

    pub fn clear(&mut self) {
        self.standing.clear();
    }

    pub fn list(&self) -> Vec<StandingRule> {
        self.standing.iter().map(Standing::show).collect()
    }

    pub fn is_empty(&self) -> bool {
        self.standing.is_empty()
    }

    /// What the first rule that strikes this request now makes of it, of the faults that are asked for. Of a rule that
    /// strikes so many times one is used up.
    pub fn strike<T>(&mut self, target: &Target, asked: impl Fn(Fault) -> Option<T>) -> Option<T> {
        let now = Instant::now();
        let fits = |standing: &mut Standing| {
            let struck = asked(standing.rule.fault).filter(|_| standing.rule.fits(target))?;
            standing.is_due(now).then_some(struck)
        };
        let (index, struck) = self
            .standing
            .iter_mut()
            .enumerate()
            .find_map(|(index, standing)| fits(standing).map(|struck| (index, struck)))?;
        if let Some(standing) = self.standing.get_mut(index) {
            standing.struck += 1;
            standing.rule.times = standing.rule.times.map(|times| times.saturating_sub(1));
            if standing.rule.times == Some(0) {
                self.standing.remove(index);
            }
        }
        Some(struck)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(texts: &[&str]) -> Rules {
        let mut rules = Rules::default();
        for text in texts {
            rules.add(text.parse().unwrap());
        }
        rules
    }

    fn at(path: &str) -> Target {
        Target { path: path.to_owned(), of_api: true, merchant: Some(7), order: Some("1042".to_owned()) }
    }

    fn strikes(rules: &mut Rules, fault: Fault, target: &Target) -> bool {
        rules.strike(target, |asked| (asked == fault).then_some(())).is_some()
    }

    #[test]
    fn a_rule_strikes_where_and_as_often_as_it_says() {
        let mut rules = rules(&["lost-answer:revoke.php,times=2", "no-signature"]);
        assert!(!strikes(&mut rules, Fault::LostAnswer, &at("/cancel.php")));
        assert!(!strikes(&mut rules, Fault::WrongSignature, &at("/revoke.php")));
        let left =
            |rules: &Rules| rules.list().iter().map(|rule| (rule.left, rule.struck)).collect::<Vec<_>>();
        assert!(strikes(&mut rules, Fault::LostAnswer, &at("/revoke.php")));
        assert_eq!(left(&rules), [(Some(1), 1), (None, 0)]);
        assert_eq!(rules.list()[0].rule, "lost-answer:revoke.php,times=1");
        assert!(strikes(&mut rules, Fault::LostAnswer, &at("/revoke.php")));
        assert!(!strikes(&mut rules, Fault::LostAnswer, &at("/revoke.php")));
        assert!((0..9).all(|_| strikes(&mut rules, Fault::NoSignature, &at("/cancel.php"))));
        assert_eq!(left(&rules), [(None, 9)]);
        assert!(rules.remove(2) && !rules.remove(2) && rules.is_empty());
    }

    #[test]
    fn a_rate_limit_lets_so_many_pass_in_any_second() {
        let mut rules = rules(&["rate-limit=2"]);
        let standing = &mut rules.standing[0];
        let start = Instant::now();
        let over = [0, 100, 200, 999, 1000, 1050, 1100, 5000]
            .map(|millis| standing.is_due(start + Duration::from_millis(millis)));
        assert_eq!(over, [false, false, true, true, false, true, false, false]);
    }

    #[test]
    fn every_condition_has_to_fit() {
        let target = at("/v5/merchant/invoice/init");
        for (text, fits) in [
            ("duplicate", true),
            ("duplicate:init", true),
            ("duplicate:invoice/init", true),
            ("duplicate:/v5/merchant/invoice/init", true),
            ("duplicate:status", false),
            ("duplicate:init,order=1042,merchant=7", true),
            ("duplicate:init,order=1043", false),
            ("duplicate:init,merchant=8", false),
        ] {
            assert_eq!(strikes(&mut rules(&[text]), Fault::Duplicate, &target), fits, "{text}");
        }
        let page = Target { of_api: false, ..at("/pay.html") };
        assert!(!strikes(&mut rules(&["duplicate"]), Fault::Duplicate, &page));
        assert!(strikes(&mut rules(&["duplicate:pay.html"]), Fault::Duplicate, &page));
    }
}

//! What the gateway's codes decide. What they mean in words is in `gateway_code`.

/// What the gateway said when it refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub code: i32,
    pub description: Option<String>,
}

/// Gateway codes that mean "not now" rather than "not so" (`error_codes.tsv`: locked, communication and service
/// faults).
pub(crate) fn is_passing(gateway_code: i32) -> bool {
    matches!(gateway_code, 350 | 465 | 850 | 1000 | 9999 | 10000 | 11014)
}

/// Gateway codes that arrive without a signature: the merchant or its signature was not recognised, or there is no such
/// payment (facts 2.2). They are refusals, and stay refusals.
pub(crate) fn comes_unsigned(gateway_code: i32) -> bool {
    matches!(gateway_code, 100 | 101 | 1100 | 9997 | 9998 | 11068)
}

/// Refusals of an order that leave open whether it was done: faults on the way, time that ran out, nothing said at all; and
/// those that say that it was done before, as by an attempt whose answer was lost or that something on the way has repeated
/// (`error_codes.tsv`).
pub(crate) fn is_in_doubt(gateway_code: i32) -> bool {
    is_passing(gateway_code)
        || matches!(gateway_code, 0 | 470 | 475 | 600 | 10014 | 10025 | 11000 | 11052 | 12000 | 99999)
        || matches!(gateway_code, 10011 | 10015 | 10033 | 10036 | 11017 | 11018)
}

/// Gateway codes that answer a status question with "there is no such payment".
pub(crate) fn is_not_found(gateway_code: i32) -> bool {
    matches!(gateway_code, 340 | 11068)
}

/// For so long after an attempt "there is no such payment" proves nothing: the request or the gateway's own copies may be
/// late.
pub(crate) const NOT_FOUND_COUNTS_AFTER_MS: i64 = 60_000;

/// Gateway codes that speak of an earlier attempt: what they refuse is this attempt, not that one.
pub(crate) fn is_repeat(gateway_code: i32) -> bool {
    matches!(gateway_code, 9991 | 11013)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gateway_code::gateway_codes;

    /// Each decision over every code that is known, its neighbours and none: a code that slips into another class costs money.
    #[test]
    fn every_code_decides_what_it_decides_and_no_other_does() {
        type Decision = fn(i32) -> bool;
        let decisions: [(&str, Decision, &[i32]); 5] = [
            ("passing", is_passing, &[350, 465, 850, 1000, 9999, 10000, 11014]),
            ("unsigned", comes_unsigned, &[100, 101, 1100, 9997, 9998, 11068]),
            (
                "in doubt",
                is_in_doubt,
                &[
                    0, 350, 465, 470, 475, 600, 850, 1000, 9999, 10000, 10011, 10014, 10015, 10025, 10033,
                    10036, 11000, 11014, 11017, 11018, 11052, 12000, 99999,
                ],
            ),
            ("not found", is_not_found, &[340, 11068]),
            ("a repeat", is_repeat, &[9991, 11013]),
        ];
        let codes = gateway_codes().flat_map(|(code, _)| [code - 1, code, code + 1]).chain([
            0,
            -1,
            i32::MIN,
            i32::MAX,
        ]);
        for code in codes {
            for (what, decides, of) in decisions {
                assert_eq!(decides(code), of.contains(&code), "{code} is {what}");
            }
        }
    }
}

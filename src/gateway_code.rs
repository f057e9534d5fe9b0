//! What the gateway's error codes mean, in words of our own. The set is open: a code that is not here is no mistake of the
//! gateway's, and its own description says more.
//!
//! Source: three generations of published lists and two readers' reports (facts 4). Where the lists disagree, both are
//! named.

/// What a code means; none for one that no list has.
pub fn gateway_code_meaning(code: i32) -> Option<&'static str> {
    let place = MEANINGS.binary_search_by_key(&code, |(known, _)| *known).ok()?;
    Some(MEANINGS[place].1)
}

/// Every known code with what it means, ascending.
pub fn gateway_codes() -> impl Iterator<Item = (i32, &'static str)> {
    MEANINGS.into_iter()
}

/// By the code, ascending.
pub(crate) const MEANINGS: [(i32, &str); 120] = [
    (100, "the signature of the request does not fit (older number)"),
    (101, "no such merchant; in a callback also: the payment's time was over"),
    (110, "the merchant has no contract in force (older number)"),
    (120, "the merchant's settings do not allow this; also seen for a payment in the wrong state"),
    (130, "the merchant's settings do not allow this (another list has 120 for it)"),
    (200, "a field is missing or badly written"),
    (340, "there is no such payment"),
    (350, "the payment is locked at the moment"),
    (360, "the payment is too old for this"),
    (365, "the recurring profile has run out"),
    (400, "the payer or the payment system called the payment off"),
    (420, "called off, because a limit would have been passed"),
    (465, "the payment system could not be talked to"),
    (466, "a TLS certificate on the way has expired"),
    (470, "a fault inside the payment system"),
    (475, "the payment system failed"),
    (490, "this payment cannot be cancelled"),
    (600, "an error without further explanation"),
    (700, "what the payer typed in is wrong"),
    (701, "the phone number is badly written"),
    (711, "this payment system does not serve that phone number"),
    (850, "no payment system is free for the request just now"),
    (1000, "a fault inside the gateway, perhaps only for now"),
    (1100, "the signature of the request does not fit"),
    (1999, "the gateway did not find something that it looked for inside itself"),
    (2999, "there is no such method"),
    (8888, "the payout account has too little money on it"),
    (8889, "the 3-D Secure check was not passed"),
    (9011, "the recurring profile can be used no more (one merchant's reading)"),
    (9013, "a payment that did not succeed cannot be cancelled"),
    (9991, "this order id was used before"),
    (9992, "this merchant may not use the method"),
    (9993, "the address for success, failure or the notice is missing"),
    (9994, "the merchant's settings do not allow this"),
    (9995, "the payment was made in test mode"),
    (9996, "the merchant has no contract in force"),
    (9997, "no such merchant"),
    (9998, "the signature of the request does not fit, or the merchant was not recognised by it"),
    (9999, "a fault inside the gateway"),
    (10000, "the service does not answer just now; try later"),
    (10001, "the payer's bank declined; the payer can ask it why"),
    (10003, "the confirmation code was tried too often"),
    (10004, "the 3-D Secure code was wrong or not given"),
    (10005, "the card's data are wrong"),
    (10006, "payments follow each other too fast"),
    (10007, "declined, because the card's data may be compromised"),
    (10008, "the card's data have a typing mistake"),
    (10009, "too little money on the card"),
    (10010, "the card is restricted; the payer can ask its bank"),
    (10011, "not an error: the payment went through"),
    (10012, "the payment cannot be cancelled; the payer can ask the merchant"),
    (10013, "cards of that country are not taken"),
    (10014, "it took too long; the payer can ask the merchant"),
    (10015, "this payment was already carried out"),
    (10016, "the payment failed; the site's support may know why"),
    (10017, "the card has expired"),
    (10018, "the payment's time is over; a new one is needed"),
    (10019, "not carried out; another card may work"),
    (10020, "more would be given back than was paid"),
    (10021, "the transaction is not valid; try once more"),
    (10022, "the amount is more than the card may spend"),
    (10023, "the PIN was tried too often"),
    (10024, "the PIN was not confirmed; the payer can ask the bank"),
    (10025, "a fault in the international card network"),
    (10026, "the payout failed; its recipient can ask the merchant"),
    (10028, "payments follow each other too fast; the payer can ask the merchant"),
    (10029, "payouts to accounts are out of service"),
    (10030, "the amount is less than the least that is taken"),
    (10031, "the phone number is badly written"),
    (10032, "there is no card with that number"),
    (10033, "it was cancelled before"),
    (10034, "only a payment that was taken can be given back; this one is still held"),
    (10035, "a payment that did not succeed cannot be taken"),
    (10036, "the payment was taken before"),
    (10037, "the card is blocked for a time"),
    (10038, "the card is blocked and was to be kept"),
    (10039, "the operation is not right for the card; the payer can ask the bank"),
    (10040, "the account or card number is wrong; the payer can ask the bank"),
    (10041, "the account or card is closed; the payer can ask the bank"),
    (11000, "the service does not answer; its support may know why"),
    (11001, "the mobile operator did not carry it out; the payer can ask it"),
    (11002, "the code from the SMS is wrong"),
    (11003, "the phone's balance is below zero"),
    (11004, "there is no such phone number"),
    (11005, "the amount is badly written"),
    (11006, "too little money for this"),
    (11007, "the confirmation code may not be tried again"),
    (11008, "the confirmation code is too old"),
    (11009, "the mobile operator declined"),
    (11010, "the SMS code was wrong too many times"),
    (11011, "the phone number is restricted"),
    (11012, "no more payments today"),
    (11013, "the same operation was tried before"),
    (11014, "something unexpected happened; try later"),
    (11015, "more than one payment may be (50 monthly calculation indices)"),
    (11016, "less than 1000 KZT, the least that is taken"),
    (11017, "the payment was cancelled before"),
    (11018, "the payment was given back before"),
    (11019, "more than a month's payments may be (1000 monthly calculation indices)"),
    (11020, "more than 30 payments in a day"),
    (11021, "the number's mobile operator is not known, or the number is wrong"),
    (11022, "the payment breaks one of the limits set for it"),
    (11023, "numbers of this operator may not pay"),
    (11024, "declined for safety; the payer can ask the bank"),
    (11025, "take the hold before giving it back, or cancel it instead"),
    (11026, "there is a chargeback, so nothing can be given back"),
    (11027, "the card may not be used in this country"),
    (11028, "the card is blocked for a time; it may work again in 30 days"),
    (11036, "the card is blocked for 30 days; another may work"),
    (11037, "no 3-D Secure code was given"),
    (11049, "no confirmation code was given for 3-D Secure"),
    (11050, "Visa could not check the PIN of the card's owner"),
    (11051, "a limit is in the way"),
    (11052, "an error without further explanation"),
    (11053, "the bank could not authorise the card for 3-D Secure"),
    (11054, "the transaction is more than 180 days old"),
    (11068, "a status was asked for, and there is no such payment or order"),
    (11070, "the recurring profile can be used no more (one merchant's reading)"),
    (12000, "a fault at the processing centre"),
    (99999, "the payment system failed in a way it does not name"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::{comes_unsigned, is_not_found, is_passing, is_repeat};

    #[test]
    fn the_codes_stand_in_their_order_each_once_with_a_meaning() {
        for pair in MEANINGS.windows(2) {
            assert!(pair[0].0 < pair[1].0, "{} before {}", pair[0].0, pair[1].0);
        }
        for (code, meaning) in MEANINGS {
            assert_eq!(gateway_code_meaning(code), Some(meaning));
            assert!(meaning.len() > 10 && meaning.trim() == meaning && !meaning.contains('\0'), "{code}");
        }
        for code in [i32::MIN, -1, 0, 1, 99, 102, 10002, 100_000, i32::MAX] {
            assert_eq!(gateway_code_meaning(code), None, "{code}");
        }
    }

    #[test]
    fn every_code_that_decides_something_has_a_meaning() {
        let decides = |code: &i32| {
            is_passing(*code) || is_not_found(*code) || comes_unsigned(*code) || is_repeat(*code)
        };
        let codes: Vec<i32> = (-1_000..=1_000_000).filter(decides).collect();
        assert!(codes.len() > 10);
        for code in codes {
            assert!(gateway_code_meaning(code).is_some(), "{code}");
        }
    }
}

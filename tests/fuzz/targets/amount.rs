//! An amount as a till or a gateway writes it. Whatever is taken keeps its text and means one number of hundredths.
#![no_main]

use freedompay::Amount;
use freedompay_fuzz::{Input, begin};
use libfuzzer_sys::fuzz_target;

fuzz_target!(init: begin(), |data: &[u8]| {
    let mut input = Input(data);
    let (minor, exponent) = (input.number(), u32::from(input.byte()));
    if let Ok(amount) = Amount::from_minor(minor, exponent) {
        assert_eq!(amount.hundredths(), minor * 10i64.pow(2 - exponent));
        same(&amount);
    }
    if let Ok(amount) = std::str::from_utf8(input.0).unwrap_or_default().parse::<Amount>() {
        assert_eq!(amount.as_str().as_bytes(), input.0, "to the letter");
        same(&amount);
    }
});

fn same(amount: &Amount) {
    assert!((1..=9_999_999_999).contains(&amount.hundredths()));
    let again = Amount::from_minor(amount.hundredths(), 2).expect("what was taken is in range");
    assert_eq!(again.hundredths(), amount.hundredths());
    assert!(again == *amount, "they are equal, however they are written");
}

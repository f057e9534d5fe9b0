//! A picture that came instead of the link: PNG or JPEG, whole, damaged or a bomb.
#![no_main]

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use freedompay::QrSource;
use freedompay_fuzz::begin;
use libfuzzer_sys::fuzz_target;

fuzz_target!(init: begin(), |bytes: &[u8]| {
    let source = QrSource::read(&STANDARD.encode(bytes));
    if let Some(picture) = source.picture() {
        assert_eq!(picture.bytes(), bytes, "it stays as it came");
    }
});

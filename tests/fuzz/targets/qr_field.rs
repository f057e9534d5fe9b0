//! The field `invoice_methods/qr`: a text that may be a link, base64 of one in any spelling, or of a picture.
#![no_main]

use freedompay::QrSource;
use freedompay_fuzz::begin;
use libfuzzer_sys::fuzz_target;

fuzz_target!(init: begin(), |field: &str| {
    let source = QrSource::read(field);
    if let Some(link) = source.link() {
        let scheme = link.get(..4).map(str::to_ascii_lowercase);
        assert_eq!(scheme.as_deref(), Some("http"));
        assert!(!link.chars().any(|c| c.is_control() || c.is_whitespace()));
        // What was read is what is shown: the link says the same when it is read again.
        assert_eq!(QrSource::read(link).link(), Some(link));
    }
});

//! What a web server was sent in the gateway's name: address, content type and body, read, answered and confirmed.
//!
//! Input: three parts, the first two ended by a line end; no content type where that is empty. `SIGNATURE` becomes the
//! right signature.
#![no_main]

use std::ffi::CString;
use std::ptr::null;

use freedompay::ffi::*;
use freedompay::fuzz::{SIGNATURE, callback_signature};
use freedompay_fuzz::{Input, begin, client, length, read, touch};
use libfuzzer_sys::fuzz_target;

const NAMES: [&std::ffi::CStr; 4] = [c"pg_order_id", c"a[0][b]", c"pg_xml", c"a/0"];

fuzz_target!(init: begin(), |data: &[u8]| {
    let mut input = Input(data);
    let (url, content_type) = (input.until(b'\n'), input.until(b'\n'));
    let (url, body) = signed(url, content_type, input.0);
    let (Ok(url), Ok(content_type)) = (CString::new(url), CString::new(content_type)) else { return };
    let content_type = if content_type.is_empty() { null() } else { content_type.as_ptr() };
    let client = client(200, b"{\"pg_status\":\"error\",\"pg_error_code\":340}");
    unsafe {
        let callback = fp_callback_parse(client, url.as_ptr(), content_type, body.as_ptr(), body.len());
        ask(client, callback);
        fp_callback_free(callback);
        fp_client_free(client);
    }
});

unsafe fn ask(client: *const fp_client, callback: *const fp_callback) {
    unsafe {
        let code = fp_callback_code(callback);
        assert!([FP_OK, FP_ERR_SIGNATURE, FP_ERR_ARGUMENT].contains(&code), "code {code}");
        assert_eq!(code == FP_OK, length(fp_callback_message(callback)) == 0);
        assert!(code == FP_OK || fp_callback_paid(callback) == 0);
        assert!(code == FP_OK || fp_callback_kind(callback) == FP_CALLBACK_UNKNOWN);
        for name in NAMES {
            length(fp_callback_field(callback, name.as_ptr()));
        }
        for reply in [FP_REPLY_OK, FP_REPLY_REJECTED, FP_REPLY_ERROR] {
            let buffer = fp_callback_reply(callback, reply, c"no; not <now>".as_ptr());
            assert!(code == FP_OK || fp_buffer_len(buffer) == 0);
            assert_ne!(fp_buffer_code(buffer), FP_ERR_INTERNAL);
            touch(fp_buffer_data(buffer), fp_buffer_len(buffer));
            fp_buffer_free(buffer);
        }
        read(fp_callback_confirm(client, callback));
    }
}

/// The address and the body with the right signature where there is a place for it.
fn signed(url: &[u8], content_type: &[u8], body: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let signature = || {
        let content_type = Some(std::str::from_utf8(content_type).ok()?).filter(|text| !text.is_empty());
        callback_signature(std::str::from_utf8(url).ok()?, content_type, body)
    };
    match signature() {
        Some(signature) => (replace(url, &signature), replace(body, &signature)),
        None => (url.to_vec(), body.to_vec()),
    }
}

fn replace(bytes: &[u8], signature: &str) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    if let Some(at) = bytes.windows(SIGNATURE.len()).position(|part| part == SIGNATURE.as_bytes()) {
        bytes[at..at + SIGNATURE.len()].copy_from_slice(signature.as_bytes());
    }
    bytes
}

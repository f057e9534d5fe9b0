//! What a program passes through the C ABI: any bytes to any setter in any order, then a call that uses them.
//!
//! Input: steps of a number and what it takes, a text up to a NUL or a number of eight bytes.
#![no_main]

use std::ffi::{c_char, c_void};
use std::ptr;

use freedompay::ffi::*;
use freedompay_fuzz::{Input, begin, client, length, read};
use libfuzzer_sys::fuzz_target;

const CREATED: &[u8] = br#"{"status":"ok","invoice_status":"new","invoice_id":77,
    "invoice_methods":{"qr":"aHR0cHM6Ly9jdXN0b21lci5leGFtcGxlL3BheQ=="}}"#;

fuzz_target!(init: begin(), |data: &[u8]| {
    let mut input = Input(data);
    unsafe {
        let mut handles = Handles::new(&mut input);
        while !input.0.is_empty() {
            let step = input.byte();
            let code = handles.step(step, &mut input);
            assert!(code == FP_OK || code == FP_ERR_ARGUMENT, "step {step}: code {code}");
        }
        handles.end();
    }
});

struct Handles {
    config: *mut fp_config,
    request: *mut fp_invoice_request,
    fields: *mut fp_fields,
    call: *mut fp_call,
    receipt: *mut fp_receipt,
}

impl Handles {
    unsafe fn new(input: &mut Input<'_>) -> Handles {
        let [order, amount, description, path] = std::array::from_fn(|_| input.c_string());
        unsafe {
            Handles {
                config: fp_config_new(),
                request: fp_invoice_request_new(order.as_ptr(), amount.as_ptr(), description.as_ptr()),
                fields: fp_fields_new(),
                call: fp_call_new(path.as_ptr()),
                receipt: fp_receipt_new(),
            }
        }
    }

    unsafe fn step(&mut self, step: u8, input: &mut Input<'_>) -> i32 {
        let Handles { config, request, fields, call, receipt } = *self;
        // The last of the numbers pass NULL for a text.
        let mut texts = Vec::new();
        let mut text = || -> *const c_char {
            if step > 200 {
                return ptr::null();
            }
            texts.push(input.c_string());
            texts.last().map_or(ptr::null(), |text| text.as_ptr())
        };
        unsafe {
            match step % 40 {
                0 => fp_config_set_secret_key(config, text()),
                1 => fp_config_set_payout_key(config, text()),
                2 => fp_config_allow_callback_field(config, text()),
                3 => fp_config_set_base_url(config, text()),
                4 => fp_config_set_proxy(config, text()),
                5 => fp_config_set_ca_file(config, text()),
                6 => fp_config_set_app_info(config, text(), text()),
                7 => fp_config_set_journal(config, text()),
                8 => fp_invoice_request_set_currency(request, text()),
                9 => fp_invoice_request_set_method(request, text()),
                10 => fp_invoice_request_set_check_url(request, text()),
                11 => fp_invoice_request_set_result_url(request, text()),
                12 => fp_invoice_request_set_request_method(request, text()),
                13..=19 => fp_fields_set(fields, text(), text()),
                20 | 21 => fp_call_set(call, text(), text()),
                22 => fp_call_set_number(call, text(), text()),
                23 => fp_receipt_set_code_page(receipt, text(), u32::from(input.byte()) << 1),
                24 => fp_receipt_add_line(receipt, text()),
                25 => fp_receipt_set_labels(receipt, text(), text()),
                26 => fp_config_set_merchant_id(config, input.number()),
                27 => fp_config_set_connect_timeout_ms(config, input.number()),
                28 => fp_config_set_timeout_ms(config, input.number()),
                29 => fp_config_set_poll_interval_ms(config, input.number()),
                30 => fp_config_set_body_format(config, input.number() as i32),
                31 => fp_config_set_jws_claim(config, input.number() as i32),
                32 => fp_invoice_request_set_amount_minor(request, input.number(), input.byte().into()),
                33 => fp_call_set_scheme(call, input.number() as i32),
                34 => fp_receipt_set_paper_dots(receipt, input.number() as u32),
                35 => fp_receipt_set_native_code(receipt, input.number() as i32),
                36 => fp_receipt_set_cut(receipt, input.number() as i32),
                37 => fp_config_set_text_encoding(config, text()),
                38 => fp_config_set_language(config, text()),
                _ => fp_config_set_log(config, Some(line), ptr::null_mut()),
            }
        }
    }

    /// Uses what was set, and frees it.
    unsafe fn end(self) {
        unsafe {
            // Made from any configuration, but not used: what it names is neither to be connected to nor written.
            fp_client_free(fp_client_new(self.config));
            let client = client(200, CREATED);
            let result = fp_invoice_init(client, self.request);
            fp_buffer_free(fp_qr_receipt(result, self.receipt));
            read(result);
            read(fp_call_send(client, self.call));
            let (order, amount, text) = (c"order-1".as_ptr(), c"10.50".as_ptr(), c"Coffee".as_ptr());
            read(fp_page_init(client, order, amount, text, self.fields));
            read(fp_payout_iban(client, order, amount, text, self.fields));
            fp_client_free(client);
            fp_config_free(self.config);
            fp_invoice_request_free(self.request);
            fp_fields_free(self.fields);
            fp_call_free(self.call);
            fp_receipt_free(self.receipt);
        }
    }
}

/// A line of the log, in whichever encoding was set.
unsafe extern "C" fn line(_: *mut c_void, _: i32, message: *const c_char) {
    unsafe { length(message) };
}

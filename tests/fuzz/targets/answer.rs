//! An answer of the gateway, XML or JSON or neither, to every kind of call: through the C ABI to every getter and form.
//!
//! Input: the call, the HTTP status, the answer. `SIGNATURE` in the answer becomes the right signature.
#![no_main]

use std::ptr::null;

use freedompay::ffi::*;
use freedompay_fuzz::{Input, begin, client, read};
use libfuzzer_sys::fuzz_target;

const STATUSES: [u16; 8] = [200, 200, 200, 201, 302, 400, 429, 503];

fuzz_target!(init: begin(), |data: &[u8]| {
    let mut input = Input(data);
    let (which, status) = (input.byte(), input.byte());
    let client = client(STATUSES[usize::from(status % 8)], input.0);
    unsafe {
        let result = call(client, which);
        fp_client_free(client);
        read(result);
    }
});

/// One call of each kind.
unsafe fn call(client: *const fp_client, which: u8) -> *mut fp_result {
    let (order, amount, text) = (c"order-1".as_ptr(), c"10.50".as_ptr(), c"Coffee".as_ptr());
    let (user, token, link) = (c"user".as_ptr(), c"token".as_ptr(), c"https://shop.example/".as_ptr());
    unsafe {
        match which % 28 {
            0 => init(client),
            1 => fp_invoice_status(client, 7),
            2 => fp_invoice_status_by_order(client, order),
            3 => fp_invoice_info(client, c"customer".as_ptr()),
            4 => fp_invoice_pay(client, c"customer".as_ptr(), user, token),
            5 => fp_invoice_wait(client, 7, 1, None, std::ptr::null_mut()),
            6 => fp_invoice_cancel(client, 7),
            7 => fp_invoice_refund(client, 7, null()),
            8 => fp_payment_status(client, 7),
            9 => fp_payment_status_by_order(client, order),
            10 => fp_payment_cancel(client, 7),
            11 => fp_payment_capture(client, 7, amount),
            12 => fp_payment_refund(client, 7, amount, c"key".as_ptr()),
            13 => fp_page_init(client, order, amount, text, null()),
            14 => payout(|more| fp_payout_page(client, order, amount, text, more)),
            15 => payout(|more| fp_payout_token(client, order, amount, text, user, token, more)),
            16 => fp_payout_balance(client),
            17..=19 => fp_payout_status(client, order, i32::from(which % 28) - 17),
            20 => fp_mobile_init(client, order, amount, text, null()),
            21 => fp_mobile_pay(client, 7, c"77017777777".as_ptr(), null()),
            22 => fp_card_add(client, user, link, null()),
            23 => fp_card_list(client, user),
            24 => fp_token_init(client, order, amount, text, user, token, null()),
            25 => fp_token_pay(client, 7),
            26 => fp_token_direct(client, 7),
            _ => any(client),
        }
    }
}

unsafe fn init(client: *const fp_client) -> *mut fp_result {
    unsafe {
        let request = fp_invoice_request_new(c"order-1".as_ptr(), c"10.50".as_ptr(), c"Coffee".as_ptr());
        let result = fp_invoice_init(client, request);
        fp_invoice_request_free(request);
        result
    }
}

unsafe fn payout(send: impl FnOnce(*const fp_fields) -> *mut fp_result) -> *mut fp_result {
    unsafe {
        let more = fp_fields_new();
        for (name, value) in [
            (c"pg_back_link", c"https://shop.example/"),
            (c"pg_post_link", c"https://shop.example/"),
            (c"pg_order_time_limit", c"2030-03-01 18:00:00"),
        ] {
            assert_eq!(fp_fields_set(more, name.as_ptr(), value.as_ptr()), FP_OK);
        }
        let result = send(more);
        fp_fields_free(more);
        result
    }
}

unsafe fn any(client: *const fp_client) -> *mut fp_result {
    unsafe {
        let call = fp_call_new(c"/revoke.php".as_ptr());
        let result = fp_call_send(client, call);
        fp_call_free(call);
        result
    }
}

//! What a program passes to the calls of the C ABI: right texts, NULL and any bytes, in any mixture, with fields in any state.
//!
//! Input: the gateway's answer, then steps of a number and what the call takes. A text is a number and, where that asks for
//! it, what stands up to the next NUL.
#![no_main]

use std::ffi::{CStr, CString, c_char};
use std::{fs, ptr, thread};

use freedompay::ffi::*;
use freedompay_fuzz::{Input, begin, client, length, read, touch};
use libfuzzer_sys::fuzz_target;

const ANSWERS: [&[u8]; 4] = [
    br#"{"status":"ok","invoice_status":"new","invoice_id":77,
        "invoice_methods":{"qr":"aHR0cHM6Ly9jdXN0b21lci5leGFtcGxlL3BheQ=="}}"#,
    br#"{"status":"error","error_code":11068,"error_description":"not found"}"#,
    b"<r><pg_status>ok</pg_status><pg_payment_id>7</pg_payment_id><pg_payment_status>success</pg_payment_status>\
        <pg_redirect_url>https://pay.example/7</pg_redirect_url><pg_salt>s</pg_salt>\
        <pg_sig>SIGNATURE-SIGNATURE-SIGNATURE-32</pg_sig></r>",
    b"<html>busy</html>",
];

/// What at least one call takes.
const RIGHT: [&CStr; 12] = [
    c"order-1",
    c"10.50",
    c"Coffee",
    c"user_1",
    c"0123456789abcdef0123456789abcdef",
    c"https://shop.example/",
    c"77017777777",
    c"pg_post_link",
    c"pg_back_link",
    c"pg_order_time_limit",
    c"2030-03-01 18:00:00",
    c"",
];

fuzz_target!(init: begin(), |data: &[u8]| {
    let mut input = Input(data);
    let client = client(200, ANSWERS[usize::from(input.byte()) % ANSWERS.len()]);
    unsafe {
        let fields = fp_fields_new();
        while !input.0.is_empty() {
            step(client, fields, &mut input);
        }
        fp_fields_free(fields);
        fp_client_free(client);
    }
});

/// A text for one call, or NULL.
struct Text(Option<CString>);

impl Text {
    fn of(input: &mut Input<'_>) -> Text {
        let which = input.byte();
        Text(match RIGHT.get(usize::from(which)) {
            Some(right) => Some((*right).to_owned()),
            None if which == u8::MAX => None,
            None => Some(input.c_string()),
        })
    }

    fn c(&self) -> *const c_char {
        self.0.as_ref().map_or(ptr::null(), |text| text.as_ptr())
    }
}

unsafe fn step(client: *const fp_client, fields: *mut fp_fields, input: &mut Input<'_>) {
    let which = input.byte();
    // The last of the numbers pass no client, and no fields.
    let client = if which > 250 { ptr::null() } else { client };
    let more = if which > 200 { ptr::null() } else { fields.cast_const() };
    unsafe {
        match which % 40 {
            0 => set(fields, input),
            1 => tell(input),
            2 => {
                let id = input.number();
                task(|| fp_task_invoice_wait(client, id, 1));
            }
            3 => init(client, input, |client, request| task(|| fp_task_invoice_init(client, request))),
            4 => init(client, input, |client, request| read(fp_invoice_init(client, request))),
            5 => read(fp_invoice_wait(client, input.number(), input.number().min(1), None, ptr::null_mut())),
            _ => read(call(client, more, which % 40, input)),
        }
    }
}

/// Calls of numbers and texts alone.
unsafe fn call(
    client: *const fp_client,
    more: *const fp_fields,
    which: u8,
    input: &mut Input<'_>,
) -> *mut fp_result {
    let id = input.number();
    let [first, second, third, fourth, fifth]: [Text; 5] = std::array::from_fn(|_| Text::of(input));
    let (a, b, c, d, e) = (first.c(), second.c(), third.c(), fourth.c(), fifth.c());
    unsafe {
        match which {
            6 => fp_client_check(client),
            7 => fp_invoice_recover(client, a),
            8 => fp_invoice_status(client, id),
            9 => fp_invoice_status_by_order(client, a),
            10 => fp_invoice_info(client, a),
            11 => fp_invoice_pay(client, a, b, c),
            12 => fp_invoice_cancel(client, id),
            13 => fp_invoice_refund(client, id, a),
            14 => fp_payment_status(client, id),
            15 => fp_payment_status_by_order(client, a),
            16 => fp_payment_cancel(client, id),
            17 => fp_payment_capture(client, id, a),
            18 => fp_payment_refund(client, id, a, b),
            19 => fp_refund_settle(client, id, a, i32::from(input.byte())),
            20 => fp_page_init(client, a, b, c, more),
            21 => fp_payout_page(client, a, b, c, more),
            22 => fp_payout_iban(client, a, b, c, more),
            23 => fp_payout_token(client, a, b, c, d, e, more),
            24 => fp_payout_balance(client),
            25 => fp_payout_status(client, a, i32::from(input.byte())),
            26 => fp_mobile_init(client, a, b, c, more),
            27 => fp_mobile_pay(client, id, a, b),
            28 => fp_mobile_approve(client, id, a),
            29 => fp_card_add(client, a, b, more),
            30 => fp_card_add_for_payout(client, a, b, more),
            31 => fp_card_list(client, a),
            32 => fp_card_remove(client, a, b),
            33 => fp_token_init(client, a, b, c, d, e, more),
            34 => fp_token_pay(client, id),
            _ => fp_token_direct(client, id),
        }
    }
}

unsafe fn set(fields: *mut fp_fields, input: &mut Input<'_>) {
    let (name, value) = (Text::of(input), Text::of(input));
    let code = unsafe { fp_fields_set(fields, name.c(), value.c()) };
    assert!(code == FP_OK || code == FP_ERR_ARGUMENT, "code {code}");
}

unsafe fn init(
    client: *const fp_client,
    input: &mut Input<'_>,
    send: impl FnOnce(*const fp_client, *const fp_invoice_request),
) {
    let (order, amount, description) = (Text::of(input), Text::of(input), Text::of(input));
    unsafe {
        let request = fp_invoice_request_new(order.c(), amount.c(), description.c());
        send(client, request);
        fp_invoice_request_free(request);
    }
}

/// A task: waited for, given up when it takes longer, and its result taken, once.
unsafe fn task(begin: impl FnOnce() -> *mut fp_task) {
    let before = threads();
    unsafe {
        let task = begin();
        fp_task_done(task);
        fp_task_fd(task);
        if fp_task_join(task, 1) != FP_OK {
            fp_task_cancel(task);
            assert_eq!(fp_task_join(task, 10_000), FP_OK);
        }
        assert_eq!(fp_task_done(task), 1);
        read(fp_task_take(task));
        assert!(fp_task_take(task).is_null());
        fp_task_free(task);
    }
    // What a thread that is ending still holds would be taken for a leak.
    while threads() > before {
        thread::yield_now();
    }
}

/// How many threads the process has; libFuzzer has one of its own.
fn threads() -> usize {
    fs::read_dir("/proc/self/task").map_or(0, Iterator::count)
}

/// What the library says of any number.
unsafe fn tell(input: &mut Input<'_>) {
    let number = input.number() as i32;
    unsafe {
        assert!(length(fp_version()) > 0 && fp_abi_version() > 0);
        length(fp_code_name(number));
        length(fp_gateway_code_meaning(number));
        let buffer = fp_qr_data_uri(ptr::null(), number as u32);
        touch(fp_buffer_data(buffer), fp_buffer_len(buffer));
        fp_buffer_free(buffer);
    }
}

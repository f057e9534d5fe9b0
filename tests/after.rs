//! What follows a payment, against the strict sandbox over a real socket: status, cancel, clearing and refunds, and that no
//! answer without its signature is a success.

mod support;

use std::time::Duration;

use freedompay::sandbox::{FaultRule, Options, Sandbox};
use freedompay::{Advice, AnyCall, Client, Code, Config, Fields, PaymentStatus, Sent};
use support::place::Place;
use support::{config, request};

fn start() -> Sandbox {
    Sandbox::start(Options::default()).unwrap()
}

/// An invoice that has been paid.
fn paid(sandbox: &Sandbox, client: &Client, order_id: &str) -> i64 {
    let id = client.invoice_init(&request(order_id)).unwrap().id();
    sandbox.pay(u64::try_from(id).unwrap()).unwrap();
    id
}

fn trap(sandbox: &Sandbox, text: &str, times: Option<u32>) {
    sandbox.add_rule(FaultRule { times, ..text.parse().unwrap() });
}

/// What the gateway has given back of a payment, as its own list says.
fn given_back(client: &Client, id: i64) -> Vec<String> {
    let status = client.payment_status(id).unwrap();
    let refunds = status.refunds().into_iter();
    refunds.filter_map(|refund| refund.amount.map(str::to_owned)).collect()
}

#[test]
fn an_invoice_is_given_back_in_parts_and_no_more_than_was_paid() {
    let sandbox = start();
    let client = Client::new(&config(sandbox.url())).unwrap();
    let id = paid(&sandbox, &client, "1");
    let status = client.payment_status(id).unwrap();
    assert_eq!((status.id(), status.order_id()), (Some(id), Some("1")));
    assert_eq!((status.status(), status.is_captured()), (Some(PaymentStatus::Success), Some(true)));
    assert!(status.is_paid() && status.refunds().is_empty());

    let part: freedompay::Amount = "3.05".parse().unwrap();
    let refund = client.invoice_refund(id, Some(&part)).unwrap();
    assert!(refund.refund_id().is_some_and(|refund| refund != id));
    let too_much = client.invoice_refund(id, Some(&"99.00".parse().unwrap())).unwrap_err();
    assert_eq!((too_much.code(), too_much.sent()), (Code::Refused, Sent::Yes));
    client.payment_refund(id, None, Some("the-rest")).unwrap();
    assert!(client.payment_status(id).unwrap().is_paid(), "a refund leaves the payment's status as it was");
    let listed = given_back(&client, id);
    assert_eq!(listed.len(), 2, "{listed:?}");
    assert!(listed[0].starts_with("-3.05"), "{listed:?}");
}

#[test]
fn a_hold_is_taken_or_let_go() {
    let sandbox = start();
    let client = Client::new(&config(sandbox.url())).unwrap();
    let hold = |order_id| {
        let mut more = Fields::new();
        more.set("pg_auto_clearing", "0").unwrap();
        let page = client.page_init(order_id, &"100".parse().unwrap(), "Tea", &more).unwrap();
        let id = page.id().unwrap();
        assert!(page.redirect_url().unwrap().starts_with(sandbox.url()));
        sandbox.pay(u64::try_from(id).unwrap()).unwrap();
        let status = client.payment_status(id).unwrap();
        assert_eq!((status.is_captured(), status.is_paid()), (Some(false), false), "a hold is not paid");
        id
    };
    let taken = hold("1");
    client.payment_capture(taken, Some(&"60.50".parse().unwrap())).unwrap();
    let status = client.payment_status(taken).unwrap();
    assert!(status.is_paid());
    assert_eq!(
        status.answer().document.get("pg_clearing_amount").map(|text| text.starts_with("60.5")),
        Some(true)
    );
    assert_eq!(client.payment_cancel(taken).unwrap_err().code(), Code::Refused);

    let let_go = hold("2");
    client.payment_cancel(let_go).unwrap();
    assert!(!client.payment_status(let_go).unwrap().is_paid());
    assert_eq!(client.payment_capture(let_go, None).unwrap_err().code(), Code::Refused);
}

#[test]
fn what_is_refused_because_it_was_done_before_is_not_to_be_corrected_but_looked_up() {
    let sandbox = start();
    let client = Client::new(&config(sandbox.url())).unwrap();
    let hold = |order_id| {
        let mut more = Fields::new();
        more.set("pg_auto_clearing", "0").unwrap();
        let id = client.page_init(order_id, &"100".parse().unwrap(), "Tea", &more).unwrap().id().unwrap();
        sandbox.pay(u64::try_from(id).unwrap()).unwrap();
        id
    };
    let (taken, let_go, sold) = (hold("1"), hold("2"), paid(&sandbox, &client, "3"));
    // Something on the way sends each request twice, and the second answer is the one that comes.
    trap(&sandbox, "duplicate", None);
    for (end, code) in [
        (client.payment_capture(taken, None), 10036),
        (client.payment_cancel(let_go), 10033),
        (client.payment_refund(sold, None, None), 11018),
    ] {
        let error = end.unwrap_err();
        assert_eq!((error.code(), error.gateway_code()), (Code::Refused, code), "{error}");
        assert_eq!((error.advice(), error.leaves_open()), (Advice::AskStatus, true), "{error}");
    }
    sandbox.clear_rules();
    assert!(client.payment_status(taken).unwrap().is_paid());
    assert_eq!(client.payment_status(let_go).unwrap().status(), Some(PaymentStatus::Canceled));
    assert_eq!(given_back(&client, sold).len(), 1, "each was done once");
}

#[test]
fn no_answer_without_its_signature_is_a_success() {
    let sandbox = start();
    let client = Client::new(&config(sandbox.url())).unwrap();
    let id = paid(&sandbox, &client, "1");
    for (fault, reason) in
        [("no-signature", "it is not signed"), ("wrong-signature", "its signature is wrong")]
    {
        trap(&sandbox, fault, None);
        for error in [
            client.payment_status(id).unwrap_err(),
            client.payment_cancel(id).unwrap_err(),
            client.invoice_refund(id, Some(&"0.01".parse().unwrap())).unwrap_err(),
        ] {
            assert!(error.message().contains(reason), "{fault}: {error}");
            assert_eq!((error.code(), error.sent()), (Code::Answer, Sent::Yes));
        }
        sandbox.clear_rules();
    }
    assert_eq!(given_back(&client, id).len(), 2, "each was done once, and neither was called a success");
}

#[test]
fn a_wrong_key_is_a_refusal_that_says_so() {
    let sandbox = start();
    let right = Client::new(&config(sandbox.url())).unwrap();
    let id = paid(&sandbox, &right, "1");
    let mut config = config(sandbox.url());
    config.set_secret_key("another key").unwrap();
    let error = Client::new(&config).unwrap().payment_status(id).unwrap_err();
    assert_eq!((error.code(), error.gateway_code(), error.advice()), (Code::Refused, 9998, Advice::Fix));
    let mut config = Config::new();
    config.set_base_url(sandbox.url()).unwrap();
    config.set_merchant_id(i64::try_from(freedompay::sandbox::MERCHANT_ID).unwrap()).unwrap();
    let error = Client::new(&config).unwrap().payment_status(id).unwrap_err();
    assert_eq!((error.code(), error.sent()), (Code::Config, Sent::No));
    assert!(error.message().contains("secret_key"), "{error}");
}

#[test]
fn a_refund_whose_answer_is_lost_is_found_in_the_list_and_never_made_twice() {
    let (sandbox, place) = (start(), Place::new());
    let mut config = config(sandbox.url());
    config.set_journal(&place.journal()).unwrap();
    let client = Client::new(&config).unwrap();
    let id = paid(&sandbox, &client, "1");
    let part: freedompay::Amount = "2.50".parse().unwrap();

    trap(&sandbox, "lost-answer:revoke.php", Some(1));
    let lost = client.invoice_refund(id, Some(&part)).unwrap_err();
    assert_eq!((lost.code(), lost.advice()), (Code::Unknown, Advice::AskStatus));
    assert_eq!(client.pending_refunds().unwrap().len(), 1);
    // A restarted till has nothing but the journal.
    let client = Client::new(&config).unwrap();
    let found = client.invoice_refund(id, Some(&part)).unwrap();
    assert_eq!(given_back(&client, id).len(), 1);
    assert_eq!(found.refund_id(), client.payment_status(id).unwrap().refunds()[0].payment_id);
    assert!(client.pending_refunds().unwrap().is_empty());

    trap(&sandbox, "lost-request:revoke.php", Some(1));
    assert_eq!(client.payment_refund(id, Some(&part), Some("k1")).unwrap_err().code(), Code::Unknown);
    let waits = client.payment_refund(id, Some(&part), Some("k1")).unwrap_err();
    assert_eq!((waits.code(), waits.advice()), (Code::Unknown, Advice::Wait), "{waits}");
    assert_eq!(given_back(&client, id).len(), 1);

    let conflict = client.payment_refund(id, None, Some("k1")).unwrap_err();
    assert_eq!((conflict.code(), conflict.sent()), (Code::Conflict, Sent::No));
}

#[test]
fn a_journal_that_cannot_be_written_hides_no_refund_that_was_found() {
    let (sandbox, place) = (start(), Place::new());
    let mut config = config(sandbox.url());
    config.set_journal(&place.journal()).unwrap();
    let client = Client::new(&config).unwrap();
    let id = paid(&sandbox, &client, "1");
    trap(&sandbox, "lost-answer:revoke.php", Some(1));
    assert_eq!(client.invoice_refund(id, Some(&part())).unwrap_err().code(), Code::Unknown);
    let other = rusqlite::Connection::open(place.journal()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let found = client.invoice_refund(id, Some(&part())).unwrap();
    assert_eq!(client.pending_refunds().unwrap().len(), 1, "it could not be written down");
    drop(other);
    assert_eq!(client.invoice_refund(id, Some(&part())).unwrap().refund_id(), found.refund_id());
    assert!(client.pending_refunds().unwrap().is_empty());
    assert_eq!(given_back(&client, id).len(), 1);
}

#[test]
fn the_same_key_gives_the_same_refund_without_asking() {
    let (sandbox, place) = (start(), Place::new());
    let mut config = config(sandbox.url());
    config.set_journal(&place.journal()).unwrap();
    let client = Client::new(&config).unwrap();
    let id = paid(&sandbox, &client, "1");
    let part: freedompay::Amount = "2.50".parse().unwrap();
    let first = client.payment_refund(id, Some(&part), Some("slip-17")).unwrap();
    let requests = sandbox.requests().len();
    let again = client.payment_refund(id, Some(&part), Some("slip-17")).unwrap();
    assert!(again.is_from_journal());
    assert_eq!(again.refund_id(), first.refund_id());
    assert_eq!(sandbox.requests().len(), requests, "nothing was sent");
    client.invoice_refund(id, Some(&part)).unwrap();
    client.invoice_refund(id, Some(&part)).unwrap();
    assert_eq!(given_back(&client, id).len(), 3, "two refunds without a key are two refunds");
}

#[test]
fn a_failed_refund_that_the_gateway_gives_again_for_its_key_is_no_success() {
    let (sandbox, place) = (start(), Place::new());
    let mut config = config(sandbox.url());
    config.set_journal(&place.journal()).unwrap();
    let client = Client::new(&config).unwrap();
    let id = paid(&sandbox, &client, "1");
    trap(&sandbox, "failed-refund:revoke.php", Some(1));
    trap(&sandbox, "lost-answer:revoke.php", Some(1));
    let refund = |key| client.payment_refund(id, Some(&part()), Some(key));
    assert_eq!(refund("slip-1").unwrap_err().code(), Code::Unknown);
    let failed = refund("slip-1").unwrap_err();
    assert_eq!((failed.code(), failed.advice()), (Code::Refused, Advice::Retry), "{failed}");
    for _ in 0..2 {
        let again = refund("slip-1").unwrap_err();
        assert_eq!((again.code(), again.advice()), (Code::Refused, Advice::Fix), "{again}");
        assert!(again.message().contains("another refund_key"), "{again}");
    }
    assert!(client.pending_refunds().unwrap().is_empty());
    refund("slip-2").unwrap();
    let listed = client.payment_status(id).unwrap();
    let statuses: Vec<_> = listed.refunds().into_iter().filter_map(|refund| refund.status).collect();
    assert_eq!(statuses, [PaymentStatus::Error, PaymentStatus::Success]);
}

#[test]
fn a_refund_without_a_key_is_not_the_lost_one_that_has_a_key() {
    let (sandbox, place) = (start(), Place::new());
    let mut config = config(sandbox.url());
    config.set_journal(&place.journal()).unwrap();
    let client = Client::new(&config).unwrap();
    let id = paid(&sandbox, &client, "1");
    trap(&sandbox, "lost-answer:revoke.php", Some(1));
    assert_eq!(client.payment_refund(id, Some(&part()), Some("slip-1")).unwrap_err().code(), Code::Unknown);
    let other = client.invoice_refund(id, Some(&part())).unwrap();
    assert_eq!(given_back(&client, id).len(), 2, "the lost one was made, and so is this");
    let lost = client.payment_refund(id, Some(&part()), Some("slip-1")).unwrap();
    assert!(lost.is_from_journal());
    assert_ne!(lost.refund_id(), other.refund_id());
    assert_eq!(given_back(&client, id).len(), 2);
}

#[test]
fn a_list_that_lags_behind_does_not_make_a_second_refund() {
    let place = Place::new();
    let options = Options { read_back_lag: Duration::from_secs(30), ..Options::default() };
    let sandbox = Sandbox::start(options).unwrap();
    let mut config = config(sandbox.url());
    config.set_journal(&place.journal()).unwrap();
    let client = Client::new(&config).unwrap();
    let id = paid(&sandbox, &client, "1");
    sandbox.advance(Duration::from_secs(60));
    trap(&sandbox, "lost-answer:revoke.php", Some(1));
    assert_eq!(client.invoice_refund(id, None).unwrap_err().code(), Code::Unknown);
    let waits = client.invoice_refund(id, None).unwrap_err();
    assert_eq!((waits.code(), waits.advice()), (Code::Unknown, Advice::Wait), "{waits}");
    sandbox.advance(Duration::from_secs(31));
    client.invoice_refund(id, None).unwrap();
    assert_eq!(given_back(&client, id).len(), 1);
}

fn part() -> freedompay::Amount {
    "2.50".parse().unwrap()
}

/// A till with a journal, and a payment of 10.50 of which the gateway has given 2.50 back without listing it; the answer was
/// lost.
fn untold_refund(sandbox: &Sandbox, place: &Place, key: Option<&str>) -> (Client, i64) {
    let mut config = config(sandbox.url());
    config.set_journal(&place.journal()).unwrap();
    let client = Client::new(&config).unwrap();
    let id = paid(sandbox, &client, "1");
    trap(sandbox, "lost-answer:revoke.php", Some(1));
    trap(sandbox, "unlisted-refunds:get_status3.php", None);
    assert_eq!(client.payment_refund(id, Some(&part()), key).unwrap_err().code(), Code::Unknown);
    (client, id)
}

/// Whichever refund of the payment is asked for, nothing is sent, and a person is asked to look.
fn assert_held_up(sandbox: &Sandbox, client: &Client, id: i64) {
    let revoked = || sandbox.requests().iter().filter(|request| request.path == "/revoke.php").count();
    let sent = revoked();
    for (amount, key) in [(Some(part()), Some("slip-1")), (None, None)] {
        let error = client.payment_refund(id, amount.as_ref(), key).unwrap_err();
        assert_eq!((error.code(), error.sent(), error.advice()), (Code::Unknown, Sent::Maybe, Advice::Fix));
        assert!(error.message().contains("fp_refund_settle"), "{error}");
    }
    assert_eq!(revoked(), sent);
}

#[test]
fn a_refund_that_a_person_has_seen_is_known_and_holds_up_no_other() {
    let (sandbox, place) = (start(), Place::new());
    let (client, id) = untold_refund(&sandbox, &place, Some("slip-1"));
    assert_held_up(&sandbox, &client, id);
    place.let_ten_minutes_pass();
    assert_held_up(&sandbox, &client, id);
    let asked = sandbox.requests().len();
    client.refund_settle(id, Some("slip-1"), true).unwrap();
    assert!(client.pending_refunds().unwrap().is_empty());
    let again = client.payment_refund(id, Some(&part()), Some("slip-1")).unwrap();
    assert_eq!((again.is_from_journal(), again.id(), again.refund_id()), (true, Some(id), None));
    assert_eq!(client.payment_refund(id, None, Some("slip-1")).unwrap_err().code(), Code::Conflict);
    assert_eq!(sandbox.requests().len(), asked, "the gateway was asked nothing");

    // Another of the same amount, whose answer is lost, is told from it in the list.
    sandbox.clear_rules();
    trap(&sandbox, "lost-answer:revoke.php", Some(1));
    assert_eq!(client.payment_refund(id, Some(&part()), Some("slip-2")).unwrap_err().code(), Code::Unknown);
    let found = client.payment_refund(id, Some(&part()), Some("slip-2")).unwrap();
    assert_eq!(found.refund_id(), client.payment_status(id).unwrap().refunds()[1].payment_id);
    client.payment_refund(id, None, Some("the-rest")).unwrap();
    assert_eq!(given_back(&client, id), ["-2.50", "-2.50", "-5.50"]);
}

#[test]
fn a_refund_that_a_person_has_not_found_can_be_tried_anew() {
    for key in [Some("slip-1"), None] {
        let (sandbox, place) = (start(), Place::new());
        let (client, id) = untold_refund(&sandbox, &place, key);
        place.let_ten_minutes_pass();
        assert_held_up(&sandbox, &client, id);
        client.refund_settle(id, key, false).unwrap();
        assert!(client.pending_refunds().unwrap().is_empty());
        let refund = client.payment_refund(id, Some(&part()), key).unwrap();
        assert!(refund.refund_id().is_some() && !refund.is_from_journal(), "it was sent");
        // The gateway knows a key of the caller's: were the person wrong, it would still be made once.
        let made = sandbox.payments()[0].now.refunds.len();
        assert_eq!(made, if key.is_some() { 1 } else { 2 });
    }
}

#[test]
fn only_the_refund_whose_end_is_not_known_is_settled_once_and_not_too_early() {
    let (sandbox, place) = (start(), Place::new());
    let (client, id) = untold_refund(&sandbox, &place, Some("slip-1"));
    let asked = sandbox.requests().len();
    for was_made in [true, false] {
        let early = client.refund_settle(id, Some("slip-1"), was_made).unwrap_err();
        assert_eq!((early.code(), early.sent(), early.advice()), (Code::Unknown, Sent::Maybe, Advice::Wait));
    }
    assert_eq!(client.pending_refunds().unwrap().len(), 1);
    place.let_ten_minutes_pass();
    let refused = |payment_id, key, reason: &str| {
        let error = client.refund_settle(payment_id, key, true).unwrap_err();
        assert_eq!((error.code(), error.sent()), (Code::Argument, Sent::No), "{error}");
        assert!(error.message().contains(reason), "{error}");
    };
    refused(id + 1, Some("slip-1"), &format!("payment_id {} has no refund in the journal", id + 1));
    refused(0, Some("slip-1"), "payment_id 0 is not a positive number");
    refused(id, Some("slip-2"), "refund_key \"slip-2\" is not of the refund");
    refused(id, Some("a b"), "refund_key \"a b\" is not 1 to 64 visible");
    refused(id, None, "refund_key is missing");
    client.refund_settle(id, Some("slip-1"), true).unwrap();
    refused(id, Some("slip-1"), &format!("payment_id {id} has no refund in the journal"));
    assert_eq!(sandbox.requests().len(), asked, "the gateway was asked nothing");

    let without = Client::new(&config(sandbox.url())).unwrap();
    let error = without.refund_settle(id, None, true).unwrap_err();
    assert_eq!((error.code(), error.message()), (Code::Config, "no journal is set"));
}

#[test]
fn a_refund_without_a_key_is_settled_without_one() {
    let (sandbox, place) = (start(), Place::new());
    let (client, id) = untold_refund(&sandbox, &place, None);
    place.let_ten_minutes_pass();
    let error = client.refund_settle(id, Some("slip-1"), true).unwrap_err();
    assert_eq!(error.code(), Code::Argument);
    assert!(error.message().contains("which has none"), "{error}");
    client.refund_settle(id, None, true).unwrap();
    let another = client.payment_refund(id, Some(&part()), None).unwrap();
    assert!(!another.is_from_journal(), "it is another");
    assert_eq!(sandbox.payments()[0].now.refunds.len(), 2);
}

#[test]
fn any_path_is_reached_with_the_right_signature() {
    let sandbox = start();
    let client = Client::new(&config(sandbox.url())).unwrap();
    let id = paid(&sandbox, &client, "1");
    let mut call = AnyCall::new("/get_status3.php").unwrap();
    call.set("pg_payment_id", &id.to_string()).unwrap();
    let answer = client.call(&call).unwrap();
    assert_eq!(answer.document.get("pg_order_id"), Some("1"));

    let mut call = AnyCall::new("/init_payment.php").unwrap();
    for (name, value) in [
        ("pg_order_id", "2"),
        ("pg_amount", "10"),
        ("pg_description", "Чай"),
        ("pg_receipt_positions[0][count]", "1"),
        ("pg_receipt_positions[0][name]", "Чай"),
        ("pg_receipt_positions[0][price]", "10"),
        ("pg_receipt_positions[0][tax_type]", "0"),
        ("table", "5"),
    ] {
        call.set(name, value).unwrap();
    }
    assert!(client.call(&call).unwrap().document.get("pg_redirect_url").is_some());

    let mut call = AnyCall::new("/v5/merchant/invoice/status").unwrap();
    call.set_number("merchant_id", &freedompay::sandbox::MERCHANT_ID.to_string()).unwrap();
    call.set_number("invoice_id", &id.to_string()).unwrap();
    assert_eq!(client.call(&call).unwrap().document.get("invoice_status"), Some("ok"));
    let wrong: Vec<_> = sandbox.requests().into_iter().filter(|record| record.problem.is_some()).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn an_answer_without_a_status_is_a_success_only_where_http_says_so() {
    for (status, is_success) in [("200 OK", true), ("502 Bad Gateway", false), ("401 Unauthorized", false)] {
        let answer = support::http(status, "{\"message\":\"hello\"}");
        let server = support::ScriptedServer::start(vec![support::Step::Answer(answer)]);
        let client = Client::new(&config(&server.url)).unwrap();
        let end = client.call(&AnyCall::new("/v5/partner/x").unwrap());
        assert_eq!(end.is_ok(), is_success, "{status}");
        if let Err(error) = end {
            assert_eq!((error.code(), error.advice()), (Code::Answer, Advice::AskStatus), "{error}");
        }
    }
}

#[test]
fn a_text_beside_fields_does_not_pass_for_signed() {
    let sandbox = start();
    let client = Client::new(&config(sandbox.url())).unwrap();
    let id = paid(&sandbox, &client, "1");
    let genuine = client.payment_status(id).unwrap().answer().body.clone();
    let genuine = String::from_utf8(genuine).unwrap();
    let forged = genuine.replace("<pg_status>ok</pg_status>", "<pg_status>ok<x>ok</x></pg_status>");
    assert_ne!(forged, genuine);
    let server =
        support::ScriptedServer::start(vec![support::Step::Answer(support::http("200 OK", &forged))]);
    let error = Client::new(&config(&server.url)).unwrap().payment_status(id).unwrap_err();
    assert_eq!(error.code(), Code::Answer);
    assert!(error.message().contains("text beside fields"), "{error}");
}

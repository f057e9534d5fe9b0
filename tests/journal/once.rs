//! The same sale is never made twice: what is given again, what is asked about first, and what may be sent anew.

use std::sync::{Arc, Mutex};

use freedompay::{Advice, Client, Code, InvoiceStatus, Level, Log, Sent};

use crate::support::hole::nobody;
use crate::support::place::Place;
use crate::support::proxy::Proxy;
use crate::support::{self, REFUSAL, ScriptedServer, Step, config, http, request};
use crate::{inits, journalled, lose_a_request, lose_an_answer, number, pending, sale, sandbox, till};

#[test]
fn a_kept_invoice_is_shown_again_with_its_qr_and_without_a_question() {
    let (sandbox, place) = (sandbox(), Place::new());
    let till = till(sandbox.url(), &place);
    assert!(till.invoice_kept("1").unwrap().is_none(), "not before there is one");
    let made = till.invoice_init(&sale("1", "10.50", None)).unwrap();
    let kept = till.invoice_kept("1").unwrap().unwrap();
    assert_eq!((kept.id(), kept.status(), kept.qr_url()), (made.id(), made.status(), made.qr_url()));
    assert!(kept.is_from_journal() && kept.qr_url().is_some());

    sandbox.pay(number(&made)).unwrap();
    till.invoice_status(made.id()).unwrap();
    assert_eq!(till.invoice_kept("1").unwrap().unwrap().status(), InvoiceStatus::Ok, "as it was last seen");
    assert!(till.invoice_kept("2").unwrap().is_none());
    assert_eq!(sandbox.requests().len(), 2, "one init and one status");
    assert_eq!(till.invoice_kept("").unwrap_err().code(), Code::Argument);
    let without = Client::new(&config(sandbox.url())).unwrap();
    assert_eq!(without.invoice_kept("1").unwrap_err().code(), Code::Config);
}

#[test]
fn the_same_sale_again_is_the_same_invoice_with_everything_and_sends_nothing() {
    let (sandbox, place) = (sandbox(), Place::new());
    let request = sale("00102", "10.50", Some("KZT"));
    let first = till(sandbox.url(), &place).invoice_init(&request).unwrap();
    assert!(!first.is_from_journal());
    let sent = sandbox.requests().len();
    // Another process would have another client; the same amount may be written another way.
    for again in [&request, &sale("00102", "10.5", Some("KZT"))] {
        let again = till(sandbox.url(), &place).invoice_init(again).unwrap();
        assert!(again.is_from_journal());
        assert_eq!(
            (again.id(), again.status(), again.order_id()),
            (first.id(), first.status(), Some("00102"))
        );
        assert_eq!((again.qr_url(), again.unix_time()), (first.qr_url(), first.unix_time()));
        assert_eq!((&again.answer().body, again.answer().http_status), (&first.answer().body, 200));
        assert!(again.qr_url().is_some());
    }
    assert_eq!(sandbox.requests().len(), sent, "nothing was sent");

    sandbox.pay(number(&first)).unwrap();
    till(sandbox.url(), &place).invoice_status(first.id()).unwrap();
    let paid = till(sandbox.url(), &place).invoice_init(&request).unwrap();
    assert_eq!(
        (paid.status(), paid.is_from_journal(), paid.qr_url()),
        (InvoiceStatus::Ok, true, first.qr_url())
    );
}

#[test]
fn another_amount_or_currency_is_a_conflict_that_names_both() {
    let (sandbox, place) = (sandbox(), Place::new());
    let proxy = Proxy::before(sandbox.url());
    let till = till(&proxy.url, &place);
    till.invoice_init(&sale("known", "10.50", Some("KZT"))).unwrap();
    lose_an_answer(&proxy, &till, &sale("unknown", "10.50", Some("KZT")));
    let sent = sandbox.requests().len();
    for order_id in ["known", "unknown"] {
        for (amount, currency, shown) in [
            ("10.51", Some("KZT"), "10.51 KZT"),
            ("10.50", Some("UZS"), "10.50 UZS"),
            ("1050", Some("KZT"), "1050 KZT"),
            ("10.50", None, "asked for with 10.50;"),
        ] {
            let error = till.invoice_init(&sale(order_id, amount, currency)).unwrap_err();
            assert_eq!((error.code(), error.sent(), error.advice()), (Code::Conflict, Sent::No, Advice::Fix));
            assert!(error.message().contains("10.50 KZT") && error.message().contains(shown), "{error}");
        }
    }
    assert_eq!(sandbox.requests().len(), sent, "nothing was sent");
}

#[test]
fn a_sale_of_unknown_outcome_is_asked_about_first_and_adopted() {
    let (sandbox, place) = (sandbox(), Place::new());
    let proxy = Proxy::before(sandbox.url());
    lose_an_answer(&proxy, &till(&proxy.url, &place), &request("1"));
    assert_eq!(pending(&till(&proxy.url, &place)), [("1".to_owned(), false)]);

    let adopted = till(&proxy.url, &place).invoice_init(&request("1")).unwrap();
    let paths: Vec<_> = sandbox.requests().into_iter().map(|record| record.path).collect();
    assert_eq!(paths.len(), 2);
    assert!(paths[0].ends_with("/init") && paths[1].ends_with("/status"), "{paths:?}");
    assert_eq!(pending(&till(&proxy.url, &place)), [("1".to_owned(), true)]);
    let again = till(&proxy.url, &place).invoice_init(&request("1")).unwrap();
    assert_eq!((again.id(), again.is_from_journal()), (adopted.id(), true));
    assert_eq!((again.amount(), again.status()), (Some("10.50"), InvoiceStatus::New));
    assert_eq!(sandbox.requests().len(), 2, "and then the journal knows");
}

#[test]
fn an_invoice_of_another_sum_is_not_the_lost_one_of_its_order() {
    for (amount, currency) in [("99", "KZT"), ("10.50", "UZS")] {
        let (sandbox, place) = (sandbox(), Place::new());
        let proxy = Proxy::before(sandbox.url());
        let lost = sale("1", "10.50", Some("KZT"));
        lose_a_request(&proxy, &till(&proxy.url, &place), &lost);
        // Another till, which shares no journal with this one.
        let other =
            till(sandbox.url(), &Place::new()).invoice_init(&sale("1", amount, Some(currency))).unwrap();
        let error = till(&proxy.url, &place).invoice_init(&lost).unwrap_err();
        assert_eq!((error.code(), error.advice()), (Code::Conflict, Advice::Fix), "{error}");
        let asked = till(&proxy.url, &place).invoice_status_by_order("1").unwrap();
        assert_eq!(asked.id(), other.id());
        assert_eq!(
            pending(&till(&proxy.url, &place)),
            [("1".to_owned(), false)],
            "{amount} {currency} is not adopted"
        );
        assert_eq!(inits(&sandbox.requests()), 1);
    }
}

#[test]
fn an_invoice_over_another_sum_is_no_answer_to_an_init_however_the_right_one_is_written() {
    let answer = |fields: &str| {
        let fields = format!("<invoice_id>7</invoice_id><invoice_status>new</invoice_status>{fields}");
        Step::Answer(http("200 OK", &format!("<root><status>ok</status>{fields}</root>")))
    };
    let first = sale("1", "10.50", Some("KZT"));
    for (fields, said) in [
        ("<amount>99.99</amount>", "its sum is \"99.99\", not 10.50 KZT"),
        ("<amount>1050</amount><currency>KZT</currency>", "its sum is \"1050\" \"KZT\", not 10.50 KZT"),
        ("<amount>10.50</amount><currency>UZS</currency>", "its sum is \"10.50\" \"UZS\", not 10.50 KZT"),
    ] {
        let server =
            ScriptedServer::start(vec![answer(fields), answer(fields), answer("<amount>10.5</amount>")]);
        let place = Place::new();
        let till = till(&server.url, &place);
        let error = till.invoice_init(&first).unwrap_err();
        let seen = (error.code(), error.sent(), error.advice());
        assert_eq!(seen, (Code::Answer, Sent::Yes, Advice::AskStatus), "{error}");
        assert!(error.message().contains(said), "{error}");
        assert_eq!(error.answer().unwrap().document.get("invoice_id"), Some("7"), "it can be looked at");
        assert_eq!(pending(&till), [("1".to_owned(), false)]);
        assert_eq!(
            till.invoice_init(&first).unwrap_err().code(),
            Code::Conflict,
            "the gateway stays with it"
        );
        assert_eq!(till.invoice_recover("1").unwrap().id(), 7, "or had it right all the time");
        assert_eq!(pending(&till), [("1".to_owned(), true)]);
    }
    for fields in
        ["", "<amount> 10.5000 </amount>", "<amount>10,50</amount><currency/>", "<currency>kzt</currency>"]
    {
        let server = ScriptedServer::start(vec![answer(fields)]);
        assert_eq!(till(&server.url, &Place::new()).invoice_init(&first).unwrap().id(), 7, "{fields}");
    }
}

#[test]
fn not_found_proves_nothing_at_first_and_allows_a_new_attempt_later() {
    let (sandbox, place) = (sandbox(), Place::new());
    let proxy = Proxy::before(sandbox.url());
    let mut impatient = journalled(&proxy.url, &place.journal());
    impatient.set_timeout_ms(1_000).unwrap();
    let till = Client::new(&impatient).unwrap();
    lose_a_request(&proxy, &till, &request("1"));
    for end in [till.invoice_init(&request("1")), till.invoice_recover("1"), till.invoice_init(&request("1"))]
    {
        let error = end.unwrap_err();
        let seen = (error.code(), error.sent(), error.advice());
        assert_eq!(seen, (Code::Unknown, Sent::Maybe, Advice::Wait), "{error}");
    }
    assert_eq!(inits(&sandbox.requests()), 0, "the gateway was only asked");
    assert_eq!(pending(&till), [("1".to_owned(), false)]);

    place.let_ten_minutes_pass();
    let error = till.invoice_recover("1").unwrap_err();
    assert_eq!((error.code(), error.gateway_code()), (Code::Refused, 11068), "now it counts");
    assert_eq!(pending(&till), []);
    let invoice = till.invoice_init(&request("1")).unwrap();
    assert_eq!(sandbox.invoices().len(), 1);
    assert_eq!(pending(&till), [("1".to_owned(), true)]);

    lose_a_request(&proxy, &till, &request("2"));
    place.let_ten_minutes_pass();
    assert_ne!(till.invoice_init(&request("2")).unwrap().id(), invoice.id());
    assert_eq!(sandbox.invoices().len(), 2, "also without a recovery in between");
}

#[test]
fn a_refused_sale_and_one_that_was_not_sent_may_be_tried_again_even_with_another_amount() {
    let refusing = ScriptedServer::start(vec![
        Step::Answer(http("200 OK", REFUSAL)),
        Step::Answer(http("200 OK", REFUSAL)),
        Step::Answer(http("200 OK", support::GOOD)),
    ]);
    let place = Place::new();
    let first = till(&refusing.url, &place);
    for amount in ["10.50", "99"] {
        let error = first.invoice_init(&sale("1", amount, None)).unwrap_err();
        assert_eq!((error.code(), error.gateway_code()), (Code::Refused, 9998));
        assert_eq!(pending(&first), []);
    }
    let invoice = first.invoice_init(&sale("1", "7", None)).unwrap();
    assert_eq!((invoice.is_from_journal(), refusing.requests().len()), (false, 3), "each attempt was sent");

    let ((address, socket), place) = (nobody(), Place::new());
    let mut impatient = journalled(&format!("http://{address}"), &place.journal());
    impatient.set_timeout_ms(300).unwrap();
    let second = Client::new(&impatient).unwrap();
    let error = second.invoice_init(&request("1")).unwrap_err();
    assert_eq!((error.code(), error.sent()), (Code::NotSent, Sent::No), "{error}");
    assert_eq!(pending(&second), []);
    socket.listen(16).unwrap();
    let back = ScriptedServer::on(socket.into(), vec![Step::Answer(http("200 OK", support::GOOD))]);
    let invoice = second.invoice_init(&sale("1", "20", None)).unwrap();
    assert_eq!((invoice.is_from_journal(), back.requests().len()), (false, 1));
}

#[test]
fn an_order_that_the_gateway_has_already_is_asked_about_and_not_sent_again() {
    let (sandbox, place) = (sandbox(), Place::new());
    // The first journal is lost after its sale; the gateway says of the second init that the order exists.
    Client::new(&config(sandbox.url())).unwrap().invoice_init(&sale("1", "10", None)).unwrap();
    let used = REFUSAL.replace("9998", "9991");
    let server = ScriptedServer::start(vec![Step::Answer(http("200 OK", &used))]);
    let mut refusing = journalled(&server.url, &place.journal());
    let error = Client::new(&refusing).unwrap().invoice_init(&sale("1", "10", None)).unwrap_err();
    assert_eq!((error.code(), error.gateway_code()), (Code::Refused, 9991));
    assert_eq!(error.advice(), Advice::AskStatus, "nothing that the till corrects makes it paid or unpaid");
    assert_eq!(pending(&Client::new(&refusing).unwrap()), [("1".to_owned(), false)]);
    refusing.set_base_url(&server.url).unwrap();
    let again = Client::new(&refusing).unwrap().invoice_init(&sale("1", "10", None));
    assert_eq!(again.unwrap_err().code(), Code::Unknown);
    let paths: Vec<String> = server
        .requests()
        .iter()
        .map(|request| String::from_utf8_lossy(request).split(' ').nth(1).unwrap().to_owned())
        .collect();
    assert_eq!(paths, ["/v5/merchant/invoice/init", "/v5/merchant/invoice/status"]);
}

#[test]
fn a_sale_that_has_ended_is_not_given_again_without_a_warning() {
    let (sandbox, place) = (sandbox(), Place::new());
    let mut config = journalled(sandbox.url(), &place.journal());
    let said = Arc::new(Mutex::new(Vec::new()));
    config.set_log(Log::to({
        let said = said.clone();
        move |level, message| {
            if level == Level::Warn {
                said.lock().unwrap().push(message.to_owned());
            }
        }
    }));
    let till = Client::new(&config).unwrap();
    let id = till.invoice_init(&request("1")).unwrap().id();
    till.invoice_init(&request("1")).unwrap();
    assert_eq!(*said.lock().unwrap(), [] as [String; 0], "it is open");
    sandbox.pay(u64::try_from(id).unwrap()).unwrap();
    till.invoice_status(id).unwrap();
    assert_eq!(till.invoice_init(&request("1")).unwrap().status(), InvoiceStatus::Ok);
    let said = said.lock().unwrap();
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].contains("order \"1\" has ended (ok) and is given again"), "{said:?}");
}

#[test]
fn shops_and_gateways_in_one_file_do_not_know_each_others_sales() {
    let (here, there, place) = (sandbox(), sandbox(), Place::new());
    till(here.url(), &place).invoice_init(&request("1")).unwrap();
    let other = till(there.url(), &place);
    assert_eq!(pending(&other), []);
    assert!(!other.invoice_init(&request("1")).unwrap().is_from_journal());
    assert_eq!((here.invoices().len(), there.invoices().len()), (1, 1));
}

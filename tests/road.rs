//! A payment's whole road, from the till's request to PAID, against the strict sandbox over a real socket.

mod support;

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use freedompay::sandbox::{AnswerFormat, JwsHeader, Options, QrForm, Sandbox, SignaturePolicy, Signed};
use freedompay::{
    Advice, BodyFormat, Client, Code, Config, Error, Invoice, InvoiceRequest, InvoiceStatus, JwsClaim, Level,
    Log, Sent,
};
use support::{GOOD, REFUSAL, ScriptedServer, Step, client, config, http, request};

fn sandbox(change: impl FnOnce(&mut Options)) -> Sandbox {
    let mut options = Options::default();
    change(&mut options);
    Sandbox::start(options).unwrap()
}

/// The id as the sandbox counts.
fn number(invoice: &Invoice) -> u64 {
    u64::try_from(invoice.id()).unwrap()
}

#[test]
fn every_dialect_of_the_wire_makes_the_same_sale() {
    let claims = [(JwsClaim::Uri, JwsHeader::Uri), (JwsClaim::Path, JwsHeader::Path)];
    for body in [BodyFormat::Auto, BodyFormat::Multipart, BodyFormat::Json] {
        for (claim, header) in claims {
            for answer in [AnswerFormat::Xml, AnswerFormat::Json] {
                let sandbox = sandbox(|options| {
                    options.answer = answer;
                    options.jws = header;
                    options.signature = SignaturePolicy::Required;
                });
                let mut config = config(sandbox.url());
                config.set_body_format(body);
                config.set_jws_claim(claim);
                let client = Client::new(&config).unwrap();
                let mut request =
                    InvoiceRequest::new("00102", "10.50".parse().unwrap(), "Чай & \"қант\" <1>").unwrap();
                request.options.set_currency("KZT").unwrap();
                request.options.set_check_url("https://shop.example/check").unwrap();
                request.options.set_result_url("https://shop.example/paid?a=1&b=2").unwrap();
                request.options.set_request_method("POST").unwrap();

                let invoice = client.invoice_init(&request).unwrap();
                assert_eq!(invoice.status(), InvoiceStatus::New);
                assert!(invoice.unix_time().unwrap() > 1_700_000_000);
                let link = invoice.qr_url().unwrap();
                assert!(link.starts_with(&format!("{}/pay.html?customer=", sandbox.url())), "{link}");

                let status = client.invoice_status(invoice.id()).unwrap();
                assert_eq!((status.amount(), status.currency()), (Some("10.50"), Some("KZT")));
                assert_eq!(client.invoice_status_by_order("00102").unwrap().id(), invoice.id());
                let info = client.invoice_info(link).unwrap();
                assert_eq!((info.id(), info.order_id()), (invoice.id(), Some("00102")));
                assert_eq!(info.answer().document.get("description"), Some("Чай & \"қант\" <1>"));
                let paid = client.invoice_pay(link, "user-1", "sandbox-card-ok").unwrap();
                assert_eq!((paid.id(), paid.status()), (invoice.id(), InvoiceStatus::Ok));

                let kept = sandbox.invoices().remove(0);
                assert_eq!((kept.order_id.as_str(), kept.amount.as_str()), ("00102", "10.50"));
                assert_eq!(kept.description, "Чай & \"қант\" <1>");
                assert_eq!(kept.check_url.as_deref(), Some("https://shop.example/check"));
                assert_eq!(kept.result_url.as_deref(), Some("https://shop.example/paid?a=1&b=2"));
                assert_eq!(kept.request_method.as_deref(), Some("POST"));
                let records = sandbox.requests();
                assert_eq!(records.len(), 5);
                assert!(
                    records.iter().all(|r| r.signed == Signed::Valid && r.problem.is_none()),
                    "{records:?}"
                );
            }
        }
    }
}

#[test]
fn a_picture_of_the_code_is_as_good_as_the_link() {
    let sandbox = sandbox(|options| options.qr = QrForm::Png);
    let client = client(sandbox.url());
    let invoice = client.invoice_init(&request("00102")).unwrap();
    let picture = invoice.qr().picture().unwrap();
    assert_eq!(picture.media_type(), "image/png");
    let link = invoice.qr_url().unwrap();
    assert!(link.starts_with(&format!("{}/pay.html?customer=", sandbox.url())), "{link}");
    assert_eq!(client.invoice_info(link).unwrap().id(), invoice.id());
}

#[test]
fn without_a_key_the_form_of_the_documentation_is_sent_unsigned() {
    let sandbox = sandbox(|_| {});
    let mut config = Config::new();
    config.set_merchant_id(123456).unwrap();
    config.set_base_url(sandbox.url()).unwrap();
    Client::new(&config).unwrap().invoice_init(&request("1")).unwrap();
    let record = sandbox.requests().remove(0);
    assert_eq!(record.signed, Signed::No);
    assert!(record.content_type.unwrap().starts_with("multipart/form-data; boundary="));
}

#[test]
fn a_wrong_key_is_refused_with_the_gateways_own_words() {
    let sandbox = sandbox(|_| {});
    let mut config = config(sandbox.url());
    config.set_secret_key("another-key").unwrap();
    let error = Client::new(&config).unwrap().invoice_init(&request("1")).unwrap_err();
    assert_eq!((error.code(), error.sent(), error.advice()), (Code::Refused, Sent::Yes, Advice::Fix));
    assert_eq!((error.gateway_code(), error.answer().unwrap().http_status), (9998, 200));
    assert!(error.message().contains(error.gateway_message().unwrap()), "{error}");
    assert!(sandbox.invoices().is_empty());
}

#[test]
fn an_incomplete_configuration_sends_nothing_and_says_what_is_missing() {
    let error = Client::new(&Config::new()).err().unwrap();
    assert_eq!((error.code(), error.sent(), error.advice()), (Code::Config, Sent::No, Advice::Fix));
    assert_eq!(error.message(), "merchant_id is not set");
}

#[test]
fn an_order_that_nobody_knows_is_a_refusal() {
    let sandbox = sandbox(|_| {});
    let error = client(sandbox.url()).invoice_status_by_order("unknown").unwrap_err();
    assert_eq!((error.code(), error.gateway_code()), (Code::Refused, 11068));
    let error = client(sandbox.url()).invoice_status(0).unwrap_err();
    assert_eq!((error.code(), error.sent()), (Code::Argument, Sent::No));
}

/// Waits while the sandbox is moved on at each poll; answers the end and the states that were reported.
fn wait(move_on: impl Fn(&Sandbox, u64, usize)) -> (Result<Invoice, Error>, Vec<InvoiceStatus>) {
    let sandbox = sandbox(|_| {});
    let client = client(sandbox.url());
    let invoice = client.invoice_init(&request("1")).unwrap();
    let mut states = Vec::new();
    let end = client.invoice_wait(invoice.id(), 20_000, &mut |latest| {
        states.push(latest.as_ref().unwrap().status());
        move_on(&sandbox, number(&invoice), states.len());
        ControlFlow::Continue(())
    });
    (end, states)
}

#[test]
fn a_wait_reports_each_change_and_ends_with_the_invoice() {
    use InvoiceStatus::{Failed, Incomplete, New, Ok, Process};
    let (end, states) = wait(|sandbox, id, polls| match polls {
        2 => sandbox.set_process(id).unwrap(),
        3 => sandbox.pay(id).unwrap(),
        _ => {}
    });
    assert_eq!((end.unwrap().status(), states), (Ok, vec![New, New, Process, Ok]));
    let (end, states) = wait(|sandbox, id, polls| {
        if polls == 1 {
            sandbox.decline(id).unwrap()
        }
    });
    assert_eq!((end.unwrap().status(), states), (Failed, vec![New, Failed]));
    let (end, states) = wait(|sandbox, id, polls| {
        if polls == 1 {
            sandbox.expire(id).unwrap()
        }
    });
    assert_eq!((end.unwrap().status(), states), (Incomplete, vec![New, Incomplete]));
}

#[test]
fn a_wait_that_ends_first_has_the_last_known_state() {
    let sandbox = sandbox(|_| {});
    let client = client(sandbox.url());
    let invoice = client.invoice_init(&request("1")).unwrap();
    sandbox.set_process(number(&invoice)).unwrap();
    let error = client.invoice_wait(invoice.id(), 100, &mut |_| ControlFlow::Continue(())).unwrap_err();
    assert_eq!((error.code(), error.advice()), (Code::Timeout, Advice::AskStatus));
    assert_eq!(error.invoice().unwrap().status(), InvoiceStatus::Process);

    let mut polls = 0;
    let given_up = client.invoice_wait(invoice.id(), 20_000, &mut |_| {
        polls += 1;
        if polls == 3 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    let error = given_up.unwrap_err();
    assert_eq!((error.code(), polls), (Code::Cancelled, 3));
    assert_eq!(error.invoice().unwrap().id(), invoice.id());

    for timeout_ms in [0, -1, i64::MIN, i64::MAX] {
        let error = client.invoice_wait(invoice.id(), timeout_ms, &mut |_| ControlFlow::Continue(()));
        assert_eq!(error.unwrap_err().code(), Code::Argument);
    }
}

#[test]
fn a_wait_that_ends_with_a_refused_question_has_the_last_known_state() {
    let [open, refusal] = [GOOD, REFUSAL].map(|body| Step::Answer(http("200 OK", body)));
    let server = ScriptedServer::start(vec![open.clone(), open, refusal]);
    let mut polls = 0;
    let end = client(&server.url).invoice_wait(7, 20_000, &mut |_| {
        polls += 1;
        ControlFlow::Continue(())
    });
    let error = end.unwrap_err();
    assert_eq!((error.code(), error.gateway_code(), polls), (Code::Refused, 9998, 3));
    let invoice = error.invoice().expect("the last known state");
    assert_eq!((invoice.id(), invoice.status()), (7, InvoiceStatus::New));
    assert_eq!(error.answer().unwrap().document.get("invoice_id"), Some("7"), "all that was known of it");
}

#[test]
fn a_wait_outlives_a_gateway_that_is_away() {
    let first = sandbox(|_| {});
    let listen = first.url().trim_start_matches("http://").parse().unwrap();
    let mut config = config(first.url());
    config.set_timeout_ms(50).unwrap();
    let client = Client::new(&config).unwrap();
    let id = client.invoice_init(&request("1")).unwrap().id();
    let (mut first, mut second) = (Some(first), None);
    let mut failures = 0;
    let end = client.invoice_wait(id, 20_000, &mut |latest| {
        failures += usize::from(latest.is_err());
        if first.take().is_none() && second.is_none() {
            // It comes back with the same sale, paid.
            let back = sandbox(|options| options.listen = listen);
            let again = support::client(back.url()).invoice_init(&request("1")).unwrap();
            back.pay(number(&again)).unwrap();
            second = Some(back);
        }
        ControlFlow::Continue(())
    });
    assert_eq!((end.unwrap().status(), failures), (InvoiceStatus::Ok, 1));
}

#[test]
fn sixteen_threads_on_one_client_get_each_their_own_answer() {
    let sandbox = sandbox(|_| {});
    let client = Arc::new(client(sandbox.url()));
    let threads: Vec<_> = (0..16)
        .map(|thread| {
            let client = client.clone();
            thread::spawn(move || {
                for sale in 0..25 {
                    let order_id = format!("{thread}-{sale}");
                    let invoice = client.invoice_init(&request(&order_id)).unwrap();
                    let status = client.invoice_status_by_order(&order_id).unwrap();
                    assert_eq!(invoice.id(), status.id());
                    let info = client.invoice_info(invoice.qr_url().unwrap()).unwrap();
                    assert_eq!(info.order_id(), Some(order_id.as_str()));
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
    assert_eq!(sandbox.invoices().len(), 16 * 25);
}

#[test]
fn log_lines_come_on_the_callers_thread_and_hold_no_secret() {
    let sandbox = sandbox(|_| {});
    let here = thread::current().id();
    let lines = Arc::new(AtomicUsize::new(0));
    let mut config = config(sandbox.url());
    config.set_log(Log::to({
        let lines = lines.clone();
        move |level, line| {
            assert_eq!(thread::current().id(), here);
            assert!(!line.contains("sandbox-secret-key"), "{line}");
            if level == Level::Info {
                lines.fetch_add(1, Ordering::Relaxed);
            }
        }
    }));
    let client = Client::new(&config).unwrap();
    client.invoice_init(&request("1")).unwrap();
    client.invoice_status_by_order("2").unwrap_err();
    assert_eq!(lines.load(Ordering::Relaxed), 2);
}

//! Every call ends within its deadline and half a second, whatever the peer does. The tests print by how much calls went
//! over, and allow three seconds, because the machine that runs them may be busy.

mod support;

use std::net::UdpSocket;
use std::ops::ControlFlow;
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use freedompay::{Cancel, Client, Code, Config, Error, Sent};
use support::child::{child_with_mounts, orders};
use support::hole::{Silence, Wall};
use support::place::Place;
use support::{GOOD, ScriptedServer, Step, config, http, request};

const DEADLINE: Duration = Duration::from_millis(1_000);
const MARGIN: Duration = Duration::from_secs(3);

fn impatient(url: &str) -> Config {
    let mut config = config(url);
    config.set_timeout_ms(1_000).unwrap();
    config.set_connect_timeout_ms(60_000).unwrap();
    config
}

/// Makes each kind of call; each fails as `expected` says, in time.
fn all_end(name: &str, config: &Config, expected: &[(Code, Sent)]) {
    let client = Client::new(config).unwrap();
    let place = Place::new();
    let mut journalled = config.clone();
    journalled.set_journal(&place.journal()).unwrap();
    let journalled = Client::new(&journalled).unwrap();
    let wait = || client.invoice_wait(7, 1_000, &mut |_| ControlFlow::Continue(()));
    in_time(&format!("{name}: init"), || client.invoice_init(&request("1")).unwrap_err(), Some(expected));
    in_time(
        &format!("{name}: init with a journal"),
        || journalled.invoice_init(&request("1")).unwrap_err(),
        None,
    );
    in_time(&format!("{name}: recover"), || journalled.invoice_recover("1").unwrap_err(), None);
    in_time(&format!("{name}: status"), || client.invoice_status(7).unwrap_err(), None);
    in_time(&format!("{name}: wait"), || wait().unwrap_err(), None);
}

fn in_time(what: &str, call: impl FnOnce() -> Error, expected: Option<&[(Code, Sent)]>) {
    let begin = Instant::now();
    let error = call();
    let took = begin.elapsed();
    let over = took.saturating_sub(DEADLINE);
    println!("{what}: {:?} after {took:?}, {over:?} over its deadline", error.code());
    assert!(over < MARGIN, "{what}: {took:?}");
    if let Some(expected) = expected {
        assert!(expected.contains(&(error.code(), error.sent())), "{what}: {error:?}");
    }
    assert_ne!(error.code(), Code::Refused, "{what}");
}

#[test]
fn a_client_that_is_given_up_ends_every_call_under_way_and_to_come() {
    const FAR_MS: i64 = 3_600_000;
    let silence = Silence::start();
    let calls: [fn(&Client) -> Error; 4] = [
        |client| client.invoice_init(&request("1")).unwrap_err(),
        |client| client.invoice_recover("1").unwrap_err(),
        |client| client.invoice_status(7).unwrap_err(),
        |client| client.invoice_wait(7, FAR_MS, &mut |_| ControlFlow::Continue(())).unwrap_err(),
    ];
    let place = Place::new();
    for call in calls {
        let cancel = Cancel::new();
        let mut config = config(&format!("http://{}", silence.address));
        config.set_timeout_ms(FAR_MS).unwrap();
        config.set_journal(&place.journal()).unwrap();
        config.set_cancel(&cancel);
        let client = Client::new(&config).unwrap();
        let before = silence.taken();
        let error = thread::scope(|scope| {
            let under_way = scope.spawn(|| call(&client));
            while silence.taken() == before {
                thread::yield_now();
            }
            cancel.ask();
            under_way.join().unwrap()
        });
        assert_eq!(error.code(), Code::Cancelled);
        assert_eq!(call(&client).code(), Code::Cancelled, "and later ones do not begin");
        assert_eq!(silence.taken(), before + 1);
    }
}

#[test]
fn a_client_that_is_given_up_ends_the_calls_of_all_its_threads() {
    const CALLS: usize = 8;
    let silence = Silence::start();
    let cancel = Cancel::new();
    let mut config = config(&format!("http://{}", silence.address));
    // A call that hears nothing ends as unknown in the end, so that this cannot hang.
    config.set_timeout_ms(20_000).unwrap();
    config.set_cancel(&cancel);
    let client = Client::new(&config).unwrap();
    let ends = thread::scope(|scope| {
        let under_way: Vec<_> =
            (0..CALLS).map(|_| scope.spawn(|| client.invoice_status(7).unwrap_err().code())).collect();
        while silence.taken() < CALLS {
            thread::yield_now();
        }
        cancel.ask();
        under_way.into_iter().map(|call| call.join().unwrap()).collect::<Vec<_>>()
    });
    assert_eq!(ends, [Code::Cancelled; CALLS]);
}

#[test]
fn a_peer_that_never_connects_shakes_hands_or_answers_costs_no_more_than_the_deadline() {
    let (silence, wall) = (Silence::start(), Wall::build());
    let not_sent = [(Code::NotSent, Sent::No)];
    let unknown = [(Code::Unknown, Sent::Maybe)];
    thread::scope(|scope| {
        scope.spawn(|| all_end("no connection", &impatient(&format!("http://{}", wall.address)), &not_sent));
        scope.spawn(|| {
            all_end("no handshake", &impatient(&format!("https://{}", silence.address)), &not_sent)
        });
        scope.spawn(|| all_end("no answer", &impatient(&format!("http://{}", silence.address)), &unknown));
        for (name, proxy) in [("a silent proxy", silence.address), ("a proxy behind a wall", wall.address)] {
            let mut config = impatient("https://gateway.example");
            config.set_proxy(&format!("http://{proxy}")).unwrap();
            scope.spawn(move || all_end(name, &config, &not_sent));
        }
    });
}

#[test]
fn a_peer_that_answers_slowly_or_without_end_costs_no_more_than_the_deadline() {
    let header = b"X-More: again and again and again\r\n".to_vec();
    let slow_header = [b"HTTP/1.1 200 OK\r\n".to_vec(), header.repeat(100)].concat();
    let slow_body = [http("200 OK\r\nX: ", "")[..17].to_vec(), b"\r\n".to_vec(), vec![b' '; 5_000]].concat();
    let second = Duration::from_secs(1);
    let often = Duration::from_millis(10);
    let lost = [(Code::Unknown, Sent::Maybe), (Code::Unknown, Sent::Yes)];
    let endless = [(Code::Answer, Sent::Yes), (Code::Unknown, Sent::Yes), (Code::Unknown, Sent::Maybe)];
    let ok = b"HTTP/1.1 200 OK\r\n".to_vec();
    let begun = b"HTTP/1.1 200 OK\r\n\r\n".to_vec();
    let cases = [
        ("one byte a second", Step::Trickle(http("200 OK", GOOD), second), &lost[..]),
        ("headers, slowly", Step::Trickle(slow_header, often), &lost),
        ("a body, slowly", Step::Trickle(slow_body, Duration::from_millis(2)), &lost),
        ("endless headers", Step::Endless(ok, header), &endless),
        ("an endless body", Step::Endless(begun.clone(), vec![b' '; 4096]), &endless),
        ("an endless chunk", Step::Endless(begun, b"<".to_vec()), &endless),
    ];
    thread::scope(|scope| {
        for (name, step, expected) in cases {
            scope.spawn(move || {
                let server = ScriptedServer::start(vec![step]);
                all_end(name, &impatient(&server.url), expected);
            });
        }
    });
}

#[test]
fn a_peer_that_always_breaks_off_is_asked_again_only_until_the_deadline() {
    let server = ScriptedServer::start(vec![Step::Reset]);
    all_end("resets", &impatient(&server.url), &[(Code::Unknown, Sent::Maybe)]);
}

#[test]
#[ignore = "the other tests run it as a process of its own"]
fn what_a_child_process_does() {
    if orders().is_some() {
        all_end("no name", &impatient("https://gateway.example"), &[(Code::NotSent, Sent::No)]);
        let mut patient = impatient("https://gateway.example");
        patient.set_timeout_ms(600_000).unwrap();
        let client = std::sync::Arc::new(Client::new(&patient).unwrap());
        let mut longest = Duration::ZERO;
        for _ in 0..50 {
            let task = freedompay::Task::invoice_init(client.clone(), request("1"));
            thread::sleep(Duration::from_millis(2));
            let asked = Instant::now();
            task.cancel();
            assert!(task.join(MARGIN));
            longest = longest.max(asked.elapsed());
            let error = task.take().unwrap().unwrap_err();
            assert_eq!((error.code(), error.sent()), (Code::Cancelled, Sent::No), "{error}");
        }
        println!("resolving: 50 given up, done after {longest:?} at most");
    }
}

#[test]
fn a_name_server_that_never_answers_costs_no_more_than_the_deadline() {
    let place = Place::new();
    let names = place.path.join("resolv.conf");
    std::fs::write(&names, "nameserver 127.7.7.7\n").unwrap();
    let setup = format!("mount --bind {} /etc/resolv.conf", names.display());
    let Some(mut command) = child_with_mounts(&setup, &["resolve"]) else { return };
    let server = UdpSocket::bind("127.7.7.7:53").unwrap();
    server.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let question = server.recv(&mut [0; 512]).expect("it is asked");
    assert!(question > 12);
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    assert!(said.contains("resolving: 50 given up"), "{said}");
    print!("{said}");
}

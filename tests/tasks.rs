//! Calls in the background: started at once, given up at any instant, ended exactly once, and true about what was sent.

mod support;

use std::collections::HashSet;
use std::os::fd::AsRawFd;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use freedompay::sandbox::{Options, Sandbox};
use freedompay::{Advice, Client, Code, Config, Error, Invoice, InvoiceStatus, Log, Sent, Task};
use support::hole::{Silence, Wall};
use support::place::Place;
use support::{GOOD, ScriptedServer, Step, config, http, request};

type End = Result<Invoice, Error>;

/// Long enough that no call ever ends by itself here.
const NEVER_MS: i64 = 600_000;

/// Far beyond what is promised, so that a busy machine fails no test.
const SOON: Duration = Duration::from_secs(5);

fn patient(url: &str) -> Config {
    let mut config = config(url);
    config.set_timeout_ms(NEVER_MS).unwrap();
    config.set_connect_timeout_ms(NEVER_MS).unwrap();
    config.set_poll_interval_ms(NEVER_MS).unwrap();
    config
}

fn patient_client(url: &str) -> Arc<Client> {
    Arc::new(Client::new(&patient(url)).unwrap())
}

fn sandbox() -> Sandbox {
    Sandbox::start(Options::default()).unwrap()
}

/// The end of a task that must be there soon, and there once.
fn end(task: &Task) -> End {
    assert!(task.join(SOON), "it is done soon");
    assert!(task.is_done());
    let end = task.take().expect("a task that is done has an end");
    assert!(task.take().is_none() && task.is_done(), "and only one");
    end
}

/// Waits for a condition that another thread brings about.
fn until(condition: impl Fn() -> bool) {
    let limit = Instant::now() + Duration::from_secs(20);
    while !condition() {
        assert!(Instant::now() < limit, "it does not come about");
        thread::yield_now();
    }
}

#[test]
fn a_task_ends_as_its_call_does() {
    let sandbox = sandbox();
    let client = Arc::new(support::client(sandbox.url()));
    let invoice = end(&Task::invoice_init(client.clone(), request("1"))).unwrap();
    assert_eq!((invoice.order_id(), invoice.status()), (Some("1"), InvoiceStatus::New));
    let error = end(&Task::invoice_wait(client.clone(), invoice.id(), 50)).unwrap_err();
    assert_eq!(error.code(), Code::Timeout);
    let paying = Task::invoice_wait(client.clone(), invoice.id(), 60_000);
    assert!(!paying.is_done() && paying.take().is_none());
    sandbox.pay(u64::try_from(invoice.id()).unwrap()).unwrap();
    assert_eq!(end(&paying).unwrap().status(), InvoiceStatus::Ok);
    assert_eq!(end(&Task::invoice_wait(client, 0, 50)).unwrap_err().code(), Code::Argument);
}

#[test]
fn start_and_drop_wait_for_nothing() {
    let (silence, wall) = (Silence::start(), Wall::build());
    let begin = Instant::now();
    for address in [silence.address, wall.address] {
        let client = patient_client(&format!("http://{address}"));
        for _ in 0..50 {
            let task = Task::invoice_init(client.clone(), request("1"));
            assert!(!task.join(Duration::ZERO), "join waits no longer than it may");
            drop(task);
        }
    }
    assert!(begin.elapsed() < SOON, "calls that never end were waited for");
}

/// Whether a task's descriptor is readable within `timeout_ms`.
fn is_readable(task: &Task, timeout_ms: i32) -> bool {
    let fd = task.signal().expect("a descriptor").as_raw_fd();
    let mut poll = libc::pollfd { fd, events: libc::POLLIN, revents: 0 };
    // SAFETY: one valid entry, for the time of the call.
    let ready = unsafe { libc::poll(&raw mut poll, 1, timeout_ms) };
    ready == 1 && poll.revents & libc::POLLIN != 0
}

#[test]
fn the_descriptor_becomes_readable_when_the_task_is_done_and_stays_so() {
    let silence = Silence::start();
    let client = patient_client(&format!("http://{}", silence.address));
    let task = Task::invoice_init(client, request("1"));
    assert!(!is_readable(&task, 50));
    task.cancel();
    assert!(is_readable(&task, 5_000));
    assert!(task.is_done(), "readable means done");
    assert_eq!(task.take().unwrap().unwrap_err().code(), Code::Cancelled);
    assert!(is_readable(&task, 0), "also after the end was taken");
}

#[test]
fn an_init_given_up_after_it_was_sent_says_so_and_stays_pending() {
    let server = ScriptedServer::start(vec![Step::Hang(vec![])]);
    let place = Place::new();
    let mut config = patient(&server.url);
    config.set_journal(&place.journal()).unwrap();
    let client = Arc::new(Client::new(&config).unwrap());
    let task = Task::invoice_init(client.clone(), request("1"));
    until(|| server.requests().len() == 1);
    task.cancel();
    let error = end(&task).unwrap_err();
    assert_eq!((error.code(), error.sent()), (Code::Cancelled, Sent::Maybe), "{error}");
    assert_eq!(error.advice(), Advice::AskStatus);
    let pending = client.pending().unwrap();
    assert_eq!((pending.len(), pending[0].order_id.as_str(), pending[0].invoice_id), (1, "1", None));
}

#[test]
fn an_init_given_up_before_it_was_sent_says_so_and_is_not_pending() {
    let silence = Silence::start();
    let place = Place::new();
    let mut config = patient(&format!("https://{}", silence.address));
    config.set_journal(&place.journal()).unwrap();
    let client = Arc::new(Client::new(&config).unwrap());
    let task = Task::invoice_init(client.clone(), request("1"));
    until(|| silence.taken() == 1);
    task.cancel();
    let error = end(&task).unwrap_err();
    assert_eq!((error.code(), error.sent(), error.advice()), (Code::Cancelled, Sent::No, Advice::Retry));
    assert_eq!(client.pending().unwrap(), []);
}

#[test]
fn a_wait_given_up_between_two_polls_has_the_last_known_state() {
    let sandbox = sandbox();
    let client = patient_client(sandbox.url());
    let id = client.invoice_init(&request("1")).unwrap().id();
    let task = Task::invoice_wait(client, id, NEVER_MS);
    until(|| sandbox.requests().len() == 2);
    task.cancel();
    let error = end(&task).unwrap_err();
    assert_eq!((error.code(), error.advice()), (Code::Cancelled, Advice::AskStatus));
}

#[test]
fn a_task_may_be_given_up_by_many_threads_and_has_one_end() {
    let silence = Silence::start();
    let client = patient_client(&format!("http://{}", silence.address));
    for _ in 0..50 {
        let task = Task::invoice_init(client.clone(), request("1"));
        let ends: usize = thread::scope(|scope| {
            let threads: Vec<_> = (0..4)
                .map(|_| {
                    scope.spawn(|| {
                        task.cancel();
                        assert!(task.join(SOON));
                        usize::from(task.take().is_some())
                    })
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).sum()
        });
        assert_eq!(ends, 1);
    }
}

// ---- ten thousand instants ---------------------------------------------------------------------------------------

/// Instants that look like chance, up to `longest`.
struct Instants {
    state: u64,
    longest: Duration,
}

impl Instants {
    fn up_to(longest: Duration) -> Instants {
        Instants { state: 0x5eed, longest }
    }

    fn next(&mut self) -> Duration {
        self.state = self.state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        self.longest.mul_f64((self.state >> 33) as f64 / f64::from(1u32 << 31))
    }
}

/// Gives `count` tasks up at random instants; `look` sees each end. Prints how long the ends took to come.
fn give_up(
    name: &str,
    count: usize,
    longest: Duration,
    start: impl Fn(usize) -> Task,
    mut look: impl FnMut(usize, End),
) {
    let mut instants = Instants::up_to(longest);
    let mut took = Vec::with_capacity(count);
    for number in 0..count {
        let task = start(number);
        thread::sleep(instants.next());
        let asked = Instant::now();
        task.cancel();
        assert!(task.join(SOON), "{name}: number {number} is done soon");
        took.push(asked.elapsed());
        look(number, end(&task));
    }
    took.sort();
    let (p50, p99, max) = (took[count / 2], took[count * 99 / 100], took[count - 1]);
    println!("{name}: {count} given up, done after p50 {p50:?}, p99 {p99:?}, at most {max:?}");
}

const FEW_MS: Duration = Duration::from_millis(4);

/// Gives inits up that nobody ever answers.
fn give_inits_up(name: &str, count: usize, url: &str, is_right: impl Fn(Sent) -> bool) {
    let client = patient_client(url);
    let start = |_| Task::invoice_init(client.clone(), request("1"));
    give_up(name, count, FEW_MS, start, |number, end| {
        let error = end.unwrap_err();
        assert_eq!(error.code(), Code::Cancelled, "{name}, number {number}: {error}");
        assert!(is_right(error.sent()), "{name}, number {number}: {error:?}");
    });
}

#[test]
fn three_thousand_inits_given_up_on_the_way_to_the_gateway_were_not_sent() {
    let (wall, silence) = (Wall::build(), Silence::start());
    give_inits_up("connecting", 1_500, &format!("http://{}", wall.address), |sent| sent == Sent::No);
    give_inits_up("TLS", 1_500, &format!("https://{}", silence.address), |sent| sent == Sent::No);
}

#[test]
fn three_and_a_half_thousand_inits_given_up_before_their_answer_end_once() {
    let silence = Silence::start();
    give_inits_up("waiting for an answer", 2_000, &format!("http://{}", silence.address), |sent| {
        sent < Sent::Yes
    });
    let slow = ScriptedServer::start(vec![Step::Trickle(http("200 OK", GOOD), Duration::from_millis(2))]);
    give_inits_up("reading", 1_500, &slow.url, |_| true);
}

#[test]
fn a_thousand_waits_given_up_between_polls_end_once() {
    let sandbox = sandbox();
    let client = patient_client(sandbox.url());
    let id = client.invoice_init(&request("1")).unwrap().id();
    let start = |_| Task::invoice_wait(client.clone(), id, NEVER_MS);
    give_up("between polls", 1_000, FEW_MS, start, |_, end| {
        assert_eq!(end.unwrap_err().code(), Code::Cancelled);
    });
}

/// How long a healthy init takes here and now.
fn healthy_time(client: &Arc<Client>) -> Duration {
    let mut times: Vec<_> = (0..30)
        .map(|number| {
            let begin = Instant::now();
            end(&Task::invoice_init(client.clone(), request(&format!("warm-{number}")))).unwrap();
            begin.elapsed()
        })
        .collect();
    times.sort();
    times[15]
}

#[test]
fn what_was_given_up_before_it_was_sent_never_arrives() {
    let sandbox = sandbox();
    let client = patient_client(sandbox.url());
    let longest = healthy_time(&client) * 2;
    let (mut not_sent, mut maybe, mut made) = (Vec::new(), 0, Vec::new());
    let start = |number| Task::invoice_init(client.clone(), request(&format!("order-{number}")));
    give_up("a healthy gateway", 2_500, longest, start, |number, end| {
        let order_id = format!("order-{number}");
        match end {
            Ok(invoice) => made.push((order_id, u64::try_from(invoice.id()).unwrap())),
            Err(error) => {
                assert_eq!(error.code(), Code::Cancelled, "{order_id}: {error}");
                if error.sent() == Sent::No { not_sent.push(order_id) } else { maybe += 1 }
            }
        }
    });
    println!("{} not sent, {maybe} perhaps, {} made", not_sent.len(), made.len());
    assert!(!not_sent.is_empty() && !made.is_empty(), "instants before and after");
    // What a connection still held would leave now.
    for number in 0..20 {
        client.invoice_init(&request(&format!("after-{number}"))).unwrap();
    }
    let invoices: Vec<_> = sandbox.invoices().into_iter().map(|i| (i.order_id, i.invoice_id)).collect();
    let arrived: HashSet<_> = invoices.iter().map(|(order_id, _)| order_id).collect();
    assert_eq!(arrived.len(), invoices.len(), "each once at most");
    for order_id in &not_sent {
        assert!(!arrived.contains(order_id), "{order_id} arrived after all");
    }
    let kept: HashSet<_> = invoices.iter().collect();
    assert!(made.iter().all(|sale| kept.contains(sale)));
}

#[test]
fn what_was_given_up_is_in_the_journal_as_it_was_said() {
    let (sandbox, place) = (sandbox(), Place::new());
    let mut config = patient(sandbox.url());
    config.set_journal(&place.journal()).unwrap();
    let client = Arc::new(Client::new(&config).unwrap());
    let longest = healthy_time(&client) * 2;
    let warm = client.pending().unwrap().len();
    let mut listed = Vec::new();
    let start = |number| Task::invoice_init(client.clone(), request(&format!("order-{number}")));
    give_up("a healthy gateway and a journal", 300, longest, start, |number, end| {
        let is_open = end.as_ref().err().is_none_or(|error| error.sent() != Sent::No);
        if is_open {
            listed.push(format!("order-{number}"));
        }
    });
    let pending: Vec<_> = client.pending().unwrap().into_iter().map(|sale| sale.order_id).collect();
    assert_eq!(pending[warm..], listed, "what may have been sent, and nothing else");
    for invoice in sandbox.invoices() {
        assert!(pending.contains(&invoice.order_id), "{} is known to the gateway alone", invoice.order_id);
        let known = client.invoice_init(&request(&invoice.order_id)).unwrap();
        assert_eq!(u64::try_from(known.id()).unwrap(), invoice.invoice_id);
    }
}

#[test]
fn a_task_that_is_done_is_readable_at_the_same_instant() {
    let sandbox = sandbox();
    let client = patient_client(sandbox.url());
    for sale in 0..200 {
        let task = Task::invoice_init(client.clone(), request(&format!("r-{sale}")));
        while !task.is_done() {
            std::hint::spin_loop();
        }
        assert!(is_readable(&task, 0), "{sale}");
    }
}

#[test]
fn what_a_task_had_to_log_comes_with_its_end_on_the_thread_that_takes_it() {
    let sandbox = sandbox();
    let lines = Arc::new(Mutex::new(Vec::new()));
    let mut config = patient(sandbox.url());
    config.set_log(Log::to({
        let lines = lines.clone();
        move |_, line| lines.lock().unwrap().push((line.to_owned(), thread::current().id()))
    }));
    let task = Task::invoice_init(Arc::new(Client::new(&config).unwrap()), request("1"));
    assert!(task.join(SOON));
    assert!(lines.lock().unwrap().is_empty(), "nothing is said on a thread that is not the host's");
    task.take().unwrap().unwrap();
    let lines = lines.lock().unwrap();
    assert!(lines.len() == 1 && lines[0].0.contains("/init: ok"), "{lines:?}");
    assert_eq!(lines[0].1, thread::current().id());
}

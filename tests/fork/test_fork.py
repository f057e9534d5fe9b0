"""Fork and threads through the Python and the PHP package, the way that real hosts do it."""

import concurrent.futures
import http.client
import multiprocessing
import os
import signal
import socket
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from conftest import MERCHANT, PATIENCE_S, PHP_PACKAGE, until
from fastcgi import ask as ask_fpm
from freedompay import Client, InvoiceRequest

HERE = Path(__file__).parent


def in_child(body):
    """Runs body in a forked child; True when it ended well. A child that hangs is ended by its alarm."""
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            signal.alarm(PATIENCE_S)
            body()
            code = 0
        except BaseException as error:
            print(f"in the child: {error!r}", file=sys.stderr, flush=True)
        finally:
            os._exit(code)
    return os.waitpid(pid, 0)[1] == 0


def sell(client, order):
    """Creates an invoice and asks for it; its id."""
    made = client.invoice_init(InvoiceRequest(order, "10", "Ticket"))
    asked = client.invoice_status(made.invoice_id)
    assert (made.order_id, asked.invoice_id) == (order, made.invoice_id)
    return made.invoice_id


def test_a_used_client_works_on_both_sides_of_os_fork(client, sandbox, order):
    sell(client, order + "before")
    for number in range(5):
        assert in_child(lambda: sell(client, f"{order}child-{number}"))
        sell(client, f"{order}parent-{number}")
    assert len(sandbox.orders(order)) == 11


def test_a_client_is_closed_in_the_child_without_harm(client, order):
    sell(client, order + "before")

    def closes():
        sell(client, order + "child")
        client.close()

    assert in_child(closes)
    sell(client, order + "after")


def test_a_grandchild_works(client, order):
    sell(client, order + "before")

    def forks():
        assert in_child(lambda: sell(client, order + "grandchild"))
        sell(client, order + "child")

    assert in_child(forks)
    sell(client, order + "after")


def test_a_fork_inside_a_progress_function(client, order):
    invoice_id = sell(client, order + "before")
    children = []

    def progress(invoice):
        if not children:
            children.append(in_child(lambda: sell(client, order + "child")))
        return bool(children)

    with pytest.raises(Exception) as caught:
        client.invoice_wait(invoice_id, timeout_ms=PATIENCE_S * 1000, progress=progress)
    assert type(caught.value).__name__ == "Cancelled"
    assert children == [True]
    sell(client, order + "after")


def test_sixteen_threads_get_their_own_answers(client, sandbox, order):
    def check(number):
        amount = f"{number + 1}.50"
        made = client.invoice_init(InvoiceRequest(f"{order}{number}", amount, f"Ticket {number}"))
        asked = client.invoice_status_by_order(f"{order}{number}")
        return made.order_id == f"{order}{number}" and asked.invoice_id == made.invoice_id and (
            float(asked.amount) == float(amount)
        )

    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        assert all(pool.map(check, range(480)))
    assert len(set(sandbox.orders(order))) == len(sandbox.orders(order)) == 480


def test_forks_while_threads_are_inside_calls(client, order):
    ended = []

    def busy(thread):
        count = 0
        while not ended:
            sell(client, f"{order}thread-{thread}-{count}")
            count += 1
        return count

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        threads = [pool.submit(busy, number) for number in range(4)]
        try:
            children = [in_child(lambda: sell(client, f"{order}child-{number}")) for number in range(25)]
        finally:
            ended.append(True)
        assert all(thread.result() > 0 for thread in threads)
    assert children == [True] * 25


_inherited = None


def _sell_with_the_inherited(order):
    return sell(_inherited, order), os.getpid()


def test_multiprocessing_by_fork(client, sandbox, order):
    global _inherited
    _inherited = client
    sell(client, order + "before")
    orders = [f"{order}{number}" for number in range(40)]
    with multiprocessing.get_context("fork").Pool(4) as pool:
        sold = pool.map_async(_sell_with_the_inherited, orders, chunksize=1).get(PATIENCE_S)
    assert len({invoice for invoice, _ in sold}) == 40
    assert os.getpid() not in {pid for _, pid in sold}
    sell(client, order + "after")
    assert len(sandbox.orders(order)) == 42


def _sell_with_its_own(url, order):
    with Client(base_url=url, **MERCHANT) as own:
        return sell(own, order)


def test_multiprocessing_by_spawn(client, sandbox, order):
    sell(client, order + "before")
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        arguments = [(sandbox.url, f"{order}{number}") for number in range(6)]
        sold = pool.starmap_async(_sell_with_its_own, arguments, chunksize=1).get(PATIENCE_S)
    assert len(set(sold)) == 6


APPLICATION = """
import os
from freedompay import Client, InvoiceRequest

client = Client(base_url=os.environ["FREEDOMPAY_BASE_URL"], merchant_id=123456, secret_key="sandbox-secret-key")
MASTER = os.getpid()
client.invoice_init(InvoiceRequest(os.environ["FREEDOMPAY_ORDER"] + "master", "10", "Ticket"))


def application(environ, start_response):
    invoice = client.invoice_init(InvoiceRequest(environ["QUERY_STRING"], "10", "Ticket"))
    asked = client.invoice_status(invoice.invoice_id)
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [f"{MASTER} {os.getpid()} {asked.invoice_id}".encode()]
"""


def ask_gunicorn(path, order):
    """Three numbers: the master, the worker, the invoice."""
    connection = http.client.HTTPConnection("localhost", timeout=PATIENCE_S)
    connection.sock = socket.socket(socket.AF_UNIX)
    connection.sock.settimeout(PATIENCE_S)
    connection.sock.connect(path)
    connection.request("GET", "/?" + order, headers={"Connection": "close"})
    answer = connection.getresponse()
    body = answer.read().decode()
    connection.close()
    assert answer.status == 200, body
    return tuple(map(int, body.split()))


@pytest.mark.parametrize("workers", [["--workers=2"], ["--workers=2", "--threads=4"]], ids=["sync", "threads"])
def test_gunicorn_with_preload(workers, sandbox, order, tmp_path):
    (tmp_path / "shop.py").write_text(APPLICATION)
    path = str(tmp_path / "socket")
    log = open(tmp_path / "log", "w")
    server = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "--preload", *workers, "--bind", "unix:" + path, "shop:application"],
        cwd=tmp_path,
        env={**os.environ, "FREEDOMPAY_BASE_URL": sandbox.url, "FREEDOMPAY_ORDER": order},
        stdout=log,
        stderr=log,
    )
    try:
        until(lambda: os.path.exists(path) or server.poll() is not None)
        assert server.poll() is None, (tmp_path / "log").read_text()
        answers = []

        def ask(number):
            answers.append(ask_gunicorn(path, f"{order}{number}"))

        def both_have_sold():
            with concurrent.futures.ThreadPoolExecutor(8) as pool:
                list(pool.map(ask, range(len(answers), len(answers) + 24)))
            pids = [worker for _, worker, _ in answers]
            return len(set(pids)) == 2 and all(pids.count(pid) >= 5 for pid in set(pids))

        until(both_have_sold)
        assert {master for master, _, _ in answers} == {server.pid}
        assert server.pid not in {worker for _, worker, _ in answers}
        assert len({invoice for _, _, invoice in answers}) == len(answers)
        assert len(sandbox.orders(order)) == len(answers) + 1
    finally:
        server.terminate()
        code = server.wait(PATIENCE_S)
        log.close()
    assert code == 0, (tmp_path / "log").read_text()


def test_php_pcntl_fork(sandbox, order):
    run = subprocess.run(
        ["php", "-d", "ffi.enable=1", str(HERE / "pcntl.php"), PHP_PACKAGE, sandbox.url, order],
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
    )
    assert (run.returncode, run.stdout, run.stderr) == (0, "12 sold\n", "")
    assert len(sandbox.orders(order)) == 12


def fpm_program():
    found = sorted(Path("/usr/sbin").glob("php-fpm*")) + sorted(Path("/usr/local/sbin").glob("php-fpm*"))
    assert found, "php-fpm is not installed"
    return str(found[-1])


PACKAGE_PRELOAD = """<?php
spl_autoload_register(null);
require %(package)r . '/src/autoload.php';
$files = new RecursiveIteratorIterator(new RecursiveDirectoryIterator(%(package)r . '/src'));
foreach ($files as $file) {
    if ($file->getExtension() === 'php') {
        require_once $file->getPathname();
    }
}
class Shop
{
    public static function sell(string $url, string $order): int
    {
        $client = new FreedomPay\\Client(merchantId: 123456, secretKey: 'sandbox-secret-key', baseUrl: $url);
        $invoice = $client->invoiceInit(new FreedomPay\\InvoiceRequest($order, '10', 'Ticket'));
        return $client->invoiceStatus($invoice->invoiceId)->invoiceId;
    }
}
"""

SCOPE_PRELOAD = """<?php
class Shop
{
    public static function sell(string $url, string $order): int
    {
        $fp = FFI::scope('FREEDOMPAY');
        $config = $fp->fp_config_new();
        $fp->fp_config_set_merchant_id($config, 123456);
        $fp->fp_config_set_secret_key($config, 'sandbox-secret-key');
        $fp->fp_config_set_base_url($config, $url);
        $client = $fp->fp_client_new($config);
        $fp->fp_config_free($config);
        $request = $fp->fp_invoice_request_new($order, '10', 'Ticket');
        $made = $fp->fp_invoice_init($client, $request);
        $asked = $fp->fp_invoice_status($client, $fp->fp_result_invoice_id($made));
        $id = $fp->fp_result_code($asked) === 0 ? $fp->fp_result_invoice_id($asked) : 0;
        $fp->fp_result_free($asked);
        $fp->fp_result_free($made);
        $fp->fp_invoice_request_free($request);
        $fp->fp_client_free($client);
        return $id;
    }
}
"""

PAGE = """<?php
[$url, $order] = explode(' ', urldecode($_SERVER['QUERY_STRING']));
try {
    FFI::cdef('int getpid(void);');
    exit('FFI is not restricted');
} catch (FFI\\Exception) {
}
echo getmypid(), ' ', Shop::sell($url, $order);
"""


@pytest.mark.parametrize("way", ["package", "scope"])
def test_php_fpm_with_a_preloaded_class(way, sandbox, order, tmp_path):
    settings = ["ffi.enable=preload", "opcache.enable=1", f"opcache.preload={tmp_path}/preload.php"]
    if os.geteuid() == 0:
        settings.append("opcache.preload_user=root")
    if way == "scope":
        declarations = (Path(PHP_PACKAGE) / "src/freedompay.ffi.h").read_text()
        lines = f'#define FFI_SCOPE "FREEDOMPAY"\n#define FFI_LIB "{os.environ["FREEDOMPAY_LIBRARY"]}"\n'
        (tmp_path / "scope.h").write_text(lines + declarations)
        settings.append(f"ffi.preload={tmp_path}/scope.h")
    preload = {"package": PACKAGE_PRELOAD % dict(package=PHP_PACKAGE), "scope": SCOPE_PRELOAD}[way]
    (tmp_path / "preload.php").write_text(preload)
    (tmp_path / "page.php").write_text(PAGE)
    (tmp_path / "fpm.conf").write_text(
        textwrap.dedent(f"""
            [global]
            daemonize = no
            error_log = {tmp_path}/log
            [shop]
            listen = {tmp_path}/socket
            user = {"root" if os.geteuid() == 0 else os.environ.get("USER", "nobody")}
            pm = static
            pm.max_children = 2
            clear_env = no
            catch_workers_output = yes
        """)
    )
    options = [word for setting in settings for word in ("-d", setting)]
    command = [fpm_program(), "--fpm-config", str(tmp_path / "fpm.conf"), *options]
    if os.geteuid() == 0:
        command.append("--allow-to-run-as-root")
    output = open(tmp_path / "output", "w")
    server = subprocess.Popen(command, stdout=output, stderr=output)
    path = str(tmp_path / "socket")

    def said():
        return (tmp_path / "output").read_text() + (tmp_path / "log").read_text()

    try:
        until(lambda: os.path.exists(path) or server.poll() is not None)
        assert server.poll() is None, said()
        answers = []

        def ask(number):
            query = f"{sandbox.url}%20{order}{number}"
            answers.append(ask_fpm(path, str(tmp_path / "page.php"), query, PATIENCE_S))

        def both_have_sold():
            with concurrent.futures.ThreadPoolExecutor(4) as pool:
                list(pool.map(ask, range(len(answers), len(answers) + 12)))
            wrong = [answer for answer in answers if not all(word.isdigit() for word in answer.split())]
            assert not wrong, wrong[0] + said()
            pids = [answer.split()[0] for answer in answers]
            return len(set(pids)) == 2 and all(pids.count(pid) >= 3 for pid in set(pids))

        until(both_have_sold)
        assert str(server.pid) not in {answer.split()[0] for answer in answers}
        assert len({answer.split()[1] for answer in answers}) == len(answers)
        assert len(sandbox.orders(order)) == len(answers)
    finally:
        server.terminate()
        code = server.wait(PATIENCE_S)
        output.close()
    assert code == 0, said()
    assert "SIGSEGV" not in said() and "SIGABRT" not in said()

"""One client in many threads, closing it there, and forks."""

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any, List, Tuple

import pytest
from conftest import ClientFor
from gateway import Sandbox, Scripted, invoice_json
from processes import exit_code, run

from freedompay import ArgumentError, Client, Invoice, InvoiceRequest, InvoiceStatus


def test_many_threads_share_one_client(client: Client, order_id: str) -> None:
    def sale(number: int) -> Tuple[str, Invoice, Invoice]:
        order = f"{order_id}-{number}"
        invoice = client.invoice_init(InvoiceRequest(order, number, f"Sale {number}"))
        assert invoice.qr_url is not None
        return order, invoice, client.invoice_info(invoice.qr_url)

    with ThreadPoolExecutor(8) as pool:
        sales = list(pool.map(sale, range(1, 101)))
    assert len({invoice.invoice_id for _, invoice, _ in sales}) == 100
    for number, (order, invoice, seen) in enumerate(sales, 1):
        assert invoice.order_id == seen.order_id == order
        assert seen.amount == number and seen.description == f"Sale {number}"


def test_other_threads_run_during_a_call(client_for: ClientFor) -> None:
    # The gateway is a thread of this process, and asks for one more thing to happen first.
    asked, allowed = threading.Event(), threading.Event()

    def answer(request: Any) -> bytes:
        asked.set()
        assert allowed.wait(20)
        return invoice_json(5, "ok")

    def allow() -> None:
        assert asked.wait(20)
        allowed.set()

    helper = threading.Thread(target=allow)
    helper.start()
    with Scripted(answer) as gateway:
        assert client_for(gateway.url).invoice_status(5).paid
    helper.join()


def test_closing_does_not_pull_the_client_from_under_another_thread(
    client: Client, sandbox: Sandbox, order_id: str
) -> None:
    invoice = client.invoice_init(InvoiceRequest(order_id, 10, "Coffee"))
    inside, done = threading.Event(), []

    def wait() -> None:
        done.append(
            client.invoice_wait(invoice.invoice_id, 20_000, lambda latest: inside.set())
        )

    thread = threading.Thread(target=wait)
    thread.start()
    assert inside.wait(20)
    client.close()
    client.close()
    with pytest.raises(ArgumentError, match="closed"):
        client.invoice_status(invoice.invoice_id)
    assert client._handle._pointer is not None
    sandbox.turn(invoice.invoice_id, "pay")
    thread.join(20)
    assert [invoice.status for invoice in done] == [InvoiceStatus.OK]
    assert client._handle._pointer is None


def test_threads_may_close_and_call_at_the_same_time(client_for: ClientFor) -> None:
    with Scripted(lambda request: invoice_json(5)) as gateway:
        for _ in range(20):
            client = client_for(gateway.url)
            start = threading.Barrier(5)
            outcomes: List[str] = []

            def ask(client: Client = client) -> None:
                start.wait()
                for _ in range(5):
                    try:
                        client.invoice_status(5)
                        outcomes.append("answered")
                    except ArgumentError:
                        outcomes.append("closed")

            def close(client: Client = client) -> None:
                start.wait()
                client.close()

            threads = [threading.Thread(target=ask) for _ in range(4)]
            threads.append(threading.Thread(target=close))
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(30)
            assert len(outcomes) == 20
            assert client._handle._pointer is None


def test_threads_may_read_one_invoice_at_the_same_time(client: Client, order_id: str) -> None:
    invoice = client.invoice_init(InvoiceRequest(order_id, 10, "Coffee"))
    expected = (invoice.qr_text(), invoice.field("invoice_methods/qr"))
    with ThreadPoolExecutor(8) as pool:
        readings = list(
            pool.map(lambda _: (invoice.qr_text(), invoice.field("invoice_methods/qr")), range(200))
        )
    assert set(readings) == {expected}


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_forked_child_uses_the_client_whatever_held_its_lock(
    client: Client, order_id: str
) -> None:
    invoice = client.invoice_init(InvoiceRequest(order_id, 10, "Coffee"))
    held, forked = threading.Event(), threading.Event()

    def hold() -> None:
        with client._handle._lock, invoice._result._lock:
            held.set()
            forked.wait(20)

    holder = threading.Thread(target=hold)
    holder.start()
    assert held.wait(20)
    child = os.fork()
    if child == 0:
        try:
            seen = client.invoice_status(invoice.invoice_id)
            good = seen.status is InvoiceStatus.NEW and invoice.field("invoice_status") == "new"
            client.close()
            os._exit(0 if good else 1)
        except BaseException:
            os._exit(2)
    forked.set()
    holder.join()
    assert exit_code(child) == 0
    assert client.invoice_status(invoice.invoice_id).status is InvoiceStatus.NEW


HEAD = """
import sys, threading, time
from freedompay import Client, InvoiceRequest
url, order_id = sys.argv[1:]
client = Client(merchant_id=123456, secret_key="sandbox-secret-key", base_url=url)
invoice = client.invoice_init(InvoiceRequest(order_id, 10, "Coffee"))
assert invoice.qr_text()
"""

WAITING = """
inside = threading.Event()
def wait():
    client.invoice_wait(invoice.invoice_id, 60_000, PROGRESS)
threading.Thread(target=wait, daemon=True).start()
arguments = (invoice.invoice_id, 60_000)
threading.Thread(target=client.invoice_wait, args=arguments, daemon=True).start()
assert inside.wait(20)
"""


def test_a_forked_child_does_not_wait_for_the_threads_of_its_parent(
    sandbox: Sandbox, order_id: str
) -> None:
    program = HEAD + WAITING.replace("PROGRESS", "lambda latest: inside.set()") + """
import os
child = os.fork()
if child == 0:
    sys.exit(7)
begin = time.monotonic()
_, status = os.waitpid(child, 0)
assert os.WEXITSTATUS(status) == 7 and time.monotonic() - begin < 4, "the child waited"
"""
    assert run(program, sandbox.url, order_id) == (0, "", "")


@pytest.mark.parametrize(
    "ending",
    [
        "",
        "client.close()",
        "del client",
        "sys.exit(0)",
        "sys.modules.clear()",
        "cycle = [client, invoice]; cycle.append(cycle); del client, invoice",
        WAITING.replace("PROGRESS", "lambda latest: inside.set()"),
        WAITING.replace("PROGRESS", "lambda latest: inside.set() or time.sleep(0.1)"),
    ],
)
def test_an_interpreter_ends_quietly_with_handles_alive(
    sandbox: Sandbox, order_id: str, ending: str
) -> None:
    assert run(HEAD + ending, sandbox.url, order_id) == (0, "", "")

"""Calls in the background: they end once, can be given up, and can be watched."""

from __future__ import annotations

import asyncio
import io
import logging
import os
import select
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from typing import Any, Iterator, List, Tuple

import pytest
from conftest import ClientFor
from gateway import Sandbox, Silent, closed_port
from processes import exit_code, run

from freedompay import (
    ArgumentError,
    Cancelled,
    Client,
    Code,
    InvoiceRequest,
    InvoiceStatus,
    NotSent,
    PendingSale,
    Sent,
    Task,
    WaitTimeout,
)


@pytest.fixture
def silent() -> Iterator[Silent]:
    with Silent() as gateway:
        yield gateway


def readable(task: Task, seconds: float) -> bool:
    """Does the descriptor become readable in that time?"""
    return select.select([task], [], [], seconds)[0] == [task]


def test_a_sale_is_made_in_the_background(
    client: Client, sandbox: Sandbox, order_id: str
) -> None:
    request = InvoiceRequest(order_id, "10.50", "Coffee", currency="KZT")
    with client.invoice_init_task(request) as task:
        assert readable(task, 20)
        assert task.done and task.join(0) and task.join()
        invoice = task.result()
    assert (invoice.order_id, invoice.status) == (order_id, InvoiceStatus.NEW)
    assert invoice.qr_text() and not invoice.from_journal
    seen = client.invoice_status(invoice.invoice_id)
    assert (seen.amount_text, seen.currency) == ("10.50", "KZT")
    assert sandbox.inits(order_id) == 1


def test_a_wait_in_the_background_ends_with_the_payer(
    client: Client, sandbox: Sandbox, order_id: str
) -> None:
    invoice = client.invoice_init(InvoiceRequest(order_id, 10, "Coffee"))
    with client.invoice_wait_task(invoice.invoice_id, 60_000) as task:
        client.close()  # the call goes on
        assert not task.done
        assert not readable(task, 0)
        assert not task.join(0)
        with pytest.raises(ArgumentError, match="not ended"):
            task.result()
        sandbox.turn(invoice.invoice_id, "pay")
        assert task.join(20_000)
        assert readable(task, 20) and task.done
        done = task.result()
    assert done.paid and done.invoice_id == invoice.invoice_id


def test_a_result_is_given_once(client: Client, order_id: str) -> None:
    with client.invoice_init_task(InvoiceRequest(order_id, 10, "Coffee")) as task:
        assert task.join(20_000)

        def take(_: int) -> List[int]:
            try:
                return [task.result().invoice_id]
            except ArgumentError as error:
                assert "was taken" in str(error)
                return []

        with ThreadPoolExecutor(8) as pool:
            taken = [number for numbers in pool.map(take, range(8)) for number in numbers]
        assert len(taken) == 1
        assert task.done and readable(task, 20)
    assert taken == [client.invoice_status_by_order(order_id).invoice_id]


def test_a_cancelled_wait_leaves_the_invoice_open(client: Client, order_id: str) -> None:
    invoice = client.invoice_init(InvoiceRequest(order_id, 10, "Coffee"))
    with client.invoice_wait_task(invoice.invoice_id, 60_000) as task:
        task.cancel()
        assert task.join(20_000) and readable(task, 20)
        task.cancel()
        with pytest.raises(Cancelled) as raised:
            task.result()
    assert (raised.value.code, raised.value.invoice_id) == (Code.CANCELLED, invoice.invoice_id)
    assert client.invoice_status(invoice.invoice_id).status is InvoiceStatus.NEW


def test_cancel_comes_from_any_thread_and_ends_a_call_that_hangs(
    silent: Silent, client_for: ClientFor, order_id: str, tmp_path: Path
) -> None:
    client = client_for(silent.url, journal=tmp_path / "journal", timeout_ms=60_000)

    def give_up() -> None:
        assert silent.asked.wait(20)
        task.cancel()

    with client.invoice_init_task(InvoiceRequest(order_id, 10, "Coffee")) as task:
        thread = threading.Thread(target=give_up)
        thread.start()
        assert task.join(20_000)
        thread.join()
        with pytest.raises(Cancelled) as raised:
            task.result()
    assert (raised.value.sent, raised.value.order_id) == (Sent.MAYBE, order_id)
    assert client.pending() == (PendingSale(order_id, None, Decimal(10)),)
    assert len(silent.requests) == 1


def test_a_cancel_that_comes_too_late_changes_nothing(client: Client, order_id: str) -> None:
    with client.invoice_init_task(InvoiceRequest(order_id, 10, "Coffee")) as task:
        assert task.join(20_000)
        task.cancel()
        assert task.result().order_id == order_id


def test_the_end_of_a_with_block_waits_for_nothing(silent: Silent, client_for: ClientFor) -> None:
    client = client_for(silent.url, timeout_ms=60_000)
    begin = time.monotonic()
    with client.invoice_wait_task(5, 60_000) as task:
        assert silent.asked.wait(20)
    task.close()
    assert time.monotonic() - begin < 20
    calls = [lambda: task.done, lambda: task.join(0), task.cancel, task.result, task.fileno]
    for call in calls:
        with pytest.raises(ArgumentError, match="the task is closed"):
            call()


def test_closing_ends_a_join_of_another_thread(silent: Silent, client_for: ClientFor) -> None:
    task = client_for(silent.url, timeout_ms=60_000).invoice_wait_task(5, 60_000)
    joined: List[bool] = []
    thread = threading.Thread(target=lambda: joined.append(task.join()))
    thread.start()
    assert silent.asked.wait(20)
    task.close()
    thread.join(20)
    assert joined == [True]
    assert task._handle._pointer is None


def test_a_join_may_end_before_the_call(silent: Silent, client_for: ClientFor) -> None:
    with client_for(silent.url, timeout_ms=60_000).invoice_wait_task(5, 60_000) as task:
        begin = time.monotonic()
        assert not task.join(250)
        assert 0.2 < time.monotonic() - begin < 20
        assert not task.done


def test_ctrl_c_ends_a_join_and_not_the_call(
    client: Client, sandbox: Sandbox, order_id: str
) -> None:
    invoice = client.invoice_init(InvoiceRequest(order_id, 10, "Coffee"))
    with client.invoice_wait_task(invoice.invoice_id, 10_000) as task:
        interrupt = threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGINT))
        interrupt.start()
        with pytest.raises(KeyboardInterrupt):
            task.join(30_000)
        interrupt.join()
        assert not task.done
        sandbox.turn(invoice.invoice_id, "pay")
        assert task.join(20_000) and task.result().paid


def test_a_task_raises_what_its_call_would(
    sandbox: Sandbox, client_for: ClientFor, order_id: str
) -> None:
    client = client_for(sandbox.url)
    nobody = client_for(f"http://127.0.0.1:{closed_port()}", timeout_ms=300)
    invoice_id = client.invoice_init(InvoiceRequest(f"{order_id}-a", 10, "Coffee")).invoice_id
    tenge = InvoiceRequest(order_id, 10, "Coffee", currency="tenge")
    cases: List[Tuple[Task, Any]] = [
        (client.invoice_init_task(InvoiceRequest(order_id, "1,5", "Coffee")), ArgumentError),
        (client.invoice_init_task(tenge), ArgumentError),
        (client.invoice_wait_task(-1, 1_000), ArgumentError),
        (client.invoice_wait_task(invoice_id, 0), ArgumentError),
        (client.invoice_wait_task(invoice_id, 50), WaitTimeout),
        (nobody.invoice_init_task(InvoiceRequest(order_id, 10, "Coffee")), NotSent),
    ]
    for task, kind in cases:
        with task:
            assert task.join(20_000)
            with pytest.raises(kind) as raised:
                task.result()
            assert type(raised.value) is kind
    assert sandbox.inits(order_id) == 0


def test_what_has_no_form_in_c_is_refused_at_once(client: Client) -> None:
    with pytest.raises(ArgumentError):
        client.invoice_init_task(InvoiceRequest("a\0b", 10, "Coffee"))
    with pytest.raises(TypeError):
        client.invoice_init_task(InvoiceRequest("order", 1.5, "Coffee"))  # type: ignore[arg-type]
    with pytest.raises(ArgumentError):
        client.invoice_wait_task(1 << 63, 1_000)
    client.close()
    with pytest.raises(ArgumentError, match="the client is closed"):
        client.invoice_wait_task(5, 1_000)


def test_a_negative_time_is_refused(client: Client) -> None:
    with client.invoice_wait_task(-1, 1_000) as task:
        with pytest.raises(ArgumentError):
            task.join(-1)
        with pytest.raises(TypeError):
            task.join(1.5)  # type: ignore[arg-type]


def test_a_task_goes_by_the_journal(
    sandbox: Sandbox, client_for: ClientFor, tmp_path: Path, order_id: str
) -> None:
    client = client_for(sandbox.url, journal=tmp_path / "journal")
    invoices = []
    for _ in range(2):
        with client.invoice_init_task(InvoiceRequest(order_id, 10, "Coffee")) as task:
            assert task.join(20_000)
            invoices.append(task.result())
    assert [invoice.from_journal for invoice in invoices] == [False, True]
    assert invoices[0].invoice_id == invoices[1].invoice_id
    assert sandbox.inits(order_id) == 1


def test_an_event_loop_watches_a_task(client: Client, sandbox: Sandbox, order_id: str) -> None:
    invoice = client.invoice_init(InvoiceRequest(order_id, 10, "Coffee"))

    async def till() -> bool:
        loop = asyncio.get_running_loop()
        with client.invoice_wait_task(invoice.invoice_id, 60_000) as task:
            ended = asyncio.Event()
            loop.add_reader(task, ended.set)
            await asyncio.sleep(0)
            assert not ended.is_set()
            sandbox.turn(invoice.invoice_id, "pay")
            try:
                await asyncio.wait_for(ended.wait(), 20)
            finally:
                loop.remove_reader(task)
            return task.result().paid

    assert asyncio.run(till())


def test_many_tasks_run_at_once(client: Client, order_id: str) -> None:
    orders = [f"{order_id}-{number}" for number in range(30)]
    tasks = [client.invoice_init_task(InvoiceRequest(order, 10, "Coffee")) for order in orders]
    for order, task in zip(orders, tasks):
        with task:
            assert task.join(20_000)
            assert task.result().order_id == order


def test_the_log_of_a_task_comes_on_a_thread_of_the_host(
    client: Client, caplog: pytest.LogCaptureFixture, order_id: str
) -> None:
    caplog.set_level(logging.INFO, logger="freedompay")
    with client.invoice_init_task(InvoiceRequest(order_id, 10, "Coffee")) as task:
        assert task.join(20_000)
    client.invoice_status_by_order(order_id)
    lines = [record for record in caplog.records if "invoice/init" in record.getMessage()]
    assert len(lines) == 1
    assert lines[0].thread == threading.get_ident()


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_forked_child_has_no_part_in_a_task(
    client: Client, sandbox: Sandbox, order_id: str
) -> None:
    invoice = client.invoice_init(InvoiceRequest(order_id, 10, "Coffee"))
    task = client.invoice_wait_task(invoice.invoice_id, 60_000)
    child = os.fork()
    if child == 0:
        try:
            good = task.done and task.join(60_000)
            task.cancel()
            with pytest.raises(Cancelled):
                task.result()
            with pytest.raises(io.UnsupportedOperation):
                task.fileno()
            task.close()
            with client.invoice_wait_task(invoice.invoice_id, 60_000) as own:
                good = good and not own.done and own.fileno() >= 0
            os._exit(0 if good else 1)
        except BaseException:
            os._exit(2)
    assert exit_code(child) == 0
    assert not task.done and not readable(task, 0)
    sandbox.turn(invoice.invoice_id, "pay")
    assert readable(task, 20)
    assert task.result().paid
    task.close()


HEAD = """
import sys, threading, time
from freedompay import Client
url, = sys.argv[1:]
client = Client(merchant_id=123456, secret_key="sandbox-secret-key", base_url=url)
task = client.invoice_wait_task(5, 60_000)
"""


@pytest.mark.parametrize(
    "ending",
    [
        "",
        "del client",
        "task.close()",
        "task.cancel(); task.join()",
        "task.cancel()",
        "sys.exit(0)",
        "sys.modules.clear()",
        "cycle = [client, task]; cycle.append(cycle); del client, task",
        "threading.Thread(target=task.join, daemon=True).start()",
        "import os\nchild = os.fork()\nif child: assert os.waitpid(child, 0)[1] == 0",
    ],
)
def test_an_interpreter_ends_quietly_with_a_task_under_way(silent: Silent, ending: str) -> None:
    assert run(HEAD + ending, silent.url) == (0, "", "")

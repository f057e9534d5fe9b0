"""Handles are freed: thousands of them leave the process as large as it was."""

from __future__ import annotations

import gc
import os
import time
from contextlib import suppress
from pathlib import Path
from typing import Callable, Dict

import pytest
from conftest import ClientFor
from gateway import Sandbox

from freedompay import (
    ArgumentError,
    Cancelled,
    Client,
    ConfigError,
    InvoiceRequest,
    Receipt,
    WaitTimeout,
)

# What the allocator may keep for itself. Each scenario below would leak several times as much.
SLACK = 768 * 1024


def resident() -> int:
    """Bytes of this process that are in memory."""
    gc.collect()
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def clients() -> None:
    with Client(merchant_id=1, base_url="http://127.0.0.1:9") as client:
        client.check()


def clients_left_to_the_collector() -> None:
    Client(merchant_id=1, base_url="http://127.0.0.1:9").check()


def refused_settings() -> None:
    with pytest.raises(ArgumentError):
        Client(merchant_id=1, base_url="ftp://127.0.0.1")


INCOMPLETE = Client(base_url="http://127.0.0.1:9")


def refused_sales() -> None:
    with pytest.raises(ConfigError):
        INCOMPLETE.invoice_init(InvoiceRequest("order", 10, "Coffee " * 100))


LINES = ["Coffee " * 50] * 10


def receipts() -> None:
    Receipt(lines=LINES, labels=("To pay:", "Order"), cut=True)


def refused_receipts() -> None:
    with pytest.raises(ArgumentError):
        Receipt(lines=LINES, paper_dots=100)


SCENARIOS: Dict[Callable[[], None], int] = {
    clients: 3_000,
    clients_left_to_the_collector: 3_000,
    refused_settings: 3_000,
    refused_sales: 5_000,
    receipts: 3_000,
    refused_receipts: 3_000,
}


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.__name__)
def test_thousands_of_cycles_leave_no_memory_behind(scenario: Callable[[], None]) -> None:
    cycles = SCENARIOS[scenario]
    for _ in range(cycles // 5):
        scenario()
    before = resident()
    for _ in range(cycles):
        scenario()
    assert resident() - before < SLACK


def test_thousands_of_answers_leave_no_memory_behind(client_for: ClientFor, order_id: str) -> None:
    # The gateway is another process, so what grows here is ours.
    with Sandbox() as sandbox:
        client = client_for(sandbox.url, poll_interval_ms=1)
        created = client.invoice_init(InvoiceRequest(order_id, 10, "Coffee"))
        invoice_id = created.invoice_id

        def cycles(count: int) -> None:
            for number in range(count):
                assert created.qr_text()
                invoice = client.invoice_status(invoice_id)
                assert invoice.field("invoice_status") == "new" and not invoice.qr_text()
                if number % 4 == 0:
                    with pytest.raises(Cancelled):
                        client.invoice_wait(invoice_id, 1_000, lambda latest: True)
                    with pytest.raises(WaitTimeout):
                        client.invoice_wait(invoice_id, 1)

        cycles(400)
        before = resident()
        cycles(2_000)
        assert resident() - before < SLACK


def test_thousands_of_lists_leave_no_memory_behind(
    sandbox: Sandbox, client_for: ClientFor, tmp_path: Path, order_id: str
) -> None:
    client = client_for(sandbox.url, journal=tmp_path / "journal")
    for number in range(30):
        client.invoice_init(InvoiceRequest(f"{order_id}-{number:024}", 10, "Coffee"))

    def cycles(count: int) -> None:
        for _ in range(count):
            assert len(client.pending()) == 30

    cycles(200)
    before = resident()
    cycles(1_000)
    assert resident() - before < SLACK


def test_thousands_of_codes_leave_no_memory_behind(client_for: ClientFor, order_id: str) -> None:
    receipt = Receipt(lines=["Shop"])
    with Sandbox("--qr", "png") as sandbox:
        invoice = client_for(sandbox.url).invoice_init(InvoiceRequest(order_id, 10, "Coffee"))

    def cycles(count: int) -> None:
        for _ in range(count):
            assert invoice.qr_png() and invoice.qr_svg() and invoice.qr_picture()
            assert invoice.receipt(receipt)
            with pytest.raises(ArgumentError):
                invoice.qr_bmp(0)

    cycles(100)
    before = resident()
    cycles(500)
    assert resident() - before < SLACK


def test_thousands_of_tasks_leave_nothing_behind(client_for: ClientFor, order_id: str) -> None:
    with Sandbox() as sandbox:
        client = client_for(sandbox.url, poll_interval_ms=1)
        invoice_id = client.invoice_init(InvoiceRequest(order_id, 10, "Coffee")).invoice_id

        def cycles(count: int) -> None:
            for number in range(count):
                task = client.invoice_wait_task(invoice_id, 60_000)
                if number % 2:
                    task.cancel()
                    assert task.join(20_000)
                    with pytest.raises(Cancelled):
                        task.result()
                    task.close()

        def ended() -> bool:
            # What was only dropped ends a little later.
            return len(os.listdir("/proc/self/task")) == threads

        threads = len(os.listdir("/proc/self/task"))
        cycles(300)
        assert eventually(ended)
        before, descriptors = resident(), pipes()
        cycles(1_500)
        assert eventually(ended)
        assert resident() - before < SLACK
        assert pipes() == descriptors


def pipes() -> int:
    """How many ends of pipes this process has open."""
    ends = 0
    for name in os.listdir("/proc/self/fd"):
        with suppress(FileNotFoundError):  # closed in the meantime
            ends += os.readlink(f"/proc/self/fd/{name}").startswith("pipe:")
    return ends


def eventually(condition: Callable[[], bool]) -> bool:
    end = time.monotonic() + 20
    while not condition() and time.monotonic() < end:
        time.sleep(0.01)
    return condition()

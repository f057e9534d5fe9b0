"""Handles are freed in any order, more than once, and a hundred thousand times."""

from __future__ import annotations

import gc
import itertools
import logging
import os
from typing import Any, Callable, Dict, List

import pytest
from conftest import ClientFor
from gateway import FORM, SHOP_URL, Scripted, callback_body, invoice_json

from freedompay import (
    ArgumentError,
    Client,
    Invoice,
    InvoiceRequest,
    Receipt,
    Reply,
    Scheme,
    SignatureError,
    Task,
)
from freedompay._fields import call, more
from freedompay._handle import Handle

KINDS = ("client", "task", "invoice", "receipt")


def use(client: Client) -> None:
    client.check()


def look_at(task: Task) -> None:
    assert not task.done


def read(invoice: Invoice) -> None:
    assert invoice.field("invoice_status") == "new" and invoice.qr_text()


def print_nothing(receipt: Receipt) -> None:
    with receipt._lent() as pointer:
        assert pointer


USES: Dict[str, Callable[[Any], None]] = dict(zip(KINDS, (use, look_at, read, print_nothing)))


@pytest.mark.parametrize("order", list(itertools.permutations(KINDS)), ids="-".join)
def test_the_others_go_on_whichever_is_freed_first(client_for: ClientFor, order: List[str]) -> None:
    link = "aHR0cHM6Ly9jdXN0b21lci5leGFtcGxlLz9jdXN0b21lcj1hYmM="
    with Scripted(lambda request: invoice_json(5, invoice_methods={"qr": link})) as gateway:
        client = Client(base_url=gateway.url, merchant_id=1)
        handles: Dict[str, Any] = {
            "client": client,
            "task": client.invoice_wait_task(5, 60_000),
            "invoice": client.invoice_init(InvoiceRequest("order", 10, "Coffee")),
            "receipt": Receipt(lines=["Shop"]),
        }
        del client
        for kind in order:
            freed = handles.pop(kind)
            if hasattr(freed, "close"):
                freed.close()
            del freed
            gc.collect()
            for other, handle in handles.items():
                USES[other](handle)


def test_freeing_twice_does_nothing(client: Client) -> None:
    freed: List[int] = []
    handle = Handle("thing", 7, freed.append)
    handle.close()
    handle.close()
    handle.__del__()
    with pytest.raises(ArgumentError, match="the thing is closed"):
        with handle.lent():
            pass
    assert freed == [7]
    with client.invoice_wait_task(5, 60_000) as task:
        task.close()
        task.close()
        task._handle.__del__()
    with pytest.raises(ArgumentError):
        client.invoice_status(-1)
    result = client._result("client_check")
    result.__del__()
    result.__del__()
    with client:
        client.close()
    client.close()
    client._handle.__del__()


def resident() -> int:
    """Bytes of this process that are in memory."""
    gc.collect()
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def growth(cycle: Callable[[], None], count: int) -> int:
    """By how many bytes the process grows in so many cycles: the least of three times, as what is kept for reuse grows once."""

    def once() -> int:
        before = resident()
        for _ in range(count):
            cycle()
        return resident() - before

    return min(once() for _ in range(3))


def test_cycles_of_every_handle_leave_no_memory_behind() -> None:
    orders = itertools.cycle(itertools.permutations(range(4)))
    request = InvoiceRequest("order", 10, "Coffee")

    def cycle() -> None:
        client = Client(merchant_id=1, base_url="http://127.0.0.1:9")
        handles: List[Any] = [
            client,
            client._result("client_check"),
            Receipt(lines=["Shop"]),
            client.invoice_wait_task(-1, 1_000),  # it has ended before it began, without a thread
        ]
        with request._lent(), more({"name": "value"}), call("/path", {"name": 1}, Scheme.AUTO):
            del client
        for index in next(orders):
            handles[index] = None

    assert growth(cycle, 50_000) < 384 * 1024  # 7 bytes a cycle; the smallest of these has more


def test_thousands_of_callbacks_leave_no_memory_behind(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL, logger="freedompay")  # pytest would keep every line
    genuine, forged = callback_body(), callback_body(key="other")

    def cycle() -> None:
        seen = client.callback_parse(SHOP_URL, FORM, genuine)
        assert seen.field("pg_order_id") and seen.reply(Reply.REJECTED, "No")
        with pytest.raises(SignatureError):
            client.callback_parse(SHOP_URL, FORM, forged)

    assert growth(cycle, 5_000) < 384 * 1024

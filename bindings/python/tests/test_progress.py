"""What a progress function may do while an invoice is waited for."""

from __future__ import annotations

import itertools
import logging
import os
import signal
import threading
from typing import Any, Callable, List, Type

import pytest
from conftest import ClientFor
from gateway import MERCHANT_ID, SECRET_KEY, Sandbox, Scripted, error_json, invoice_json
from processes import run

from freedompay import (
    ArgumentError,
    BadAnswer,
    Cancelled,
    Client,
    Invoice,
    InvoiceRequest,
    InvoiceStatus,
    Receipt,
    Refused,
)


def test_a_true_answer_gives_up_and_the_invoice_stays_open(client: Client, order_id: str) -> None:
    invoice = client.invoice_init(InvoiceRequest(order_id, 10, "Coffee"))
    polls: List[Invoice] = []

    def progress(latest: Invoice) -> bool:
        polls.append(latest)
        return len(polls) == 3

    with pytest.raises(Cancelled) as raised:
        client.invoice_wait(invoice.invoice_id, 60_000, progress)
    assert len(polls) == 3
    assert raised.value.invoice_id == invoice.invoice_id
    assert client.invoice_status(invoice.invoice_id).status is InvoiceStatus.NEW


class Unexpected(Exception):
    pass


@pytest.mark.parametrize("kind", [Unexpected, KeyboardInterrupt, SystemExit, GeneratorExit])
def test_an_exception_stops_the_wait_and_comes_out(
    client: Client, order_id: str, kind: Type[BaseException]
) -> None:
    invoice = client.invoice_init(InvoiceRequest(order_id, 10, "Coffee"))
    raised = kind("from progress")
    calls: List[Invoice] = []

    def progress(latest: Invoice) -> None:
        calls.append(latest)
        raise raised

    with pytest.raises(kind) as caught:
        client.invoice_wait(invoice.invoice_id, 60_000, progress)
    assert caught.value is raised
    assert len(calls) == 1
    client.check()


def interrupted_wait(client: Client, progress: Any) -> None:
    """Waits until the process is sent an interrupt, once the second poll has been answered."""
    with pytest.raises(KeyboardInterrupt):
        client.invoice_wait(5, 60_000, progress)


def look(latest: Invoice) -> None:
    assert latest.status is InvoiceStatus.NEW


@pytest.mark.parametrize("progress", [None, look])
@pytest.mark.parametrize("level", [logging.DEBUG, logging.CRITICAL])
def test_ctrl_c_ends_a_wait(
    client_for: ClientFor, caplog: pytest.LogCaptureFixture, progress: Any, level: int
) -> None:
    caplog.set_level(level, logger="freedompay")
    polls = itertools.count(1)

    def answer(request: Any) -> bytes:
        if next(polls) == 2:
            os.kill(os.getpid(), signal.SIGINT)
        return invoice_json(5)

    with Scripted(answer) as gateway:
        client = client_for(gateway.url)
        for _ in range(3):
            interrupted_wait(client, progress)
            polls = itertools.count(1)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert len(gateway.requests) < 12


def test_a_signal_handler_runs_in_the_middle_of_a_wait(client_for: ClientFor) -> None:
    paid = threading.Event()

    def handler(number: int, frame: object) -> None:
        paid.set()

    def answer(request: Any) -> bytes:
        os.kill(os.getpid(), signal.SIGUSR1)
        return invoice_json(5, "ok" if paid.is_set() else "new")

    before = signal.signal(signal.SIGUSR1, handler)
    try:
        with Scripted(answer) as gateway:
            assert client_for(gateway.url).invoice_wait(5, 20_000).paid
        assert signal.getsignal(signal.SIGUSR1) is handler
    finally:
        signal.signal(signal.SIGUSR1, before)


def test_ctrl_c_reaches_a_progress_function_that_does_not_return(client_for: ClientFor) -> None:
    def progress(latest: Invoice) -> None:
        threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGINT)).start()
        threading.Event().wait(60)
        raise AssertionError("the interrupt did not come through")

    with Scripted(lambda request: invoice_json(5)) as gateway:
        interrupted_wait(client_for(gateway.url), progress)


def test_a_poll_that_failed_is_seen_and_does_not_end_the_wait(client_for: ClientFor) -> None:
    answers = iter([invoice_json(5), b"garbage", invoice_json(5, "ok")])
    polls: List[Invoice] = []
    with Scripted(lambda request: next(answers)) as gateway:
        assert client_for(gateway.url).invoice_wait(5, 60_000, polls.append).paid
    assert [type(poll.error) for poll in polls] == [type(None), BadAnswer, type(None)]
    states = [InvoiceStatus.NEW, InvoiceStatus.NONE, InvoiceStatus.OK]
    assert [poll.status for poll in polls] == states
    assert [poll.paid for poll in polls] == [False, False, True]


def test_what_progress_was_lent_keeps_its_values_only(client: Client, order_id: str) -> None:
    invoice = client.invoice_init(InvoiceRequest(order_id, 10, "Coffee"))
    kept: List[Invoice] = []

    def progress(latest: Invoice) -> bool:
        assert latest.field("invoice_status") == "new"
        assert latest.qr_text() == ""
        kept.append(latest)
        return True

    with pytest.raises(Cancelled):
        client.invoice_wait(invoice.invoice_id, 60_000, progress)
    assert (kept[0].invoice_id, kept[0].error) == (invoice.invoice_id, None)
    assert b"new" in kept[0].body
    with pytest.raises(ArgumentError, match="lent"):
        kept[0].field("status")
    with pytest.raises(ArgumentError, match="lent"):
        kept[0].qr_png()
    with pytest.raises(ArgumentError, match="lent"):
        kept[0].qr_picture()
    with pytest.raises(ArgumentError, match="lent"):
        kept[0].receipt(Receipt())
    with pytest.raises(ArgumentError, match="lent"):
        kept[0].qr_text()


def test_progress_may_use_the_client_and_close_it(
    client: Client, sandbox: Sandbox, order_id: str
) -> None:
    invoice = client.invoice_init(InvoiceRequest(order_id, 10, "Coffee"))
    seen: List[InvoiceStatus] = []

    def progress(latest: Invoice) -> None:
        if not seen:
            seen.append(client.invoice_status(invoice.invoice_id).status)
            with pytest.raises(Cancelled):
                client.invoice_wait(invoice.invoice_id, 60_000, lambda inner: True)
            client.close()
            sandbox.turn(invoice.invoice_id, "pay")

    assert client.invoice_wait(invoice.invoice_id, 20_000, progress).paid
    assert seen == [InvoiceStatus.NEW]
    with pytest.raises(ArgumentError, match="closed"):
        client.invoice_status(invoice.invoice_id)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_broken_log_handler_does_not_cost_the_answer(client_for: ClientFor) -> None:
    class Broken(logging.Handler):
        def __init__(self, kind: Type[BaseException]) -> None:
            super().__init__()
            self.kind = kind
            self.calls = 0

        def emit(self, record: logging.LogRecord) -> None:
            self.calls += 1
            raise self.kind("from the log")

    logger = logging.getLogger("freedompay")
    logger.setLevel(logging.DEBUG)

    def logged_with(kind: Type[BaseException], call: Callable[[], Invoice]) -> Invoice:
        broken = Broken(kind)
        logger.addHandler(broken)
        try:
            return call()
        finally:
            logger.removeHandler(broken)
            assert broken.calls > 0

    with Scripted(lambda request: invoice_json(5, "ok")) as gateway:
        client = client_for(gateway.url)
        assert logged_with(Unexpected, lambda: client.invoice_status(5)).paid
        with pytest.raises(KeyboardInterrupt):
            logged_with(KeyboardInterrupt, lambda: client.invoice_status(5))
        with pytest.raises(KeyboardInterrupt):
            logged_with(KeyboardInterrupt, lambda: client.invoice_wait(5, 60_000))
    logger.setLevel(logging.NOTSET)


SUB_INTERPRETER = """
import sys
# One that shares the extension modules of the main one, by the name that each Python has for it.
if sys.version_info >= (3, 13):
    import _interpreters as interpreters
    interpreter = interpreters.create("legacy")
else:
    import _xxsubinterpreters as interpreters
    shares = {"isolated": False} if sys.version_info >= (3, 9) else {}
    interpreter = interpreters.create(**shares)
print(interpreters.run_string(interpreter, sys.argv[1]), end="", file=sys.stderr)
"""

WAITS = """
from freedompay import Client, InvoiceRequest, WaitTimeout
client = Client(base_url={url!r}, merchant_id={merchant_id}, secret_key={key!r}, poll_interval_ms=20)
invoice = client.invoice_init(InvoiceRequest({order_id!r}, "1", "Tea"))
try:
    client.invoice_wait(invoice.invoice_id, 200, lambda latest: None)
except WaitTimeout:
    print("still open", flush=True)
"""


def test_a_wait_in_a_sub_interpreter_is_not_given_up_by_itself(
    sandbox: Sandbox, order_id: str
) -> None:
    waits = WAITS.format(
        url=sandbox.url, merchant_id=MERCHANT_ID, key=SECRET_KEY, order_id=order_id
    )
    assert run(SUB_INTERPRETER, waits) == (0, "still open\n", "None")


def test_a_refused_question_ends_the_wait(client_for: ClientFor) -> None:
    with Scripted(lambda request: error_json(9998, "wrong signature")) as gateway:
        with pytest.raises(Refused) as raised:
            client_for(gateway.url).invoice_wait(5, 60_000)
    assert (raised.value.invoice_id, raised.value.gateway_code) == (5, 9998)
    assert len(gateway.requests) == 1

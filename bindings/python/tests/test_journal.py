"""A sale in the journal is never made twice and never lost."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import FrozenInstanceError
from decimal import Decimal
from pathlib import Path
from typing import Any, Callable, List, Optional

import pytest
from conftest import ClientFor
from gateway import Request, Sandbox, Scripted, closed_port, error_json, invoice_json
from processes import exit_code

from freedompay import (
    Advice,
    ArgumentError,
    Client,
    Code,
    ConfigError,
    Conflict,
    FreedomPayError,
    InvoiceRequest,
    InvoiceStatus,
    JournalError,
    NotSent,
    OutcomeUnknown,
    PendingSale,
    Sent,
    WaitTimeout,
)


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    return tmp_path / "sales.journal"


@pytest.fixture
def till(sandbox: Sandbox, client_for: ClientFor, journal: Path) -> Client:
    return client_for(sandbox.url, journal=journal)


def test_the_same_order_again_is_the_same_invoice(
    till: Client, sandbox: Sandbox, client_for: ClientFor, journal: Path, order_id: str
) -> None:
    first = till.invoice_init(InvoiceRequest(order_id, "10.50", "Coffee", currency="KZT"))
    assert not first.from_journal
    till.close()
    # As after a power cut: another client, which is given the path as a text.
    restarted = client_for(sandbox.url, journal=str(journal))
    again = restarted.invoice_init(
        InvoiceRequest(order_id, Decimal("10.5"), "Coffee", currency="KZT")
    )
    assert again.from_journal
    assert (again.invoice_id, again.order_id) == (first.invoice_id, order_id)
    assert again.qr_text() and again.qr_text() == first.qr_text()
    assert (again.qr_url, again.body) == (first.qr_url, first.body)
    assert not restarted.invoice_status(again.invoice_id).from_journal
    assert sandbox.inits(order_id) == 1


def test_without_a_journal_nothing_is_repeated(
    client: Client, sandbox: Sandbox, order_id: str
) -> None:
    assert not client.invoice_init(InvoiceRequest(order_id, 10, "Coffee")).from_journal
    with suppress(FreedomPayError):  # whatever the gateway makes of it
        client.invoice_init(InvoiceRequest(order_id, 10, "Coffee"))
    assert sandbox.inits(order_id) == 2


@pytest.mark.parametrize("amount, currency", [("11", "KZT"), ("10.50", "UZS"), ("10.50", None)])
def test_another_sale_under_the_same_order_is_a_conflict(
    till: Client, sandbox: Sandbox, order_id: str, amount: str, currency: Optional[str]
) -> None:
    till.invoice_init(InvoiceRequest(order_id, "10.50", "Coffee", currency="KZT"))
    with pytest.raises(Conflict) as raised:
        till.invoice_init(InvoiceRequest(order_id, amount, "Coffee", currency=currency))
    error = raised.value
    assert (error.code, error.sent, error.advice) == (Code.CONFLICT, Sent.NO, Advice.FIX)
    assert error.order_id == order_id
    assert "10.50 KZT" in error.message and amount in error.message
    assert sandbox.inits(order_id) == 1


def test_a_sale_is_pending_until_its_end_is_known(
    till: Client, sandbox: Sandbox, order_id: str
) -> None:
    assert till.pending() == ()
    invoice = till.invoice_init(InvoiceRequest(order_id, "10.50", "Coffee"))
    other = till.invoice_init(InvoiceRequest(f"{order_id}-b", 7, "Tea"))
    with pytest.raises(WaitTimeout):
        till.invoice_wait(invoice.invoice_id, 100)
    sales = till.pending()
    assert sales == (
        PendingSale(order_id, invoice.invoice_id, Decimal("10.50")),
        PendingSale(f"{order_id}-b", other.invoice_id, Decimal(7)),
    )
    assert str(sales[0].amount) == "10.50"
    sandbox.turn(invoice.invoice_id, "pay")
    sandbox.turn(other.invoice_id, "decline")
    assert till.pending() == sales  # nobody has asked the gateway yet
    assert till.invoice_status(invoice.invoice_id).paid
    assert [sale.order_id for sale in till.pending()] == [f"{order_id}-b"]
    assert till.invoice_wait(other.invoice_id, 20_000).status is InvoiceStatus.FAILED
    assert till.pending() == ()


def test_a_list_of_sales_does_not_change(till: Client, order_id: str) -> None:
    till.invoice_init(InvoiceRequest(order_id, 10, "Coffee"))
    sales = till.pending()
    assert isinstance(sales, tuple)
    with pytest.raises(FrozenInstanceError):
        sales[0].amount = Decimal(11)  # type: ignore[misc]
    till.close()
    assert sales[0] == PendingSale(order_id, sales[0].invoice_id, Decimal(10))


def test_a_sale_whose_answer_was_lost_is_recovered(
    sandbox: Sandbox, client_for: ClientFor, journal: Path, order_id: str
) -> None:
    def answer(request: Request) -> Optional[bytes]:
        body = sandbox.answer(request)
        return None if request.target.endswith("/init") else body

    with Scripted(answer) as gateway:
        till = client_for(gateway.url, journal=journal)
        with pytest.raises(OutcomeUnknown):
            till.invoice_init(InvoiceRequest(order_id, "10.50", "Coffee"))
        assert till.pending() == (PendingSale(order_id, None, Decimal("10.50")),)
        found = till.invoice_recover(order_id)
        assert (found.order_id, found.status) == (order_id, InvoiceStatus.NEW)
        assert till.pending() == (PendingSale(order_id, found.invoice_id, Decimal("10.50")),)
        again = till.invoice_init(InvoiceRequest(order_id, "10.50", "Coffee"))
        assert again.from_journal and again.invoice_id == found.invoice_id
        sandbox.turn(found.invoice_id, "pay")
        assert till.invoice_recover(order_id).paid
        assert till.pending() == ()
    assert sandbox.inits(order_id) == 1


def test_not_found_proves_nothing_yet(
    client_for: ClientFor, journal: Path, order_id: str
) -> None:
    def answer(request: Request) -> Optional[bytes]:
        return None if request.target.endswith("/init") else error_json(11068, "not found")

    with Scripted(answer) as gateway:
        # One question fits into the time of a call.
        till = client_for(gateway.url, journal=journal, poll_interval_ms=60_000)
        calls: List[Callable[[], Any]] = [
            lambda: till.invoice_init(InvoiceRequest(order_id, 10, "Coffee")),
            lambda: till.invoice_init(InvoiceRequest(order_id, 10, "Coffee")),
            lambda: till.invoice_recover(order_id),
        ]
        advices = []
        for call in calls:
            with pytest.raises(OutcomeUnknown) as raised:
                call()
            assert raised.value.sent is Sent.MAYBE and raised.value.order_id == order_id
            advices.append(raised.value.advice)
        assert advices[1:] == [Advice.WAIT, Advice.WAIT]
        assert [sale.order_id for sale in till.pending()] == [order_id]
    inits = [request for request in gateway.requests if request.target.endswith("/init")]
    assert len(inits) == 1


def test_a_sale_that_was_not_sent_is_not_pending(
    client_for: ClientFor, journal: Path, order_id: str
) -> None:
    till = client_for(f"http://127.0.0.1:{closed_port()}", journal=journal, timeout_ms=300)
    with pytest.raises(NotSent):
        till.invoice_init(InvoiceRequest(order_id, 10, "Coffee"))
    assert till.pending() == ()


@pytest.mark.parametrize("order", ["", "a\0b"])
def test_an_order_that_cannot_be_is_never_recovered(till: Client, order: str) -> None:
    with pytest.raises(ArgumentError):
        till.invoice_recover(order)


def test_an_order_that_the_journal_does_not_have_is_an_argument(
    till: Client, order_id: str
) -> None:
    with pytest.raises(ArgumentError, match="not in the journal"):
        till.invoice_recover(order_id)


def test_without_a_journal_there_is_nothing_to_know(client: Client, order_id: str) -> None:
    calls: List[Callable[[], Any]] = [client.pending, lambda: client.invoice_recover(order_id)]
    for call in calls:
        with pytest.raises(ConfigError, match="journal") as raised:
            call()
        error = raised.value
        assert (error.code, error.sent, error.advice) == (Code.CONFIG, Sent.NO, Advice.FIX)
    client.close()
    with pytest.raises(ArgumentError, match="closed"):
        client.pending()


def no_folder(folder: Path) -> Path:
    return folder / "missing" / "sales.journal"


def a_folder(folder: Path) -> Path:
    return folder


def damaged(folder: Path) -> Path:
    path = folder / "damaged.journal"
    path.write_bytes(b"this was a journal once" * 500)
    return path


@pytest.mark.parametrize("place", [no_folder, a_folder, damaged])
def test_a_journal_that_cannot_be_used_is_an_error_before_anything_is_sent(
    sandbox: Sandbox,
    client_for: ClientFor,
    tmp_path: Path,
    order_id: str,
    place: Callable[[Path], Path],
) -> None:
    path = place(tmp_path)
    till = client_for(sandbox.url, journal=path)
    calls: List[Callable[[], Any]] = [
        till.check,
        till.pending,
        lambda: till.invoice_init(InvoiceRequest(order_id, 10, "Coffee")),
        lambda: till.invoice_recover(order_id),
    ]
    for call in calls:
        with pytest.raises(JournalError) as raised:
            call()
        error = raised.value
        assert (error.code, error.sent, error.advice) == (Code.JOURNAL, Sent.NO, Advice.FIX)
        assert str(path) in error.message
    assert sandbox.inits(order_id) == 0


def test_nothing_secret_is_in_the_journal(till: Client, journal: Path, order_id: str) -> None:
    till.invoice_init(InvoiceRequest(order_id, 10, "Coffee"))
    files = b"".join(file.read_bytes() for file in journal.parent.iterdir())
    assert order_id.encode() in files
    assert b"sandbox-secret-key" not in files


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_forked_child_shares_the_journal(till: Client, sandbox: Sandbox, order_id: str) -> None:
    before = till.invoice_init(InvoiceRequest(f"{order_id}-before", 10, "Coffee"))
    child = os.fork()
    if child == 0:
        try:
            again = till.invoice_init(InvoiceRequest(f"{order_id}-before", 10, "Coffee"))
            made = till.invoice_init(InvoiceRequest(f"{order_id}-child", 7, "Tea"))
            good = again.from_journal and again.invoice_id == before.invoice_id
            orders = [sale.order_id for sale in till.pending()]
            good = good and orders == [f"{order_id}-before", f"{order_id}-child"]
            till.close()
            os._exit(0 if good and not made.from_journal else 1)
        except BaseException:
            os._exit(2)
    assert exit_code(child) == 0
    assert till.invoice_init(InvoiceRequest(f"{order_id}-child", 7, "Tea")).from_journal
    assert len(till.pending()) == 2
    assert [sandbox.inits(f"{order_id}-{name}") for name in ("before", "child")] == [1, 1]


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_processes_that_sell_the_same_order_at_once_make_one_invoice(
    till: Client, sandbox: Sandbox, order_id: str
) -> None:
    till.check()
    start, release = os.pipe()
    children = []
    for _ in range(6):
        child = os.fork()
        if child == 0:
            try:
                os.close(release)
                os.read(start, 1)  # ends when the parent lets go
                till.invoice_init(InvoiceRequest(order_id, 10, "Coffee"))
                os._exit(0)
            except OutcomeUnknown:
                os._exit(3)  # another one is at it, and may not have arrived yet
            except BaseException:
                os._exit(2)
        children.append(child)
    os.close(release)
    codes = [exit_code(child) for child in children]
    os.close(start)
    assert 0 in codes and set(codes) <= {0, 3}
    assert sandbox.inits(order_id) == 1
    assert till.invoice_init(InvoiceRequest(order_id, 10, "Coffee")).from_journal


def test_an_answer_of_another_amount_is_not_adopted(
    client_for: ClientFor, journal: Path, order_id: str
) -> None:
    def answer(request: Request) -> Optional[bytes]:
        if request.target.endswith("/init"):
            return None
        return invoice_json(5, order_id=order_id, amount="11")

    with Scripted(answer) as gateway:
        till = client_for(gateway.url, journal=journal)
        with pytest.raises(OutcomeUnknown):
            till.invoice_init(InvoiceRequest(order_id, 10, "Coffee"))
        with pytest.raises(Conflict, match="11"):
            till.invoice_recover(order_id)
        assert [sale.invoice_id for sale in till.pending()] == [None]

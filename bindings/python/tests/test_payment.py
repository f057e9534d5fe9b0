"""The whole road of a sale, against the sandbox gateway over a real socket."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Callable, List

import pytest
from conftest import ClientFor
from gateway import Sandbox, Scripted, invoice_json

from freedompay import Client, Invoice, InvoiceRequest, InvoiceStatus, WaitTimeout


@pytest.mark.parametrize(
    "what, state",
    [
        ("pay", InvoiceStatus.OK),
        ("decline", InvoiceStatus.FAILED),
        ("expire", InvoiceStatus.INCOMPLETE),
    ],
)
def test_a_wait_ends_with_what_the_payer_did(
    sandbox: Sandbox, client: Client, order_id: str, what: str, state: InvoiceStatus
) -> None:
    invoice = client.invoice_init(InvoiceRequest(order_id, "10.50", "Coffee", currency="KZT"))
    assert invoice.invoice_id > 0
    assert invoice.order_id == order_id
    assert invoice.status is InvoiceStatus.NEW
    assert not invoice.paid
    assert invoice.qr_url is not None and "customer=" in invoice.qr_url
    assert "\u2580" in invoice.qr_text() or "\u2584" in invoice.qr_text()
    assert invoice.field("invoice_methods/qr")
    assert invoice.http_status == 200
    assert str(invoice.invoice_id).encode() in invoice.body
    assert invoice.unix_time is not None and invoice.date_time is not None
    states: List[InvoiceStatus] = []

    def progress(latest: Invoice) -> None:
        states.append(latest.status)
        if len(states) == 2:
            sandbox.turn(invoice.invoice_id, what)

    done = client.invoice_wait(invoice.invoice_id, 20_000, progress)
    assert done.status is state
    assert done.paid == (what == "pay")
    assert states[:2] == [InvoiceStatus.NEW, InvoiceStatus.NEW] and states[-1] is state
    by_id = client.invoice_status(invoice.invoice_id)
    by_order = client.invoice_status_by_order(order_id)
    assert (by_id.status, by_order.status) == (state, state)
    assert by_order.invoice_id == invoice.invoice_id


@pytest.mark.parametrize("answer", ["xml", "json"])
def test_a_sandbox_payer_pays_by_the_clock_in_either_language(
    client_for: ClientFor, order_id: str, answer: str
) -> None:
    with Sandbox("--pay-after", "100ms", "--answer", answer) as sandbox:
        client = client_for(sandbox.url)
        invoice = client.invoice_init(InvoiceRequest(order_id, Decimal("99.90"), "Tea"))
        assert invoice.body.lstrip()[:1] == (b"<" if answer == "xml" else b"{")
        assert client.invoice_wait(invoice.invoice_id, 20_000).paid


@pytest.mark.parametrize(
    "amount, text",
    [
        (Decimal("10.50"), "10.50"),
        (Decimal("1E+2"), "100"),
        (7, "7"),
        ("0.01", "0.01"),
        ("99999999.99", "99999999.99"),
    ],
)
def test_an_amount_arrives_as_it_was_written(
    client_for: ClientFor, order_id: str, amount: Any, text: str
) -> None:
    with Scripted(lambda request: invoice_json(5)) as gateway:
        client_for(gateway.url).invoice_init(InvoiceRequest(order_id, amount, "Coffee"))
    assert f'"amount":{text},'.encode() in gateway.requests[0].body.replace(b" ", b"")


def test_cyrillic_and_kazakh_text_comes_back_unchanged(
    client: Client, sandbox: Sandbox, order_id: str
) -> None:
    description = "Қазақша: Ә ә Ғ ғ Қ қ Ң ң Ө ө Ұ ұ Ү ү Һ һ І і; Ёлка № 5 \u20b8 \U0001f4b3"
    invoice = client.invoice_init(InvoiceRequest(order_id, 10, description))
    assert invoice.qr_url is not None
    assert client.invoice_info(invoice.qr_url).description == description
    assert description in strings(sandbox.invoices())


@pytest.mark.parametrize(
    "card_token, state",
    [
        ("sandbox-card-ok", InvoiceStatus.OK),
        ("sandbox-card-declined", InvoiceStatus.FAILED),
    ],
)
def test_the_payer_side_pays_with_a_stored_card(
    client: Client, order_id: str, card_token: str, state: InvoiceStatus
) -> None:
    invoice = client.invoice_init(InvoiceRequest(order_id, 10, "Coffee"))
    assert invoice.qr_url is not None
    customer = invoice.qr_url.split("customer=")[1].split("&")[0]
    seen = client.invoice_info(customer)
    assert (seen.invoice_id, seen.order_id) == (invoice.invoice_id, order_id)
    assert seen.amount == 10 and seen.description == "Coffee"
    client.invoice_pay(customer, "user-1", card_token)
    assert client.invoice_wait(invoice.invoice_id, 20_000).status is state


def test_every_named_field_is_read(client_for: ClientFor) -> None:
    def answer(request: Any) -> bytes:
        return invoice_json(
            5, "ok", order_id="o-5", amount="10.50", currency="KZT", description="Tea",
            card_pan="4400-XX", card_token="tok", more="\u0416",
        )

    with Scripted(answer) as gateway:
        invoice = client_for(gateway.url).invoice_status(5)
    assert (invoice.invoice_id, invoice.order_id, invoice.paid) == (5, "o-5", True)
    assert (invoice.amount, invoice.amount_text) == (Decimal("10.50"), "10.50")
    assert (invoice.currency, invoice.description) == ("KZT", "Tea")
    assert (invoice.card_pan, invoice.card_token) == ("4400-XX", "tok")
    assert (invoice.date_time, invoice.unix_time) == ("2026-01-02T03:04:05+05:00", 1767305045)
    assert (invoice.field("more"), invoice.field("less")) == ("\u0416", None)
    assert invoice.body == answer(None)
    assert (invoice.qr_url, invoice.qr_text()) == (None, "")
    assert "tok" not in repr(invoice)


def test_an_amount_that_is_no_number_is_still_there_as_text(client_for: ClientFor) -> None:
    with Scripted(lambda request: invoice_json(5, "ok", amount="ten")) as gateway:
        invoice = client_for(gateway.url).invoice_status(5)
    assert (invoice.amount, invoice.amount_text) == (None, "ten")


def test_a_state_of_tomorrow_is_not_paid(client_for: ClientFor) -> None:
    with Scripted(lambda request: invoice_json(5, "levitating")) as gateway:
        invoice = client_for(gateway.url).invoice_status(5)
    assert invoice.status is InvoiceStatus.OTHER
    assert invoice.field("invoice_status") == "levitating"
    assert not invoice.paid


def test_a_number_of_tomorrow_keeps_its_value() -> None:
    status = InvoiceStatus(99)
    assert (status.value, status.name, status == 99) == (99, "UNLISTED_99", True)
    with pytest.raises(ValueError):
        InvoiceStatus("OK")  # type: ignore[arg-type]


def test_an_invoice_does_not_change(client: Client, order_id: str) -> None:
    invoice = client.invoice_init(InvoiceRequest(order_id, 10, "Coffee"))
    with pytest.raises(AttributeError):
        invoice.status = InvoiceStatus.OK  # type: ignore[misc]
    assert invoice.status is InvoiceStatus.NEW


def test_an_invoice_outlives_its_client(client: Client, order_id: str) -> None:
    invoice = client.invoice_init(InvoiceRequest(order_id, 10, "Coffee"))
    client.close()
    assert invoice.qr_text() and invoice.field("invoice_methods/qr")


def test_a_wait_that_ends_too_early_knows_the_last_state(client: Client, order_id: str) -> None:
    invoice = client.invoice_init(InvoiceRequest(order_id, 10, "Coffee"))
    with pytest.raises(WaitTimeout) as raised:
        client.invoice_wait(invoice.invoice_id, 1_000)
    last = raised.value.result
    assert last is not None
    assert (last.invoice_id, last.status) == (invoice.invoice_id, InvoiceStatus.NEW)
    assert raised.value.invoice_id == invoice.invoice_id


def strings(value: Any) -> List[str]:
    """Every text in a JSON document."""
    if isinstance(value, str):
        return [value]
    inner: Callable[[], Any] = value.values if isinstance(value, dict) else lambda: value
    return [s for v in inner() for s in strings(v)] if isinstance(value, (dict, list)) else []

"""Payments after their invoice: status, clearing, refund, and any other path of the gateway."""

from __future__ import annotations

import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional, Tuple, Union

import pytest
from conftest import ClientFor
from gateway import MERCHANT_ID, Request, Sandbox, Scripted, classic, closed_port, invoice_json

from freedompay import (
    Advice,
    ArgumentError,
    BadAnswer,
    Client,
    ConfigError,
    Conflict,
    InvoiceRequest,
    NotSent,
    OutcomeUnknown,
    Payment,
    PaymentStatus,
    PendingRefund,
    Refund,
    Refused,
    Scheme,
    Sent,
)

REFUNDED = (
    ("pg_payment_id", "77"),
    ("pg_order_id", "o-77"),
    ("pg_amount", "100.50"),
    ("pg_currency", "KZT"),
    ("pg_payment_status", "success"),
    ("pg_captured", "1"),
    ("pg_clearing_amount", "100.50"),
    ("pg_refund_amount", "-30.25"),
    ("pg_card_pan", "4400-XX"),
    (
        "pg_refund_payments",
        [
            (
                "pg_refund_payment",
                [
                    ("pg_payment_id", "78"),
                    ("pg_payment_status", "success"),
                    ("pg_amount", "-30.25"),
                    ("pg_payment_date", "2026-01-02 03:04:05"),
                ],
            ),
            (
                "pg_refund_payment",
                [
                    ("pg_payment_id", "79"),
                    ("pg_payment_status", "error"),
                    ("pg_amount", "-1"),
                ],
            ),
        ],
    ),
)


def asked(
    client_for: ClientFor, call: Callable[[Client], Payment], *elements: Tuple[str, Any]
) -> Tuple[Payment, Request]:
    """What a call makes of an answer with these elements, and what it sent."""

    def answer(request: Request) -> bytes:
        return classic(request.target.split("/")[-1], *elements)

    with Scripted(answer) as gateway:
        payment = call(client_for(gateway.url))
    assert len(gateway.requests) == 1
    return payment, gateway.requests[0]


def test_everything_of_a_payment_is_read(client_for: ClientFor) -> None:
    payment, request = asked(client_for, lambda client: client.payment_status(77), *REFUNDED)
    assert request.target == "/get_status3.php"
    assert request.form() == {"pg_merchant_id": str(MERCHANT_ID), "pg_payment_id": "77"}
    assert (payment.payment_id, payment.order_id) == (77, "o-77")
    assert (payment.status, payment.paid, payment.captured) == (PaymentStatus.SUCCESS, True, True)
    assert (payment.amount, payment.currency) == (Decimal("100.50"), "KZT")
    assert payment.clearing_amount == Decimal("100.50")
    assert payment.refunded_amount == Decimal("-30.25")
    assert payment.card_pan == "4400-XX"
    assert payment.refunds == (
        Refund(78, Decimal("-30.25"), PaymentStatus.SUCCESS, "2026-01-02 03:04:05"),
        Refund(79, Decimal("-1"), PaymentStatus.ERROR, None),
    )
    assert payment.count("pg_refund_payments/pg_refund_payment") == 2
    assert payment.field("pg_refund_payments/pg_refund_payment[1]/pg_payment_id") == "79"
    assert (payment.redirect_url, payment.balance, payment.refund_id) == (None, None, None)


@pytest.mark.parametrize("captured, paid", [("0", False), ("1", True)])
def test_a_hold_is_not_paid(client_for: ClientFor, captured: str, paid: bool) -> None:
    payment, request = asked(
        client_for,
        lambda client: client.payment_status_by_order("o-1"),
        ("pg_payment_id", "77"),
        ("pg_order_id", "o-1"),
        ("pg_payment_status", "success"),
        ("pg_captured", captured),
    )
    assert request.form()["pg_order_id"] == "o-1"
    assert payment.status is PaymentStatus.SUCCESS
    assert (payment.paid, payment.captured) == (paid, captured == "1")


def test_a_payment_of_which_nothing_is_said_is_not_paid(client_for: ClientFor) -> None:
    payment, _ = asked(
        client_for,
        lambda client: client.payment_status(77),
        ("pg_payment_id", "77"),
        ("pg_payment_status", "levitating"),
    )
    assert (payment.status, payment.paid) == (PaymentStatus.OTHER, False)
    assert payment.captured is None
    assert payment.field("pg_payment_status") == "levitating"


def test_a_payment_is_taken_and_let_go(client_for: ClientFor) -> None:
    cases: List[Tuple[Callable[[Client], Payment], str, Optional[str]]] = [
        (lambda client: client.payment_cancel(77), "/cancel.php", None),
        (lambda client: client.invoice_cancel(77), "/cancel.php", None),
        (lambda client: client.payment_capture(77), "/do_capture.php", None),
        (lambda client: client.payment_capture(77, Decimal("1.5")), "/do_capture.php", "1.5"),
    ]
    for call, target, amount in cases:
        payment, request = asked(client_for, call, ("pg_clearing_amount", "1.50"))
        assert request.target == target
        fields = request.form()
        assert (fields["pg_payment_id"], fields.get("pg_clearing_amount")) == ("77", amount)
        assert payment.payment_id == 77
        assert payment.clearing_amount == Decimal("1.50")


def test_a_refund_has_a_number(client_for: ClientFor) -> None:
    cases: List[Tuple[Callable[[Client], Payment], Optional[str], Optional[str]]] = [
        (lambda client: client.payment_refund(77), None, None),
        (lambda client: client.invoice_refund(77), None, None),
        (lambda client: client.invoice_refund(77, "2.50"), "2.50", None),
        (lambda client: client.payment_refund(77, 3, refund_key="again"), "3", "again"),
    ]
    for call, amount, key in cases:
        payment, request = asked(client_for, call, ("pg_revoke_payment_id", "80"))
        fields = request.form()
        assert request.target == "/revoke.php" and fields["pg_payment_id"] == "77"
        assert fields.get("pg_refund_amount") == amount
        assert key is None or fields["pg_idempotency_key"] == key
        assert payment.refund_id == 80


def test_with_a_journal_a_refund_is_made_once(client_for: ClientFor, tmp_path: Path) -> None:
    def answer(request: Request) -> bytes:
        # Before its first refund a journal wants to know which there are.
        if request.target == "/revoke.php":
            return classic("revoke.php", ("pg_revoke_payment_id", "80"))
        return classic("get_status3.php", *REFUNDED)

    with Scripted(answer) as gateway:
        client = client_for(gateway.url, journal=tmp_path / "journal")
        first = client.payment_refund(77, 3, refund_key="again")
        again = client.payment_refund(77, Decimal("3.00"), refund_key="again")
        assert (first.from_journal, again.from_journal) == (False, True)
        assert again.refund_id == first.refund_id == 80
        with pytest.raises(Conflict):
            client.payment_refund(77, 4, refund_key="again")
    assert [request.target for request in gateway.requests].count("/revoke.php") == 1


def test_a_refund_whose_answer_was_lost_is_unknown(client_for: ClientFor) -> None:
    with Scripted(lambda request: None) as gateway:
        with pytest.raises(OutcomeUnknown) as raised:
            client_for(gateway.url).payment_refund(77, 3)
    assert (raised.value.sent, raised.value.payment_id) == (Sent.MAYBE, 77)
    nobody = client_for(f"http://127.0.0.1:{closed_port()}", timeout_ms=300)
    with pytest.raises(NotSent):
        nobody.payment_refund(77, 3)
    assert len(gateway.requests) == 1


def test_a_refund_is_pending_until_its_end_is_known(
    client_for: ClientFor, tmp_path: Path
) -> None:
    def answer(request: Request) -> Optional[bytes]:
        if request.target == "/revoke.php":
            return None
        payment_id = request.form()["pg_payment_id"]
        return classic("get_status3.php", ("pg_payment_id", payment_id), *REFUNDED[1:])

    with Scripted(answer) as gateway:
        client = client_for(gateway.url, journal=tmp_path / "journal")
        assert client.pending_refunds() == ()
        with pytest.raises(OutcomeUnknown):
            client.payment_refund(77, "3.50", refund_key="again")
        assert client.pending_refunds() == (PendingRefund(77, Decimal("3.50"), "again"),)
        with pytest.raises(OutcomeUnknown):
            client.payment_refund(99)
        assert client.pending_refunds()[1:] == (PendingRefund(99, None, None),)
        assert client.pending() == () and client.pending_payouts() == ()
    with pytest.raises(ConfigError, match="journal"):
        client_for(gateway.url).pending_refunds()


def test_what_a_person_has_seen_of_a_refund_is_written_once_it_can_be_known(
    client_for: ClientFor, tmp_path: Path
) -> None:
    def answer(request: Request) -> Optional[bytes]:
        return None if request.target == "/revoke.php" else classic("get_status3.php", *REFUNDED)

    journal = tmp_path / "journal"
    with Scripted(answer) as gateway:
        client = client_for(gateway.url, journal=journal)
        with pytest.raises(OutcomeUnknown):
            client.payment_refund(77, "3.50", refund_key="again")
        asked = len(gateway.requests)
        for was_made in (True, False):
            with pytest.raises(OutcomeUnknown) as early:
                client.refund_settle(77, was_made=was_made, refund_key="again")
            assert (early.value.advice, early.value.payment_id) == (Advice.WAIT, 77)
        let_ten_minutes_pass(journal)
        with pytest.raises(ArgumentError, match="refund_key is missing"):
            client.refund_settle(77, was_made=True)
        with pytest.raises(ArgumentError, match="payment_id 78 has no refund"):
            client.refund_settle(78, was_made=True, refund_key="again")
        number: Any = 1
        with pytest.raises(TypeError, match="was_made must be bool"):
            client.refund_settle(77, was_made=number, refund_key="again")
        client.refund_settle(77, was_made=True, refund_key="again")
        assert client.pending_refunds() == ()
        known = client.payment_refund(77, "3.50", refund_key="again")
        assert (known.from_journal, known.payment_id, known.refund_id) == (True, 77, None)
        with pytest.raises(ArgumentError, match="payment_id 77 has no refund"):
            client.refund_settle(77, was_made=True, refund_key="again")
        assert len(gateway.requests) == asked
        with pytest.raises(ConfigError, match="journal"):
            client_for(gateway.url).refund_settle(77, was_made=True)


def let_ten_minutes_pass(journal: Path) -> None:
    """Turns the journal's times back, by a process of its own: this one has the library's SQLite."""
    turn_back = """if True:
        import sqlite3, sys
        with sqlite3.connect(sys.argv[1]) as journal:
            journal.execute(
                "UPDATE operation SET tried_at_ms = tried_at_ms - 600000,"
                " counts_at_ms = counts_at_ms - 600000, counts_uptime_ms = counts_uptime_ms - 600000"
            )
    """
    subprocess.run([sys.executable, "-c", turn_back, str(journal)], check=True)


def test_a_sale_is_proved_and_given_back_at_the_sandbox(
    client: Client, sandbox: Sandbox, order_id: str
) -> None:
    invoice = client.invoice_init(InvoiceRequest(order_id, "10.50", "Tea", currency="KZT"))
    assert not client.payment_status(invoice.invoice_id).paid
    sandbox.turn(invoice.invoice_id, "pay")
    payment = client.payment_status_by_order(order_id)
    assert payment.paid and payment.captured
    assert (payment.payment_id, payment.order_id) == (invoice.invoice_id, order_id)
    assert (payment.amount, payment.currency) == (Decimal("10.50"), "KZT")
    assert payment.refunds == ()
    first = client.invoice_refund(invoice.invoice_id, Decimal("2.50"))
    second = client.payment_refund(invoice.invoice_id)
    payment = client.payment_status(invoice.invoice_id)
    assert [(refund.payment_id, refund.amount) for refund in payment.refunds] == [
        (first.refund_id, Decimal("-2.50")),
        (second.refund_id, Decimal("-8.00")),
    ]
    with pytest.raises(Refused) as raised:
        client.payment_refund(invoice.invoice_id, "1")
    assert raised.value.field("pg_status") == "error"


def test_a_payment_on_a_page_is_begun_at_the_sandbox(client: Client, order_id: str) -> None:
    more = {"pg_success_url": "https://shop.example/paid", "table": "7"}
    payment = client.page_init(order_id, "10.50", "Tea", more)
    assert payment.redirect_url is not None and payment.redirect_url.startswith("http")
    assert payment.payment_id is not None
    seen = client.payment_status(payment.payment_id)
    assert (seen.order_id, seen.amount, seen.paid) == (order_id, Decimal("10.50"), False)


def test_an_answer_without_its_signature_is_not_believed(client_for: ClientFor) -> None:
    with Scripted(lambda request: classic("get_status3.php", *REFUNDED, key="other")) as gateway:
        with pytest.raises(BadAnswer):
            client_for(gateway.url).payment_status(77)


def test_a_refusal_is_told_in_the_words_of_the_gateway(client_for: ClientFor) -> None:
    refusal = (
        "<response><pg_status>error</pg_status><pg_error_code>11068</pg_error_code>"
        "<pg_error_description>Платёж не найден</pg_error_description></response>"
    )
    with Scripted(lambda request: refusal.encode("utf-8")) as gateway:
        with pytest.raises(Refused) as raised:
            client_for(gateway.url).payment_status(77)
    error = raised.value
    assert (error.gateway_code, error.gateway_message) == (11068, "Платёж не найден")
    assert error.payment_id == 77


def test_a_payment_that_cannot_be_is_never_asked_for(client_for: ClientFor) -> None:
    with Scripted(lambda request: None) as gateway:
        client = client_for(gateway.url)
        calls: List[Callable[[], Any]] = [
            lambda: client.payment_status(0),
            lambda: client.payment_status(1 << 63),
            lambda: client.payment_status_by_order("a\0b"),
            lambda: client.payment_capture(77, "1,5"),
            lambda: client.payment_refund(77, "-1"),
            lambda: client.payment_refund(77, refund_key="a b"),
            lambda: client.invoice_refund(-1),
            lambda: client.invoice_cancel(0),
        ]
        for call in calls:
            with pytest.raises(ArgumentError):
                call()
        for wrong in (1.5, True):
            with pytest.raises(TypeError):
                client.payment_refund(77, wrong)  # type: ignore[arg-type]
        assert gateway.requests == []
    with Client(base_url="http://127.0.0.1:9", merchant_id=1) as unsigned:
        with pytest.raises(ConfigError):
            unsigned.payment_status(77)


def test_any_path_can_be_called(client_for: ClientFor) -> None:
    def answer(request: Request) -> bytes:
        return classic("get_status2.php", ("pg_transaction_status", "ok"), ("card", "a"))

    with Scripted(answer) as gateway:
        fields: Dict[str, Union[str, int, Decimal]] = {
            "pg_order_id": "o-1",
            "pg_number": 7,
            "pg_positions[0][price]": Decimal("1.50"),
        }
        seen = client_for(gateway.url).call_send("/get_status2.php", fields)
    assert seen.field("pg_transaction_status") == "ok" and seen.count("card") == 1
    assert gateway.requests[0].form() == {
        "pg_merchant_id": str(MERCHANT_ID),
        "pg_order_id": "o-1",
        "pg_number": "7",
        "pg_positions[0][price]": "1.50",
    }


def test_a_call_in_json_has_numbers(client_for: ClientFor) -> None:
    with Scripted(lambda request: invoice_json(5)) as gateway:
        answer = client_for(gateway.url).call_send(
            "/v5/merchant/invoice/status",
            [("invoice_id", 5), ("amount", Decimal("10.50")), ("text", "7")],
            scheme=Scheme.JWS,
        )
    assert answer.field("invoice_status") == "new"
    body = gateway.requests[0].body.replace(b" ", b"")
    assert b'"invoice_id":5,"amount":10.50,"text":"7"' in body
    assert "x-jws-signature" in gateway.requests[0].headers


def test_the_payout_key_signs_what_is_paid_out(client_for: ClientFor) -> None:
    answer = classic("balance_status", ("pg_balance", "1"), key="payout")
    with Scripted(lambda request: answer) as gateway:
        client = client_for(gateway.url, payout_key="payout")
        assert client.call_send("/api/balance_status", {}).field("pg_balance") == "1"
        with pytest.raises(BadAnswer):
            client.call_send("/api/balance_status", {}, scheme=Scheme.PG_SIG)
        with pytest.raises(ConfigError):
            client_for(gateway.url).call_send("/api/balance_status", {})


@pytest.mark.parametrize(
    "path, fields, kind",
    [
        ("no slash", {}, ArgumentError),
        ("/a\0b", {}, ArgumentError),
        ("/revoke.php", {"a\0b": "1"}, ArgumentError),
        ("/revoke.php", {"name": ""}, ArgumentError),
        ("/revoke.php", {"name": "a\0b"}, ArgumentError),
        ("/revoke.php", {"name": Decimal("NaN")}, ArgumentError),
        ("/revoke.php", {"name": 1.5}, TypeError),
        ("/revoke.php", {"name": True}, TypeError),
        ("/revoke.php", {"name": None}, TypeError),
        ("/revoke.php", {5: "1"}, TypeError),
        (5, {}, TypeError),
    ],
)
def test_a_call_that_cannot_be_written_is_never_sent(
    client_for: ClientFor, path: Any, fields: Any, kind: Any
) -> None:
    with Scripted(lambda request: None) as gateway:
        with pytest.raises(kind):
            client_for(gateway.url).call_send(path, fields)
        with pytest.raises(ArgumentError):
            client_for(gateway.url).call_send("/revoke.php", {}, scheme=Scheme(9))
        assert gateway.requests == []

"""Every way to fail has its own class, and says what it means for the money."""

from __future__ import annotations

import pickle
import threading
from decimal import Decimal
from typing import Any, Dict, Type

import pytest
from conftest import ClientFor
from gateway import Sandbox, Scripted, closed_port, error_json, invoice_json

from freedompay import (
    Advice,
    ArgumentError,
    BadAnswer,
    BodyFormat,
    Cancelled,
    Client,
    Code,
    ConfigError,
    Conflict,
    FreedomPayError,
    InternalError,
    InvoiceRequest,
    JournalError,
    JwsClaim,
    NotSent,
    OutcomeUnknown,
    Refused,
    Sent,
    SignatureError,
    WaitTimeout,
)
from freedompay._errors import error_class


def test_a_refused_connection_is_not_sent(client_for: ClientFor, order_id: str) -> None:
    client = client_for(f"http://127.0.0.1:{closed_port()}", timeout_ms=500)
    with pytest.raises(NotSent) as raised:
        client.invoice_init(InvoiceRequest(order_id, 10, "Coffee"))
    error = raised.value
    assert (error.code, error.sent, error.advice) == (Code.NOT_SENT, Sent.NO, Advice.RETRY)
    assert (error.http_status, error.gateway_code, error.gateway_message) == (None, None, None)
    assert (error.invoice_id, error.order_id, error.result) == (None, order_id, None)
    assert error.message and str(error) == error.message


def test_a_wrong_key_is_refused_by_the_gateway(
    sandbox: Sandbox, client_for: ClientFor, order_id: str
) -> None:
    client = client_for(sandbox.url, secret_key="hunter2")
    with pytest.raises(Refused) as raised:
        client.invoice_init(InvoiceRequest(order_id, 10, "Coffee"))
    error = raised.value
    assert (error.code, error.sent, error.gateway_code) == (Code.REFUSED, Sent.YES, 9998)
    assert (error.advice, error.order_id) == (Advice.FIX, order_id)
    assert error.gateway_message and error.http_status
    assert "hunter2" not in str(error)


def test_a_refusal_carries_the_words_of_the_gateway(client_for: ClientFor) -> None:
    with Scripted(lambda request: error_json(11068, "Платёж не найден")) as gateway:
        with pytest.raises(Refused) as raised:
            client_for(gateway.url).invoice_status(5)
    error = raised.value
    assert (error.gateway_code, error.gateway_message) == (11068, "Платёж не найден")
    assert (error.invoice_id, error.http_status) == (5, 200)


def test_a_lost_answer_is_unknown_and_is_asked_for_once(
    client_for: ClientFor, order_id: str
) -> None:
    with Scripted(lambda request: None) as gateway:
        with pytest.raises(OutcomeUnknown) as raised:
            client_for(gateway.url).invoice_init(InvoiceRequest(order_id, 10, "Coffee"))
    error = raised.value
    assert (error.code, error.sent) == (Code.UNKNOWN, Sent.MAYBE)
    assert error.advice in (Advice.ASK_STATUS, Advice.WAIT)
    assert (error.order_id, error.result) == (order_id, None)
    assert len(gateway.requests) == 1


def test_a_silent_gateway_is_unknown_once_the_time_is_over(
    client_for: ClientFor, order_id: str
) -> None:
    over = threading.Event()

    def silent(request: Any) -> None:
        over.wait(60)

    with Scripted(silent) as gateway:
        client = client_for(gateway.url, timeout_ms=1_000)
        with pytest.raises(OutcomeUnknown):
            client.invoice_init(InvoiceRequest(order_id, 10, "Coffee"))
        over.set()


@pytest.mark.parametrize("body", [b"good morning", b"<html><body>502</body></html>", b"{}", b""])
def test_an_answer_that_is_not_the_protocol_is_a_bad_answer(
    client_for: ClientFor, order_id: str, body: bytes
) -> None:
    with Scripted(lambda request: body) as gateway:
        with pytest.raises(BadAnswer) as raised:
            client_for(gateway.url).invoice_init(InvoiceRequest(order_id, 10, "Coffee"))
    error = raised.value
    assert (error.code, error.http_status, error.order_id) == (Code.ANSWER, 200, order_id)
    assert error.advice in (Advice.ASK_STATUS, Advice.WAIT)
    assert len(gateway.requests) == 1


def test_an_answer_about_another_invoice_is_a_bad_answer(client_for: ClientFor) -> None:
    with Scripted(lambda request: invoice_json(6, "ok")) as gateway:
        with pytest.raises(BadAnswer):
            client_for(gateway.url).invoice_status(5)


def test_what_is_missing_is_a_configuration_error(order_id: str) -> None:
    with Client(base_url="http://127.0.0.1:1", secret_key="key") as client:
        sale = InvoiceRequest(order_id, 10, "Coffee")
        for call in (client.check, lambda: client.invoice_init(sale)):
            with pytest.raises(ConfigError) as raised:
                call()
            error = raised.value
            assert (error.code, error.sent, error.advice) == (Code.CONFIG, Sent.NO, Advice.FIX)


def test_a_complete_configuration_passes_the_check() -> None:
    with Client(merchant_id=1, base_url="http://127.0.0.1:1") as client:
        client.check()
    with pytest.raises(ArgumentError, match="closed"):
        client.check()


@pytest.mark.parametrize(
    "settings",
    [
        {"merchant_id": 0},
        {"base_url": "http://api.example"},
        {"base_url": "not a url"},
        {"timeout_ms": 0},
        {"connect_timeout_ms": -1},
        {"poll_interval_ms": 0},
        {"body_format": BodyFormat(9)},
        {"jws_claim": JwsClaim(9)},
        {"proxy": "::"},
        {"app_info": ("two words", "1")},
        {"journal": ""},
        {"journal": "a\0b"},
        {"secret_key": "a\0b"},
        {"base_url": "http://127.0.0.1:1\0.example"},
        {"merchant_id": 1 << 63},
        {"secret_key": "\ud800"},
    ],
)
def test_a_setting_that_cannot_be_used_is_refused_at_once(settings: Dict[str, Any]) -> None:
    with pytest.raises(ArgumentError) as raised:
        Client(**settings)
    error = raised.value
    assert isinstance(error, ValueError)
    assert (error.code, error.sent, error.advice) == (Code.ARGUMENT, Sent.NO, Advice.FIX)
    assert error.message


@pytest.mark.parametrize(
    "settings",
    [
        {"merchant_id": "123456"},
        {"merchant_id": True},
        {"timeout_ms": 1.5},
        {"secret_key": b"key"},
        {"base_url": 5},
        {"ca_file": 5},
        {"journal": 5},
        {"journal": b"journal"},
    ],
)
def test_a_setting_of_the_wrong_type_is_a_type_error(settings: Dict[str, Any]) -> None:
    with pytest.raises(TypeError):
        Client(**settings)


def test_a_missing_certificate_file_is_a_configuration_error() -> None:
    with Client(merchant_id=1, base_url="http://127.0.0.1:1", ca_file="/no/such/file") as client:
        with pytest.raises(ConfigError):
            client.check()


@pytest.mark.parametrize("amount", [10.5, 10.0, True, None, b"10", [10]])
def test_an_amount_that_is_not_exact_is_a_type_error(client: Client, amount: Any) -> None:
    with pytest.raises(TypeError, match="amount"):
        client.invoice_init(InvoiceRequest("order", amount, "Coffee"))


def sale(**changes: Any) -> Dict[str, Any]:
    return {"order_id": "order", "amount": 10, "description": "Coffee", **changes}


@pytest.mark.parametrize(
    "arguments",
    [
        sale(order_id=""),
        sale(order_id="a\0b"),
        sale(amount="1,5"),
        sale(amount="0"),
        sale(amount=-1),
        sale(amount="1\0000"),
        sale(amount="NaN"),
        sale(amount=10**5000),
        sale(amount=Decimal("NaN")),
        sale(amount=Decimal("1E+999999")),
        sale(description="Cof\0fee"),
        sale(description="\udfff"),
        sale(currency="K\0T"),
        sale(currency="tenge"),
        sale(method="q\0r"),
        sale(check_url="not a url"),
        sale(result_url="https://shop.example/\0"),
        sale(request_method="FAX"),
    ],
)
def test_a_sale_that_cannot_be_written_is_never_sent(
    client_for: ClientFor, arguments: Dict[str, Any]
) -> None:
    with Scripted(lambda request: invoice_json(5)) as gateway:
        with pytest.raises(ArgumentError) as raised:
            client_for(gateway.url).invoice_init(InvoiceRequest(**arguments))
        assert (raised.value.sent, raised.value.advice) == (Sent.NO, Advice.FIX)
        assert gateway.requests == []


@pytest.mark.parametrize("invoice_id", [0, -1, 1 << 63, -(1 << 63) - 1])
def test_an_invoice_id_that_cannot_be_is_never_asked_for(
    client_for: ClientFor, invoice_id: int
) -> None:
    with Scripted(lambda request: invoice_json(5)) as gateway:
        client = client_for(gateway.url)
        with pytest.raises(ArgumentError):
            client.invoice_status(invoice_id)
        with pytest.raises(ArgumentError):
            client.invoice_wait(invoice_id, 1000)
        assert gateway.requests == []


def test_a_number_of_the_wrong_type_is_a_type_error(client: Client) -> None:
    for wrong in (1.0, "1", True, None):
        with pytest.raises(TypeError):
            client.invoice_status(wrong)  # type: ignore[arg-type]
        with pytest.raises(TypeError):
            client.invoice_wait(1, wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "code, kind",
    [
        (Code.ARGUMENT, ArgumentError),
        (Code.CONFIG, ConfigError),
        (Code.NOT_SENT, NotSent),
        (Code.UNKNOWN, OutcomeUnknown),
        (Code.REFUSED, Refused),
        (Code.ANSWER, BadAnswer),
        (Code.TIMEOUT, WaitTimeout),
        (Code.CANCELLED, Cancelled),
        (Code.SIGNATURE, SignatureError),
        (Code.CONFLICT, Conflict),
        (Code.JOURNAL, JournalError),
        (Code.INTERNAL, InternalError),
        (99, FreedomPayError),
    ],
)
def test_every_code_has_its_class(code: int, kind: Type[FreedomPayError]) -> None:
    assert error_class(code) is kind


def test_an_error_survives_pickling(client_for: ClientFor) -> None:
    with Scripted(lambda request: error_json(9998, "no")) as gateway:
        with pytest.raises(Refused) as raised:
            client_for(gateway.url).invoice_status(5)
    copy = pickle.loads(pickle.dumps(raised.value))
    assert type(copy) is Refused
    assert vars(copy) == {**vars(raised.value), "result": None, "_answer": None}
    assert (raised.value.field("error_code"), copy.field("error_code")) == ("9998", None)


def test_the_secret_key_is_in_no_text(client_for: ClientFor, order_id: str) -> None:
    client = client_for(f"http://127.0.0.1:{closed_port()}", secret_key="hunter2", timeout_ms=300)
    with pytest.raises(NotSent) as raised:
        client.invoice_init(InvoiceRequest(order_id, 10, "Coffee"))
    for text in (repr(client), str(raised.value), repr(vars(raised.value))):
        assert "hunter2" not in text

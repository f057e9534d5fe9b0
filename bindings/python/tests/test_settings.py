"""Each setting of a client reaches the wire."""

from __future__ import annotations

import base64
import json
import logging
import socket
import threading
import time
from pathlib import Path
from typing import Any, Dict, List

import pytest
from conftest import ClientFor
from gateway import MERCHANT_ID, Request, Scripted, invoice_json
from processes import run

from freedompay import (
    BodyFormat,
    ConfigError,
    InvoiceRequest,
    JwsClaim,
    NotSent,
    OutcomeUnknown,
    library_version,
)


def sent(client_for: ClientFor, **settings: Any) -> Request:
    """The request that a sale becomes."""
    with Scripted(lambda request: invoice_json(5)) as gateway:
        client_for(gateway.url, **settings).invoice_init(InvoiceRequest(
            "order",
            "10.50",
            "Coffee",
            currency="KZT",
            method="qr",
            check_url="https://shop.example/check",
            result_url="https://shop.example/result",
            request_method="POST",
        ))
        return gateway.requests[0]


def jws_header(request: Request) -> Any:
    header = request.headers["x-jws-signature"].split(".")[0]
    return json.loads(base64.urlsafe_b64decode(header + "=" * (-len(header) % 4)))


def test_a_sale_is_sent_with_all_its_fields(client_for: ClientFor) -> None:
    request = sent(client_for)
    assert request.target == "/v5/merchant/invoice/init"
    fields: Dict[str, Any] = request.json()
    assert fields == {
        "order_id": "order",
        "merchant_id": MERCHANT_ID,
        "amount": 10.5,
        "description": "Coffee",
        "invoice_method": "qr",
        "currency": "KZT",
        "check_url": "https://shop.example/check",
        "result_url": "https://shop.example/result",
        "request_method": "POST",
    }


def test_the_claim_of_the_signature_can_be_chosen(client_for: ClientFor) -> None:
    assert jws_header(sent(client_for))["uri"] == "/v5/merchant/invoice/init"
    header = jws_header(sent(client_for, jws_claim=JwsClaim.PATH))
    assert header["path"] == "/v5/merchant/invoice/init" and "uri" not in header


def test_the_form_of_the_body_can_be_chosen(client_for: ClientFor) -> None:
    kinds = {
        "application/json": dict(body_format=BodyFormat.AUTO),
        "multipart/form-data": dict(body_format=BodyFormat.MULTIPART),
    }
    for kind, settings in kinds.items():
        assert sent(client_for, **settings).headers["content-type"].startswith(kind)
    unsigned = sent(client_for, secret_key=None, body_format=BodyFormat.JSON)
    assert unsigned.headers["content-type"].startswith("application/json")
    assert "x-jws-signature" not in unsigned.headers


def test_the_caller_names_itself(client_for: ClientFor) -> None:
    agent = sent(client_for, app_info=("corner-shop", "2.7")).headers["user-agent"]
    assert "corner-shop/2.7" in agent and library_version() in agent


def test_a_proxy_is_asked_for_the_gateway(client_for: ClientFor) -> None:
    with Scripted(lambda request: invoice_json(5)) as proxy:
        client_for("http://127.0.0.1:9", proxy=proxy.url).invoice_status(5)
    assert proxy.requests[0].target == "http://127.0.0.1:9/v5/merchant/invoice/status"


def test_the_environment_names_no_proxy(
    client_for: ClientFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert sent(client_for).target == "/v5/merchant/invoice/init"


def test_a_call_takes_no_longer_than_its_time(client_for: ClientFor) -> None:
    over = threading.Event()

    def silent(request: Request) -> None:
        over.wait(60)

    with Scripted(silent) as gateway:
        client = client_for(gateway.url, timeout_ms=1_000)
        begin = time.monotonic()
        with pytest.raises(OutcomeUnknown):
            client.invoice_init(InvoiceRequest("order", 10, "Coffee"))
        assert 0.9 < time.monotonic() - begin < 20
        over.set()


def test_connecting_takes_no_longer_than_its_time(client_for: ClientFor) -> None:
    # A backlog that is full lets no further connection through.
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        address = full.getsockname()
        waiting = []
        for _ in range(4):
            waiting.append(socket.socket())
            waiting[-1].setblocking(False)
            waiting[-1].connect_ex(address)
        begin = time.monotonic()
        with pytest.raises(NotSent):
            client_for(
                f"http://127.0.0.1:{address[1]}", connect_timeout_ms=200, timeout_ms=600
            ).invoice_init(InvoiceRequest("order", 10, "Coffee"))
        assert time.monotonic() - begin < 20
        for connection in waiting:
            connection.close()


def test_polls_keep_their_distance(client_for: ClientFor) -> None:
    times: List[float] = []

    def answer(request: Request) -> bytes:
        times.append(time.monotonic())
        return invoice_json(5, "new" if len(times) < 4 else "ok")

    with Scripted(answer) as gateway:
        assert client_for(gateway.url, poll_interval_ms=150).invoice_wait(5, 60_000).paid
    distances = [after - before for before, after in zip(times, times[1:])]
    assert len(distances) == 3
    assert 0.1 < min(distances) < 0.9


def test_certificates_are_read_from_a_file(client_for: ClientFor, tmp_path: Path) -> None:
    wrong = tmp_path / "ca.pem"
    wrong.write_text("this is no certificate")
    with pytest.raises(ConfigError):
        client_for("http://127.0.0.1:9", ca_file=wrong).check()


def test_the_log_comes_through_logging(
    client_for: ClientFor, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="freedompay")
    sent(client_for)
    records = [record for record in caplog.records if record.name == "freedompay"]
    assert any(record.levelno == logging.INFO for record in records)
    assert all("sandbox-secret-key" not in record.getMessage() for record in records)


def test_a_quiet_logger_stays_quiet(
    client_for: ClientFor, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL, logger="freedompay")
    sent(client_for)
    assert caplog.records == []


def test_a_program_without_logging_finds_nothing_on_its_stderr() -> None:
    # An invoice without a code is a warning.
    program = """
import sys
from freedompay import Client, InvoiceRequest
client = Client(base_url=sys.argv[1], merchant_id=1)
client.invoice_init(InvoiceRequest("order", 10, "Coffee"))
"""
    with Scripted(lambda request: invoice_json(5)) as gateway:
        assert run(program, gateway.url) == (0, "", "")


def test_a_warning_of_the_library_is_a_warning(
    client_for: ClientFor, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, logger="freedompay")
    sent(client_for)
    assert [record.levelno for record in caplog.records] == [logging.WARNING]

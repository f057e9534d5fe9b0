"""What the gateway sends to a shop is verified, confirmed and answered."""

from __future__ import annotations

import gc
import threading
import time
import urllib.parse
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional

import pytest
from conftest import ClientFor
from gateway import (
    CALLBACK,
    FORM,
    SECRET_KEY,
    SHOP_URL,
    Sandbox,
    Scripted,
    callback_body,
    classic,
)

from freedompay import (
    ArgumentError,
    Callback,
    CallbackKind,
    Client,
    ConfigError,
    Conflict,
    InvoiceRequest,
    JournalError,
    Reply,
    SignatureError,
)


def test_a_result_is_read(client: Client) -> None:
    callback = client.callback_parse(SHOP_URL, FORM, callback_body())
    assert isinstance(callback, Callback)
    assert (callback.kind, callback.paid) == (CallbackKind.RESULT, True)
    assert callback.field("pg_order_id") == "o-1"
    assert callback.field("pg_description") == "Кофе"
    assert (callback.field("table"), callback.field("less")) == ("7", None)
    failed = client.callback_parse(SHOP_URL, FORM, callback_body(pg_result="0"))
    assert not failed.paid
    assert "o-1" not in repr(callback)


@pytest.mark.parametrize(
    "body",
    [
        callback_body().replace(b"10.50", b"0.50"),
        callback_body(key="other"),
        callback_body(script="check"),
        callback_body()[:-1],
        urllib.parse.urlencode(CALLBACK).encode("ascii"),
        callback_body(pg_no_such_field="1"),
        b"",
    ],
)
def test_a_forgery_is_not_believed(client: Client, body: bytes) -> None:
    with pytest.raises(SignatureError) as raised:
        client.callback_parse(SHOP_URL, FORM, body)
    assert raised.value.message and SECRET_KEY not in raised.value.message


def test_a_field_is_believed_once_it_is_allowed(sandbox: Sandbox, client_for: ClientFor) -> None:
    body = callback_body(pg_no_such_field="seven")
    allowing = client_for(sandbox.url, allowed_callback_fields=["pg_no_such_field"])
    assert allowing.callback_parse(SHOP_URL, FORM, body).field("pg_no_such_field") == "seven"
    with pytest.raises(ArgumentError):
        client_for(sandbox.url, allowed_callback_fields=["pg_sig"])
    with pytest.raises(TypeError):
        client_for(sandbox.url, allowed_callback_fields="pg_one")


def test_what_cannot_be_read_is_an_argument(client: Client) -> None:
    with pytest.raises(ArgumentError):
        client.callback_parse(SHOP_URL, FORM, b"a=1" + b"x" * (1 << 20))
    with pytest.raises(ArgumentError):
        client.callback_parse("a\0b", FORM, b"")
    for wrong in ("text", None, 5):
        with pytest.raises(TypeError):
            client.callback_parse(SHOP_URL, FORM, wrong)  # type: ignore[arg-type]
    with Client(base_url="http://127.0.0.1:9", merchant_id=1) as unsigned:
        with pytest.raises(ConfigError):
            unsigned.callback_parse(SHOP_URL, FORM, callback_body())


def test_an_answer_is_signed_xml(client: Client) -> None:
    callback = client.callback_parse(SHOP_URL, FORM, callback_body())
    assert b"<pg_status>ok</pg_status>" in callback.reply(Reply.OK)
    rejection = callback.reply(Reply.REJECTED, "Нет в наличии")
    assert b"<pg_status>rejected</pg_status>" in rejection and b"<pg_sig>" in rejection
    assert "Нет в наличии" in rejection.decode("utf-8")
    assert b"<pg_status>error</pg_status>" in callback.reply(Reply.ERROR)


def test_an_answer_that_is_not_possible_is_refused(client: Client) -> None:
    final = client.callback_parse(SHOP_URL, FORM, callback_body(pg_can_reject="0"))
    with pytest.raises(ArgumentError, match="pg_can_reject"):
        final.reply(Reply.REJECTED)
    with pytest.raises(ArgumentError):
        final.reply(Reply(9))
    with pytest.raises(ArgumentError):
        final.reply(Reply.OK, "a\0b")
    with pytest.raises(TypeError):
        final.reply("ok")  # type: ignore[arg-type]


def test_with_a_journal_the_same_callback_gets_the_same_answer(
    sandbox: Sandbox, client_for: ClientFor, tmp_path: Path
) -> None:
    first = client_for(sandbox.url, journal=tmp_path / "journal")
    answer = first.callback_parse(SHOP_URL, FORM, callback_body()).reply(Reply.REJECTED, "No")
    again = client_for(sandbox.url, journal=tmp_path / "journal")
    # The second delivery has another salt, and so another signature.
    repeated = again.callback_parse(SHOP_URL, FORM, callback_body(pg_salt="other"))
    assert b"rejected" in repeated.reply(Reply.OK) and b"rejected" in answer
    broken = client_for(sandbox.url, journal=tmp_path / "missing" / "journal")
    with pytest.raises(JournalError):
        broken.callback_parse(SHOP_URL, FORM, callback_body()).reply(Reply.OK)


@pytest.mark.parametrize("amount, kind", [("10.50", None), ("10.51", Conflict)])
def test_a_callback_is_confirmed_by_the_gateway(
    client_for: ClientFor, amount: str, kind: Any
) -> None:
    answer = classic(
        "get_status3.php",
        ("pg_payment_id", "77"),
        ("pg_order_id", "o-1"),
        ("pg_amount", amount),
        ("pg_currency", "KZT"),
        ("pg_payment_status", "success"),
        ("pg_captured", "1"),
    )
    with Scripted(lambda request: answer) as gateway:
        client = client_for(gateway.url)
        callback = client.callback_parse(SHOP_URL, FORM, callback_body())
        assert gateway.requests == []
        if kind is None:
            payment = client.callback_confirm(callback)
            assert payment.paid and payment.amount == Decimal("10.50")
        else:
            with pytest.raises(kind):
                client.callback_confirm(callback)


def test_a_callback_outlives_its_client_and_threads_share_it(
    sandbox: Sandbox, client_for: ClientFor
) -> None:
    client = client_for(sandbox.url)
    callback = client.callback_parse(SHOP_URL, FORM, callback_body())
    client.close()
    del client
    gc.collect()
    said: List[Optional[str]] = []

    def read() -> None:
        for _ in range(200):
            said.append(callback.field("pg_order_id"))

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert said == ["o-1"] * 800
    assert b"ok" in callback.reply(Reply.OK)


class Shop:
    """A web server of a merchant's, as a shop would write it, and what it has heard."""

    def __init__(self, client: Callable[[], Client]) -> None:
        heard: List[Callback] = []
        confirmed: List[bool] = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                try:
                    callback = client().callback_parse(
                        self.path, self.headers["content-type"], body
                    )
                    if callback.kind is CallbackKind.RESULT:
                        confirmed.append(client().callback_confirm(callback).paid)
                    answer = callback.reply(Reply.OK)
                except (SignatureError, ArgumentError):
                    self.send_error(400)
                    return
                heard.append(callback)
                self.send_response(200)
                self.send_header("content-type", "text/xml")
                self.send_header("content-length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, format: str, *_: Any) -> None:
                pass

        self.heard, self.confirmed = heard, confirmed
        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.mark.parametrize("form", ["urlencoded", "multipart"])
def test_a_shop_is_told_by_the_sandbox_and_its_answer_is_taken(
    client_for: ClientFor, order_id: str, form: str
) -> None:
    with Sandbox("--callback-form", form) as sandbox:
        client = client_for(sandbox.url)
        shop = Shop(lambda: client)
        invoice = client.invoice_init(
            InvoiceRequest(
                order_id,
                "10.50",
                "Кофе",
                check_url=f"{shop.url}/check?shop=7",
                result_url=f"{shop.url}/result",
                request_method="POST",
            )
        )
        sandbox.turn(invoice.invoice_id, "pay")
        told = wait_for_callbacks(sandbox, 2)
        shop.close()
    assert [callback.kind for callback in shop.heard] == [CallbackKind.CHECK, CallbackKind.RESULT]
    assert {callback.field("pg_order_id") for callback in shop.heard} == {order_id}
    assert (shop.heard[0].paid, shop.heard[1].paid) == (False, True)
    assert shop.confirmed == [True]
    assert [(one["http_status"], one["reply_status"], one["problem"]) for one in told] == [
        (200, "ok", None),
        (200, "ok", None),
    ]
    assert {one["reply_signed"] for one in told} == {"valid"}


def wait_for_callbacks(sandbox: Sandbox, count: int) -> Any:
    end = time.monotonic() + 20
    while True:
        told = sandbox.callbacks()
        if len(told) >= count or time.monotonic() > end:
            return told
        time.sleep(0.02)

"""Gateways for the tests: the sandbox, and one that answers by script."""

from __future__ import annotations

import hashlib
import json
import os
import socket
import subprocess
import tempfile
import threading
import time
import urllib.parse
import urllib.request
from typing import (
    Any,
    BinaryIO,
    Callable,
    Dict,
    Iterator,
    List,
    NamedTuple,
    Optional,
    Tuple,
    TypeVar,
)
from xml.sax.saxutils import escape

MERCHANT_ID = 123456
SECRET_KEY = "sandbox-secret-key"


class Sandbox:
    """A sandbox gateway process on a port of its own. FREEDOMPAY_TOOL names its program."""

    def __init__(self, *options: str) -> None:
        self._folder = tempfile.TemporaryDirectory()
        ready = os.path.join(self._folder.name, "ready")
        tool = os.environ["FREEDOMPAY_TOOL"]
        self._process = subprocess.Popen(
            [tool, "sandbox", "--listen", "127.0.0.1:0", "--ready-file", ready, *options],
            stdout=subprocess.DEVNULL,
        )
        self.url = self._wait_until_ready(ready)

    def __enter__(self) -> "Sandbox":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait()
        self._folder.cleanup()

    def turn(self, invoice_id: int, what: str) -> None:
        """The payer's side: ``what`` is pay, decline, expire or process."""
        request = urllib.request.Request(
            f"{self.url}/sandbox/invoices/{invoice_id}/{what}", method="POST"
        )
        urllib.request.urlopen(request).close()

    def invoices(self) -> Any:
        with urllib.request.urlopen(f"{self.url}/sandbox/invoices") as answer:
            return json.load(answer)

    def callbacks(self) -> Any:
        """What merchants were told, and what they answered."""
        with urllib.request.urlopen(f"{self.url}/sandbox/callbacks") as answer:
            return json.load(answer)

    def inits(self, order_id: str) -> int:
        """How many inits of an order came, whatever became of them."""
        with urllib.request.urlopen(f"{self.url}/sandbox/requests") as answer:
            records = json.load(answer)
        mine = [record for record in records if record["order_id"] == order_id]
        return len([record for record in mine if record["path"].endswith("/init")])

    def answer(self, request: "Request") -> bytes:
        """What the sandbox answers to a request that a scripted gateway hands on."""
        onward = urllib.request.Request(self.url + request.target, data=request.body)
        for name in ("content-type", "x-jws-signature"):
            onward.add_header(name, request.headers[name])
        with urllib.request.urlopen(onward) as response:
            body: bytes = response.read()
        return body

    def _wait_until_ready(self, ready: str) -> str:
        end = time.monotonic() + 20
        while time.monotonic() < end:
            if self._process.poll() is not None:
                raise RuntimeError(f"the sandbox ended with {self._process.returncode}")
            if os.path.exists(ready):
                with open(ready, encoding="utf-8") as file:
                    url = file.read().strip()
                if url:
                    return url
            time.sleep(0.01)
        self._process.kill()
        raise RuntimeError("the sandbox is not ready after 20 s")


class Request(NamedTuple):
    """What a scripted gateway was sent. Names of headers are in small letters."""

    target: str
    headers: Dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)

    def form(self) -> Dict[str, str]:
        """The fields of a request of the classic API, without what signs it."""
        fields = dict(urllib.parse.parse_qsl(self.body.decode("ascii"), keep_blank_values=True))
        assert fields.pop("pg_salt") and len(fields.pop("pg_sig")) == 32
        return fields


Self = TypeVar("Self", bound="Scripted")

# What to answer; None: hang up without an answer.
Script = Callable[[Request], Optional[bytes]]


class Scripted:
    """A gateway that answers each request as its script says, one connection for each."""

    def __init__(self, script: Script) -> None:
        self.requests: List[Request] = []
        self._script = script
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def __enter__(self: Self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rb") as stream:
            line = stream.readline()
            if not line:
                return
            headers = {}
            for header in iter(stream.readline, b"\r\n"):
                name, _, value = header.decode("latin-1").partition(":")
                headers[name.lower()] = value.strip()
            body = _body(stream, headers)
            request = Request(line.decode("latin-1").split()[1], headers, body)
            self.requests.append(request)
            answer = self._script(request)
            if answer is not None:
                head = f"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {len(answer)}"
                connection.sendall(head.encode() + b"\r\n\r\n" + answer)


class Silent(Scripted):
    """A gateway that takes every request and answers none."""

    def __init__(self) -> None:
        self.asked = threading.Event()
        self._over = threading.Event()
        super().__init__(self._keep_silent)

    def __exit__(self, *_: object) -> None:
        self._over.set()
        super().__exit__()

    def _keep_silent(self, request: Request) -> None:
        self.asked.set()
        self._over.wait(60)


def _body(stream: BinaryIO, headers: Dict[str, str]) -> bytes:
    if headers.get("transfer-encoding", "").lower() != "chunked":
        return stream.read(int(headers.get("content-length", "0")))
    chunks = b""
    while True:
        size = int(stream.readline().split(b";")[0], 16)
        chunks += stream.read(size)
        stream.readline()
        if size == 0:
            return chunks


def invoice_json(invoice_id: int, state: str = "new", **fields: Any) -> bytes:
    """An answer of the gateway about an invoice."""
    answer = {
        "status": "ok",
        "invoice_id": invoice_id,
        "invoice_status": state,
        "dt": "2026-01-02T03:04:05+05:00",
        **fields,
    }
    return json.dumps(answer).encode("utf-8")


def error_json(code: int, description: str) -> bytes:
    """An answer of the gateway that refuses."""
    answer = {"status": "error", "error_code": code, "error_description": description}
    return json.dumps(answer).encode("utf-8")


def closed_port() -> int:
    """A port of this machine where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


# A document of the classic API: its elements in their order, each with text or more elements.
Elements = List[Tuple[str, Any]]


def classic(script: str, *elements: Tuple[str, Any], key: str = SECRET_KEY) -> bytes:
    """A signed answer of the classic API to a request of that script's name."""
    signed: Elements = [("pg_status", "ok"), *elements, ("pg_salt", "salt")]
    values = [value for _, value in sorted(_leaves(signed), key=lambda leaf: leaf[0])]
    signature = hashlib.md5(";".join([script, *values, key]).encode("utf-8")).hexdigest()
    return f"<response>{_xml([*signed, ('pg_sig', signature)])}</response>".encode("utf-8")


def _leaves(elements: Elements, way: Tuple[Any, ...] = ()) -> Iterator[Tuple[Tuple[Any, ...], str]]:
    """Each text with its way, by which they are put in order: names, then positions."""
    for position, (name, value) in enumerate(elements):
        if isinstance(value, str):
            yield (*way, name, position), value
        else:
            yield from _leaves(value, (*way, name, position))


def _xml(elements: Elements) -> str:
    return "".join(
        f"<{name}>{escape(value) if isinstance(value, str) else _xml(value)}</{name}>"
        for name, value in elements
    )


FORM = "application/x-www-form-urlencoded"
# Where a shop is told the outcome, and what it is told.
SHOP_URL = "https://shop.example/pay/result?from=gateway"
CALLBACK = {
    "pg_order_id": "o-1",
    "pg_payment_id": "77",
    "pg_amount": "10.50",
    "pg_currency": "KZT",
    "pg_ps_currency": "KZT",
    "pg_ps_amount": "10.50",
    "pg_ps_full_amount": "10.50",
    "pg_net_amount": "10.00",
    "pg_description": "Кофе",
    "pg_result": "1",
    "pg_can_reject": "1",
    "pg_captured": "1",
    "pg_payment_date": "2026-01-02 03:04:05",
    "pg_salt": "salt",
    "table": "7",
}


def callback_body(script: str = "result", key: str = SECRET_KEY, **changes: str) -> bytes:
    """The body of a callback to SHOP_URL, whose query its signature covers, too."""
    fields = {**CALLBACK, **changes}
    covered = {**fields, "from": "gateway"}
    values = [covered[name] for name in sorted(covered)]
    signature = hashlib.md5(";".join([script, *values, key]).encode("utf-8")).hexdigest()
    return urllib.parse.urlencode({**fields, "pg_sig": signature}).encode("ascii")

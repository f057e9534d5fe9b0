"""What the gateway sends to the merchant's web server, and what it is answered."""

from __future__ import annotations

from contextlib import contextmanager
from ctypes import c_uint8
from typing import Any, Iterator, Optional, final

from ._arguments import int32, optional_text, text
from ._buffer import taken
from ._call import Call
from ._caller import Caller
from ._codes import Advice, CallbackKind, Code, Reply
from ._errors import error_class
from ._handle import Handle
from ._library import library
from ._lock import Lock
from ._payment import Payment


@final
class Callback:
    """A verified callback, from ``Client.callback_parse()``.

    It is a hint that something has happened. The proof is the gateway's own word:
    ``Client.callback_confirm()``.

    kind    what it is about
    paid    it says that the payment was made, if only held
    """

    kind: CallbackKind
    paid: bool

    def __init__(self, handle: Handle) -> None:
        self._lock = Lock()
        self._handle = handle
        lib = library()
        with self._lent() as callback:
            self.kind = CallbackKind(lib.fp_callback_kind(callback))
            self.paid = lib.fp_callback_paid(callback) == 1

    def field(self, name: str) -> Optional[str]:
        """A field as it was received: ``pg_order_id``, ``a[0][b]``; None: no such field."""
        with self._lent() as callback:
            value: Optional[bytes] = library().fp_callback_field(callback, text("name", name))
        return None if value is None else value.decode("utf-8", "replace")

    def reply(self, reply: Reply, description: Optional[str] = None) -> bytes:
        """The answer to send, as ``text/xml`` under HTTP 200.

        description    what a payer reads of a rejection, 1024 characters at most

        With a journal, the same result again gets the answer that it got first; a check asks anew
        each time. Raises ArgumentError for an answer that is not possible, as Reply.REJECTED where ``pg_can_reject``
        is not 1, and JournalError: answer with an HTTP error then.
        """
        number, words = int32("reply", reply), optional_text("description", description)
        with self._lent() as callback, Call():
            code, content, reason = taken(library().fp_callback_reply(callback, number, words))
        if code != Code.OK:
            raise error_class(code)(reason, code=code, advice=Advice.FIX)
        return content

    def __repr__(self) -> str:
        return f"Callback(kind={self.kind!r}, paid={self.paid!r})"

    @contextmanager
    def _lent(self) -> Iterator[Any]:
        """The ``fp_callback``, which wants one thread at a time."""
        with self._lock, self._handle.lent() as pointer:
            yield pointer


class Callbacks(Caller):
    """The calls about callbacks."""

    def callback_parse(
        self, url: str, content_type: Optional[str] = None, body: bytes = b""
    ) -> Callback:
        """Reads and verifies what the merchant's web server has received.

        url             the merchant's own, as the gateway was told it, with the query that was
                        received; absolute, or from its path on
        content_type    the request's; None: it has none
        body            at most 1 MiB

        Raises SignatureError when the signature is missing, wrong, or fits another message as well,
        ArgumentError when the request cannot be read, ConfigError without a key. Answer such a
        request with an HTTP error and nothing else.
        """
        if not isinstance(body, bytes):
            raise TypeError(f"body must be bytes, not {type(body).__name__}")
        kind = optional_text("content_type", content_type)
        address = text("url", url)
        content = (c_uint8 * len(body)).from_buffer_copy(body) if body else None
        with self._handle.lent() as client, Call():
            return _parsed(library().fp_callback_parse(client, address, kind, content, len(body)))

    def callback_confirm(self, callback: Callback) -> Payment:
        """Asks the gateway about what a callback speaks of: the proof that the callback is not.

        As payment_status(), or payout_status() for a payout. Raises Conflict when order, amount or
        currency differ from the callback's, or from those of the journal's sale; any other
        FreedomPayError.
        """
        with callback._lent() as pointer:
            return self._payment("callback_confirm", pointer)


def _parsed(pointer: Any) -> Callback:
    """The callback of an ``fp_callback``, which is owned from now on; raises why it is none."""
    lib = library()
    handle = Handle("callback", pointer, lib.fp_callback_free)
    with handle.lent() as callback:
        code = lib.fp_callback_code(callback)
        reason = (lib.fp_callback_message(callback) or b"").decode("utf-8", "replace")
    if code == Code.OK:
        return Callback(handle)
    advice = Advice.NONE if code == Code.SIGNATURE else Advice.FIX
    raise error_class(code)(reason or f"error {code}", code=code, advice=advice)

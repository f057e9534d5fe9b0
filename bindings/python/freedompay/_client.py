"""The client: a merchant's configuration, and the calls that it makes."""

from __future__ import annotations

import os
from typing import Any, Dict, Iterable, Optional, Tuple, Union, final

from ._answer import answer_of
from ._arguments import int32, int64, text
from ._call import Call, on_log
from ._callback import Callbacks
from ._cards import Cards
from ._codes import BodyFormat, Code, JwsClaim
from ._errors import ArgumentError, error_of
from ._handle import Handle
from ._invoices import Invoices
from ._library import library
from ._payments import Payments
from ._payouts import Payouts
from ._result import Result

# The name of a setting -> what its setter takes.
Settings = Dict[str, Tuple[Any, ...]]


@final
class Client(Invoices, Payments, Payouts, Cards, Callbacks):
    """A merchant at the gateway.

    Any number of threads may use one client at once. It frees itself; ``close()`` or ``with`` do so
    at a certain moment.

    merchant_id          the number that the gateway gave to the merchant
    secret_key           the key for requests; with one, requests are signed
    payout_key           the key for payouts, which the gateway gives out apart from the other
    base_url             the gateway, https://api.freedompay.uz unless given
    timeout_ms           for a whole call; connect_timeout_ms for its connection
    poll_interval_ms     between two questions of invoice_wait(), 1000 unless given
    body_format          how requests are written
    jws_claim            the name under which a signature covers the path
    proxy                a URL; none unless given, the environment is not read
    ca_file              PEM certificates to trust besides the built-in ones
    app_info             name and version of the caller, for the gateway's log
    journal              a file that keeps every sale over a power cut; processes may share it
    language             of the messages of exceptions: "en" unless given, or "ru"
    allowed_callback_fields  names beginning with pg_ that callbacks may have besides those that the
                         protocol names; each one more is one more that a forger can use

    Raises ArgumentError for a value that cannot be used, OSError when the library cannot be loaded.
    What is missing altogether is found by check() and by the first call: ConfigError.
    """

    def __init__(
        self,
        *,
        merchant_id: Optional[int] = None,
        secret_key: Optional[str] = None,
        payout_key: Optional[str] = None,
        base_url: Optional[str] = None,
        timeout_ms: Optional[int] = None,
        connect_timeout_ms: Optional[int] = None,
        poll_interval_ms: Optional[int] = None,
        body_format: Optional[BodyFormat] = None,
        jws_claim: Optional[JwsClaim] = None,
        proxy: Optional[str] = None,
        ca_file: Optional[Union[str, "os.PathLike[str]"]] = None,
        app_info: Optional[Tuple[str, str]] = None,
        journal: Optional[Union[str, "os.PathLike[str]"]] = None,
        language: Optional[str] = None,
        allowed_callback_fields: Iterable[str] = (),
    ) -> None:
        texts = {
            "secret_key": secret_key,
            "payout_key": payout_key,
            "base_url": base_url,
            "proxy": proxy,
            "ca_file": None if ca_file is None else os.fspath(ca_file),
            "journal": None if journal is None else os.fspath(journal),
            "language": language,
        }
        numbers = {
            "merchant_id": merchant_id,
            "timeout_ms": timeout_ms,
            "connect_timeout_ms": connect_timeout_ms,
            "poll_interval_ms": poll_interval_ms,
        }
        choices = {"body_format": body_format, "jws_claim": jws_claim}
        settings: Settings = {
            **{name: (text(name, v),) for name, v in texts.items() if v is not None},
            **{name: (int64(name, v),) for name, v in numbers.items() if v is not None},
            **{name: (int32(name, v),) for name, v in choices.items() if v is not None},
        }
        if app_info is not None:
            name, version = app_info
            settings["app_info"] = (text("app_info", name), text("app_info", version))
        if isinstance(allowed_callback_fields, str):
            raise TypeError("allowed_callback_fields must be several str, not one")
        allowed = [text("allowed_callback_fields", name) for name in allowed_callback_fields]
        self._handle = _opened(settings, allowed)
        if poll_interval_ms is not None:
            self._poll_interval_ms = poll_interval_ms
        if timeout_ms is not None:
            self._call_timeout_ms = timeout_ms

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends the use of this client; closing twice does nothing.

        Calls that other threads are inside of go on to their end; the last one frees the client.
        A new call raises ArgumentError.
        """
        self._handle.close()

    def check(self) -> None:
        """Can the client be used? Sends nothing.

        Raises ConfigError for what is missing, JournalError when the journal cannot be used,
        ArgumentError once closed.
        """
        self._ask(answer_of, "client_check")


def _opened(settings: Settings, allowed_callback_fields: Iterable[bytes]) -> Handle:
    """An ``fp_client`` with these settings. Raises what the library has to say of a refused one."""
    lib = library()
    config = lib.fp_config_new()
    try:
        refused = [
            name
            for name, values in settings.items()
            if getattr(lib, f"fp_config_set_{name}")(config, *values) != Code.OK
        ]
        refused += [
            "allowed_callback_fields"
            for name in allowed_callback_fields
            if lib.fp_config_allow_callback_field(config, name) != Code.OK
        ]
        lib.fp_config_set_log(config, on_log, None)
        with Call():
            handle = Handle("client", lib.fp_client_new(config), lib.fp_client_free)
    finally:
        lib.fp_config_free(config)
    if not refused:
        return handle
    # The library remembers what it refused, and says why.
    with handle.lent() as pointer, Call():
        result = Result(lib.fp_client_check(pointer))
    if result.integer("code") == Code.OK:
        raise ArgumentError(f"{refused[0]} was refused")
    raise error_of(result)

"""The client: a merchant's configuration, and the calls that it makes."""

from __future__ import annotations

import os
from typing import Any, Dict, Optional, Tuple, Union

from ._arguments import Amount, int32, int64, text
from ._callbacks import Call, Progress, on_log, on_progress
from ._codes import BodyFormat, Code, JwsClaim
from ._errors import ArgumentError, error_of
from ._handle import Handle
from ._invoice import Invoice, answered
from ._library import library
from ._pending import PendingSale, pending_sales
from ._request import Request
from ._result import Result
from ._task import Task, started

# The name of a setting -> what its setter takes.
Settings = Dict[str, Tuple[Any, ...]]


class Client:
    """A merchant at the gateway.

    Any number of threads may use one client at once. It frees itself; ``close()`` or ``with`` do so
    at a certain moment.

    merchant_id          the number that the gateway gave to the merchant
    secret_key           the key for requests; with one, requests are signed
    base_url             the gateway, https://api.freedompay.uz unless given
    timeout_ms           for a whole call; connect_timeout_ms for its connection
    poll_interval_ms     between two questions of wait_for_invoice()
    body_format          how requests are written
    jws_claim            the name under which a signature covers the path
    proxy                a URL; none unless given, the environment is not read
    ca_file              PEM certificates to trust besides the built-in ones
    app_info             name and version of the caller, for the gateway's log
    journal              a file that keeps every sale over a power cut; processes may share it

    Raises ArgumentError for a value that cannot be used, OSError when the library cannot be loaded.
    What is missing altogether is found by check() and by the first call: ConfigError.
    """

    def __init__(
        self,
        *,
        merchant_id: Optional[int] = None,
        secret_key: Optional[str] = None,
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
    ) -> None:
        texts = {
            "secret_key": secret_key,
            "base_url": base_url,
            "proxy": proxy,
            "ca_file": None if ca_file is None else os.fspath(ca_file),
            "journal": None if journal is None else os.fspath(journal),
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
        self._handle = _opened(settings)

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
        self._ask("fp_client_check")

    def init_invoice(
        self,
        order_id: str,
        amount: Amount,
        description: str,
        *,
        currency: Optional[str] = None,
        method: Optional[str] = None,
        check_url: Optional[str] = None,
        result_url: Optional[str] = None,
        request_method: Optional[str] = None,
    ) -> Invoice:
        """Creates an invoice.

        order_id         the merchant's own number for the sale, never used twice
        amount           in units of the currency: Decimal("10.50"), 10, "10.50"; float: TypeError
        description      what the payer reads
        currency         three letters; the merchant's own unless given
        method           how the payer may pay, "qr" unless given
        check_url        where the gateway asks whether the order may be paid
        result_url       where the gateway tells the outcome
        request_method   how it calls those two: GET, POST or XML

        Raises any FreedomPayError. After OutcomeUnknown and BadAnswer the invoice may exist: ask
        with invoice_status_by_order().

        With a journal the same order id gives the same invoice again (``from_journal``), and an
        attempt whose answer was lost is asked about before there is another. Conflict: the order id
        is taken by another amount or currency. JournalError: the sale could not be written.
        """
        request = Request(
            order_id,
            amount,
            description,
            currency=currency,
            method=method,
            check_url=check_url,
            result_url=result_url,
            request_method=request_method,
        )
        with request as pointer:
            return self._invoice("fp_invoice_init", pointer)

    def invoice_status(self, invoice_id: int) -> Invoice:
        """The state of an invoice by the gateway's number. Raises any FreedomPayError."""
        return self._invoice("fp_invoice_status", int64("invoice_id", invoice_id))

    def invoice_status_by_order(self, order_id: str) -> Invoice:
        """The state of an invoice by the merchant's order id. Raises any FreedomPayError."""
        return self._invoice("fp_invoice_status_by_order", text("order_id", order_id))

    def pending(self) -> Tuple[PendingSale, ...]:
        """Every sale in the journal whose end is not known, the oldest first. Sends nothing.

        They were in flight when the power failed, lost in the network, or still open when the
        waiting ended. Raises ConfigError without a journal, JournalError when it cannot be read.
        """
        with self._handle.lent() as client, Call():
            return pending_sales(library().fp_client_pending(client))

    def recover_invoice(self, order_id: str) -> Invoice:
        """Asks about a sale in the journal until the gateway knows it, within ``timeout_ms``.

        Raises Refused when the sale certainly does not exist and may be made anew, OutcomeUnknown
        while that is not certain, ArgumentError for an order that the journal does not have,
        ConfigError without a journal, any other FreedomPayError.
        """
        return self._invoice("fp_invoice_recover", text("order_id", order_id))

    def invoice_info(self, customer: str) -> Invoice:
        """What a payer's application shows of an invoice.

        customer    the link in the QR, or the value of that name in it

        Raises any FreedomPayError.
        """
        return self._invoice("fp_invoice_info", text("customer", customer))

    def pay_invoice(self, customer: str, user_id: str, card_token: str) -> Invoice:
        """Pays an invoice as the payer, with a card that was stored for ``user_id``.

        Raises any FreedomPayError. After OutcomeUnknown the card may have been charged.
        """
        return self._invoice(
            "fp_invoice_pay",
            text("customer", customer),
            text("user_id", user_id),
            text("card_token", card_token),
        )

    def wait_for_invoice(
        self, invoice_id: int, timeout_ms: int, progress: Optional[Progress] = None
    ) -> Invoice:
        """Asks until the invoice is paid, declined or expired, at most ``timeout_ms``.

        ``progress`` is called after every poll with what it learned; a poll that failed has its
        ``error`` and no state. A true answer gives up; an exception gives up too, and comes out
        here. Its invoice keeps its values, but field() and the forms of its QR work only until
        ``progress`` returns.

        A declined or expired invoice is an answer, not an error. Raises WaitTimeout with the last
        known state in ``result``, Cancelled when ``progress`` gave up, any other FreedomPayError.
        """
        return self._invoice(
            "fp_invoice_wait",
            int64("invoice_id", invoice_id),
            int64("timeout_ms", timeout_ms),
            on_progress,
            None,
            progress=progress,
        )

    def start_init(
        self,
        order_id: str,
        amount: Amount,
        description: str,
        *,
        currency: Optional[str] = None,
        method: Optional[str] = None,
        check_url: Optional[str] = None,
        result_url: Optional[str] = None,
        request_method: Optional[str] = None,
    ) -> Task:
        """init_invoice() in the background: what that raises, the result of the task raises.

        Raises ArgumentError at once for what has no form in C, TypeError for the wrong type.
        """
        request = Request(
            order_id,
            amount,
            description,
            currency=currency,
            method=method,
            check_url=check_url,
            result_url=result_url,
            request_method=request_method,
        )
        with request as pointer:
            return started("invoice_init", self._handle, pointer)

    def start_wait(self, invoice_id: int, timeout_ms: int) -> Task:
        """wait_for_invoice() in the background, without a progress function."""
        return started(
            "invoice_wait",
            self._handle,
            int64("invoice_id", invoice_id),
            int64("timeout_ms", timeout_ms),
        )

    def _invoice(
        self, function: str, *arguments: Any, progress: Optional[Progress] = None
    ) -> Invoice:
        return answered(self._result(function, *arguments, progress=progress))

    def _ask(self, function: str) -> None:
        result = self._result(function)
        if result.integer("code") != Code.OK:
            raise error_of(result)

    def _result(
        self, function: str, *arguments: Any, progress: Optional[Progress] = None
    ) -> Result:
        with self._handle.lent() as client, Call(progress):
            return Result(getattr(library(), function)(client, *arguments))


def _opened(settings: Settings) -> Handle:
    """An ``fp_client`` with these settings. Raises what the library has to say of a refused one."""
    lib = library()
    config = lib.fp_config_new()
    try:
        refused = [
            name
            for name, values in settings.items()
            if getattr(lib, f"fp_config_set_{name}")(config, *values) != Code.OK
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

"""What a client does with invoices: at once, in the background, for an event loop."""

from __future__ import annotations

from typing import AsyncIterator, Iterator, Optional, Tuple, Union

from ._arguments import int64, text
from ._awaiting import end_of
from ._caller import Caller
from ._call import Progress, on_progress
from ._errors import ArgumentError
from ._invoice import Invoice
from ._pending import PendingSale, sales
from ._request import InvoiceRequest
from ._task import Task
from ._watch import LONGEST_MS, states, states_async


class Invoices(Caller):
    """The calls about invoices. ``fp_invoice_<verb>`` of the library is ``invoice_<verb>()``."""

    # The library's own, unless a setting says otherwise.
    _poll_interval_ms = 1000
    _call_timeout_ms = 30_000

    def invoice_init(self, request: InvoiceRequest) -> Invoice:
        """Creates an invoice; the one call that makes a sale.

        Raises any FreedomPayError. After OutcomeUnknown and BadAnswer the invoice may exist: ask
        with invoice_status_by_order().

        With a journal the same order id gives the same invoice again (``from_journal``), and an
        attempt whose answer was lost is asked about before there is another. Conflict: the order id
        is taken by another amount or currency. JournalError: the sale could not be written.
        """
        with request._lent() as pointer:
            return self._invoice("invoice_init", pointer)

    def invoice_status(self, invoice_id: int) -> Invoice:
        """The state of an invoice by the gateway's number. Raises any FreedomPayError."""
        return self._invoice("invoice_status", int64("invoice_id", invoice_id))

    def invoice_status_by_order(self, order_id: str) -> Invoice:
        """The state of the newest invoice of an order. Raises any FreedomPayError.

        Refused with gateway code 11068 or 340 ("not found") proves nothing within a minute of the
        last attempt, which may still arrive: with a journal invoice_recover() knows when it counts.
        """
        return self._invoice("invoice_status_by_order", text("order_id", order_id))

    def invoice_recover(self, order_id: str) -> Invoice:
        """Asks about a sale in the journal until the gateway knows it, within ``timeout_ms``.

        Raises Refused when the sale certainly does not exist and may be made anew, OutcomeUnknown
        while that is not certain, ArgumentError for an order that the journal does not have,
        ConfigError without a journal, any other FreedomPayError.
        """
        return self._invoice("invoice_recover", text("order_id", order_id))

    def invoice_info(self, customer: str) -> Invoice:
        """What a payer's application shows of an invoice.

        customer    the link in the QR, or the value of that name in it

        Raises any FreedomPayError.
        """
        return self._invoice("invoice_info", text("customer", customer))

    def invoice_pay(self, customer: str, user_id: str, card_token: str) -> Invoice:
        """Pays an invoice as the payer, with a card that was stored for ``user_id``.

        Raises any FreedomPayError. After OutcomeUnknown the card may have been charged.
        """
        return self._invoice(
            "invoice_pay",
            text("customer", customer),
            text("user_id", user_id),
            text("card_token", card_token),
        )

    def invoice_wait(
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
            "invoice_wait",
            int64("invoice_id", invoice_id),
            int64("timeout_ms", timeout_ms),
            on_progress,
            None,
            progress=progress,
        )

    def watch(
        self, invoice: Union[Invoice, int], timeout_ms: int = LONGEST_MS
    ) -> Iterator[Invoice]:
        """The states of an invoice, each as it comes: the present one first, the final one last.

            for state in client.watch(invoice):
                print(state.status.name)

        invoice      what invoice_init() gave, or the gateway's number
        timeout_ms   for all of it, the caller's own work between the states included; a day at most

        Ends after paid, declined or expired. Raises what invoice_wait() raises: WaitTimeout when
        none of these came in time.
        """
        return states(self.invoice_wait, _number(invoice), _time(timeout_ms))

    def invoice_init_task(self, request: InvoiceRequest) -> Task:
        """invoice_init() in the background: what that raises, the result of the task raises."""
        with request._lent() as pointer:
            return self._task("invoice_init", pointer)

    def invoice_wait_task(self, invoice_id: int, timeout_ms: int) -> Task:
        """invoice_wait() in the background, without a progress function."""
        return self._task(
            "invoice_wait", int64("invoice_id", invoice_id), int64("timeout_ms", timeout_ms)
        )

    async def invoice_init_async(self, request: InvoiceRequest) -> Invoice:
        """invoice_init() for asyncio; no thread of Python is used.

        Cancelling gives the call up. The invoice may exist all the same: ask with
        invoice_status_by_order(). A journal keeps it as pending.
        """
        return await end_of(self.invoice_init_task(request))

    async def invoice_wait_async(self, invoice_id: int, timeout_ms: int) -> Invoice:
        """invoice_wait() for asyncio, without a progress function; watch_async() shows more.

        Cancelling gives the waiting up; the invoice stays as it is.
        """
        return await end_of(self.invoice_wait_task(invoice_id, timeout_ms))

    def watch_async(
        self, invoice: Union[Invoice, int], timeout_ms: int = LONGEST_MS
    ) -> AsyncIterator[Invoice]:
        """watch() for ``async for``. Leaving the loop, or cancelling, gives the waiting up.

        That the gateway does not know the invoice is believed after two minutes, not after one.
        """
        return states_async(
            self.invoice_wait_task,
            _number(invoice),
            _time(timeout_ms),
            self._poll_interval_ms,
            self._call_timeout_ms,
        )

    def pending(self) -> Tuple[PendingSale, ...]:
        """Every sale in the journal whose end is not known, the oldest first. Sends nothing.

        They were in flight when the power failed, lost in the network, or still open when the
        waiting ended. Raises ConfigError without a journal, JournalError when it cannot be read.
        """
        return self._pending("pending", sales)


def _number(invoice: Union[Invoice, int]) -> int:
    number = invoice.invoice_id if isinstance(invoice, Invoice) else int64("invoice", invoice)
    if number <= 0:
        raise ArgumentError("this is no invoice's number")
    return number


def _time(timeout_ms: int) -> int:
    if not 1 <= int64("timeout_ms", timeout_ms) <= LONGEST_MS:
        raise ArgumentError(f"timeout_ms is not between 1 and {LONGEST_MS}")
    return timeout_ms

"""An invoice as the gateway described it at one moment."""

from __future__ import annotations

from dataclasses import dataclass, field as attribute
from decimal import Decimal, InvalidOperation
from typing import Optional

from ._codes import Code, InvoiceStatus
from ._errors import FreedomPayError, error_of
from ._result import Result


@dataclass(frozen=True, eq=False)
class Invoice:
    """What one answer says of an invoice; it never changes afterwards.

    A field that the answer does not have is None. The answer itself is freed with the last
    reference.

    invoice_id    the gateway's number; 0 only where a poll failed before it was known
    status        see InvoiceStatus
    amount        the amount as a Decimal; None also when ``amount_text`` is not a number
    amount_text   the amount as the gateway wrote it
    card_pan      the card number, masked by the gateway
    date_time     the gateway's time, as it wrote it
    unix_time     the same instant in seconds
    qr_url        the payer's link, which the QR code shows
    from_journal  True: given again out of the journal, and nothing was sent
    http_status   the HTTP status of the answer
    body          the raw answer
    error         None; in a progress function: why this poll learned nothing
    """

    invoice_id: int
    status: InvoiceStatus
    order_id: Optional[str]
    amount: Optional[Decimal]
    amount_text: Optional[str]
    currency: Optional[str]
    description: Optional[str]
    card_pan: Optional[str]
    card_token: Optional[str] = attribute(repr=False)
    date_time: Optional[str]
    unix_time: Optional[int]
    qr_url: Optional[str]
    from_journal: bool
    http_status: Optional[int]
    body: bytes = attribute(repr=False)
    error: Optional[FreedomPayError]
    _result: Result = attribute(repr=False)

    @property
    def paid(self) -> bool:
        """Is the money certain? True for ``InvoiceStatus.OK`` alone."""
        return self.status is InvoiceStatus.OK

    def field(self, path: str) -> Optional[str]:
        """Any field of the answer: ``invoice_methods/qr``, ``pg_card_pan``; None: no such field.

        Raises ArgumentError on an invoice that a progress function was given, once that returned.
        """
        return self._result.field(path)

    def qr_text(self) -> str:
        """The QR code for a terminal, in Unicode half blocks; empty when the answer has no code.

        Raises ArgumentError as field() does.
        """
        return self._result.qr_text()


def invoice_of(result: Result, error: Optional[FreedomPayError] = None) -> Invoice:
    """Copies everything with a name out of a result."""
    amount_text = result.text("amount")
    return Invoice(
        invoice_id=result.integer("invoice_id"),
        status=InvoiceStatus(result.integer("invoice_status")),
        order_id=result.text("order_id"),
        amount=_decimal(amount_text),
        amount_text=amount_text,
        currency=result.text("currency"),
        description=result.text("description"),
        card_pan=result.text("card_pan"),
        card_token=result.text("card_token"),
        date_time=result.text("date_time"),
        unix_time=result.integer("unix_time") or None,
        qr_url=result.text("qr_url"),
        from_journal=result.integer("from_journal") != 0,
        http_status=result.integer("http_status") or None,
        body=result.body(),
        error=error,
        _result=result,
    )


def answered(result: Result) -> Invoice:
    """The invoice of a result that is FP_OK; raises the error of any other."""
    if result.integer("code") == Code.OK:
        return invoice_of(result)
    raise _failure(result)


def polled(result: Result) -> Invoice:
    """What a poll learned: an invoice also when it failed, then with its ``error``."""
    failed = result.integer("code") != Code.OK
    return invoice_of(result, error_of(result) if failed else None)


def _failure(result: Result) -> FreedomPayError:
    error = error_of(result)
    if result.integer("invoice_status") != InvoiceStatus.NONE:
        error.result = invoice_of(result)
    return error


def _decimal(text: Optional[str]) -> Optional[Decimal]:
    try:
        number = Decimal(text) if text else None
    except InvalidOperation:
        return None
    return number if number is not None and number.is_finite() else None

"""An invoice as the gateway described it at one moment."""

from __future__ import annotations

import math
from dataclasses import dataclass, field as attribute
from decimal import Decimal, InvalidOperation
from typing import Optional, Tuple

from ._arguments import uint32
from ._codes import Code, InvoiceStatus
from ._errors import FreedomPayError, error_of
from ._receipt import Receipt
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

        Raises ArgumentError as field() does; so do all the forms below. They are empty as this one
        is, and raise ArgumentError also for a size out of range.
        """
        return self._result.qr("text").decode("utf-8", "replace")

    def qr_png(self, pixels_per_module: int = 4) -> bytes:
        """A PNG, black on white with its quiet zone, of 1 to 64 pixels a module."""
        return self._sized("png", "pixels_per_module", pixels_per_module)

    def qr_bmp(self, pixels_per_module: int = 4) -> bytes:
        """The same as a Windows bitmap."""
        return self._sized("bmp", "pixels_per_module", pixels_per_module)

    def qr_svg(self) -> str:
        """An SVG drawing with its quiet zone, which scales to any size."""
        return self._result.qr("svg").decode("utf-8", "replace")

    def qr_data_uri(self, pixels_per_module: int = 4) -> str:
        """The PNG as a ``data:`` URI, for the ``src`` of an ``<img>``."""
        return self._sized("data_uri", "pixels_per_module", pixels_per_module).decode("ascii")

    def qr_matrix(self) -> Tuple[Tuple[bool, ...], ...]:
        """The modules for a program that draws by itself: ``matrix[row][column]``, True is dark.

        There is no quiet zone: leave four light modules on every side.
        """
        modules = self._result.qr("matrix")
        side = math.isqrt(len(modules))
        return tuple(
            tuple(module == 1 for module in modules[row * side : (row + 1) * side])
            for row in range(side)
        )

    def qr_escpos(self, paper_dots: int = 384) -> bytes:
        """The code for a receipt printer as dots (``GS v 0``), in the middle of the paper.

        paper_dots    384 for 58 mm, 576 for 80 mm; a multiple of 8 from 256 to 1024

        It neither feeds nor cuts, and is sent at the start of a line.
        """
        return self._sized("escpos", "paper_dots", paper_dots)

    def qr_escpos_native(self, paper_dots: int = 384) -> bytes:
        """The same, drawn by the printer itself (``GS ( k``): only some printers can."""
        return self._sized("escpos_native", "paper_dots", paper_dots)

    def qr_zpl(self, dots_per_module: int) -> bytes:
        """A whole label for a printer that speaks ZPL, of 1 to 64 dots a module.

        At 203 dots to the inch 4 to 8 are usual.
        """
        return self._sized("zpl", "dots_per_module", dots_per_module)

    def receipt(self, receipt: Receipt) -> bytes:
        """A slip for the payer as one ESC/POS block; empty when the answer has no code.

        Raises ArgumentError as the other forms do.
        """
        with receipt._lent() as pointer:
            return self._result.qr("receipt", pointer)

    def qr_picture(self) -> Optional[bytes]:
        """The picture that the gateway sent instead of the link, as it came; None: it sent none.

        It is here also when no link can be read from it, and the forms are empty. Raises
        ArgumentError as field() does.
        """
        return self._result.picture() or None

    def qr_picture_type(self) -> Optional[str]:
        """``image/png`` or ``image/jpeg``; None: the gateway sent no picture.

        Raises ArgumentError as field() does.
        """
        return self._result.picture_type()

    def _sized(self, form: str, name: str, size: int) -> bytes:
        return self._result.qr(form, uint32(name, size))


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

"""An invoice as the gateway described it at one moment."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Optional, Tuple

from ._answer import Answer, answered, facts
from ._arguments import uint32
from ._codes import Code, InvoiceStatus
from ._errors import FreedomPayError, error_of
from ._receipt import Receipt
from ._result import Result


@dataclass(frozen=True, eq=False)
class Invoice(Answer):
    """What one answer says of an invoice; it never changes afterwards. An Answer, and

    invoice_id    the gateway's number; 0 only where a poll failed before it was known
    status        see InvoiceStatus
    qr_url        the payer's link, which the QR code shows
    error         None; in a progress function: why this poll learned nothing
    """

    invoice_id: int
    status: InvoiceStatus
    qr_url: Optional[str]
    error: Optional[FreedomPayError]

    @property
    def paid(self) -> bool:
        """Is the money certain? True for ``InvoiceStatus.OK`` alone."""
        return self.status is InvoiceStatus.OK

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
    return Invoice(
        **facts(result),
        invoice_id=result.integer("invoice_id"),
        status=InvoiceStatus(result.integer("invoice_status")),
        qr_url=result.text("qr_url"),
        error=error,
    )


def invoice_answered(result: Result) -> Invoice:
    """The invoice of a result that is FP_OK; raises the error of any other."""
    return answered(result, invoice_of, _failure)


def polled(result: Result) -> Invoice:
    """What a poll learned: an invoice also when it failed, then with its ``error``."""
    failed = result.integer("code") != Code.OK
    return invoice_of(result, error_of(result) if failed else None)


def _failure(result: Result) -> FreedomPayError:
    error = error_of(result)
    if result.integer("invoice_status") != InvoiceStatus.NONE:
        error.result = invoice_of(result)
    return error

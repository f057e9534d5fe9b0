"""How a merchant's slips look."""

from __future__ import annotations

from contextlib import contextmanager
from typing import Any, Iterable, Iterator, List, Optional, Tuple, final

from ._arguments import flag, text, uint32
from ._buffer import taken
from ._codes import Code
from ._errors import ArgumentError
from ._handle import Handle
from ._library import library
from ._lock import Lock


@final
class Receipt:
    """A slip for the payer, for ``Invoice.receipt()``: the lines, the amount, the code, the order.

    Made once, used for every sale, by any thread; it never changes.

    paper_dots    384 for 58 mm (unless given), 576 for 80 mm; a multiple of 8 from 256 to 1024
    code_page     its name and the printer's own number for it (``ESC t``), which the printer's
                  manual tells: ("cp866", 17) unless given, ("windows-1251", 46), ("kz-1048", ...)
    lines         above the amount, such as the shop's name: centred, wrapped between words
    labels        what stands above the amount, and before the order id; nothing unless given
    native_code   the printer draws the code itself, as with ``Invoice.qr_escpos_native()``
    cut           the paper is cut at the end

    Raises ArgumentError for a value that cannot be used, OSError when the library cannot be loaded.
    """

    def __init__(
        self,
        *,
        paper_dots: Optional[int] = None,
        code_page: Optional[Tuple[str, int]] = None,
        lines: Iterable[str] = (),
        labels: Optional[Tuple[str, str]] = None,
        native_code: bool = False,
        cut: bool = False,
    ) -> None:
        if isinstance(lines, str):
            raise TypeError("lines must be several str, not one")
        settings: List[Tuple[Any, ...]] = [
            ("set_native_code", flag("native_code", native_code)),
            ("set_cut", flag("cut", cut)),
            *(("add_line", text("lines", line)) for line in lines),
        ]
        if paper_dots is not None:
            settings.append(("set_paper_dots", uint32("paper_dots", paper_dots)))
        if code_page is not None:
            name, selector = code_page
            page = text("code_page", name)
            settings.append(("set_code_page", page, uint32("selector", selector)))
        if labels is not None:
            amount, order_id = labels
            settings.append(("set_labels", text("labels", amount), text("labels", order_id)))
        self._lock = Lock()
        self._handle = _opened(settings)

    @contextmanager
    def _lent(self) -> Iterator[Any]:
        """The ``fp_receipt``, which wants one thread at a time."""
        with self._lock, self._handle.lent() as pointer:
            yield pointer


def _opened(settings: Iterable[Tuple[Any, ...]]) -> Handle:
    """An ``fp_receipt`` with these settings. Raises the library's reason for a refused one."""
    lib = library()
    handle = Handle("receipt", lib.fp_receipt_new(), lib.fp_receipt_free)
    with handle.lent() as receipt:
        refused = [
            name
            for name, *values in settings
            if getattr(lib, f"fp_receipt_{name}")(receipt, *values) != Code.OK
        ]
        if refused:
            raise ArgumentError(_reason(receipt) or f"{refused[0]} was refused")
    return handle


def _reason(receipt: Any) -> str:
    """What the receipt has refused. Only a slip tells it, be it of no invoice at all."""
    lib = library()
    nothing = lib.fp_client_check(None)
    try:
        return taken(lib.fp_qr_receipt(nothing, receipt))[2]
    finally:
        lib.fp_result_free(nothing)

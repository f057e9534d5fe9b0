"""The sales in the journal whose end is not known."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Optional, Tuple

from ._codes import Advice, Code
from ._errors import error_class
from ._library import library


@dataclass(frozen=True)
class PendingSale:
    """A sale as it was asked for.

    order_id     the merchant's own number for it
    invoice_id   the gateway's number; None: the answer was lost, see ``Client.invoice_recover()``
    amount       in units of the currency
    """

    order_id: str
    invoice_id: Optional[int]
    amount: Decimal


def pending_sales(pointer: Any) -> Tuple[PendingSale, ...]:
    """Copies an ``fp_pending`` and frees it; raises the error that it stands for."""
    lib = library()
    try:
        code = lib.fp_pending_code(pointer)
        if code != Code.OK:
            message = _text(lib.fp_pending_message(pointer)) or f"error {code}"
            advice = Advice.NONE if code == Code.INTERNAL else Advice.FIX
            raise error_class(code)(message, code=code, advice=advice)
        return tuple(
            PendingSale(
                order_id=_text(lib.fp_pending_order_id(pointer, index)),
                invoice_id=lib.fp_pending_invoice_id(pointer, index) or None,
                amount=Decimal(_text(lib.fp_pending_amount(pointer, index))),
            )
            for index in range(lib.fp_pending_len(pointer))
        )
    finally:
        lib.fp_pending_free(pointer)


def _text(value: Optional[bytes]) -> str:
    return (value or b"").decode("utf-8", "replace")

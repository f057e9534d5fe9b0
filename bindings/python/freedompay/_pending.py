"""What is in the journal and whose end is not known: sales, refunds, payouts."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Callable, Optional, Tuple, TypeVar

from ._codes import Advice, Code
from ._errors import error_class
from ._library import library

T = TypeVar("T")


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


@dataclass(frozen=True)
class PendingRefund:
    """A refund as it was asked for; the same ``Client.payment_refund()`` again finds out.

    payment_id   the payment that is given back
    amount       None: all that was left
    refund_key   the caller's own name for it, None: it has none
    """

    payment_id: int
    amount: Optional[Decimal]
    refund_key: Optional[str]


@dataclass(frozen=True)
class PendingPayout:
    """A payout as it was asked for; the same payout again finds out.

    order_id     the merchant's own number for it
    amount       in units of the currency
    """

    order_id: str
    amount: Decimal


def sales(pointer: Any) -> Tuple[PendingSale, ...]:
    """Copies an ``fp_pending`` of sales and frees it; raises the error that it stands for."""
    return _copied(
        pointer,
        lambda order_id, number, amount: PendingSale(
            order_id or "", number or None, Decimal(amount or 0)
        ),
    )


def refunds(pointer: Any) -> Tuple[PendingRefund, ...]:
    """The same of refunds."""
    return _copied(
        pointer,
        lambda refund_key, number, amount: PendingRefund(
            number, Decimal(amount) if amount else None, refund_key
        ),
    )


def payouts(pointer: Any) -> Tuple[PendingPayout, ...]:
    """The same of payouts."""
    return _copied(
        pointer,
        lambda order_id, number, amount: PendingPayout(order_id or "", Decimal(amount or 0)),
    )


def _copied(
    pointer: Any, entry: Callable[[Optional[str], int, Optional[str]], T]
) -> Tuple[T, ...]:
    lib = library()
    try:
        code = lib.fp_pending_code(pointer)
        if code != Code.OK:
            message = _text(lib.fp_pending_message(pointer)) or f"error {code}"
            advice = Advice.NONE if code == Code.INTERNAL else Advice.FIX
            raise error_class(code)(message, code=code, advice=advice)
        return tuple(
            entry(
                _text(lib.fp_pending_order_id(pointer, index)),
                lib.fp_pending_invoice_id(pointer, index),
                _text(lib.fp_pending_amount(pointer, index)),
            )
            for index in range(lib.fp_pending_len(pointer))
        )
    finally:
        lib.fp_pending_free(pointer)


def _text(value: Optional[bytes]) -> Optional[str]:
    return None if value is None else value.decode("utf-8", "replace")

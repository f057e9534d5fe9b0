"""A payment as the gateway described it at one moment, and its refunds."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Optional, Tuple

from ._answer import Answer, decimal, facts
from ._codes import PaymentStatus
from ._result import Result


@dataclass(frozen=True)
class Refund:
    """Money that was given back, or was to be.

    payment_id    the gateway's number of the refund
    amount        negative
    status        a refund that failed stays in the list, as PaymentStatus.ERROR
    date_time     YYYY-MM-DD HH:MM:SS, in a zone that no source names
    """

    payment_id: Optional[int]
    amount: Optional[Decimal]
    status: PaymentStatus
    date_time: Optional[str]


@dataclass(frozen=True, eq=False)
class Payment(Answer):
    """What one answer says of a payment, or of what is done to one. An Answer, and

    payment_id        the gateway's number
    status            see PaymentStatus
    paid              does the answer prove that the money was paid and taken? A later refund leaves
                      it True: see ``refunds``
    captured          True: the money was taken, False: it is only held, None: not said
    clearing_amount   how much of a hold was taken
    refunded_amount   how much was given back
    refunds           each time that it was, those that failed included
    refund_id         the gateway's number of the refund that was made, or found
    redirect_url      where to send the payer's browser
    balance           what is left to pay out
    """

    payment_id: Optional[int]
    status: PaymentStatus
    paid: bool
    captured: Optional[bool]
    clearing_amount: Optional[Decimal]
    refunded_amount: Optional[Decimal]
    refunds: Tuple[Refund, ...]
    refund_id: Optional[int]
    redirect_url: Optional[str]
    balance: Optional[Decimal]


def payment_of(result: Result) -> Payment:
    """Copies everything with a name out of a result."""
    captured = result.integer("captured")
    return Payment(
        **facts(result),
        payment_id=result.integer("payment_id") or None,
        status=PaymentStatus(result.integer("payment_status")),
        paid=result.integer("paid") == 1,
        captured=None if captured < 0 else captured == 1,
        clearing_amount=decimal(result.text("clearing_amount")),
        refunded_amount=decimal(result.text("refunded_amount")),
        refunds=tuple(_refund(result, index) for index in range(result.integer("refund_len"))),
        refund_id=result.integer("refund_id") or None,
        redirect_url=result.text("redirect_url"),
        balance=decimal(result.text("balance")),
    )


def _refund(result: Result, index: int) -> Refund:
    return Refund(
        payment_id=result.integer("refund_payment_id", index) or None,
        amount=decimal(result.text("refund_amount", index)),
        status=PaymentStatus(result.integer("refund_status", index)),
        date_time=result.text("refund_date_time", index),
    )

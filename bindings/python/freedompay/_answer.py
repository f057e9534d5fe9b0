"""What every answer of the gateway has."""

from __future__ import annotations

from dataclasses import dataclass, field as attribute
from decimal import Decimal, InvalidOperation
from typing import Any, Callable, Dict, Optional, TypeVar

from ._codes import Code
from ._errors import FreedomPayError, error_of
from ._result import Result


@dataclass(frozen=True, eq=False)
class Answer:
    """What the gateway answered; it never changes afterwards.

    A field that the answer does not have is None. The answer itself is freed with the last
    reference.

    order_id      the merchant's order: the one asked about, also when the answer does not repeat it
    amount        the amount as a Decimal; None also when ``amount_text`` is not a number
    amount_text   the amount as the gateway wrote it
    card_pan      the card number, masked by the gateway
    date_time     the gateway's time, as it wrote it
    unix_time     the same instant in seconds
    from_journal  True: given again out of the journal, and nothing was sent
    http_status   the HTTP status of the answer
    body          the raw answer
    """

    order_id: Optional[str]
    amount: Optional[Decimal]
    amount_text: Optional[str]
    currency: Optional[str]
    description: Optional[str]
    card_pan: Optional[str]
    card_token: Optional[str] = attribute(repr=False)
    date_time: Optional[str]
    unix_time: Optional[int]
    from_journal: bool
    http_status: Optional[int]
    body: bytes = attribute(repr=False)
    _result: Result = attribute(repr=False)

    def field(self, path: str) -> Optional[str]:
        """Any field of the answer: ``invoice_methods/qr``, ``card[0]/pg_card_token``; None: none.

        Raises ArgumentError on an invoice that a progress function was given, once that returned.
        """
        return self._result.field(path)

    def count(self, path: str) -> int:
        """How many fields of the answer stand at a path, such as ``card``. Raises as field()."""
        return self._result.count(path)


A = TypeVar("A", bound=Answer)


def facts(result: Result) -> Dict[str, Any]:
    """The values of an Answer's attributes."""
    amount = result.text("amount")
    return {
        "order_id": result.text("order_id"),
        "amount": decimal(amount),
        "amount_text": amount,
        "currency": result.text("currency"),
        "description": result.text("description"),
        "card_pan": result.text("card_pan"),
        "card_token": result.text("card_token"),
        "date_time": result.text("date_time"),
        "unix_time": result.integer("unix_time") or None,
        "from_journal": result.integer("from_journal") != 0,
        "http_status": result.integer("http_status") or None,
        "body": result.body(),
        "_result": result,
    }


def answer_of(result: Result) -> Answer:
    """What a result has that is about nothing in particular."""
    return Answer(**facts(result))


def answered(
    result: Result,
    read: Callable[[Result], A],
    failed: Callable[[Result], FreedomPayError] = error_of,
) -> A:
    """What is read of a result that is FP_OK; raises the error of any other."""
    if result.integer("code") == Code.OK:
        return read(result)
    raise failed(result)


def decimal(text: Optional[str]) -> Optional[Decimal]:
    """A number of the gateway's; None: there is none, or it is not one."""
    try:
        number = Decimal(text) if text else None
    except InvalidOperation:
        return None
    return number if number is not None and number.is_finite() else None

"""What an invoice is created from."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Iterator, Optional, final

from ._arguments import Amount, amount as amount_text, optional_text, text
from ._library import library


@final
@dataclass(frozen=True)
class InvoiceRequest:
    """A sale, before it is an invoice. It never changes, and may be used for several calls.

    order_id         the merchant's own number for the sale, never used twice
    amount           in units of the currency: Decimal("10.50"), 10, "10.50"; float: TypeError
    description      what the payer reads
    currency         three letters; the merchant's own unless given
    method           how the payer may pay, "qr" unless given
    check_url        where the gateway asks whether the order may be paid
    result_url       where the gateway tells the outcome
    request_method   how it calls those two: GET, POST or XML

    Raises TypeError for a value of the wrong type, ArgumentError for one that has no form in C.
    What the library refuses of the others, the call that uses the request raises.
    """

    order_id: str
    amount: Amount
    description: str
    currency: Optional[str] = None
    method: Optional[str] = None
    check_url: Optional[str] = None
    result_url: Optional[str] = None
    request_method: Optional[str] = None

    def __post_init__(self) -> None:
        self._required()
        self._optional()

    def _required(self) -> "tuple[bytes, bytes, bytes]":
        return (
            text("order_id", self.order_id),
            amount_text(self.amount),
            text("description", self.description),
        )

    def _optional(self) -> "dict[str, Optional[bytes]]":
        names = ("currency", "method", "check_url", "result_url", "request_method")
        return {name: optional_text(name, getattr(self, name)) for name in names}

    @contextmanager
    def _lent(self) -> Iterator[Any]:
        """An ``fp_invoice_request``, for one call.

        A refusal of the library is remembered there and reported by the call that uses it.
        """
        lib = library()
        pointer = lib.fp_invoice_request_new(*self._required())
        try:
            for name, value in self._optional().items():
                if value is not None:
                    getattr(lib, f"fp_invoice_request_set_{name}")(pointer, value)
            yield pointer
        finally:
            lib.fp_invoice_request_free(pointer)

"""What an invoice is created from, as the library holds it for one call."""

from __future__ import annotations

from typing import Any, Optional

from ._arguments import Amount, amount as amount_text, optional_text, text
from ._library import library


class Request:
    """An ``fp_invoice_request`` for ``with``: freed at its end.

    A refusal of the library is remembered there and reported by the call that uses the request.
    """

    def __init__(
        self,
        order_id: str,
        amount: Amount,
        description: str,
        *,
        currency: Optional[str],
        method: Optional[str],
        check_url: Optional[str],
        result_url: Optional[str],
        request_method: Optional[str],
    ) -> None:
        self._required = (
            text("order_id", order_id),
            amount_text(amount),
            text("description", description),
        )
        self._optional = {
            "currency": optional_text("currency", currency),
            "method": optional_text("method", method),
            "check_url": optional_text("check_url", check_url),
            "result_url": optional_text("result_url", result_url),
            "request_method": optional_text("request_method", request_method),
        }
        self._pointer: Any = None

    def __enter__(self) -> Any:
        lib = library()
        self._pointer = lib.fp_invoice_request_new(*self._required)
        for name, value in self._optional.items():
            if value is not None:
                getattr(lib, f"fp_invoice_request_set_{name}")(self._pointer, value)
        return self._pointer

    def __exit__(self, *_: object) -> None:
        pointer, self._pointer = self._pointer, None
        library().fp_invoice_request_free(pointer)

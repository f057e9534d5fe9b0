"""Checks what a caller gives before C sees it: C would cut a text at NUL, a number at 64 bits."""

from __future__ import annotations

from decimal import Decimal
from typing import Optional, Union

from ._errors import ArgumentError

Amount = Union[Decimal, int, str]


def text(name: str, value: str) -> bytes:
    """UTF-8 for a ``const char *``. The value itself is in no message: it may be a secret."""
    if not isinstance(value, str):
        raise TypeError(f"{name} must be str, not {type(value).__name__}")
    if "\0" in value:
        raise ArgumentError(f"{name} contains a NUL character")
    try:
        return value.encode("utf-8")
    except UnicodeEncodeError:
        raise ArgumentError(f"{name} contains a lone surrogate and has no UTF-8 form") from None


def optional_text(name: str, value: Optional[str]) -> Optional[bytes]:
    """As text(); None stays None."""
    return None if value is None else text(name, value)


def int64(name: str, value: int) -> int:
    """A number for an ``int64_t``."""
    return _integer(name, value, 64)


def int32(name: str, value: int) -> int:
    """A number for an ``int32_t``."""
    return _integer(name, value, 32)


def uint32(name: str, value: int) -> int:
    """A number for a ``uint32_t``."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{name} must be int, not {type(value).__name__}")
    if not 0 <= value < 1 << 32:
        raise ArgumentError(f"{name} is not between 0 and {(1 << 32) - 1}")
    return int(value)


def flag(name: str, value: bool) -> int:
    """0 or 1."""
    if not isinstance(value, bool):
        raise TypeError(f"{name} must be bool, not {type(value).__name__}")
    return int(value)


def amount(value: Amount, name: str = "amount") -> bytes:
    """Decimal text. A float has no exact decimal value, so it is a TypeError, as is a bool."""
    if isinstance(value, (bool, float)) or not isinstance(value, (Decimal, int, str)):
        raise TypeError(f"{name} must be Decimal, int or str, not {type(value).__name__}")
    if isinstance(value, str):
        return text(name, value)
    number = Decimal(value)
    if not number.is_finite() or abs(number.adjusted()) > 30:
        raise ArgumentError(f"{name} {number:.6E} is not a number such as 10 or 10.50")
    return format(number, "f").encode("ascii")


def _integer(name: str, value: int, bits: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{name} must be int, not {type(value).__name__}")
    if not -(1 << (bits - 1)) <= value < 1 << (bits - 1):
        raise ArgumentError(f"{name} does not fit into {bits} bits")
    return int(value)

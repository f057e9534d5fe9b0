"""The fields of a request: a mapping, or pairs where a name may come again."""

from __future__ import annotations

from contextlib import contextmanager
from decimal import Decimal
from typing import Any, Iterable, Iterator, Mapping, NamedTuple, Optional, Tuple, Union, cast

from ._arguments import amount, int32, text
from ._codes import Scheme
from ._library import library

# A float is none of these: it has no exact decimal value.
Value = Union[str, int, Decimal]
Fields = Union[Mapping[str, Value], Iterable[Tuple[str, Value]]]


class _Field(NamedTuple):
    name: bytes
    value: bytes
    is_text: bool


def _written(fields: Fields) -> "list[_Field]":
    pairs: Iterable[Tuple[str, Value]]
    pairs = cast(Mapping[str, Value], fields).items() if isinstance(fields, Mapping) else fields
    return [
        _Field(
            text("a field's name", name),
            text(name, value) if isinstance(value, str) else amount(value, name),
            isinstance(value, str),
        )
        for name, value in pairs
    ]


@contextmanager
def more(fields: Optional[Fields]) -> Iterator[Any]:
    """An ``fp_fields``, for one call. A refusal is remembered there and reported by that."""
    written = _written(fields or ())
    lib = library()
    pointer = lib.fp_fields_new()
    try:
        for field in written:
            lib.fp_fields_set(pointer, field.name, field.value)
        yield pointer
    finally:
        lib.fp_fields_free(pointer)


@contextmanager
def call(path: str, fields: Fields, scheme: Scheme) -> Iterator[Any]:
    """An ``fp_call``, for one sending. A refusal is remembered there and reported by that."""
    written = _written(fields)
    number = int32("scheme", scheme)
    lib = library()
    pointer = lib.fp_call_new(text("path", path))
    try:
        lib.fp_call_set_scheme(pointer, number)
        for field in written:
            add = lib.fp_call_set if field.is_text else lib.fp_call_set_number
            add(pointer, field.name, field.value)
        yield pointer
    finally:
        lib.fp_call_free(pointer)

"""The answer of one call, as the library holds it."""

from __future__ import annotations

import ctypes
from typing import Any, Callable, Optional

from ._arguments import text
from ._buffer import taken
from ._codes import Code
from ._errors import ArgumentError, error_class
from ._library import library
from ._lock import Lock


class Result:
    """An ``fp_result``: owned and freed with the last reference, or only lent by the library.

    The library wants one thread at a time in a result; the lock here sees to it.
    """

    __slots__ = ("_pointer", "_free", "_lock")

    _pointer: Any
    _free: Optional[Callable[[Any], None]]

    def __init__(self, pointer: Any, *, lent: bool = False) -> None:
        self._pointer = pointer
        self._free = None if lent else library().fp_result_free
        self._lock = Lock()

    def __del__(self) -> None:
        free, self._free = getattr(self, "_free", None), None
        if free is not None:
            free(self._pointer)

    def give_back(self) -> None:
        """Ends a loan: the handle must not be touched any more."""
        with self._lock:
            self._pointer = None

    def integer(self, name: str, *index: int) -> int:
        """``fp_result_<name>`` for the functions that return a number."""
        value: int = self._read(f"fp_result_{name}", *index)
        return value

    def text(self, name: str, *index: int) -> Optional[str]:
        """``fp_result_<name>`` for the functions that return text; None: no such field."""
        return _decoded(self._read(f"fp_result_{name}", *index))

    def field(self, path: str) -> Optional[str]:
        """Any field of the answer by its path (``invoice_methods/qr``); None: no such field."""
        return _decoded(self._read("fp_result_field", text("path", path)))

    def count(self, path: str) -> int:
        """How many fields of the answer stand at a path."""
        number: int = self._read("fp_result_field_count", text("path", path))
        return number

    def body(self) -> bytes:
        """The raw answer, empty when there was none."""
        length = ctypes.c_size_t(0)
        with self._lock:
            data = library().fp_result_body(self._held(), ctypes.byref(length))
            return ctypes.string_at(data, length.value) if data and length.value else b""

    def qr(self, form: str, *arguments: Any) -> bytes:
        """``fp_qr_<form>``, a form of the QR code; empty when the answer has no code.

        Raises ArgumentError when the code is there and the form was refused, as for its size.
        """
        lib = library()
        with self._lock:
            result = self._held()
            code, content, reason = taken(getattr(lib, f"fp_qr_{form}")(result, *arguments))
            # That there is no code is no error here; it has no number of its own, the modules tell.
            if code != Code.OK and taken(lib.fp_qr_matrix(result))[0] == Code.OK:
                raise error_class(code)(reason, code=code)
        return content

    def picture(self) -> bytes:
        """The picture that the gateway sent instead of the link, empty when it sent none."""
        with self._lock:
            return taken(library().fp_qr_picture(self._held()))[1]

    def picture_type(self) -> Optional[str]:
        """The media type of that picture; None: there is none."""
        return _decoded(self._read("fp_qr_picture_type"))

    def _read(self, function: str, *arguments: Any) -> Any:
        with self._lock:
            return getattr(library(), function)(self._held(), *arguments)

    def _held(self) -> Any:
        if self._pointer is None:
            raise ArgumentError("this invoice was only lent to the progress function")
        return self._pointer


def _decoded(value: Optional[bytes]) -> Optional[str]:
    return None if value is None else value.decode("utf-8", "replace")

"""A handle of the library that threads share."""

from __future__ import annotations

from contextlib import contextmanager
from typing import Any, Iterator

from ._errors import ArgumentError
from ._lock import Lock


class Handle:
    """A pointer that is freed once: when it is closed and no thread is inside of it.

    what      what it is, for the message of a call that comes too late
    pointer   the library's; owned from now on
    free      the library's function that frees it
    """

    _pointer: Any = None
    _free: Any = None

    def __init__(self, what: str, pointer: Any, free: Any) -> None:
        self._what = what
        self._lock = Lock()
        self._users = 0
        self._closed = False
        self._free = free
        self._pointer = pointer

    def __del__(self) -> None:
        # Nobody else has this object any more, so nobody is inside.
        pointer, self._pointer = self._pointer, None
        if pointer is not None:
            self._free(pointer)

    @contextmanager
    def lent(self) -> Iterator[Any]:
        """The pointer, for one call. Raises ArgumentError once closed."""
        with self._lock:
            if self._closed:
                raise ArgumentError(f"the {self._what} is closed")
            self._users += 1
        try:
            yield self._pointer
        finally:
            with self._lock:
                self._users -= 1
            self._free_if_unused()

    def close(self) -> None:
        """Nothing is lent any more; freed by the last one to whom it is lent now."""
        self._closed = True
        self._free_if_unused()

    def _free_if_unused(self) -> None:
        with self._lock:
            if not self._closed or self._users:
                return
            pointer, self._pointer = self._pointer, None
        if pointer is not None:
            self._free(pointer)

"""Keeps Ctrl-C working while the main thread is inside the library.

Python runs a signal's handler at the first instruction that it executes next. Inside the library
that is the first instruction of a callback, outside any ``try`` of ours: a KeyboardInterrupt raised
there has nowhere to go, ctypes reports it and drops it. So the handlers are held back, and let
through where an exception counts.
"""

from __future__ import annotations

import signal
import sys
import threading
from typing import Any, Dict, List, Tuple

# The functions behind those of ``signal``, where there are such: without their enumerations a call
# of the library costs a quarter.
_raw: Any = sys.modules.get("_signal", signal)

_SIGNALS = sorted(map(int, signal.valid_signals()))


class Hold:
    """Holds back the handlers that were set from Python. Does nothing outside the main thread."""

    __slots__ = ("_handlers", "_noted")

    def __init__(self) -> None:
        self._handlers: Dict[int, Any] = {}
        self._noted: List[int] = []

    def take(self) -> None:
        """From now on a signal is only noted."""
        if threading.current_thread() is not threading.main_thread():
            return
        for number in _SIGNALS:
            handler = _raw.getsignal(number)
            if callable(handler) and handler != self._note:
                self._handlers[number] = handler
                try:
                    _raw.signal(number, self._note)
                except ValueError:  # not the main interpreter: no handler runs here
                    self._handlers.clear()
                    return

    def release(self) -> None:
        """Puts the handlers back and lets them see what was noted; what they raise, this raises."""
        for number, handler in self._handlers.items():
            if _raw.getsignal(number) == self._note:
                _raw.signal(number, handler)
        handlers, self._handlers = self._handlers, {}
        noted, self._noted = self._noted, []
        _deliver([(number, handlers[number]) for number in noted])

    def _note(self, number: int, _frame: object) -> None:
        if number not in self._noted:
            self._noted.append(number)


def _deliver(noted: List[Tuple[int, Any]]) -> None:
    """Calls each handler, also when one before it raised.

    They are called, not signalled again: an event loop that watches for signals knows already.
    """
    if noted:
        (number, handler), *others = noted
        try:
            handler(number, sys._getframe(1))
        finally:
            _deliver(others)

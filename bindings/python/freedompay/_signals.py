"""Keeps Ctrl-C working while the main thread is inside the library.

Python runs a signal's handler at the first instruction that it executes next. Inside the library
that is the first instruction of a callback, outside any ``try`` of ours: a KeyboardInterrupt raised
there has nowhere to go, ctypes reports it and drops it. So the handlers are held back, and let
through where an exception counts.
"""

from __future__ import annotations

import signal
import threading
from typing import Any, Dict, List

_SIGNALS = sorted(signal.valid_signals())


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
            handler = signal.getsignal(number)
            if callable(handler) and handler != self._note:
                try:
                    signal.signal(number, self._note)
                except ValueError:  # not the main interpreter: no handler runs here
                    return
                self._handlers[number] = handler

    def release(self) -> None:
        """Puts the handlers back and lets them see what was noted; what they raise, this raises."""
        for number, handler in self._handlers.items():
            if signal.getsignal(number) == self._note:
                signal.signal(number, handler)
        self._handlers.clear()
        while self._noted:
            signal.raise_signal(self._noted.pop(0))

    def _note(self, number: int, _frame: object) -> None:
        if number not in self._noted:
            self._noted.append(number)

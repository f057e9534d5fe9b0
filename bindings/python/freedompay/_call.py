"""What the library calls back: its log, and the progress of a wait.

Both come on the thread that is inside a call of the library, so the call under way is found by
thread, one C function serves every client, and none has to be kept alive. An exception cannot pass
through C: it is kept and raised once the call has returned.

When the interpreter ends, daemon threads are still inside of calls, and a callback that comes later
aborts the process. So they are asked to leave, and waited for, while there still is an interpreter.
"""

from __future__ import annotations

import atexit
import logging
import os
import threading
import time
from typing import Any, Callable, List, Optional, Set

from ._codes import LogLevel
from ._invoice import Invoice, polled
from ._library import fp_log_fn, fp_progress_fn
from ._result import Result
from ._signals import Hold

# Called after every poll. A true answer gives the waiting up.
Progress = Callable[[Invoice], object]

logger = logging.getLogger("freedompay")
# A program that has not set logging up would find warnings on its stderr.
logger.addHandler(logging.NullHandler())

# How long the end of the interpreter waits for the calls of daemon threads, in seconds.
_PATIENCE = 5.0

_LEVELS = {
    LogLevel.ERROR: logging.ERROR,
    LogLevel.WARN: logging.WARNING,
    LogLevel.INFO: logging.INFO,
    LogLevel.DEBUG: logging.DEBUG,
}


class Call:
    """One call of the library by this thread, for ``with``; raises at its end what was kept."""

    def __init__(self, progress: Optional[Progress] = None) -> None:
        self._progress = progress
        self._hold = Hold()
        self._caught: Optional[BaseException] = None

    def __enter__(self) -> None:
        if _must_leave():
            raise SystemExit  # which ends a thread without a word
        _under_way.calls.append(self)
        _everywhere.add(self)
        try:
            self._hold.take()
        except BaseException:
            self.__exit__()
            raise

    def __exit__(self, *_: object) -> None:
        _under_way.calls.remove(self)
        _everywhere.discard(self)
        caught, self._caught = self._caught, None
        self._hold.release()
        if caught is not None:
            try:
                raise caught
            finally:
                caught = None  # or it would keep itself alive, by way of this frame

    def progressed(self, pointer: Any) -> int:
        """One poll has ended: 1 gives the waiting up, 0 goes on."""
        try:
            try:
                self._hold.release()
                if _must_leave():
                    raise SystemExit
                if self._caught is not None:
                    return 1
                if self._progress is None:
                    return 0
                lent = Result(pointer, lent=True)
                try:
                    return 1 if self._progress(polled(lent)) else 0
                finally:
                    lent.give_back()
            finally:
                self._hold.take()
        except BaseException as error:
            self._caught = error
            return 1

    def logged(self, level: int, message: str) -> None:
        """One log message. An interrupt is kept.

        What a log handler raises is reported by ctypes and dropped: it must not cost the caller the
        answer of the call.
        """
        try:
            try:
                self._hold.release()
                logger.log(level, "%s", message)
            finally:
                self._hold.take()
        except Exception:
            raise
        except BaseException as error:
            self._caught = error


class _UnderWay(threading.local):
    """The calls that this thread is inside of, the innermost last."""

    def __init__(self) -> None:
        self.calls: List[Call] = []


_under_way = _UnderWay()
_everywhere: Set[Call] = set()
_leaving = threading.Event()


def _must_leave() -> bool:
    return _leaving.is_set() and threading.current_thread().daemon


@atexit.register
def _leave() -> None:
    """Lets the calls of other threads come to their end."""
    _leaving.set()
    end = time.monotonic() + _PATIENCE
    while any(call not in _under_way.calls for call in list(_everywhere)):
        if time.monotonic() > end:
            break
        time.sleep(0.01)


def _forget_other_threads() -> None:
    _everywhere.intersection_update(_under_way.calls)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_other_threads)


def _on_log(_userdata: object, number: int, message: Optional[bytes]) -> None:
    level = _LEVELS.get(LogLevel(number), logging.DEBUG)
    if not logger.isEnabledFor(level):
        return
    text = (message or b"").decode("utf-8", "replace")
    if _under_way.calls:
        _under_way.calls[-1].logged(level, text)
    else:
        logger.log(level, "%s", text)


def _on_progress(_userdata: object, latest: Any) -> int:
    if not _under_way.calls:
        return 0  # a sub-interpreter's call: before Python 3.12 ctypes calls back into the main one
    return _under_way.calls[-1].progressed(latest)


on_log = fp_log_fn(_on_log)
on_progress = fp_progress_fn(_on_progress)

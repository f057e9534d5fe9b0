"""A call in the background, for windows and event loops that must not block."""

from __future__ import annotations

import io
import os
import time
from contextlib import suppress
from typing import Any, Optional

from ._arguments import int64
from ._call import Call
from ._codes import Code
from ._errors import ArgumentError
from ._handle import Handle
from ._invoice import Invoice, invoice_answered
from ._library import library
from ._result import Result

# For so long join() lets no signal handler run, in milliseconds.
_SLICE_MS = 100


class Task:
    """A call under way on a thread of the library, from ``Client.invoice_init_task()`` and
    ``invoice_wait_task()``.

    Any thread may use it. ``close()`` or ``with`` free it at a certain moment; a call that has not
    ended is given up then, and nothing waits for it. The client may be closed before.

    A forked child has not the thread: there the task is done, and its result is Cancelled. In the
    parent it goes on.
    """

    def __init__(self, handle: Handle) -> None:
        self._handle = handle

    def __enter__(self) -> "Task":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends the use of this task, and gives its call up; closing twice does nothing.

        A new call of any other function raises ArgumentError.
        """
        with suppress(ArgumentError):
            self.cancel()  # or a thread that is inside of join() would keep the call alive
        self._handle.close()

    @property
    def done(self) -> bool:
        """Has the call ended? Never blocks."""
        with self._handle.lent() as task:
            return bool(library().fp_task_done(task))

    def join(self, timeout_ms: Optional[int] = None) -> bool:
        """Waits until the call has ended, at most ``timeout_ms`` (None: for ever). Has it ended?

        Ctrl-C ends this waiting, not the call. Raises ArgumentError for a negative time.
        """
        left = _SLICE_MS if timeout_ms is None else int64("timeout_ms", timeout_ms)
        begin = time.monotonic()
        with self._handle.lent() as task:
            while True:
                code = library().fp_task_join(task, min(left, _SLICE_MS))
                if code == Code.ARGUMENT:
                    raise ArgumentError("timeout_ms is negative")
                if code == Code.OK:
                    return True
                if timeout_ms is not None:
                    left = timeout_ms - int((time.monotonic() - begin) * 1000)
                    if left <= 0:
                        return False

    def cancel(self) -> None:
        """Gives the call up, from any thread: it ends within 100 ms, with Cancelled.

        A call that has ended already keeps its result. The ``sent`` of a cancelled init says
        whether it may have arrived; a journal keeps it as pending then.
        """
        with self._handle.lent() as task:
            library().fp_task_cancel(task)

    def result(self) -> Invoice:
        """What the call answered, once. Never blocks.

        Raises the FreedomPayError that the call ended with. ArgumentError before the call has
        ended, and after its result was taken.
        """
        with self._handle.lent() as task, Call():
            ended = library().fp_task_done(task)
            pointer = library().fp_task_take(task)
            result = Result(pointer) if pointer else None
        if result is None:
            reason = "the result of the task was taken" if ended else "the task has not ended"
            raise ArgumentError(reason)
        return invoice_answered(result)

    def fileno(self) -> int:
        """A descriptor that becomes readable when the call has ended.

        For ``select``, ``selectors`` and ``loop.add_reader()``, which take the task itself. It is
        the task's own: do not read from it, do not close it, and do not watch it after close().
        Raises io.UnsupportedOperation when there is none: in a forked child, where the task is done,
        and where the system had none to give. On Windows there is never one: what the library has
        there is a handle, which none of those takes.
        """
        if os.name == "nt":
            raise io.UnsupportedOperation("Windows has handles, and no descriptors")
        with self._handle.lent() as task:
            descriptor: int = library().fp_task_fd(task)
        if descriptor < 0:
            raise io.UnsupportedOperation("this task has no descriptor")
        return descriptor

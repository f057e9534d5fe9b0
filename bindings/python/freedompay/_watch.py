"""The states of an invoice, each as it comes, made of waits that end early."""

from __future__ import annotations

import math
import time
from typing import AsyncIterator, Callable, Iterator, Optional, Tuple

from ._awaiting import end_of
from ._call import Progress
from ._codes import InvoiceStatus
from ._errors import Cancelled, FreedomPayError, WaitTimeout
from ._invoice import Invoice
from ._task import Task

# What the library takes at most for any time.
LONGEST_MS = 86_400_000

# The gateway's codes for an invoice that it does not know, and how long one wait has to be told so
# before it believes it.
_NOT_FOUND = (340, 11068)
_ABSENCE_MS = 61_000

# What tells one state from another: the word counts where the library has no number for it.
_State = Tuple[InvoiceStatus, Optional[str]]


def states(
    wait: Callable[[int, int, Progress], Invoice], invoice_id: int, timeout_ms: int
) -> Iterator[Invoice]:
    """One wait for each state: it is given up by its progress function when another state comes."""
    time_left = _TimeLeft(timeout_ms)
    seen: Optional[Invoice] = None

    def is_new(latest: Invoice) -> bool:
        return latest.error is None and (seen is None or _state(latest) != _state(seen))

    while True:
        try:
            end = wait(invoice_id, time_left.ms(), is_new)
        except Cancelled as given_up:
            if given_up.result is None:
                raise
            seen = given_up.result
        except FreedomPayError as error:
            error.result = error.result or seen
            if error.result is None or error.gateway_code not in _NOT_FOUND or not time_left:
                raise
            # It was seen: that copy of the gateway's is late, or at fault.
            continue
        else:
            yield end
            return
        yield seen


async def states_async(
    wait: Callable[[int, int], Task],
    invoice_id: int,
    timeout_ms: int,
    poll_interval_ms: int,
    call_timeout_ms: int,
) -> AsyncIterator[Invoice]:
    """Waits of one poll each: a task has no progress function.

    Where one poll takes longer than the interval, the waits become longer until one of them learns
    something, and shorter again after that. No poll takes longer than a whole call may, and so an
    outage, however long, delays the first state after it by no more.
    """
    time_left = _TimeLeft(timeout_ms)
    seen: Optional[Invoice] = None
    step_ms = poll_interval_ms
    while True:
        left_ms = time_left.ms()
        task = wait(invoice_id, min(step_ms, left_ms))
        try:
            end = await end_of(task)
        except WaitTimeout as timeout:
            latest, fault_code = timeout.result, timeout.gateway_code
            if left_ms <= step_ms:
                timeout.result = latest or seen
                raise
        except FreedomPayError as error:
            error.result = error.result or seen
            raise
        else:
            yield end
            return
        if latest is None:
            is_absent = seen is None and fault_code in _NOT_FOUND
            longest_ms = _ABSENCE_MS if is_absent else call_timeout_ms
            step_ms = min(step_ms * 2, poll_interval_ms + longest_ms)
            continue
        step_ms = max(step_ms // 2, poll_interval_ms)
        if seen is None or _state(latest) != _state(seen):
            seen = latest
            yield seen


class _TimeLeft:
    def __init__(self, timeout_ms: int) -> None:
        self._end = time.monotonic() + timeout_ms / 1000

    def __bool__(self) -> bool:
        return time.monotonic() < self._end

    def ms(self) -> int:
        """At least 1, so that a last look is taken however long the caller was busy."""
        return max(1, math.ceil((self._end - time.monotonic()) * 1000))


def _state(invoice: Invoice) -> _State:
    return invoice.status, invoice.field("invoice_status")

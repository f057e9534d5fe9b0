"""A call in the background for asyncio: the loop watches its descriptor, nobody waits in a thread.

Nothing here belongs to one loop, so one client serves any number of them, after each other or in
several threads. Loops that watch no descriptors (Windows' own) raise NotImplementedError.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from ._invoice import Invoice
from ._task import Task

if TYPE_CHECKING:
    import asyncio

# How often a task is looked at when the system had no descriptor for it, in seconds.
_GLANCE_S = 0.02


async def end_of(task: Task) -> Invoice:
    """What the call answered. Cancelling gives the call up and waits for nothing."""
    with task:
        await _ended(task)
        return task.result()


async def _ended(task: Task) -> None:
    import asyncio  # only here: it would double the time that a till takes to start

    try:
        descriptor = task.fileno()
    except io.UnsupportedOperation:
        while not task.done:
            await asyncio.sleep(_GLANCE_S)
        return
    loop = asyncio.get_running_loop()
    ended: "asyncio.Future[None]" = loop.create_future()
    loop.add_reader(descriptor, _set, ended)
    try:
        await ended
    finally:
        loop.remove_reader(descriptor)


def _set(ended: "asyncio.Future[Any]") -> None:
    # The descriptor stays readable, so this may be called once more before the reader is gone.
    if not ended.done():
        ended.set_result(None)

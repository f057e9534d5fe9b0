"""A lock that a forked child can use, whatever other threads did at the moment of the fork."""

from __future__ import annotations

import os
import threading
import weakref


class Lock:
    """A reentrant lock for ``with``, free again in a forked child."""

    __slots__ = ("_inner", "__weakref__")

    def __init__(self) -> None:
        self._inner = threading.RLock()
        _locks.add(self)

    def __enter__(self) -> None:
        self._inner.acquire()

    def __exit__(self, *_: object) -> None:
        self._inner.release()

    def renew(self) -> None:
        """Forgets its owner, which the child of a fork does not have."""
        self._inner = threading.RLock()


_locks: "weakref.WeakSet[Lock]" = weakref.WeakSet()


def _renew_all() -> None:
    for lock in _locks:
        lock.renew()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew_all)

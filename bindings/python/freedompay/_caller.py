"""What every group of calls needs of a client."""

from __future__ import annotations

from typing import Any, Callable, Optional, TypeVar

from ._answer import A, answered
from ._arguments import Amount, amount as amount_text, text
from ._call import Call, Progress
from ._fields import Fields, more
from ._handle import Handle
from ._invoice import Invoice, invoice_answered
from ._library import library
from ._payment import Payment, payment_of
from ._result import Result
from ._task import Task

T = TypeVar("T")


class Caller:
    """A client's handle, and the ways to call the library with it."""

    _handle: Handle

    def _result(
        self, function: str, *arguments: Any, progress: Optional[Progress] = None
    ) -> Result:
        """What ``fp_<function>`` answers to this client, whether it went well or not."""
        with self._handle.lent() as client, Call(progress):
            return Result(getattr(library(), f"fp_{function}")(client, *arguments))

    def _ask(self, read: Callable[[Result], A], function: str, *arguments: Any) -> A:
        """What is read of the same; raises the error of a result that is not FP_OK."""
        return answered(self._result(function, *arguments), read)

    def _invoice(
        self, function: str, *arguments: Any, progress: Optional[Progress] = None
    ) -> Invoice:
        """The same for a call about an invoice, whose errors know its last state."""
        return invoice_answered(self._result(function, *arguments, progress=progress))

    def _payment(self, function: str, *arguments: Any) -> Payment:
        """The same for a call about a payment."""
        return self._ask(payment_of, function, *arguments)

    def _begun(
        self,
        function: str,
        order_id: str,
        amount: Amount,
        description: str,
        fields: Optional[Fields],
        *others: bytes,
    ) -> Payment:
        """The same for a call that begins a payment or a payout."""
        sale = (text("order_id", order_id), amount_text(amount), text("description", description))
        with more(fields) as pointer:
            return self._payment(function, *sale, *others, pointer)

    def _pending(self, function: str, copied: Callable[[Any], T]) -> T:
        """What is copied of the list that ``fp_client_<function>`` gives."""
        with self._handle.lent() as client, Call():
            return copied(getattr(library(), f"fp_client_{function}")(client))

    def _task(self, function: str, *arguments: Any) -> Task:
        """The task that ``fp_task_<function>`` starts for this client."""
        lib = library()
        with self._handle.lent() as client, Call():
            task = getattr(lib, f"fp_task_{function}")(client, *arguments)
            return Task(Handle("task", task, lib.fp_task_free))

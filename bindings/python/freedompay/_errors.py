"""What can go wrong, one class for each meaning.

The class says what happened, ``sent`` whether the gateway may have seen the request, ``advice``
what to do next. After ``OutcomeUnknown`` and ``BadAnswer`` the invoice may exist: ask for its
status, never create it again blindly.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, Optional, Tuple, Type

from ._codes import Advice, Code, Sent

if TYPE_CHECKING:
    from ._invoice import Invoice
    from ._result import Result


class FreedomPayError(Exception):
    """The base of every error of this package.

    code             what happened
    sent             did the request reach the gateway?
    advice           what to do next
    message          one sentence for a person
    gateway_code     the gateway's error code; None: its answer has none, or there was no answer
    gateway_message  the gateway's words for it
    http_status      the HTTP status of the answer; None: no answer
    invoice_id       the invoice it is about, None if not known
    payment_id       the payment it is about, None if not known
    order_id         the order it is about, None if not known
    result           the last known state of the invoice that was waited for, None: not known
    """

    def __init__(
        self,
        message: str,
        *,
        code: int = Code.INTERNAL,
        sent: int = Sent.NO,
        advice: int = Advice.NONE,
        gateway_code: Optional[int] = None,
        gateway_message: Optional[str] = None,
        http_status: Optional[int] = None,
        invoice_id: Optional[int] = None,
        payment_id: Optional[int] = None,
        order_id: Optional[str] = None,
    ) -> None:
        super().__init__(message)
        self.code: Code = Code(code)
        self.sent: Sent = Sent(sent)
        self.advice: Advice = Advice(advice)
        self.message: str = message
        self.gateway_code: Optional[int] = gateway_code
        self.gateway_message: Optional[str] = gateway_message
        self.http_status: Optional[int] = http_status
        self.invoice_id: Optional[int] = invoice_id
        self.payment_id: Optional[int] = payment_id
        self.order_id: Optional[str] = order_id
        self.result: Optional[Invoice] = None
        self._answer: Optional[Result] = None

    def field(self, path: str) -> Optional[str]:
        """Any field of the answer that refused, or was no protocol; None: no such field, no answer.

        Raises ArgumentError on the error of a poll, once the progress function has returned.
        """
        return None if self._answer is None else self._answer.field(path)

    def __reduce__(self) -> Tuple[Any, ...]:
        # These hold a handle of this process, so they stay behind.
        return type(self), self.args, dict(self.__dict__, result=None, _answer=None)


class ArgumentError(FreedomPayError, ValueError):
    """An argument cannot be used. Nothing was sent."""

    def __init__(self, message: str, **facts: Any) -> None:
        defaults: Dict[str, Any] = {"code": Code.ARGUMENT, "advice": Advice.FIX}
        super().__init__(message, **{**defaults, **facts})


class ConfigError(FreedomPayError):
    """The client's configuration is not complete. Nothing was sent."""


class NotSent(FreedomPayError):
    """The gateway was not reached and has not seen the request. It may be repeated."""


class OutcomeUnknown(FreedomPayError):
    """The gateway may have acted on the request. Ask for the status; do not repeat it."""


class Refused(FreedomPayError):
    """The gateway answered with an error: see ``gateway_code`` and ``gateway_message``."""


class BadAnswer(FreedomPayError):
    """The gateway answered something that is not the protocol. It may have acted on the request."""


class WaitTimeout(FreedomPayError):
    """Waiting ended and the invoice is still open: it may yet be paid. See ``result``."""


class Cancelled(FreedomPayError):
    """The progress function gave up, or the task was cancelled.

    An invoice is as it was: it may yet be paid. An init may have arrived unless ``sent`` is NO.
    """


class SignatureError(FreedomPayError):
    """A callback's signature is missing or wrong, or does not prove what it says."""


class Conflict(FreedomPayError):
    """The order id, refund key or callback is known with another amount, currency or recipient.

    Where ``sent`` is NO nothing was sent. Else the gateway has something else under it: look there
    before it is sold again.
    """


class JournalError(FreedomPayError):
    """The journal cannot be read or written; the message says what to do. Nothing was sent."""


class InternalError(FreedomPayError):
    """A fault in the library itself."""


_CLASSES: Dict[int, Type[FreedomPayError]] = {
    Code.ARGUMENT: ArgumentError,
    Code.CONFIG: ConfigError,
    Code.NOT_SENT: NotSent,
    Code.UNKNOWN: OutcomeUnknown,
    Code.REFUSED: Refused,
    Code.ANSWER: BadAnswer,
    Code.TIMEOUT: WaitTimeout,
    Code.CANCELLED: Cancelled,
    Code.SIGNATURE: SignatureError,
    Code.CONFLICT: Conflict,
    Code.JOURNAL: JournalError,
    Code.INTERNAL: InternalError,
}


def error_class(code: int) -> Type[FreedomPayError]:
    """The class for a code; FreedomPayError itself for one that has no class of its own."""
    return _CLASSES.get(code, FreedomPayError)


def error_of(result: "Result") -> FreedomPayError:
    """The error that a result stands for. ``result`` is not filled in."""
    code = result.integer("code")
    error = error_class(code)(
        result.text("message") or f"error {code}",
        code=code,
        sent=result.integer("sent"),
        advice=result.integer("advice"),
        gateway_code=result.integer("gateway_code") or None,
        gateway_message=result.text("gateway_message"),
        http_status=result.integer("http_status") or None,
        invoice_id=result.integer("invoice_id") or None,
        payment_id=result.integer("payment_id") or None,
        order_id=result.text("order_id"),
    )
    error._answer = result
    return error

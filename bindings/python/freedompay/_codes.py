"""The numbers of the library's interface, by name.

A number that this version does not know is kept, not refused: ``InvoiceStatus(99)`` has the value
99 and the name ``UNLISTED_99``.
"""

from __future__ import annotations

from enum import IntEnum


class _Open(IntEnum):
    """An integer enumeration that keeps the numbers it does not know."""

    @classmethod
    def _missing_(cls, value: object) -> "_Open":
        if not isinstance(value, int) or isinstance(value, bool):
            raise ValueError(f"{value!r} is not a valid {cls.__name__}")
        member = int.__new__(cls, value)
        member._name_ = f"UNLISTED_{value}"
        member._value_ = value
        return member


class Code(_Open):
    """What a call came to (``FP_OK``, ``FP_ERR_*``)."""

    OK = 0
    ARGUMENT = 1
    CONFIG = 2
    NOT_SENT = 3
    UNKNOWN = 4
    REFUSED = 5
    ANSWER = 6
    TIMEOUT = 7
    CANCELLED = 8
    SIGNATURE = 9
    CONFLICT = 10
    JOURNAL = 11
    INTERNAL = 12


class Sent(_Open):
    """Did the request reach the gateway? (``FP_SENT_*``)"""

    NO = 0
    MAYBE = 1
    YES = 2


class Advice(_Open):
    """What to do next (``FP_ADVICE_*``)."""

    NONE = 0
    RETRY = 1
    ASK_STATUS = 2
    FIX = 3
    WAIT = 4


class InvoiceStatus(_Open):
    """The state of an invoice (``FP_INVOICE_*``).

    OK is paid, FAILED is declined, INCOMPLETE is expired; these three are final. NONE: the answer
    names no state. OTHER: it names one that this version does not know.
    """

    NONE = 0
    NEW = 1
    PROCESS = 2
    OK = 3
    FAILED = 4
    INCOMPLETE = 5
    OTHER = 6


class PaymentStatus(_Open):
    """Where a payment, a refund or a payout stands (``FP_PAYMENT_*``).

    SUCCESS is paid, though perhaps only held: see ``Payment.paid``. NONE: the answer names no
    state. OTHER: it names one that this version does not know.
    """

    NONE = 0
    NEW = 1
    PROCESS = 2
    PENDING = 3
    PARTIAL = 4
    SUCCESS = 5
    ERROR = 6
    FAILED = 7
    INCOMPLETE = 8
    REVOKED = 9
    REFUNDED = 10
    CANCELED = 11
    REJECTED = 12
    EXPIRED = 13
    OTHER = 14


class BodyFormat(_Open):
    """How a request is written (``FP_BODY_*``). AUTO: JSON with a secret key, multipart without."""

    AUTO = 0
    MULTIPART = 1
    JSON = 2


class JwsClaim(_Open):
    """The name under which a signature covers the path (``FP_JWS_*``)."""

    URI = 0
    PATH = 1


class Scheme(_Open):
    """How a call of any path is signed (``FP_SCHEME_*``). AUTO: as the path wants it."""

    AUTO = 0
    JWS = 1
    PG_SIG = 2
    PG_SIG_PAYOUT = 3


class PayoutQuestion(_Open):
    """Which of the gateway's questions asks about a payout (``FP_PAYOUT_STATUS_*``)."""

    V2 = 0
    V1 = 1
    BY_ORDER = 2


class CallbackKind(_Open):
    """What a callback is about (``FP_CALLBACK_*``).

    CHECK asks whether an order may be paid, RESULT tells how a payment ended, PAYOUT how a payout
    did. REDIRECT is the payer's browser that comes back; it proves nothing.
    """

    UNKNOWN = 0
    CHECK = 1
    RESULT = 2
    PAYOUT = 3
    REDIRECT = 4


class Reply(_Open):
    """How a callback is answered (``FP_REPLY_*``).

    OK: the order may be paid, the result is taken note of. REJECTED: the payment is not wanted.
    ERROR: a fault of the merchant's own.
    """

    OK = 0
    REJECTED = 1
    ERROR = 2


class LogLevel(_Open):
    """The weight of a log message (``FP_LOG_*``)."""

    ERROR = 1
    WARN = 2
    INFO = 3
    DEBUG = 4

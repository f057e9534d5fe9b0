"""Freedom Pay QR payments.

    from freedompay import Client, InvoiceRequest

    with Client(merchant_id=123456, secret_key=key) as client:
        invoice = client.invoice_init(InvoiceRequest("order-1", "10.50", "Coffee"))
        print(invoice.qr_text())
        print(client.invoice_wait(invoice.invoice_id, timeout_ms=300_000).paid)

Log messages go to ``logging.getLogger("freedompay")``.
"""

from ._answer import Answer
from ._arguments import Amount
from ._callback import Callback
from ._call import Progress
from ._cards import Card, CardList
from ._client import Client
from ._codes import (
    Advice,
    BodyFormat,
    CallbackKind,
    Code,
    InvoiceStatus,
    JwsClaim,
    PaymentStatus,
    PayoutQuestion,
    Reply,
    Scheme,
    Sent,
)
from ._errors import (
    ArgumentError,
    BadAnswer,
    Cancelled,
    ConfigError,
    Conflict,
    FreedomPayError,
    InternalError,
    JournalError,
    NotSent,
    OutcomeUnknown,
    Refused,
    SignatureError,
    WaitTimeout,
)
from ._fields import Fields
from ._invoice import Invoice
from ._library import code_name, gateway_code_meaning, library_version
from ._payment import Payment, Refund
from ._pending import PendingPayout, PendingRefund, PendingSale
from ._receipt import Receipt
from ._request import InvoiceRequest
from ._task import Task

__version__ = "0.1.0"

__all__ = [
    "Advice",
    "Amount",
    "Answer",
    "ArgumentError",
    "BadAnswer",
    "BodyFormat",
    "Callback",
    "CallbackKind",
    "Cancelled",
    "Card",
    "CardList",
    "Client",
    "Code",
    "ConfigError",
    "Conflict",
    "Fields",
    "FreedomPayError",
    "InternalError",
    "Invoice",
    "InvoiceRequest",
    "InvoiceStatus",
    "JournalError",
    "JwsClaim",
    "NotSent",
    "OutcomeUnknown",
    "Payment",
    "PaymentStatus",
    "PayoutQuestion",
    "PendingPayout",
    "PendingRefund",
    "PendingSale",
    "Progress",
    "Receipt",
    "Refund",
    "Refused",
    "Reply",
    "Scheme",
    "Sent",
    "SignatureError",
    "Task",
    "WaitTimeout",
    "code_name",
    "gateway_code_meaning",
    "library_version",
]

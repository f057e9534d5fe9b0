"""What a client does with payments: on a page, from a phone, afterwards; and any path at all."""

from __future__ import annotations

from typing import Optional, Tuple

from ._answer import Answer, answer_of
from ._arguments import Amount, amount as amount_text, flag, int64, optional_text, text
from ._caller import Caller
from ._codes import Scheme
from ._fields import Fields, call
from ._payment import Payment
from ._pending import PendingRefund, refunds


class Payments(Caller):
    """The calls about payments. ``fp_payment_<verb>`` of the library is ``payment_<verb>()``."""

    def payment_status(self, payment_id: int) -> Payment:
        """Where a payment stands, with its refunds. Raises any FreedomPayError.

        The proof of a payment: ``paid``, and the order, amount and currency that were asked for.
        """
        return self._payment("payment_status", int64("payment_id", payment_id))

    def payment_status_by_order(self, order_id: str) -> Payment:
        """Where the newest payment of an order stands. Raises any FreedomPayError.

        After a refund that is the refund itself, with a negative amount.
        """
        return self._payment("payment_status_by_order", text("order_id", order_id))

    def payment_cancel(self, payment_id: int) -> Payment:
        """Lets a hold go: the payer's money was never taken. Raises any FreedomPayError.

        Refused for a payment that was taken: it needs payment_refund(). After OutcomeUnknown ask
        with payment_status().
        """
        return self._payment("payment_cancel", int64("payment_id", payment_id))

    def payment_capture(self, payment_id: int, amount: Optional[Amount] = None) -> Payment:
        """Takes a hold, or a part of it; None: all. The rest is let go. Raises as payment_cancel().

        The gateway takes a hold by itself after five days.
        """
        return self._payment("payment_capture", int64("payment_id", payment_id), _part(amount))

    def payment_refund(
        self,
        payment_id: int,
        amount: Optional[Amount] = None,
        *,
        refund_key: Optional[str] = None,
    ) -> Payment:
        """Gives a payment back, or a part of it; None: all that is left. See ``refund_id``.

        refund_key    the caller's own name for this refund: with a journal the same key again gives
                      the same refund again, Conflict when it is asked for with another amount

        Raises any FreedomPayError. After OutcomeUnknown and BadAnswer the refund may have happened.
        With a journal, the same call again asks the gateway first, and sends it anew only when it
        is certainly not there. Without one, look at ``refunds`` of payment_status() before that.
        OutcomeUnknown with Advice.FIX is what no question can find out: see refund_settle().
        """
        key = optional_text("refund_key", refund_key)
        number = int64("payment_id", payment_id)
        return self._payment("payment_refund", number, _part(amount), key)

    def refund_settle(
        self, payment_id: int, *, was_made: bool, refund_key: Optional[str] = None
    ) -> None:
        """Writes into the journal how a refund ended, as a person has seen it. Sends nothing.

        For one that ends with OutcomeUnknown and Advice.FIX, and holds up every later one of its
        payment: more was given back than the gateway lists. Look in the merchant's account.

        was_made      True: the same refund_key gives it again, without a ``refund_id``; False: it
                      may be tried anew
        refund_key    the one that it was asked for with; None: it had none

        Raises ConfigError without a journal, ArgumentError when it has no such refund whose end is
        not known, OutcomeUnknown with Advice.WAIT while the refund may still arrive, so that nobody
        can know its end.
        """
        key = optional_text("refund_key", refund_key)
        number = int64("payment_id", payment_id)
        self._ask(answer_of, "refund_settle", number, key, flag("was_made", was_made))

    def pending_refunds(self) -> Tuple[PendingRefund, ...]:
        """Every refund in the journal whose end is not known, the oldest first. Sends nothing.

        Raises ConfigError without a journal, JournalError when it cannot be read.
        """
        return self._pending("pending_refunds", refunds)

    def invoice_cancel(self, invoice_id: int) -> Payment:
        """Lets the money go that an invoice holds, as payment_cancel()."""
        return self._payment("invoice_cancel", int64("invoice_id", invoice_id))

    def invoice_refund(self, invoice_id: int, amount: Optional[Amount] = None) -> Payment:
        """Gives a paid invoice back, as payment_refund() without a key."""
        return self._payment("invoice_refund", int64("invoice_id", invoice_id), _part(amount))

    def page_init(
        self, order_id: str, amount: Amount, description: str, more: Optional[Fields] = None
    ) -> Payment:
        """Begins a payment on the gateway's page: send the payer to ``redirect_url``.

        more    what the page's documentation lists: pg_currency, pg_result_url, pg_success_url,
                pg_lifetime, pg_postpone_payment "1" for a hold, pg_receipt_positions[0][count] and
                so on; names of your own come back in callbacks

        Raises any FreedomPayError. It is not journalled. After OutcomeUnknown and BadAnswer ask
        with payment_status_by_order().
        """
        return self._begun("page_init", order_id, amount, description, more)

    def mobile_init(
        self, order_id: str, amount: Amount, description: str, more: Optional[Fields] = None
    ) -> Payment:
        """Begins a payment from the balance of a phone; nothing is charged yet. As page_init()."""
        return self._begun("mobile_init", order_id, amount, description, more)

    def mobile_pay(
        self, payment_id: int, phone: str, system_code: Optional[str] = None
    ) -> Payment:
        """Asks the operator of a phone for a payment that was begun.

        phone          7 to 15 digits with the country's code
        system_code    the operator in the gateway's word; the gateway finds out unless given

        ``field("pg_status")`` is need_approve when the payer gets a code that mobile_approve()
        wants. Raises any FreedomPayError. After OutcomeUnknown ask with payment_status().
        """
        number = int64("payment_id", payment_id)
        operator = optional_text("system_code", system_code)
        return self._payment("mobile_pay", number, text("phone", phone), operator)

    def mobile_approve(self, payment_id: int, code: str) -> Payment:
        """Gives the code that the payer got. Raises as mobile_pay()."""
        return self._payment("mobile_approve", int64("payment_id", payment_id), text("code", code))

    def call_send(self, path: str, fields: Fields, *, scheme: Scheme = Scheme.AUTO) -> Answer:
        """Calls any path of the gateway, once; what it answers is read with ``field()``.

        path      such as "/revoke.php": beginning with "/", without a query
        fields    "pg_receipt_positions[0][count]" nests, a name that comes again repeats it; an int
                  or a Decimal is a number where the body is JSON. A float is a TypeError. Under
                  pg_sig the library adds pg_merchant_id, pg_salt and pg_sig.
        scheme    how it is signed

        Raises any FreedomPayError. After OutcomeUnknown and BadAnswer it may have been done. It
        does not go through the journal.
        """
        with call(path, fields, scheme) as pointer:
            return self._ask(answer_of, "call_send", pointer)


def _part(amount: Optional[Amount]) -> Optional[bytes]:
    return None if amount is None else amount_text(amount)

"""What a client pays out. Money must never leave twice: the calls say how that is kept."""

from __future__ import annotations

from typing import Optional, Tuple

from ._arguments import Amount, int32, text
from ._caller import Caller
from ._codes import PayoutQuestion
from ._fields import Fields
from ._payment import Payment
from ._pending import PendingPayout, payouts


class Payouts(Caller):
    """The calls about payouts, signed with the ``payout_key`` of the client.

    Each is sent once. With a journal the order id is the payout's name for ever: the same again is
    answered from the journal, after an unknown outcome the gateway is asked first, and another
    amount or recipient is a Conflict. Without one, ask with payout_status() before anything is
    repeated after OutcomeUnknown or BadAnswer. Raises any FreedomPayError.
    """

    def payout_page(
        self, order_id: str, amount: Amount, description: str, more: Optional[Fields] = None
    ) -> Payment:
        """Begins a payout to a card that its owner gives on the page at ``redirect_url``.

        more    must have pg_back_link, pg_post_link and pg_order_time_limit
        """
        return self._begun("payout_page", order_id, amount, description, more)

    def payout_iban(
        self, order_id: str, amount: Amount, description: str, more: Optional[Fields] = None
    ) -> Payment:
        """Pays out to a bank account; payout_status() tells the end.

        more    must have pg_recipient_iban, pg_recipient_iin, pg_recipient_name, pg_recipient_kbe,
                pg_knp, pg_bank_bik and pg_post_link
        """
        return self._begun("payout_iban", order_id, amount, description, more)

    def payout_token(
        self,
        order_id: str,
        amount: Amount,
        description: str,
        user_id: str,
        card_token: str,
        more: Optional[Fields] = None,
    ) -> Payment:
        """Pays out to a card that was stored by card_add_for_payout(); as payout_iban().

        more    must have pg_order_time_limit and pg_post_link
        """
        card = text("user_id", user_id), text("card_token", card_token)
        return self._begun("payout_token", order_id, amount, description, more, *card)

    def pending_payouts(self) -> Tuple[PendingPayout, ...]:
        """Every payout in the journal whose end is not known, the oldest first. Sends nothing.

        Raises ConfigError without a journal, JournalError when it cannot be read.
        """
        return self._pending("pending_payouts", payouts)

    def payout_balance(self) -> Payment:
        """What is left to pay out: ``balance``. Raises any FreedomPayError."""
        return self._payment("payout_balance")

    def payout_status(self, order_id: str, question: PayoutQuestion = PayoutQuestion.V2) -> Payment:
        """Where a payout stands: ``status`` is SUCCESS, PROCESS or ERROR.

        Raises OutcomeUnknown when the gateway knows of none: within a minute of the payout that
        proves nothing. Any other FreedomPayError.
        """
        return self._payment("payout_status", text("order_id", order_id), int32("question", question))

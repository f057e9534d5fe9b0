"""What a client does with stored cards, and with payments from them."""

from __future__ import annotations

from dataclasses import dataclass, field as attribute
from typing import Optional, Tuple

from ._answer import Answer, answer_of, facts
from ._arguments import Amount, int64, text
from ._caller import Caller
from ._fields import Fields, more as more_fields
from ._payment import Payment
from ._result import Result


@dataclass(frozen=True, eq=False)
class Card:
    """A stored card.

    token         what the calls about it want
    pan           the number, masked by the gateway
    status        in the gateway's word
    created_at    in the gateway's form
    """

    token: Optional[str] = attribute(repr=False)
    pan: Optional[str]
    status: Optional[str]
    created_at: Optional[str]
    _result: Result = attribute(repr=False)
    _index: int = attribute(repr=False)

    def field(self, name: str) -> Optional[str]:
        """What else the gateway gives of it, such as ``pg_recurring_profile_id``; None: nothing."""
        return self._result.field(f"card[{self._index}]/{name}")


@dataclass(frozen=True, eq=False)
class CardList(Answer):
    """What one answer says of a user's stored cards. An Answer, and ``cards``, in its order."""

    cards: Tuple[Card, ...]


class Cards(Caller):
    """The calls about stored cards (``card_``) and payments from them (``token_``).

    user_id is the merchant's own name for the user: 1 to 50 Latin letters, digits, "_" and "-".
    """

    def card_add(self, user_id: str, back_link: str, more: Optional[Fields] = None) -> Payment:
        """Begins adding a card: its owner gives it on the page at ``redirect_url``.

        back_link    where the browser comes back to
        more         may have pg_post_link, which gets the card's token, and pg_order_id

        Raises any FreedomPayError. A second page for the same card does no harm.
        """
        return self._added("card_add", user_id, back_link, more)

    def card_add_for_payout(
        self, user_id: str, back_link: str, more: Optional[Fields] = None
    ) -> Payment:
        """The same for a card that payout_token() pays to; ``more`` must have pg_post_link."""
        return self._added("card_add_for_payout", user_id, back_link, more)

    def card_list(self, user_id: str) -> CardList:
        """The stored cards of a user: ``cards``. Raises any FreedomPayError."""
        return self._ask(_card_list, "card_list", text("user_id", user_id))

    def card_remove(self, user_id: str, card_token: str) -> Answer:
        """Removes a stored card; may be repeated. Raises any FreedomPayError."""
        card = text("user_id", user_id), text("card_token", card_token)
        return self._ask(answer_of, "card_remove", *card)

    def token_init(
        self,
        order_id: str,
        amount: Amount,
        description: str,
        user_id: str,
        card_token: str,
        more: Optional[Fields] = None,
    ) -> Payment:
        """Begins a payment with a stored card; token_pay() or token_direct() then charges it.

        Raises any FreedomPayError. After OutcomeUnknown and BadAnswer ask with
        payment_status_by_order().
        """
        card = text("user_id", user_id), text("card_token", card_token)
        return self._begun("token_init", order_id, amount, description, more, *card)

    def token_pay(self, payment_id: int) -> Answer:
        """The page on which the payer gives the card's CVC: ``body`` is HTML, which nobody signs.

        Where the payment stands, payment_status() tells. Raises any FreedomPayError.
        """
        return self._ask(answer_of, "token_pay", int64("payment_id", payment_id))

    def token_direct(self, payment_id: int) -> Payment:
        """Charges a stored card without the payer, as was agreed with them.

        The gateway took it on: payment_status() is the proof. Raises any FreedomPayError. After
        OutcomeUnknown and BadAnswer ask that before anything else.
        """
        return self._payment("token_direct", int64("payment_id", payment_id))

    def _added(
        self, function: str, user_id: str, back_link: str, fields: Optional[Fields]
    ) -> Payment:
        owner = text("user_id", user_id), text("back_link", back_link)
        with more_fields(fields) as pointer:
            return self._payment(function, *owner, pointer)


def _card_list(result: Result) -> CardList:
    cards = tuple(_card(result, index) for index in range(result.count("card")))
    return CardList(**facts(result), cards=cards)


def _card(result: Result, index: int) -> Card:
    def value(name: str) -> Optional[str]:
        return result.field(f"card[{index}]/{name}")

    return Card(
        token=value("pg_card_token"),
        pan=value("pg_card_hash"),
        status=value("pg_status"),
        created_at=value("created_at"),
        _result=result,
        _index=index,
    )

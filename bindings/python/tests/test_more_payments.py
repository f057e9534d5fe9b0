"""Payments on a page, from a phone and with a stored card; payouts."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional, Tuple, Union

import pytest
from conftest import ClientFor
from gateway import MERCHANT_ID, Request, Scripted, classic

from freedompay import (
    Answer,
    ArgumentError,
    BadAnswer,
    Card,
    CardList,
    Client,
    ConfigError,
    Conflict,
    OutcomeUnknown,
    Payment,
    PaymentStatus,
    PayoutQuestion,
    PendingPayout,
    Sent,
    gateway_code_meaning,
)

PAYOUT_KEY = "payout-key"
MERCHANT = f"/v1/merchant/{MERCHANT_ID}"
PAGE = "https://customer.example/pay"
POST_LINK = "https://shop.example/post"
SALE = ("o-1", Decimal("10.50"), "Tea")
SENT_SALE = {"pg_order_id": "o-1", "pg_amount": "10.50", "pg_description": "Tea"}
IBAN = {
    "pg_recipient_iban": "KZ123456789012345678",
    "pg_recipient_iin": "123456789012",
    "pg_recipient_name": "Алма",
    "pg_recipient_kbe": "19",
    "pg_knp": "119",
    "pg_bank_bik": "KZKOKZKX",
    "pg_post_link": POST_LINK,
}
IN_TIME = {"pg_post_link": POST_LINK, "pg_order_time_limit": "2030-01-02 03:04:05"}


def answering(
    *elements: Tuple[str, Any], key: str = "sandbox-secret-key"
) -> Callable[[Request], bytes]:
    """The script of a gateway that answers everything so, rightly signed."""
    return lambda request: classic(request.target.split("/")[-1], *elements, key=key)


def exchanged(
    client_for: ClientFor,
    call: Callable[[Client], Any],
    *elements: Tuple[str, Any],
    key: str = "sandbox-secret-key",
) -> Tuple[Any, str, Dict[str, str]]:
    """What a call makes of this answer, the path that it asked, and the fields that it sent."""
    with Scripted(answering(*elements, key=key)) as gateway:
        answer = call(client_for(gateway.url, payout_key=PAYOUT_KEY))
    (request,) = gateway.requests
    fields = request.form()
    assert fields.pop("pg_merchant_id") == str(MERCHANT_ID)
    return answer, request.target, fields


BEGUN = (("pg_payment_id", "77"), ("pg_redirect_url", PAGE))


def test_a_payment_is_begun_on_a_page(client_for: ClientFor) -> None:
    more: Dict[str, Union[str, int, Decimal]] = {
        "pg_success_url": "https://shop.example/paid",
        "pg_lifetime": 600,
        "pg_receipt_positions[0][count]": 1,
        "pg_receipt_positions[0][name]": "Tea",
        "pg_receipt_positions[0][tax_type]": 0,
        "pg_receipt_positions[0][price]": Decimal("10.50"),
        "table": "7",
    }
    payment, target, fields = exchanged(
        client_for, lambda client: client.page_init(*SALE, more), *BEGUN
    )
    assert target == "/init_payment.php"
    assert fields == {**SENT_SALE, **{name: str(value) for name, value in more.items()}}
    assert isinstance(payment, Payment)
    assert (payment.payment_id, payment.redirect_url) == (77, PAGE)
    assert (payment.order_id, payment.paid) == ("o-1", False)


def test_a_phone_pays_in_three_steps(client_for: ClientFor) -> None:
    payment, target, fields = exchanged(
        client_for, lambda client: client.mobile_init(*SALE), ("pg_payment_id", "77")
    )
    assert (target, fields, payment.payment_id) == ("/init_payment.php", SENT_SALE, 77)
    _, target, fields = exchanged(
        client_for, lambda client: client.mobile_pay(77, "77011234567", "KCELLKZT")
    )
    assert target == "/mfs/pay"
    assert fields == {
        "pg_payment_id": "77",
        "pg_abonent_phone": "77011234567",
        "pg_payment_system_code": "KCELLKZT",
    }
    _, target, fields = exchanged(client_for, lambda client: client.mobile_approve(77, "1234"))
    assert (target, fields) == ("/mfs/approve", {"pg_payment_id": "77", "pg_approval_code": "1234"})


@pytest.mark.parametrize(
    "call, path",
    [
        (lambda client, *more: client.card_add("user-1", PAGE, *more), "cardstorage/add"),
        (
            lambda client, *more: client.card_add_for_payout("user-1", PAGE, *more),
            "cardstoragepayout/add",
        ),
    ],
)
def test_a_card_is_added_on_a_page(client_for: ClientFor, call: Any, path: str) -> None:
    payment, target, fields = exchanged(
        client_for, lambda client: call(client, {"pg_post_link": POST_LINK}), *BEGUN
    )
    assert target == f"{MERCHANT}/{path}"
    assert fields == {"pg_user_id": "user-1", "pg_back_link": PAGE, "pg_post_link": POST_LINK}
    assert payment.redirect_url == PAGE


def test_the_cards_of_a_user_are_a_tuple(client_for: ClientFor) -> None:
    def card(number: int) -> Tuple[str, Any]:
        return "card", [
            ("pg_card_hash", f"4400-43XX-XXXX-000{number}"),
            ("pg_card_token", f"token-{number}"),
            ("pg_status", "success"),
            ("bank_alias", "bank"),
            ("created_at", "2026-01-02 03:04:05"),
        ]

    seen, target, fields = exchanged(
        client_for, lambda client: client.card_list("user-1"), card(1), card(2)
    )
    cards = seen.cards
    assert (target, fields) == (f"{MERCHANT}/cardstorage/list", {"pg_user_id": "user-1"})
    assert [(one.token, one.pan) for one in cards] == [
        ("token-1", "4400-43XX-XXXX-0001"),
        ("token-2", "4400-43XX-XXXX-0002"),
    ]
    second: Card = cards[1]
    assert (second.status, second.created_at) == ("success", "2026-01-02 03:04:05")
    assert (second.field("bank_alias"), second.field("less")) == ("bank", None)
    assert "token-2" not in repr(second)
    none, _, _ = exchanged(client_for, lambda client: client.card_list("user-1"))
    assert isinstance(none, CardList) and none.cards == ()


def test_a_card_is_removed(client_for: ClientFor) -> None:
    card = ("card", [("pg_status", "deleted"), ("pg_card_hash", "4400-43XX-XXXX-0001")])
    answer, target, fields = exchanged(
        client_for, lambda client: client.card_remove("user-1", "token-1"), card
    )
    assert target == f"{MERCHANT}/cardstorage/remove"
    assert fields == {"pg_user_id": "user-1", "pg_card_token": "token-1"}
    assert isinstance(answer, Answer) and answer.field("card/pg_status") == "deleted"


def test_a_stored_card_pays(client_for: ClientFor) -> None:
    payment, target, fields = exchanged(
        client_for,
        lambda client: client.token_init(*SALE, "user-1", "token-1", {"pg_currency": "KZT"}),
        ("pg_payment_id", "77"),
    )
    assert target == f"{MERCHANT}/card/init" and payment.payment_id == 77
    card = {"pg_user_id": "user-1", "pg_card_token": "token-1", "pg_currency": "KZT"}
    assert fields == {**SENT_SALE, **card}
    payment, target, fields = exchanged(
        client_for, lambda client: client.token_direct(77), ("pg_payment_id", "77")
    )
    assert (target, fields) == (f"{MERCHANT}/card/direct", {"pg_payment_id": "77"})
    assert not payment.paid
    with Scripted(lambda request: b"<html><form action='x'></form></html>") as gateway:
        page = client_for(gateway.url).token_pay(77)
    assert page.body.startswith(b"<html>")
    assert gateway.requests[0].target == f"{MERCHANT}/card/pay"


PAYOUTS: List[Tuple[Callable[[Client, Any], Payment], str, Dict[str, str]]] = [
    (
        lambda client, amount: client.payout_page(
            "o-1", amount, "Tea", {**IN_TIME, "pg_back_link": PAGE}
        ),
        "/api/reg2nonreg",
        {**IN_TIME, "pg_back_link": PAGE},
    ),
    (
        lambda client, amount: client.payout_iban("o-1", amount, "Tea", IBAN),
        "/api/to_iban",
        IBAN,
    ),
    (
        lambda client, amount: client.payout_token(
            "o-1", amount, "Tea", "user-1", "token-1", IN_TIME
        ),
        "/api/reg2reg",
        {**IN_TIME, "pg_user_id": "user-1"},
    ),
]


@pytest.mark.parametrize("call, path, more", PAYOUTS)
def test_money_is_paid_out_once(
    client_for: ClientFor, tmp_path: Path, call: Any, path: str, more: Dict[str, str]
) -> None:
    with Scripted(answering(*BEGUN, key=PAYOUT_KEY)) as gateway:
        client = client_for(gateway.url, payout_key=PAYOUT_KEY, journal=tmp_path / "journal")
        first = call(client, "10.50")
        again = call(client, Decimal("10.5"))
        assert (first.payment_id, again.payment_id) == (77, 77)
        assert (first.from_journal, again.from_journal) == (False, True)
        with pytest.raises(Conflict):
            call(client, "11")
    (request,) = gateway.requests
    assert request.target == path
    assert {**SENT_SALE, **more}.items() <= request.form().items()


@pytest.mark.parametrize("call, path, more", PAYOUTS)
def test_a_payout_whose_answer_was_lost_is_unknown(
    client_for: ClientFor, tmp_path: Path, call: Any, path: str, more: Dict[str, str]
) -> None:
    with Scripted(lambda request: None) as gateway:
        client = client_for(gateway.url, payout_key=PAYOUT_KEY, journal=tmp_path / "journal")
        with pytest.raises(OutcomeUnknown) as raised:
            call(client, "10.50")
        assert client.pending_payouts() == (PendingPayout("o-1", Decimal("10.50")),)
        assert client.pending() == () and client.pending_refunds() == ()
    assert (raised.value.sent, raised.value.order_id) == (Sent.MAYBE, "o-1")
    assert len(gateway.requests) == 1


@pytest.mark.parametrize(
    "question, path",
    [
        (PayoutQuestion.V2, "/api/payment_status2"),
        (PayoutQuestion.V1, "/api/payment_status"),
        (PayoutQuestion.BY_ORDER, "/get_status2.php"),
    ],
)
def test_a_payout_is_asked_about(client_for: ClientFor, question: PayoutQuestion, path: str) -> None:
    payment, target, fields = exchanged(
        client_for,
        lambda client: client.payout_status("o-1", question),
        ("pg_payment_id", "77"),
        ("pg_order_id", "o-1"),
        ("pg_payment_status", "success"),
        key=PAYOUT_KEY,
    )
    assert (target, fields["pg_order_id"]) == (path, "o-1")
    assert (payment.payment_id, payment.status) == (77, PaymentStatus.SUCCESS)


def test_what_is_left_to_pay_out_is_a_decimal(client_for: ClientFor) -> None:
    payment, target, _ = exchanged(
        client_for,
        lambda client: client.payout_balance(),
        ("pg_balance", "1234.50"),
        key=PAYOUT_KEY,
    )
    assert (target, payment.balance) == ("/api/balance_status", Decimal("1234.50"))


def test_payouts_want_their_own_key(client_for: ClientFor) -> None:
    with Scripted(answering(("pg_balance", "1"))) as gateway:
        with pytest.raises(BadAnswer):
            client_for(gateway.url, payout_key=PAYOUT_KEY).payout_balance()
        assert len(gateway.requests) == 1
        with pytest.raises(ConfigError):
            client_for(gateway.url).payout_balance()
        assert len(gateway.requests) == 1


CALLS: List[Callable[[Client], object]] = [
    lambda client: client.page_init("", 10, "Tea"),
    lambda client: client.page_init("a\0b", 10, "Tea"),
    lambda client: client.page_init("o-1", "1,5", "Tea"),
    lambda client: client.page_init(*SALE, {"pg_no_such_field": "1"}),
    lambda client: client.page_init(*SALE, {"pg_amount": "1"}),
    lambda client: client.page_init(*SALE, {"pg_success_url": "shop"}),
    lambda client: client.page_init(*SALE, {"pg_lifetime": 1}),
    lambda client: client.page_init(*SALE, {"name": ""}),
    lambda client: client.page_init(*SALE, [("name", "a\0b")]),
    lambda client: client.mobile_pay(0, "77011234567"),
    lambda client: client.mobile_pay(77, "phone"),
    lambda client: client.mobile_approve(77, ""),
    lambda client: client.card_add("a b", PAGE),
    lambda client: client.card_add("user-1", "shop"),
    lambda client: client.card_add_for_payout("user-1", PAGE),
    lambda client: client.card_list(""),
    lambda client: client.card_remove("user-1", ""),
    lambda client: client.token_init(*SALE, "user-1", "a b"),
    lambda client: client.token_pay(-1),
    lambda client: client.token_direct(1 << 63),
    lambda client: client.payout_iban(*SALE),
    lambda client: client.payout_page(*SALE, IN_TIME),
    lambda client: client.payout_token(*SALE, "user-1", "token-1"),
    lambda client: client.payout_status("", PayoutQuestion.V2),
    lambda client: client.payout_status("o-1", PayoutQuestion(9)),
]


@pytest.mark.parametrize("call", CALLS)
def test_what_cannot_be_asked_for_is_never_sent(
    client_for: ClientFor, call: Callable[[Client], object]
) -> None:
    with Scripted(lambda request: None) as gateway:
        with pytest.raises(ArgumentError):
            call(client_for(gateway.url, payout_key=PAYOUT_KEY))
        assert gateway.requests == []


@pytest.mark.parametrize("value", [1.5, True, None, b"1"])
def test_a_field_of_the_wrong_type_is_a_type_error(client: Client, value: Any) -> None:
    with pytest.raises(TypeError):
        client.page_init(*SALE, {"pg_lifetime": value})
    with pytest.raises(TypeError):
        client.payout_iban("o-1", value, "Tea", IBAN)


@pytest.mark.parametrize("code, known", [(9998, True), (11068, True), (-1, False), (0, False)])
def test_the_codes_of_the_gateway_have_a_meaning(code: int, known: bool) -> None:
    meaning: Optional[str] = gateway_code_meaning(code)
    assert bool(meaning) is known

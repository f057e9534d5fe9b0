"""The payer's page, as a phone shows it, with the till and the dashboard that hear of it."""

import pytest
from playwright.sync_api import expect

from gateway import HOSTILE, Till


@pytest.mark.parametrize("press, pages_say, till_says, till_ends", [
    ("Pay 10.50 KZT", "Paid", "Paid", 0),
    ("Decline", "Declined", "Not paid", 20),
])
def test_what_the_payer_does_is_seen_by_the_till_and_on_the_dashboard_without_a_reload(
    gateway, visit, press, pages_say, till_says, till_ends
):
    dashboard = visit()
    dashboard.sees("No sale yet")
    with Till(gateway, "till-1") as till:
        dashboard.sees_row("till-1", "Waiting")
        phone = visit(gateway.payer(1000001), width=360)
        dashboard.sees_row("till-1", "Opened")
        phone.sees("Waiting for payment")
        phone.press(press)
        expect(phone.page.locator(".state strong")).to_have_text(pages_say)
        expect(phone.page.get_by_role("button")).to_have_count(0)
        dashboard.sees_row("till-1", pages_say)
        code, said = till.end()
    assert (code, f"\n{till_says}" in said) == (till_ends, True), said
    assert dashboard.stayed()


@pytest.mark.parametrize("verb, says", [("pay", "Paid"), ("decline", "Declined"), ("expire", "Expired")])
def test_an_open_page_changes_by_itself_when_the_payment_ends_elsewhere(gateway, visit, verb, says):
    number = gateway.sale("a")
    phone = visit(gateway.payer(number), width=360)
    phone.page.get_by_role("button", name="Decline").focus()
    gateway.move(f"payments/{number}/{verb}")
    expect(phone.page.locator(".state strong")).to_have_text(says)
    expect(phone.page.get_by_role("button")).to_have_count(0)
    expect(phone.page.get_by_role("status")).to_contain_text(says)
    expect(phone.page.get_by_role("heading", name="Sandbox shop")).to_be_focused()
    assert phone.stayed()


def test_the_amount_the_shop_and_what_is_bought_are_read_first(gateway, visit):
    number = gateway.sale("order-7", "1250000.5", "Wardrobe", "--currency", "UZS")
    phone = visit(gateway.payer(number), width=360)
    expect(phone.page.get_by_role("heading")).to_have_text("Sandbox shop")
    amount = phone.page.locator(".amount")
    expect(amount).to_have_text("1\u00a0250\u00a0000.50 UZS")
    assert amount.evaluate("element => parseFloat(getComputedStyle(element).fontSize)") >= 32
    phone.sees("Wardrobe")
    phone.sees("Order order-7")


def test_without_scripts_the_payer_still_pays(gateway, browser):
    number = gateway.sale("a")
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(gateway.url + gateway.payer(number))
    page.get_by_role("button", name="Pay").click()
    expect(page.locator(".state strong")).to_have_text("Paid")
    context.close()


def test_what_a_merchant_wrote_stays_text(gateway, visit):
    number = gateway.sale("a", "1", HOSTILE)
    phone = visit(gateway.payer(number))
    expect(phone.page.locator(".description")).to_have_text(HOSTILE)
    gateway.move(f"payments/{number}/pay")
    phone.sees("Paid")
    expect(phone.page.locator(".description")).to_have_text(HOSTILE)
    assert phone.page.title() == "Payment" and phone.page.locator("main img").count() == 0


def test_a_card_is_stored_on_its_page(gateway, shop, visit):
    fields = gateway.call(
        "/v1/merchant/123456/cardstorage/add", "pg_user_id=u1", f"pg_back_link={shop.url}/back", f"pg_post_link={shop.url}/post"
    )
    phone = visit(fields["pg_redirect_url"], width=360)
    phone.page.get_by_label("Card number").fill("4111 1111 1111 1111")
    phone.press("Go on")
    phone.sees("The card is stored.")
    expect(phone.page.get_by_role("link", name="Back to the shop")).to_have_attribute("href", f"{shop.url}/back")


def test_a_browser_that_asks_for_russian_gets_it(gateway, visit):
    number = gateway.sale("a")
    phone = visit(gateway.payer(number), language="ru-RU")
    phone.press("Оплатить 10.50 KZT")
    phone.sees("Оплачено")
    dashboard = visit("/", language="ru-RU")
    dashboard.sees_row("a", "Оплачена")
    expect(dashboard.page.get_by_role("heading", level=2)).to_have_text("Продажи")
    assert dashboard.page.locator("html").get_attribute("lang") == "ru"

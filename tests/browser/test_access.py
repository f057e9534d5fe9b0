"""Everybody can use the pages: on a phone and on a desk, by eye, by ear and by keyboard, in light and dark."""

import pytest
from playwright.sync_api import expect

LONG = "A description without an end " * 8 + "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen" * 3


@pytest.fixture
def pages(gateway, shop):
    """The address of each kind of page, with something on it."""
    fields = gateway.call(
        "/v1/merchant/123456/cardstorage/add", "pg_user_id=u1", f"pg_back_link={shop.url}/b", f"pg_post_link={shop.url}/p"
    )
    open_sale = gateway.sale("order-" + "1" * 40, "99999999.99", LONG, "--currency", "UZS")
    ended = {}
    for verb in ["pay", "decline", "expire"]:
        ended[verb] = gateway.sale(f"sale-{verb}", "10.50", "Tea", "--result-url", f"{shop.url}/result")
        gateway.move(f"payments/{ended[verb]}/{verb}")
    gateway.tool("init", "wrong", "10.50", "Coffee", SECRET_KEY="another-key")
    gateway.move("faults/http=502:revoke.php")
    wrong = gateway.ask("requests")[-1]["sequence"]
    while not gateway.ask("callbacks"):
        pass
    return {
        "sales": "/",
        "open sale": f"/#/sales/{open_sale}",
        "paid sale": f"/#/sales/{ended['pay']}",
        "nothing": "/#/payouts",
        "callbacks": "/#/callbacks",
        "callback": "/#/callbacks/1",
        "requests": "/#/requests",
        "wrong request": f"/#/requests/{wrong}",
        "faults": "/#/faults",
        "payer": gateway.payer(open_sale),
        "paid": gateway.payer(ended["pay"]),
        "declined": gateway.payer(ended["decline"]),
        "card": fields["pg_redirect_url"],
        "no payment": "/pay.html?customer=x",
    }


def each(pages, visit, **wishes):
    """Somebody who looks at one page after the other."""
    visitor = visit("about:blank", **wishes)
    visitor.expected.append("status of 404")
    for name, path in pages.items():
        visitor.go("about:blank")
        visitor.go(path)
        if path.startswith("/#"):
            expect(visitor.page.locator("#detail-title, #rows li, #empty p").first).to_be_attached()
        yield name, visitor


@pytest.mark.parametrize("width", [360, 1440])
def test_nothing_has_to_be_scrolled_sideways(pages, visit, width):
    assert [name for name, visitor in each(pages, visit, width=width) if not visitor.fits()] == []


@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(pages, visit, scheme, width):
    found = {name: visitor.barriers() for name, visitor in each(pages, visit, scheme=scheme, width=width)}
    assert {name: barriers for name, barriers in found.items() if barriers} == {}


def test_axe_would_find_something(gateway, visit):
    gateway.sale("a")
    dashboard = visit()
    dashboard.sees_row("a", "Waiting")
    dashboard.page.evaluate("document.getElementById('rows').style.color = '#ddd'")
    dashboard.page.evaluate("document.querySelector('#rows .name').style.color = '#ddd'")
    assert [rule for rule, _ in dashboard.barriers()] == ["color-contrast"]


def test_a_sale_is_found_and_paid_with_the_keyboard_alone(gateway, visit):
    for order_id in ["first", "second"]:
        gateway.sale(order_id)
    dashboard = visit(width=360)
    dashboard.sees_row("first", "Waiting")

    def tab_to(name):
        for _ in range(30):
            dashboard.page.keyboard.press("Tab")
            there = dashboard.page.evaluate("document.activeElement.innerText ?? ''")
            if name in there:
                outline = dashboard.page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
                assert outline == "solid", "one sees where one is"
                return
        raise AssertionError(f"{name} cannot be reached")

    tab_to("first")
    dashboard.page.keyboard.press("Enter")
    expect(dashboard.page.get_by_role("heading", name="first")).to_be_focused()
    tab_to("Pay")
    dashboard.page.keyboard.press("Enter")
    dashboard.sees_state("Paid")
    expect(dashboard.page.get_by_role("heading", name="first")).to_be_focused()
    dashboard.page.keyboard.press("Shift+Tab")
    dashboard.page.keyboard.press("Enter")
    expect(dashboard.row("first")).to_be_focused()
    assert {sale["order_id"]: sale["status"] for sale in gateway.ask("payments")} == {"first": "success", "second": "new"}


def test_the_focus_stays_where_it_is_while_the_list_changes(gateway, visit):
    number = gateway.sale("first")
    dashboard = visit()
    dashboard.row("first").focus()
    gateway.sale("second")
    dashboard.sees_row("second", "Waiting")
    gateway.move(f"payments/{number}/pay")
    dashboard.sees_row("first", "Paid")
    expect(dashboard.row("first")).to_be_focused()


def test_what_is_typed_stays_while_the_sale_changes(gateway, visit):
    number = gateway.sale("first")
    gateway.move(f"payments/{number}/pay")
    dashboard = visit(f"/#/sales/{number}")
    amount = dashboard.page.get_by_role("textbox", name="Amount to refund")
    amount.fill("1.23")
    gateway.move(f"payments/{number}/refund?amount=2")
    dashboard.sees_state("Partly refunded")
    expect(amount).to_have_value("1.23")
    expect(amount).to_be_focused()


def test_a_screen_reader_hears_of_changes(gateway, visit):
    dashboard = visit()
    dashboard.sees("No sale yet")
    news = dashboard.page.locator("[aria-live=polite]")
    number = gateway.sale("tea-1")
    expect(news).to_have_text("New sale tea-1, 10.50\u00a0KZT")
    gateway.move(f"payments/{number}/pay")
    expect(news).to_have_text("Sale tea-1: Paid")

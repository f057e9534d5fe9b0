"""The dashboard in a real browser: every button, live changes, and the wire as it was."""

from urllib.parse import quote

from playwright.sync_api import expect

from gateway import HOSTILE, Gateway
from visitor import Visitor


def test_a_sale_is_paid_refunded_in_part_and_refunded_in_full_by_buttons(gateway, visit):
    number = gateway.sale("order-1")
    dashboard = visit()
    dashboard.row("order-1").click()
    dashboard.press("Pay")
    dashboard.sees_state("Paid")
    amount = dashboard.page.get_by_label("Amount to refund, at most 10.50")
    amount.fill("4.25")
    dashboard.press("Refund")
    dashboard.sees_state("Partly refunded")
    expect(dashboard.page.get_by_label("Amount to refund, at most 6.25")).to_have_value("6.25")
    dashboard.press("Refund")
    dashboard.sees_state("Refunded")
    steps = dashboard.page.locator(".history li")
    expect(steps).to_have_count(4)
    for step, text in zip(steps.all(), ["Created", "Paid 10.50", "Refunded 4.25", "Refunded 6.25"]):
        expect(step).to_contain_text(text)
    assert [refund["amount"] for refund in gateway.ask("payments")[0]["refunds"]] == ["4.25", "6.25"]
    assert dashboard.stayed() and gateway.ask("payments")[0]["payment_id"] == number


def test_a_sale_is_declined_and_another_expires_by_buttons(gateway, visit):
    for order_id, button, state in [("a", "Decline", "Declined"), ("b", "Expire", "Expired")]:
        number = gateway.sale(order_id)
        dashboard = visit(f"/#/sales/{number}")
        dashboard.press(button)
        dashboard.sees_state(state)
        dashboard.sees_row(order_id, state)
        expect(dashboard.page.locator("#detail button")).to_have_count(0)


def test_held_money_is_taken_or_let_go_by_buttons(gateway, visit):
    for order_id, button, state in [("a", "Take the held money", "Paid"), ("b", "Let the held money go", "Cancelled")]:
        number = gateway.held(order_id)
        dashboard = visit(f"/#/sales/{number}")
        dashboard.sees_state("Held")
        dashboard.press(button)
        dashboard.sees_state(state)


def test_a_payout_arrives_or_fails_by_buttons(gateway, shop, visit):
    for order_id, button, state in [("a", "Let it arrive", "Arrived"), ("b", "Let it fail", "Failed")]:
        fields = gateway.call(
            "/api/reg2nonreg", f"pg_order_id={order_id}", "pg_amount=30", "pg_description=Prize", f"pg_post_link={shop.url}/post",
            f"pg_back_link={shop.url}/back", "pg_order_time_limit=2040-01-01 00:00:00", "--scheme", "pg-sig-payout",
        )
        phone = visit(fields["pg_redirect_url"], width=360)
        # This card takes its time.
        phone.page.get_by_label("Card number").fill("5507841999732294")
        phone.press("Go on")
        phone.sees("The money is on its way.")
        dashboard = visit(f"/#/payouts/{fields['pg_payment_id']}")
        dashboard.sees_row(order_id, "On its way")
        dashboard.press(button)
        dashboard.sees_state(state)
        phone.sees("The money has arrived." if state == "Arrived" else "The payout has failed.")


def test_callbacks_are_shown_as_they_went_and_sent_again_by_buttons(gateway, shop, visit):
    number = gateway.sale("a", "10.50", "Coffee", "--result-url", f"{shop.url}/result")
    dashboard = visit(f"/#/sales/{number}")
    dashboard.press("Pay")
    arrived = dashboard.page.locator("#detail .part", has_text="Callbacks").locator("li")
    expect(arrived).to_have_count(1)
    dashboard.press("Resend callback")
    expect(arrived).to_have_count(2)
    assert len(shop.letters) == 2 and shop.letters[0] != shop.letters[1], "under a new salt"
    dashboard.page.get_by_role("link", name="Callbacks").click()
    rows = dashboard.page.locator("#rows a")
    expect(rows).to_have_count(2)
    rows.last.click()
    expect(dashboard.page.locator("#detail h2")).to_have_text("result 1")
    request, answer = dashboard.page.locator(".wire").all()
    expect(request).to_contain_text(f"POST {shop.url}/result")
    expect(request).to_contain_text(shop.letters[0])
    expect(request).to_contain_text("content-type: application/x-www-form-urlencoded")
    expect(answer).to_contain_text("no XML")
    dashboard.press("Resend callback")
    expect(rows).to_have_count(3)
    assert shop.letters[2] == shop.letters[0], "the same bytes"


def test_what_the_sandbox_refuses_is_said(gateway, visit):
    number = gateway.sale("a")
    gateway.move(f"payments/{number}/pay")
    dashboard = visit(f"/#/sales/{number}")
    dashboard.page.get_by_label("Amount to refund, at most 10.50").fill("10.51")
    dashboard.expected.append("status of 409")
    dashboard.press("Refund")
    expect(dashboard.page.locator("#refusal")).to_contain_text("10.51 is more than the 10.50")


def test_a_wrong_signature_is_shown_with_what_was_sent_and_what_was_expected(gateway, visit):
    gateway.tool("init", "a", "10.50", "Coffee", SECRET_KEY="another-key")
    dashboard = visit("/#/requests")
    dashboard.row("POST /v5/merchant/invoice/init").click()
    detail = dashboard.page.locator("#detail")
    expect(detail.locator(".problem")).to_contain_text("made with another key")
    expect(detail.locator(".expected")).to_contain_text('{"uri":"/v5/merchant/invoice/init","merchant_id":"123456"')
    expect(detail.locator(".expected")).to_contain_text('"order_id":"a"')
    request, answer = detail.locator(".wire").all()
    [record] = gateway.ask("requests")
    sent = dict(record["headers"])["x-jws-signature"]
    for text in ["POST /v5/merchant/invoice/init HTTP/1.1", f"x-jws-signature: {sent}", record["body"]]:
        expect(request).to_contain_text(text)
    expect(answer).to_contain_text("HTTP/1.1 200")
    expect(answer).to_contain_text(record["answer"]["body"])
    assert "sandbox-secret-key" not in detail.inner_text() and "another-key" not in detail.inner_text()


def test_a_lost_answer_is_shown_as_lost(gateway, visit):
    number = gateway.sale("a")
    gateway.move(f"payments/{number}/pay")
    gateway.move("faults/lost-answer:revoke.php?times=1")
    gateway.tool("call", "/revoke.php", f"pg_payment_id={number}")
    dashboard = visit("/#/requests")
    dashboard.row("POST /revoke.php").click()
    dashboard.sees("The connection ended without an answer")
    dashboard.sees("lost on purpose")


def test_the_list_is_narrowed_down(gateway, visit):
    for order_id in ["tea-1", "tea-2", "coffee-1"]:
        gateway.sale(order_id)
    gateway.move("payments/1000002/decline")
    dashboard = visit()
    rows = dashboard.page.locator("#rows a")
    expect(rows).to_have_count(3)
    dashboard.page.get_by_label("Find").fill("TEA")
    expect(rows).to_have_count(2)
    dashboard.page.get_by_label("Only what went wrong").check()
    expect(rows).to_have_count(1)
    dashboard.sees_row("tea-2", "Declined")
    dashboard.page.get_by_label("Find").fill("juice")
    dashboard.sees("Nothing fits.")


def test_the_page_comes_back_to_life_with_the_sandbox(gateway, visit):
    gateway.sale("before")
    dashboard = visit()
    line = dashboard.page.locator("#line")
    expect(line).to_have_text("Live")
    dashboard.sees_row("before", "Waiting")
    dashboard.expected.append("ERR_")
    gateway.stop()
    expect(line).to_have_text("Reconnecting…")
    gateway.start(gateway.url.removeprefix("http://"))
    expect(line).to_have_text("Live")
    gateway.sale("after")
    dashboard.sees_row("after", "Waiting")
    expect(dashboard.row("before")).to_have_count(0)
    assert dashboard.stayed()


def test_what_came_from_a_request_stays_text_everywhere(gateway, shop, visit):
    number = gateway.sale(HOSTILE, "1", HOSTILE, "--result-url", f"{shop.url}/{quote(HOSTILE, safe='=')}")
    gateway.move(f"payments/{number}/pay")
    dashboard = visit()
    dashboard.sees_row(HOSTILE, "Paid")
    for path in [f"/#/sales/{number}", "/#/requests", "/#/requests/1", "/#/callbacks", "/#/callbacks/1"]:
        dashboard.go("about:blank")
        dashboard.go(path)
        dashboard.sees("onerror=")
        assert "taken" not in dashboard.page.title()
        assert dashboard.page.locator("img[src='x']").count() == 0
        assert dashboard.page.locator("script:not([src])").count() == 0


def test_a_page_of_somebody_else_pays_nothing(gateway, shop, visit):
    number = gateway.sale("a")
    shop.page = f"""<!DOCTYPE html><title>Prize</title>
        <form method=post action="{gateway.url}/sandbox/payments/{number}/pay"><button>You have won</button></form>
        """.encode()
    victim = visit(shop.url, allow=[shop.url])
    victim.expected.append("status of 403")
    with victim.page.expect_navigation() as arrived:
        victim.press("You have won")
    assert arrived.value.status == 403
    assert gateway.ask("payments")[0]["status"] == "new"


def test_something_goes_wrong_on_demand_until_it_is_ended(gateway, visit):
    number = gateway.sale("a")
    dashboard = visit("/#/faults")
    dashboard.sees("Everything goes right.")
    dashboard.page.get_by_label("What goes wrong").select_option("An HTTP status instead of an answer")
    dashboard.page.get_by_label("How much").fill("500")
    dashboard.page.get_by_label("For which request").fill("status")
    dashboard.page.get_by_label("How often").fill("")
    dashboard.press("Let it go wrong")
    rule = dashboard.page.locator("#rows li")
    expect(rule.locator("code")).to_have_text("http=500:status")
    expect(rule).to_contain_text("struck 0 times · again and again")
    assert gateway.tool("status", str(number), CALL_TIMEOUT="1s")["http_status"] == 500
    expect(rule).not_to_contain_text("struck 0 times")
    dashboard.page.get_by_role("button", name="End: http=500:status").click()
    dashboard.sees("Everything goes right.")
    assert gateway.tool("status", str(number))["invoice_status_name"] == "FP_INVOICE_NEW"


def test_what_goes_wrong_once_is_gone_after_that_and_a_wrong_rule_is_refused_with_a_reason(gateway, visit):
    dashboard = visit("/#/faults")
    dashboard.press("Let it go wrong")
    expect(dashboard.page.locator("#rows li code")).to_have_text("lost-answer,times=1")
    assert gateway.tool("init", "a", "1", "Tea")["sent_name"] == "FP_SENT_MAYBE"
    dashboard.sees("Everything goes right.")
    dashboard.expected.append("status of 400")
    dashboard.page.get_by_label("How often").fill("often")
    dashboard.press("Let it go wrong")
    expect(dashboard.page.locator("#rule-refusal")).to_contain_text("a number of times")


def test_over_tls_it_is_the_same(tmp_path, browser):
    authority = tmp_path / "ca.pem"
    with Gateway(tmp_path, "--tls", "--ca-out", authority) as gateway:
        number = gateway.sale("a", "10.50", "Coffee", "--ca-file", authority)
        dashboard = Visitor(browser, gateway, ignore_https_errors=True)
        dashboard.go(f"/#/sales/{number}")
        dashboard.press("Pay")
        dashboard.sees_state("Paid")
        dashboard.leave()

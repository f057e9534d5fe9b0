"""What a person sees: the code, the line that counts down, and what is said when Ctrl-C is pressed."""

import re
import signal
import subprocess

import pytest

from terminal import TOOL, Terminal

ESCAPE = b"\x1b"
COLOUR = re.compile(rb"\x1b\[[0-9;]*m")
LEFT = re.compile(r"(\d+):(\d\d) left")


def pay(gateway, order_id, *more):
    return ["pay", order_id, "10.50", "Coffee", *more]


def link_on(terminal):
    return re.search(r"https?://\S+", terminal.text()).group()


def seconds_left(terminal):
    found = [match for line in terminal.lines() for match in LEFT.findall(line)]
    assert len(found) <= 1, "the line stands once"
    return [int(minutes) * 60 + int(seconds) for minutes, seconds in found]


def test_the_code_on_the_screen_is_the_payer_s_link_and_the_line_follows_the_sale(gateway):
    order_id = gateway.order()
    with Terminal(pay(gateway, order_id), gateway.settings()) as terminal:
        terminal.wait_for(lambda: "Waiting for the payer" in terminal.text())
        assert terminal.scan() == [link_on(terminal)]
        assert order_id in terminal.text() and "10.50" in terminal.text()
        gateway.turn(order_id, "process")
        terminal.wait_for(lambda: "The payment is under way" in terminal.text())
        assert "Waiting for the payer" not in terminal.text(), "it stands in the same line"
        gateway.turn(order_id, "pay")
        assert terminal.end() == 0
        assert "Paid" in terminal.lines()
        assert "left" not in terminal.text(), "the line is gone"
        assert terminal.screen.cursor.x == 0, "and the shell's prompt has a line of its own"


def test_the_line_counts_the_seconds_down_also_between_two_questions(gateway):
    order_id = gateway.order()
    settings = gateway.settings(POLL_INTERVAL="1m")
    with Terminal(pay(gateway, order_id, "--timeout", "2m"), settings) as terminal:
        seen = []

        def three_numbers():
            for seconds in seconds_left(terminal):
                if not seen or seen[-1] != seconds:
                    seen.append(seconds)
            return len(seen) >= 3

        terminal.wait_for(three_numbers)
        assert all(later < earlier for earlier, later in zip(seen, seen[1:])), seen
        assert seen[0] <= 120


@pytest.mark.parametrize("how", ["Ctrl-C", "SIGTERM"])
def test_ending_the_wait_says_where_the_sale_stands(gateway, how):
    order_id = gateway.order()
    subprocess.run([TOOL, "init", order_id, "10.50", "Coffee"], env=gateway.settings(), check=True, capture_output=True)
    gateway.turn(order_id, "process")
    # The next question would be in an hour.
    settings = gateway.settings(POLL_INTERVAL="60m")
    with Terminal(["wait", "--order-id", order_id], settings) as terminal:
        terminal.wait_for(lambda: "The payment is under way" in terminal.text())
        if how == "Ctrl-C":
            terminal.press(b"\x03")
        else:
            terminal.signal(signal.SIGTERM)
        assert terminal.end() == 10
        text = terminal.text()
        assert "Still open: the waiting was ended" in text and f"freedompay status {gateway.invoice(order_id)}" in text
        assert not seconds_left(terminal)
    # The sale itself goes on.
    gateway.turn(order_id, "pay")
    assert subprocess.run([TOOL, "status", str(gateway.invoice(order_id))], env=gateway.settings(), capture_output=True).returncode == 0


def test_ctrl_c_while_the_gateway_is_silent_never_calls_the_sale_failed(gateway, silence):
    order_id = gateway.order()
    settings = gateway.settings(BASE_URL=silence)
    with Terminal(pay(gateway, order_id), settings) as terminal:
        # The request is under way once the journal has the sale.
        listed = lambda: subprocess.run([TOOL, "pending"], env=settings, capture_output=True, text=True).stdout
        terminal.wait_for(lambda: order_id in listed())
        terminal.press(b"\x03")
        code = terminal.end()
        text = terminal.text()
    if code == 50:
        # It was pressed before anything of the request had left, and the journal knows that.
        assert "nothing was sent" in text and order_id not in listed()
    else:
        assert code == 30
        assert "do not sell it again" in text and order_id in listed()


def test_colours_stand_in_a_terminal_alone(gateway):
    order_id = gateway.order()
    arguments = pay(gateway, order_id, "--timeout", "1ms")
    with Terminal(arguments, gateway.settings()) as terminal:
        terminal.end()
        assert COLOUR.search(terminal.raw)
    gateway.turn(order_id, "pay")
    with Terminal(["status", str(gateway.invoice(order_id))], gateway.settings()) as terminal:
        assert terminal.end() == 0
        row = next(y for y, line in enumerate(terminal.screen.display) if line.startswith("Paid"))
        assert terminal.screen.buffer[row][0].fg == "green"
    for environment in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
        with Terminal(["status", str(gateway.invoice(order_id))], gateway.settings(), **environment) as terminal:
            assert terminal.end() == 0
            assert not COLOUR.search(terminal.raw)
    for arguments in (arguments, ["status", str(gateway.invoice(order_id))], ["--help"]):
        piped = subprocess.run([TOOL, *arguments], env=gateway.settings(), capture_output=True)
        assert ESCAPE not in piped.stdout + piped.stderr


def test_no_color_leaves_a_code_that_can_be_scanned(gateway):
    order_id = gateway.order()
    with Terminal(pay(gateway, order_id), gateway.settings(), NO_COLOR="1") as terminal:
        terminal.wait_for(lambda: "Waiting for the payer" in terminal.text())
        assert terminal.scan(ground="black") == [link_on(terminal)]
        assert not COLOUR.search(terminal.raw)
        terminal.press(b"\x03")
        assert terminal.end() == 10


def test_a_dumb_terminal_gets_lines_and_no_cursor_movement(gateway):
    order_id = gateway.order()
    with Terminal(pay(gateway, order_id), gateway.settings(), TERM="dumb") as terminal:
        terminal.wait_for(lambda: link_on(terminal) if "http" in terminal.text() else False)
        gateway.turn(order_id, "pay")
        assert terminal.end() == 0
        assert ESCAPE not in terminal.raw and "Paid" in terminal.lines()


def test_a_narrow_terminal_has_the_link_and_one_line(gateway):
    order_id = gateway.order()
    with Terminal(pay(gateway, order_id), gateway.settings(), columns=30) as terminal:
        terminal.wait_for(lambda: any(line.startswith("Waiting for the payer") for line in terminal.lines()))
        before = len(terminal.lines())
        assert terminal.scan() == [] and "http://" in terminal.text()
        assert "█" not in terminal.text()
        seen = set()
        terminal.wait_for(lambda: seen.add(terminal.lines()[-1]) or len(seen) >= 1)
        assert len(terminal.lines()) == before
        terminal.press(b"\x03")
        assert terminal.end() == 10


def test_the_live_line_is_in_the_language_that_is_wanted(gateway):
    order_id = gateway.order()
    with Terminal(pay(gateway, order_id, "--lang", "ru"), gateway.settings()) as terminal:
        terminal.wait_for(lambda: "Ждёт оплаты, осталось" in terminal.text())
        gateway.turn(order_id, "decline")
        assert terminal.end() == 20
        assert "Не оплачено: платёж не прошёл" in terminal.lines()

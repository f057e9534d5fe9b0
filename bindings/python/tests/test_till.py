"""The example till as a process of its own: what it prints and how it exits."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, Iterator, Tuple

import pytest
from gateway import (
    MERCHANT_ID,
    SECRET_KEY,
    Sandbox,
    Scripted,
    closed_port,
    error_json,
    invoice_json,
)

PACKAGE = Path(__file__).parents[1]


class Till:
    """Runs the till with settings for one gateway."""

    def __init__(self, folder: Path) -> None:
        self._secret = folder / "secret"
        self._secret.write_text(SECRET_KEY + "\n")

    def start(self, url: str, *arguments: str, **changes: str) -> "subprocess.Popen[str]":
        environment = {
            **os.environ,
            "PYTHONPATH": str(PACKAGE),
            "FREEDOMPAY_BASE_URL": url,
            "FREEDOMPAY_MERCHANT_ID": str(MERCHANT_ID),
            "FREEDOMPAY_SECRET_FILE": str(self._secret),
            "FREEDOMPAY_JOURNAL": "",
            **changes,
        }
        return subprocess.Popen(
            [sys.executable, str(PACKAGE / "examples" / "till.py"), *arguments],
            env={name: value for name, value in environment.items() if value},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )

    def run(self, url: str, *arguments: str, **changes: str) -> Tuple[int, str]:
        process = self.start(url, *arguments, **changes)
        output, errors = process.communicate(timeout=60)
        assert errors == ""
        return process.returncode, output


@pytest.fixture
def till(tmp_path: Path) -> Iterator[Till]:
    yield Till(tmp_path)


def wait_until_shown(process: "subprocess.Popen[str]") -> str:
    """What the till prints up to the moment when it waits."""
    assert process.stdout is not None
    shown = ""
    for line in process.stdout:
        shown += line
        if line.startswith("waiting"):
            return shown
    raise AssertionError(f"the till did not come to wait: {shown}")


@pytest.mark.parametrize(
    "option, code, word", [("--pay-after", 0, "PAID"), ("--decline-after", 20, "DECLINED")]
)
def test_the_till_says_what_the_payer_did(till: Till, option: str, code: int, word: str) -> None:
    with Sandbox(option, "100ms") as sandbox:
        exit_code, output = till.run(sandbox.url, "till-1", "10.50", "Кофе")
    assert exit_code == code
    assert output.splitlines()[-1].startswith(word)
    assert re.search("[\u2580\u2584\u2588]", output) and "customer=" in output


def test_an_expired_invoice_is_expired(till: Till, sandbox: Sandbox, order_id: str) -> None:
    process = till.start(sandbox.url, order_id, "10", "Coffee")
    shown = wait_until_shown(process)
    mine = [invoice for invoice in sandbox.invoices() if invoice["order_id"] == order_id]
    sandbox.turn(mine[0]["invoice_id"], "expire")
    rest, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (20, "")
    assert rest.startswith("EXPIRED") and "PAID" not in shown + rest


def test_a_till_that_stops_waiting_says_still_open(
    till: Till, sandbox: Sandbox, order_id: str
) -> None:
    code, output = till.run(sandbox.url, order_id, "10", "Coffee", FREEDOMPAY_WAIT_S="1")
    assert code == 10
    assert output.splitlines()[-1].startswith("STILL OPEN")


def test_ctrl_c_leaves_the_sale_open_and_says_so(
    till: Till, sandbox: Sandbox, order_id: str
) -> None:
    process = till.start(sandbox.url, order_id, "10", "Coffee")
    wait_until_shown(process)
    process.send_signal(signal.SIGINT)
    rest, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (10, "")
    assert rest.startswith("STILL OPEN")


def test_a_gateway_that_is_not_there_is_not_sent(till: Till) -> None:
    code, output = till.run(f"http://127.0.0.1:{closed_port()}", "till-1", "10", "Coffee")
    assert code == 50
    assert output.startswith("NOT SENT")


def test_a_wrong_key_is_refused(till: Till, sandbox: Sandbox, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong"
    wrong.write_text("hunter2")
    code, output = till.run(
        sandbox.url, "till-1", "10", "Coffee", FREEDOMPAY_SECRET_FILE=str(wrong)
    )
    assert code == 20
    assert output.startswith("REFUSED") and "9998" in output and "hunter2" not in output


def test_a_refusal_for_an_earlier_attempts_sake_is_unknown(till: Till) -> None:
    with Scripted(lambda request: error_json(9991, "repeat of an operation")) as gateway:
        code, output = till.run(gateway.url, "till-1", "10", "Coffee")
    assert code == 30
    assert output.startswith("UNKNOWN") and "order till-1" in output


@pytest.mark.parametrize("status_answer", [error_json(11068, "not found"), b"garbage"])
def test_a_lost_answer_is_unknown_and_never_refused(till: Till, status_answer: bytes) -> None:
    def answer(request: Any) -> Any:
        return None if request.target.endswith("/init") else status_answer

    with Scripted(answer) as gateway:
        code, output = till.run(gateway.url, "till-1", "10", "Coffee")
    assert code == 30
    assert output.startswith("UNKNOWN") and "order till-1" in output
    inits = [request for request in gateway.requests if request.target.endswith("/init")]
    assert len(inits) == 1


def test_a_lost_answer_is_asked_for(till: Till, sandbox: Sandbox, order_id: str) -> None:
    # The sandbox gets the sale, the till does not get the answer.
    def answer(request: Any) -> Any:
        body = sandbox.answer(request)
        if not request.target.endswith("/init"):
            return body
        mine = [invoice for invoice in sandbox.invoices() if invoice["order_id"] == order_id]
        sandbox.turn(mine[0]["invoice_id"], "pay")
        return None

    with Scripted(answer) as gateway:
        code, output = till.run(gateway.url, order_id, "10", "Coffee")
    assert (code, output.splitlines()[-1]) == (0, "PAID")


def test_a_till_that_was_killed_goes_on_with_the_same_invoice(
    till: Till, sandbox: Sandbox, tmp_path: Path, order_id: str
) -> None:
    journal = str(tmp_path / "journal")
    process = till.start(sandbox.url, order_id, "10", "Coffee", FREEDOMPAY_JOURNAL=journal)
    shown = wait_until_shown(process)
    process.kill()
    process.communicate(timeout=60)
    mine = [invoice for invoice in sandbox.invoices() if invoice["order_id"] == order_id]
    sandbox.turn(mine[0]["invoice_id"], "pay")
    code, output = till.run(sandbox.url, order_id, "10", "Coffee", FREEDOMPAY_JOURNAL=journal)
    assert (code, output) == (0, shown + "PAID\n")
    assert sandbox.inits(order_id) == 1
    code, output = till.run(sandbox.url, order_id, "11", "Coffee", FREEDOMPAY_JOURNAL=journal)
    assert code == 40
    assert output.startswith("INPUT") and "10" in output and "11" in output
    assert sandbox.inits(order_id) == 1


def test_a_sale_that_the_gateway_has_with_another_sum_is_unknown(till: Till, tmp_path: Path) -> None:
    lost = True

    def answer(request: Any) -> Any:
        if request.target.endswith("/init"):
            return None
        return b"garbage" if lost else invoice_json(5, amount="99", currency="KZT")

    journal = str(tmp_path / "journal")
    outputs = []
    with Scripted(answer) as gateway:
        for _ in range(2):
            code, output = till.run(gateway.url, "till-1", "10", "Coffee", FREEDOMPAY_JOURNAL=journal)
            assert (code, output.split(":")[0]) == (30, "UNKNOWN")
            outputs.append(output)
            lost = False
    assert "99" in outputs[1]


def test_a_till_sells_nothing_without_the_journal_that_it_was_given(
    till: Till, sandbox: Sandbox, tmp_path: Path, order_id: str
) -> None:
    journal = str(tmp_path / "missing" / "journal")
    code, output = till.run(sandbox.url, order_id, "10", "Coffee", FREEDOMPAY_JOURNAL=journal)
    assert code == 40
    assert output.startswith("INPUT") and journal in output
    assert sandbox.inits(order_id) == 0


@pytest.mark.parametrize(
    "arguments, changes",
    [
        (("till-1", "1,5", "Coffee"), {}),
        (("till-1", "10"), {}),
        (("till-1", "10", "Coffee"), {"FREEDOMPAY_BASE_URL": ""}),
        (("till-1", "10", "Coffee"), {"FREEDOMPAY_BASE_URL": "http://api.example"}),
        (("till-1", "10", "Coffee"), {"FREEDOMPAY_MERCHANT_ID": "many"}),
        (("till-1", "10", "Coffee"), {"FREEDOMPAY_MERCHANT_ID": "0"}),
        (("till-1", "10", "Coffee"), {"FREEDOMPAY_SECRET_FILE": "/no/such/file"}),
        (("till-1", "10", "Coffee"), {"FREEDOMPAY_LIBRARY": "/no/such/library.so"}),
    ],
)
def test_bad_input_is_named(till: Till, arguments: Tuple[str, ...], changes: Any) -> None:
    code, output = till.run("http://127.0.0.1:9", *arguments, **changes)
    assert code == 40
    assert output.startswith("INPUT: ") and len(output) > len("INPUT: \n")


def test_a_terminal_without_blocks_does_not_end_the_sale(till: Till) -> None:
    with Sandbox("--pay-after", "100ms") as sandbox:
        code, output = till.run(
            sandbox.url, "till-1", "10", "Coffee", PYTHONIOENCODING="ascii", PYTHONUTF8="0"
        )
    assert (code, output.splitlines()[-1]) == (0, "PAID")

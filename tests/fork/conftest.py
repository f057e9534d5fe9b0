"""A sandbox gateway for the tests, and the count in the form of the other scripts of this folder.

FREEDOMPAY_TOOL      the freedompay tool (target/release/freedompay)
FREEDOMPAY_LIBRARY   the library (target/release/libfreedompay.so)
FREEDOMPAY_PYTHON    the folder of the Python package (bindings/python)
FREEDOMPAY_PHP       the folder of the PHP package (bindings/php)
"""

import itertools
import json
import os
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
os.environ.setdefault("FREEDOMPAY_TOOL", str(ROOT / "target/release/freedompay"))
os.environ.setdefault("FREEDOMPAY_LIBRARY", str(ROOT / "target/release/libfreedompay.so"))
PYTHON_PACKAGE = os.environ.get("FREEDOMPAY_PYTHON", str(ROOT / "bindings/python"))
PHP_PACKAGE = os.environ.get("FREEDOMPAY_PHP", str(ROOT / "bindings/php"))
sys.path.insert(0, PYTHON_PACKAGE)
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [PYTHON_PACKAGE, os.environ.get("PYTHONPATH")]))

MERCHANT = dict(merchant_id=123456, secret_key="sandbox-secret-key")

# How long anything may take. Only what hangs meets it.
PATIENCE_S = 60


class Sandbox:
    """A running sandbox gateway."""

    def __init__(self, folder):
        ready = folder / "ready"
        self._log = open(folder / "log", "w")
        self._process = subprocess.Popen(
            [os.environ["FREEDOMPAY_TOOL"], "sandbox", "--listen", "127.0.0.1:0", "--ready-file", str(ready)],
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
        )
        until(lambda: ready.exists() and ready.read_text().strip())
        self.url = ready.read_text().strip()

    def orders(self, prefix):
        """The order ids of the gateway's invoices that begin so, one for each invoice."""
        with urllib.request.urlopen(self.url + "/sandbox/invoices") as answer:
            invoices = json.load(answer)
        return [i["order_id"] for i in invoices if str(i["order_id"]).startswith(prefix)]

    def stop(self):
        self._process.terminate()
        self._process.wait()
        self._log.close()


def until(condition):
    """Waits until the condition holds; fails after PATIENCE_S."""
    end = time.monotonic() + PATIENCE_S
    while not condition():
        if time.monotonic() > end:
            pytest.fail("what was waited for did not come")
        time.sleep(0.02)


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory):
    running = Sandbox(tmp_path_factory.mktemp("sandbox"))
    yield running
    running.stop()


@pytest.fixture
def client(sandbox):
    from freedompay import Client

    with Client(base_url=sandbox.url, poll_interval_ms=20, **MERCHANT) as made:
        yield made


_numbers = itertools.count(1)


@pytest.fixture
def order():
    """The beginning of order ids that no other test uses."""
    return f"test-{os.getpid()}-{next(_numbers)}-"


_ends = {"passed": 0, "failed": 0}


def pytest_runtest_logreport(report):
    if report.failed:
        _ends["failed"] += 1
    elif report.when == "call" and report.passed:
        _ends["passed"] += 1


def pytest_unconfigure():
    print("{passed} passed, {failed} failed".format(**_ends))

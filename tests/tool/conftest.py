import json
import os
import socket
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

import pytest


class Gateway:
    """A sandbox and a merchant with a journal."""

    def __init__(self, folder):
        ready = folder / "ready"
        self.process = subprocess.Popen(
            [os.environ["FREEDOMPAY_TOOL"], "sandbox", "--listen", "127.0.0.1:0", "--ready-file", ready],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        while not ready.exists():
            assert self.process.poll() is None
            time.sleep(0.01)
        self.url = ready.read_text().strip()
        self.journal = folder / "journal"
        self.sales = 0

    def settings(self, **changed):
        settings = dict(
            CONFIG="/dev/null", BASE_URL=self.url, MERCHANT_ID="123456", SECRET_KEY="sandbox-secret-key",
            JOURNAL=str(self.journal), POLL_INTERVAL="50ms",
        )
        return {f"FREEDOMPAY_{name}": value for name, value in {**settings, **changed}.items()}

    def order(self):
        """An order id that no sale has."""
        self.sales += 1
        return f"order-{self.sales}"

    def invoice(self, order_id):
        """The number of the sale's invoice."""
        with urllib.request.urlopen(f"{self.url}/sandbox/invoices") as answer:
            [number] = [sale["invoice_id"] for sale in json.load(answer) if sale["order_id"] == order_id]
        return number

    def turn(self, order_id, verb):
        """Something happens to the sale."""
        url = f"{self.url}/sandbox/invoices/{self.invoice(order_id)}/{verb}"
        with urllib.request.urlopen(urllib.request.Request(url, method="POST")) as answer:
            assert answer.status == 200

    def close(self):
        self.process.terminate()
        self.process.wait()


@pytest.fixture(scope="session")
def gateway():
    with tempfile.TemporaryDirectory() as folder:
        gateway = Gateway(Path(folder))
        yield gateway
        gateway.close()


@pytest.fixture
def silence():
    """The address of a place that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield "http://127.0.0.1:%d" % server.getsockname()[1]

"""What every test has at hand. FREEDOMPAY_TOOL names the program of the sandbox gateway."""

from __future__ import annotations

import itertools
import os
import sys
from pathlib import Path
from typing import Any, Callable, Iterator

import pytest

from freedompay import Client

sys.path.insert(0, str(Path(__file__).parent))

from gateway import MERCHANT_ID, SECRET_KEY, Sandbox  # noqa: E402

ClientFor = Callable[..., Client]


def pytest_configure(config: pytest.Config) -> None:
    if "FREEDOMPAY_TOOL" not in os.environ:
        raise pytest.UsageError("FREEDOMPAY_TOOL must name the freedompay program")


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    """One sandbox for all tests that turn their invoices themselves."""
    with Sandbox() as running:
        yield running


@pytest.fixture
def client_for() -> Iterator[ClientFor]:
    """Makes a client of a gateway's URL, with the sandbox's merchant and short times."""
    clients = []

    def make(url: str, **settings: Any) -> Client:
        defaults = dict(merchant_id=MERCHANT_ID, secret_key=SECRET_KEY, poll_interval_ms=20)
        clients.append(Client(base_url=url, **{**defaults, **settings}))
        return clients[-1]

    yield make
    for client in clients:
        client.close()


@pytest.fixture
def client(sandbox: Sandbox, client_for: ClientFor) -> Client:
    return client_for(sandbox.url)


_numbers = itertools.count(1)


@pytest.fixture
def order_id() -> str:
    """An order id that no other test uses."""
    return f"order-{os.getpid()}-{next(_numbers)}"

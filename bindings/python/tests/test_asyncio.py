"""Calls in an event loop: it goes on meanwhile, may give them up, and no thread of Python waits."""

from __future__ import annotations

import asyncio
import importlib.util
import os
import resource
import threading
import time
from decimal import Decimal
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List

import pytest
from conftest import ClientFor
from gateway import Sandbox, Scripted, Silent, closed_port, invoice_json
from processes import exit_code, run

from freedompay import (
    ArgumentError,
    Client,
    Invoice,
    InvoiceRequest,
    InvoiceStatus,
    NotSent,
    OutcomeUnknown,
    PendingSale,
    WaitTimeout,
)
from freedompay._awaiting import end_of

LOOPS: Dict[str, Callable[[], asyncio.AbstractEventLoop]] = {"asyncio": asyncio.new_event_loop}
if importlib.util.find_spec("uvloop"):
    LOOPS["uvloop"] = importlib.import_module("uvloop").new_event_loop


@pytest.fixture(params=list(LOOPS))
def loop(request: pytest.FixtureRequest) -> Iterator[asyncio.AbstractEventLoop]:
    made = LOOPS[request.param]()
    yield made
    made.close()


@pytest.fixture
def silent() -> Iterator[Silent]:
    with Silent() as gateway:
        yield gateway


def test_a_sale_is_made_and_paid_while_the_loop_goes_on(
    loop: asyncio.AbstractEventLoop, client: Client, sandbox: Sandbox, order_id: str
) -> None:
    ticks: List[int] = []

    async def tick() -> None:
        while True:
            ticks.append(threading.active_count())
            await asyncio.sleep(0.005)

    async def till() -> Invoice:
        ticking = asyncio.ensure_future(tick())
        threads = threading.active_count()
        invoice = await client.invoice_init_async(InvoiceRequest(order_id, "10.50", "Coffee"))
        waiting = asyncio.ensure_future(client.invoice_wait_async(invoice.invoice_id, 60_000))
        begun = len(ticks)
        while len(ticks) < begun + 5:
            await asyncio.sleep(0.005)
        assert not waiting.done()
        sandbox.turn(invoice.invoice_id, "pay")
        end = await waiting
        ticking.cancel()
        assert set(ticks) == {threads}, "a thread of Python was started"
        return end

    end = loop.run_until_complete(till())
    assert end.paid and end.invoice_id > 0


def test_many_sales_are_under_way_at_once(
    loop: asyncio.AbstractEventLoop, client: Client, order_id: str
) -> None:
    async def sell(number: int) -> str:
        request = InvoiceRequest(f"{order_id}-{number}", number + 1, "Coffee")
        return str((await client.invoice_init_async(request)).order_id)

    async def shop() -> List[str]:
        return list(await asyncio.gather(*(sell(number) for number in range(40))))

    assert loop.run_until_complete(shop()) == [f"{order_id}-{number}" for number in range(40)]


def test_one_client_serves_loops_one_after_the_other(client: Client, order_id: str) -> None:
    for number, new_loop in enumerate([*LOOPS.values()] * 3):
        request = InvoiceRequest(f"{order_id}-{number}", 10, "Coffee")
        loop = new_loop()
        invoice = loop.run_until_complete(client.invoice_init_async(request))
        loop.close()
        assert invoice.order_id == request.order_id


def test_one_client_serves_loops_of_several_threads(client: Client, order_id: str) -> None:
    sold: List[str] = []

    def shop(name: str) -> None:
        for number in range(10):
            request = InvoiceRequest(f"{order_id}-{name}-{number}", 10, "Coffee")
            sold.append(str(asyncio.run(client.invoice_init_async(request)).order_id))

    threads = [threading.Thread(target=shop, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(set(sold)) == 40


def test_cancelling_gives_the_call_up(
    loop: asyncio.AbstractEventLoop, silent: Silent, client_for: ClientFor, tmp_path: Path
) -> None:
    client = client_for(silent.url, journal=tmp_path / "journal", timeout_ms=60_000)
    tasks = threads_of_the_library()

    async def give_up() -> None:
        request = InvoiceRequest("order", 10, "Coffee")
        selling = asyncio.ensure_future(client.invoice_init_async(request))
        await asyncio.get_running_loop().run_in_executor(None, silent.asked.wait, 20)
        selling.cancel()
        with pytest.raises(asyncio.CancelledError):
            await selling

    loop.run_until_complete(give_up())
    assert eventually(lambda: threads_of_the_library() == tasks)
    # It may have arrived, and is not forgotten.
    assert client.pending() == (PendingSale("order", None, Decimal(10)),)
    assert len(silent.requests) == 1


def test_a_time_limit_of_asyncio_gives_the_call_up(
    loop: asyncio.AbstractEventLoop, silent: Silent, client_for: ClientFor
) -> None:
    client = client_for(silent.url, timeout_ms=60_000)
    tasks = threads_of_the_library()

    async def wait() -> None:
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(client.invoice_wait_async(5, 60_000), 0.1)

    loop.run_until_complete(wait())
    assert eventually(lambda: threads_of_the_library() == tasks)


def test_cancelling_ends_a_watch(
    loop: asyncio.AbstractEventLoop, client_for: ClientFor
) -> None:
    seen: List[InvoiceStatus] = []
    tasks = threads_of_the_library()

    async def watch(client: Client, first: asyncio.Event) -> None:
        async for state in client.watch_async(5):
            seen.append(state.status)
            first.set()

    async def shop(client: Client) -> None:
        first = asyncio.Event()
        watching = asyncio.ensure_future(watch(client, first))
        await asyncio.wait_for(first.wait(), 20)
        await asyncio.sleep(0.05)
        watching.cancel()
        with pytest.raises(asyncio.CancelledError):
            await watching

    with Scripted(lambda request: invoice_json(5)) as gateway:
        loop.run_until_complete(shop(client_for(gateway.url)))
    assert seen == [InvoiceStatus.NEW]
    assert eventually(lambda: threads_of_the_library() == tasks)


def test_an_awaited_call_raises_what_the_call_would(
    loop: asyncio.AbstractEventLoop, client: Client, client_for: ClientFor, order_id: str
) -> None:
    nobody = client_for(f"http://127.0.0.1:{closed_port()}", timeout_ms=300)
    invoice = client.invoice_init(InvoiceRequest(f"{order_id}-a", 10, "Coffee"))
    with Scripted(lambda request: None) as gateway:
        deaf = client_for(gateway.url)
        cases: List[Any] = [
            (nobody.invoice_init_async(InvoiceRequest(order_id, 10, "Coffee")), NotSent),
            (deaf.invoice_init_async(InvoiceRequest(order_id, 10, "Coffee")), OutcomeUnknown),
            (client.invoice_init_async(InvoiceRequest(order_id, "1,5", "Coffee")), ArgumentError),
            (client.invoice_wait_async(0, 1_000), ArgumentError),
            (client.invoice_wait_async(invoice.invoice_id, 50), WaitTimeout),
        ]
        for call, kind in cases:
            with pytest.raises(kind) as raised:
                loop.run_until_complete(call)
            assert type(raised.value) is kind


def test_a_task_without_a_descriptor_is_awaited_all_the_same(
    client: Client, sandbox: Sandbox, order_id: str
) -> None:
    invoice = client.invoice_init(InvoiceRequest(order_id, 10, "Coffee"))
    sandbox.turn(invoice.invoice_id, "pay")

    async def till() -> bool:
        limits = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (0, limits[1]))
        try:
            task = client.invoice_wait_task(invoice.invoice_id, 20_000)
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, limits)
        with pytest.raises(OSError):
            task.fileno()
        return (await end_of(task)).paid

    assert asyncio.run(till())


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_forked_child_awaits_in_a_loop_of_its_own(client: Client, order_id: str) -> None:
    def sell(name: str) -> Invoice:
        return asyncio.run(client.invoice_init_async(InvoiceRequest(name, 10, "Coffee")))

    sell(f"{order_id}-before")
    child = os.fork()
    if child == 0:
        try:
            os._exit(0 if sell(f"{order_id}-child").order_id == f"{order_id}-child" else 1)
        except BaseException:
            os._exit(2)
    assert exit_code(child) == 0
    assert sell(f"{order_id}-after").order_id == f"{order_id}-after"


HEAD = """
import asyncio, sys, threading, time
from freedompay import Client, InvoiceRequest
client = Client(merchant_id=123456, secret_key="sandbox-secret-key", base_url=sys.argv[1])
def waiting():
    return client.invoice_wait_async(5, 60_000)
async def watch():
    async for state in client.watch_async(5):
        pass
"""


@pytest.mark.parametrize(
    "ending",
    [
        # The loop is closed, or just left, in the middle of a call.
        "async def main(): asyncio.ensure_future(waiting()); await asyncio.sleep(0.05)\n"
        "asyncio.run(main())",
        "async def main(): asyncio.ensure_future(watch()); await asyncio.sleep(0.05)\n"
        "asyncio.run(main())",
        "async def main(): asyncio.ensure_future(waiting()); await asyncio.sleep(0.05)\n"
        "asyncio.run(main()); sys.modules.clear()",
        "async def main():\n"
        "    asyncio.ensure_future(waiting()); await asyncio.sleep(0.05); sys.exit(0)\n"
        "asyncio.run(main())",
        "async def main():\n"
        "    asyncio.ensure_future(waiting()); await asyncio.sleep(0.05); client.close()\n"
        "asyncio.run(main())",
        "def loop(): asyncio.run(waiting())\n"
        "threading.Thread(target=loop, daemon=True).start(); time.sleep(0.1)",
    ],
)
def test_an_interpreter_ends_quietly_with_a_call_awaited(silent: Silent, ending: str) -> None:
    assert run(HEAD + ending, silent.url) == (0, "", "")


def threads_of_the_library() -> int:
    """How many threads run a task."""
    names = []
    for thread in os.listdir("/proc/self/task"):
        try:
            with open(f"/proc/self/task/{thread}/comm", encoding="ascii") as file:
                names.append(file.read().strip())
        except OSError:  # it has ended
            pass
    return names.count("fp-task")


def eventually(condition: Callable[[], bool]) -> bool:
    end = time.monotonic() + 20
    while not condition() and time.monotonic() < end:
        time.sleep(0.01)
    return condition()

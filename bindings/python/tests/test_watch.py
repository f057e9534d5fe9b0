"""The states of an invoice, one after the other, at once and for asyncio."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import Any, AsyncIterator, Callable, Iterator, List, Union

import pytest
from conftest import ClientFor
from gateway import Sandbox, Scripted, error_json, invoice_json

from freedompay import (
    ArgumentError,
    Cancelled,
    Client,
    FreedomPayError,
    Invoice,
    InvoiceRequest,
    InvoiceStatus,
    Refused,
    WaitTimeout,
    _watch,
)

Watch = Callable[..., Iterator[Invoice]]


def at_once(client: Client, invoice: Union[Invoice, int], *timeout: int) -> Iterator[Invoice]:
    return client.watch(invoice, *timeout)


def for_asyncio(client: Client, invoice: Union[Invoice, int], *timeout: int) -> Iterator[Invoice]:
    """The same states by way of a loop of their own, which runs while one of them is asked for."""
    loop = asyncio.new_event_loop()
    try:
        states: AsyncIterator[Invoice] = client.watch_async(invoice, *timeout)
        while True:
            try:
                yield loop.run_until_complete(states.__anext__())
            except StopAsyncIteration:
                return
    finally:
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()


@pytest.fixture(params=[at_once, for_asyncio], ids=["sync", "async"])
def watch(request: pytest.FixtureRequest) -> Watch:
    chosen: Watch = request.param
    return chosen


def test_each_state_comes_once_and_the_final_one_last(
    watch: Watch, client: Client, sandbox: Sandbox, order_id: str
) -> None:
    invoice = client.invoice_init(InvoiceRequest(order_id, 10, "Coffee"))
    turns = {InvoiceStatus.NEW: "process", InvoiceStatus.PROCESS: "pay"}
    seen: List[InvoiceStatus] = []
    for state in watch(client, invoice):
        assert state.invoice_id == invoice.invoice_id
        seen.append(state.status)
        if state.status in turns:
            sandbox.turn(invoice.invoice_id, turns[state.status])
    assert seen == [InvoiceStatus.NEW, InvoiceStatus.PROCESS, InvoiceStatus.OK]


@pytest.mark.parametrize("word", ["failed", "incomplete"])
def test_an_invoice_that_has_ended_has_one_state(
    watch: Watch, client_for: ClientFor, word: str
) -> None:
    with Scripted(lambda request: invoice_json(5, word)) as gateway:
        states = list(watch(client_for(gateway.url, poll_interval_ms=5_000), 5))
    assert [state.field("invoice_status") for state in states] == [word]
    assert not states[0].paid
    assert len(gateway.requests) == 1


def test_words_of_tomorrow_are_states_of_their_own(watch: Watch, client_for: ClientFor) -> None:
    words = ["new", "levitating", "floating", "ok"]
    states: List[Invoice] = []
    # A word is said until it was heard: an answer may come too late for one question.
    with Scripted(lambda request: invoice_json(5, words[len(states)])) as gateway:
        for state in watch(client_for(gateway.url), 5):
            states.append(state)
    assert [state.field("invoice_status") for state in states] == words
    assert [state.status for state in states[1:-1]] == [InvoiceStatus.OTHER] * 2


def test_a_fault_on_the_way_is_no_state(watch: Watch, client_for: ClientFor) -> None:
    count = 0

    def answer(request: Any) -> bytes:
        nonlocal count
        count += 1
        if count == 2:
            return b"garbage"
        if count == 3:
            return error_json(11068, "not found")
        return invoice_json(5, "new" if count < 6 else "ok")

    with Scripted(answer) as gateway:
        states = list(watch(client_for(gateway.url), 5))
    assert [state.status for state in states] == [InvoiceStatus.NEW, InvoiceStatus.OK]


def test_watching_ends_in_time_and_knows_the_last_state(
    watch: Watch, client_for: ClientFor
) -> None:
    with Scripted(lambda request: invoice_json(5)) as gateway:
        states = watch(client_for(gateway.url), 5, 300)
        begin = time.monotonic()
        assert next(states).status is InvoiceStatus.NEW
        with pytest.raises(WaitTimeout) as raised:
            next(states)
        assert 0.25 < time.monotonic() - begin < 20
    assert raised.value.result is not None
    assert raised.value.result.status is InvoiceStatus.NEW


def test_the_last_state_is_known_also_when_the_caller_took_too_long(
    watch: Watch, client_for: ClientFor
) -> None:
    polls = 0
    hang = threading.Event()

    def answer(request: Any) -> bytes:
        nonlocal polls
        polls += 1
        if polls > 1:
            hang.wait(20)
        return invoice_json(5)

    with Scripted(answer) as gateway:
        # Long enough for the first answer on a busy machine.
        states = watch(client_for(gateway.url), 5, 1_500)
        assert next(states).status is InvoiceStatus.NEW
        time.sleep(1.6)
        with pytest.raises(WaitTimeout) as raised:
            next(states)
        hang.set()
    assert raised.value.result is not None
    assert raised.value.result.status is InvoiceStatus.NEW


def test_a_gateway_slower_than_the_interval_is_still_heard(
    watch: Watch, client_for: ClientFor
) -> None:
    # An answer takes 150 ms, an interval 20 ms: a wait of one interval would never learn anything.
    words = iter(["new"] * 3)

    def answer(request: Any) -> bytes:
        time.sleep(0.15)
        return invoice_json(5, next(words, "ok"))

    with Scripted(answer) as gateway:
        states = [state.status for state in watch(client_for(gateway.url), 5, 60_000)]
    assert states[-1] is InvoiceStatus.OK
    assert set(states) <= {InvoiceStatus.NEW, InvoiceStatus.OK}


def test_the_first_state_after_an_outage_is_not_late(watch: Watch, client_for: ClientFor) -> None:
    # Waits that only grew would be as long as the outage by now, and pass over dozens of answers.
    outage_ends = time.monotonic() + 1.5
    good = 0

    def answer(request: Any) -> bytes:
        nonlocal good
        if time.monotonic() < outage_ends:
            return b"garbage"
        good += 1
        return invoice_json(5)

    with Scripted(answer) as gateway:
        states = watch(client_for(gateway.url, timeout_ms=100), 5, 60_000)
        assert next(states).status is InvoiceStatus.NEW
        assert good < 12


def test_a_refusal_ends_the_watching(watch: Watch, client_for: ClientFor) -> None:
    with Scripted(lambda request: error_json(9998, "wrong signature")) as gateway:
        with pytest.raises(Refused):
            next(watch(client_for(gateway.url), 5))
    assert len(gateway.requests) == 1


def test_a_refusal_that_ends_the_watching_has_the_last_state(
    watch: Watch, client_for: ClientFor
) -> None:
    is_changed = threading.Event()

    def answer(request: Any) -> bytes:
        return error_json(9998, "wrong signature") if is_changed.is_set() else invoice_json(5)

    with Scripted(answer) as gateway:
        states = watch(client_for(gateway.url), 5)
        assert next(states).status is InvoiceStatus.NEW
        is_changed.set()
        with pytest.raises(Refused) as raised:
            next(states)
    assert raised.value.gateway_code == 9998
    assert raised.value.result is not None
    assert raised.value.result.status is InvoiceStatus.NEW


def test_an_invoice_that_was_seen_is_watched_on_where_a_late_copy_has_it_not(
    client_for: ClientFor,
) -> None:
    words = iter(["new", "ok"])
    with Scripted(lambda request: invoice_json(5, next(words))) as gateway:
        client = client_for(gateway.url)
        new, paid = client.invoice_status(5), client.invoice_status(5)
    seen = Cancelled("seen")
    seen.result = new

    def absent() -> Refused:
        return Refused("there is no such invoice", gateway_code=11068)

    ends: Iterator[Union[Invoice, FreedomPayError]] = iter([seen, absent(), paid])

    def wait(invoice_id: int, timeout_ms: int, is_new: object) -> Invoice:
        end = next(ends)
        if isinstance(end, FreedomPayError):
            raise end
        return end

    assert list(_watch.states(wait, 5, 60_000)) == [new, paid]
    ends = iter([absent()])
    with pytest.raises(Refused):
        next(_watch.states(wait, 5, 60_000))


def test_watching_may_be_left_at_any_state(watch: Watch, client_for: ClientFor) -> None:
    with Scripted(lambda request: invoice_json(5)) as gateway:
        client = client_for(gateway.url)
        asked: List[int] = []
        for state in watch(client, 5):
            assert state.status is InvoiceStatus.NEW
            asked.append(len(gateway.requests))
            break
        client.check()
        assert [len(gateway.requests)] == asked


def test_what_cannot_be_watched_is_refused_at_once(client: Client) -> None:
    for call in (client.watch, client.watch_async):
        for wrong in (0, -1, 1 << 63):
            with pytest.raises(ArgumentError):
                call(wrong)
        for time_ms in (0, -1, 86_400_001, 1 << 63):
            with pytest.raises(ArgumentError):
                call(5, time_ms)
        with pytest.raises(TypeError):
            call("5")  # type: ignore[arg-type]
        with pytest.raises(TypeError):
            call(5, 1.5)  # type: ignore[arg-type]

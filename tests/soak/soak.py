#!/usr/bin/env python3
"""Everything that goes wrong in a shop, all at once, and then the books are compared.

Six tills with one journal sell the same orders, ask, wait and give money back over TLS, while they are killed and stopped at any
moment, the gateway is killed and started again, answers and requests are lost, cut, delayed and garbled, and payers pay,
decline and let invoices expire. Then a quiet minute, after which "not found" counts; what is open is settled; and what the
gateway has is held against the journal and against everything that a till was ever told.

    soak.py [SEED]

FREEDOMPAY_SOAK_S    how long it goes on, in seconds (40)
FREEDOMPAY_TOOL, FREEDOMPAY_LIBRARY, PYTHONPATH    what is tested

Ends with "N passed, N failed". A failure names the seed and keeps the folder.
"""

import collections
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import freedompay
import till
from gateway import Gateway

SECONDS = int(os.environ.get("FREEDOMPAY_SOAK_S", 40))
TILLS = 6
QUIET_S = 62
FAULTS = ["lost-answer", "lost-request", "cut=20", "cut=150", "cut=300", "http=502", "http=429", "http=408", "delay=1s",
          "delay=3s", "garbage=html", "garbage=bytes", "garbage=short", "rate-limit=1"]
ENDPOINTS = ["init", "status", "get_status3.php", "revoke.php"]
PAYERS = ["pay", "decline", "expire"]


class Shop:
    """The tills, and everything that happens to them."""

    def __init__(self, folder, gateway, chance):
        self.folder, self.gateway, self.chance = folder, gateway, chance
        self.counts = collections.Counter()
        self.tills = [self.till(number) for number in range(TILLS)]

    def till(self, number):
        command = [sys.executable, till.__file__, self.gateway.url, self.gateway.authority, str(self.folder / "journal"),
                   str(self.folder / f"said-{number}"), str(self.chance.getrandbits(32))]
        with open(self.folder / f"complaints-{number}", "a") as complaints:
            return subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=complaints)

    def kill_till(self):
        number = self.chance.randrange(TILLS)
        self.tills[number].kill()
        self.tills[number].wait()
        self.tills[number] = self.till(number)

    def stop_till(self):
        stopped = self.chance.choice(self.tills)
        stopped.send_signal(signal.SIGSTOP)
        time.sleep(self.chance.random() * 4)
        stopped.send_signal(signal.SIGCONT)

    def kill_gateway(self):
        self.gateway.kill()
        time.sleep(self.chance.random() * 2)
        self.gateway.start()

    def break_something(self):
        rule = f"{self.chance.choice(FAULTS)}:{self.chance.choice(ENDPOINTS)},times={self.chance.randint(1, 2)}"
        if not self.gateway.do("POST", "/sandbox/rules", rule):
            raise SystemExit(f"the gateway does not know the rule {rule}")

    def move_a_payer(self):
        recent = self.gateway.get("/sandbox/payments")[-6:]
        if recent:
            payment = self.chance.choice(recent)["payment_id"]
            self.gateway.do("POST", f"/sandbox/payments/{payment}/{self.chance.choice(PAYERS)}")

    def go_on(self, seconds):
        events = {self.kill_till: 35, self.stop_till: 7, self.kill_gateway: 4, self.break_something: 44,
                  self.move_a_payer: 10}
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            time.sleep(self.chance.random() * 0.8)
            [event] = self.chance.choices(list(events), list(events.values()))
            event()
            self.counts[event.__name__] += 1

    def close(self):
        for running in self.tills:
            running.kill()
            running.wait()
        self.gateway.do("DELETE", "/sandbox/rules")


def said(folder):
    """What tills were told; a line that a kill cut off was not told to the end."""
    for log in folder.glob("said-*"):
        for line in log.read_text().splitlines():
            try:
                yield json.loads(line)
            except ValueError:
                continue


def settle(client):
    """Settles what is open; answers the orders that certainly were never made."""
    never = set()
    for sale in client.pending():
        try:
            client.invoice_recover(sale.order_id)
        except freedompay.Refused:
            never.add(sale.order_id)
        except freedompay.WaitTimeout:
            pass
    for refund in client.pending_refunds():
        try:
            client.payment_refund(refund.payment_id, refund.amount, refund_key=refund.refund_key)
        except freedompay.Refused:
            # Given back otherwise meanwhile: certain, too.
            pass
    return never


def compare(folder, gateway, client, check):
    """The gateway's books against the journal and against what was told."""
    never = settle(client)
    payments = gateway.get("/sandbox/payments")
    orders = collections.Counter(payment["order_id"] for payment in payments)
    by_order = {payment["order_id"]: payment for payment in payments}
    told = list(said(folder))
    errors = collections.Counter(line["error"] for line in told if "error" in line)
    print(f"{len(payments)} sales at the gateway, {len(never)} never made, {len(told)} ends told, of which {dict(errors)}")

    check("no order is at the gateway twice", [order for order, count in orders.items() if count > 1])
    check("nothing is open any more", [sale.order_id for sale in client.pending() if not sale.invoice_id]
          + list(client.pending_refunds()))
    check("what is certain never to have been made was not", sorted(never & set(orders)))
    check("a till was told the gateway's number of its sale", [
        line for line in told if "id" in line and by_order.get(line["order"], {}).get("payment_id") != line["id"]])
    check("what was told to be paid was paid", [
        line for line in told if line.get("paid") and by_order[line["order"]]["paid_at"] is None])
    check("the journal gives each sale again and sends nothing", [
        order for order, payment in by_order.items() if not is_kept(client, order, payment)])
    check("no money was given back twice", [
        payment["order_id"] for payment in payments if not is_given_back_once(payment)])
    check("no till ended by itself", [
        text for log in folder.glob("complaints-*") if (text := log.read_text())])
    # Else all of this says little.
    check("answers were lost, and sales, payments and refunds made", [] if errors["OutcomeUnknown"] and any(
        line.get("paid") for line in told) and any(payment["refunds"] for payment in payments) else [dict(errors)])


def is_kept(client, order, payment):
    invoice = client.invoice_init(till.request(order))
    return invoice.from_journal and invoice.invoice_id == payment["payment_id"]


def is_given_back_once(payment):
    parts = [refund["amount"] == till.PART for refund in payment["refunds"]]
    return parts.count(True) <= 1 and parts.count(False) <= 1


def main():
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else random.SystemRandom().getrandbits(32)
    print(f"soak.py {seed}, {SECONDS} s", flush=True)
    folder = Path(tempfile.mkdtemp(prefix="freedompay-soak-"))
    passed = failed = 0

    def check(promise, broken):
        nonlocal passed, failed
        passed, failed = (passed, failed + 1) if broken else (passed + 1, failed)
        if broken:
            print(f"NOT KEPT: {promise}: {broken[:10]}")

    gateway = Gateway(folder, "--pay-after", "3s", "--read-back-lag", "300ms")
    shop = Shop(folder, gateway, random.Random(seed))
    try:
        shop.go_on(SECONDS)
        shop.close()
        print(dict(shop.counts), flush=True)
        time.sleep(QUIET_S)
        with till.client(gateway.url, gateway.authority, str(folder / "journal"), timeout_ms=20_000) as client:
            compare(folder, gateway, client, check)
    finally:
        for running in shop.tills:
            running.kill()
        gateway.stop()
    if failed:
        print(f"seed {seed}; what was said is in {folder}")
    else:
        shutil.rmtree(folder)
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()

"""A till that is killed at any moment: it sells, asks, waits and gives back, and writes down what it was told.

    till.py URL CA_FILE JOURNAL LOG SEED

Each line of LOG is one end: {"did", "order", "id", "paid", "error"}. Several tills share the journal and the orders.
"""

import json
import random
import sys
import time

import freedompay

# An order comes up every so many seconds, and again and again while it is recent.
ORDER_EVERY_S = 3
RECENT = [0, 0, 0, 1, 1, 2, 3, 5, 8, 12]
# Of each order it gives back a part once, and of every fifth also the rest.
PART = "7.00"


def request(order):
    """An order is always sold for the same."""
    number = int(order.rpartition("-")[2])
    return freedompay.InvoiceRequest(order, f"{100 + number % 900}.{number % 100:02d}", "Soak", currency="KZT")


def client(url, authority, journal, **times):
    return freedompay.Client(base_url=url, ca_file=authority, journal=journal, merchant_id=123456,
                             secret_key="sandbox-secret-key", **times)


def sell(till, order):
    return till.invoice_init(request(order))


def recover(till, order):
    return till.invoice_recover(order)


def ask(till, order):
    return till.invoice_status_by_order(order)


def wait(till, order):
    return till.invoice_wait(ask(till, order).invoice_id, timeout_ms=1_500)


def give_back_part(till, order):
    return give_back(till, order, PART)


def give_back_rest(till, order):
    return give_back(till, order, None) if int(order.rpartition("-")[2]) % 5 == 0 else None


def give_back(till, order, amount):
    invoice = ask(till, order)
    if invoice.paid:
        till.payment_refund(invoice.invoice_id, amount, refund_key=f"{order}-{amount}")
    return invoice


WORK = [sell] * 5 + [recover, ask, wait, wait, give_back_part, give_back_rest]


def main():
    url, authority, journal, log, seed = sys.argv[1:]
    chance = random.Random(int(seed))
    with client(url, authority, journal, timeout_ms=2_500, connect_timeout_ms=800, poll_interval_ms=200) as till, \
            open(log, "a", buffering=1) as said:
        while True:
            order = f"soak-{int(time.time()) // ORDER_EVERY_S - chance.choice(RECENT)}"
            work = chance.choice(WORK)
            line = {"did": work.__name__, "order": order}
            try:
                invoice = work(till, order)
                if invoice is None:
                    continue
                line |= {"id": invoice.invoice_id, "paid": invoice.paid}
            except freedompay.FreedomPayError as error:
                line["error"] = type(error).__name__
            said.write(json.dumps(line) + "\n")
            time.sleep(chance.random() * 0.3)


if __name__ == "__main__":
    main()

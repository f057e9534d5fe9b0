"""A till: creates an invoice, shows its QR code, waits, and says what became of the sale.

    till.py ORDER_ID AMOUNT DESCRIPTION

Settings come from the environment: FREEDOMPAY_BASE_URL, FREEDOMPAY_MERCHANT_ID, FREEDOMPAY_SECRET_FILE
(the path of a file with the secret key) and, if five minutes are not right, FREEDOMPAY_WAIT_S.
With FREEDOMPAY_JOURNAL, the path of the journal, the sale survives a power cut: the same ORDER_ID
again shows the same code and goes on waiting, and no second invoice is made.
Exit code: 0 paid, 10 still open, 20 refused, declined or expired, 30 unknown, 40 input or
configuration, 50 not sent.
"""

import io
import os
import sys
from pathlib import Path

from freedompay import (
    Advice,
    ArgumentError,
    BadAnswer,
    Client,
    ConfigError,
    Conflict,
    FreedomPayError,
    Invoice,
    InvoiceRequest,
    InvoiceStatus,
    JournalError,
    NotSent,
    OutcomeUnknown,
    Refused,
    Sent,
    WaitTimeout,
)

PAID, OPEN, REFUSED, UNKNOWN, INPUT, NOT_SENT = 0, 10, 20, 30, 40, 50
NEXT = "A new attempt needs a new order id."
ENDINGS = {
    InvoiceStatus.OK: (PAID, "PAID"),
    InvoiceStatus.FAILED: (REFUSED, f"DECLINED: no money was taken. {NEXT}"),
    InvoiceStatus.INCOMPLETE: (REFUSED, f"EXPIRED: nobody paid. {NEXT}"),
}


def main() -> int:
    # A QR code that this terminal cannot show must not end the sale.
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    try:
        if len(sys.argv) != 4:
            raise ValueError("usage: till.py ORDER_ID AMOUNT DESCRIPTION")
        order_id, amount, description = sys.argv[1:]
        client = Client(
            base_url=os.environ["FREEDOMPAY_BASE_URL"],
            merchant_id=int(os.environ["FREEDOMPAY_MERCHANT_ID"]),
            secret_key=Path(os.environ["FREEDOMPAY_SECRET_FILE"]).read_text("utf-8").rstrip("\r\n"),
            app_info=("till-example", "1.0"),
            journal=os.environ.get("FREEDOMPAY_JOURNAL") or None,
        )
        wait_ms = 1000 * int(os.environ.get("FREEDOMPAY_WAIT_S", "300"))
    except KeyError as error:
        return end(INPUT, f"INPUT: the environment has no {error.args[0]}")
    except (ValueError, OSError, FreedomPayError) as error:
        return end(INPUT, f"INPUT: {error}")
    with client:
        try:
            invoice = create(client, order_id, amount, description)
        except (ArgumentError, ConfigError, JournalError) as error:
            return end(INPUT, f"INPUT: {error}")
        except NotSent as error:
            return end(NOT_SENT, f"NOT SENT: {error}\nNo invoice exists. Try again.")
        except (FreedomPayError, KeyboardInterrupt) as error:
            if isinstance(error, Conflict) and error.sent is Sent.NO:
                return end(INPUT, f"INPUT: {error}")
            # One that is refused for the sake of an earlier attempt is to be asked about: that may be paid.
            if isinstance(error, Refused) and error.advice is not Advice.ASK_STATUS:
                return end(REFUSED, f"REFUSED: {error}")
            again = f"Ask for the status of order {order_id} before selling again."
            return end(UNKNOWN, f"UNKNOWN: {error}\n{again}")
        return settle(client, invoice, wait_ms)


def create(client: Client, order_id: str, amount: str, description: str) -> Invoice:
    """Creates the invoice, once. Where the answer was lost, asks whether it exists."""
    try:
        return client.invoice_init(InvoiceRequest(order_id, amount, description))
    except (OutcomeUnknown, BadAnswer) as unknown:
        try:
            return client.invoice_status_by_order(order_id)
        except FreedomPayError:
            raise unknown  # "not found" would prove nothing this early


def settle(client: Client, invoice: Invoice, wait_ms: int) -> int:
    """Shows the code and waits. From here on the sale exists, whatever goes wrong."""
    again = f"Ask for the status of invoice {invoice.invoice_id} before selling again."
    try:
        print(invoice.qr_text(), invoice.qr_url or "", sep="\n")
        print("waiting for the payer", flush=True)
        done = client.invoice_wait(invoice.invoice_id, wait_ms)
    except (WaitTimeout, KeyboardInterrupt):
        return end(OPEN, f"STILL OPEN: {again}")
    except FreedomPayError as error:
        return end(UNKNOWN, f"UNKNOWN: {error}\n{again}")
    return end(*ENDINGS.get(done.status, (UNKNOWN, f"UNKNOWN: {done.status.name}. {again}")))


def end(code: int, line: str) -> int:
    print(line, flush=True)
    return code


if __name__ == "__main__":
    sys.exit(main())

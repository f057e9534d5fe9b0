"""One invoice through the package freedompay: libfreedompay by way of ctypes."""

from bench import MERCHANT_ID, SECRET_KEY, arguments, run
from freedompay import Client, InvoiceRequest, InvoiceStatus

port, ca_file, warm_up, calls = arguments()
client = Client(
    base_url=f"https://localhost:{port}", merchant_id=int(MERCHANT_ID), secret_key=SECRET_KEY, ca_file=ca_file
)


def create(order_id):
    invoice = client.invoice_init(InvoiceRequest(order_id, "10.50", "Ticket", currency="KZT"))
    if invoice.invoice_id <= 0 or invoice.status is not InvoiceStatus.NEW or not invoice.qr_url:
        raise ValueError(invoice)


run(create, warm_up, calls)

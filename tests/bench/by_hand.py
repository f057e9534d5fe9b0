"""One invoice by hand, as one would write it in Python without the library: all but the HTTP client."""

import base64
import hashlib
import hmac
import json
from xml.etree import ElementTree

from bench import MERCHANT_ID, PATH, SECRET_KEY


def base64url(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def request(order_id):
    """The body, and the headers with its detached JWS (HS512)."""
    fields = {
        "order_id": order_id,
        "merchant_id": int(MERCHANT_ID),
        "amount": 10.50,
        "description": "Ticket",
        "invoice_method": "qr",
        "currency": "KZT",
    }
    header = {"uri": PATH, "merchant_id": MERCHANT_ID, "method": "POST", "params": "", "alg": "HS512"}
    body = json.dumps(fields, separators=(",", ":")).encode()
    protected = base64url(json.dumps(header, separators=(",", ":")).encode())
    mac = hmac.new(SECRET_KEY.encode(), f"{protected}.{base64url(body)}".encode(), hashlib.sha512).digest()
    return body, {"Content-Type": "application/json", "X-JWS-Signature": f"{protected}..{base64url(mac)}"}


def read(status, content):
    """Reads the id, the state and the link; raises unless all three are there."""
    root = ElementTree.fromstring(content)
    link = base64.b64decode(root.findtext("invoice_methods/qr"))
    fine = root.findtext("status") == "ok" and root.findtext("invoice_status") == "new"
    if status != 200 or not fine or int(root.findtext("invoice_id")) <= 0 or not link.startswith(b"http"):
        raise ValueError(content)

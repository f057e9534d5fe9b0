"""The forms of an invoice's QR code, and its receipt."""

from __future__ import annotations

import base64
import copy
import struct
import threading
import zlib
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Callable, Dict, List
from xml.etree import ElementTree

import pytest
from conftest import ClientFor
from gateway import Sandbox, Scripted, invoice_json

from freedompay import ArgumentError, Client, Invoice, InvoiceRequest, Receipt

QUIET_ZONE = 4
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def invoice(client: Client, order_id: str) -> Invoice:
    return client.invoice_init(InvoiceRequest(order_id, "10.50", "Coffee", currency="KZT"))


def invoice_with(client_for: ClientFor, **fields: Any) -> Invoice:
    """What a client makes of an answer with these fields."""
    with Scripted(lambda request: invoice_json(5, **fields)) as gateway:
        return client_for(gateway.url).invoice_init(InvoiceRequest("o-5", 10, "Coffee"))


def side(invoice: Invoice) -> int:
    """Modules on a side, the quiet zone included."""
    return len(invoice.qr_matrix()) + 2 * QUIET_ZONE


def number(data: bytes, at: int, length: int) -> int:
    return int.from_bytes(data[at : at + length], "little")


def test_every_form_begins_with_its_signature(invoice: Invoice) -> None:
    assert invoice.qr_url is not None
    assert invoice.qr_png().startswith(PNG)
    assert invoice.qr_bmp().startswith(b"BM")
    assert number(invoice.qr_bmp(), 2, 4) == len(invoice.qr_bmp())
    assert invoice.qr_svg().startswith("<svg")
    assert ElementTree.fromstring(invoice.qr_svg()).tag.endswith("svg")
    assert invoice.qr_escpos().startswith(b"\x1dv0\0")
    assert invoice.qr_escpos_native().startswith(b"\x1ba\x01")
    assert b"\x1d(k" in invoice.qr_escpos_native()
    assert invoice.qr_url.encode() in invoice.qr_escpos_native()
    assert invoice.qr_zpl(6).startswith(b"^XA") and invoice.qr_zpl(6).rstrip().endswith(b"^XZ")
    start, _, rest = invoice.qr_data_uri().partition(",")
    assert start == "data:image/png;base64"
    assert base64.b64decode(rest, validate=True) == invoice.qr_png()
    assert invoice.receipt(Receipt()).startswith(b"\x1b@")


def test_the_modules_are_a_square_with_the_three_finders(invoice: Invoice) -> None:
    matrix = invoice.qr_matrix()
    size = len(matrix)
    assert size >= 21 and {len(row) for row in matrix} == {size}
    finder = (True, False, True, True, True, False, True)
    for row, column in ((3, 0), (3, size - 7), (size - 4, 0)):
        assert matrix[row][column : column + 7] == finder


@pytest.mark.parametrize("size", [1, 4, 64])
def test_a_picture_is_as_large_as_it_was_asked_for(invoice: Invoice, size: int) -> None:
    pixels = side(invoice) * size
    assert int.from_bytes(invoice.qr_png(size)[16:20], "big") == pixels
    assert number(invoice.qr_bmp(size), 18, 4) == pixels
    assert base64.b64decode(invoice.qr_data_uri(size).split(",")[1]) == invoice.qr_png(size)
    assert f"^GFA,{-(-pixels // 8) * pixels},".encode() in invoice.qr_zpl(size)
    assert (invoice.qr_png() == invoice.qr_png(size)) == (size == 4)


@pytest.mark.parametrize("paper", [256, 384, 576, 1024])
def test_a_raster_is_as_wide_as_the_paper(invoice: Invoice, paper: int) -> None:
    assert number(invoice.qr_escpos(paper), 4, 2) * 8 == paper
    assert invoice.qr_escpos(paper) in invoice.receipt(Receipt(paper_dots=paper))
    native = Receipt(paper_dots=paper, native_code=True)
    assert invoice.qr_escpos_native(paper) in invoice.receipt(native)


SIZED: Dict[str, Callable[[Invoice, Any], object]] = {
    "qr_png": Invoice.qr_png,
    "qr_bmp": Invoice.qr_bmp,
    "qr_data_uri": Invoice.qr_data_uri,
    "qr_zpl": Invoice.qr_zpl,
    "qr_escpos": Invoice.qr_escpos,
    "qr_escpos_native": Invoice.qr_escpos_native,
}


@pytest.mark.parametrize("form", SIZED)
def test_a_size_out_of_range_is_refused_with_the_reason(invoice: Invoice, form: str) -> None:
    papers = form.startswith("qr_escpos")
    for size in (0, 100, 1032, 2**32 - 1) if papers else (0, 65, 2**32 - 1):
        with pytest.raises(ArgumentError) as raised:
            SIZED[form](invoice, size)
        limits = "a multiple of 8 between 256 and 1024" if papers else "between 1 and 64"
        assert f" {size} is not {limits}" in raised.value.message
    for size in (-1, 2**32, 2**32 + 4, 2**64 + 384):
        with pytest.raises(ArgumentError, match="not between 0 and 4294967295"):
            SIZED[form](invoice, size)
    for wrong in (4.0, "4", True, None):
        with pytest.raises(TypeError):
            SIZED[form](invoice, wrong)


def test_a_link_comes_out_of_a_picture(client_for: ClientFor, order_id: str) -> None:
    with Sandbox("--qr", "png") as sandbox:
        invoice = client_for(sandbox.url).invoice_init(InvoiceRequest(order_id, 10, "Coffee"))
    assert invoice.qr_url is not None and "customer=" in invoice.qr_url
    picture = invoice.qr_picture()
    assert picture is not None and picture.startswith(PNG)
    assert invoice.qr_picture_type() == "image/png"
    assert invoice.qr_url.encode() in invoice.qr_escpos_native()
    assert invoice.receipt(Receipt())


def test_a_link_needs_no_picture(invoice: Invoice) -> None:
    assert (invoice.qr_picture(), invoice.qr_picture_type()) == (None, None)


@pytest.mark.parametrize("size", [2, 4, 9])
def test_what_is_drawn_can_be_read_again(
    client_for: ClientFor, invoice: Invoice, size: int
) -> None:
    for drawn in (base64.b64encode(invoice.qr_png(size)).decode(), invoice.qr_data_uri(size)):
        again = invoice_with(client_for, invoice_methods={"qr": drawn})
        assert again.qr_url == invoice.qr_url
        assert again.qr_picture() == invoice.qr_png(size)


def chunk(name: bytes, content: bytes) -> bytes:
    """A part of a PNG."""
    checksum = zlib.crc32(name + content)
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", checksum)


def assert_no_code(invoice: Invoice) -> None:
    assert invoice.qr_url is None
    assert (invoice.qr_text(), invoice.qr_svg(), invoice.qr_data_uri()) == ("", "", "")
    assert (invoice.qr_png(), invoice.qr_bmp(), invoice.qr_zpl(6)) == (b"", b"", b"")
    assert (invoice.qr_escpos(), invoice.qr_escpos_native(), invoice.qr_matrix()) == (b"", b"", ())
    assert invoice.receipt(Receipt(lines=["Shop"])) == b""
    assert invoice.qr_png(65) == b""


def test_without_a_code_every_form_is_empty(client_for: ClientFor) -> None:
    invoice = invoice_with(client_for)
    assert_no_code(invoice)
    assert (invoice.qr_picture(), invoice.qr_picture_type()) == (None, None)


def test_a_picture_without_a_code_is_still_there(client_for: ClientFor) -> None:
    header = bytes([0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0])
    white = zlib.compress(b"\0\xff")
    picture = PNG + chunk(b"IHDR", header) + chunk(b"IDAT", white) + chunk(b"IEND", b"")
    field = base64.b64encode(picture).decode()
    invoice = invoice_with(client_for, invoice_methods={"qr": field})
    assert_no_code(invoice)
    assert invoice.qr_picture() == picture
    assert invoice.qr_picture_type() == "image/png"


def test_a_receipt_has_the_sale_in_cp866(client: Client, order_id: str) -> None:
    order_id = f"\u0437\u0430\u043a\u0430\u0437-{order_id}"
    invoice = client.invoice_init(InvoiceRequest(order_id, "10.50", "Coffee", currency="KZT"))
    receipt = Receipt(
        lines=["\u041a\u043e\u0444\u0435\u0439\u043d\u044f \u21161", "", "Almaty"],
        labels=("\u041a \u043e\u043f\u043b\u0430\u0442\u0435:", "\u0417\u0430\u043a\u0430\u0437"),
        cut=True,
    )
    slip = invoice.receipt(receipt)
    head, code, foot = slip.partition(invoice.qr_escpos())
    assert code
    assert head.startswith(b"\x1b@") and b"\x1bt\x11" in head
    expected = "\u041a\u043e\u0444\u0435\u0439\u043d\u044f \u21161\n\nAlmaty\n\u041a \u043e\u043f"
    assert expected.encode("cp866") in head
    assert b"10.50" in head
    assert "\u0417\u0430\u043a\u0430\u0437 ".encode("cp866") + order_id.encode("cp866") in foot
    assert foot.endswith(b"\x1dVB\0")
    assert invoice.receipt(Receipt()).endswith(b"\x1bd\x04")
    assert invoice.receipt(receipt) == slip


@pytest.mark.parametrize(
    "name, codec, selector", [("windows-1251", "cp1251", 46), ("kz-1048", "kz1048", 255)]
)
def test_a_receipt_is_in_the_code_page_that_was_asked_for(
    invoice: Invoice, name: str, codec: str, selector: int
) -> None:
    line = "\u0427\u0430\u0439" if codec == "cp1251" else "\u0428\u04d9\u0439"
    slip = invoice.receipt(Receipt(code_page=(name, selector), lines=iter([line])))
    assert b"\x1bt" + bytes([selector]) in slip and line.encode(codec) in slip


@pytest.mark.parametrize(
    "settings, reason",
    [
        ({"paper_dots": 100}, "paper_dots 100 is not a multiple of 8 between 256 and 1024"),
        ({"paper_dots": -1}, "paper_dots is not between 0 and 4294967295"),
        ({"code_page": ("utf-8", 0)}, 'code_page "utf-8" is not one of cp866'),
        ({"code_page": ("cp866", 256)}, "selector 256 is not between 0 and 255"),
        ({"code_page": ("cp866", 2**32 + 17)}, "selector is not between 0 and 4294967295"),
        ({"lines": ["x"] * 101}, "a receipt has at most 100 lines"),
        ({"lines": ["x" * 501]}, "line has 501 characters, more than 500"),
        ({"lines": ["a\0b"]}, "lines contains a NUL character"),
        ({"labels": ("x" * 501, "")}, "amount_label has 501 characters"),
        ({"labels": ("", "x" * 501)}, "order_label has 501 characters"),
    ],
)
def test_a_receipt_that_cannot_be_is_refused_when_it_is_made(
    settings: Dict[str, Any], reason: str
) -> None:
    with pytest.raises(ArgumentError) as raised:
        Receipt(**settings)
    assert reason in raised.value.message


@pytest.mark.parametrize(
    "settings",
    [
        {"lines": "Shop"},
        {"lines": [1]},
        {"cut": 1},
        {"native_code": "yes"},
        {"paper_dots": 384.0},
        {"code_page": ("cp866", "17")},
        {"labels": (b"a", "b")},
    ],
)
def test_a_receipt_of_the_wrong_types_is_a_type_error(settings: Dict[str, Any]) -> None:
    with pytest.raises(TypeError):
        Receipt(**settings)


def test_an_invoice_that_came_back_from_the_journal_has_its_receipt(
    client_for: ClientFor, sandbox: Sandbox, order_id: str, tmp_path: Any
) -> None:
    settings: Dict[str, Any] = {"journal": tmp_path / "sales.journal"}
    request = InvoiceRequest(order_id, "10.50", "Coffee")
    first = client_for(sandbox.url, **settings).invoice_init(request)
    again = client_for(sandbox.url, **settings).invoice_init(request)
    assert again.from_journal
    assert again.qr_png() == first.qr_png()
    assert again.receipt(Receipt()) == first.receipt(Receipt())


def test_the_forms_outlive_the_client_and_the_receipt_the_invoice(
    client: Client, order_id: str
) -> None:
    invoice = client.invoice_init(InvoiceRequest(order_id, 10, "Coffee"))
    receipt = Receipt()
    client.close()
    assert invoice.qr_png() and invoice.receipt(receipt)
    del invoice
    copied = copy.copy(receipt)
    del receipt
    with pytest.raises(TypeError):
        copy.deepcopy(copied)


def test_threads_share_a_receipt(client: Client, order_id: str) -> None:
    receipt = Receipt(lines=["Shop"] * 50)
    requests = [InvoiceRequest(f"{order_id}-{number}", 10, "Coffee") for number in range(4)]
    invoices = [client.invoice_init(request) for request in requests]
    expected = [invoice.receipt(receipt) for invoice in invoices]
    assert len(set(expected)) == 4
    begin = threading.Barrier(4)

    def printed(invoice: Invoice) -> List[bytes]:
        begin.wait(20)
        return [invoice.receipt(receipt) for _ in range(100)]

    with ThreadPoolExecutor(4) as pool:
        for slips, slip in zip(pool.map(printed, invoices), expected):
            assert set(slips) == {slip}

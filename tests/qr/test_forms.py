"""Every form of the code, decoded back by decoders that share nothing with the library."""

import base64
import io

import pytest
from PIL import Image

import scan
from printer import Printer

LENGTHS = [20, 33, 54, 79, 107, 135, 156, 193, 231, 272, 300]
SIZES = range(1, 17)
TOO_FAR = [0, 65, 65535, 2**32 - 1]


def link_of(length):
    start = "https://x.example/?c="[: length - 1]
    filling = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-._~%&=" * 5
    return start + filling[: length - len(start)]


@pytest.fixture(scope="module", params=LENGTHS)
def invoice(request, till):
    link = link_of(request.param)
    invoice = till.invoice(link.encode())
    assert (invoice.link, len(link)) == (link, request.param)
    return invoice


def drawn(invoice, form, *size):
    content, message = invoice.form(form, *size)
    assert content, message
    return content


def test_png(invoice):
    for size in SIZES:
        picture = Image.open(io.BytesIO(drawn(invoice, "png", size)))
        assert (picture.format, picture.mode) == ("PNG", "1")
        assert scan.scan(picture) == invoice.link, size
    assert scan.scan_with_zbar(picture) in (invoice.link, None)


def test_bmp(invoice):
    for size in SIZES:
        bmp = drawn(invoice, "bmp", size)
        picture = Image.open(io.BytesIO(bmp))
        assert (picture.format, int.from_bytes(bmp[28:30], "little")) == ("BMP", 1)
        assert scan.scan(picture) == invoice.link, size
    assert scan.scan_with_zbar(picture) in (invoice.link, None)


def test_png_and_bmp_show_the_same_pixels(invoice):
    for size in SIZES:
        png, bmp = (Image.open(io.BytesIO(drawn(invoice, form, size))).convert("L") for form in ("png", "bmp"))
        assert png.tobytes() == bmp.tobytes()


def test_svg_at_any_scale(invoice):
    svg = drawn(invoice, "svg")
    assert svg.count(b"<path") == 1
    side = len(drawn(invoice, "matrix")) ** 0.5 + 8
    for size in (1, 2, 3, 8, 16):
        assert scan.scan(scan.from_svg(svg, int(side * size))) == invoice.link, size


def test_data_uri(invoice):
    for size in SIZES:
        start, content = drawn(invoice, "data_uri", size).decode("ascii").split(",")
        assert start == "data:image/png;base64"
        assert base64.b64decode(content, validate=True) == drawn(invoice, "png", size)


def test_text(invoice):
    assert scan.scan(scan.from_text(drawn(invoice, "text").decode())) == invoice.link


def test_matrix(invoice):
    assert scan.scan(scan.from_modules(drawn(invoice, "matrix"))) == invoice.link


def test_zpl(invoice):
    for size in SIZES:
        label = scan.from_zpl(drawn(invoice, "zpl", size).decode("ascii"))
        assert scan.scan(label) == invoice.link, size


def test_escpos(invoice):
    modules = len(drawn(invoice, "matrix")) ** 0.5 + 8
    for paper in (384, 576):
        printer = Printer(paper).print(drawn(invoice, "escpos", paper))
        [(kind, raster)] = printer.strips
        assert (kind, raster.width) == ("raster", paper)
        assert scan.scan(raster) == invoice.link, paper
        left, top, right, bottom = raster.convert("L").point(lambda shade: 255 - shade).getbbox()
        assert abs(left - (paper - right)) <= 1, "in the middle"
        dots = raster.height / modules
        assert dots == paper // modules and dots >= 3, "the largest that fits"


def test_escpos_native(invoice):
    modules = len(drawn(invoice, "matrix")) ** 0.5 + 8
    for paper in (384, 576):
        printer = Printer(paper).print(drawn(invoice, "escpos_native", paper))
        [(_, above), (kind, code, align), (_, below)] = printer.strips
        assert (kind, code["text"], align) == ("code", invoice.link, 1)
        assert code["dots"] == min(16, paper // modules) and min(above, below) >= 4 * code["dots"]
        assert printer.align == 0, "the text that follows is where it was"


def test_sizes_out_of_range_give_a_reason(till):
    invoice = till.invoice(link_of(60).encode())
    for form in ("png", "bmp", "data_uri", "zpl"):
        for size in TOO_FAR:
            content, message = invoice.form(form, size)
            assert content == b"" and f"{size} is not between 1 and 64" in message
    for form in ("escpos", "escpos_native"):
        for paper in (0, 100, 383, 1032, 65535, 2**32 - 1):
            content, message = invoice.form(form, paper)
            assert content == b"" and f"paper_dots {paper} is not a multiple of 8" in message


def test_null_handles_give_a_reason(till):
    library = till.library
    for name in ("svg", "text", "matrix", "picture"):
        buffer = getattr(library, "fp_qr_" + name)(None)
        assert library.fp_buffer_message(buffer) == b"result is NULL" and library.fp_buffer_len(buffer) == 0
        library.fp_buffer_free(buffer)
    assert library.fp_buffer_message(None) is None and library.fp_qr_picture_type(None) is None
    for set_it in (library.fp_receipt_set_cut, library.fp_receipt_set_paper_dots, library.fp_receipt_set_native_code):
        assert set_it(None, 384) == 1
    library.fp_receipt_free(None)

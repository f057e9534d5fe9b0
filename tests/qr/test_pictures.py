"""Pictures of the code as a gateway may send them, drawn by tools that share nothing with the library."""

import base64
import io
import random
import struct
import subprocess
import sys
import time
import zlib

import pytest
import zxingcpp
from PIL import Image, ImageChops, ImageDraw, ImageFilter

LINK = "https://customer.freedompay.kz/pay.html?customer=kzobd2vgp17214143761774775392946"


def code(pixels_per_module=4, link=LINK, quiet_zone=4, level="M"):
    barcode = zxingcpp.create_barcode(link, zxingcpp.BarcodeFormat.QRCode, ec_level=level)
    picture = Image.fromarray(barcode.to_image(add_quiet_zones=False)).convert("L")
    side = picture.width + 2 * quiet_zone
    whole = Image.new("L", (side, side), 255)
    whole.paste(picture, (quiet_zone, quiet_zone))
    return whole.resize((side * pixels_per_module,) * 2, Image.NEAREST)


def saved(picture, kind="PNG", **options):
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def assert_read(till, content, link=LINK):
    invoice = till.invoice(content)
    kind = "image/png" if content.startswith(b"\x89PNG") else "image/jpeg"
    assert (invoice.link, invoice.picture_type) == (link, kind)
    assert invoice.form("picture") == (content, "")
    assert invoice.form("svg")[0]


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_png_of_every_kind_of_pixel(till, mode):
    wide = code().convert("I").point(lambda shade: shade * 257)
    assert_read(till, saved(wide.convert(mode) if mode == "I;16" else code().convert(mode)))


@pytest.mark.parametrize("size", [*range(1, 17), 30, 60])
def test_png_of_any_size(till, size):
    assert_read(till, saved(code(size)))
    assert_read(till, saved(code(size, quiet_zone=0)))


@pytest.mark.parametrize("length", [20, 60, 120, 200, 300, 800, 1500])
@pytest.mark.parametrize("level", ["L", "H"])
def test_links_of_any_length(till, length, level):
    if (length, level) == (1500, "H"):
        return  # no code holds so much
    link = "https://x.example/?".ljust(length, "0123456789abcdefghijklmnopqrstuvwxyz"[length % 36])
    for size in (1, 3, 5):
        assert_read(till, saved(code(size, link, level=level)), link)


def test_an_interlaced_png(till):
    assert_read(till, interlaced(code(3)))


@pytest.mark.parametrize("quality", [10, 30, 60, 95])
@pytest.mark.parametrize("size", [3, 4, 5, 7, 8, 13])
def test_jpeg(till, quality, size):
    for options in ({}, {"progressive": True}, {"optimize": True}, {"restart_marker_blocks": 4}):
        assert_read(till, saved(code(size), "JPEG", quality=quality, **options))
        for subsampling in (0, 1, 2):
            colours = code(size).convert("RGB")
            assert_read(till, saved(colours, "JPEG", quality=quality, subsampling=subsampling, **options))


@pytest.mark.parametrize("factor", [0.6, 0.77, 1.13, 1.5, 2.71])
@pytest.mark.parametrize("way", [Image.NEAREST, Image.BILINEAR, Image.LANCZOS])
def test_a_picture_made_larger_or_smaller(till, factor, way):
    side = int(code(5).width * factor)
    assert_read(till, saved(code(5).resize((side, side), way)))


def test_a_picture_with_more_in_it_than_the_code(till):
    page = Image.new("RGB", (700, 900), "#eef2ff")
    draw = ImageDraw.Draw(page)
    draw.rectangle((10, 10, 689, 889), outline="#0a0a40", width=6)
    draw.text((200, 40), "SCAN TO PAY  10.50 KZT", fill="black", font_size=24)
    colours = code(8).point(lambda shade: 30 if shade < 128 else 255).convert("RGB")
    page.paste(colours, (120, 120))
    draw.ellipse((330, 330, 390, 390), fill="#d02020")  # a logo over the code
    assert_read(till, saved(page))
    assert_read(till, saved(page, "JPEG", quality=80))


def test_light_on_dark_and_transparent_pictures(till):
    assert_read(till, saved(ImageChops.invert(code())))
    see_through = Image.new("RGBA", code().size, (0, 0, 0, 0))
    see_through.putalpha(ImageChops.invert(code()))
    assert_read(till, saved(see_through))


def test_a_blurred_picture(till):
    assert_read(till, saved(code(8).filter(ImageFilter.GaussianBlur(2))))


def test_every_spelling_of_base64(till):
    content = saved(code())
    plain, url_safe = base64.b64encode(content).decode(), base64.urlsafe_b64encode(content).decode()
    broken = "\r\n".join(plain[at : at + 76] for at in range(0, len(plain), 76))
    for field in (plain, plain.rstrip("="), url_safe, url_safe.rstrip("="), broken, "data:image/png;base64," + plain):
        invoice = till.invoice(None, field)
        assert (invoice.link, invoice.form("picture")[0]) == (LINK, content)


@pytest.mark.parametrize(
    "content",
    [
        saved(Image.new("L", (200, 200), 255)),
        saved(Image.new("L", (1, 1), 0)),
        saved(code())[:200],
        saved(code(), "JPEG")[:300],
        saved(code(link="not a link")),
        saved(code(link="javascript:alert(1)")),
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff",
    ],
)
def test_an_unreadable_picture_is_no_error_of_the_sale(till, content):
    invoice = till.invoice(content)
    assert invoice.link is None and invoice.picture_type in ("image/png", "image/jpeg")
    assert invoice.form("picture") == (content, "")
    for form, *size in [("png", 4), ("bmp", 4), ("svg",), ("text",), ("escpos", 384), ("matrix",), ("zpl", 4)]:
        assert invoice.form(form, *size) == (
            b"",
            "no link can be read from the picture that the gateway sent; fp_qr_picture has the picture",
        )


def test_a_link_has_no_picture(till):
    invoice = till.invoice(LINK.encode())
    assert invoice.picture_type is None
    assert invoice.form("picture") == (b"", "the gateway sent a link and no picture")


def chunk(name, content):
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def png(width, height, pixels, depth=8, colours=0, interlace=0, extra=b""):
    header = struct.pack(">IIBBBBB", width, height, depth, colours, 0, 0, interlace)
    data = chunk(b"IDAT", zlib.compress(pixels, 9)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + extra + data


def interlaced(picture):
    """A PNG in the seven passes of Adam7."""
    out = b""
    passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
    for x, y, right, down in passes:
        for row in range(y, picture.height, down):
            pixels = bytes(picture.getpixel((column, row)) for column in range(x, picture.width, right))
            out += b"\0" + pixels if pixels else b""
    return png(*picture.size, out, interlace=1)


def corners(side, step):
    """Nothing but corner patterns, which make a search of all triples endless."""
    row = Image.new("L", (side, step), 255)
    draw = ImageDraw.Draw(row)
    for x in range(0, side - 8, step):
        draw.rectangle((x + 1, 1, x + 7, 7), fill=0)
        draw.rectangle((x + 2, 2, x + 6, 6), fill=255)
        draw.rectangle((x + 3, 3, x + 5, 5), fill=0)
    return Image.frombytes("L", (side, side), (row.tobytes() * (side // step + 1))[: side * side])


def noise(side):
    return Image.frombytes("1", (side, side), random.Random(side).randbytes(side * ((side + 7) // 8)))


def stripes(side):
    row = bytes(0 if x % 10 in (0, 2, 3, 4, 6) else 255 for x in range(side))
    return Image.frombytes("L", (side, side), row * side)


def scans(jpeg, times):
    """A progressive JPEG with its last scan again and again."""
    last = jpeg[jpeg.rindex(b"\xff\xda") : -2]
    return jpeg[:-2] + last * min(times, 650_000 // len(last)) + jpeg[-2:]


PROFILE = b"a\0\0" + zlib.compress(bytes(10**8), 9)
BOMBS = {
    "4097 pixels wide": lambda: png(4097, 1, b"\0" * 4098),
    "4097 pixels high": lambda: png(1, 4097, b"\0\0" * 4097),
    "as large as a PNG can say": lambda: png(2**31 - 1, 2**31 - 1, b""),
    "65535 squared in its header": lambda: png(65535, 65535, b"\0" * (65536 * 256)),
    "4096 squared, four channels of 16 bits": lambda: png(4096, 4096, b"\0" * (32769 * 4096), 16, 6),
    "4096 squared, the end missing": lambda: png(4096, 4096, b"\0" * (4097 * 1000)),
    "4096 squared of corners": lambda: saved(corners(4096, 9)),
    "1000 squared of few corners": lambda: saved(corners(1000, 150)),
    "4096 squared of stripes": lambda: saved(stripes(4096)),
    "2300 squared of noise": lambda: saved(noise(2300)),
    "a compressed text": lambda: png(9, 9, b"\0" * 90, extra=chunk(b"zTXt", PROFILE)),
    "a colour profile": lambda: png(9, 9, b"\0" * 90, extra=chunk(b"iCCP", PROFILE)),
    "a JPEG of 4097 pixels": lambda: saved(Image.new("L", (4097, 8), 255), "JPEG"),
    "a JPEG of 65500 squared in its header": lambda: saved(Image.new("L", (64, 64), 255), "JPEG").replace(
        b"\xff\xc0\x00\x0b\x08\x00\x40\x00\x40", b"\xff\xc0\x00\x0b\x08\xff\xdc\xff\xdc"
    ),
    "a progressive JPEG of 4096 squared": lambda: saved(
        Image.new("RGB", (4096, 4096), "white"), "JPEG", progressive=True, subsampling=0
    ),
    "a progressive JPEG of 4096 squared and many scans": lambda: scans(
        saved(Image.new("L", (4096, 4096), 255), "JPEG", progressive=True), 60
    ),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_costs_little_time_and_memory(bomb, tmp_path):
    content = BOMBS[bomb]()
    assert len(content) < 700_000, "no answer of the gateway is so long"
    path = tmp_path / "bomb"
    path.write_bytes(content)
    done = subprocess.run([sys.executable, __file__, path], capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    seconds, mebibytes = map(float, done.stdout.split())
    print(f"{bomb}: {seconds:.3f} s, {mebibytes:.0f} MiB")
    assert seconds < 5 and mebibytes < 160


def most_memory():
    """The most that this process ever had, in MiB."""
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024


def defuse(path):
    """In a process of its own: what one picture costs, in seconds and in MiB beside what the process had before."""
    from till import Till

    till = Till()
    till.invoice(LINK.encode())
    content = open(path, "rb").read()
    field = base64.b64encode(content).decode()
    before = most_memory()
    start = time.monotonic()
    invoice = till.invoice(None, field)
    print(time.monotonic() - start, most_memory() - before)
    assert invoice.link is None and invoice.picture_type
    del invoice
    till.close()


if __name__ == "__main__":
    defuse(sys.argv[1])

"""The payer's phone: independent decoders, and the forms of the code made into pictures for them."""

import io
import math
import re
import shutil
import subprocess

import zxingcpp
from PIL import Image


def scan(picture):
    """The only code in a picture, with a quiet zone that is really there."""
    grey = picture.convert("L")
    assert_quiet_zone(grey)
    found = zxingcpp.read_barcodes(grey, formats=zxingcpp.BarcodeFormat.QRCode)
    if not found:
        # A code of one pixel a module is no photograph: nothing to search for.
        found = zxingcpp.read_barcodes(grey, formats=zxingcpp.BarcodeFormat.QRCode, is_pure=True)
    assert len(found) == 1, f"{len(found)} codes are read in {picture.size}"
    return found[0].text


def read(svg):
    """The text of the only code in a drawing with other things in it."""
    [found] = zxingcpp.read_barcodes(from_svg(svg, None).convert("L"), formats=zxingcpp.BarcodeFormat.QRCode)
    return found.text


def scan_with_zbar(picture):
    """The same by a second decoder; nothing where it is not installed."""
    if not shutil.which("zbarimg"):
        return None
    command = ["zbarimg", "--quiet", "--raw", "--set", "disable", "--set", "qrcode.enable", "png:-"]
    return subprocess.run(command, input=png(picture), capture_output=True, check=True).stdout.decode().strip("\n")


def png(picture):
    out = io.BytesIO()
    picture.convert("L").save(out, "PNG")
    return out.getvalue()


def assert_quiet_zone(grey):
    """Four light modules on every side. A module is a seventh of the corner pattern."""
    dark = grey.point(lambda shade: 255 if shade < 128 else 0).getbbox()
    left, top, right, bottom = dark
    run = next(x for x in range(left, right) if grey.getpixel((x, top)) >= 128) - left
    assert run % 7 == 0, "modules of whole dots"
    quiet = 4 * run // 7
    margins = (left, top, grey.width - right, grey.height - bottom)
    assert min(margins) >= quiet, f"margins {margins}, where {quiet} are needed"


def from_svg(svg, pixels):
    """Drawn by librsvg, at the drawing's own size where none is given."""
    command = ["rsvg-convert", *(["--width", str(pixels), "--height", str(pixels)] if pixels else [])]
    return Image.open(io.BytesIO(subprocess.run(command, input=svg, capture_output=True, check=True).stdout))


def from_modules(modules, pixels_per_module=4):
    side = math.isqrt(len(modules))
    assert side * side == len(modules) and set(modules) == {0, 1}
    picture = Image.new("L", (side + 8, side + 8), 255)
    picture.paste(Image.frombytes("L", (side, side), bytes(0 if module else 255 for module in modules)), (4, 4))
    return picture.resize([n * pixels_per_module for n in picture.size], Image.NEAREST)


def from_text(text):
    """Half blocks as a terminal shows them: the colours are those that the lines set."""
    rows = []
    assert text.endswith("\n")
    for line in text[:-1].split("\n"):
        blocks = re.fullmatch("\x1b\\[30;47;107m([█▀▄ ]+)\x1b\\[0m", line).group(1)
        rows.append(bytes(0 if block in "█▀" else 255 for block in blocks))
        rows.append(bytes(0 if block in "█▄" else 255 for block in blocks))
    picture = Image.frombytes("L", (len(rows[0]), len(rows)), b"".join(rows))
    return picture.resize([n * 4 for n in picture.size], Image.NEAREST)


def from_zpl(label):
    """The graphic of a label, unpacked as the manual of ZPL has it."""
    pattern = r"\^XA\n\^FO0,0\^GFA,(\d+),(\d+),(\d+),\n(.*)\n\^FS\n\^XZ\n"
    total, same, row_bytes, data = re.fullmatch(pattern, label, re.S).groups()
    digits_of_row, rows, row, run = int(row_bytes) * 2, [], "", 0
    for letter in data:
        if "G" <= letter <= "Y":
            run += ord(letter) - ord("G") + 1
        elif "g" <= letter <= "z":
            run += 20 * (ord(letter) - ord("g") + 1)
        elif letter == ":":
            assert row == ""
            rows.append(rows[-1])
        elif letter == ",":
            row = row.ljust(digits_of_row, "0")
        else:
            row += letter * max(run, 1)
            run = 0
        if len(row) >= digits_of_row:
            assert len(row) == digits_of_row, "a row is too long"
            rows.append(row)
            row = ""
    pixels = bytes.fromhex("".join(rows))
    assert int(total) == int(same) == len(pixels) and row == "" and run == 0
    return Image.frombytes("1", (int(row_bytes) * 8, len(rows)), bytes(byte ^ 255 for byte in pixels))

"""Makes the pictures of the README: the code in a terminal, as SVG, and on a receipt. See tests/pictures.sh."""

import sys
from pathlib import Path

from PIL import ImageOps

import scan
from printer import Printer
from till import Receipt, Till

LINK = "https://customer.freedompay.kz/pay.html?customer=kzobd2vgp17214143761774775392946"
CELL = (8, 16)  # a character of the terminal


def terminal(text):
    """What fp_qr_text prints, in a window. Half blocks are drawn, because not every font joins them."""
    lines = text.replace("\x1b[30;47;107m", "").replace("\x1b[0m", "").splitlines()
    columns, left, top = len(lines[0]), 20, 84
    width, height = columns * CELL[0] + 2 * left, top + len(lines) * CELL[1] + 44
    path = ""
    for row, line in enumerate(lines):
        for column, block in enumerate(line):
            x, y = left + column * CELL[0], top + row * CELL[1]
            if block in "█▀":
                path += f"M{x} {y}h{CELL[0]}v{CELL[1] // 2}h-{CELL[0]}z"
            if block in "█▄":
                path += f"M{x} {y + CELL[1] // 2}h{CELL[0]}v{CELL[1] // 2}h-{CELL[0]}z"
    colours = enumerate(["f66", "fc5", "5c6"])
    lights = "".join(f'<circle cx="{22 + 20 * n}" cy="18" r="6" fill="#{colour}"/>' for n, colour in colours)
    words = 'font-family="DejaVu Sans Mono,Menlo,Consolas,monospace" font-size="14" fill="#d8dee9"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">'
        f'<rect width="{width}" height="{height}" rx="8" fill="#1e222a"/>{lights}'
        f'<text x="{left}" y="{top - 22}" {words}>Order 00102: 10.50 KZT</text>'
        f'<rect x="{left}" y="{top}" width="{columns * CELL[0]}" height="{len(lines) * CELL[1]}" fill="#fff"/>'
        f'<path fill="#000" shape-rendering="crispEdges" d="{path}"/>'
        f'<text x="{left}" y="{height - 16}" {words}>Waiting for the payer</text></svg>\n'
    )


def slip(till, invoice):
    receipt = Receipt(till).set("set_code_page", "cp866", 17)
    receipt.set("add_line", "Чайхана «Достык»").set("add_line", "Алматы, пр. Абая, 10").set("add_line", "")
    receipt.set("set_labels", "К оплате:", "Заказ №")
    content, message = invoice.receipt(receipt)
    assert content, message
    paper = ImageOps.expand(Printer(384).print(content).paper(), (24, 48, 24, 0), 255)
    return ImageOps.expand(paper, 2, 190).quantize(16)


def main(folder):
    till = Till()
    invoice = till.invoice(LINK.encode())
    (folder / "terminal.svg").write_text(terminal(invoice.form("text")[0].decode()))
    (folder / "code.svg").write_bytes(invoice.form("svg")[0])
    slip(till, invoice).save(folder / "receipt.png", optimize=True)
    for name in ("terminal.svg", "code.svg"):
        assert scan.read((folder / name).read_bytes()) == LINK, name
    for name in ("terminal.svg", "code.svg", "receipt.png"):
        size = (folder / name).stat().st_size
        assert size < 60_000, f"{name} has {size} bytes"
        print(f"{folder / name}: {size} bytes")
    till.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))

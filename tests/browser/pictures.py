"""Makes the picture of the dashboard for the README. See tests/pictures.sh."""

import io
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from gateway import Gateway
from visitor import Visitor, launch


def sales(gateway):
    """A little of everything; the number of the sale that is shown."""
    made = {}
    for order_id, amount, description, verbs in [
        ("1041", "1250.00", "Two tickets", ["pay"]),
        ("1042", "89.90", "Book", ["pay", "refund?amount=20"]),
        ("1043", "5.50", "Tea", ["decline"]),
        ("1044", "18900.00", "Bicycle", ["expire"]),
        ("1045", "10.50", "Coffee", []),
        ("1046", "240.00", "Lunch for two", []),
    ]:
        made[order_id] = gateway.sale(order_id, amount, description)
        for verb in verbs:
            gateway.move(f"payments/{made[order_id]}/{verb}")
    for _ in range(3):
        gateway.tool("status", str(made["1045"]))
    return made["1045"]


def picture(gateway, browser):
    shown = sales(gateway)
    visitor = Visitor(browser, gateway, width=1200)
    visitor.go(f"/#/sales/{shown}")
    visitor.sees_state("Waiting")
    visitor.page.locator(".payers img").evaluate("image => image.decode()")
    png = visitor.page.screenshot(clip={"x": 0, "y": 0, "width": 1200, "height": 800})
    visitor.leave()
    return Image.open(io.BytesIO(png)).convert("RGB").quantize(160)


def main(folder):
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        with Gateway(Path(place)) as gateway, launch(playwright) as browser:
            picture(gateway, browser).save(folder / "dashboard.png", optimize=True)
    size = (folder / "dashboard.png").stat().st_size
    assert size < 150_000, f"dashboard.png has {size} bytes"
    print(f"{folder / 'dashboard.png'}: {size} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

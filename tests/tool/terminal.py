"""A terminal with a person before it: a real pty, and what stands on its screen."""

import os
import pty
import select
import signal
import struct
import subprocess
import termios
import time
from fcntl import ioctl

import pyte
import zxingcpp
from PIL import Image

TOOL = os.environ["FREEDOMPAY_TOOL"]
PATIENCE = 60


class Terminal:
    """Runs the tool with a terminal of its own."""

    def __init__(self, arguments, settings, columns=100, rows=60, **more):
        environment = {"PATH": os.environ["PATH"], "TERM": "xterm-256color", **settings, **more}
        master, slave = pty.openpty()
        ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.process = subprocess.Popen(
            [TOOL, *arguments], stdin=slave, stdout=slave, stderr=slave, env=environment, start_new_session=True,
            preexec_fn=lambda: ioctl(0, termios.TIOCSCTTY, 0),
        )
        os.close(slave)
        self.master = master
        self.raw = b""
        self.screen = pyte.Screen(columns, rows)
        self.stream = pyte.ByteStream(self.screen)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self.master)

    def lines(self):
        """What is to be read on the screen."""
        return [line.rstrip() for line in self.screen.display if line.strip()]

    def text(self):
        return "\n".join(self.lines())

    def press(self, keys):
        os.write(self.master, keys)

    def wait_for(self, condition):
        """Until the screen is as wanted."""
        end = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < end, f"never seen; the screen:\n{self.text()}"
            assert self.read(), f"the tool has ended; the screen:\n{self.text()}"

    def read(self):
        """Takes what the tool has written; false once it has ended and all is taken."""
        ready, _, _ = select.select([self.master], [], [], 0.1)
        if not ready:
            return True
        try:
            written = os.read(self.master, 65536)
        except OSError:  # how Linux says that nobody holds the other end any more
            written = b""
        self.raw += written
        self.stream.feed(written)
        return written != b""

    def end(self):
        """The exit code, once all has been read."""
        end = time.monotonic() + PATIENCE
        while self.read():
            assert time.monotonic() < end, f"it does not end; the screen:\n{self.text()}"
        return self.process.wait()

    def signal(self, number=signal.SIGTERM):
        self.process.send_signal(number)

    def scan(self, ground="black"):
        """The link in the code on the screen, as a phone before the terminal sees it."""
        colours = {"default": ground, "black": "black", "white": "white", "brightwhite": "white"}
        width, height = self.screen.columns, self.screen.lines
        picture = Image.new("L", (width, height * 2), 0)
        for y in range(height):
            for x in range(width):
                cell = self.screen.buffer[y][x]
                back = colours.get(cell.bg, "white")
                fore = colours[cell.fg] if cell.fg in colours and cell.fg != "default" else invert(back)
                upper, lower = {"█": (fore, fore), "▀": (fore, back), "▄": (back, fore)}.get(cell.data, (back, back))
                picture.putpixel((x, 2 * y), 255 if upper == "white" else 0)
                picture.putpixel((x, 2 * y + 1), 255 if lower == "white" else 0)
        larger = picture.resize([side * 4 for side in picture.size], Image.NEAREST)
        found = zxingcpp.read_barcodes(larger, formats=zxingcpp.BarcodeFormat.QRCode, try_invert=False)
        return [code.text for code in found]


def invert(colour):
    return "white" if colour == "black" else "black"

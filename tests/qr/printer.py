"""A receipt printer: reads ESC/POS as its manual has it, and draws the paper. What it does not know, it refuses."""

import os

from PIL import Image, ImageDraw, ImageFont

FONTS = [
    "/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf",
    "/usr/share/fonts/truetype/noto/NotoMono-Regular.ttf",
]
CHARACTER = (12, 24)


class Printer:
    """`strips` is what it printed, from the top: text with its scale, rasters, codes of its own, feeds and cuts."""

    def __init__(self, paper_dots, encoding="cp866"):
        self.paper_dots, self.encoding = paper_dots, encoding
        self.strips, self.selectors = [], []
        self.align, self.scale = 0, 1
        self.line = b""
        self.code = {}

    def print(self, data):
        at = 0
        while at < len(data):
            byte = data[at]
            if byte == 0x0A:
                self.strips.append(("text", self.line.decode(self.encoding), self.align, self.scale))
                self.line = b""
                at += 1
            elif byte in (0x1B, 0x1C, 0x1D):
                at += self.command(data[at:])
            else:
                assert byte >= 0x20 and byte != 0x7F, f"byte {byte:#x} at {at} is no text"
                self.line += data[at : at + 1]
                at += 1
        assert self.line == b"", "text without an end of line"
        return self

    def command(self, data):
        """Carries out one command; its length."""
        if data[:2] == b"\x1b@":
            self.align, self.scale = 0, 1
            return 2
        if data[:2] == b"\x1c.":
            return 2
        if data[:2] == b"\x1bt":
            self.selectors.append(data[2])
            return 3
        if data[:2] == b"\x1ba":
            assert data[2] in (0, 1, 2)
            self.align = data[2]
            return 3
        if data[:2] == b"\x1d!":
            assert data[2] in (0, 0x11)
            self.scale = 2 if data[2] else 1
            return 3
        if data[:2] == b"\x1bd":
            self.strips.append(("feed", data[2] * CHARACTER[1]))
            return 3
        if data[:2] == b"\x1bJ":
            self.strips.append(("feed", data[2] // 2))  # the printer with the smallest unit of feed
            return 3
        if data[:4] == b"\x1dVB\0":
            self.strips.append(("cut",))
            return 4
        if data[:4] == b"\x1dv0\0":
            assert self.line == b"", "a raster in the middle of a line is not printed"
            row = data[4] + data[5] * 256
            rows = data[6] + data[7] * 256
            assert row * 8 <= self.paper_dots, "wider than the paper"
            content = data[8 : 8 + row * rows]
            assert len(content) == row * rows, "the raster is cut off"
            self.strips.append(("raster", Image.frombytes("1", (row * 8, rows), bytes(b ^ 255 for b in content))))
            return 8 + row * rows
        if data[:3] == b"\x1d(k":
            length = data[3] + data[4] * 256
            content = data[5 : 5 + length]
            assert len(content) == length and content[:1] == b"1", "not a command about QR codes"
            self.code_command(content[1:2], content[2:])
            return 5 + length
        raise AssertionError(f"unknown command {data[:4]!r}")

    def code_command(self, function, content):
        if function == b"A":
            assert content == b"2\0"
        elif function == b"C":
            assert 1 <= content[0] <= 16
            self.code["dots"] = content[0]
        elif function == b"E":
            self.code["level"] = {48: "L", 49: "M", 50: "Q", 51: "H"}[content[0]]
        elif function == b"P":
            assert content[:1] == b"0"
            self.code["text"] = content[1:].decode()
        elif function == b"Q":
            assert content == b"0"
            self.strips.append(("code", dict(self.code), self.align))
        else:
            raise AssertionError(f"unknown function {function!r}")

    def texts(self):
        return [strip[1] for strip in self.strips if strip[0] == "text"]

    def paper(self):
        """The paper as a picture."""
        font = next(path for path in FONTS if os.path.exists(path))
        heights = {"text": lambda s: CHARACTER[1] * s[3], "raster": lambda s: s[1].height}
        heights |= {"feed": lambda s: s[1], "cut": lambda s: CHARACTER[1] * 3}
        paper = Image.new("L", (self.paper_dots, sum(heights[s[0]](s) for s in self.strips)), 255)
        draw, top = ImageDraw.Draw(paper), 0
        for strip in self.strips:
            if strip[0] == "raster":
                paper.paste(strip[1], (0, top))
            elif strip[0] == "text":
                _, text, align, scale = strip
                width = CHARACTER[0] * scale
                assert len(text) * width <= self.paper_dots, f"{text!r} is wider than the paper"
                left = (self.paper_dots - len(text) * width) // 2 if align == 1 else 0
                face = ImageFont.truetype(font, 20 * scale)
                for column, character in enumerate(text):
                    draw.text((left + column * width, top), character, font=face, fill=0)
            top += heights[strip[0]](strip)
        return paper

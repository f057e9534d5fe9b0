"""Writes mdoc, the language of manual pages."""

import re
import time

WIDTH = 79


def plain(text):
    """Text as it is read: none of its characters is a command, those of ASCII stay those of ASCII, the others are named."""
    text = text.replace("\\", "\\e")
    for character, name in (("'", "aq"), ("`", "ga"), ("^", "ha"), ("~", "ti")):
        text = text.replace(character, f"\\({name}")
    text = in_ascii(text)
    # A minus, not a hyphen that a line may end behind.
    return re.sub(r"(?<![A-Za-z])-(?=[\dA-Za-z-])|(?<=-)-", r"\\-", text)


def in_ascii(text):
    return re.sub(r"[^\x00-\x7f]", lambda character: f"\\[u{ord(character.group()):04X}]", text)


def bold(text):
    """In bold, and no word of it hyphenated."""
    return "\\fB" + " ".join("\\%" + plain(word) for word in text.split(" ")) + "\\fR"


def prose(comment, known):
    """A comment as lines of mdoc: paragraphs stay paragraphs, the names that are known are bold."""
    lines = []
    for number, paragraph in enumerate(re.split(r"\n\s*\n", "\n".join(comment).strip())):
        if number:
            lines.append(".Pp")
        lines += wrapped(names_in_bold(" ".join(paragraph.split()), known))
    return lines


def names_in_bold(text, known):
    parts = re.split(r"\b((?:fp|FP)_[A-Za-z0-9_]*[A-Za-z0-9])\b", text)
    return "".join(bold(part) if part in known or part.startswith("FP_") else plain(part) for part in parts)


def wrapped(text):
    """Lines of a length that a person can read; none begins as a command. A sentence begins a line of its own."""
    lines = []
    for sentence in re.split(r"(?<=[.:?!]) (?=[A-Z\\0-9])", text):
        line = ""
        for word in map(unbroken, sentence.split(" ")):
            if line and len(line) + 1 + len(word) > WIDTH:
                lines.append(line)
                line = word
            else:
                line = f"{line} {word}" if line else word
        lines.append(line)
    return ["\\&" + line if line[:1] in (".", "'") else line for line in lines if line]


def unbroken(word):
    """A mark against hyphenation counts at the beginning of a word only; inside it would ask for a hyphen."""
    return "\\%" + word.replace("\\%", "") if "\\%" in word else word


class Page:
    """A page as it grows, section by section."""

    def __init__(self, name, section, date):
        self._lines = [
            ".\\\" Made by bindings/c/install/manpages.py; not to be edited.",
            f".Dd {time.strftime('%B', date)} {date.tm_mday}, {date.tm_year}",
            f".Dt {name.upper()} {section}",
            ".Os",
        ]

    def line(self, text):
        self._lines.append(text)

    def text(self, lines):
        for line in lines:
            self._lines.append(line)

    def name(self, names, what):
        self.section("NAME")
        self._lines += [f".Nm {name} ," for name in names[:-1]] + [f".Nm {names[-1]}"]
        self._lines.append(f".Nd {plain(what)}")

    def section(self, title):
        self._lines.append(f".Sh {title}")

    def subsection(self, title):
        self._lines.append(f".Ss {plain(title)}")

    def code(self, text):
        self._lines += [".Bd -literal -offset indent"]
        # A backslash is all that a program may have that means something here, and a point that begins a line.
        self._lines += [re.sub(r"^([.'])", r"\\&\1", in_ascii(line.replace("\\", "\\e").replace("-", "\\-"))) for line in text.split("\n")]
        self._lines += [".Ed"]

    def prototype(self, name, type_name, arguments):
        self._lines.append(f".Ft {quoted(type_name)}")
        self._lines.append(f".Fo {name}")
        for argument in arguments or ["void"]:
            self._lines.append(f".Fa {quoted(argument)}")
        self._lines.append(".Fc")

    def entries(self, entries, known, values=None):
        """A list of names with what is said of each."""
        self._lines.append(".Bl -tag -width Ds")
        for number, (name, comment) in enumerate(entries):
            value = f" {values[number]}" if values else ""
            self._lines.append(f".It {'Dv' if values else 'Fn'} {name}{value}")
            self._lines += prose(comment, known)
        self._lines.append(".El")

    def markdown(self, text, known):
        """As much of Markdown as include/README.md is written in: headings, paragraphs, lists, tables."""
        for block in re.split(r"\n\n+", text.strip()):
            lines = block.split("\n")
            if block.startswith("# "):
                continue
            if block.startswith("## "):
                self.subsection(block[3:])
            elif block.startswith("|"):
                self._table([[cell.strip() for cell in line.strip("|").split("|")] for line in lines], known)
            elif block.startswith("- "):
                self._items(re.split(r"\n(?=- )", block), known)
            else:
                if not self._lines[-1].startswith(".Ss"):
                    self.line(".Pp")
                self.text(wrapped(spans(" ".join(lines), known)))

    def _items(self, items, known):
        self.line(".Bl -bullet")
        for item in items:
            self.line(".It")
            self.text(wrapped(spans(" ".join(item[2:].split()), known)))
        self.line(".El")

    def _table(self, rows, known):
        self.line(".Bl -tag -width Ds")
        for row in rows[2:]:
            self.line(f".It {spans(row[0], known)}")
            self.text(wrapped(spans("; ".join(row[1:]), known)))
        self.line(".El")

    def see_also(self, pages):
        self.section("SEE ALSO")
        for number, (name, section) in enumerate(sorted(pages, key=lambda page: (page[1], page[0]))):
            self._lines.append(f".Xr {name} {section}" + (" ," if number < len(pages) - 1 else ""))

    def end(self):
        return "\n".join(self._lines) + "\n"


def quoted(text):
    """One argument of a macro."""
    return f'"{text}"' if " " in text else text


def spans(text, known):
    """A line of Markdown: `code` is bold."""
    parts = re.split(r"`([^`]*)`", text)
    return "".join(bold(part) if number % 2 else names_in_bold(part, known) for number, part in enumerate(parts))

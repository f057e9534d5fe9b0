"""freedompay(1): what the tool says of itself, as a manual page."""

import os
import re
import subprocess

from mdoc import Page, bold, plain, wrapped


def tool_page(tool, date):
    """The page of the tool and of all its commands."""
    whole = Help(tool)
    commands = whole.lists["Commands:"] = [entry for entry in whole.lists["Commands:"] if entry[0] != "help"]
    page = Page("freedompay", 1, date)
    page.name(["freedompay"], lowered(whole.about[0]))
    page.section("SYNOPSIS")
    page.line(".Nm")
    page.line(".Ar command")
    page.line(".Op Ar option ...")
    page.section("DESCRIPTION")
    for paragraph in whole.about[1:] or whole.about:
        page.line(".Pp")
        page.text(wrapped(plain(paragraph)))
    write_lists(page, whole)
    for command, _ in commands:
        one = Help(tool, command)
        page.section(command.upper())
        page.text(wrapped(bold(one.usage)))
        for paragraph in one.about:
            page.line(".Pp")
            page.text(wrapped(plain(paragraph)))
        write_lists(page, one)
    page.see_also([("libfreedompay", 3)])
    # A paragraph at the beginning of a section is none.
    return re.sub(r"(\n\.Sh [^\n]*)\n\.Pp", r"\1", page.end())


def write_lists(page, text):
    for title, entries in text.lists.items():
        page.subsection(title.rstrip(":"))
        page.line(".Bl -tag -width Ds")
        for term, paragraphs in entries:
            page.line(f".It {bold(term)}")
            for number, paragraph in enumerate(paragraphs):
                if number:
                    page.line(".Pp")
                page.text(wrapped(plain(paragraph)))
        page.line(".El")


def lowered(text):
    """A sentence as a part of another one, unless it begins with a name."""
    first, _, rest = text.rstrip(".").partition(" ")
    known = first in ("Freedom",)
    return f"{first if known else first.lower()} {rest}"


class Help:
    """What --help prints, taken apart: about, usage, lists of terms with their paragraphs."""

    def __init__(self, tool, *command):
        # Neither the language nor the settings of whoever installs.
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("FREEDOMPAY_", "LANG", "LC_"))}
        environment.update(LC_ALL="C.UTF-8", COLUMNS="100")
        done = subprocess.run([tool, *command, "--help"], stdout=subprocess.PIPE, check=True, env=environment)
        blocks = split_blocks(done.stdout.decode("utf-8"))
        usage = next(index for index, block in enumerate(blocks) if block[0].startswith("Usage: "))
        self.usage = blocks[usage][0][len("Usage: ") :]
        self.about = [" ".join(line.strip() for line in block) for block in blocks[:usage]]
        self.lists = {}
        entries = None
        for block in blocks[usage + 1 :]:
            if re.fullmatch(r"[A-Z][^:]*:", block[0]):
                entries = self.lists.setdefault(block[0], [])
                block = block[1:]
            elif entries is None or not block[0].startswith(" "):
                self.about.append(" ".join(line.strip() for line in block))
                entries = None
                continue
            read_entries(entries, block)


def split_blocks(text):
    blocks = [[]]
    for line in text.split("\n"):
        if line.strip():
            blocks[-1].append(line)
        elif blocks[-1]:
            blocks.append([])
    return [block for block in blocks if block]


def read_entries(entries, block):
    """A term stands at the left, what is said of it behind two spaces or below it, further in."""
    fresh = True
    for line in block:
        indent = len(line) - len(line.lstrip())
        if indent < 10:
            term, _, said = line.strip().partition("  ")
            entries.append((term, [said.strip()] if said.strip() else []))
        else:
            paragraphs = entries[-1][1]
            if fresh or not paragraphs:
                paragraphs.append(line.strip())
            else:
                paragraphs[-1] += " " + line.strip()
        fresh = False

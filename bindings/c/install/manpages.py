#!/usr/bin/env python3
"""Makes the manual pages out of what is said elsewhere, so that they cannot say anything else.

    bindings/c/install/manpages.py FOLDER [TOOL]

include/freedompay.h gives a page for each group of functions, with a page that leads there for each function; include/README.md
and the first program of README.md give libfreedompay(3); what the tool says of itself (--help) gives freedompay(1). FOLDER gets
man1 and man3. Without TOOL there is no freedompay(1). The date is that of the header, or SOURCE_DATE_EPOCH.
"""

import os
import re
import sys
import time
from collections import OrderedDict
from pathlib import Path

from helppage import tool_page
from mdoc import Page, bold, plain, prose, wrapped

ROOT = Path(__file__).resolve().parents[3]
HEADER = ROOT / "include" / "freedompay.h"
RULES = ROOT / "include" / "README.md"
README = ROOT / "README.md"

# What each group is for. Functions that stand alone in their group are in libfreedompay(3).
GROUPS = {
    "fp_buffer": "bytes that the library made",
    "fp_call": "a call of any path of the gateway",
    "fp_callback": "what the gateway sends to the merchant",
    "fp_card": "the cards that a payer has stored",
    "fp_client": "a merchant's way to the gateway",
    "fp_config": "a merchant's settings",
    "fp_fields": "the optional fields of a request",
    "fp_invoice": "create an invoice, ask about it, pay it, wait for it",
    "fp_invoice_request": "a sale, before it is an invoice",
    "fp_mobile": "payments from a mobile phone's account",
    "fp_payment": "ask about a payment, take it, let it go, give it back",
    "fp_payout": "payments to a person",
    "fp_pending": "sales whose end is not known",
    "fp_qr": "every form of the QR code of a result",
    "fp_receipt": "how a merchant's slips look",
    "fp_result": "what a call answered",
    "fp_task": "a call in the background",
    "fp_token": "payments with a stored card",
}
# For a group that does not stand there; a test looks for it.
UNDESCRIBED = "functions of libfreedompay"


class Header:
    """What freedompay.h declares, in its order."""

    def __init__(self, text):
        text = text[text.index('extern "C" {') :]
        self.constants = OrderedDict()
        self.types = OrderedDict()
        self.callbacks = OrderedDict()
        self.functions = OrderedDict()
        for comment, declaration in re.findall(r"/\*\n(.*?)\n? \*/\n(#define[^\n]*|[^;]*;)", text, re.DOTALL):
            self._take([line.strip() for line in comment.split("\n")], " ".join(declaration.split()))

    def _take(self, comment, declaration):
        constant = re.fullmatch(r"#define (FP_\w+) (-?\d+)", declaration)
        handle = re.fullmatch(r"typedef struct (\w+) \1;", declaration)
        callback = re.fullmatch(r"typedef .*\(\*(\w+)\)\(.*\);", declaration)
        function = re.fullmatch(r"(.*?)(\w+)\((.*)\);", declaration)
        if constant:
            self.constants[constant.group(1)] = (constant.group(2), comment)
        elif handle:
            self.types[handle.group(1)] = comment
        elif callback:
            self.callbacks[callback.group(1)] = (declaration, comment)
        elif function:
            arguments = [] if function.group(3) == "void" else function.group(3).split(", ")
            self.functions[function.group(2)] = (function.group(1).strip(), arguments, comment)
        else:
            raise SystemExit(f"freedompay.h: what is {declaration!r}?")

    def groups(self):
        """The functions of each group: those of a handle, or with the same word behind fp_."""
        groups = OrderedDict()
        for name in self.functions:
            handles = [handle for handle in self.types if name.startswith(handle + "_")]
            group = max(handles, key=len) if handles else "_".join(name.split("_")[:2])
            groups.setdefault(group, []).append(name)
        alone = [group for group, names in groups.items() if len(names) == 1 and group not in self.types]
        rest = [name for group in alone for name in groups.pop(group)]
        return groups, rest


def library_pages(header, date):
    """The pages of section 3 by name; a Path is one that is there under that name."""
    groups, rest = header.groups()
    pages = {}
    for group, names in groups.items():
        others = sorted(set(groups) - {group})
        pages[group] = group_page(header, group, names, others, date)
    pages["libfreedompay"] = overview(header, rest, sorted(groups), date)
    for group, names in [*groups.items(), ("libfreedompay", rest)]:
        for name in names:
            # fp_page may be a group and a function.
            pages.setdefault(name, Path(f"{group}.3"))
    return pages


def group_page(header, group, names, others, date):
    page = Page(group, 3, date)
    page.name(names if group in names else [group, *names], what_for(group))
    page.section("SYNOPSIS")
    page.line(".In freedompay.h")
    for name in names:
        page.prototype(name, *header.functions[name][:2])
    page.section("DESCRIPTION")
    known = set(header.functions) | set(header.types) | set(header.callbacks)
    if group in header.types:
        page.text(prose(header.types[group], known))
    callbacks = [name for name in header.callbacks if uses(header, names, name)]
    page.entries([(name, header.functions[name][2]) for name in names], known)
    for name in callbacks:
        declaration, comment = header.callbacks[name]
        page.subsection(name)
        page.code(declaration)
        page.text(prose(comment, known))
    constants(page, header, mentioned(header, names), known)
    page.see_also([("libfreedompay", 3), *[(other, 3) for other in others]])
    return page.end()


def what_for(group):
    return GROUPS.get(group, UNDESCRIBED)


def uses(header, names, callback):
    return any(callback in argument.split() for name in names for argument in header.functions[name][1])


def mentioned(header, names):
    """The groups of constants that the comments speak of as "an FP_BODY_ number"."""
    comments = [header.functions[name][2] for name in names]
    comments += [comment for name, (_, comment) in header.callbacks.items() if uses(header, names, name)]
    starts = set(re.findall(r"\b(FP_[A-Z]+_) number", " ".join(" ".join(comment) for comment in comments)))
    starts |= {"FP_OK"} if "FP_ERR_" in starts else set()
    return [name for name in header.constants if name.startswith(tuple(starts))]


def constants(page, header, names, known):
    if not names:
        return
    page.subsection("Constants")
    page.entries([(name, header.constants[name][1]) for name in names], known, [header.constants[name][0] for name in names])


def overview(header, names, groups, date):
    page = Page("libfreedompay", 3, date)
    page.name(["libfreedompay", *names], "Freedom Pay QR payments for tills, shops and scripts")
    page.section("SYNOPSIS")
    page.line(".In freedompay.h")
    for name in names:
        page.prototype(name, *header.functions[name][:2])
    page.line(".Pp")
    page.text(wrapped("Link with " + bold("$(pkg-config --libs freedompay)") + ", or in CMake with " + bold("freedompay::freedompay") + "."))
    page.section("DESCRIPTION")
    page.line(".Bl -tag -width fp_invoice_request")
    for group in groups:
        page.line(f".It Xr {group} 3")
        page.text([plain(what_for(group))])
    page.line(".El")
    known = set(header.functions) | set(header.types) | set(header.callbacks)
    page.entries([(name, header.functions[name][2]) for name in names], known)
    page.markdown(RULES.read_text(encoding="utf-8"), known)
    constants(page, header, list(header.constants), known)
    page.section("EXAMPLES")
    page.text(["A whole sale, with a journal:"])
    page.code(re.search(r"```c\n(.*?)\n```", README.read_text(encoding="utf-8"), re.DOTALL).group(1))
    page.see_also([("freedompay", 1), *[(group, 3) for group in groups]])
    return page.end()


def main():
    if len(sys.argv) not in (2, 3) or sys.argv[1].startswith("-"):
        raise SystemExit(__doc__)
    folder = Path(sys.argv[1])
    date = time.gmtime(int(os.environ.get("SOURCE_DATE_EPOCH") or HEADER.stat().st_mtime))
    pages = {f"man3/{name}.3": text for name, text in library_pages(Header(HEADER.read_text(encoding="utf-8")), date).items()}
    if len(sys.argv) == 3:
        pages["man1/freedompay.1"] = tool_page(sys.argv[2], date)
    for path, text in pages.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.is_symlink() or target.exists():
            target.unlink()
        if isinstance(text, Path):
            target.symlink_to(text)
        else:
            target.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()

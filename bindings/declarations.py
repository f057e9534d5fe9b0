"""The functions of the C ABI as a list, read from the declarations that build.rs writes for PHP's parser."""

import re
from pathlib import Path
from typing import List, NamedTuple, Tuple

ROOT = Path(__file__).resolve().parents[1]
DECLARATIONS = ROOT / "bindings" / "php" / "src" / "freedompay.ffi.h"
HEADER = ROOT / "include" / "freedompay.h"


class Function(NamedTuple):
    """A function: what it gives, its name, and the type and name of each argument."""

    gives: str
    name: str
    takes: List[Tuple[str, str]]


def functions() -> List[Function]:
    """Every exported function, in the order of the header."""
    text = " ".join(DECLARATIONS.read_text(encoding="utf-8").split())
    found = [
        Function(_tidy(gives), name, [_argument(one) for one in takes.split(",") if one.strip() != "void"])
        for gives, name, takes in re.findall(r"([\w ]+[ *]+)(fp_\w+)\(([^()]*)\);", text)
    ]
    names = re.findall(r"\b(fp_\w+)\s*\(", re.sub(r"/\*.*?\*/", "", HEADER.read_text(encoding="utf-8"), flags=re.DOTALL))
    if not found or [function.name for function in found] != names:
        raise SystemExit(f"{DECLARATIONS} does not declare the functions of {HEADER}")
    return found


def constants() -> List[Tuple[str, int]]:
    """Every numbered constant, in the order of the header."""
    text = HEADER.read_text(encoding="utf-8")
    return [(name, int(number)) for name, number in re.findall(r"^#define (FP_\w+) (\d+)$", text, re.MULTILINE)]


def handles() -> List[str]:
    """The opaque types."""
    return re.findall(r"^typedef struct (fp_\w+) \1;$", DECLARATIONS.read_text(encoding="utf-8"), re.MULTILINE)


def _argument(text: str) -> Tuple[str, str]:
    match = re.fullmatch(r"(.*?[ *])(\w+)", text.strip())
    if not match:
        raise SystemExit(f"{DECLARATIONS}: what is the argument {text!r}?")
    return _tidy(match[1]), match[2]


def _tidy(type_: str) -> str:
    return re.sub(r"\s*\*\s*", " *", " ".join(type_.split())).strip()

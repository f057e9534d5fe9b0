#!/usr/bin/env python3
"""Is everything that a program was once built against still there, and still the same?

    tests/abi/record.py [--record] [HEADER [RECORD [EXIT-CODES]]]

Compares the header's functions, types and constants and the tool's exit codes with tests/abi/recorded.txt. What is gone or
changed is red, for ever: the record is only ever added to. What is new is red until `make abi-record` (--record) has written it
down, under the version of Cargo.toml, so that from then on it is kept, too. Ends with "N passed, N failed".

The header is the whole of the ABI: every type is opaque or a number, so that no layout stands behind it. Names of parameters are
no part of it.
"""

import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent


def declarations(header: Path) -> list[tuple[str, str]]:
    """Each function and type of a header: its name, and its declaration on one line without the names of parameters."""
    run = subprocess.run(["gcc", "-E", "-P", "-x", "c", header], check=True, capture_output=True, text=True)
    found = []
    for statement in " ".join(run.stdout.split()).split(";"):
        words = statement.strip()
        kind = "type" if words.startswith("typedef") else "function"
        # The name of a function type stands in brackets of its own, that of a function before its first one.
        name = re.search(r"\(\*(fp_\w+)\)|\b(fp_\w+) ?\(|\b(fp_\w+)$", words)
        if name is not None and ("fp_" in words):
            found.append((f"{kind} {next(filter(None, name.groups()))}", without_names(words)))
    return found


def without_names(declaration: str) -> str:
    """A declaration whose parameters have types alone."""
    match = re.fullmatch(r"(.*)\(([^()]*)\)", declaration)
    if match is None:
        return declaration
    types = [re.sub(r"(?<=[\s*])\w+$", "", each.strip()).strip() if " " in each.strip() else each.strip()
             for each in match[2].split(",")]
    return f"{match[1]}({', '.join(types)})"


def constants(header: Path) -> list[tuple[str, str]]:
    """Each FP_ number of a header."""
    pairs = re.findall(r"^#define (FP_\w+) (.+)$", header.read_text(), re.MULTILINE)
    return [(f"constant {name}", value.strip()) for name, value in pairs]


def exit_codes(source: Path) -> list[tuple[str, str]]:
    """Each exit code of the tool, under the word that its JSON has for it."""
    text = source.read_text()
    numbers = dict(re.findall(r"^    (\w+) = (\d+),$", text, re.MULTILINE))
    words = dict(re.findall(r'^ +Exit::(\w+) => "(\w+)",$', text, re.MULTILINE))
    return [(f"exit {words.get(name, name)}", number) for name, number in numbers.items()]


def main() -> int:
    arguments = sys.argv[1:]
    is_to_record = "--record" in arguments
    paths = [Path(argument) for argument in arguments if argument != "--record"]
    header, record, exits = (
        paths + [ROOT / "include/freedompay.h", HERE / "recorded.txt", ROOT / "src/bin/freedompay/exit.rs"][len(paths):]
    )
    found = dict(declarations(header) + constants(header) + exit_codes(exits))
    recorded = {}
    for line in record.read_text().splitlines():
        if line and not line.startswith("#"):
            _version, name, value = line.split("\t")
            recorded[name] = value

    wrong = [f"gone: {name}" for name in recorded if name not in found]
    wrong += [
        f"changed: {name}: {value!r} is now {found[name]!r}"
        for name, value in recorded.items()
        if name in found and found[name] != value
    ]
    new = [name for name in found if name not in recorded]
    if is_to_record and new and not wrong:
        version = re.search(r'^version = "(.*)"$', (ROOT / "Cargo.toml").read_text(), re.MULTILINE)[1]
        with record.open("a") as file:
            file.writelines(f"{version}\t{name}\t{found[name]}\n" for name in new)
        print(f"{len(new)} recorded under {version}")
        new = []
    wrong += [f"new, and not recorded (make abi-record): {name}" for name in new]
    for line in wrong:
        print(line)
    print(f"{len(found) - len(new)} passed, {len(wrong)} failed")
    return 1 if wrong or not found else 0


if __name__ == "__main__":
    sys.exit(main())

"""Checks that every package in the shipped library and in the tool may be used under terms like MIT, Apache or BSD.

    cargo metadata --format-version 1 --all-features | tests/licences.py

Reads Cargo's own description of the packages; prints each one whose licence is not known to be fine, and the count.
"""

import json
import re
import sys

FINE = {
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
}

# Used while building and not part of anything that ships; the licence asks for its own source's terms only.
BUILD_ONLY = {"cbindgen": "MPL-2.0"}


def is_fine(expression: str) -> bool:
    """Whether an SPDX expression can be met with fine licences alone."""
    words = re.findall(r"[()]|[\w.+-]+(?: WITH [\w.+-]+)?", expression.replace("/", " OR "))
    python = {"(": "(", ")": ")", "OR": "or", "AND": "and"}
    return bool(eval(" ".join(python.get(word, str(word in FINE)) for word in words)))  # of True, False, and, or, ()


def main() -> int:
    packages = json.load(sys.stdin)["packages"]
    wrong = [
        f"{package['name']} {package['version']}: {package['license']}"
        for package in packages
        if not is_fine(package["license"] or "none")
        and BUILD_ONLY.get(package["name"]) != package["license"]
    ]
    for line in wrong:
        print(line)
    print(f"{len(packages) - len(wrong)} passed, {len(wrong)} failed")
    return 1 if wrong or not packages else 0


if __name__ == "__main__":
    sys.exit(main())

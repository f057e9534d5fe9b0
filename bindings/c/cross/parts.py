"""Says which packages are inside of what is given away, and under which licences.

    cargo metadata --format-version 1 ... | parts.py

Reads Cargo's own description; what only builds is left out.
"""

import json
import sys
from typing import Any, Dict, Iterator, Set

OPENING = """\
libfreedompay is under MIT or Apache-2.0, as you prefer. Inside of the library or of the tool are these packages, under the
licences that they name; their texts and sources are found under those names in the registry of Rust.

The standard library of Rust: MIT OR Apache-2.0
SQLite, in libsqlite3-sys: in the public domain
"""


def inside(description: Dict[str, Any]) -> Set[str]:
    """The packages that the root needs when it runs."""
    nodes = {node["id"]: node for node in description["resolve"]["nodes"]}
    found: Set[str] = set()
    ahead = [description["resolve"]["root"]]
    while ahead:
        package = ahead.pop()
        if package not in found:
            found.add(package)
            ahead += [need["pkg"] for need in nodes[package]["deps"] if None in {kind["kind"] for kind in need["dep_kinds"]}]
    found.remove(description["resolve"]["root"])
    return found


def lines(description: Dict[str, Any]) -> Iterator[str]:
    parts = inside(description)
    for package in sorted(description["packages"], key=lambda package: (package["name"], package["version"])):
        if package["id"] in parts:
            yield f"{package['name']} {package['version']}: {package['license'].replace('/', ' OR ')}"


if __name__ == "__main__":
    print(OPENING + "\n".join(lines(json.load(sys.stdin))))

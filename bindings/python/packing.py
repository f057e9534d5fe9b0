"""Builds the wheel and the source archive: what pip calls (pyproject.toml).

With FREEDOMPAY_LIBRARY in the environment, the path of libfreedompay.so, the wheel has the library
inside and is for the systems that it runs on; with FREEDOMPAY_TOOL, the path of the tool, that too.
Without them it is for every system, and uses what is installed there. The same files give the same
wheel, byte for byte.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import os
import re
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path
from typing import Any, Dict, Iterable, List, NamedTuple, Optional

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib  # pyright: ignore[reportMissingImports]

HERE = Path(__file__).parent
PACKAGE = HERE / "freedompay"

# What the wheel calls the library, and the tool.
LIBRARY = "freedompay/libfreedompay.so.1"
TOOL = "freedompay/freedompay"
WINDOWS_LIBRARY = "freedompay/freedompay.dll"
WINDOWS_TOOL = "freedompay/freedompay.exe"

# ELF's number of a machine, and pip's name of it.
MACHINES = {3: "i686", 40: "armv7l", 62: "x86_64", 183: "aarch64"}
# The same of Windows.
WINDOWS_MACHINES = {0x14C: "win32", 0x8664: "win_amd64"}
# What every Linux with glibc has; a wheel that needs more would not be true to its tag.
SYSTEM_LIBRARIES = re.compile(r"lib(c|m|dl|rt|pthread|gcc_s)\.so\.\d+|ld-linux.*\.so\.\d+")
# pip knows none before these for every machine, and an older pip knows it by another name only.
OLDEST_GLIBC = (2, 17)
OLDEST_GLIBC_NAME = "manylinux2014"
# What a library for musl calls its C library, and the version of musl whose symbols it may need.
MUSL = "libc.so"
MUSL_VERSION = "musllinux_1_2"


class File(NamedTuple):
    """A file of the wheel: its name there, its bytes, and whether it can be run."""

    name: str
    content: bytes
    runs: bool = False


def build_wheel(
    wheel_directory: str,
    config_settings: Optional[Dict[str, Any]] = None,
    metadata_directory: Optional[str] = None,
) -> str:
    """Writes the wheel and gives its name (PEP 517)."""
    project = _project()
    native = _native()
    tag = f"py3-none-{_platform([os.environ[name] for name in native])}"
    files = [*_modules(), *native.values()]
    info = f"freedompay-{project['version']}.dist-info"
    files += [File(f"{info}/licenses/{path.name}", path.read_bytes()) for path in _licences()]
    files.append(File(f"{info}/METADATA", _metadata(project)))
    files.append(File(f"{info}/WHEEL", _wheel(tag, pure=not native)))
    files.append(File(f"{info}/RECORD", _record(files, f"{info}/RECORD")))
    name = f"freedompay-{project['version']}-{tag}.whl"
    with zipfile.ZipFile(Path(wheel_directory) / name, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            entry = zipfile.ZipInfo(file.name)  # of 1980, whenever it is made
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (0o100755 if file.runs else 0o100644) << 16
            archive.writestr(entry, file.content)
    return name


def build_sdist(sdist_directory: str, config_settings: Optional[Dict[str, Any]] = None) -> str:
    """Writes the source archive and gives its name (PEP 517)."""
    project = _project()
    root = f"freedompay-{project['version']}"
    files = [*_modules(), File("PKG-INFO", _metadata(project))]
    paths = [HERE / "pyproject.toml", HERE / "packing.py", HERE / "README.md", *_licences()]
    files += [File(path.name, path.read_bytes()) for path in paths]
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for file in files:
            entry = tarfile.TarInfo(f"{root}/{file.name}")
            entry.size = len(file.content)
            tar.addfile(entry, io.BytesIO(file.content))
    with open(Path(sdist_directory) / f"{root}.tar.gz", "wb") as out:
        with gzip.GzipFile("", "wb", fileobj=out, mtime=0) as packed:
            packed.write(archive.getvalue())
    return f"{root}.tar.gz"


def _project() -> Dict[str, Any]:
    document = tomllib.loads((HERE / "pyproject.toml").read_text("utf-8"))
    project: Dict[str, Any] = document["project"]
    return project


def _modules() -> List[File]:
    paths = sorted([*PACKAGE.glob("*.py"), PACKAGE / "py.typed"])
    return [File(f"freedompay/{path.name}", path.read_bytes()) for path in paths]


def _native() -> Dict[str, File]:
    """The name in the environment -> the file, of those that are named there."""
    found = {}
    for name, place, on_windows in (
        ("FREEDOMPAY_LIBRARY", LIBRARY, WINDOWS_LIBRARY),
        ("FREEDOMPAY_TOOL", TOOL, WINDOWS_TOOL),
    ):
        path = os.environ.get(name)
        if path:
            content = Path(path).read_bytes()
            where = on_windows if content.startswith(b"MZ") else place
            found[name] = File(where, content, runs=place == TOOL)
    return found


def _licences() -> List[Path]:
    """Beside this file in a source archive, at the root in the repository."""
    return sorted(HERE.glob("LICENSE-*")) or sorted(HERE.parents[1].glob("LICENSE-*"))


def _metadata(project: Dict[str, Any]) -> bytes:
    lines = [
        "Metadata-Version: 2.4",
        f"Name: {project['name']}",
        f"Version: {project['version']}",
        f"Summary: {project['description']}",
        f"Keywords: {','.join(project['keywords'])}",
        f"Requires-Python: {project['requires-python']}",
        f"License-Expression: {project['license']}",
        *(f"License-File: {path.name}" for path in _licences()),
        *(f"Classifier: {classifier}" for classifier in project["classifiers"]),
        "Description-Content-Type: text/markdown",
    ]
    head = "\n".join(lines) + "\n\n"
    return head.encode() + (HERE / "README.md").read_bytes()


def _wheel(tag: str, *, pure: bool) -> bytes:
    lines = ["Wheel-Version: 1.0", "Generator: freedompay", f"Root-Is-Purelib: {str(pure).lower()}"]
    python, abi, platforms = tag.split("-")
    tags = [f"Tag: {python}-{abi}-{platform}" for platform in platforms.split(".")]
    return "\n".join([*lines, *tags, ""]).encode()


def _record(files: Iterable[File], own_name: str) -> bytes:
    lines = []
    for file in files:
        digest = base64.urlsafe_b64encode(hashlib.sha256(file.content).digest())
        lines.append(f"{file.name},sha256={digest.decode().rstrip('=')},{len(file.content)}\n")
    return "".join([*lines, f"{own_name},,\n"]).encode()


def _platform(paths: List[str]) -> str:
    """pip's name of the systems on which these files run: Linux with the C library that they need, or Windows."""
    if not paths:
        return "any"
    machines = {_machine(path) for path in paths}
    if len(machines) != 1:
        raise ValueError(f"{' and '.join(paths)} are not for the same machine")
    machine = machines.pop()
    if machine in WINDOWS_MACHINES.values():
        return machine
    if any(_is_for_musl(path) for path in paths):
        return f"{MUSL_VERSION}_{machine}"
    major, minor = max(_glibc(path) for path in paths)
    older = f".{OLDEST_GLIBC_NAME}_{machine}" if (major, minor) == OLDEST_GLIBC else ""
    return f"manylinux_{major}_{minor}_{machine}{older}"


def _machine(path: str) -> str:
    content = Path(path).read_bytes()
    name = None
    if content.startswith(b"\x7fELF"):
        name = MACHINES.get(int.from_bytes(content[18:20], "little"))
    elif content.startswith(b"MZ"):
        header = int.from_bytes(content[60:64], "little")
        name = WINDOWS_MACHINES.get(int.from_bytes(content[header + 4 : header + 6], "little"))
    if name is None:
        raise ValueError(f"{path} is no library or program of a system that pip has a name for")
    return name


def _is_for_musl(path: str) -> bool:
    return f"(NEEDED)             Shared library: [{MUSL}]" in _readelf("--dynamic", path)


def _glibc(path: str) -> "tuple[int, int]":
    """The newest glibc of which the file needs something."""
    said = _readelf("--dynamic", path)
    for needed in re.findall(r"\(NEEDED\).*\[(.*)\]", said):
        if not SYSTEM_LIBRARIES.fullmatch(needed):
            raise ValueError(f"{path} needs {needed}, which not every Linux has")
    versions = re.findall(r"Name: GLIBC_(\d+)\.(\d+)", _readelf("--version-info", path))
    if not versions:
        raise ValueError(f"{path} does not name the glibc that it needs")
    return max(OLDEST_GLIBC, *((int(major), int(minor)) for major, minor in versions))


def _readelf(option: str, path: str) -> str:
    return subprocess.run(
        ["readelf", "--wide", option, path],
        env={**os.environ, "LC_ALL": "C"},
        stdout=subprocess.PIPE,
        check=True,
        encoding="utf-8",
    ).stdout

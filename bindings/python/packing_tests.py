"""What is in a wheel, and that its tag is true. FREEDOMPAY_WHEEL names one; tests/wheel.sh runs this."""

from __future__ import annotations

import base64
import hashlib
import os
import subprocess
import sys
import tarfile
import zipfile
from email import message_from_bytes
from pathlib import Path
from typing import Dict

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import packing  # noqa: E402

WHEEL = Path(os.environ["FREEDOMPAY_WHEEL"])


def contents(wheel: Path) -> Dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_auditwheel_comes_to_the_same_tag() -> None:
    tag = WHEEL.stem.split("-")[-1]
    assert tag.startswith("manylinux_")
    command = [sys.executable, "-m", "auditwheel", "show", str(WHEEL)]
    said = subprocess.run(command, stdout=subprocess.PIPE, check=True, encoding="utf-8").stdout
    assert f'consistent with the following platform tag: "{tag}"' in " ".join(said.split())


def test_everything_is_inside_and_recorded() -> None:
    files = contents(WHEEL)
    modules = {f"freedompay/{path.name}" for path in packing.PACKAGE.glob("*.py")}
    assert modules | {"freedompay/py.typed", packing.LIBRARY, packing.TOOL} <= set(files)
    record = [name for name in files if name.endswith("RECORD")][0]
    for line in files[record].decode().splitlines():
        name, digest, size = line.rsplit(",", 2)
        if name != record:
            right = base64.urlsafe_b64encode(hashlib.sha256(files[name]).digest()).rstrip(b"=")
            assert (digest, size) == (f"sha256={right.decode()}", str(len(files[name])))
            del files[name]
    assert list(files) == [record]


def test_it_needs_no_other_package() -> None:
    files = contents(WHEEL)
    metadata = [text for name, text in files.items() if name.endswith("METADATA")][0]
    head = message_from_bytes(metadata)
    assert (head["Name"], head["Requires-Python"]) == ("freedompay", ">=3.8")
    assert head["Requires-Dist"] is None
    assert len(head.get_all("License-File", [])) == 2


def test_the_same_files_give_the_same_wheel(tmp_path: Path) -> None:
    wheels = []
    for folder in (tmp_path / "one", tmp_path / "two"):
        folder.mkdir()
        wheels.append(folder / packing.build_wheel(str(folder)))
    assert wheels[0].name == wheels[1].name
    assert wheels[0].read_bytes() == wheels[1].read_bytes()


def test_without_a_library_the_wheel_is_for_every_system(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FREEDOMPAY_LIBRARY", raising=False)
    monkeypatch.delenv("FREEDOMPAY_TOOL", raising=False)
    name = packing.build_wheel(str(tmp_path))
    assert name.endswith("-py3-none-any.whl")
    assert not {packing.LIBRARY, packing.TOOL} & set(contents(tmp_path / name))


def test_the_source_archive_builds_the_same_modules(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("FREEDOMPAY_LIBRARY", raising=False)
    monkeypatch.delenv("FREEDOMPAY_TOOL", raising=False)
    archive = packing.build_sdist(str(tmp_path))
    with tarfile.open(tmp_path / archive) as tar:
        tar.extractall(tmp_path)
    source = tmp_path / archive[: -len(".tar.gz")]
    command = [sys.executable, "-c", "import packing; packing.build_wheel('.')"]
    subprocess.run(command, cwd=source, check=True)
    name = packing.build_wheel(str(tmp_path))
    assert contents(source / name) == contents(tmp_path / name)


def library(folder: Path, name: str, source: str, *options: str) -> str:
    """A shared library of that one line of C."""
    path = str(folder / name)
    command = ["gcc", "-shared", "-fPIC", "-x", "c", "-", "-o", path, f"-L{folder}", *options]
    subprocess.run(command, input=source, check=True, encoding="utf-8")
    return path


def test_a_library_that_needs_another_one_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library(tmp_path, "libother.so", "int other(void) { return 1; }")
    path = library(tmp_path, "libneeds.so", "int other(void); int f(void) { return other(); }", "-lother")
    monkeypatch.setenv("FREEDOMPAY_LIBRARY", path)
    monkeypatch.delenv("FREEDOMPAY_TOOL", raising=False)
    with pytest.raises(ValueError, match="libother.so"):
        packing.build_wheel(str(tmp_path))


def test_what_is_no_library_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FREEDOMPAY_LIBRARY", __file__)
    with pytest.raises(ValueError, match="no library"):
        packing.build_wheel(str(tmp_path))


def test_the_tag_follows_the_newest_symbol(tmp_path: Path) -> None:
    old = library(tmp_path, "libold.so", "int getpid(void); int f(void) { return getpid(); }")
    # This one came with glibc 2.25.
    source = "int getentropy(void *, unsigned long); int f(void) { return getentropy(0, 0); }"
    new = library(tmp_path, "libnew.so", source)
    machine = packing._machine(old)
    oldest = f"manylinux_2_17_{machine}.manylinux2014_{machine}"
    assert packing._platform([old]) == oldest
    assert packing._platform([old, new]) == f"manylinux_2_25_{machine}"
    said = packing._wheel(f"py3-none-{oldest}", pure=False).decode().splitlines()
    assert said[-2:] == [f"Tag: py3-none-{tag}" for tag in oldest.split(".")]


def test_a_library_for_musl_is_told_by_what_it_needs(tmp_path: Path) -> None:
    library(tmp_path, "libc.so", "int puts(const char *text) { return !text; }")
    options = ("-nostdlib", f"-L{tmp_path}", "-l:libc.so")
    path = library(tmp_path, "libmusl.so", 'int puts(const char *); int f(void) { return puts("a"); }', *options)
    assert packing._platform([path]) == f"musllinux_1_2_{packing._machine(path)}"


@pytest.mark.parametrize(("machine", "tag"), [(0x14C, "win32"), (0x8664, "win_amd64")])
def test_a_library_of_windows_has_its_names_in_the_wheel(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, machine: int, tag: str
) -> None:
    head = b"MZ".ljust(60, b"\0") + (64).to_bytes(4, "little") + b"PE\0\0" + machine.to_bytes(2, "little")
    (tmp_path / "any.dll").write_bytes(head)
    monkeypatch.setenv("FREEDOMPAY_LIBRARY", str(tmp_path / "any.dll"))
    monkeypatch.setenv("FREEDOMPAY_TOOL", str(tmp_path / "any.dll"))
    name = packing.build_wheel(str(tmp_path))
    assert name.endswith(f"-py3-none-{tag}.whl")
    assert {packing.WINDOWS_LIBRARY, packing.WINDOWS_TOOL} <= set(contents(tmp_path / name))

"""Which library is loaded, and what happens when it is not the right one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Tuple

import pytest

import freedompay
from freedompay import _library, library_version

PACKAGE = Path(freedompay.__file__).parent
LIBRARY = str(Path(_library.library()._name).resolve())
SHOW = "import freedompay._library as l; print(l.library()._name)"


def loaded(package_folder: Path, **environment: str) -> Tuple[str, str]:
    """The name of the library that a fresh interpreter loads, or the last line of its complaint."""
    clean = {name: v for name, v in os.environ.items() if not name.startswith("FREEDOMPAY_")}
    done = subprocess.run(
        [sys.executable, "-c", SHOW],
        cwd=str(package_folder),
        env={**clean, "PYTHONPATH": str(package_folder), **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    return done.stdout.strip(), (done.stderr.strip().splitlines() or [""])[-1]


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A copy of the package without a library in it."""
    ignored = shutil.ignore_patterns("*.so*", "__pycache__")
    shutil.copytree(str(PACKAGE), str(tmp_path / "freedompay"), ignore=ignored)
    return tmp_path


def test_the_version_is_that_of_the_package() -> None:
    assert library_version() == freedompay.__version__


def test_the_environment_names_the_library(package: Path) -> None:
    assert loaded(package, FREEDOMPAY_LIBRARY=LIBRARY) == (LIBRARY, "")
    name, complaint = loaded(package, FREEDOMPAY_LIBRARY="/no/such/library.so")
    assert name == "" and complaint.startswith("OSError: cannot load /no/such/library.so")


def test_a_copy_in_the_package_comes_before_the_system(package: Path) -> None:
    copy = package / "freedompay" / "libfreedompay.so.1"
    shutil.copy(LIBRARY, str(copy))
    assert loaded(package) == (str(copy), "")


def test_the_system_is_asked_last(package: Path, tmp_path: Path) -> None:
    system = tmp_path / "system"
    system.mkdir()
    shutil.copy(LIBRARY, str(system / "libfreedompay.so.1"))
    assert loaded(package, LD_LIBRARY_PATH=str(system)) == ("libfreedompay.so.1", "")


def test_another_library_is_refused(package: Path) -> None:
    name, complaint = loaded(package, FREEDOMPAY_LIBRARY="libm.so.6")
    assert name == "" and complaint.startswith("OSError: libm.so.6 is not a libfreedompay")

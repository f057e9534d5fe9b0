"""What only the library has figures for: memory, waiting for many invoices, getters, journal and pictures."""

import shutil
import subprocess

from gateway import AUTHORITY
from measure import output, run
from peers import HERE, LIBRARY, OUT, OURS, ROOT, LeftOut, c_program, environment

WAITS = 1000


def memory(port):
    """Bytes that a client and a result hold, and how often getters allocate."""
    return run([*c_program("memory", *OURS), str(port), str(AUTHORITY)])


def waits(port):
    """A thousand invoices, each asked about once a second, for ten seconds."""
    return run([*c_program("waits", *OURS), str(port), str(AUTHORITY), str(WAITS), "10"])


def getters():
    """A getter beside an empty C function, in nanoseconds, through ctypes and through PHP's FFI."""
    empty = str(OUT / "libempty.so")
    subprocess.run(["gcc", "-O2", "-shared", "-fPIC", str(HERE / "empty.c"), "-o", empty], check=True)
    figures = {"ctypes": run(["python3", str(HERE / "getters.py"), str(LIBRARY), empty])}
    if shutil.which("php"):
        figures["php"] = run(["php", "-d", "ffi.enable=1", str(HERE / "getters.php"), str(LIBRARY), empty])
    return figures


def size():
    """Bytes of the library as it ships."""
    if not LIBRARY.exists():
        raise LeftOut(f"{LIBRARY.name} is not built")
    return LIBRARY.stat().st_size


def example(name):
    """The table that one of the Rust programs prints."""
    # In a folder of its own: an rlib beside the shared library would undo the library's build.
    folder = str(ROOT / "target/tool")
    command = ["cargo", "run", "--quiet", "--locked", "--release", "--target-dir", folder, "--example", name]
    return subprocess.run(command, cwd=ROOT, env=environment(), check=True, capture_output=True, text=True).stdout

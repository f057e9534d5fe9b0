"""Who takes part in the benchmark: how each is built and started, or why it is left out."""

import os
import shutil
import subprocess
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
OUT = ROOT / "target/bench"
LIBRARIES = Path(os.environ.get("FREEDOMPAY_LIB_DIR", ROOT / "target/release"))
INCLUDE = Path(os.environ.get("FREEDOMPAY_INCLUDE", ROOT / "include"))
LIBRARY = LIBRARIES / "libfreedompay.so"

CFLAGS = ["-O2", "-std=gnu11", "-Wall", "-Wextra", f"-I{HERE}"]
# The body as a form; else as signed JSON.
MULTIPART = "-DMULTIPART"
OURS = [f"-I{INCLUDE}", f"-L{LIBRARIES}", "-lfreedompay"]


class LeftOut(Exception):
    """A peer that cannot take part; says why."""


def environment():
    """What every program of the benchmark is started with."""
    return os.environ | {
        "LD_LIBRARY_PATH": str(LIBRARIES),
        "PYTHONPATH": str(ROOT / "bindings/python"),
        "PYTHONPYCACHEPREFIX": str(OUT / "pycache"),
        "FREEDOMPAY_LIBRARY": str(LIBRARY),
        "FREEDOMPAY_TOOL": str(LIBRARIES / "freedompay"),
    }


def c_program(name, *options):
    """Compiles NAME.c; answers the program's path, which tells its form."""
    program = str(OUT / (f"{name}_multipart" if MULTIPART in options else name))
    done = subprocess.run(
        ["gcc", *CFLAGS, str(HERE / f"{name}.c"), *options, "-o", program], capture_output=True, text=True
    )
    if done.returncode != 0:
        raise LeftOut(next((line for line in done.stderr.splitlines() if "error" in line or "cannot find" in line), "?"))
    return [program]


def c_client(name, *options):
    """Compiles a client with the clock of bench.c."""
    return c_program(name, str(HERE / "bench.c"), *options, "-lpthread")


def with_libcurl(*options):
    """libcurl with libxml2; its headers stand where xml2-config says."""
    try:
        flags = subprocess.run(["xml2-config", "--cflags"], capture_output=True, text=True, check=True).stdout.split()
    except OSError as error:
        raise LeftOut(f"libxml2: {error}") from None
    return c_client("with_libcurl", *options, *flags, "-lcurl", "-lxml2", "-lcrypto")


def bare_reqwest(name):
    """reqwest alone, built as the library is."""
    build = ["cargo", "build", "--quiet", "--locked", "--release", "--target-dir", str(OUT / "cargo")]
    done = subprocess.run(build, cwd=HERE / "bare_reqwest", capture_output=True, text=True)
    if done.returncode != 0:
        raise LeftOut(done.stderr.strip().splitlines()[-1])
    return [str(OUT / "cargo/release" / name)]


def python_client(name, module):
    """A Python program that needs a module, from the benchmark's own environment."""
    python = OUT / "venv/bin/python"
    if not python.exists():
        subprocess.run(["python3", "-m", "venv", str(OUT / "venv")], check=True)
        pip = [str(OUT / "venv/bin/pip"), "install", "--quiet", "--disable-pip-version-check", "requests", "httpx"]
        subprocess.run(pip, check=False)
    done = subprocess.run([str(python), "-c", f"import {module}"], env=environment(), capture_output=True, text=True)
    if done.returncode != 0:
        raise LeftOut(done.stderr.strip().splitlines()[-1])
    return [str(python), str(HERE / name)]


def php_client(name, extension, *settings):
    """A PHP program that needs an extension."""
    php = shutil.which("php")
    if php is None:
        raise LeftOut("there is no php")
    command = [php, "-d", "ffi.enable=1"]
    probe = f"exit(extension_loaded('{extension}') ? 0 : 1);"
    if subprocess.run([*command, "-r", probe]).returncode != 0:
        raise LeftOut(f"PHP has no {extension}")
    start = [php, *settings, str(HERE / name)] if settings else [*command, str(HERE / name)]
    return start


# Each table: its language, the peer that the others are compared with, and the peers with how they are made.
TABLES = [
    ("C", "libcurl", {
        "libfreedompay": lambda: c_client("with_freedompay", *OURS),
        "libcurl": with_libcurl,
        "reqwest": lambda: bare_reqwest("calling_thread"),
        "reqwest::blocking": lambda: bare_reqwest("blocking"),
        "socket": lambda: c_client("with_socket", "-lssl", "-lcrypto"),
    }),
    ("C, multipart", "libcurl", {
        "libfreedompay": lambda: c_client("with_freedompay", MULTIPART, *OURS),
        "libcurl": lambda: with_libcurl(MULTIPART),
    }),
    ("PHP", "curl", {
        "freedompay, FFI": lambda: php_client("with_package.php", "FFI"),
        "freedompay, tool": lambda: ["/usr/bin/env", "FREEDOMPAY_ROAD=tool", *php_client("with_package.php", "json")],
        "curl": lambda: php_client("with_curl.php", "curl"),
    }),
    ("Python", "requests", {
        "freedompay": lambda: python_client("with_package.py", "freedompay"),
        "requests": lambda: python_client("with_requests.py", "requests"),
        "httpx": lambda: python_client("with_httpx.py", "httpx"),
    }),
]

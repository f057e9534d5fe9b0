#!/usr/bin/env python3
"""What an archive of target/dist asks of the system, and whether its library exports exactly the functions of the header.

    needs.py TARGET FOLDER    FOLDER is the archive, unpacked

For Windows: the DLLs and functions that Windows 7 has (windows7.txt). For Linux: glibc 2.17, or musl, and no other library.
Ends with "N passed, N failed".
"""

import os
import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "bindings"))

from declarations import functions  # noqa: E402

NEWEST_GLIBC = (2, 17)
LIBRARIES = {
    "linux": re.compile(r"lib(c|m|dl|rt|pthread|gcc_s)\.so\.\d+|ld-linux.*\.so\.\d+"),
    "musl": re.compile(r"libc\.so"),
}
SONAME = "libfreedompay.so.1"
C_ONLY = {"fp_config_set_log"}

passed = failed = 0


def verdict(ok, message):
    global passed, failed
    if ok:
        passed += 1
    else:
        failed += 1
        print(message)


def said(*command):
    return subprocess.run(command, env={**os.environ, "LC_ALL": "C"}, stdout=subprocess.PIPE, check=True, encoding="utf-8").stdout


# ---- Linux


def look_at_elf(path, kind):
    dynamic = said("readelf", "--wide", "--dynamic", str(path))
    strangers = [one for one in re.findall(r"\(NEEDED\).*\[(.*)\]", dynamic) if not LIBRARIES[kind].fullmatch(one)]
    verdict(not strangers, f"{path.name} needs {strangers}")
    verdict(not re.search(r"\((RPATH|RUNPATH|TEXTREL)\)", dynamic), f"{path.name} has an RPATH, a RUNPATH or text relocations")
    versions = [tuple(map(int, one)) for one in re.findall(r"GLIBC_(\d+)\.(\d+)", said("readelf", "--wide", "--version-info", str(path)))]
    if kind == "musl":
        verdict(not versions, f"{path.name} needs glibc {versions}")
    else:
        verdict(versions and max(versions) <= NEWEST_GLIBC, f"{path.name} needs glibc {max(versions, default=None)}")


def look_at_shared_object(path):
    soname = re.findall(r"\(SONAME\).*\[(.*)\]", said("readelf", "--wide", "--dynamic", str(path)))
    verdict(soname == [SONAME], f"{path.name} calls itself {soname}")
    symbols = said("readelf", "--wide", "--dyn-syms", str(path)).splitlines()
    rows = [line.split() for line in symbols if re.match(r"\s*\d+:", line)]
    exported = {row[7].split("@")[0] for row in rows if len(row) > 7 and row[4] in ("GLOBAL", "WEAK") and row[6] != "UND"}
    compare(path, exported, {function.name for function in functions()})


# ---- Windows


def look_at_pe(path, objdump):
    told = said(objdump, "-p", str(path))
    imports = {}
    for line in told.split("There is an export table")[0].splitlines():
        if "DLL Name:" in line:
            names = imports.setdefault(line.split()[-1].lower(), set())
        else:
            match = re.match(r"^\t[0-9a-f]+\s+(?:\d+|<none>)\s+(?:[0-9a-f]+\s+)?(\w+)$", line)
            if match and imports:
                names.add(match[1])
    verdict(imports and all(imports.values()), f"{path.name}: its imports cannot be read")
    known = windows_7()
    strangers = {dll: sorted(names - known.get(dll, set())) for dll, names in imports.items() if names - known.get(dll, set())}
    verdict(not strangers, f"{path.name} asks Windows for what windows7.txt has not: {strangers}")


def windows_7():
    """DLL -> its functions, of windows7.txt."""
    found = {}
    for line in (HERE / "windows7.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            dll, *names = line.split()
            found.setdefault(dll, set()).update(names)
    return found


def look_at_dll(path, objdump):
    told = said(objdump, "-p", str(path)).split("[Ordinal/Name Pointer] Table")[1]
    exported = set(re.findall(r"^\t\[ *\d+\].*?(\w+)$", told, re.MULTILINE))
    names = {function.name for function in functions()}
    if "architecture: i386," in said(objdump, "-f", str(path)):
        names |= {name.replace("fp_", "fps_", 1) for name in names - C_ONLY}
    compare(path, exported, names)
    verdict("RESOURCE" in told or ".rsrc" in said(objdump, "-h", str(path)), f"{path.name} has no version")


def compare(path, exported, names):
    verdict(names and not names - exported, f"in the header, not in {path.name}: {sorted(names - exported)}")
    verdict(not exported - names, f"in {path.name}, not in the header: {sorted(exported - names)}")


def look_for_paths(folder):
    """What is given away names no folder of the machine that built it."""
    own = [str(HERE.parents[1]).encode(), str(Path.home()).encode() + b"/.cargo"]
    found = {path.name for path in folder.rglob("*") if path.is_file() and any(name in path.read_bytes() for name in own)}
    verdict(not found, f"paths of this machine are in {sorted(found)}")


def main():
    target, folder = sys.argv[1], Path(sys.argv[2])
    if "-windows-" in target:
        prefix = f"{target.split('-')[0]}-w64-mingw32"
        for path in (folder / "bin" / "freedompay.dll", folder / "bin" / "freedompay.exe"):
            look_at_pe(path, f"{prefix}-objdump")
        look_at_dll(folder / "bin" / "freedompay.dll", f"{prefix}-objdump")
    else:
        kind = "musl" if target.endswith("-musl") else "linux"
        for path in (folder / "lib" / SONAME, folder / "bin" / "freedompay"):
            look_at_elf(path, kind)
        look_at_shared_object(folder / "lib" / SONAME)
    look_for_paths(folder)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())

"""Packs a folder so that the same files give the same archive, byte for byte.

    pack.py STAGE DIST windows|linux|musl

Writes SHA256SUMS into the folder STAGE, the archive (zip for Windows, else tar.gz) into the folder DIST, and there the digests of
all archives.
"""

import gzip
import hashlib
import os
import sys
import tarfile
import zipfile
from pathlib import Path

# The oldest moment that a zip can name: when something was packed is no part of it.
MOMENT = (1980, 1, 1, 0, 0, 0)
MOMENT_UNIX = 315532800
SUMS = "SHA256SUMS"


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def entries(stage):
    """Files and links, in an order that no file system decides about."""
    found = (Path(folder, name) for folder, folders, files in os.walk(stage) for name in folders + files)
    return sorted(path for path in found if path.is_symlink() or path.is_file())


def write_sums(stage):
    paths = [path for path in entries(stage) if not path.is_symlink() and path.name != SUMS]
    text = "".join(f"{digest(path)}  {path.relative_to(stage).as_posix()}\n" for path in paths)
    (stage / SUMS).write_text(text, encoding="utf-8")


def runs(path):
    return path.parent.name == "bin"


def write_zip(stage, archive):
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        for path in entries(stage):
            entry = zipfile.ZipInfo(f"{stage.name}/{path.relative_to(stage).as_posix()}", MOMENT)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = (0o100755 if runs(path) else 0o100644) << 16
            packed.writestr(entry, path.read_bytes())


def write_tar(stage, archive):
    with open(archive, "wb") as out, gzip.GzipFile("", "wb", fileobj=out, mtime=0) as packed:
        with tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as tar:
            for path in entries(stage):
                entry = tarfile.TarInfo(f"{stage.name}/{path.relative_to(stage).as_posix()}")
                entry.mtime = MOMENT_UNIX
                if path.is_symlink():
                    entry.type = tarfile.SYMTYPE
                    entry.linkname = os.readlink(path)
                    tar.addfile(entry)
                else:
                    entry.mode = 0o755 if runs(path) else 0o644
                    entry.size = path.stat().st_size
                    with open(path, "rb") as content:
                        tar.addfile(entry, content)


def main():
    stage, dist, kind = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    write_sums(stage)
    archive = dist / (stage.name + (".zip" if kind == "windows" else ".tar.gz"))
    (write_zip if kind == "windows" else write_tar)(stage, archive)
    archives = sorted(path for path in dist.iterdir() if path.name != SUMS)
    (dist / SUMS).write_text("".join(f"{digest(path)}  {path.name}\n" for path in archives), encoding="utf-8")
    print(f"{archive.name}: {archive.stat().st_size} bytes")


if __name__ == "__main__":
    main()

"""``python -m freedompay`` is the tool ``freedompay``, with all its commands: it takes over here.

The tool is the one that FREEDOMPAY_TOOL names (a path), else the one beside the modules, as the
wheel brings it, else the one on PATH.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Optional

ENVIRONMENT = "FREEDOMPAY_TOOL"
NAME = "freedompay"
FILE_NAME = f"{NAME}.exe" if os.name == "nt" else NAME


def tool() -> Optional[str]:
    """The path of the tool; None: there is none."""
    beside = Path(__file__).with_name(FILE_NAME)
    return os.environ.get(ENVIRONMENT) or shutil.which(str(beside)) or shutil.which(NAME)


def main() -> None:
    """Becomes the tool, with the arguments of this program."""
    path = tool()
    if path is None:
        sys.exit(f"the tool {NAME} is not installed; name it in {ENVIRONMENT}")
    try:
        if os.name == "nt":  # there a program that becomes another one ends for whoever waits for it
            sys.exit(subprocess.call([path, *sys.argv[1:]]))
        os.execv(path, [NAME, *sys.argv[1:]])
    except OSError as error:
        sys.exit(f"cannot run {path}: {error}")


if __name__ == "__main__":
    main()

"""Other processes for the tests: forked children, and fresh interpreters."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Tuple

PACKAGE = Path(__file__).parents[1]


def run(program: str, *arguments: str) -> Tuple[int, str, str]:
    """What became of an interpreter with this program: exit code, output, errors."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore::DeprecationWarning", "-c", program, *arguments],
        env={**os.environ, "PYTHONPATH": str(PACKAGE)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        timeout=60,
        encoding="utf-8",
    )
    return done.returncode, done.stdout, done.stderr


def exit_code(child: int) -> int:
    """The exit code of a forked child; one that hangs is ended and is 99."""
    timer = threading.Timer(20, os.kill, (child, 9))
    timer.start()
    _, status = os.waitpid(child, 0)
    timer.cancel()
    return os.WEXITSTATUS(status) if os.WIFEXITED(status) else 99

"""Bytes that the library made."""

from __future__ import annotations

import ctypes
from typing import Any, Tuple

from ._library import library


def taken(buffer: Any) -> Tuple[int, bytes, str]:
    """Copies an ``fp_buffer`` and frees it: its code, its bytes, and why there are none."""
    lib = library()
    try:
        length = lib.fp_buffer_len(buffer)
        data = lib.fp_buffer_data(buffer)
        content = ctypes.string_at(data, length) if data and length else b""
        reason: bytes = lib.fp_buffer_message(buffer) or b""
        return lib.fp_buffer_code(buffer), content, reason.decode("utf-8", "replace")
    finally:
        lib.fp_buffer_free(buffer)

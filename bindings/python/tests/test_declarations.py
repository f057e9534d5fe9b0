"""The declarations for ctypes are those of the header: every function, type and constant."""

from __future__ import annotations

import re
from ctypes import POINTER, c_char_p, c_int32, c_int64, c_size_t, c_uint8, c_uint32, c_void_p
from enum import IntEnum
from pathlib import Path
from typing import Any, Dict, List, Tuple, Type

import pytest

from freedompay import Advice, BodyFormat, Code, InvoiceStatus, JwsClaim, Sent, _library, code_name
from freedompay._codes import LogLevel

HEADER = Path(__file__).parents[3] / "include" / "freedompay.h"

ENUMS: Dict[str, Type[IntEnum]] = {
    "FP_ERR_": Code,
    "FP_SENT_": Sent,
    "FP_ADVICE_": Advice,
    "FP_INVOICE_": InvoiceStatus,
    "FP_BODY_": BodyFormat,
    "FP_JWS_": JwsClaim,
    "FP_LOG_": LogLevel,
}

TYPES = {
    "void": None,
    "void *": c_void_p,
    "const char *": c_char_p,
    "const uint8_t *": POINTER(c_uint8),
    "size_t": c_size_t,
    "size_t *": POINTER(c_size_t),
    "int32_t": c_int32,
    "uint32_t": c_uint32,
    "int64_t": c_int64,
}


def ctype(text: str) -> Any:
    """The ctypes form of a C type."""
    text = " ".join(text.replace("*", " * ").split())
    if text in TYPES:
        return TYPES[text]
    handle = re.fullmatch(r"(?:const )?(fp_\w+) \*", text)
    if handle:
        return POINTER(getattr(_library, handle.group(1)))
    assert re.fullmatch(r"fp_\w+_fn", text), f"no ctypes form of {text!r}"
    return getattr(_library, text)


def parameters(text: str) -> List[Any]:
    if text.strip() == "void":
        return []
    return [ctype(re.sub(r"\w+\s*$", "", parameter)) for parameter in text.split(",")]


def plain(header: str) -> str:
    return re.sub(r"/\*.*?\*/", "", header, flags=re.S)


def functions(header: str) -> Dict[str, Tuple[Any, List[Any]]]:
    found = re.findall(r"^([\w ]+?[ *]+)(fp_\w+)\(([^)]*)\);", plain(header), flags=re.M)
    return {name: (ctype(returns), parameters(takes)) for returns, name, takes in found}


def callbacks(header: str) -> Dict[str, Tuple[Any, List[Any]]]:
    pattern = r"typedef ([\w ]+?[ *]+)\(\*(fp_\w+)\)\(([^)]*)\);"
    found = re.findall(pattern, plain(header))
    return {name: (ctype(returns), parameters(takes)) for returns, name, takes in found}


def constants(header: str) -> Dict[str, int]:
    found = re.findall(r"^#define (FP_\w+) +(\d+)\s*$", plain(header), flags=re.M)
    return {name: int(value) for name, value in found}


def declared_constants() -> Dict[str, int]:
    declared = {
        prefix + member.name: int(member) for prefix, enum in ENUMS.items() for member in enum
    }
    declared["FP_OK"] = declared.pop("FP_ERR_OK")
    return declared


def differences(header: str) -> List[str]:
    """The names that are not the same there and here."""
    here: Dict[str, Any] = {**_library.FUNCTIONS, **declared_constants()}
    for name in ("fp_log_fn", "fp_progress_fn"):
        function: Any = getattr(_library, name)
        here[name] = (function._restype_, list(function._argtypes_))
    there = {**functions(header), **callbacks(header), **constants(header)}
    return sorted(name for name in {*here, *there} if here.get(name, "") != there.get(name, ""))


def test_every_declaration_is_that_of_the_header() -> None:
    header = HEADER.read_text("utf-8")
    assert len(functions(header)) >= 98
    assert differences(header) == []


@pytest.mark.parametrize(
    "old, new, name",
    [
        ("int64_t fp_result_invoice_id(", "int32_t fp_result_invoice_id(", "fp_result_invoice_id"),
        ("fp_result_free(fp_result *", "fp_result_free(fp_buffer *", "fp_result_free"),
        ("fp_qr_text(const fp_result *result)", "fp_qr_text(void)", "fp_qr_text"),
        ("uint32_t pixels_per_module", "int32_t pixels_per_module", "fp_qr_png"),
        ("fp_buffer_len(", "fp_buffer_length(", "fp_buffer_len"),
        ("fp_task_join(const fp_task *", "fp_task_join(const fp_pending *", "fp_task_join"),
        ("#define FP_SENT_MAYBE 1", "#define FP_SENT_MAYBE 3", "FP_SENT_MAYBE"),
        ("#define FP_JWS_PATH 1", "", "FP_JWS_PATH"),
        ("int32_t level, const char *message", "int64_t level, const char *message", "fp_log_fn"),
    ],
)
def test_a_changed_header_is_noticed(old: str, new: str, name: str) -> None:
    header = HEADER.read_text("utf-8")
    assert old in header
    assert name in differences(header.replace(old, new))


def test_the_library_names_every_code_as_the_header_does() -> None:
    names = {
        name: value
        for name, value in constants(HEADER.read_text("utf-8")).items()
        if name == "FP_OK" or name.startswith("FP_ERR_")
    }
    assert len(names) == len(Code)
    assert {code_name(value): value for value in names.values()} == names

"""The declarations for ctypes are those of the header: every function, type and constant."""

from __future__ import annotations

import re
from ctypes import (
    POINTER,
    Structure,
    c_char_p,
    c_int32,
    c_int64,
    c_size_t,
    c_uint8,
    c_uint32,
    c_void_p,
)
from enum import IntEnum
from pathlib import Path
from typing import Any, Dict, List, Tuple, Type

import pytest
from conftest import ClientFor
from gateway import Scripted, invoice_json

from freedompay import (
    Advice,
    ArgumentError,
    BodyFormat,
    CallbackKind,
    Client,
    Code,
    InvoiceStatus,
    JwsClaim,
    PaymentStatus,
    PayoutQuestion,
    Receipt,
    Reply,
    Scheme,
    Sent,
    _library,
    code_name,
)
from freedompay._codes import LogLevel

HEADER = Path(__file__).parents[3] / "include" / "freedompay.h"

ENUMS: Dict[str, Type[IntEnum]] = {
    "FP_ERR_": Code,
    "FP_SENT_": Sent,
    "FP_ADVICE_": Advice,
    "FP_INVOICE_": InvoiceStatus,
    "FP_PAYMENT_": PaymentStatus,
    "FP_PAYOUT_STATUS_": PayoutQuestion,
    "FP_SCHEME_": Scheme,
    "FP_BODY_": BodyFormat,
    "FP_JWS_": JwsClaim,
    "FP_CALLBACK_": CallbackKind,
    "FP_REPLY_": Reply,
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
    assert differences(header) == []


def test_nothing_in_the_header_is_overlooked() -> None:
    header = plain(HEADER.read_text("utf-8"))
    assert set(re.findall(r"\b(fp_\w+)\s*\(", header)) == set(functions(header))
    assert set(re.findall(r"\(\s*\*\s*(fp_\w+)\s*\)", header)) == set(callbacks(header))
    assert set(re.findall(r"#\s*define\s+(FP_\w+)", header)) == set(constants(header))
    handles = set(re.findall(r"typedef struct (fp_\w+) \1;", header))
    assert len(re.findall(r"\b(?:struct|enum|union)\b", header)) == len(handles)
    declared = {name for name, kind in vars(_library).items() if isinstance(kind, type(Structure))}
    assert {name for name in declared if name.startswith("fp_")} == handles


def test_the_library_has_been_given_these_declarations() -> None:
    library = _library.library()
    for name, (returns, takes) in _library.FUNCTIONS.items():
        function = getattr(library, name)
        assert (function.restype, list(function.argtypes)) == (returns, takes)


@pytest.mark.parametrize(
    "old, new, name",
    [
        ("int64_t fp_result_invoice_id(", "int32_t fp_result_invoice_id(", "fp_result_invoice_id"),
        ("size_t fp_buffer_len(", "uint32_t fp_buffer_len(", "fp_buffer_len"),
        ("const char *fp_result_amount(", "const uint8_t *fp_result_amount(", "fp_result_amount"),
        ("fp_result *fp_client_check(", "fp_client *fp_client_check(", "fp_client_check"),
        ("void fp_task_cancel(", "int32_t fp_task_cancel(", "fp_task_cancel"),
        ("void *userdata, const fp_result", "int64_t userdata, const fp_result", "fp_progress_fn"),
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


ENDS = (-(1 << 63), -(1 << 63) + 1, -1, 0, (1 << 63) - 1)


@pytest.mark.parametrize("number", ENDS[:-1])
def test_the_ends_of_64_bits_go_in_unchanged(number: int) -> None:
    with pytest.raises(ArgumentError, match=f"merchant_id {number} is not a positive number"):
        Client(merchant_id=number)
    with Client(merchant_id=1, base_url="http://127.0.0.1:9") as client:
        with pytest.raises(ArgumentError, match=f"invoice_id {number} is not"):
            client.invoice_status(number)
        with pytest.raises(ArgumentError, match=f"timeout_ms {number} is not"):
            client.invoice_wait(1, number)
        with client.invoice_wait_task(number, 1) as task:
            assert task.join(20_000)
            with pytest.raises(ArgumentError, match=f"invoice_id {number} is not"):
                task.result()


def test_the_largest_number_comes_back_unchanged(client_for: ClientFor) -> None:
    with Scripted(lambda request: invoice_json(ENDS[-1], "ok")) as gateway:
        invoice = client_for(gateway.url).invoice_status(ENDS[-1])
    assert invoice.invoice_id == ENDS[-1]
    assert f'"invoice_id":{ENDS[-1]}'.encode() in gateway.requests[0].body.replace(b" ", b"")


def test_the_ends_of_32_bits_go_in_unchanged() -> None:
    with pytest.raises(ArgumentError, match=str((1 << 32) - 1)):
        Receipt(paper_dots=(1 << 32) - 1)
    for number in (-(1 << 31), (1 << 31) - 1):
        with pytest.raises(ArgumentError, match=str(number)):
            Client(merchant_id=1, body_format=BodyFormat(number))

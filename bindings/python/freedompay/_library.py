"""Finds libfreedompay, loads it, and declares every function of its C ABI that this package uses.

The declarations repeat ``include/freedompay.h``; a test compares the two.
"""

from __future__ import annotations

import ctypes
import functools
import os
from ctypes import POINTER, c_char_p, c_int32, c_int64, c_size_t, c_uint8, c_uint32, c_void_p
from typing import Any, Dict, List, Optional, Tuple

ABI_VERSION = 1
FILE_NAME = "freedompay.dll" if os.name == "nt" else "libfreedompay.so.1"
ENVIRONMENT = "FREEDOMPAY_LIBRARY"


class fp_config(ctypes.Structure):
    """Opaque."""


class fp_client(ctypes.Structure):
    """Opaque."""


class fp_invoice_request(ctypes.Structure):
    """Opaque."""


class fp_result(ctypes.Structure):
    """Opaque."""


class fp_buffer(ctypes.Structure):
    """Opaque."""


class fp_task(ctypes.Structure):
    """Opaque."""


class fp_pending(ctypes.Structure):
    """Opaque."""


class fp_receipt(ctypes.Structure):
    """Opaque."""


class fp_call(ctypes.Structure):
    """Opaque."""


class fp_fields(ctypes.Structure):
    """Opaque."""


class fp_callback(ctypes.Structure):
    """Opaque."""


fp_log_fn = ctypes.CFUNCTYPE(None, c_void_p, c_int32, c_char_p)
fp_progress_fn = ctypes.CFUNCTYPE(c_int32, c_void_p, POINTER(fp_result))

_config = POINTER(fp_config)
_client = POINTER(fp_client)
_request = POINTER(fp_invoice_request)
_result = POINTER(fp_result)
_buffer = POINTER(fp_buffer)
_task = POINTER(fp_task)
_pending = POINTER(fp_pending)
_receipt = POINTER(fp_receipt)
_call = POINTER(fp_call)
_fields = POINTER(fp_fields)
_callback = POINTER(fp_callback)

_bytes = POINTER(c_uint8)

# An order, an amount, a description.
_sale = [c_char_p, c_char_p, c_char_p]

# name -> (what it returns, what it takes)
FUNCTIONS: Dict[str, Tuple[Any, List[Any]]] = {
    "fp_version": (c_char_p, []),
    "fp_abi_version": (c_uint32, []),
    "fp_code_name": (c_char_p, [c_int32]),
    "fp_gateway_code_meaning": (c_char_p, [c_int32]),
    "fp_config_new": (_config, []),
    "fp_config_free": (None, [_config]),
    "fp_config_set_merchant_id": (c_int32, [_config, c_int64]),
    "fp_config_set_secret_key": (c_int32, [_config, c_char_p]),
    "fp_config_set_payout_key": (c_int32, [_config, c_char_p]),
    "fp_config_set_base_url": (c_int32, [_config, c_char_p]),
    "fp_config_set_body_format": (c_int32, [_config, c_int32]),
    "fp_config_set_jws_claim": (c_int32, [_config, c_int32]),
    "fp_config_set_connect_timeout_ms": (c_int32, [_config, c_int64]),
    "fp_config_set_timeout_ms": (c_int32, [_config, c_int64]),
    "fp_config_set_poll_interval_ms": (c_int32, [_config, c_int64]),
    "fp_config_set_proxy": (c_int32, [_config, c_char_p]),
    "fp_config_set_ca_file": (c_int32, [_config, c_char_p]),
    "fp_config_set_app_info": (c_int32, [_config, c_char_p, c_char_p]),
    "fp_config_set_journal": (c_int32, [_config, c_char_p]),
    "fp_config_allow_callback_field": (c_int32, [_config, c_char_p]),
    "fp_config_set_language": (c_int32, [_config, c_char_p]),
    "fp_config_set_text_encoding": (c_int32, [_config, c_char_p]),
    "fp_config_set_log": (c_int32, [_config, fp_log_fn, c_void_p]),
    "fp_client_new": (_client, [_config]),
    "fp_client_free": (None, [_client]),
    "fp_client_check": (_result, [_client]),
    "fp_invoice_request_new": (_request, [c_char_p, c_char_p, c_char_p]),
    "fp_invoice_request_free": (None, [_request]),
    "fp_invoice_request_set_amount_minor": (c_int32, [_request, c_int64, c_uint32]),
    "fp_invoice_request_set_currency": (c_int32, [_request, c_char_p]),
    "fp_invoice_request_set_method": (c_int32, [_request, c_char_p]),
    "fp_invoice_request_set_check_url": (c_int32, [_request, c_char_p]),
    "fp_invoice_request_set_result_url": (c_int32, [_request, c_char_p]),
    "fp_invoice_request_set_request_method": (c_int32, [_request, c_char_p]),
    "fp_invoice_init": (_result, [_client, _request]),
    "fp_invoice_recover": (_result, [_client, c_char_p]),
    "fp_invoice_status": (_result, [_client, c_int64]),
    "fp_invoice_status_by_order": (_result, [_client, c_char_p]),
    "fp_invoice_info": (_result, [_client, c_char_p]),
    "fp_invoice_pay": (_result, [_client, c_char_p, c_char_p, c_char_p]),
    "fp_invoice_cancel": (_result, [_client, c_int64]),
    "fp_invoice_refund": (_result, [_client, c_int64, c_char_p]),
    "fp_invoice_wait": (_result, [_client, c_int64, c_int64, fp_progress_fn, c_void_p]),
    "fp_payment_status": (_result, [_client, c_int64]),
    "fp_payment_status_by_order": (_result, [_client, c_char_p]),
    "fp_payment_cancel": (_result, [_client, c_int64]),
    "fp_payment_capture": (_result, [_client, c_int64, c_char_p]),
    "fp_payment_refund": (_result, [_client, c_int64, c_char_p, c_char_p]),
    "fp_refund_settle": (_result, [_client, c_int64, c_char_p, c_int32]),
    "fp_fields_new": (_fields, []),
    "fp_fields_free": (None, [_fields]),
    "fp_fields_set": (c_int32, [_fields, c_char_p, c_char_p]),
    "fp_page_init": (_result, [_client, *_sale, _fields]),
    "fp_payout_page": (_result, [_client, *_sale, _fields]),
    "fp_payout_iban": (_result, [_client, *_sale, _fields]),
    "fp_payout_token": (_result, [_client, *_sale, c_char_p, c_char_p, _fields]),
    "fp_payout_balance": (_result, [_client]),
    "fp_payout_status": (_result, [_client, c_char_p, c_int32]),
    "fp_mobile_init": (_result, [_client, *_sale, _fields]),
    "fp_mobile_pay": (_result, [_client, c_int64, c_char_p, c_char_p]),
    "fp_mobile_approve": (_result, [_client, c_int64, c_char_p]),
    "fp_card_add": (_result, [_client, c_char_p, c_char_p, _fields]),
    "fp_card_add_for_payout": (_result, [_client, c_char_p, c_char_p, _fields]),
    "fp_card_list": (_result, [_client, c_char_p]),
    "fp_card_remove": (_result, [_client, c_char_p, c_char_p]),
    "fp_token_init": (_result, [_client, *_sale, c_char_p, c_char_p, _fields]),
    "fp_token_pay": (_result, [_client, c_int64]),
    "fp_token_direct": (_result, [_client, c_int64]),
    "fp_result_free": (None, [_result]),
    "fp_result_code": (c_int32, [_result]),
    "fp_result_message": (c_char_p, [_result]),
    "fp_result_sent": (c_int32, [_result]),
    "fp_result_advice": (c_int32, [_result]),
    "fp_result_from_journal": (c_int32, [_result]),
    "fp_result_http_status": (c_int32, [_result]),
    "fp_result_gateway_code": (c_int32, [_result]),
    "fp_result_gateway_message": (c_char_p, [_result]),
    "fp_result_invoice_id": (c_int64, [_result]),
    "fp_result_invoice_status": (c_int32, [_result]),
    "fp_result_order_id": (c_char_p, [_result]),
    "fp_result_amount": (c_char_p, [_result]),
    "fp_result_currency": (c_char_p, [_result]),
    "fp_result_description": (c_char_p, [_result]),
    "fp_result_card_pan": (c_char_p, [_result]),
    "fp_result_card_token": (c_char_p, [_result]),
    "fp_result_date_time": (c_char_p, [_result]),
    "fp_result_unix_time": (c_int64, [_result]),
    "fp_result_qr_url": (c_char_p, [_result]),
    "fp_result_field": (c_char_p, [_result, c_char_p]),
    "fp_result_field_count": (c_size_t, [_result, c_char_p]),
    "fp_result_body": (_bytes, [_result, POINTER(c_size_t)]),
    "fp_result_payment_id": (c_int64, [_result]),
    "fp_result_payment_status": (c_int32, [_result]),
    "fp_result_paid": (c_int32, [_result]),
    "fp_result_captured": (c_int32, [_result]),
    "fp_result_redirect_url": (c_char_p, [_result]),
    "fp_result_balance": (c_char_p, [_result]),
    "fp_result_clearing_amount": (c_char_p, [_result]),
    "fp_result_refunded_amount": (c_char_p, [_result]),
    "fp_result_refund_id": (c_int64, [_result]),
    "fp_result_refund_len": (c_size_t, [_result]),
    "fp_result_refund_payment_id": (c_int64, [_result, c_size_t]),
    "fp_result_refund_amount": (c_char_p, [_result, c_size_t]),
    "fp_result_refund_status": (c_int32, [_result, c_size_t]),
    "fp_result_refund_date_time": (c_char_p, [_result, c_size_t]),
    "fp_call_new": (_call, [c_char_p]),
    "fp_call_free": (None, [_call]),
    "fp_call_set": (c_int32, [_call, c_char_p, c_char_p]),
    "fp_call_set_number": (c_int32, [_call, c_char_p, c_char_p]),
    "fp_call_set_scheme": (c_int32, [_call, c_int32]),
    "fp_call_send": (_result, [_client, _call]),
    "fp_callback_parse": (_callback, [_client, c_char_p, c_char_p, _bytes, c_size_t]),
    "fp_callback_code": (c_int32, [_callback]),
    "fp_callback_message": (c_char_p, [_callback]),
    "fp_callback_kind": (c_int32, [_callback]),
    "fp_callback_paid": (c_int32, [_callback]),
    "fp_callback_field": (c_char_p, [_callback, c_char_p]),
    "fp_callback_confirm": (_result, [_client, _callback]),
    "fp_callback_reply": (_buffer, [_callback, c_int32, c_char_p]),
    "fp_callback_free": (None, [_callback]),
    "fp_qr_png": (_buffer, [_result, c_uint32]),
    "fp_qr_bmp": (_buffer, [_result, c_uint32]),
    "fp_qr_svg": (_buffer, [_result]),
    "fp_qr_text": (_buffer, [_result]),
    "fp_qr_escpos": (_buffer, [_result, c_uint32]),
    "fp_qr_escpos_native": (_buffer, [_result, c_uint32]),
    "fp_qr_zpl": (_buffer, [_result, c_uint32]),
    "fp_qr_matrix": (_buffer, [_result]),
    "fp_qr_data_uri": (_buffer, [_result, c_uint32]),
    "fp_qr_receipt": (_buffer, [_result, _receipt]),
    "fp_qr_picture": (_buffer, [_result]),
    "fp_qr_picture_type": (c_char_p, [_result]),
    "fp_receipt_new": (_receipt, []),
    "fp_receipt_free": (None, [_receipt]),
    "fp_receipt_set_paper_dots": (c_int32, [_receipt, c_uint32]),
    "fp_receipt_set_code_page": (c_int32, [_receipt, c_char_p, c_uint32]),
    "fp_receipt_add_line": (c_int32, [_receipt, c_char_p]),
    "fp_receipt_set_labels": (c_int32, [_receipt, c_char_p, c_char_p]),
    "fp_receipt_set_native_code": (c_int32, [_receipt, c_int32]),
    "fp_receipt_set_cut": (c_int32, [_receipt, c_int32]),
    "fp_buffer_code": (c_int32, [_buffer]),
    "fp_buffer_data": (_bytes, [_buffer]),
    "fp_buffer_len": (c_size_t, [_buffer]),
    "fp_buffer_message": (c_char_p, [_buffer]),
    "fp_buffer_free": (None, [_buffer]),
    "fp_task_invoice_init": (_task, [_client, _request]),
    "fp_task_invoice_wait": (_task, [_client, c_int64, c_int64]),
    "fp_task_done": (c_int32, [_task]),
    "fp_task_join": (c_int32, [_task, c_int64]),
    "fp_task_cancel": (None, [_task]),
    "fp_task_take": (_result, [_task]),
    "fp_task_fd": (c_int32, [_task]),
    "fp_task_free": (None, [_task]),
    "fp_client_pending": (_pending, [_client]),
    "fp_client_pending_refunds": (_pending, [_client]),
    "fp_client_pending_payouts": (_pending, [_client]),
    "fp_pending_code": (c_int32, [_pending]),
    "fp_pending_message": (c_char_p, [_pending]),
    "fp_pending_len": (c_size_t, [_pending]),
    "fp_pending_order_id": (c_char_p, [_pending, c_size_t]),
    "fp_pending_invoice_id": (c_int64, [_pending, c_size_t]),
    "fp_pending_amount": (c_char_p, [_pending, c_size_t]),
    "fp_pending_free": (None, [_pending]),
}


@functools.lru_cache(maxsize=None)
def library() -> ctypes.CDLL:
    """The loaded library, every function declared. Loaded at the first call.

    ``CDLL`` gives up the interpreter lock while a function runs, so other threads go on.

    Raises OSError when the library is not found, or is not one that this package can talk to.
    """
    path = _path()
    try:
        loaded = ctypes.CDLL(path)
    except OSError as error:
        raise OSError(
            f"cannot load {path}: {error}; install libfreedompay, or name it in {ENVIRONMENT}"
        ) from error
    try:
        for name, (returns, takes) in FUNCTIONS.items():
            function = getattr(loaded, name)
            function.restype = returns
            function.argtypes = takes
    except AttributeError as error:
        raise OSError(f"{path} is not a libfreedompay that this package knows: {error}") from error
    version = loaded.fp_abi_version()
    if version != ABI_VERSION:
        raise OSError(f"{path} has ABI version {version}, this package needs {ABI_VERSION}")
    return loaded


def library_version() -> str:
    """The version of the loaded library, such as ``0.1.0``."""
    version: bytes = library().fp_version()
    return version.decode("utf-8", "replace")


def code_name(code: int) -> str:
    """The library's own name of a code, such as ``FP_ERR_NOT_SENT``."""
    name: bytes = library().fp_code_name(int(code))
    return name.decode("utf-8", "replace")


def gateway_code_meaning(code: int) -> Optional[str]:
    """What the gateway means by an error code, in English; None: no source names it."""
    meaning: Optional[bytes] = library().fp_gateway_code_meaning(int(code))
    return None if meaning is None else meaning.decode("utf-8", "replace")


def _path() -> str:
    named = os.environ.get(ENVIRONMENT)
    if named:
        return named
    beside = os.path.join(os.path.dirname(os.path.abspath(__file__)), FILE_NAME)
    return beside if os.path.exists(beside) else FILE_NAME

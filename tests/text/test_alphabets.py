"""Every letter of every alphabet, both ways through the library, compared with the codecs of Python."""

import json
import unicodedata
from ctypes import c_int64, c_void_p

import pytest

# The library's name -> Python's.
ALPHABETS = {
    "windows-1251": "cp1251",
    "ibm866": "cp866",
    "koi8-r": "koi8_r",
    "kz-1048": "kz1048",
    "mac-cyrillic": "mac_cyrillic",
}


def client(library, url, encoding):
    config = c_void_p(library.fp_config_new())
    library.fp_config_set_merchant_id(config, c_int64(1))
    library.fp_config_set_secret_key(config, b"key")
    library.fp_config_set_base_url(config, url.encode())
    assert library.fp_config_set_text_encoding(config, encoding.encode()) == 0
    made = c_void_p(library.fp_client_new(config))
    library.fp_config_free(config)
    return made


def decoded(byte, codec):
    try:
        return bytes([byte]).decode(codec)
    except UnicodeDecodeError:
        return None


@pytest.mark.parametrize("encoding, codec", ALPHABETS.items())
def test_every_letter_goes_out_and_comes_back_as_pythons_codec_has_it(library, gateway, encoding, codec):
    upper = bytes(byte for byte in range(0x80, 0x100) if decoded(byte, codec) is not None)
    assert len(upper) >= 127
    written = b"<" + bytes(range(0x20, 0x7F)) + upper + b">"
    text = written.decode(codec)
    gateway.answer = {"status": "ok", "invoice_id": 5, "invoice_status": "new", "description": text}
    made = client(library, gateway.url, encoding)
    request = c_void_p(library.fp_invoice_request_new(b"1", b"10", written))
    result = c_void_p(library.fp_invoice_init(made, request))
    assert library.fp_result_message(result) == b""
    assert json.loads(gateway.body)["description"] == text
    assert library.fp_result_field(result, b"description") == written
    library.fp_result_free(result)
    library.fp_invoice_request_free(request)
    library.fp_client_free(made)


@pytest.mark.parametrize("encoding, codec", ALPHABETS.items())
def test_a_letter_in_two_parts_comes_back_as_the_one_it_is(library, gateway, encoding, codec):
    letters = [letter for byte in range(0x80, 0x100) if (letter := decoded(byte, codec)) and letter.isalpha()]
    text = "".join(letters)
    parts = unicodedata.normalize("NFD", text)
    assert parts != text
    gateway.answer = {"status": "ok", "invoice_id": 5, "invoice_status": "new", "description": parts}
    made = client(library, gateway.url, encoding)
    result = c_void_p(library.fp_invoice_status(made, c_int64(5)))
    assert library.fp_result_field(result, b"description") == text.encode(codec)
    library.fp_result_free(result)
    library.fp_client_free(made)


@pytest.mark.parametrize("encoding, codec", ALPHABETS.items())
def test_a_byte_is_refused_where_pythons_codec_has_no_letter(library, gateway, encoding, codec):
    gateway.answer = {"status": "ok", "invoice_id": 5, "invoice_status": "new"}
    made = client(library, gateway.url, encoding)
    for byte in range(0x80, 0x100):
        order_id = b"a" + bytes([byte]) + b"b"
        result = c_void_p(library.fp_invoice_status_by_order(made, order_id))
        letter = decoded(byte, codec)
        if letter is None:
            said = f"order_id is not {encoding}: the byte at position 1 does not fit"
            assert library.fp_result_message(result) == said.encode()
        else:
            assert json.loads(gateway.body)["order_id"] == f"a{letter}b"
            assert library.fp_result_order_id(result) == order_id
        library.fp_result_free(result)
    library.fp_client_free(made)

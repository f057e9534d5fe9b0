"""A till for the tests of the QR forms: the library through ctypes, and a gateway that answers what it is told."""

import base64
import ctypes
import os
import threading
from ctypes import c_char_p, c_int32, c_int64, c_size_t, c_uint32, c_void_p
from http.server import BaseHTTPRequestHandler, HTTPServer

FORMS = ["png", "bmp", "escpos", "escpos_native", "zpl", "data_uri"]  # with a size
PLAIN_FORMS = ["svg", "text", "matrix", "picture"]


def load():
    library = ctypes.CDLL(os.environ["FREEDOMPAY_LIBRARY"])
    for name, result, *arguments in [
        ("config_new", c_void_p),
        ("config_free", None, c_void_p),
        ("config_set_merchant_id", c_int32, c_void_p, c_int64),
        ("config_set_base_url", c_int32, c_void_p, c_char_p),
        ("config_set_timeout_ms", c_int32, c_void_p, c_int64),
        ("client_new", c_void_p, c_void_p),
        ("client_free", None, c_void_p),
        ("invoice_request_new", c_void_p, c_char_p, c_char_p, c_char_p),
        ("invoice_request_set_currency", c_int32, c_void_p, c_char_p),
        ("invoice_request_free", None, c_void_p),
        ("invoice_init", c_void_p, c_void_p, c_void_p),
        ("result_code", c_int32, c_void_p),
        ("result_message", c_char_p, c_void_p),
        ("result_qr_url", c_char_p, c_void_p),
        ("result_free", None, c_void_p),
        ("qr_picture_type", c_char_p, c_void_p),
        ("qr_receipt", c_void_p, c_void_p, c_void_p),
        ("buffer_data", c_void_p, c_void_p),
        ("buffer_len", c_size_t, c_void_p),
        ("buffer_message", c_char_p, c_void_p),
        ("buffer_free", None, c_void_p),
        ("receipt_new", c_void_p),
        ("receipt_free", None, c_void_p),
        ("receipt_set_paper_dots", c_int32, c_void_p, c_uint32),
        ("receipt_set_code_page", c_int32, c_void_p, c_char_p, c_uint32),
        ("receipt_add_line", c_int32, c_void_p, c_char_p),
        ("receipt_set_labels", c_int32, c_void_p, c_char_p, c_char_p),
        ("receipt_set_native_code", c_int32, c_void_p, c_int32),
        ("receipt_set_cut", c_int32, c_void_p, c_int32),
        *(("qr_" + form, c_void_p, c_void_p, c_uint32) for form in FORMS),
        *(("qr_" + form, c_void_p, c_void_p) for form in PLAIN_FORMS),
    ]:
        function = getattr(library, "fp_" + name)
        function.restype, function.argtypes = result, arguments
    return library


class Till:
    """A client of a gateway of its own."""

    def __init__(self):
        self.library = load()
        self.gateway = Gateway()
        config = self.library.fp_config_new()
        self.library.fp_config_set_merchant_id(config, 123456)
        self.library.fp_config_set_base_url(config, self.gateway.url.encode())
        self.library.fp_config_set_timeout_ms(config, 20_000)
        self.client = self.library.fp_client_new(config)
        self.library.fp_config_free(config)

    def close(self):
        self.library.fp_client_free(self.client)
        self.gateway.close()

    def invoice(self, content, field=None):
        """A new invoice; the gateway sends `content` in base64 (or `field` as it is) as its QR."""
        self.gateway.field = base64.b64encode(content).decode() if field is None else field
        request = self.library.fp_invoice_request_new(b"00102", b"10.50", "Чай".encode())
        self.library.fp_invoice_request_set_currency(request, b"KZT")
        result = self.library.fp_invoice_init(self.client, request)
        self.library.fp_invoice_request_free(request)
        return Invoice(self.library, result)


class Invoice:
    """The result of one init."""

    def __init__(self, library, result):
        self.library, self.result = library, result
        message = library.fp_result_message(result).decode()
        assert library.fp_result_code(result) == 0, message
        link = library.fp_result_qr_url(result)
        self.link = link and link.decode()
        kind = library.fp_qr_picture_type(result)
        self.picture_type = kind and kind.decode()

    def __del__(self):
        self.library.fp_result_free(self.result)

    def form(self, name, *size):
        """The bytes of a form, and why there are none."""
        return self.take(getattr(self.library, "fp_qr_" + name)(self.result, *size))

    def receipt(self, receipt):
        return self.take(self.library.fp_qr_receipt(self.result, receipt.handle))

    def take(self, buffer):
        length = self.library.fp_buffer_len(buffer)
        content = ctypes.string_at(self.library.fp_buffer_data(buffer), length)
        message = self.library.fp_buffer_message(buffer).decode()
        self.library.fp_buffer_free(buffer)
        assert bool(content) != bool(message), "an empty buffer has a reason, and no other has one"
        return content, message


class Receipt:
    """How the slips look. Each setter's answer is kept."""

    def __init__(self, till):
        self.library, self.handle = till.library, till.library.fp_receipt_new()
        self.codes = []

    def set(self, name, *values):
        values = [value.encode() if isinstance(value, str) else value for value in values]
        self.codes.append(getattr(self.library, "fp_receipt_" + name)(self.handle, *values))
        return self

    def __del__(self):
        self.library.fp_receipt_free(self.handle)


class Gateway:
    """Answers every request with an invoice whose QR is `field`."""

    def __init__(self):
        self.field = ""
        gateway = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1  # head and body in one packet

            def do_POST(self):
                self.rfile.read(int(self.headers["Content-Length"]))
                body = (
                    "<root><status>ok</status><invoice_status>new</invoice_status><invoice_id>7</invoice_id>"
                    f"<invoice_methods><qr>{gateway.field}</qr></invoice_methods>"
                    "<dt>2019-08-24T14:15:22Z</dt></root>"
                ).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

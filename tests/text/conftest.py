"""A gateway that keeps what it was sent and answers as it is told; the library without any binding."""

import ctypes
import http.server
import json
import os
import threading

import pytest


class Gateway(http.server.ThreadingHTTPServer):
    """Answers every request with `answer`, a dict, and keeps the body of the last."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.answer = {}
        self.body = b""
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}"


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self):
        self.server.body = self.body()
        answer = json.dumps(self.server.answer).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def body(self):
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers["Content-Length"]))
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def log_message(self, *arguments):
        pass


@pytest.fixture
def gateway():
    gateway = Gateway()
    yield gateway
    gateway.shutdown()
    gateway.server_close()


@pytest.fixture(scope="session")
def library():
    library = ctypes.CDLL(os.environ["FREEDOMPAY_LIBRARY"])
    made = "fp_config_new fp_client_new fp_invoice_request_new"
    answers = "fp_invoice_init fp_invoice_status fp_invoice_status_by_order"
    for name in f"{made} {answers}".split():
        getattr(library, name).restype = ctypes.c_void_p
    for name in "fp_result_field fp_result_message fp_result_order_id".split():
        getattr(library, name).restype = ctypes.c_char_p
    return library

"""As much of FastCGI as it takes to ask PHP-FPM for one page."""

import socket
import struct

_BEGIN, _END, _PARAMS, _STDIN, _STDOUT, _STDERR = 1, 3, 4, 5, 6, 7


def ask(path, script, query, timeout_s):
    """The body of the page, and whatever PHP had to complain of."""
    variables = {
        "GATEWAY_INTERFACE": "CGI/1.1",
        "REQUEST_METHOD": "GET",
        "SCRIPT_FILENAME": script,
        "SCRIPT_NAME": "/page.php",
        "QUERY_STRING": query,
        "SERVER_PROTOCOL": "HTTP/1.1",
    }
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(timeout_s)
        connection.connect(path)
        connection.sendall(
            _record(_BEGIN, struct.pack(">HB5x", 1, 0))  # a responder, the connection is closed after it
            + _record(_PARAMS, b"".join(_pair(name, value) for name, value in variables.items()))
            + _record(_PARAMS, b"")
            + _record(_STDIN, b"")
        )
        stream = connection.makefile("rb")
        page, complaints = b"", b""
        while True:
            head = stream.read(8)
            if len(head) < 8:
                return f"PHP-FPM closed the connection {complaints.decode()}"
            _, kind, _, length, padding = struct.unpack(">BBHHBx", head)
            content = stream.read(length + padding)[:length]
            if kind == _STDOUT:
                page += content
            elif kind == _STDERR:
                complaints += content
            elif kind == _END:
                break
    return page.partition(b"\r\n\r\n")[2].decode() + complaints.decode()


def _record(kind, content):
    return struct.pack(">BBHHBx", 1, kind, 1, len(content), 0) + content


def _pair(name, value):
    name, value = name.encode(), value.encode()
    return struct.pack(">II", len(name) | 1 << 31, len(value) | 1 << 31) + name + value

#!/usr/bin/env python3
"""A gateway that stands before the sandbox and gives faults where it is told to.

It hands every request on to the sandbox, as it came, unless a rule says otherwise. A rule is an object:

    {"path": "/v5/merchant/invoice/init", "order_id": "o-1", "answers": ["lose", "pass"]}

path        how the request's path begins; every path where it is absent
order_id    the order that the request names (order_id or pg_order_id); every order where it is absent
answers     what the first request of this rule gets, the second, ...; the last one is for all that follow

The first rule that fits takes the request. An answer is one of

    "pass"      the sandbox's own
    "lose"      the sandbox gets the request, and the connection is closed instead of its answer
    "hang_up"   the request is read, and the connection closed; the sandbox never sees it
    "silent"    the request is read and never answered
    {...}       status (200), type (application/json), and body (a text), json (a value), or signed: the fields of a classic
                answer, with pg_salt and pg_sig for the path that was asked, under key (the sandbox's own)

Beside the tests that import it, it is a program: gateway.py --sandbox URL --rules FILE --ready-file FILE
"""

import argparse
import hashlib
import http.client
import json
import os
import re
import socket
import sys
import threading
import urllib.error
import urllib.parse
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from xml.sax.saxutils import escape

HANDED_ON = ("content-type", "x-jws-signature", "user-agent")


class Gateway:
    """Listens on a free port of 127.0.0.1 until it is closed; tls, an ssl.SSLContext, makes it speak TLS."""

    def __init__(self, sandbox, rules=(), tls=None):
        self.sandbox = sandbox
        self.rules = [dict(rule) for rule in rules]
        self._seen = []
        self._more = threading.Condition()
        self._closed = threading.Event()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.gateway = self
        if tls:
            # The handshake is made by the thread of the connection, at its first read.
            self._server.socket = tls.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self._closed.set()
        self._server.shutdown()
        self._server.server_close()

    def seen(self, path):
        """How many requests have come whose path begins so."""
        with self._more:
            return self._count(path)

    def wait_until_seen(self, path, count, timeout_s=20):
        """False: fewer have come in that time."""
        with self._more:
            return self._more.wait_for(lambda: self._count(path) >= count, timeout_s)

    def _count(self, path):
        return sum(one.startswith(path) for one in self._seen)

    def take(self, path, order_id):
        """Notes a request, and says what it gets."""
        with self._more:
            self._seen.append(path)
            self._more.notify_all()
            for rule in self.rules:
                if path.startswith(rule.get("path", "")) and rule.get("order_id", order_id) == order_id:
                    turn = rule.setdefault("turn", 0)
                    rule["turn"] = turn + 1
                    return rule["answers"][min(turn, len(rule["answers"]) - 1)]
            return "pass"

    def hand_on(self, path, headers, body, method):
        """The sandbox's answer: status, type, body."""
        onward = urllib.request.Request(self.sandbox + path, data=body if method == "POST" else None, method=method)
        for name in HANDED_ON:
            if headers.get(name):
                onward.add_header(name, headers[name])
        # No proxy of the environment stands between two programs of one machine.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(onward, timeout=20) as answer:
                return answer.status, answer.headers.get("content-type", ""), answer.read()
        except urllib.error.HTTPError as answer:
            return answer.code, answer.headers.get("content-type", ""), answer.read()

    def hold(self, connection):
        """Says nothing until the other side closes or the gateway does."""
        connection.settimeout(0.05)
        while not self._closed.is_set():
            try:
                if not connection.recv(4096):
                    return
            except socket.timeout:
                continue
            except OSError:
                return


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # Connections that are kept alive must not keep the test alive.
    block_on_close = False
    gateway = None

    def handle_error(self, request, client_address):
        # A caller that goes away in the middle is what some rows are about.
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self._answer(b"")

    def do_POST(self):
        self._answer(self._body())

    def log_message(self, *_):
        pass

    def _body(self):
        if self.headers.get("transfer-encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("content-length", "0")))
        body = b""
        while True:
            size = int(self.rfile.readline().split(b";")[0], 16)
            body += self.rfile.read(size)
            self.rfile.readline()
            if size == 0:
                return body

    def _answer(self, body):
        gateway = self.server.gateway
        answer = gateway.take(self.path, order_of(self.headers.get("content-type", ""), body))
        self.close_connection = answer != "pass"
        if answer in ("pass", "lose"):
            status, kind, content = gateway.hand_on(self.path, self.headers, body, self.command)
            if answer == "pass":
                self._write(status, kind, content)
        elif answer == "silent":
            gateway.hold(self.connection)
        elif answer != "hang_up":
            kind, content = content_of(answer, self.path)
            self._write(answer.get("status", 200), answer.get("type", kind), content.encode("utf-8"))

    def _write(self, status, kind, content):
        reason = http.client.responses.get(status, "")
        head = f"HTTP/1.1 {status} {reason}\r\nContent-Type: {kind}\r\nContent-Length: {len(content)}\r\n"
        if self.close_connection:
            head += "Connection: close\r\n"
        try:
            self.wfile.write(head.encode("latin-1") + b"\r\n" + content)
        except OSError:
            self.close_connection = True


def content_of(answer, path):
    """The type and the text of a written answer."""
    if "signed" in answer:
        script = path.split("?")[0].rsplit("/", 1)[-1]
        return "application/xml", signed(answer["signed"], script, answer.get("key", "sandbox-secret-key"))
    if "json" in answer:
        return "application/json", json.dumps(answer["json"], ensure_ascii=False)
    return "application/json", answer["body"]


def signed(fields, script, key):
    """A classic answer."""
    fields = {**fields, "pg_salt": "salt"}
    fields["pg_sig"] = pg_sig(fields, script, key)
    return f'<?xml version="1.0" encoding="utf-8"?><response>{tags_of(fields)}</response>'


def pg_sig(fields, script, key):
    """MD5 over the script, the values in the order of their names, and the key."""
    return hashlib.md5(";".join([script, *values_of(fields), key]).encode("utf-8")).hexdigest()


def values_of(fields):
    """Nested fields stand where their name does; of one name several times, in the order of the message."""
    values = []
    for name in sorted(fields):
        for field in fields[name] if isinstance(fields[name], list) else [fields[name]]:
            values += values_of(field) if isinstance(field, dict) else [field]
    return values


def tags_of(fields):
    text = ""
    for name, content in fields.items():
        for field in content if isinstance(content, list) else [content]:
            text += f"<{name}>{tags_of(field) if isinstance(field, dict) else escape(field)}</{name}>"
    return text


def order_of(kind, body):
    """The order that a request names, None: none."""
    names = ("order_id", "pg_order_id")
    text = body.decode("utf-8", "replace")
    if kind.startswith("application/json"):
        try:
            fields = json.loads(text)
        except ValueError:
            return None
        return next((fields[name] for name in names if name in fields), None)
    if kind.startswith("application/x-www-form-urlencoded"):
        fields = dict(urllib.parse.parse_qsl(text))
        return next((fields[name] for name in names if name in fields), None)
    found = re.search(r'name="(?:pg_)?order_id"(?:\r\n[^\r\n]+)*\r\n\r\n(.*?)\r\n--', text, re.DOTALL)
    return found.group(1) if found else None


def main():
    parser = argparse.ArgumentParser(description="A gateway before the sandbox that gives faults where it is told to.")
    parser.add_argument("--sandbox", required=True, metavar="URL")
    parser.add_argument("--rules", metavar="FILE", help="a JSON list of rules")
    parser.add_argument("--ready-file", required=True, metavar="FILE", help="gets the gateway's URL once it listens")
    options = parser.parse_args()
    rules = []
    if options.rules:
        with open(options.rules, encoding="utf-8") as file:
            rules = json.load(file)
    gateway = Gateway(options.sandbox, rules)
    with open(options.ready_file + ".new", "w", encoding="utf-8") as file:
        file.write(gateway.url + "\n")
    os.rename(options.ready_file + ".new", options.ready_file)
    threading.Event().wait()


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        pass

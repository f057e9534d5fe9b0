#!/usr/bin/env python3
"""Plays the table of behaviours with the runner of one language, and judges what it answers.

    tests/behaviours/run.py [--table FILE] [--only TEXT] [--without DO] [--tls FOLDER] LANGUAGE COMMAND...

COMMAND starts the runner; README.md says what it is told and what it answers. FREEDOMPAY_TOOL is the freedompay tool
(target/release/freedompay). Ends with "N passed, N failed", one for each row.
"""

import argparse
import hashlib
import json
import os
import re
import select
import signal
import socket
import sqlite3
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
import xml.etree.ElementTree
from pathlib import Path

from gateway import Gateway, pg_sig

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
HEADER = ROOT / "include" / "freedompay.h"
TOOL = os.environ.get("FREEDOMPAY_TOOL", str(ROOT / "target" / "release" / "freedompay"))
ANSWER_WITHIN_S = 60
DEFAULTS = {
    "base_url": "$gateway",
    "merchant_id": 123456,
    "secret_key": "sandbox-secret-key",
    "timeout_ms": 20000,
    "poll_interval_ms": 20,
}
ROW_KEYS = {"name", "client", "gateway", "sandbox", "steps"}
JUDGE_STEPS = {
    "payer": {"invoice", "payment"}, "seen": set(), "wait_until_seen": set(), "invoices": set(), "ten_minutes_pass": set(),
}


class Wrong(Exception):
    """A row does not hold, in one sentence."""


# ---- the table


def read_table(path):
    """The rows; a table that would check less than it seems to is refused."""
    with open(path, encoding="utf-8") as file:
        rows = json.load(file)
    names = set()
    for row in rows:
        name = row.get("name", "")
        if not name or name in names:
            raise SystemExit(f"{path}: a row has no name of its own: {name!r}")
        names.add(name)
        expects = 0
        if set(row) - ROW_KEYS:
            raise SystemExit(f"{path}: {name}: what is {sorted(set(row) - ROW_KEYS)}?")
        for step in row["steps"]:
            expects += bool(step.get("expect")) or "seen" in step or "invoices" in step
            judged = [verb for verb in JUDGE_STEPS if verb in step]
            if "do" not in step and (len(judged) != 1 or set(step) - JUDGE_STEPS[judged[0]] - {judged[0]}):
                raise SystemExit(f"{path}: {name}: no such step: {step}")
        if not expects:
            raise SystemExit(f"{path}: {name}: nothing is expected")
    return rows


def read_constants():
    text = HEADER.read_text(encoding="utf-8")
    return {name: int(number) for name, number in re.findall(r"^#define (FP_\w+) (\d+)$", text, re.MULTILINE)}


def fill(value, known):
    """The value with every $name in it replaced; "$invoice" alone stays a number."""
    if isinstance(value, dict):
        return {name: fill(one, known) for name, one in value.items()}
    if isinstance(value, list):
        return [fill(one, known) for one in value]
    if not isinstance(value, str):
        return value
    if value.startswith("$") and value[1:] in known:
        return known[value[1:]]
    return re.sub(r"\$([a-z]+)", lambda found: str(known.get(found.group(1), found.group(0))), value)


# ---- what came, against what must come


def hold(name, got, want, constants):
    """Raises Wrong unless what came is what must come."""
    if isinstance(want, dict):
        for test, operand in want.items():
            if not TESTS[test](got, operand):
                raise Wrong(f"{name} is {shown(got)}: {test} {shown(operand)} does not hold")
    elif isinstance(want, list):
        if not isinstance(got, list) or len(got) != len(want):
            raise Wrong(f"{name} is {shown(got)}, not {len(want)} long")
        for index, (one, other) in enumerate(zip(got, want)):
            hold_all(f"{name}[{index}].", one, other, constants)
    else:
        if isinstance(want, str) and want.startswith("FP_"):
            want, word = constants[want], want
        else:
            word = shown(want)
        # JSON's true is no 1.
        if got != want or isinstance(got, bool) != isinstance(want, bool):
            raise Wrong(f"{name} is {shown(got)}, not {word}")


def hold_all(prefix, got, want, constants):
    for name, one in want.items():
        if name not in got:
            raise Wrong(f"{prefix}{name} was not told")
        hold(prefix + name, got[name], one, constants)


TESTS = {
    "begins": lambda got, text: isinstance(got, str) and got.startswith(text),
    "has": lambda got, text: isinstance(got, str) and text in got,
    "has_not": lambda got, text: isinstance(got, str) and text not in got,
    "not": lambda got, value: got != value,
    "above": lambda got, number: isinstance(got, int) and got > number,
    "signed_for": lambda got, script: isinstance(got, str) and is_signed(got, script),
    "sha256": lambda got, digest: isinstance(got, str) and hashlib.sha256(bytes.fromhex(got)).hexdigest() == digest,
}


def is_signed(text, script):
    """Whether an XML message has the pg_sig of this script and the sandbox's key."""
    fields = {tag.tag: tag.text or "" for tag in xml.etree.ElementTree.fromstring(text)}
    return fields.pop("pg_sig", None) == pg_sig(fields, script, DEFAULTS["secret_key"])


def shown(value):
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 300 else text[:300] + "..."


# ---- the other programs


class Sandbox:
    """The sandbox gateway, as a process."""

    def __init__(self, options):
        self._folder = tempfile.TemporaryDirectory()
        ready = Path(self._folder.name, "ready")
        command = [TOOL, "sandbox", "--listen", "127.0.0.1:0", "--ready-file", str(ready)]
        self._process = subprocess.Popen(command + options, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end = time.monotonic() + 20
        while not ready.exists():
            if self._process.poll() is not None or time.monotonic() > end:
                self.close()
                raise SystemExit(f"the sandbox did not start: {' '.join(command + options)}")
            time.sleep(0.01)
        self.url = ready.read_text(encoding="utf-8").strip()

    def close(self):
        self._process.kill()
        self._process.wait()
        self._folder.cleanup()

    def turn(self, kind, number, what):
        self._ask(f"/sandbox/{kind}/{number}/{what}", b"")

    def invoices(self, order_id):
        return sum(one["order_id"] == order_id for one in json.loads(self._ask("/sandbox/invoices")))

    def _ask(self, path, body=None):
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(self.url + path, data=body, timeout=20) as answer:
            return answer.read()


class Runner:
    """The runner of a language: a line to it, a line from it."""

    def __init__(self, command, folder):
        self._errors = open(Path(folder, "stderr"), "w+b")
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._errors, start_new_session=True
        )
        self._rest = b""

    def ask(self, step):
        line = json.dumps(step, ensure_ascii=False).encode("utf-8") + b"\n"
        try:
            self._process.stdin.write(line)
            self._process.stdin.flush()
        except BrokenPipeError:
            raise Wrong("the runner has ended") from None
        answer = self._read_line()
        try:
            facts = json.loads(answer)
        except ValueError:
            raise Wrong(f"the runner answered {shown(answer.decode('utf-8', 'replace'))}") from None
        for trouble in ("unsupported", "error"):
            if trouble in facts:
                raise Wrong(f"the runner says {trouble}: {facts[trouble]}")
        return facts

    def _read_line(self):
        end = time.monotonic() + ANSWER_WITHIN_S
        while b"\n" not in self._rest:
            ready, _, _ = select.select([self._process.stdout], [], [], max(0, end - time.monotonic()))
            if not ready:
                raise Wrong(f"the runner has not answered within {ANSWER_WITHIN_S} s")
            part = os.read(self._process.stdout.fileno(), 65536)
            if not part:
                raise Wrong("the runner ended without an answer")
            self._rest += part
        line, _, self._rest = self._rest.partition(b"\n")
        return line

    def end(self):
        """Lets it end by itself, which it must do with exit code 0 and without another word."""
        self._process.stdin.close()
        try:
            code = self._process.wait(ANSWER_WITHIN_S)
        except subprocess.TimeoutExpired:
            raise Wrong("the runner does not end") from None
        if code != 0:
            raise Wrong(f"the runner ended with exit code {code}")
        if self._rest + self._process.stdout.read():
            raise Wrong("the runner said more than it was asked")

    def kill(self):
        """The runner, and a child that it may have forked; both are of this session."""
        try:
            os.killpg(self._process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            try:
                pipe.close()
            except BrokenPipeError:
                pass

    def errors(self):
        self._errors.seek(0)
        return self._errors.read().decode("utf-8", "replace")


# ---- one row


class Play:
    """One row, with a runner, a gateway and a folder of its own."""

    def __init__(self, row, order, sandbox, constants, tls):
        self.row = row
        self.tls = tls
        self.sandbox = sandbox
        self.constants = constants
        self.known = {"order": order}

    def run(self, command):
        with tempfile.TemporaryDirectory() as folder, socket.socket() as nobody:
            # Bound and not listening: every connection is refused, and no other program gets the port.
            nobody.bind(("127.0.0.1", 0))
            self.known.update(folder=folder, nobody=f"http://127.0.0.1:{nobody.getsockname()[1]}")
            rules = fill(self.row.get("gateway", []), self.known)
            with Gateway(self.sandbox.url, rules, self.tls) as self.gateway:
                self.known["gateway"] = self.gateway.url
                self.runner = Runner(command, folder)
                try:
                    self.play()
                    self.runner.end()
                except Wrong as wrong:
                    self.runner.kill()
                    raise Wrong(f"{wrong}\n{self.runner.errors()}".rstrip()) from None
                finally:
                    self.runner.kill()

    def play(self):
        self.tell({"do": "client"}, "the client")
        for number, step in enumerate(self.row["steps"], 1):
            where = f"step {number}"
            if "do" in step:
                self.tell(step, f"{where}, {step['do']}")
            else:
                try:
                    self.judge(fill(step, self.known))
                except Wrong as wrong:
                    raise Wrong(f"{where}: {wrong}") from None

    def tell(self, step, where):
        """A step of the runner."""
        told = {name: value for name, value in step.items() if name != "expect"}
        if told["do"] == "client":
            told = {**told, **DEFAULTS, **self.row.get("client", {}), **told}
            told = {name: value for name, value in told.items() if value is not None}
        try:
            told = fill(told, self.known)
            if "posted" in told:
                told.update(posted(told.pop("posted"), told["url"], told.pop("key", DEFAULTS["secret_key"])))
            facts = self.runner.ask(told)
            hold_all("", facts, fill(step.get("expect", {}), self.known), self.constants)
        except Wrong as wrong:
            raise Wrong(f"{where}: {wrong}") from None
        if facts.get("invoice_id"):
            self.known["invoice"] = facts["invoice_id"]
        if facts.get("payment_id"):
            self.known["payment"] = facts["payment_id"]
        if facts.get("refund_id"):
            self.known["refund"] = facts["refund_id"]
        if facts.get("qr_url"):
            self.known["link"] = facts["qr_url"]

    def judge(self, step):
        """A step of the judge's own: the payer's side, and what the gateway has seen."""
        if "payer" in step:
            kind = "payments" if "payment" in step else "invoices"
            number = step.get("payment", step.get("invoice", self.known.get("invoice")))
            self.sandbox.turn(kind, number, step["payer"])
        for path, count in step.get("wait_until_seen", {}).items():
            if not self.gateway.wait_until_seen(path, count):
                raise Wrong(f"the gateway has not seen {count} of {path}")
        for path, count in step.get("seen", {}).items():
            if self.gateway.seen(path) != count:
                raise Wrong(f"the gateway has seen {self.gateway.seen(path)} of {path}, not {count}")
        if "ten_minutes_pass" in step:
            let_ten_minutes_pass(step["ten_minutes_pass"])
        if "invoices" in step:
            made = self.sandbox.invoices(self.known["order"])
            if made != step["invoices"]:
                raise Wrong(f"the sandbox has {made} invoices of this order, not {step['invoices']}")


def let_ten_minutes_pass(journal):
    """Turns a journal's times back, as if so much had gone by since every attempt. No runner has it open between two steps."""
    by = 600_000
    connection = sqlite3.connect(journal)
    try:
        with connection:
            turned = sum(
                connection.execute(
                    f"UPDATE {table} SET tried_at_ms = tried_at_ms - {by}, counts_at_ms = counts_at_ms - {by},"
                    f" counts_uptime_ms = counts_uptime_ms - {by}"
                ).rowcount
                for table in ("sale", "operation")
            )
    finally:
        connection.close()
    if not turned:
        raise Wrong(f"{journal} has nothing in it")


def posted(fields, url, key):
    """Fields as the gateway posts them to a merchant's URL, with pg_salt and pg_sig."""
    fields = {name: str(value) for name, value in {**fields, "pg_salt": "salt"}.items()}
    fields["pg_sig"] = pg_sig(fields, urllib.parse.urlsplit(url).path.rsplit("/", 1)[-1], key)
    return {"content_type": "application/x-www-form-urlencoded", "body": urllib.parse.urlencode(fields)}


def tls_of(folder):
    """What the gateway shows; the client of every row trusts its authority."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem", folder / "server.key")
    DEFAULTS["ca_file"] = str(folder / "ca.pem")
    return context


def main():
    parser = argparse.ArgumentParser(description="Plays the table of behaviours with the runner of one language.")
    parser.add_argument("--table", default=HERE / "behaviours.json", metavar="FILE")
    parser.add_argument("--only", default="", metavar="TEXT", help="only rows with this in their names")
    parser.add_argument("--without", metavar="DO", help="no rows with such a step, which this language's system has not")
    parser.add_argument("--tls", metavar="FOLDER", help="https, with server.pem, server.key and ca.pem of this folder")
    parser.add_argument("language")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    rows = [row for row in read_table(options.table) if options.only in row["name"]]
    if options.without:
        rows = [row for row in rows if options.without not in {step.get("do") for step in row["steps"]}]
    tls = tls_of(Path(options.tls)) if options.tls else None
    constants = read_constants()
    sandboxes = {}
    passed = failed = 0
    try:
        for number, row in enumerate(rows, 1):
            wants = tuple(row.get("sandbox", []))
            if wants not in sandboxes:
                sandboxes[wants] = Sandbox(list(wants))
            try:
                Play(row, f"{os.getpid()}-{number}", sandboxes[wants], constants, tls).run(options.command)
                passed += 1
            except Wrong as wrong:
                failed += 1
                print(f"{options.language}: {row['name']}\n    " + str(wrong).replace("\n", "\n    "))
    finally:
        for sandbox in sandboxes.values():
            sandbox.close()
    print(f"{passed} passed, {failed} failed")
    return 0 if passed and not failed else 1


if __name__ == "__main__":
    sys.exit(main())

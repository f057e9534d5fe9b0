"""The sandbox gateway over TLS, which keeps its state: it is killed and goes on where it was."""

import json
import os
import ssl
import subprocess
import time
import urllib.error
import urllib.request

# How long a start may take. Only what hangs meets it.
PATIENCE_S = 60


class Gateway:
    """A running gateway, in a folder that outlives it."""

    def __init__(self, folder, *options):
        self.folder = folder
        self.authority = str(folder / "ca.pem")
        self._options = ["--tls", "--ca-out", self.authority, "--state", str(folder / "state"), *options]
        self._address = "127.0.0.1:0"
        self._log = open(folder / "gateway.log", "w")
        self.start()
        # Where it is started again, the tills look for it.
        self._address = self.url.removeprefix("https://")
        self._trust = ssl.create_default_context(cafile=self.authority)

    def start(self):
        ready = self.folder / "ready"
        ready.unlink(missing_ok=True)
        command = [os.environ["FREEDOMPAY_TOOL"], "sandbox", "--listen", self._address, "--ready-file", str(ready)]
        self._process = subprocess.Popen(
            [*command, *self._options], stdin=subprocess.DEVNULL, stdout=self._log, stderr=self._log)
        end = time.monotonic() + PATIENCE_S
        while not (ready.exists() and ready.read_text().strip()):
            if self._process.poll() is not None or time.monotonic() > end:
                raise SystemExit(f"the gateway does not start: see {self._log.name}")
            time.sleep(0.02)
        self.url = ready.read_text().strip()

    def kill(self):
        self._process.kill()
        self._process.wait()

    def stop(self):
        self._process.terminate()
        self._process.wait()
        self._log.close()

    def get(self, path):
        with urllib.request.urlopen(self.url + path, context=self._trust, timeout=PATIENCE_S) as answer:
            return json.load(answer)

    def do(self, method, path, body=""):
        """Whether the gateway took it; what it says of a payment that has gone on meanwhile is no defect."""
        request = urllib.request.Request(self.url + path, body.encode() or None, method=method)
        try:
            urllib.request.urlopen(request, context=self._trust, timeout=PATIENCE_S).close()
        except urllib.error.HTTPError as refusal:
            refusal.close()
            return False
        return True

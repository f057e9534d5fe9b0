"""A sandbox, a till and a shop, each a process or a server of its own."""

import http.server
import json
import os
import subprocess
import threading
import time
import urllib.error
import urllib.request

TOOL = os.environ["FREEDOMPAY_TOOL"]
PATIENCE = 60

HOSTILE = "<img src=x onerror=document.title='taken'>"


class Gateway:
    def __init__(self, folder, *arguments):
        self.folder = folder
        self.arguments = arguments
        self.start("127.0.0.1:0")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def start(self, listen):
        ready = self.folder / "ready"
        ready.unlink(missing_ok=True)
        self.process = subprocess.Popen(
            [TOOL, "sandbox", "--listen", listen, "--ready-file", ready, *self.arguments],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        end = time.monotonic() + PATIENCE
        while not ready.exists():
            assert self.process.poll() is None and time.monotonic() < end
            time.sleep(0.01)
        self.url = ready.read_text().strip()

    def stop(self):
        self.process.terminate()
        self.process.wait()

    def tool(self, *arguments, **changed):
        """What the tool answers, as JSON."""
        done = subprocess.run([TOOL, *arguments, "--json"], env=self.settings(**changed), capture_output=True, text=True)
        return json.loads(done.stdout)

    def settings(self, **changed):
        settings = dict(
            CONFIG="/dev/null", BASE_URL=self.url, MERCHANT_ID="123456", SECRET_KEY="sandbox-secret-key",
            PAYOUT_KEY="sandbox-payout-key", POLL_INTERVAL="50ms", LANG="en",
        )
        return {f"FREEDOMPAY_{name}": value for name, value in {**settings, **changed}.items()}

    def sale(self, order_id, amount="10.50", description="Coffee", *more):
        """The number of a new sale."""
        return self.tool("init", order_id, amount, description, *more)["invoice_id"]

    def call(self, path, *fields, **changed):
        """The fields of the answer of any endpoint."""
        return self.tool("call", path, *fields, **changed)["fields"]

    def held(self, order_id):
        """The number of a payment that is only held."""
        fields = self.call(
            "/init_payment.php", f"pg_order_id={order_id}", "pg_amount=25", "pg_description=Room", "pg_auto_clearing=0"
        )
        self.move(f"payments/{fields['pg_payment_id']}/pay")
        return fields["pg_payment_id"]

    def ask(self, path):
        with urllib.request.urlopen(f"{self.url}/sandbox/{path}") as answer:
            return json.load(answer)

    def move(self, path):
        with urllib.request.urlopen(urllib.request.Request(f"{self.url}/sandbox/{path}", method="POST")) as answer:
            assert answer.status in (200, 204)

    def payer(self, number):
        """The path of the payer's page of a sale."""
        [customer] = [sale["customer"] for sale in self.ask("payments") if sale["payment_id"] == int(number)]
        return f"/pay.html?customer={customer}"


class Till:
    """`freedompay pay`, which waits for the payer."""

    def __init__(self, gateway, order_id):
        self.process = subprocess.Popen(
            [TOOL, "pay", order_id, "10.50", "Coffee"], env=gateway.settings(), stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True,
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.communicate()

    def end(self):
        """How it ends: its exit code and its last words."""
        said, _ = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, said


class Shop:
    """A merchant's web server that takes everything down, and serves one page of its own."""

    def __init__(self):
        self.letters = []
        self.page = b"<!DOCTYPE html><title>Shop</title>"
        shop = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                shop.letters.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
                self.answer(b"no XML")

            def do_GET(self):
                self.answer(shop.page)

            def answer(self, body):
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

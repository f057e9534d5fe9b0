"""The gateway of the benchmark, with an authority and a certificate of its own, new each time."""

import contextlib
import subprocess
import time

from peers import OUT, c_program

AUTHORITY = OUT / "ca.pem"
CURVE = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
EXTENSIONS = "basicConstraints=CA:FALSE\nsubjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth\n"


@contextlib.contextmanager
def running():
    """The port of a gateway that listens on this machine, until the end of the block."""
    make_certificate()
    port_file = OUT / "port"
    port_file.unlink(missing_ok=True)
    command = [*c_program("server", "-lssl", "-lcrypto", "-lpthread"), "server.pem", "server.key", "port"]
    with subprocess.Popen(command, cwd=OUT) as server:
        try:
            while not (port_file.exists() and port_file.read_text().endswith("\n")):
                if server.poll() is not None:
                    raise SystemExit("the gateway of the benchmark does not start")
                time.sleep(0.05)
            yield int(port_file.read_text())
        finally:
            server.terminate()


def make_certificate():
    (OUT / "server.ext").write_text(EXTENSIONS)
    authority = ["-subj", "/CN=bench authority", "-addext", "basicConstraints=critical,CA:TRUE",
                 "-addext", "keyUsage=critical,keyCertSign", "-keyout", "ca.key", "-out", "ca.pem"]
    openssl("req", "-x509", *CURVE, "-days", "2", *authority)
    openssl("req", *CURVE, "-subj", "/CN=localhost", "-keyout", "server.key", "-out", "server.csr")
    openssl("x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2",
            "-extfile", "server.ext", "-out", "server.pem")


def openssl(*arguments):
    subprocess.run(["openssl", *arguments], cwd=OUT, check=True, capture_output=True)

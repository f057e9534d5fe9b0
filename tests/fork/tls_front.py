"""Runs a command with TLS in front of the sandbox: one request for each connection, so that every call makes a handshake.

    tls_front.py CERTIFICATE KEY COMMAND...

The command finds the https address in FREEDOMPAY_TLS_URL and the certificate's file in FREEDOMPAY_TLS_CA.
"""

import asyncio
import os
import re
import ssl
import sys
from urllib.parse import urlsplit


async def message(source):
    """One HTTP message as it came; both sides give its length."""
    head = await source.readuntil(b"\r\n\r\n")
    length = re.search(rb"\r\ncontent-length: *(\d+)", head, re.IGNORECASE)
    return head + await source.readexactly(int(length[1]) if length else 0)


async def main(certificate, key, *command):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    upstream = urlsplit(os.environ["FREEDOMPAY_BASE_URL"])

    async def serve(reader, writer):
        try:
            request = await message(reader)
            inner_reader, inner_writer = await asyncio.open_connection(upstream.hostname, upstream.port)
            inner_writer.write(request)
            answer = await message(inner_reader)
            # Said beforehand: a request on a connection that is closing would be one of unknown outcome.
            writer.write(answer.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n", 1))
            await writer.drain()
            inner_writer.close()
        except (OSError, EOFError):
            pass  # the other side went away, as a child does that ends
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context, backlog=256)
    port = server.sockets[0].getsockname()[1]
    addresses = dict(FREEDOMPAY_TLS_URL=f"https://127.0.0.1:{port}", FREEDOMPAY_TLS_CA=certificate)
    process = await asyncio.create_subprocess_exec(*command, env={**os.environ, **addresses})
    return await process.wait()


sys.exit(asyncio.run(main(*sys.argv[1:])) & 255)

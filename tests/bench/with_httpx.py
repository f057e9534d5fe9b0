"""The same invoice by hand with httpx."""

import ssl

import httpx
from bench import PATH, arguments, run
from by_hand import read, request

port, ca_file, warm_up, calls = arguments()
timeout = httpx.Timeout(30, connect=10)
session = httpx.Client(verify=ssl.create_default_context(cafile=ca_file), timeout=timeout, trust_env=False)


def create(order_id):
    body, headers = request(order_id)
    answer = session.post(f"https://localhost:{port}{PATH}", content=body, headers=headers)
    read(answer.status_code, answer.content)


run(create, warm_up, calls)

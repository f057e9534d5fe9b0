"""The same invoice by hand with requests."""

import requests
from bench import PATH, arguments, run
from by_hand import read, request

port, ca_file, warm_up, calls = arguments()
session = requests.Session()
session.verify = ca_file
session.trust_env = False


def create(order_id):
    body, headers = request(order_id)
    answer = session.post(f"https://localhost:{port}{PATH}", data=body, headers=headers, timeout=(10, 30))
    read(answer.status_code, answer.content)


run(create, warm_up, calls)

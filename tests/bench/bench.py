"""The clock around the calls of the Python clients, with the arguments and the line of JSON of bench.c."""

import json
import resource
import sys
import time

MERCHANT_ID = "123456"
SECRET_KEY = "bench-secret-key"
PATH = "/v5/merchant/invoice/init"


def arguments():
    """PORT, CA_FILE, WARM_UP, CALLS."""
    try:
        port, ca_file, warm_up, calls = sys.argv[1:]
        return int(port), ca_file, int(warm_up), int(calls)
    except ValueError:
        sys.exit(f"usage: {sys.argv[0]} PORT CA_FILE WARM_UP CALLS")


def run(create, warm_up, calls):
    """Makes the calls, each with its own order id, and prints what the timed ones took, as bench.c does.

    create takes the order id and raises unless the invoice's id, its state and its link were read.
    """
    times = []
    cpu = 0.0
    for number in range(warm_up + calls):
        if number == warm_up:
            cpu = time.process_time()
        start = time.perf_counter()
        create(f"bench-{number:08}")
        if number >= warm_up:
            times.append(time.perf_counter() - start)
    cpu = time.process_time() - cpu
    times.sort()
    peak_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    figures = {"p50_us": times[calls // 2] * 1e6, "p99_us": times[calls * 99 // 100] * 1e6, "cpu_us": cpu / calls * 1e6}
    print(json.dumps({name: round(us, 1) for name, us in figures.items()} | {"peak_kib": peak_kib}))

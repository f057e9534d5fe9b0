"""What one invoice costs over a kept-alive TLS connection on loopback: through libfreedompay, and by hand with what one would
take without it; the floor is a bare socket that writes and reads the same bytes. Then what only the library has: memory,
a thousand waits, getters, journal, pictures. Nothing is asserted: the numbers are for reading.

Clients and gateway share one processor: where they have two, the time it takes to wake the other one is most of what is measured,
and it is another time in each run.

The body is signed JSON, as a client with a key sends it; "C, multipart" has the form of the page on Init instead.

    run.py [--pictures FOLDER]      target/bench/bench.json has every figure; the pictures are those of the README

BENCH_CALLS, BENCH_WARM_UP, BENCH_STARTS set how much is measured (2000, 100, 40).
"""

import argparse
import datetime
import json
import os
import platform
from pathlib import Path

import chart
import gateway
import measure
import ours
from peers import OUT, TABLES, LeftOut

THREADS = 32
ROWS = [
    ("p50_us", "wall time, median, us"),
    ("p99_us", "wall time, 99 of 100, us"),
    ("cpu_us", "processor time, us"),
    ("instructions", "instructions"),
    ("system_calls", "system calls"),
    ("start_us", "start to first answer, us"),
    ("peak_kib", "most memory, KiB"),
    ("own_threads", "threads of its own"),
    (f"calls_per_second_{THREADS}_threads", f"calls a second, {THREADS} threads"),
]
# Who is measured with many threads: the library's one client against a handle a thread.
THREADED = ("libfreedompay", "libcurl")


def table(peers, port):
    """The figures of each peer that is there, by its name."""
    figures = {}
    for name, make in peers.items():
        print(f"measuring {name}", flush=True)
        try:
            figures[name] = measure.client(make(), port, THREADS if name in THREADED else None)
        except LeftOut as reason:
            print(f"left out: {name}: {reason}")
    return figures


def show(language, base, figures):
    print(f"\nOne invoice from {language} over a kept-alive TLS 1.3 connection on loopback and one processor, {measure.CALLS} "
          f"calls after {measure.WARM_UP}; x: of {base}.")
    print(f"{'':32}" + "".join(f"{name:>24}" for name in figures))
    for row, title in ROWS:
        if any(row in of_peer for of_peer in figures.values()):
            print(f"{title:32}" + "".join(f"{cell(figures, name, base, row):>24}" for name in figures))
    print(flush=True)


def cell(figures, name, base, row):
    value = figures[name].get(row)
    if value is None:
        return ""
    compared = figures.get(base, {}).get(row)
    ratio = f"  {value / compared:.2f}x" if compared and name != base else ""
    return f"{value:g}{ratio}" if value < 10_000 else f"{value:.0f}{ratio}"


def machine():
    """What the figures were made on."""
    model = [line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line]
    return {"processor": model[0] if model else platform.machine(), "cores": os.cpu_count(),
            "system": platform.platform(), "date": datetime.date.today().isoformat()}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--pictures", type=Path)
    arguments = parser.parse_args()
    OUT.mkdir(parents=True, exist_ok=True)
    found = {"machine": machine(), "library_bytes": ours.size(), "tables": {}}
    processors = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(processors)})
    with gateway.running() as port:
        for language, base, peers in TABLES:
            figures = found["tables"][language] = table(peers, port)
            show(language, base, figures)
        os.sched_setaffinity(0, processors)
        for name, work in (("memory", lambda: ours.memory(port)), ("getters", ours.getters),
                           ("waits", lambda: ours.waits(port))):
            found[name] = work()
            print(f"{name}: {json.dumps(found[name])}", flush=True)
    print(f"library: {found['library_bytes']} bytes\n")
    for name in ("qr_times", "journal_times"):
        print(ours.example(name), flush=True)
    (OUT / "bench.json").write_text(json.dumps(found, indent=2) + "\n")
    if arguments.pictures:
        chart.write(found, arguments.pictures)


if __name__ == "__main__":
    main()

"""Measuring one client of the benchmark. Every figure is of the client's own process."""

import json
import os
import re
import shutil
import subprocess

from gateway import AUTHORITY
from peers import OUT, c_program, environment

CALLS = int(os.environ.get("BENCH_CALLS", 2000))
WARM_UP = int(os.environ.get("BENCH_WARM_UP", 100))
STARTS = int(os.environ.get("BENCH_STARTS", 40))
# Two runs of different length: what starting and ending cost is in both, and their difference is calls alone.
FEW, MANY = 20, 120


def client(command, port, threads=None):
    """What its calls took, and what starting it takes. The names say the units."""
    figures = run([*command, str(port), str(AUTHORITY), str(WARM_UP), str(CALLS)])
    spawn = c_program("spawn")
    start = [*spawn, str(STARTS), *command, str(port), str(AUTHORITY), "0", "1"]
    figures["start_us"] = float(output(start))
    if not is_interpreted(command):
        figures["instructions"] = per_call(instructions, command, port)
        figures["system_calls"] = per_call(system_calls, command, port)
    if threads:
        # Of a client with many threads, on all processors.
        every = ["taskset", "-c", f"0-{os.cpu_count() - 1}"]
        many = run([*every, *command, str(port), str(AUTHORITY), str(10 * threads), str(200 * threads), str(threads)])
        figures[f"calls_per_second_{threads}_threads"] = many["calls_per_second"]
    return {name: value for name, value in figures.items() if value is not None}


def is_interpreted(command):
    """An interpreter's own work would be counted with a client's, for minutes."""
    return not command[0].startswith(str(OUT)) or "/venv/" in command[0]


def run(command):
    return json.loads(output(command))


def output(command):
    return subprocess.run(command, env=environment(), check=True, capture_output=True, text=True).stdout


def per_call(count, command, port):
    few, many = (count([*command, str(port), str(AUTHORITY), "0", str(calls)]) for calls in (FEW, MANY))
    return None if few is None or many is None else round((many - few) / (MANY - FEW), 1)


def instructions(command):
    """Of the whole process; they repeat, whatever else the machine does."""
    if shutil.which("valgrind") is None:
        return None
    counted = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", *command]
    done = subprocess.run(counted, env=environment(), check=True, capture_output=True, text=True)
    return int(re.search(r"Collected : (\d+)", done.stderr)[1])


def system_calls(command):
    """Of all threads of the process."""
    if shutil.which("strace") is None:
        return None
    summary = OUT / "system-calls"
    subprocess.run(["strace", "-f", "-c", "-U", "name,calls", "-o", summary, *command], env=environment(), check=True,
                   capture_output=True)
    return sum(int(line.split()[-1]) for line in summary.read_text().splitlines()
               if re.fullmatch(r"\S+\s+\d+", line.strip()) and not line.strip().startswith("total"))

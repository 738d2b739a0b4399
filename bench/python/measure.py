"""measure.mjs for Python: one module, one workload, dumping or loading, in this process only. Prints one line of JSON.

    python3 measure.py dump <module> <workload> <n> <file>
    python3 measure.py load <module> <workload> <n> <file>

Same rules: the first call alone, then some thrown away, then the warm ones. The collector stays on, as in a program.
"""

import importlib
import json
import platform
import resource
import sys
import threading
from math import hypot
from pathlib import Path
from time import perf_counter

from same import closure_losses, losses_between
from workloads import WORKLOADS

WARM_UPS = 3
WARM_RUNS_MIN = 5
WARM_RUNS_MAX = 50
WARM_MS = 300
SLOW_MS = 1500
SLOW_WARM_UPS = 1
SLOW_WARM_RUNS = 2

# Recursion dies of these at Python's own limit, so they get a thread with a stack of gigabytes and no limit to speak of.
DEEP = {"graph", "deep"}
DEEP_STACK_BYTES = 4 * 2**30 - 2**20
DEEP_LIMIT = 10**9


# These live in the main program, where a user's are, and so are saved by value by those who can.
class Particle:
    def __init__(self, id, x, y, config):
        self.id = id
        self.x = x
        self.y = y
        self.config = config

    def distance(self):
        return hypot(self.x, self.y) * self.config["scale"]


def counter_from(start, step):
    count = start

    def counter():
        nonlocal count
        count += step
        return count

    return counter


def pair_from(start):
    count = start

    def add(by):
        nonlocal count
        count += by
        return count

    def read():
        return count

    return {"add": add, "read": read}


def main(direction, module, workload, n, file):
    if workload not in WORKLOADS:
        return {"error": "has no such workload: it has no meaning in Python"}
    pickler = importlib.import_module(module)
    version = getattr(pickler, "__version__", None)
    note = f"Python {platform.python_version()}" + (f", {module} {version}" if version else "")
    if workload in DEEP:
        note += ", with recursion limit and stack raised: by default it fails"
    try:
        run = measure_dump if direction == "dump" else measure_load
        return {**run(pickler, workload, n, file), "note": note}
    except Exception as error:
        return {"error": f"cannot {direction} this: {str(error).splitlines()[0] if str(error) else repr(error)}"}


def measure_dump(pickler, workload, n, file):
    value = WORKLOADS[workload](n, sys.modules["__main__"])
    held = []

    def run():
        held[:] = [pickler.dumps(value, protocol=5)]

    times = timed(run)
    Path(file).write_bytes(held[0])
    return {**times, "bytes": len(held[0])}


def measure_load(pickler, workload, n, file):
    data = Path(file).read_bytes()
    held = []

    def run():
        held.clear()
        held.append(pickler.loads(data))

    times = timed(run)
    check = closure_losses if workload == "closures" else losses_between
    original = WORKLOADS[workload](n, sys.modules["__main__"])
    return {**times, "losses": check(original, held[0])}


def timed(run):
    cold_ms = once(run)
    is_slow = cold_ms > SLOW_MS
    for _ in range(SLOW_WARM_UPS if is_slow else WARM_UPS):
        run()
    runs_min = SLOW_WARM_RUNS if is_slow else WARM_RUNS_MIN
    warm_ms = []
    while len(warm_ms) < runs_min or (sum(warm_ms) < WARM_MS and len(warm_ms) < WARM_RUNS_MAX):
        warm_ms.append(once(run))
    return {"coldMs": cold_ms, "warmMs": warm_ms, "rssMiB": peak_rss_mib()}


def once(run):
    start = perf_counter()
    run()
    return (perf_counter() - start) * 1000


def peak_rss_mib():
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**20 if sys.platform == "darwin" else peak / 2**10


def told():
    direction, module, workload, n, file = sys.argv[1:]
    print(json.dumps(main(direction, module, workload, int(n), file)), flush=True)


if __name__ == "__main__":
    if sys.argv[3] in DEEP:
        sys.setrecursionlimit(DEEP_LIMIT)
        threading.stack_size(DEEP_STACK_BYTES)
        thread = threading.Thread(target=told)
        thread.start()
        thread.join()
    else:
        told()

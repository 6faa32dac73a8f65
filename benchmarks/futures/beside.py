#!/usr/bin/python3
"""What a future costs, magpie beside Dask's distributed, round after round in turn: beside.py [ROUNDS] [WITHOUT-PI]

    beside.py one threads|processes     the jobs with Dask alone, in a process of its own; prints JSON

Needs Debian's packages python3-distributed and python3-numpy. Dask does each job fewer times, because a hundred
thousand of its tasks take minutes; what is compared is the time of one. Starting a cluster is not timed, and one round
of each job goes before the one that is. The last jobs are pi by futures of 100,000 points until the standard error is
small enough (examples/pi and its dask_pi.py, once with Python's loop and once with NumPy's): here the ratio is that of the
whole programs, the loops included.
"""

import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
JOBS = ["round trip", "submit", "map", "chain", "as completed"]
TOLERANCE = os.environ.get("TOLERANCE", "1e-4")  # of pi
COUNTS = {"round trip": 100, "submit": 1000, "map": 1000, "chain": 500, "as completed": 1000}


def inc(x):
    return x + 1


def work(client, as_completed, job, n):
    if job == "round trip":
        for i in range(n):
            assert client.submit(inc, i, pure=False).result() == i + 1
    elif job == "submit":
        client.gather([client.submit(inc, i, pure=False) for i in range(n)])
    elif job == "map":
        client.gather(client.map(inc, range(n), pure=False))
    elif job == "chain":
        f = client.submit(inc, 0, pure=False)
        for _ in range(n - 1):
            f = client.submit(inc, f, pure=False)
        assert f.result() == n
    else:
        futures = client.map(inc, range(n), pure=False)
        assert sum(1 for _ in as_completed(futures, with_results=True)) == n


def one(kind):
    import logging

    from distributed import Client, LocalCluster, as_completed

    logging.disable(logging.WARNING)
    times = {}
    workers = dict(n_workers=2, threads_per_worker=1) if kind == "processes" else dict(n_workers=1, threads_per_worker=2)
    with LocalCluster(processes=kind == "processes", dashboard_address=None, **workers) as cluster:
        with Client(cluster) as client:
            for job in JOBS:
                work(client, as_completed, job, COUNTS[job] // 10)
                begin = time.perf_counter()
                work(client, as_completed, job, COUNTS[job])
                times[job] = (time.perf_counter() - begin) / COUNTS[job] * 1e9
    print(json.dumps(times))


def pi(command):
    """Runs a command that ends by printing how long it took, and returns that in nanoseconds."""
    out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return float(re.findall(r"([\d.]+) s,", out)[-1]) * 1e9


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    with_pi = len(sys.argv) < 3
    times = {}
    with tempfile.TemporaryDirectory() as bin:
        subprocess.run(["go", "build", "-o", bin + "/", "./benchmarks/futures", "./examples/pi"], cwd=ROOT, check=True)
        for r in range(rounds):
            for who, command in [
                ("magpie", [bin + "/futures"]),
                ("threads", [sys.executable, __file__, "one", "threads"]),
                ("processes", [sys.executable, __file__, "one", "processes"]),
            ]:
                out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
                for job, t in json.loads(out.splitlines()[-1]).items():
                    times.setdefault((job, who), []).append(t)
        for r in range(rounds if with_pi else 0):
            for job, options in [("pi, Python's loop", []), ("pi, NumPy", ["--numpy"])]:
                times.setdefault((job, "magpie"), []).append(pi([bin + "/pi", TOLERANCE]))
                dask = [sys.executable, ROOT + "/examples/pi/dask_pi.py", *options, TOLERANCE]
                times.setdefault((job, "processes"), []).append(pi(dask))
    report(times)


def report(times):
    print(f"{'median (fastest), ns':14}{'magpie':>22}{'distributed, threads':>28}{'ratio':>9}"
          f"{'distributed, processes':>30}{'ratio':>9}")
    for job in JOBS + ["pi, Python's loop", "pi, NumPy"]:
        if (job, "magpie") not in times:
            continue
        ours = times[job, "magpie"]
        line = f"{job:20}{statistics.median(ours):12,.0f} ({min(ours):,.0f})"
        for who in ["threads", "processes"]:
            theirs = times.get((job, who))
            if theirs:
                line += f"{statistics.median(theirs):20,.0f} ({min(theirs):,.0f})"
                line += f"{statistics.median(theirs) / statistics.median(ours):9,.0f}x"
        print(line)


if __name__ == "__main__":
    if len(sys.argv) > 2 and sys.argv[1] == "one":
        one(sys.argv[2])
    else:
        main()

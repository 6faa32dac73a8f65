"""What dask.sh runs (this file must not be called dask.py, or it would import itself). Runs the two jobs with Dask and with magpie, round after round in turn, and prints ratios of medians.

    beside.py DATA ROUNDS [JOB]       compare, one job or both
    beside.py one JOB SETUP… DATA     one run with Dask, in a process of its own; prints JSON

Every run is a process of its own. What is timed is the work alone, inside the process: neither the start of Python
and its imports (seconds) nor the start of a distributed cluster counts against Dask. The files are in the page cache.
Dask gets every scheduler and several chunkings: first one round of all, to find the best two for each number, then
these in all rounds; magpie is compared with the best of them.
"""

import json
import math
import os
import platform
import re
import statistics
import subprocess
import sys
import time

SCHEDULERS = ["sync", "threads", "processes", "distributed"]
SETUPS = {
    "alice": [(s, n) for s in SCHEDULERS for n in ("1", "5", "25")],  # files a partition
    "hdf5": [(s, n) for s in ("sync", "threads", "distributed") for n in ("1000000", "4000000", "16000000")],
}
# What is timed in each job: magpie's name of it, and Dask's.
PARTS = {
    "alice": [("mean", "mean"), ("mean by path", "mean")],
    "hdf5": [(part, part) for part in ("sum from the file", "mean from the file", "sum from memory")],
}


def timed(compute):
    begin = time.perf_counter()
    answer = compute()
    return float(answer), time.perf_counter() - begin


def alice(data, files):
    import dask.bag as db

    def amounts(account):
        return [t["amount"] for t in account["transactions"]]

    lines = db.read_text(data + "/accounts.*.json.gz", files_per_partition=int(files))
    accounts = lines.map(json.loads).filter(lambda a: a["name"] == "Alice")
    return {"mean": timed(lambda: accounts.map(amounts).flatten().mean().compute())}


def hdf5(data, chunk):
    import dask.array as da
    import h5py

    with h5py.File(data + "/random.hdf5", "r") as f:
        x = da.from_array(f["/x"], chunks=int(chunk))
        found = {
            "sum from the file": timed(lambda: x.sum().compute()),
            "mean from the file": timed(lambda: x.mean().compute()),
        }
        x = x.persist()
        try:
            from distributed import get_client, wait

            get_client()
            wait(x)
        except ValueError:
            pass  # no cluster: persist has waited
        found["sum from memory"] = timed(lambda: x.sum().compute())
        return found


def one(job, scheduler, size, data):
    import dask

    work = {"alice": alice, "hdf5": hdf5}[job]
    if scheduler == "distributed":
        import distributed

        workers = os.cpu_count()
        with distributed.Client(n_workers=workers, threads_per_worker=1, dashboard_address=None, processes=True):
            found = work(data, size)
    else:
        with dask.config.set(scheduler=scheduler):
            found = work(data, size)
    print(json.dumps(found))


def run_dask(job, setup, data):
    """Returns {part: (answer, seconds)}, or None where this Dask cannot run it."""
    child = [sys.executable, __file__, "one", job, *setup, data]
    done = subprocess.run(child, capture_output=True, text=True)
    if done.returncode != 0:
        print(f"  {job} {' '.join(setup)}: {(done.stderr.strip() or '?').splitlines()[-1][:110]}", file=sys.stderr)
        return None
    return json.loads(done.stdout.strip().splitlines()[-1])


def run_magpie(job, data):
    """Returns {part: (answer, seconds)} of the example, and for alice of the command, which decodes no records."""
    files = data + "/accounts.*.json.gz"
    command = {"alice": ["bin/alice", files], "hdf5": ["bin/hdf5sum", data + "/random.hdf5", "/x"]}
    out = subprocess.run(command[job], capture_output=True, text=True, check=True).stdout
    found = {
        part: (float(answer), float(seconds))
        for part, answer, seconds in re.findall(r"^([a-z ]+): (\S+) \(([0-9.]+) s\)", out, re.M)
    }
    if job == "alice":
        mean = ["bin/magpie", "mean", "-v", "-f", "transactions.amount", "--where", "name=Alice", files]
        done = subprocess.run(mean, capture_output=True, text=True, check=True)
        seconds = re.search(r"in ([0-9.]+) s", done.stderr).group(1)
        found["mean by path"] = (float(done.stdout), float(seconds))
    return found


def compare(data, rounds, jobs):
    print(f"{platform.machine()}, {os.cpu_count()} CPUs; {rounds} rounds in turn; files in the page cache")
    print(f"{'':<20} {'median: magpie':>14} {'Dask':>9} {'ratio':>7} {'ratio of fastest':>17}  Dask's best setup")
    for job in jobs:
        run_magpie(job, data)  # fills the page cache
        first = {setup: found for setup in SETUPS[job] if (found := run_dask(job, setup, data))}
        if not first:
            sys.exit(f"Dask ran none of the setups of {job}")
        finalists = {setup for _, part in PARTS[job] for setup in sorted(first, key=lambda s: first[s][part][1])[:2]}
        magpie, dask = [], {setup: [] for setup in sorted(finalists)}
        for _ in range(rounds):
            magpie.append(run_magpie(job, data))
            for setup, runs in dask.items():
                runs.append(run_dask(job, setup, data))
        for ours, theirs in PARTS[job]:
            report(ours, [m[ours] for m in magpie], {setup: [r[theirs] for r in runs] for setup, runs in dask.items()})


def report(part, magpie, dask):
    def median(runs):
        return statistics.median(seconds for _, seconds in runs)

    def fastest(runs):
        return min(seconds for _, seconds in runs)

    best = min(dask, key=lambda setup: median(dask[setup]))
    ours, theirs = median(magpie), median(dask[best])
    fast = min(fastest(runs) for runs in dask.values()) / fastest(magpie)
    print(f"{part:<20} {ours:13.3f}s {theirs:8.3f}s {theirs / ours:6.1f}x {fast:16.1f}x  {' '.join(best)}", flush=True)
    # Dask sums float32 in float32, so the answers agree to its precision.
    if not math.isclose(magpie[0][0], dask[best][0][0], rel_tol=1e-5):
        sys.exit(f"{part}: magpie says {magpie[0][0]!r}, Dask {dask[best][0][0]!r}")


if __name__ == "__main__":
    if sys.argv[1] == "one":
        one(*sys.argv[2:])
    else:
        compare(sys.argv[1], int(sys.argv[2]), sys.argv[3:] or list(SETUPS))

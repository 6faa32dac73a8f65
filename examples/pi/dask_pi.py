#!/usr/bin/env python3
"""What `pi 0.0001` does, on dask.distributed: batches of 100,000 points until the standard error is small enough.

    dask_pi.py [--numpy] [standard error]

By default a point is thrown as Python throws it; with --numpy a batch is one array expression. The cluster is a
LocalCluster with a process for each CPU, and the time is that of the computation, without its start.
Needs Debian's python3-distributed (and python3-numpy).
"""
import argparse
import math
import os
import random
import time

from distributed import Client, LocalCluster, as_completed

POINTS = 100_000


def throw(batch, n):
    stream = random.Random(batch)
    hits = 0
    for _ in range(n):
        x, y = stream.random(), stream.random()
        if x * x + y * y < 1:
            hits += 1
    return hits


def throw_numpy(batch, n):
    import numpy
    x, y = numpy.random.default_rng(batch).random((2, n))
    return int(numpy.count_nonzero(x * x + y * y < 1))


def until(client, throw, tolerance, n, workers):
    batch = 4 * workers
    running = as_completed(client.map(throw, range(batch), n=n), with_results=True)
    hits = points = 0
    for _, tally in running:
        hits, points = hits + tally, points + n
        p = hits / points
        error = 4 * math.sqrt(p * (1 - p) / points)
        if error <= tolerance:
            return 4 * p, error, points, running
        running.add(client.submit(throw, batch, n))
        batch += 1


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--numpy", action="store_true")
    parser.add_argument("tolerance", nargs="?", type=float, default=1e-4)
    args = parser.parse_args()
    workers = len(os.sched_getaffinity(0))
    with LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None) as cluster, Client(cluster) as client:
        client.gather(client.map(throw_numpy if args.numpy else throw, range(10**9, 10**9 + workers), n=10))  # imports
        begin = time.perf_counter()
        pi, error, points, rest = until(client, throw_numpy if args.numpy else throw, args.tolerance, POINTS, workers)
        took = time.perf_counter() - begin
        for _ in rest:  # workers that end amid a batch make the client complain
            pass
    print(f"dask: π ≈ {pi:.5f} ± {error:.5f} from {points} points, {took:.4f} s, {took / points * 1e9:.1f} ns a point")


if __name__ == "__main__":
    main()

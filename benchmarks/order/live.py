"""Reads a graph as JSON lists of inputs; prints the most results that Dask's schedulers hold at once on it."""
import json
import sys
import threading
import time

from dask.callbacks import Callback
from dask.order import order
from dask.threaded import get as threaded
from dask.local import get_sync


def body(*_):
    end = time.perf_counter() + 10e-6
    while time.perf_counter() < end:
        pass
    return 1


class Peak(Callback):
    """Counts what the scheduler's cache holds after every task."""

    def __init__(self):
        self.peak = 0

    def _posttask(self, key, result, dsk, state, worker_id):
        self.peak = max(self.peak, len(state["cache"]))


graph = json.load(sys.stdin)
used = {i for inputs in graph for i in inputs}
dsk = {("t", n): (body, *[("t", i) for i in inputs]) for n, inputs in enumerate(graph)}
sinks = [("t", n) for n in range(len(graph)) if n not in used]
out = ("t", len(graph))
dsk[out] = (body, *sinks)

for get, options in ((get_sync, {}), (threaded, {"num_workers": 8})):
    with Peak() as peak:
        get(dsk, out, **options)
    print(peak.peak)

"""The shapes of shapes_test.go with Dask: shapes.py SCHEDULER SHAPE TASKS prints the nanoseconds a task takes to run.

SCHEDULER is sync, threads (two of them) or distributed (a local cluster of two threads in this process, which is the
fastest kind for tasks that do nothing). Its start is not timed.
"""

import sys
import time


def nothing(*inputs):
    return None


def shape(name, n):
    graph = {}

    def add(*inputs):
        key = f"t-{len(graph)}"
        graph[key] = (nothing, list(inputs)) if len(inputs) > 3 else (nothing, *inputs)
        return key

    def tree(leaves):
        if leaves == 1:
            return add()
        return add(tree(leaves // 2), tree(leaves - leaves // 2))

    if name == "wide":
        last = add(*[add() for _ in range(n - 1)])
    elif name == "chain":
        last = add()
        for _ in range(n - 1):
            last = add(last)
    elif name == "tree":
        last = tree(n // 2)
    else:
        side = int(n**0.5)
        for i in range(side * side):
            inputs = ([f"t-{i - side}"] if i >= side else []) + ([f"t-{i - 1}"] if i % side else [])
            last = add(*inputs)
    return graph, last


def main():
    scheduler, name, n = sys.argv[1], sys.argv[2], int(sys.argv[3])
    graph, last = shape(name, n)
    if scheduler == "distributed":
        from distributed import Client, LocalCluster

        with LocalCluster(n_workers=1, threads_per_worker=2, processes=False, dashboard_address=None) as cluster:
            with Client(cluster) as client:
                begin = time.perf_counter()
                client.get(graph, last)
                took = time.perf_counter() - begin
    else:
        import dask.local
        import dask.threaded

        begin = time.perf_counter()
        if scheduler == "threads":
            dask.threaded.get(graph, last, num_workers=2)
        else:
            dask.local.get_sync(graph, last)
        took = time.perf_counter() - begin
    print(f"{took / len(graph) * 1e9:.0f}")


if __name__ == "__main__":
    sys.setrecursionlimit(100_000)
    main()

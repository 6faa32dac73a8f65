#!/usr/bin/env bash
# Graphs of tasks that do nothing: magpie beside oneTBB's flow graph, Taskflow and Dask's schedulers, on two cores, in
# turn.
#
#     peers.sh [ROUNDS [TASKS OF DISTRIBUTED]]    5 and 20000 by default
#
# Needs Debian's packages g++ libtbb-dev python3-dask python3-distributed, which it installs where apt is there, and
# Taskflow's headers: in the folder that $TASKFLOW names, else it clones them; where neither can be had it goes without.
# Runs of all are interleaved, and the table has medians. Keep the machine quiet. What differs: magpie hands results on,
# counts and releases them; the C++ tasks have none; Dask runs 20,000 tasks a shape, the others a million. Distributed
# takes a minute or two for that.
set -euo pipefail
cd "$(dirname "$0")"
rounds=${1:-5} distributed=${2:-20000}

../../install.sh g++ libtbb-dev python3-dask python3-distributed
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if [ -z "${TASKFLOW:-}" ]; then
	TASKFLOW=$work/headers
	git clone -q --depth 1 --branch v4.1.0 https://github.com/taskflow/taskflow "$TASKFLOW" || TASKFLOW=
fi
g++ -O3 -std=c++17 -o "$work/flow" flow.cc -ltbb
if [ -n "$TASKFLOW" ]; then
	g++ -O3 -std=c++20 -pthread -I"$TASKFLOW" -o "$work/taskflow" taskflow.cc
else
	echo "without Taskflow, whose headers cannot be had from here: name their folder in TASKFLOW" >&2
fi
go test -c -o "$work/magpie" ..

two=()
command -v taskset >/dev/null && two=(taskset -c 0,1)
record() { sed "s/^/$1 $2 /"; } # NAME SHAPE: every line of the input is a time
magpie() {                      # BENCHMARK ROUNDS
	"${two[@]}" env GOMAXPROCS=2 "$work/magpie" -test.run '^$' -test.bench "^$1\$" -test.benchtime "$2x" |
		awk '{ for (i = 2; i <= NF; i++) if ($i == "ns/task") print $(i - 1) }'
}
cc() { # NAME PROGRAM SHAPE
	"${two[@]}" "$work/$2" $3 1000000 5 >"$work/times"
	sort -n -k2 "$work/times" | awk 'NR == 3 { print $2 }' | record $1 $3
	awk 'NR == 1 { print $1 }' "$work/times" | record $1-build $3
}
dask() { "${two[@]}" /usr/bin/python3 shapes.py "$@" 2>/dev/null; }

for round in $(seq "$rounds"); do
	echo "round $round" >&2
	for shape in wide chain tree wave; do
		magpie "BenchmarkRun/$shape/workers=2" 5 | record magpie $shape
		magpie "BenchmarkBuild/$shape" 3 | record magpie-build $shape
		cc tbb flow $shape
		[ -z "$TASKFLOW" ] || cc taskflow taskflow $shape
		magpie "BenchmarkBaseline/$shape/goroutines" 1 | record goroutines $shape
		magpie "BenchmarkBaseline/$shape/pool" 1 | record channel-pool $shape
		dask threads $shape 20000 | record dask-threads $shape
		dask distributed $shape "$distributed" | record dask-distributed $shape
	done
done >"$work/all"
/usr/bin/python3 - "$work/all" <<'TABLE'
import collections, statistics, sys
times = collections.defaultdict(list)
for line in open(sys.argv[1]):
    name, shape, ns = line.split()
    times[name, shape].append(float(ns))
shapes = ["wide", "chain", "tree", "wave"]
print(f"{'ns a task (as many times magpie)':32}" + "".join(f"{s:>22}" for s in shapes))
for name in dict.fromkeys(n for n, _ in times):
    row = f"{name:32}"
    for s in shapes:
        t, base = statistics.median(times[name, s]), "magpie-build" if name.endswith("build") else "magpie"
        row += f"{t:13.1f} ({t / statistics.median(times[base, s]):.1f})".rjust(22)
    print(row)
TABLE

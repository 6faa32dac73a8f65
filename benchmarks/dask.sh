#!/usr/bin/env bash
# The two jobs of the README, magpie beside Dask on the same files: dask.sh [ROUNDS] [OPTIONS OF magpie demo…]
#
# Needs Debian's packages python3-dask python3-h5py, and python3-distributed for its scheduler. Data go to
# $DATA (default: data in the repository's root). Keep the machine quiet; the rounds are interleaved.
set -euo pipefail
cd "$(dirname "$0")/.."
rounds=${1:-5}
[ $# -eq 0 ] || shift
data=${DATA:-data}

make -s build
go build -tags libhdf5 -o bin/ ./examples/alice ./examples/hdf5sum
bin/magpie demo "$@" "$data"
exec /usr/bin/python3 benchmarks/beside.py "$data" "$rounds"

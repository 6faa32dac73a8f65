#!/usr/bin/env bash
# magpie beside its peers, in turn on this machine, as ratios: peers.sh [ROUNDS], 3 by default.
#
# The two jobs of the README beside Dask; task graphs beside TBB, Taskflow and Dask's schedulers; futures beside
# distributed. Installs what it compares with, where apt is there. Data go to $DATA (default: data in the repository's
# root). Half an hour with three rounds; keep the machine quiet.
set -euo pipefail
cd "$(dirname "$0")"
rounds=${1:-3}

./install.sh python3-dask python3-distributed python3-h5py python3-numpy

echo "The jobs of the README beside Dask"
./dask.sh "$rounds"
echo
echo "Task graphs beside TBB, Taskflow and Dask"
sched/peers/peers.sh "$rounds"
echo
echo "Futures beside distributed"
/usr/bin/python3 futures/beside.py "$rounds"

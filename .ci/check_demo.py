"""Compares what `make demo` printed with answers computed here, without magpie: check_demo.py DATA PRINTED"""

import glob
import gzip
import json
import math
import re
import sys

import h5py
import numpy

data, printed = sys.argv[1:]

amounts = []
for name in glob.glob(data + "/accounts.*.json.gz"):
    with gzip.open(name, "rt") as lines:
        for line in lines:
            account = json.loads(line)
            if account["name"] == "Alice":
                amounts += [t["amount"] for t in account["transactions"]]
alice = math.fsum(amounts) / len(amounts)

with h5py.File(data + "/random.hdf5") as f:
    x = f["/x"][:]
total = math.fsum(x)
mean = total / len(x)

# In the order of make demo. The example sums float32 to a float32, the command to a float64.
expected = [
    ("mean, Alice's example", alice, 1e-12),
    ("mean, Alice's command", alice, 1e-12),
    ("sum from the file, example", total, 1e-7),
    ("mean from the file, example", mean, 1e-12),
    ("sum from memory, example", total, 1e-7),
    ("sum, command", total, 1e-12),
    ("mean, command", mean, 1e-12),
]
with open(printed) as f:
    # Lines that are a bare number, or a name, a number and a time: "mean: 214.97 (0.812 s)".
    found = re.findall(r"^(?:[a-z ]+: )?(-?[0-9][0-9.e+-]*)(?: \(.*\))?$", f.read(), re.M)

if len(found) != len(expected):
    sys.exit(f"make demo printed {len(found)} numbers, {len(expected)} were expected: {found}")
wrong = False
for (what, want, tolerance), got in zip(expected, found):
    ok = math.isclose(float(got), want, rel_tol=tolerance)
    wrong |= not ok
    print(f"{'ok   ' if ok else 'WRONG'} {what}: {got}, Python says {want!r}")
sys.exit(wrong)

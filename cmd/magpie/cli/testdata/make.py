"""Makes the files in data/ and the expected results of the cases that compute something, without magpie: they are the
answers of NumPy, h5py and Python's statistics module, which is exact until it rounds. Run it here, with h5py; what it
makes is checked in."""

import glob
import gzip
import json
import os
import statistics

import h5py
import numpy as np

os.makedirs("data", exist_ok=True)
ints = np.arange(1, 11, dtype="i4").reshape(10)
floats = np.array([0.1, 0.25, -3.5, 1e6, 7.0], dtype="f4")
matrix = np.array([[1.5, 2.5, -4.0, 8.0], [0.0, 1.0, 20.0, 5.0], [3.0, 3.0, 3.0, -7.0]])
large = np.array([2**63, 2**63 - 1], dtype="u8")
with h5py.File("data/several.h5", "w") as f:
    f["ints"] = ints
    f["floats"] = floats
    f.create_dataset("group/matrix", data=matrix, chunks=(2, 3), compression="gzip", shuffle=True)
    f["large"] = large
    f["overflow"] = np.array([2**63, 2**63], dtype="u8")
    f["nan"] = np.array([1.0, np.nan, 3.0])
    f["text"] = "no numbers"
    f["empty"] = np.zeros(0)
with h5py.File("data/only.h5", "w") as f:
    f["numbers"] = np.array([-3, 5, 7], dtype=">i2")
    f["text"] = "no numbers"

people = [
    {"id": 0, "name": "Alice", "transactions": [{"amount": 10}, {"amount": -2.5}], "limits": [[1, 2], [3]]},
    {"id": 1, "name": "Bob", "transactions": [{"amount": 100}]},
    {"id": 2, "name": "Alice", "transactions": []},
    {"id": 3, "name": "Alice", "transactions": [{"amount": 1e3}], "limits": [[4]]},
    {"id": 4, "name": "Zoë", "transactions": [{"amount": 0.125}, {"amount": 64}, {"amount": 7}]},
]
lines = [json.dumps(p) + "\n" for p in people]
with open("data/people.jsonl", "w") as f:
    f.writelines(lines)
for i, part in enumerate([lines[:2], lines[2:]]):
    with open(f"data/part.{i}.json.gz", "wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as f:
        f.write("".join(part).encode())
with open("data/part.1.json.gz", "rb") as whole, open("data/cut.json.gz", "wb") as f:
    f.write(whole.read()[:-20])
with open("data/bad.jsonl", "w") as f:
    f.write(lines[0] + '{"id": 1, "name": "Bob", "transactions": [{"amount": 12,5}]}\n' + lines[4])
with open("data/numbers.jsonl", "w") as f:
    f.write("1\n2\n\n30\n-4\n")
open("data/empty.jsonl", "w").close()


def case(name, command, result):
    os.makedirs("cases/" + name, exist_ok=True)
    with open(f"cases/{name}/cmd", "w") as f:
        f.write(command + "\n")
    with open(f"cases/{name}/stdout", "w") as f:
        f.write(text(result) + "\n")


def text(result):
    """The shortest digits that tell the number, without exponent and without .0, as the command writes it."""
    if isinstance(result, (int, np.integer)):
        return str(int(result))
    if isinstance(result, str):
        return result
    return np.format_float_positional(result, unique=True, trim="-").replace("nan", "NaN")


case("hdf5_sum_ints", "magpie sum several.h5::/ints", ints.sum())
case("hdf5_sum_floats", "magpie sum several.h5::floats", floats.astype("f8").sum())
case("hdf5_mean_floats", "magpie mean several.h5::/floats", floats.astype("f8").mean())
case("hdf5_min_floats", "magpie min several.h5::/floats", floats.min())
case("hdf5_max_ints", "magpie max several.h5::/ints", ints.max())
case("hdf5_std_matrix", "magpie std several.h5::/group/matrix", statistics.pstdev(matrix.ravel().tolist()))
case("hdf5_sum_matrix_chunk", "magpie sum --chunk 4 several.h5::/group/matrix", matrix.sum())
case("hdf5_count_matrix", "magpie count several.h5::/group/matrix", matrix.size)
case("hdf5_sum_uint64", "magpie sum several.h5::/large", int(large[0]) + int(large[1]))
case("hdf5_sum_beyond_uint64", "magpie sum several.h5::/large several.h5::/ints", int(large[0]) + int(large[1]) + 55)
case("hdf5_mean_nan", "magpie mean several.h5::/nan", np.nan)
case("hdf5_max_nan", "magpie max several.h5::/nan", np.nan)
case("hdf5_sum_empty", "magpie sum several.h5::/empty", 0)
case("hdf5_only_dataset", "magpie mean only.h5", 3)
case("hdf5_two_mean", "magpie mean several.h5::/ints only.h5", np.append(ints, [-3, 5, 7]).mean())
case("hdf5_two_std", "magpie std several.h5::/ints only.h5", statistics.pstdev([*ints.tolist(), -3, 5, 7]))
case("hdf5_two_min", "magpie min several.h5::/ints only.h5", -3)
case("hdf5_glob", "magpie sum '*only.h5::numbers'", 9)

amounts = [t["amount"] for p in people for t in p["transactions"]]
alice = [t["amount"] for p in people if p["name"] == "Alice" for t in p["transactions"]]
case("json_sum", "magpie sum -f transactions.amount people.jsonl", sum(amounts))
case("json_mean_where", "magpie mean -f transactions.amount --where name=Alice people.jsonl", statistics.fmean(alice))
case("json_mean_where_not", "magpie mean -f id --where name!=Alice people.jsonl", 2.5)
case("json_mean_two_conditions", "magpie sum -f id --where name=Alice --where id=3 people.jsonl", 3)
case("json_mean_unicode", "magpie max -f transactions.amount --where name=Zoë people.jsonl", 64)
case("json_min", "magpie min -f transactions.amount people.jsonl", min(amounts))
case("json_max", "magpie max -f transactions.amount people.jsonl", max(amounts))
case("json_std", "magpie std -f transactions.amount people.jsonl", statistics.pstdev(amounts))
case("json_count", "magpie count people.jsonl", len(people))
case("json_count_values", "magpie count -f transactions.amount people.jsonl", len(amounts))
case("json_count_where", "magpie count --where name=Alice people.jsonl", 3)
case("json_arrays_in_arrays", "magpie sum -f limits people.jsonl", 1 + 2 + 3 + 4)
case("json_gzip_glob", "magpie sum --field transactions.amount 'part.*.json.gz'", sum(amounts))
case("json_stdin", "magpie sum < numbers.jsonl", 29)
case("json_stdin_dash", "magpie max - < numbers.jsonl", 30)
case("json_stdin_gzip", "magpie count < part.1.json.gz", 3)
case("json_skip", "magpie sum -f transactions.amount --on-error skip bad.jsonl", 10 - 2.5 + 0.125 + 64 + 7)
case("json_sum_empty", "magpie sum empty.jsonl", 0)
case("json_output", "magpie sum -o json numbers.jsonl", '{"sum":29}')
case("hdf5_output_nan", "magpie mean -o json several.h5::/nan", '{"mean":null}')

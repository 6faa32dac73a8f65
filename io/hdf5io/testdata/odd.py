"""Writes odd.h5: number formats and layouts beyond the common ones. The answers are in odd_test.go."""
import h5py
import numpy as np
from h5py import h5d, h5s, h5t

f = h5py.File("odd.h5", "w")
f["enum"] = np.array([0, 2, 1], dtype=h5py.enum_dtype({"A": 0, "B": 2, "C": 1}, basetype="i2"))
f.create_dataset("ldouble", data=np.arange(5, dtype=np.longdouble))

t = h5t.STD_I32LE.copy()
t.set_precision(24)
t.set_size(3)
d = h5d.create(f.id, b"int24", t, h5s.create_simple((5,)))
d.write(h5s.ALL, h5s.ALL, np.array([-5, 0, 7, -(2**23), 2**23 - 1], dtype="i4"))

t = h5t.IEEE_F32LE.copy()
t.set_fields(15, 7, 8, 0, 7)
t.set_precision(16)
t.set_size(2)
d = h5d.create(f.id, b"bfloat16", t, h5s.create_simple((4,)))
d.write(h5s.ALL, h5s.ALL, np.array([1.5, -2, 0, 100], dtype="f4"))

f.create_dataset("half_fill", shape=(10,), dtype=">f2", chunks=(4,), fillvalue=1.5)
f["half_fill"][0:3] = [1, 2, 3]
f.create_dataset("big_fill", shape=(10,), dtype=">i4", chunks=(4,), fillvalue=-77)
f.create_dataset("unwritten", shape=(3,), dtype=">i4", fillvalue=-77)
f.create_dataset("scalar", data=np.array(7, dtype=">i2"))
f.create_dataset("reference", (2,), dtype=h5py.ref_dtype)
f.create_dataset("szip", data=np.arange(100, dtype="i4"), chunks=(32,), compression="szip")
f["odd name ü"] = np.arange(3, dtype="u1")
g = f.create_group("g")
g["loop"] = f["/"]
g["again"] = f["enum"]
f.close()

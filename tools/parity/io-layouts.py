"""HDF5 files whose datasets hold the same numbers in many layouts, for packages/io.

    /usr/bin/python3 tools/parity/io-layouts.py packages/io/fixtures

Needs h5py (Debian 12: python3-h5py). Writes layouts.h5 and newest.h5 (the newest format of the library): every dataset holds
`(i * 7) % 101` for i from 0 to 999, whatever its type, chunks and compression. The tests compute the same, so this needs no
file of expected values.
"""

import os
import sys

import h5py
import numpy as np

OUT = sys.argv[1]
VALUES = np.arange(1000) * 7 % 101
TYPES = ["i1", "u1", "<i2", "<u2", "<i4", "<u4", "<i8", "<u8", "<f2", "<f4", "<f8"]


def write(name, **options):
    with h5py.File(os.path.join(OUT, name), "w", **options) as file:
        for kind in TYPES:
            file[f"contiguous/{kind.strip('<')}"] = VALUES.astype(kind)
        chunked = {
            "plain": {},
            "gzip": {"compression": "gzip"},
            "shuffled": {"compression": "gzip", "shuffle": True},
            "onlyshuffled": {"shuffle": True},
            "checked": {"compression": "gzip", "fletcher32": True},
            "lzf": {"compression": "lzf", "shuffle": True},
        }
        for key, choice in chunked.items():
            for kind in ("<i4", "<f4", "<i8"):
                file.create_dataset(f"{key}/{kind.strip('<')}", data=VALUES.astype(kind), chunks=(64,), **choice)
        file["odd/bigendian"] = VALUES.astype(">i4")
        file.create_dataset("odd/manychunks", data=VALUES.astype("<i4"), chunks=(3,), compression="gzip")
        file.create_dataset("odd/onechunk", data=VALUES.astype("<i4"), chunks=(1000,), maxshape=(None,), compression="gzip")
        smaller = file.create_dataset("odd/smaller", data=np.resize(VALUES, 1200).astype("<i4"), chunks=(64,), maxshape=(None,))
        smaller.resize((1000,))
        file.create_dataset("odd/compact", shape=(0,), dtype="<i4")
        holes = file.create_dataset("odd/holes", shape=(1000,), dtype="<i4", chunks=(64,))
        holes[:64] = VALUES[:64]


write("layouts.h5")
write("newest.h5", libver="latest")

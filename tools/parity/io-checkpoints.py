"""Safetensors, dataset and pickle fixtures made by the reference implementations, for packages/io.

    python3 -m venv venv && venv/bin/pip install numpy==2.4.6 safetensors==0.8.0 datasets==5.0.1
    venv/bin/python tools/parity/io-checkpoints.py packages/io/fixtures

Writes reference.safetensors (safetensors' own writer, with a float16 and a bfloat16 tensor), the folder reference.dataset
(`datasets.save_to_disk`, two shards), pickled dictionaries of protocols 2 to 5, one of them with numpy values, and
hostile.pkl, which would run a command if it were unpickled.
"""

import os
import pickle
import shutil
import sys

import datasets
import numpy as np
from safetensors import TensorSpec, serialize_file

OUT = sys.argv[1]


def path(name):
    return os.path.join(OUT, name)


def safetensors():
    kept = []

    def tensor(dtype, array):
        kept.append(array)
        return TensorSpec(dtype=dtype, shape=array.shape, data_ptr=array.ctypes.data, data_len=array.nbytes)

    # bfloat16 is the upper half of float32: 1.0, -2.5, 3.140625, infinity.
    bfloat = np.array([0x3F80, 0xC020, 0x4049, 0x7F80], dtype=np.uint16)
    halves = np.array([1.5, -0.0, 65504, 6e-8, np.inf, -2.001953125], dtype=np.float16)
    serialize_file(
        {
            "weight": tensor("float32", np.arange(6, dtype=np.float32).reshape(2, 3) / 7),
            "position_ids": tensor("int64", np.array([[0, 1, -(2**40)]], dtype=np.int64)),
            "half": tensor("float16", halves),
            "brain": tensor("bfloat16", bfloat.reshape(2, 2)),
            "small": tensor("int32", np.array([-5, 2**31 - 1], dtype=np.int32)),
        },
        path("reference.safetensors"),
        {"format": "pt"},
    )


def dataset():
    rows = {
        "input_ids": [[2, 20000, 7, 3], [2, 3], [], [5, 6, 7]],
        "length": [4, 2, 0, 3],
        "cell_type": ["cTEC", None, "mTEC", "Käfig"],
        "share": [0.5, None, -1.25, 2.0],
        "kept": [True, False, None, True],
    }
    shutil.rmtree(path("reference.dataset"), ignore_errors=True)
    datasets.Dataset.from_dict(rows).save_to_disk(path("reference.dataset"), num_shards=2)


def pickles():
    tokens = {"<pad>": 0, "<mask>": 1, "ENSG00000000003": 2, "ENSG00000000005": 70000, "minus": -3}
    for protocol in (2, 3, 4, 5):
        with open(path(f"tokens-{protocol}.pkl"), "wb") as file:
            pickle.dump(tokens, file, protocol=protocol)
    with open(path("numpy.pkl"), "wb") as file:
        values = {"f8": np.float64(0.0946772), "f4": np.float32(0.5), "i2": np.int16(-7), "i8": np.int64(25426)}
        pickle.dump({**values, "name": "TTN"}, file, protocol=4)
    with open(path("numpy-2.pkl"), "wb") as file:
        pickle.dump({**values, "name": "TTN", "long": -(2**40)}, file, protocol=2)

    class Hostile:
        def __reduce__(self):
            return (os.system, ("touch unpickled",))

    with open(path("hostile.pkl"), "wb") as file:
        pickle.dump({"key": Hostile()}, file, protocol=4)
    with open(path("inverted.pkl"), "wb") as file:
        pickle.dump({0: "<pad>", 1: "<mask>"}, file, protocol=4)


safetensors()
dataset()
pickles()

"""Folders that versions 1 to 5 of Hugging Face datasets write, for packages/io.

    for version in 1.2.1 2.0.0 2.21.0 3.6.0 4.8.5 5.2.0; do
      python3 -m venv venv-$version && venv-$version/bin/pip install "datasets==$version"
      venv-$version/bin/python tools/parity/io-datasets.py packages/io/fixtures
    done

(1.2.1 also needs "pyarrow<13" "numpy<2" "pandas<2" "dill<0.3.6" "fsspec<2023" "huggingface_hub<0.10" "setuptools<70" "xxhash<3"; 2.0.0 needs
"pyarrow<15" "numpy<2" "pandas<2.1" "fsspec<2023" "xxhash<3".) Each writes datasets/<version> and the same datasets/rows.json: what Python sees in it. The rows were
picked with `select`. Version 1 stores the picked rows as a table of indices beside all rows; 2 and later write only the picked rows. Columns:
lists of 64-, 32- and 16-bit integers, where the version has them also large lists and lists of a fixed length. Version 5 also writes
datasets/dict, a DatasetDict with two splits, and datasets/compressed, whose shard holds a compressed record batch.
"""

import json
import shutil
import sys
from pathlib import Path

import datasets
import pyarrow as pa
from datasets import Dataset, Features, Sequence, Value

OUT = Path(sys.argv[1]) / "datasets"
VERSION = datasets.__version__
MAJOR = int(VERSION.split(".")[0])
PICKED = [3, 0, 4, 0, 5]

LISTS = [[2, 20000, 7], [9], [1, 2], [], [8, 8, 1, 0], [-32768, 32767]]
ROWS = {
    "cell_type": ["a", "b", "c", "d", "Käfig", "f"],
    "input_ids": LISTS,
    "int32_ids": LISTS,
    "int16_ids": LISTS,
    "large_ids": LISTS,
    "fixed_ids": [[i, -i] for i in range(6)],
    "length": [len(ids) for ids in LISTS],
}
HAS_LARGE = hasattr(datasets, "LargeList")
HAS_FIXED = MAJOR >= 2


def sequence(dtype, length=-1):
    return Sequence(Value(dtype), length=length)


def features():
    found = {"cell_type": Value("large_string" if MAJOR >= 4 else "string"), "input_ids": sequence("int64")}
    found.update(int32_ids=sequence("int32"), int16_ids=sequence("int16"))
    if HAS_LARGE:
        found["large_ids"] = datasets.LargeList(Value("int32"))
    if HAS_FIXED:
        found["fixed_ids"] = sequence("int32", 2)
    found["length"] = Value("int16")
    return Features(found)


def dataset():
    names = list(features())
    return Dataset.from_dict({name: ROWS[name] for name in names}, features=features())


target = OUT / VERSION
shutil.rmtree(target, ignore_errors=True)
target.parent.mkdir(parents=True, exist_ok=True)
dataset().select(PICKED).save_to_disk(str(target))
seen = datasets.load_from_disk(str(target))
expected = {name: [values[i] for i in PICKED] for name, values in ROWS.items()}
for name in seen.column_names:
    assert list(seen[name]) == expected[name], (VERSION, name)
(OUT / "rows.json").write_text(json.dumps(expected, ensure_ascii=False) + "\n")
if MAJOR == 5:
    shutil.rmtree(OUT / "dict", ignore_errors=True)
    datasets.DatasetDict({"train": dataset().select([0]), "test": dataset().select([1])}).save_to_disk(str(OUT / "dict"))
    compressed = OUT / "compressed"
    shutil.rmtree(compressed, ignore_errors=True)
    dataset().select([0]).save_to_disk(str(compressed))
    shard = compressed / "data-00000-of-00001.arrow"
    table = pa.ipc.open_stream(shard.read_bytes()).read_all()
    with pa.ipc.new_stream(str(shard), table.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as writer:
        writer.write_table(table)

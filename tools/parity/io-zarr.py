"""Zarr stores of AnnData that packages/io reads and to which it adds, and the comparison of its output with the input.

    python3 tools/parity/io-zarr.py fixtures packages/io/fixtures/zarr
    python3 tools/parity/io-zarr.py compare INPUT OUTPUT ADDED... -REMOVED...
    python3 tools/parity/io-zarr.py elements STORE

`fixtures` needs the newest anndata, zarr and scipy. Each store is one JSON file, compressed by gzip: the bytes of its files in base64 by key.

    two.json.gz       zarr 2 as anndata writes it: consolidated, blosc
    three.json.gz     zarr 3 as anndata writes it: consolidated, zstd
    sharded.json.gz   zarr 3, not consolidated: several chunks per shard, gzip, matrices in chunks of rows and columns
    old.json.gz       zarr 2, not consolidated: encoding of anndata 0.7, nested keys, Fortran order, big-endian numbers
    codecs-2.json.gz  arrays in uns with each codec, filter, data type and fill value, version 2
    codecs-3.json.gz  the same, version 3
    elements.json  the parts of two as anndata reads them; those of three and sharded are equal
    codecs.json    values of the arrays of codecs-2 and codecs-3 as zarr reads them

`compare` fails unless every file of INPUT is in OUTPUT with the same bytes, except those of REMOVED, the consolidated
metadata, and the list of columns of a table, which must have the new names at its end. Then anndata must read OUTPUT.
`elements` prints the parts of a store as JSON.
"""

import base64
import gzip
import json
import os
import shutil
import sys
import tempfile
import warnings

import anndata
import numcodecs
import numpy as np
import pandas as pd
import zarr
from anndata_parts import elements, full

warnings.filterwarnings("ignore")


def pack(store, path):
    """Writes the files of a store as one JSON file."""
    files = {}
    for folder, _, names in os.walk(store):
        for name in names:
            whole = os.path.join(folder, name)
            with open(whole, "rb") as file:
                files[os.path.relpath(whole, store)] = base64.b64encode(file.read()).decode()
    with open(path, "wb") as file:
        file.write(gzip.compress(json.dumps(dict(sorted(files.items()))).encode(), mtime=0))


def save(data, store, version):
    anndata.settings.zarr_write_format = version
    data.write_zarr(store)


def mark(store):
    """Adds what no writer of AnnData makes, and updates the consolidated metadata."""
    group = zarr.open_group(store, mode="r+")["uns"].create_group("unknown")
    group.attrs.update({"encoding-type": "from-the-future", "encoding-version": "9.0.0", "large": 2**53 + 1})
    cube = group.create_array("cube", shape=(2, 3, 4), chunks=(1, 3, 4), dtype="i4", fill_value=-1)
    cube[0] = np.arange(12).reshape(3, 4)
    with open(os.path.join(store, "uns", "unknown", "notes.txt"), "w") as file:
        file.write("not zarr")
    zarr.consolidate_metadata(store)


def recode(source, target):
    """Copies a group in shards of several chunks."""
    target.attrs.update(dict(source.attrs))
    for name, item in source.members():
        if isinstance(item, zarr.Group):
            recode(item, target.create_group(name))
            continue
        chunks = tuple(max(1, -(-size // 3)) for size in item.shape)
        shards = tuple(2 * size for size in chunks)
        plain = item.shape == () or item.dtype.kind not in "biuf"
        options = {} if plain else {"chunks": chunks, "shards": shards}
        codec = zarr.codecs.GzipCodec(level=5)
        copy = target.create_array(name, shape=item.shape, dtype=item.dtype, compressors=codec, **options)
        copy.attrs.update(dict(item.attrs))
        copy[...] = item[...]


def old(store):
    """Writes the encoding of anndata 0.7, with the keys and orders that writers of its time could choose."""
    data = full()
    root = zarr.open_group(store, mode="w", zarr_format=2)
    nested = {"chunk_key_encoding": {"name": "v2", "separator": "/"}}

    def texts(group, name, values):
        array = group.create_array(name, shape=(len(values),), dtype=str, **nested)
        array[:] = np.array(values, dtype=object)
        return array

    def numbers(group, name, values, **options):
        array = group.create_array(name, shape=values.shape, dtype=options.pop("dtype", values.dtype), **nested, **options)
        array[...] = values
        return array

    x = root.create_group("X")
    x.attrs.update({"encoding-type": "csr_matrix", "encoding-version": "0.1.0", "shape": list(data.X.shape)})
    for name in ("data", "indices", "indptr"):
        numbers(x, name, getattr(data.X, name), chunks=(4,), compressors=numcodecs.Zlib(3))
    for name, table in (("obs", data.obs[["label", "count"]]), ("var", data.var)):
        group = root.create_group(name)
        group.attrs.update({"encoding-type": "dataframe", "encoding-version": "0.1.0", "_index": "names"})
        group.attrs["column-order"] = list(table.columns)
        texts(group, "names", list(table.index))
        for column in table:
            values = table[column]
            if values.dtype == "category":
                categories = group.require_group("__categories")
                texts(categories, column, list(values.cat.categories)).attrs["ordered"] = True
                numbers(group, column, values.cat.codes.to_numpy()).attrs["categories"] = f"__categories/{column}"
            elif values.dtype == object:
                texts(group, column, list(values))
            else:
                numbers(group, column, values.to_numpy(), dtype=">i2")
    layers = root.create_group("layers")
    numbers(layers, "dense", data.layers["dense"], chunks=(2, 3), order="F", compressors=None)
    numbers(root.create_group("obsm"), "X_pca", data.obsm["X_pca"], chunks=(4, 2), dtype=">f4")


NUMBERS = np.arange(-3, 8)


def codecs(store, version):
    """Writes arrays in each way, and returns their values."""
    group = zarr.open_group(store, mode="w", zarr_format=version)
    save(anndata.AnnData(obs=pd.DataFrame(index=["a"]), var=pd.DataFrame(index=["b"])), store, version)
    group = zarr.open_group(store, mode="r+")["uns"]
    expected = {}

    def add(name, values, **options):
        array = group.create_array(name, shape=values.shape, dtype=options.pop("dtype", values.dtype), **options)
        array[...] = values
        expected[name] = array[...].tolist()

    for kind in ("i1", "i2", "i4", "i8", "f2", "f4", "f8", "bool"):
        add(f"type {kind}", NUMBERS.astype(kind), chunks=(4,))
    for kind in ("u1", "u2", "u4", "u8"):
        add(f"type {kind}", np.abs(NUMBERS).astype(kind), chunks=(4,))
    add("type U", np.array(["a", "bcd", "Käfig 🐁"]), chunks=(2,))
    add("type S", np.array([b"a", b"bcd"]), chunks=(1,))
    expected["type S"] = [value.decode() for value in expected["type S"]]
    if version == 2:
        compressors = {
            "none": None,
            "zlib": numcodecs.Zlib(1),
            "gzip": numcodecs.GZip(1),
            "lz4": numcodecs.LZ4(),
            "zstd": numcodecs.Zstd(3),
            **{f"blosc {name}": numcodecs.Blosc(name, shuffle=2) for name in ("blosclz", "lz4", "lz4hc", "zlib", "zstd")},
        }
        filters = {"delta": [numcodecs.Delta(dtype="<i4")], "shuffle": [numcodecs.Shuffle(4)]}
    else:
        codec = zarr.codecs
        compressors = {
            "none": None,
            "gzip": codec.GzipCodec(level=1),
            "zstd": codec.ZstdCodec(level=3, checksum=True),
            "crc32c": codec.Crc32cCodec(),
            **{f"blosc {name}": codec.BloscCodec(cname=name) for name in ("blosclz", "lz4", "lz4hc", "zlib", "zstd")},
        }
        filters = {"transpose": [codec.TransposeCodec(order=(1, 0))]}
    values = np.arange(90, dtype="<i4").reshape(9, 10)
    for name, codec in compressors.items():
        add(f"compressor {name}", values, chunks=(4, 7), compressors=codec)
    for name, codec in filters.items():
        add(f"filter {name}", values, chunks=(4, 7), filters=codec)
    for name, fill in {"nan": np.nan, "infinity": -np.inf, "number": 1.5}.items():
        array = group.create_array(f"fill {name}", shape=(9,), chunks=(2,), dtype="f8", fill_value=fill)
        array[4:6] = 7
        expected[f"fill {name}"] = [str(value) for value in array[:]]
    group.create_array("no chunks", shape=(5,), dtype="i8", fill_value=-(2**62))
    expected["no chunks"] = [-(2**62)] * 5
    zarr.consolidate_metadata(store)
    return expected


def fixtures(folder):
    os.makedirs(folder, exist_ok=True)
    values = {}
    with tempfile.TemporaryDirectory() as scratch:
        at = lambda name: os.path.join(scratch, name)
        for name, version in (("two", 2), ("three", 3)):
            save(full(), at(name), version)
            expected = elements(anndata.read_zarr(at(name)))
            # JSON has no records.
            del expected["uns"]["records"]
            mark(at(name))
        recode(zarr.open_group(at("three"), mode="r"), zarr.open_group(at("sharded"), mode="w", zarr_format=3))
        old(at("old"))
        for version in (2, 3):
            values[version] = codecs(at(f"codecs-{version}"), version)
        for name in ("two", "three", "sharded", "old", "codecs-2", "codecs-3"):
            pack(at(name), os.path.join(folder, f"{name}.json.gz"))
    for name, content in (("elements", expected), ("codecs", values)):
        with open(os.path.join(folder, f"{name}.json"), "w") as file:
            json.dump(content, file, indent=1, ensure_ascii=False)


def files_of(store):
    found = {}
    for folder, _, names in os.walk(store):
        for name in names:
            whole = os.path.join(folder, name)
            with open(whole, "rb") as file:
                found[os.path.relpath(whole, store)] = file.read()
    return found


def below(key, paths):
    return any(key == path or key.startswith(f"{path}/") for path in paths)


def table_metadata(version, table):
    return f"{table}/.zattrs" if version == 2 else f"{table}/zarr.json"


def columns_of(files, version, table):
    metadata = json.loads(files[table_metadata(version, table)])
    attributes = metadata if version == 2 else metadata["attributes"]
    return attributes.pop("column-order"), metadata


def compare(before, after, added, removed):
    old_files, new_files = files_of(before), files_of(after)
    version = 3 if "zarr.json" in old_files else 2
    changed = {".zmetadata", "zarr.json"} if version == 2 or b"consolidated_metadata" in old_files["zarr.json"] else set()
    orders = {}
    for table in ("obs", "var"):
        (first, rest), (second, other) = (columns_of(files, version, table) for files in (old_files, new_files))
        fresh = [path.removeprefix(f"{table}/") for path in sorted(added) if path.startswith(f"{table}/")]
        fresh = [name for name in fresh if name not in first]
        assert rest == other, f"{table}: attributes differ"
        assert second[: len(first)] == first and sorted(second[len(first) :]) == fresh, (table, second)
        orders[table] = second
        changed.add(table_metadata(version, table))
    kept = {key for key in old_files if not below(key, added | removed)}
    assert kept == {key for key in new_files if not below(key, added)}, kept ^ set(new_files)
    for key in kept - changed:
        assert old_files[key] == new_files[key], f"{key} differs"
    for path in added:
        assert any(below(key, {path}) for key in new_files), f"{path} is missing"
    return read(after, orders)


def read(store, orders):
    """Reads the store with anndata, without what only a version to come can read."""
    with tempfile.TemporaryDirectory() as folder:
        copy = shutil.copytree(store, os.path.join(folder, "copy.zarr"))
        root = zarr.open_group(copy, mode="r+", use_consolidated=False)
        consolidated = dict(zarr.open_group(copy, mode="r").members(max_depth=None))
        assert set(consolidated) == set(dict(root.members(max_depth=None))), "consolidated metadata lack a node"
        if "uns/unknown" in root:
            del root["uns/unknown"]
            zarr.consolidate_metadata(copy)
        data = anndata.read_zarr(copy)
    for table, names in orders.items():
        assert list(getattr(data, table).columns) == names, (table, names)
    return data


if __name__ == "__main__":
    if sys.argv[1] == "fixtures":
        fixtures(sys.argv[2])
    elif sys.argv[1] == "elements":
        print(json.dumps(elements(anndata.read_zarr(sys.argv[2])), ensure_ascii=False))
    else:
        names = sys.argv[4:]
        added = {name for name in names if not name.startswith("-")}
        compare(sys.argv[2], sys.argv[3], added, {name[1:] for name in names if name.startswith("-")})
        print(f"equal, except {', '.join(names)}; read by anndata {anndata.__version__}, zarr {zarr.__version__}")

"""AnnData files to which packages/io adds, and the comparison of its output with the input.

    python3 tools/parity/io-anndata.py fixtures packages/io/fixtures/anndata
    python3 tools/parity/io-anndata.py compare INPUT OUTPUT ADDED... -REMOVED...

`fixtures` needs the newest anndata, h5py, scipy and pandas. It writes files that differ in the form of their HDF5 groups, all
with the parts that a writer must keep: nested uns, records, ordered categories, nullable columns, obsp, varm, raw, layers,
filters, attributes and an encoding that nobody knows.

    symbols.h5ad   symbol tables, the form that h5py writes
    latest.h5ad    newest form: links in headers, and in a heap for obs
    tracked.h5ad   links with creation order
    single.h5ad    dictionaries with one entry
    grouped.h5ad   encoding of anndata 0.7: categories apart from columns
    embedded.h5ad  an embedding without X
    outside.h5ad   obsm in another file, outside.h5, to which nothing may be written
    elements.json  the parts of symbols.h5ad as anndata reads them

`compare` walks both files with h5py and fails unless all groups, datasets and attributes other than ADDED and REMOVED (such
as obs/label) are equal: names, types, shapes, chunks, filters, raw chunks, values, and attributes except `column-order`, which
must be that of the input with new names at its end. Then anndata must read the output.
"""

import json
import os
import shutil
import sys
import tempfile
import warnings

import anndata
import h5py
import numpy as np
from anndata_parts import elements, full

warnings.filterwarnings("ignore")


def mark(file):
    """Adds what no writer of AnnData makes."""
    file.attrs["written by"] = "nobody"
    group = file["uns"].create_group("unknown")
    group.attrs.update({"encoding-type": "from-the-future", "encoding-version": "9.0.0", "numbers": np.arange(3)})
    group.create_dataset("cube", data=np.arange(24).reshape(2, 3, 4), chunks=(1, 3, 4), compression="lzf", shuffle=True)
    group["reference"] = file["obs"].ref
    group["text"] = np.array([b"ab", b"c"], dtype="S4")
    group["shortcut"] = h5py.SoftLink("/obsm/X_pca")
    group["same"] = file["obs/count"]
    file["obs/count"].attrs["unit"] = "cells"


def save(data, path, **options):
    """Writes with options of the HDF5 file that anndata does not pass on."""
    data.write_h5ad(path + ".plain", compression="gzip")
    with h5py.File(path + ".plain") as plain, h5py.File(path, "w", **options) as file:
        for name in plain.attrs:
            file.attrs[name] = plain.attrs[name]
        for name in plain:
            copy(plain[name], file, name, options)
        mark(file)
    os.remove(path + ".plain")


def copy(item, parent, name, options):
    if isinstance(item, h5py.Dataset):
        item.file.copy(item, parent, name)
        return
    group = parent.create_group(name, track_order=options.get("track_order", False))
    for key in item.attrs:
        value = item.attrs.get_id(key)
        h5py.h5a.create(group.id, key.encode(), value.get_type(), value.get_space())
        group.attrs[key] = item.attrs[key]
    for key in item:
        copy(item[key], group, key, options)


def single(path):
    data = full()
    del data.obsm["X_sparse"], data.obsm["table"]
    data.uns = {"list": np.arange(3)}
    data.write_h5ad(path)


def grouped(path):
    data = full()
    with h5py.File(path, "w") as file:
        x = file.create_group("X")
        x.attrs.update({"encoding-type": "csr_matrix", "encoding-version": "0.1.0", "shape": data.X.shape})
        for name in ("data", "indices", "indptr"):
            x[name] = getattr(data.X, name)
        for name, table in (("obs", data.obs[["label", "count"]]), ("var", data.var)):
            group = file.create_group(name)
            group.attrs.update({"encoding-type": "dataframe", "encoding-version": "0.1.0", "_index": "names"})
            group.attrs["column-order"] = list(table.columns)
            group["names"] = table.index.to_numpy(dtype=object)
            for column in table:
                values = table[column]
                if values.dtype == "category":
                    group[f"__categories/{column}"] = values.cat.categories.to_numpy(dtype=object)
                    group[f"__categories/{column}"].attrs["ordered"] = True
                    group[column] = values.cat.codes.to_numpy()
                    group[column].attrs["categories"] = group[f"__categories/{column}"].ref
                else:
                    group[column] = values.to_numpy(dtype=object if values.dtype == object else None)
        file["obsm/X_pca"] = data.obsm["X_pca"]


def fixtures(folder):
    os.makedirs(folder, exist_ok=True)
    at = lambda name: os.path.join(folder, name)
    full().write_h5ad(at("symbols.h5ad"), compression="gzip")
    expected = elements(anndata.read_h5ad(at("symbols.h5ad")))
    # JSON has no records.
    del expected["uns"]["records"]
    with open(at("elements.json"), "w") as file:
        json.dump(expected, file, indent=1, ensure_ascii=False)
    with h5py.File(at("symbols.h5ad"), "a") as file:
        mark(file)
    save(full(4), at("latest.h5ad"), libver="latest")
    save(full(), at("tracked.h5ad"), track_order=True)
    single(at("single.h5ad"))
    data = full()
    anndata.AnnData(obs=data.obs[["label"]], obsm={"X_pca": data.obsm["X_pca"]}).write_h5ad(at("embedded.h5ad"))
    shutil.copy(at("embedded.h5ad"), at("outside.h5ad"))
    with h5py.File(at("outside.h5ad"), "a") as file, h5py.File(at("outside.h5"), "w") as other:
        other.create_group("obsm")
        del file["obsm"]
        file["obsm"] = h5py.ExternalLink("outside.h5", "obsm")
    grouped(at("grouped.h5ad"))


def attributes(item):
    found = {}
    for name in item.attrs:
        handle = item.attrs.get_id(name)
        value = item.attrs[name]
        found[name] = (handle.dtype.str, str(handle.dtype), handle.shape, plain(value, item.file))
    return found


def plain(value, file):
    if isinstance(value, h5py.Reference):
        return file[value].name if value else None
    if isinstance(value, np.ndarray):
        return value.tolist()
    return value.item() if isinstance(value, np.generic) else value


def contents(dataset):
    kind = dataset.id.get_create_plist()
    filters = [kind.get_filter(i) for i in range(kind.get_nfilters())]
    facts = [str(dataset.dtype), dataset.dtype.str, dataset.shape, dataset.maxshape, dataset.chunks, filters]
    if dataset.shape is None:
        return facts
    if dataset.chunks and dataset.size:
        raw = []
        dataset.id.chunk_iter(lambda chunk: raw.append((chunk.chunk_offset, chunk.filter_mask, chunk.size)))
        facts.append([(where, mask, size, dataset.id.read_direct_chunk(where)[1]) for where, mask, size in raw])
    value = dataset[()]
    facts.append(repr(plain(value, dataset.file)) if dataset.dtype.hasobject else np.asarray(value).tobytes())
    return facts


def walk(group, added, path=""):
    """Yields the path and facts of each link below a group, except those that were added."""
    yield path or "/", ("group", attributes(group))
    for name in sorted(group):
        here = f"{path}/{name}".lstrip("/")
        if here in added:
            continue
        link = group.get(name, getlink=True)
        if not isinstance(link, h5py.HardLink):
            yield here, ("link", type(link).__name__, link.path)
            continue
        item = group[name]
        if isinstance(item, h5py.Dataset):
            yield here, ("dataset", contents(item), attributes(item))
        else:
            yield from walk(item, added, here)


def compare(before, after, added, removed):
    with h5py.File(before) as one, h5py.File(after) as two:
        old, new = dict(walk(one, added | removed)), dict(walk(two, added))
        columns = {}
        for table in ("obs", "var"):
            lists = [found.get(table, (0, {}))[1].pop("column-order", (0, 0, 0, []))[3] for found in (old, new)]
            fresh = [name for name in lists[1] if name not in lists[0]]
            assert lists[1] == lists[0] + fresh, (table, lists)
            assert sorted(fresh) == sorted(fresh_of(added, table, lists[0])), (table, fresh)
            columns[table] = lists[1]
        assert old.keys() == new.keys(), sorted(old.keys() ^ new.keys())
        for path in old:
            assert old[path] == new[path], f"{path} differs\n{old[path]}\n{new[path]}"
        for path in added:
            assert path in two, f"{path} is missing"
        for path in removed:
            assert path in one and path not in two, f"{path} is still there"
    return read(after, columns)


def fresh_of(added, table, before):
    names = [path.removeprefix(f"{table}/") for path in added if path.startswith(f"{table}/")]
    return [name for name in names if name not in before]


def read(path, columns):
    """Reads the file with anndata, without what only a version to come can read."""
    with tempfile.TemporaryDirectory() as folder:
        readable = shutil.copy(path, os.path.join(folder, "readable.h5ad"))
        with h5py.File(readable, "a") as file:
            if "unknown" in file.get("uns", {}):
                del file["uns/unknown"]
        data = anndata.read_h5ad(readable)
    for table, names in columns.items():
        assert list(getattr(data, table).columns) == names, (table, names)
    return data


if __name__ == "__main__":
    if sys.argv[1] == "fixtures":
        fixtures(sys.argv[2])
    else:
        names = sys.argv[4:]
        added = {name for name in names if not name.startswith("-")}
        compare(sys.argv[2], sys.argv[3], added, {name[1:] for name in names if name.startswith("-")})
        print(f"equal, except {', '.join(names)}; read by anndata {anndata.__version__}")

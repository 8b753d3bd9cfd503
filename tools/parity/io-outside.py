"""HDF5 files that take data from other files, for packages/io: each must be refused.

    python tools/parity/io-outside.py packages/io/fixtures/outside

Needs h5py 3.16 with HDF5 2.0 and NumPy 2 (PyPI). Writes canary.h5, whose contents no reader may hand over, and one file per way
to reach it: external storage, external links and virtual datasets in AnnData, loom and 10x files. External storage is found by its
absolute path, so these files hold PLACEHOLDER, which has room for a real path; the tests put one there. The script checks that
h5py follows each way, so that a refusal is not for want of data.
"""

import os
import sys

import h5py
import numpy as np

OUT = sys.argv[1]
PLACEHOLDER = "/" + "outside/" * 20
CELLS, GENES = 4, 3
os.makedirs(OUT, exist_ok=True)


def path(name):
    return os.path.join(OUT, name)


def canary():
    with h5py.File(path("canary.h5"), "w") as file:
        file["text"] = np.array([f"canary-{i}" for i in range(CELLS)], dtype="S8")
        file["numbers"] = np.full(CELLS, 4242.0)
        file["matrix"] = np.full((CELLS, GENES), 4242, dtype="<f4")
        file["obs/_index"] = np.array([f"canary-{i}" for i in range(CELLS)], dtype="S8")
        file["obs"].attrs["_index"] = "_index"
        file["obs/secret"] = np.full(CELLS, 4242.0)


def h5ad(file):
    file["X"] = np.arange(CELLS * GENES, dtype="<f4").reshape(CELLS, GENES)
    for name, length in (("obs", CELLS), ("var", GENES)):
        file[f"{name}/_index"] = np.array([f"{name}-{i}" for i in range(length)], dtype="S8")
        file[name].attrs["_index"] = "_index"
    file["obs/batch"] = np.arange(CELLS)


def sparse(file, group="X"):
    if group in file:
        del file[group]
    x = file.create_group(group)
    x.attrs["encoding-type"] = "csr_matrix"
    x.attrs["shape"] = np.array([CELLS, GENES])
    x["data"] = np.ones(CELLS, dtype="<f4")
    x["indices"] = np.zeros(CELLS, dtype="<i4")
    x["indptr"] = np.arange(CELLS + 1, dtype="<i4")


def loom(file):
    file["matrix"] = np.arange(CELLS * GENES, dtype="<f4").reshape(GENES, CELLS)
    file["row_attrs/Gene"] = np.array([f"gene-{i}" for i in range(GENES)], dtype="S8")
    file["col_attrs/CellID"] = np.array([f"cell-{i}" for i in range(CELLS)], dtype="S8")
    file.create_group("layers")


def tenx(file):
    sparse(file, "matrix")
    file["matrix/shape"] = np.array([GENES, CELLS], dtype="<i4")
    file["matrix/barcodes"] = np.array([f"cell-{i}" for i in range(CELLS)], dtype="S8")
    for name in ("id", "name"):
        file[f"matrix/features/{name}"] = np.array([f"gene-{i}" for i in range(GENES)], dtype="S8")


def external(file, name, shape, kind):
    """External storage at the placeholder's path."""
    if name in file:
        del file[name]
    file.create_dataset(name, shape=shape, dtype=kind, external=[(PLACEHOLDER, 0, h5py.h5f.UNLIMITED)])


def virtual(file, name, source, shape, kind, other="canary.h5"):
    if name in file:
        del file[name]
    layout = h5py.VirtualLayout(shape=shape, dtype=kind)
    layout[...] = h5py.VirtualSource(other, source, shape=shape)
    file.create_virtual_dataset(name, layout)


def link(file, name, target, other="canary.h5"):
    if name in file:
        del file[name]
    file[name] = h5py.ExternalLink(other, target)


def soft(file, name, target):
    if name in file:
        del file[name]
    file[name] = h5py.SoftLink(target)


def via_soft(file, name, target):
    """A soft link whose target passes through an external link."""
    link(file, "door", "/")
    soft(file, name, f"/door/{target}")


FILES = {
    "storage-column.h5ad": (h5ad, lambda f: external(f, "obs/secret", (CELLS,), "S8")),
    "storage-index.h5ad": (h5ad, lambda f: external(f, "obs/_index", (CELLS,), "S8")),
    "storage-matrix.h5ad": (h5ad, lambda f: external(f, "X", (CELLS, GENES), "<f4")),
    "storage-values.h5ad": (h5ad, lambda f: (sparse(f), external(f, "X/data", (CELLS,), "<f4"))),
    "storage-layer.loom": (loom, lambda f: external(f, "matrix", (GENES, CELLS), "<f4")),
    "storage-attribute.loom": (loom, lambda f: external(f, "col_attrs/secret", (CELLS,), "S8")),
    "storage-barcodes.h5": (tenx, lambda f: external(f, "matrix/barcodes", (CELLS,), "S8")),
    "storage-values.h5": (tenx, lambda f: external(f, "matrix/data", (CELLS,), "<i4")),
    "link-column.h5ad": (h5ad, lambda f: link(f, "obs/secret", "/text")),
    "link-matrix.h5ad": (h5ad, lambda f: link(f, "X", "/matrix")),
    "link-obs.h5ad": (h5ad, lambda f: link(f, "obs", "/obs")),
    "link-itself.h5ad": (h5ad, lambda f: link(f, "obs/secret", "/obs/batch", "link-itself.h5ad")),
    "link-attribute.loom": (loom, lambda f: link(f, "col_attrs/secret", "/text")),
    "link-barcodes.h5": (tenx, lambda f: link(f, "matrix/barcodes", "/text")),
    "soft-column.h5ad": (h5ad, lambda f: via_soft(f, "obs/secret", "text")),
    "soft-obs.h5ad": (h5ad, lambda f: via_soft(f, "obs", "obs")),
    "soft-attribute.loom": (loom, lambda f: via_soft(f, "col_attrs/secret", "text")),
    "virtual-column.h5ad": (h5ad, lambda f: virtual(f, "obs/secret", "numbers", (CELLS,), "<f8")),
    "virtual-matrix.h5ad": (h5ad, lambda f: virtual(f, "X", "matrix", (CELLS, GENES), "<f4")),
    "virtual-itself.h5ad": (h5ad, lambda f: virtual(f, "obs/secret", "obs/batch", (CELLS,), "<i8", ".")),
    "virtual-values.h5": (tenx, lambda f: virtual(f, "matrix/data", "numbers", (CELLS,), "<f8")),
}


def write(name, base, change, **options):
    with h5py.File(path(name), "w", **options) as file:
        base(file)
        change(file)


def follows(name):
    """Whether h5py reads the canary (or the file itself) through the file."""
    found = []
    with h5py.File(path(name)) as file:
        for place in ("obs/secret", "obs/_index", "X", "X/data", "matrix", "matrix/data", "matrix/barcodes", "col_attrs/secret"):
            entry = file.get(place)
            if isinstance(entry, h5py.Dataset):
                values = entry[...]
                found += [b"canary" in values.tobytes() or bool(np.any(values == 4242)) if values.dtype.kind != "S" else b"canary" in values.tobytes()]
                found += [place == "obs/secret" and "itself" in name]
    return any(found)


canary()
for name, (base, change) in FILES.items():
    write(name, base, change)
    assert name.startswith("storage") or follows(name), name
# The newest format of the file, in which headers look different.
write("storage-newest.h5ad", *FILES["storage-column.h5ad"], libver="latest")
write("link-newest.h5ad", *FILES["link-column.h5ad"], libver="latest")

# No program makes links of a kind of its own, so an external link is renumbered: 64 is an external link, 65 has no owner.
write("user-link.h5ad", h5ad, lambda f: link(f, "obs/secret", "/text"))
with open(path("user-link.h5ad"), "r+b") as file:
    file.seek(file.read().index(b"\x40\x06secret"))
    file.write(b"\x41")

# Sound files with links that stay inside, and one whose links run in a circle.
write("inside.h5ad", h5ad, lambda f: (soft(f, "obs/again", "/obs/batch"), f.create_group("uns").__setitem__("up", f["/"])))
write("circle.h5ad", h5ad, lambda f: (soft(f, "obs/one", "/obs/two"), soft(f, "obs/two", "/obs/one")))

"""AnnData, MuData and 10x files with columns and matrices of unusual kinds, for packages/io.

    python tools/parity/io-columns.py packages/io/fixtures/columns

Needs anndata 0.12.19, mudata 0.3.10, h5py 3.16, SciPy 1.17, pandas 2.3 and NumPy 2 (PyPI). Writes unusual.h5ad (columns that no
table holds beside columns that it does), slashes.h5ad (names with a slash, as anndata up to 0.11 wrote them), nullable.h5ad
(text that may be missing, as anndata 0.13 writes it), types.h5ad (named types in obs, as old files have), boolean.h5ad and
half.h5ad (dense matrices), joint.h5mu and single.h5mu, cellbender.h5, seurat.h5seurat, and layers.h5ad, layers.loom,
logs.h5ad and null-only.h5ad (matrices with and without raw counts).
"""

import os
import sys
import warnings

import anndata
import h5py
import mudata
import numpy as np
import pandas as pd
import scipy.sparse as sp

warnings.filterwarnings("ignore")
OUT = sys.argv[1]
CELLS, GENES = 4, 3
COUNTS = np.array([[1, 0, 2], [0, 3, 0], [4, 0, 0], [0, 0, 5]], dtype=np.float32)
os.makedirs(OUT, exist_ok=True)


def path(name):
    return os.path.join(OUT, name)


def data(prefix="ENSG", x=None):
    obs = pd.DataFrame({"batch": np.arange(CELLS)}, index=[f"cell-{i}" for i in range(CELLS)])
    var = pd.DataFrame(index=[f"{prefix}{i:011d}" for i in range(GENES)])
    return anndata.AnnData(sp.csr_matrix(COUNTS) if x is None else x, obs=obs, var=var)


def unusual():
    data().write_h5ad(path("unusual.h5ad"))
    with h5py.File(path("unusual.h5ad"), "r+") as file:
        obs = file["obs"]
        obs["complex"] = np.arange(CELLS) * 1j
        obs["lists"] = np.array([np.arange(i) for i in range(CELLS)], dtype=object).astype(h5py.vlen_dtype(np.int32))
        obs["opaque"] = np.zeros(CELLS, dtype="V4")
        obs["plane"] = np.zeros((CELLS, 2))
        obs["table"] = np.zeros(CELLS, dtype=[("a", "<i4"), ("b", "<f4")])
        obs.create_group("odd").attrs["encoding-type"] = "something-new"
        phases = h5py.enum_dtype({"G1": 10, "S": 20, "G2M": 30}, basetype="i1")
        obs.create_dataset("phase", data=np.array([10, 30, 20, 10], dtype="i1"), dtype=phases)
        obs["half"] = np.array([0.5, 1, 2, -4], dtype="<f2")


def slashes():
    """What anndata 0.11 makes of the columns `n_counts/total` and `a/b/c`."""
    data().write_h5ad(path("slashes.h5ad"))
    with h5py.File(path("slashes.h5ad"), "r+") as file:
        for table, length in (("obs", CELLS), ("var", GENES)):
            group = file[table]
            group["n_counts/total"] = np.arange(length) * 2.0
            letters = pd.Categorical(list("xyxy")[:length])
            anndata.io.write_elem(group, "a/b/c", letters)
            group.attrs["column-order"] = [*group.attrs["column-order"], "n_counts/total", "a/b/c"]
            # Not in the list, and in a group that contains itself.
            group["n_counts/unlisted"] = np.arange(length)
            group["n_counts/loop"] = group["n_counts"]


def nullable():
    anndata.settings.allow_write_nullable_strings = True
    cells = data()
    cells.obs["note"] = pd.array(["a", None, "c", "d"], dtype="string")
    cells.obs["kind"] = pd.Categorical.from_codes([0, 1, -1, 0], pd.array(["T cell", "B cell"], dtype="string"))
    cells.obs.index = pd.Index(cells.obs.index, dtype="string")
    cells.var.index = pd.Index(cells.var.index, dtype="string")
    cells.raw = cells.copy()
    cells.write_h5ad(path("nullable.h5ad"))
    with h5py.File(path("nullable.h5ad"), "r+") as file:
        # anndata 0.12 writes some of these as plain text where nothing is missing; 0.13 does not.
        for name in ("obs/_index", "var/_index", "raw/var/_index", "obs/kind/categories"):
            if isinstance(file[name], h5py.Dataset):
                values = file[name].asstr()[...]
                del file[name]
                group = file.create_group(name)
                group.attrs.update({"encoding-type": "nullable-string-array", "encoding-version": "0.1.0"})
                group["values"] = values.astype(object)
                group["mask"] = np.zeros(len(values), dtype=bool)


def types():
    data().write_h5ad(path("types.h5ad"))
    with h5py.File(path("types.h5ad"), "r+") as file:
        for table in ("obs", "var"):
            file[f"{table}/__DATA_TYPES__/text"] = np.dtype("S4")
            file[f"{table}/named"] = np.dtype("<i4")


def dense(name, x):
    cells = data()
    cells.write_h5ad(path(name))
    with h5py.File(path(name), "r+") as file:
        del file["X"]
        file.create_dataset("X", data=x, chunks=(3, 2), compression="gzip")
        file["X"].attrs.update({"encoding-type": "array", "encoding-version": "0.2.0"})


def joint():
    rna, protein = data(), data("CD")
    rna.var["feature_types"] = "Gene Expression"
    protein.var["feature_types"] = "Antibody Capture"
    mudata.MuData({"expression": rna, "prot": protein}).write_h5mu(path("joint.h5mu"))
    mudata.MuData({"rna": data()}).write_h5mu(path("single.h5mu"))


def cellbender():
    rows = sp.csr_matrix(COUNTS)
    with h5py.File(path("cellbender.h5"), "w") as file:
        matrix = file.create_group("matrix")
        matrix["data"], matrix["indices"], matrix["indptr"] = rows.data.astype("i4"), rows.indices, rows.indptr
        matrix["shape"] = np.array([GENES, CELLS])
        matrix["barcodes"] = np.array([f"cell-{i}" for i in range(CELLS)], dtype="S8")
        for key, kind in (("id", "ENSG{:011d}"), ("name", "G{}"), ("genome", "GRCh38"), ("feature_type", "Gene Expression")):
            matrix[f"features/{key}"] = np.array([kind.format(i) for i in range(GENES)], dtype="S16")
        file["droplet_latents/barcode_indices_for_latents"] = np.arange(CELLS)
        file["droplet_latents/cell_probability"] = np.ones(CELLS)
        file["droplet_latents/gene_expression_encoding"] = np.zeros((CELLS, 2))
        file["global_latents/ambient_expression"] = np.ones(GENES) / GENES
        file["metadata/barcodes_analyzed"] = np.arange(CELLS)
        file["metadata/estimator"] = np.array([b"mckp"])


def layers():
    """Matrices of which only `counts` and `wide` hold raw counts, and files where none does."""
    logs = np.log1p(COUNTS)
    cells = data(x=sp.csr_matrix(logs))
    cells.raw = data(x=sp.csr_matrix(logs * 2))
    cells.layers["counts"] = sp.csc_matrix(COUNTS)
    cells.layers["scaled"] = COUNTS - 1
    cells.layers["wide"] = COUNTS.astype("i8")
    cells.layers["zeros"] = np.zeros_like(COUNTS)
    cells.write_h5ad(path("layers.h5ad"))
    data(x=sp.csr_matrix(logs)).write_h5ad(path("logs.h5ad"))
    with h5py.File(path("null-only.h5ad"), "w") as file:
        file["X"] = h5py.Empty("f4")
        file["X"].attrs.update({"encoding-type": "null", "encoding-version": "0.1.0"})
    with h5py.File(path("layers.loom"), "w") as file:
        file["matrix"] = logs.T
        file["layers/spliced"] = COUNTS.T
        file["layers/smooth"] = COUNTS.T / 3
        file["row_attrs/Gene"] = np.array([f"ENSG{i:011d}" for i in range(GENES)], dtype="S15")
        file["col_attrs/CellID"] = np.array([f"cell-{i}" for i in range(CELLS)], dtype="S6")


def seurat():
    rows = sp.csr_matrix(COUNTS)
    with h5py.File(path("seurat.h5seurat"), "w") as file:
        file.attrs["active.assay"] = "RNA"
        file["cell.names"] = np.array([f"cell-{i}" for i in range(CELLS)], dtype=object)
        counts = file.create_group("assays/RNA/counts")
        counts["data"], counts["indices"], counts["indptr"] = rows.data, rows.indices, rows.indptr
        counts.attrs["dims"] = [GENES, CELLS]
        file["assays/RNA/features"] = np.array([f"G{i}" for i in range(GENES)], dtype=object)
        file["meta.data/cluster/levels"] = np.array(["a", "b"], dtype=object)
        file["meta.data/cluster/values"] = np.array([1, 2, 1, 2])


def hostile():
    """Codes and offsets that are no whole numbers, and categories that a reference leads to."""
    for name, change in {
        "codes-large": lambda f: replace(f, "obs/kind/codes", np.array([0, 2**32, 1, 0])),
        "codes-fraction": lambda f: replace(f, "obs/kind/codes", np.array([0, 1.5, 1, 0])),
        "offsets-nan": lambda f: replace(f, "X/indptr", np.array([0, np.nan, 3, 4, 5])),
        "offsets-fraction": lambda f: replace(f, "X/indptr", np.array([0, 2.5, 3, 4, 5])),
        "categories-reference": refer,
    }.items():
        cells = data()
        cells.obs["kind"] = pd.Categorical(["a", "b", "b", "a"])
        cells.write_h5ad(path(f"{name}.h5ad"))
        with h5py.File(path(f"{name}.h5ad"), "r+") as file:
            change(file)


def replace(file, name, values):
    attributes = dict(file[name].attrs)
    del file[name]
    file[name] = values
    file[name].attrs.update(attributes)


def refer(file):
    del file["obs/kind"]
    file["obs/kind"] = np.array([0, 1, 1, 0], dtype="i1")
    file["uns/kinds"] = np.array(["a", "b"], dtype=object)
    file["obs/kind"].attrs["categories"] = file["uns/kinds"].ref


if sys.argv[2:] == ["hostile"]:
    hostile()
    sys.exit()
unusual()
slashes()
nullable()
types()
dense("boolean.h5ad", COUNTS > 0)
dense("half.h5ad", COUNTS.astype("<f2"))
joint()
cellbender()
layers()
seurat()
hostile()

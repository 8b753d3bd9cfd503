"""Small loom and 10x HDF5 files and what h5py reads from them, for packages/io.

    /usr/bin/python3 tools/parity/io-hdf5.py packages/io/fixtures

Needs h5py and scipy (Debian 12: python3-h5py, python3-scipy). Writes two.loom (version 2: fixed ASCII with XML entities, chunks
of 4 x 3), three.loom (version 3, with a layer), two.h5 (Cell Ranger 2, two genomes), three.h5 (Cell Ranger 3, two genomes and an
antibody) and hdf5.json: the dense matrices and the tables.
"""

import json
import os
import sys

import h5py
import numpy as np
import scipy.sparse as sp

OUT = sys.argv[1]
CELLS, GENES = 11, 6


def counts(seed):
    random = np.random.RandomState(seed)
    return random.poisson(0.7, (CELLS, GENES))


def path(name):
    return os.path.join(OUT, name)


GENE_IDS = [f"ENSG{i:011d}" for i in range(GENES)]
SYMBOLS = [f"G{i}" for i in range(GENES)]
BARCODES = [f"ACGT{i}-1" for i in range(CELLS)]
golden = {}


def loom2():
    x = counts(1).astype(np.float64)
    with h5py.File(path("two.loom"), "w") as file:
        file.attrs["LOOM_SPEC_VERSION"] = "2.0.1"
        file.create_dataset("matrix", data=x.T, chunks=(4, 3), compression="gzip", shuffle=True)
        file.create_group("layers")
        file["row_attrs/Gene"] = np.array([s.encode() for s in SYMBOLS])
        file["row_attrs/Accession"] = np.array([g.encode() for g in GENE_IDS])
        file["col_attrs/CellID"] = np.array([b.encode() for b in BARCODES])
        file["col_attrs/Tissue"] = np.array([b"K&#228;fig" if i % 2 else b"thymus & lung" for i in range(CELLS)])
        file["col_attrs/Age"] = np.arange(CELLS) / 2
        file["col_attrs/_tSNE"] = np.zeros((CELLS, 2))
    golden["two.loom"] = {
        "layers": {"X": x.tolist()},
        "obs": {"index": BARCODES, "Age": (np.arange(CELLS) / 2).tolist(), "Tissue": ["Käfig" if i % 2 else "thymus & lung" for i in range(CELLS)]},
        "var": {"index": SYMBOLS, "Accession": GENE_IDS},
    }


def loom3():
    x, layer = counts(2).astype(np.float32), counts(3).astype(np.int16)
    text = h5py.string_dtype()
    with h5py.File(path("three.loom"), "w") as file:
        file["attrs/LOOM_SPEC_VERSION"] = "3.0.0"
        file.create_dataset("matrix", data=x.T, chunks=(2, 4), compression="gzip")
        file.create_dataset("layers/spliced", data=layer.T)
        file.create_dataset("row_attrs/ensembl_id", data=GENE_IDS, dtype=text)
        file.create_dataset("col_attrs/cell_type", data=["mTEC"] * CELLS, dtype=text)
    golden["three.loom"] = {
        "layers": {"X": x.tolist(), "spliced": layer.tolist()},
        "obs": {"index": [str(i) for i in range(CELLS)], "cell_type": ["mTEC"] * CELLS},
        "var": {"index": GENE_IDS},
    }


def write_matrix(group, x):
    # Genes x cells by columns is cells x genes by rows.
    rows = sp.csr_matrix(x)
    group["data"] = rows.data.astype(np.int32)
    group["indices"] = rows.indices.astype(np.int64)
    group["indptr"] = rows.indptr.astype(np.int64)
    group["shape"] = np.array([x.shape[1], x.shape[0]], dtype=np.int32)
    group["barcodes"] = np.array([b.encode() for b in BARCODES])


def tenx2():
    with h5py.File(path("two.h5"), "w") as file:
        for seed, genome in ((4, "hg19"), (5, "mm10")):
            group, x = file.create_group(genome), counts(seed)
            write_matrix(group, x)
            group["genes"] = np.array([f"{genome}_{g}".encode() for g in GENE_IDS])
            group["gene_names"] = np.array([s.encode() for s in SYMBOLS])
            golden[f"two.h5#{genome}"] = {
                "layers": {"X": x.tolist()},
                "obs": {"index": BARCODES},
                "var": {"index": [f"{genome}_{g}" for g in GENE_IDS], "symbol": SYMBOLS},
            }


def tenx3():
    x = counts(6)
    genomes = np.array(["GRCh38", "mm10", "GRCh38", "", "mm10", "GRCh38"])
    kinds = np.array(["Antibody Capture" if g == "" else "Gene Expression" for g in genomes])
    with h5py.File(path("three.h5"), "w") as file:
        group = file.create_group("matrix")
        write_matrix(group, x)
        for name, values in (("id", GENE_IDS), ("name", SYMBOLS), ("genome", genomes), ("feature_type", kinds)):
            group[f"features/{name}"] = np.array([v.encode() for v in values])
        group["features/_all_tag_keys"] = np.array([b"genome"])
    for genome in ("GRCh38", "mm10", "all"):
        keep = [i for i in range(GENES) if genome in ("all", genomes[i])]
        golden[f"three.h5#{genome}"] = {
            "layers": {"X": x[:, keep].tolist()},
            "obs": {"index": BARCODES},
            "var": {
                "index": [GENE_IDS[i] for i in keep],
                "feature_type": kinds[keep].tolist(),
                "genome": genomes[keep].tolist(),
                "symbol": [SYMBOLS[i] for i in keep],
            },
        }


loom2()
loom3()
tenx2()
tenx3()
with open(path("hdf5.json"), "w") as out:
    entries = (f"{json.dumps(name)}: {json.dumps(entry, ensure_ascii=False)}" for name, entry in golden.items())
    out.write("{\n" + ",\n".join(entries) + "\n}\n")

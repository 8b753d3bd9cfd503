"""Small sound files that the fuzzer starts from: loom 2 and 3, and 10x HDF5 of Cell Ranger 2 and 3.

    python3 tools/parity/fuzz-samples.py tools/fuzz/samples

needs Python 3 with h5py and NumPy (Debian: python3-h5py). The layouts follow loompy's and 10x Genomics' documentation.
"""

import os
import sys

import h5py
import numpy as np

OUT = sys.argv[1]
GENES, CELLS = 12, 20
os.makedirs(OUT, exist_ok=True)
counts = np.random.default_rng(0).poisson(0.7, size=(GENES, CELLS))
gene_ids = np.array([f"ENSG{i:011d}" for i in range(GENES)], dtype="S")
symbols = np.array([f"GENE{i}" for i in range(GENES)], dtype="S")
barcodes = np.array([f"CELL{i:012d}-1" for i in range(CELLS)], dtype="S")


def loom(name, version):
    with h5py.File(os.path.join(OUT, name), "w", track_order=False) as file:
        options = {"compression": "gzip", "chunks": (8, 8)}
        file.create_dataset("matrix", data=counts.astype("float32"), **options)
        file.create_dataset("layers/spliced", data=counts.astype("uint16"), **options)
        text = h5py.string_dtype() if version == 3 else None
        file.create_dataset("row_attrs/Accession", data=gene_ids, dtype=text)
        file.create_dataset("row_attrs/Gene", data=symbols, dtype=text)
        file.create_dataset("col_attrs/CellID", data=barcodes, dtype=text)
        file.create_dataset("col_attrs/Cluster", data=np.arange(CELLS) % 3)
        file.create_group("row_graphs")
        file.create_group("col_graphs")
        if version == 3:
            file.create_dataset("attrs/LOOM_SPEC_VERSION", data=b"3.0.0")
        else:
            file.attrs["LOOM_SPEC_VERSION"] = "2.0.1"


def tenx(name, version):
    cells, genes = np.nonzero(counts.T)
    group = "matrix" if version == 3 else "hg19"
    with h5py.File(os.path.join(OUT, name), "w") as file:
        matrix = file.create_group(group)
        options = {"compression": "gzip", "chunks": (64,)}
        matrix.create_dataset("data", data=counts.T[cells, genes].astype("int32"), **options)
        matrix.create_dataset("indices", data=genes.astype("int64"), **options)
        matrix.create_dataset("indptr", data=np.searchsorted(cells, np.arange(CELLS + 1)).astype("int64"))
        matrix.create_dataset("shape", data=np.array([GENES, CELLS], dtype="int32"))
        matrix.create_dataset("barcodes", data=barcodes)
        if version == 3:
            matrix.create_dataset("features/id", data=gene_ids)
            matrix.create_dataset("features/name", data=symbols)
            matrix.create_dataset("features/feature_type", data=np.array([b"Gene Expression"] * GENES))
            matrix.create_dataset("features/genome", data=np.array([b"GRCh38"] * GENES))
            matrix.create_dataset("features/_all_tag_keys", data=np.array([b"genome"]))
        else:
            matrix.create_dataset("genes", data=gene_ids)
            matrix.create_dataset("gene_names", data=symbols)


loom("tiny-2.loom", 2)
loom("tiny-3.loom", 3)
tenx("tiny-10x-2.h5", 2)
tenx("tiny-10x-3.h5", 3)

"""Files whose features are not all genes, and the genes x counts that Cell Ranger's own tables would have, for packages/io.

    python tools/parity/io-features.py packages/io/fixtures

Needs h5py, scipy, pandas and anndata. Writes into the folder `features`:
  multi.h5        Cell Ranger 3 with antibodies, guides, hashtags, a custom feature and peaks between the genes
  multi.h5ad      the same by anndata, with n_counts over all features
  adt.h5          antibodies only
  probes.h5       a raw_probe_bc_matrix: three genes of two, two and one probes, a probe that is left out, a control
  barnyard.h5     two genomes, ids with the padded prefixes of Cell Ranger
  background.h5   CellBender 0.2 on input of Cell Ranger 2: the group `background_removed` with `genes` and `gene_names`
  names.h5        the same with `gene_names` alone
and features.json with the expected genes, counts and sums of what is set apart, computed from the dense matrices.
"""

import json
import os
import sys

import anndata as ad
import h5py
import numpy as np
import pandas as pd
import scipy.sparse as sp

OUT = os.path.join(sys.argv[1], "features")
os.makedirs(OUT, exist_ok=True)
CELLS = 7
BARCODES = [f"ACGT{i}-1" for i in range(CELLS)]
golden = {}


def counts(seed, features):
    return np.random.RandomState(seed).poisson(0.9, (CELLS, features))


def bytes_of(values):
    return np.array([str(value).encode() for value in values])


def write_matrix(group, x):
    # Genes x cells by columns is cells x genes by rows.
    rows = sp.csr_matrix(x)
    group["data"] = rows.data.astype(np.int32)
    group["indices"] = rows.indices.astype(np.int64)
    group["indptr"] = rows.indptr.astype(np.int64)
    group["shape"] = np.array([x.shape[1], x.shape[0]], dtype=np.int32)
    group["barcodes"] = bytes_of(BARCODES)


def write_features(group, **columns):
    for name, values in columns.items():
        group[f"features/{name}"] = np.array(values) if isinstance(values[0], bool) else bytes_of(values)
    group["features/_all_tag_keys"] = bytes_of(["genome"])


def ensg(i):
    return f"ENSG{i:011d}"


GENE = "Gene Expression"
# The symbols of antibodies are those of genes: CD3E and CD19 must not become tokens of these genes.
MULTI = [
    (ensg(1), "ACTB", GENE),
    ("CD3E_TotalSeqB", "CD3E", "Antibody Capture"),
    (ensg(2), "CD19", GENE),
    ("guide-TP53", "TP53", "CRISPR Guide Capture"),
    ("CMO301", "CMO301", "Multiplexing Capture"),
    (ensg(3), "GAPDH", GENE),
    ("CD19_TotalSeqB", "CD19", "Antibody Capture"),
    ("transgene", "GFP", "Custom"),
    ("chr1:100-600", "chr1:100-600", "Peaks"),
    (ensg(4), "TP53", GENE),
]


def apart(x, kinds):
    """Features and counts by kind, in file order; kind None is read."""
    order = [kind for kind in dict.fromkeys(kinds) if kind is not None]
    at = {kind: [i for i, own in enumerate(kinds) if own == kind] for kind in order}
    return [{"kind": kind, "features": len(at[kind]), "counts": int(x[:, at[kind]].sum())} for kind in order]


def multi():
    ids, names, types = zip(*MULTI)
    x = counts(1, len(ids))
    genome = ["GRCh38" if kind in (GENE, "Peaks") else "" for kind in types]
    with h5py.File(os.path.join(OUT, "multi.h5"), "w") as file:
        group = file.create_group("matrix")
        write_matrix(group, x)
        write_features(group, id=ids, name=names, feature_type=types, genome=genome)
    var = pd.DataFrame({"gene_ids": ids, "feature_types": pd.Categorical(types)}, index=[f"{n}-{i}" for i, n in enumerate(names)])
    obs = pd.DataFrame({"n_counts": x.sum(1).astype(float)}, index=BARCODES)
    ad.AnnData(sp.csr_matrix(x.astype(np.float32)), obs=obs, var=var).write_h5ad(os.path.join(OUT, "multi.h5ad"))
    ad.AnnData(sp.csc_matrix(x.astype(np.float32)), obs=obs, var=var).write_h5ad(os.path.join(OUT, "multi-csc.h5ad"))
    kept = [i for i, kind in enumerate(types) if kind == GENE]
    expected = {
        "ids": [ids[i] for i in kept],
        "rows": x[:, kept].tolist(),
        "setApart": apart(x, [None if kind == GENE else kind for kind in types]),
        "stored": x.tolist(),
    }
    golden["multi.h5"] = golden["multi.h5ad"] = golden["multi-csc.h5ad"] = expected


def antibodies():
    x = counts(2, 2)
    with h5py.File(os.path.join(OUT, "adt.h5"), "w") as file:
        group = file.create_group("matrix")
        write_matrix(group, x)
        write_features(group, id=["CD3E", "CD19"], name=["CD3E", "CD19"], feature_type=["Antibody Capture"] * 2, genome=["", ""])


def probes():
    # id, gene_id, gene_name, filtered_probes
    table = [
        (ensg(1), "ACTB", True),
        (f"DEPRECATED_{ensg(9)}", f"DEPRECATED_{ensg(9)}", False),
        (ensg(2), "CD19", True),
        (ensg(1), "ACTB", True),
        (ensg(3), "GAPDH", True),
        (ensg(3), "GAPDH", True),
        (ensg(3), "GAPDH", False),
        ("", "", True),
    ]
    x = counts(3, len(table))
    ids = [f"{gene or 'control'}|{name or 'control'}|{i:07x}" for i, (gene, name, _) in enumerate(table)]
    with h5py.File(os.path.join(OUT, "probes.h5"), "w") as file:
        group = file.create_group("matrix")
        write_matrix(group, x)
        write_features(
            group,
            id=ids,
            name=[f"{name}|{i:07x}" for i, (_, name, _) in enumerate(table)],
            feature_type=[GENE] * len(table),
            genome=["GRCh38"] * len(table),
            gene_id=[gene for gene, _, _ in table],
            gene_name=[name for _, name, _ in table],
            probe_region=["spliced"] * len(table),
            filtered_probes=[kept for _, _, kept in table],
        )
    columns = {}
    for i, (gene, _, kept) in enumerate(table):
        if kept:
            columns.setdefault(gene or ids[i], []).append(i)
    golden["probes.h5"] = {
        "ids": list(columns),
        "rows": np.stack([x[:, at].sum(1) for at in columns.values()], 1).tolist(),
        "setApart": apart(x, [None if kept else "probes left out by filtered_probes" for _, _, kept in table]),
        "stored": x.tolist(),
    }


def barnyard():
    ids = ["GRCh38_" + ensg(1), "GRCh38_" + ensg(2), "mm10___ENSMUSG00000000001", "mm10___ENSMUSG00000000003"]
    genome = ["GRCh38", "GRCh38", "mm10", "mm10"]
    x = counts(4, 4)
    with h5py.File(os.path.join(OUT, "barnyard.h5"), "w") as file:
        group = file.create_group("matrix")
        write_matrix(group, x)
        write_features(group, id=ids, name=["GRCh38_ACTB", "GRCh38_CD19", "mm10___Gnai3", "mm10___Pbsn"], feature_type=[GENE] * 4, genome=genome)
    golden["barnyard.h5#GRCh38"] = {
        "ids": ids[:2],
        "rows": x[:, :2].tolist(),
        "setApart": apart(x, [None, None, "genome mm10", "genome mm10"]),
        "stored": x[:, :2].tolist(),
    }


def background(name, **texts):
    x = counts(5, 3)
    with h5py.File(os.path.join(OUT, name), "w") as file:
        group = file.create_group("background_removed")
        write_matrix(group, x)
        for key, values in texts.items():
            group[key] = bytes_of(values)
        # What CellBender adds beside the matrix.
        group["ambient_expression"] = np.ones(3) / 3
        group["latent_cell_probability"] = np.ones(CELLS)
    golden[name] = {"ids": list(texts.get("genes", texts["gene_names"])), "rows": x.tolist(), "setApart": [], "stored": x.tolist()}


multi()
antibodies()
probes()
barnyard()
background("background.h5", genes=[ensg(1), ensg(2), ensg(3)], gene_names=["ACTB", "CD19", "GAPDH"])
background("names.h5", gene_names=["ACTB", "CD19", "GAPDH"])

with open(os.path.join(OUT, "features.json"), "w") as file:
    json.dump(golden, file, separators=(",", ":"))
    file.write("\n")

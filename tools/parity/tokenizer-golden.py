"""Golden token sequences for packages/tokenizer from a plain numpy implementation of rank value encoding.

    python3 tools/parity/tokenizer-golden.py packages/tokenizer/fixtures
    python3 tools/parity/tokenizer-golden.py packages/tokenizer/fixtures --data DIR

Without --data it writes golden.json: a small random matrix with tied values, explicit zeros, unsorted columns, genes in
several columns and ids with versions, and what it becomes. With --data (the folder GENEFORMER_DATA names, which holds the
published dictionaries and PBMC3k) it also writes pbmc3k.json: a digest of the token sequences of all its cells, eight digits of the
digest of each, and the first two.

Needs numpy, and h5py for --data. The dictionaries are unpickled: give only files whose digests are known.
"""

import argparse
import hashlib
import json
import pathlib
import pickle
import re
import struct

import numpy as np


def by_token(dense, column_tokens, vocab_size):
    """Sums the columns of a cells x columns matrix by token; columns of token -1 are left out."""
    known = column_tokens >= 0
    summed = np.zeros((dense.shape[0], vocab_size))
    np.add.at(summed.T, column_tokens[known], dense[:, known].T)
    return summed


def encode(dense, column_tokens, medians, limit, specials=None, totals=None):
    """Token ids and counts per 10,000 of each cell; None for a cell without a known gene."""
    dense = dense.astype(np.float64)
    totals = dense.sum(axis=1) if totals is None else np.asarray(totals, dtype=np.float64)
    summed = by_token(dense, column_tokens, len(medians))
    genes_that_fit = limit - (2 if specials else 0)
    out = []
    for row, total in zip(summed, totals):
        tokens = np.nonzero(row)[0]
        if len(tokens) == 0:
            out.append(None)
            continue
        scaled = row[tokens] / total * 10_000
        value = scaled / medians[tokens]
        order = np.lexsort((tokens, -value))[:genes_that_fit]
        ids, counts = tokens[order].tolist(), scaled[order].tolist()
        if specials:
            ids, counts = [specials[0], *ids, specials[1]], [0.0, *counts, 0.0]
        out.append({"input_ids": ids, "counts": counts})
    return out


def small_case(rng):
    genes = [f"ENSG{10_000_000_000 + 7 * i:011d}" for i in range(40)]
    # Few distinct medians and small counts: many exact ties.
    medians = rng.choice([0.5, 1.0, 2.0, 3.0, 1.4142135623730951], size=len(genes))
    columns = [*genes, *(f"{g}.{rng.integers(1, 20)}" for g in genes[5:12]), genes[3], "ENSG00000999999", "", "RETIRED"]
    mapping = {"ENSG00000999999": genes[0]}
    columns = [columns[i] for i in rng.permutation(len(columns))]
    dense = rng.poisson(0.7, size=(40, len(columns)))
    dense[7] = 0
    dense[8] = 0
    dense[8, columns.index("RETIRED")] = 5
    position = {g: i for i, g in enumerate(genes)}

    def token_of(column, specials):
        column = re.sub(r"\.\d+$", "", column)
        column = mapping.get(column, column)
        return position[column] + specials if column in position else -1

    # Explicit zeros in every row, columns shuffled in every third.
    indptr, indices, data = [0], [], []
    for number, row in enumerate(dense):
        stored = np.flatnonzero((row > 0) | (rng.random(len(row)) < 0.1))
        if number % 3 == 0:
            stored = rng.permutation(stored)
        indices += stored.tolist()
        data += row[stored].tolist()
        indptr.append(len(indices))
    stated = (dense.sum(axis=1) * 3 + 1).tolist()

    def case(specials, limit, totals=None):
        tokens = np.array([token_of(c, specials) for c in columns])
        padded = np.concatenate([np.full(specials, np.nan), medians])
        return {"limit": limit, "cells": encode(dense, tokens, padded, limit, (2, 3) if specials == 4 else None, totals)}

    return {
        "genes": genes,
        "medians": medians.tolist(),
        "mapping": mapping,
        "columns": columns,
        "shape": list(dense.shape),
        "indptr": indptr,
        "indices": indices,
        "data": data,
        "statedTotals": stated,
        "plain": case(2, 20),
        "special": case(4, 16),
        "stated": case(4, 64, stated),
    }


DICTIONARIES = {
    "V1": ("gc30M", 2048, None),
    "V2": ("gc95M_is_official_gc104M", 4096, (2, 3)),
}


def pbmc3k(data):
    import h5py

    with h5py.File(data / "pbmc3k-labelled/derived/pbmc3k_counts.h5ad") as file:
        x = file["X"]
        indptr, indices, values = x["indptr"][:], x["indices"][:], x["data"][:]
        ids = [s.decode() if isinstance(s, bytes) else s for s in string_column(file["var/ensembl_id"])]
    dense = np.zeros((len(indptr) - 1, len(ids)))
    for row in range(len(dense)):
        dense[row, indices[indptr[row] : indptr[row + 1]]] = values[indptr[row] : indptr[row + 1]]

    digests = {}
    for version, (suffix, limit, specials) in DICTIONARIES.items():
        load = lambda stem: pickle.loads((data / f"geneformer-dicts/{stem}_{suffix}.pkl").read_bytes())
        token_of, median_of, mapping = load("token_dictionary"), load("gene_median_dictionary"), load("ensembl_mapping_dict")
        medians = np.full(len(token_of), np.nan)
        for gene, token in token_of.items():
            medians[token] = median_of.get(gene, np.nan)
        tokens = np.array([token_of.get(mapping.get(i, i), -1) if i.startswith("ENSG") else -1 for i in ids])
        cells = encode(dense, tokens, medians, limit, specials)
        packed = [struct.pack(f"<{1 + len(c['input_ids'])}i", len(c["input_ids"]), *c["input_ids"]) for c in cells]
        digests[version] = {
            "cells": len(cells),
            "tokens": sum(len(cell["input_ids"]) for cell in cells),
            "sha256": hashlib.sha256(b"".join(packed)).hexdigest(),
            "first": [cell["input_ids"] for cell in cells[:2]],
            "cellDigests": "".join(hashlib.sha256(cell).hexdigest()[:8] for cell in packed),
        }
    return digests


def string_column(node):
    if hasattr(node, "keys"):
        categories = node["categories"][:]
        return [categories[code] for code in node["codes"][:]]
    return node[:]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("output", type=pathlib.Path)
    parser.add_argument("--data", type=pathlib.Path)
    arguments = parser.parse_args()
    golden = small_case(np.random.default_rng(20))
    (arguments.output / "golden.json").write_text(json.dumps(golden, separators=(",", ":")) + "\n")
    if arguments.data:
        (arguments.output / "pbmc3k.json").write_text(json.dumps(pbmc3k(arguments.data), separators=(",", ":")) + "\n")

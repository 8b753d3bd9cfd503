"""Rank value encoding as the reference implementation does it, for `bench:tokenizer`.

    python3 tokenizer_numpy.py DICTIONARY.json CELLS.h5ad OUTPUT_FOLDER backed|memory

The algorithm is the reference's, step by step: 512 cells at a time are taken from an AnnData object, restricted to the genes with
tokens, divided by n_counts and medians in scipy, then ranked cell by cell with numpy's argsort, truncated, put between <cls> and
<eos>, and collected in Python lists until all of them are written. `memory` reads the file whole first, as the reference does today;
`backed` leaves the matrix on disk, as it did before.

What writes differs: pyarrow where it is installed, else the bytes an Arrow file would hold, straight from numpy. Both cost less than
the reference's `datasets.map` over one Python object a cell, so the comparison errs in its favour.

Prints one line of JSON: seconds, cpuSeconds, peakRssMb, tokens, sha256 of the lengths and ids.
"""

import hashlib
import json
import pathlib
import resource
import sys
import time

import anndata
import numpy as np
import scipy.sparse as sp

CHUNK = 512
TARGET_SUM = 10_000
MAX_LENGTH = 4096


def rank_genes(values, tokens):
    return tokens[np.argsort(-values)]


def tokenize(adata, token_of, median_of):
    ids = adata.var["ensembl_id"]
    columns = np.where([i in token_of for i in ids])[0]
    medians = np.array([median_of[i] for i in ids.iloc[columns]])
    tokens = np.array([token_of[i] for i in ids.iloc[columns]])
    cells, cell_type = [], []
    for start in range(0, adata.n_obs, CHUNK):
        rows = np.arange(start, min(start + CHUNK, adata.n_obs))
        chunk = adata[rows]
        totals = chunk.obs["n_counts"].values[:, None]
        counts = chunk.X[:, columns]
        scaled = sp.csr_matrix(counts / totals * TARGET_SUM / medians)
        for i in range(scaled.shape[0]):
            row = scaled[i]
            cells.append(rank_genes(row.data, tokens[row.indices]))
        cell_type += chunk.obs["cell_type"].tolist()
    return cells, cell_type


def crop(ids):
    return np.concatenate(([2], ids[: MAX_LENGTH - 2], [3]))


def write_arrow(folder, cells, cell_type):
    import pyarrow as pa

    offsets = np.concatenate(([0], np.cumsum([len(c) for c in cells]))).astype(np.int32)
    shard = 10_000
    schema = pa.schema([("input_ids", pa.list_(pa.int64())), ("length", pa.int64()), ("cell_type", pa.string())])
    with pa.OSFile(str(folder / "data.arrow"), "wb") as sink, pa.ipc.new_stream(sink, schema) as writer:
        for a in range(0, len(cells), shard):
            b = min(a + shard, len(cells))
            ids = pa.ListArray.from_arrays(offsets[a : b + 1] - offsets[a], np.concatenate(cells[a:b]))
            lengths = pa.array(np.diff(offsets[a : b + 1]).astype(np.int64))
            writer.write_batch(pa.record_batch([ids, lengths, pa.array(cell_type[a:b])], schema=schema))


def write_plain(folder, cells, cell_type):
    with open(folder / "input_ids.bin", "wb") as sink:
        for cell in cells:
            sink.write(cell.astype(np.int64, copy=False).data)
    np.array([len(c) for c in cells], dtype=np.int64).tofile(folder / "length.bin")
    (folder / "cell_type.txt").write_text("\n".join(cell_type))


def main(dictionary, cells_file, folder, mode):
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    document = json.loads(pathlib.Path(dictionary).read_text())
    median_of = document["medians"]
    token_of = {gene: token for token, gene in enumerate(document["tokens"]) if gene in median_of}

    begin, cpu_begin = time.perf_counter(), time.process_time()
    adata = anndata.read_h5ad(cells_file, backed="r" if mode == "backed" else None)
    cells, cell_type = tokenize(adata, token_of, median_of)
    cells = [crop(ids) for ids in cells]
    try:
        write_arrow(folder, cells, cell_type)
        writer = "pyarrow"
    except ImportError:
        write_plain(folder, cells, cell_type)
        writer = "raw bytes"
    seconds, cpu_seconds = time.perf_counter() - begin, time.process_time() - cpu_begin

    digest = hashlib.sha256()
    for cell in cells:
        digest.update(np.array([len(cell)], dtype="<i4").tobytes() + cell.astype("<i4").tobytes())
    print(
        json.dumps(
            {
                "seconds": seconds,
                "cpuSeconds": cpu_seconds,
                "peakRssMb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
                "cells": len(cells),
                "tokens": sum(map(len, cells)),
                "sha256": digest.hexdigest(),
                "writer": writer,
            }
        )
    )


if __name__ == "__main__":
    main(*sys.argv[1:])

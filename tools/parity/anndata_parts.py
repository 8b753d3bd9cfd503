"""An AnnData with all kinds of parts, for the fixtures of several formats, and its parts as JSON."""

import anndata
import numpy as np
import pandas as pd
import scipy.sparse as sp

ROWS, COLS = 6, 4


def matrix(seed, cols=COLS):
    random = np.random.RandomState(seed)
    dense = np.floor(random.rand(ROWS, cols) * 9)
    dense[random.rand(ROWS, cols) < 0.5] = 0
    return dense.astype(np.float32)


def full(columns=0):
    obs = pd.DataFrame(
        {
            "label": pd.Categorical.from_codes([0, 1, -1, 1, 0, 2], ["cTEC", "mTEC", "Käfig"], ordered=True),
            "count": np.arange(ROWS, dtype=np.int16),
            "age": pd.array([1, None, 3, 4, 5, None], dtype="Int64"),
            "maybe": pd.array([True, None, False, True, None, True], dtype="boolean"),
            "kept": np.array([1, 0, 1, 1, 0, 0], dtype=bool),
            "note": ["a", "bé", "", "d", "e", "longer text"],
        },
        index=pd.Index([f"cell-{i}" for i in range(ROWS)], name="barcode"),
    )
    for i in range(columns):
        obs[f"column{i:03d}"] = np.full(ROWS, i, dtype=np.int8)
    var = pd.DataFrame({"symbol": [f"G{i}" for i in range(COLS)]}, index=[f"ENSG{i:011d}" for i in range(COLS)])
    data = anndata.AnnData(sp.csr_matrix(matrix(1)), obs=obs, var=var)
    wide = pd.DataFrame(index=[f"ENSG{i:011d}" for i in range(2 * COLS)])
    data.raw = anndata.AnnData(sp.csr_matrix(matrix(2, 2 * COLS)), obs=obs, var=wide)
    data.layers["counts"] = sp.csc_matrix(matrix(3).astype(np.int32))
    data.layers["dense"] = matrix(4).astype(np.float64)
    data.obsm["X_pca"] = np.arange(ROWS * 3, dtype=np.float32).reshape(ROWS, 3)
    data.obsm["X_sparse"] = sp.csr_matrix(matrix(5))
    data.obsm["table"] = pd.DataFrame({"x": np.arange(ROWS), "y": list("abcdef")}, index=obs.index)
    data.varm["PCs"] = np.arange(COLS * 3, dtype=np.float64).reshape(COLS, 3)
    data.obsp["distances"] = sp.csr_matrix(np.eye(ROWS, dtype=np.float32))
    data.uns["neighbors"] = {"params": {"n_neighbors": 15, "method": "umap", "exact": True}, "key": "distances"}
    data.uns["colors"] = np.array(["#ff0000", "#00ff00"])
    data.uns["records"] = np.array([("TTN", 1.5), ("PLN", 2.5)], dtype=[("name", "S5"), ("score", "<f4")])
    data.uns["list"] = np.arange(5, dtype=np.uint16)
    data.uns["empty"] = {}
    return data


def simple(value):
    """Returns a value of a dictionary as JSON: matrices as rows, tables as columns."""
    if isinstance(value, dict):
        return {key: simple(item) for key, item in value.items()}
    if isinstance(value, pd.DataFrame):
        return {"index": list(value.index), "columns": {name: value[name].tolist() for name in value}}
    if sp.issparse(value):
        return np.asarray(value.todense()).tolist()
    return value.tolist() if isinstance(value, (np.ndarray, np.generic)) else value


def elements(data):
    groups = {name: simple(dict(getattr(data, name))) for name in ("layers", "obsm", "varm", "obsp", "uns")}
    return {**groups, "X": simple(data.X), "raw": simple(data.raw.X), "rawVar": list(data.raw.var_names)}

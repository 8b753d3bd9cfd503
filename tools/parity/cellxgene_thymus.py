"""Turns simulated thymus cells into a file in the CELLxGENE schema, for the test of the thymus profile.

    node -e "import('@geneformer-ts/simulate').then(s => s.writeThymus('cells.h5ad', { seed: 5, cells: 360, genes: 500, depthScale: 0.1 }))"
    /usr/bin/python3 tools/parity/cellxgene_thymus.py cells.h5ad apps/reproduce/fixtures

(the first from packages/simulate, after its build). The schema: Ensembl ids as the var index, normalised values in X, raw counts in raw/X, donors and
Cell Ontology names as categories in obs. anndata writes it, so the reader is tried on a file that this project did not write.
"""
import sys

import anndata
import numpy as np
import pandas as pd

source, folder = sys.argv[1], sys.argv[2]
cells = anndata.read_h5ad(source)
names = {"cTEC": "cortical thymic epithelial cell", "mTEC": "medullary thymic epithelial cell"}
thymus = cells.obs["label"].astype(object).map(names)
rest = cells.obs["cell_type"].astype(str)
obs = pd.DataFrame(
    {
        "cell_type": pd.Categorical(thymus.where(thymus.notna(), rest)),
        "donor_id": pd.Categorical(cells.obs["donor_id"].astype(str)),
        "is_primary_data": True,
        "tissue": pd.Categorical(["thymus"] * cells.n_obs),
    },
    index=cells.obs_names,
)
known = cells.var_names.str.startswith("ENSG")
counts = cells.X.tocsr()[:, known].astype(np.float32)
var = pd.DataFrame({"feature_name": cells.var["symbol"].astype(str)[known].values}, index=cells.var_names[known])
raw = anndata.AnnData(counts, obs=obs, var=var)
normalised = counts.copy()
totals = np.asarray(counts.sum(axis=1)).ravel()
normalised.data = np.log1p(1e4 * normalised.data / np.repeat(totals, np.diff(normalised.indptr))).astype(np.float32)
written = anndata.AnnData(normalised, obs=obs, var=var.assign(feature_is_filtered=False))
written.raw = raw
written.uns["title"] = "SIMULATED cells in the CELLxGENE schema"
written.uns["schema_version"] = "5.1.0"
written.write_h5ad(f"{folder}/thymus-cellxgene.h5ad", compression="gzip")
print(written, written.obs["cell_type"].value_counts().head(), written.obs["donor_id"].nunique())

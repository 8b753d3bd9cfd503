"""
Makes packages/io/fixtures/text: tables as pandas, R and spreadsheets write them and Matrix Market files of every field, with
what pandas and scipy read from them.

    pip install pandas==2.* scipy==1.*
    python tools/parity/io-text.py
"""

import io
import json
import math
from pathlib import Path

import pandas as pd
from scipy.io import mmread

target = Path(__file__).parents[2] / "packages/io/fixtures/text"
target.mkdir(parents=True, exist_ok=True)

comma = ",n,x,label\na,1,0.5,T cell\nb,20,-1e-3,\nc,,2.25,B\n"
tables = {
    "crlf.csv": (comma.replace("\n", "\r\n").encode(), {"index_col": 0}),
    "cr.csv": (comma.replace("\n", "\r").encode(), {"index_col": 0}),
    "mark.csv": (b"\xef\xbb\xbf" + comma.encode(), {"index_col": 0, "encoding": "utf-8-sig"}),
    "little.csv": (b"\xff\xfe" + comma.encode("utf-16-le"), {"index_col": 0, "encoding": "utf-16"}),
    "big.csv": (b"\xfe\xff" + comma.encode("utf-16-be"), {"index_col": 0, "encoding": "utf-16"}),
    "markless.csv": (comma.encode("utf-16-le"), {"index_col": 0, "encoding": "utf-16-le"}),
    "decimal.csv": (
        comma.replace(",", ";").replace("0.5", "0,5").replace("2.25", "2,25").encode(),
        {"index_col": 0, "sep": ";", "decimal": ","},
    ),
    # R: write.table(frame)
    "r.txt": (b'"n" "x" "label"\n"a" 1 0.5 "T cell"\n"b" 20 -0.001 NA\n"c" NA 2.25 "B"\n', {"sep": " "}),
    # cellxgene's annotations
    "cellxgene.csv": (
        b"# Annotations generated on 2020-05-01 using cellxgene version 0.15.0\n"
        b"# Input data file was /data/cells.h5ad, which was last modified on 2020-04-01\n"
        b"index,my_label\na,T\nb,B\n",
        {"comment": "#"},
    ),
    "trailing.csv": (
        b"cell,n,,\na,1,,\nb,2,,\n",
        {"usecols": ["cell", "n"]},
    ),
}

golden = {"tables": {}, "matrices": {}}
for name, (content, options) in tables.items():
    (target / name).write_bytes(content)
    frame = pd.read_csv(io.BytesIO(content), **options)
    golden["tables"][name] = {
        "index": [str(value) for value in frame.index],
        "columns": {
            column: [None if isinstance(v, float) and math.isnan(v) else v for v in frame[column].tolist()]
            for column in frame.columns
        },
    }

banner = "%%MatrixMarket matrix coordinate "
matrices = {
    "pattern": f"{banner}pattern general\n% a comment\n2 3 3\n1 1\n% another\n2 1\n2 3\n",
    "integer": f"{banner}integer general\n2 3 2\n1 1 3\n% between\n\n2 3 20\n",
    "unsigned": f"{banner}unsigned-integer general\n2 3 2\n1 1 3\n2 3 20\n",
    "real": f"{banner}real general\n2 3 3\n1 1 3.5\n2 3 2e1\n2 1 1.\n",
    "double": f"{banner}double general\n2 3 1\n1 2 0.1\n",
    "symmetric": f"{banner}integer symmetric\n3 3 3\n1 1 3\n3 1 5\n3 2 7\n",
    "symmetric-pattern": f"{banner}pattern symmetric\n3 3 2\n2 1\n3 3\n",
}
for name, text in matrices.items():
    # scipy knows 'double' by the name of 'real', and no comments and blank lines between entries.
    first, *rest = text.replace("double", "real").splitlines(keepends=True)
    plain = first + "".join(line for line in rest if line.strip() and not line.startswith("%"))
    dense = mmread(io.BytesIO(plain.encode())).toarray()
    golden["matrices"][name] = {"text": text, "dense": dense.astype(float).tolist()}

(target / "text.json").write_text(json.dumps(golden, indent=1) + "\n")

"""Golden values for packages/viz, from implementations that share nothing with it.

    python3 tools/parity/viz-golden.py packages/viz/fixtures /path/to/dejavu-fonts-ttf/ttf

Writes golden.json: advance widths of text in the shipped fonts (fontTools) and vertically averaged ROC curves (numpy). Made with
fontTools 4.38, numpy 1.24.
"""

import json
import pathlib
import sys

import numpy as np
from fontTools.ttLib import TTFont

TEXTS = ["Geneformer", "cTEC → mTEC (n = 1,234)", "0.963 ± 0.01", "β-selection, αβ T cell", "Тимус", "…–½"]


def font_widths(folder):
    widths = []
    for weight, name in ((400, "DejaVuSansCondensed.ttf"), (700, "DejaVuSansCondensed-Bold.ttf")):
        font = TTFont(folder / name)
        glyphs, advances, em = font.getBestCmap(), font["hmtx"], font["head"].unitsPerEm
        for text in TEXTS:
            width = sum(advances[glyphs[ord(character)]][0] for character in text) / em
            widths.append({"weight": weight, "text": text, "em": width})
    return widths


def averaged_roc(rng):
    curves = []
    for _ in range(3):
        n = int(rng.integers(8, 15))
        fpr = np.concatenate([[0.0], np.sort(np.round(rng.random(n), 2)), [1.0]])
        tpr = np.concatenate([[0.0], np.sort(np.round(rng.random(n), 2)), [1.0]])
        curves.append({"fpr": fpr.tolist(), "tpr": tpr.tolist()})
    grid = np.linspace(0, 1, 21)
    # At a vertical step the curve's value is its top; interp takes the last of equal abscissae, which is that.
    heights = np.array([np.interp(grid, c["fpr"], c["tpr"]) for c in curves])
    heights[:, 0], heights[:, -1] = 0, 1
    mean, deviation = heights.mean(axis=0), heights.std(axis=0, ddof=1)
    return {
        "curves": curves,
        "tpr": mean.tolist(),
        "lower": np.clip(mean - deviation, 0, 1).tolist(),
        "upper": np.clip(mean + deviation, 0, 1).tolist(),
    }


if __name__ == "__main__":
    out, fonts = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    rng = np.random.default_rng(0)
    golden = {
        "fontWidths": font_widths(fonts),
        "averagedRoc": averaged_roc(rng),
    }
    out.mkdir(parents=True, exist_ok=True)
    (out / "golden.json").write_text(json.dumps(golden) + "\n")

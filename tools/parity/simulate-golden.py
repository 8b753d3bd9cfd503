"""Golden values of the samplers of packages/simulate, from numpy and scipy, and of the random source of packages/core.

Run: /usr/bin/python3 tools/parity/simulate-golden.py packages/simulate/fixtures packages/core/fixtures
Needs numpy and scipy (written with 1.24 and 1.10). Deterministic.
"""

import json
import sys
from pathlib import Path

import numpy as np
from scipy import special, stats

MASK = 0xFFFFFFFF


def rotate(x, k):
    return ((x << k) | (x >> (32 - k))) & MASK


def xoshiro128pp(state, count):
    """xoshiro128++ 1.0 by its published definition, on Python's unbounded integers."""
    s = list(state)
    words = []
    for _ in range(count):
        words.append((rotate((s[0] + s[3]) & MASK, 7) + s[0]) & MASK)
        t = (s[1] << 9) & MASK
        s[2] ^= s[0]
        s[3] ^= s[1]
        s[1] ^= s[2]
        s[0] ^= s[3]
        s[2] ^= t
        s[3] = rotate(s[3], 11)
    return words


def continuous(name, parameters, distribution):
    points = distribution.ppf(np.linspace(0.02, 0.98, 33))
    return table(name, parameters, distribution, points)


def discrete(name, parameters, distribution):
    low, high = distribution.ppf([0.005, 0.995])
    points = np.unique(np.round(np.linspace(low, high, 33)))
    return table(name, parameters, distribution, points)


def table(name, parameters, distribution, points):
    return {
        "distribution": name,
        "parameters": parameters,
        "mean": float(distribution.mean()),
        "variance": float(distribution.var()),
        "points": [float(f"{x:.12g}") for x in points],
        "cdf": [float(f"{x:.12g}") for x in distribution.cdf(points)],
    }


def negative_binomial(mean, size):
    return discrete("negativeBinomial", [mean, size], stats.nbinom(size, size / (size + mean)))


def main(out, source):
    for folder in (out, source):
        folder.mkdir(parents=True, exist_ok=True)
    state = [1, 2, 3, 4]
    wide = [0xDEADBEEF, 0x12345678, 0x9ABCDEF0, 0xFFFFFFFF]
    words = {"xoshiro": [{"state": s, "words": xoshiro128pp(s, 12)} for s in (state, wide)]}
    (source / "xoshiro.json").write_text(json.dumps(words, indent=1) + "\n")
    golden = {
        "logFactorial": [[k, float(special.gammaln(k + 1))] for k in (0, 1, 5, 20, 255, 256, 257, 1000, 123456)],
        "samplers": [
            continuous("normal", [], stats.norm()),
            *(continuous("gamma", [a], stats.gamma(a)) for a in (0.2, 0.9, 1, 3.5, 40)),
            *(continuous("beta", [a, b], stats.beta(a, b)) for a, b in ((1.5, 1.5), (1.5, 4), (1.2, 38.8))),
            *(discrete("poisson", [m], stats.poisson(m)) for m in (0.05, 1.7, 9.99, 10, 35, 4000)),
            *(negative_binomial(m, r) for m, r in ((0.02, 3), (0.9, 0.7), (5, 4), (7.99, 2), (8, 2), (250, 6))),
        ],
    }
    (out / "random.json").write_text(json.dumps(golden, indent=1) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))

"""Fixed values of simultaneous intervals for packages/eval: the max-t bootstrap in numpy, and critical values by integration in scipy.

Run: python tools/parity/eval-simultaneous.py packages/eval/fixtures

Made with numpy 2.4 and scipy 1.17. Writes simultaneous.json.
"""

import json
import pathlib
import sys

import numpy as np
from scipy import integrate, optimize, stats

LEVEL = 0.9


def max_t(estimates, resampled):
    """estimates: k, resampled: k × B."""
    whole = resampled[:, ~np.isnan(resampled).any(axis=0)]
    error = whole.std(axis=1, ddof=1)
    largest = (np.abs(whole - estimates[:, None]) / error[:, None]).max(axis=0)
    reach = np.quantile(largest, LEVEL)
    z = np.abs(estimates) / error
    p = (1 + (largest[None, :] >= z[:, None]).sum(axis=1)) / (1 + whole.shape[1])
    return {
        "standardError": error.tolist(),
        "low": (estimates - reach * error).tolist(),
        "high": (estimates + reach * error).tolist(),
        "pValue": p.tolist(),
    }


def critical(count, correlation):
    """The c with P(max |Z_j| <= c) = LEVEL for equally correlated normals: Dunnett's value for many degrees of freedom."""
    shared, own = np.sqrt(correlation), np.sqrt(1 - correlation)

    def inside(c):
        def given(z):
            both = stats.norm.cdf((c + shared * z) / own) - stats.norm.cdf((-c + shared * z) / own)
            return stats.norm.pdf(z) * both**count

        return integrate.quad(given, -9, 9)[0]

    return optimize.brentq(lambda c: inside(c) - LEVEL, 0.5, 6)


def main():
    rng = np.random.default_rng(5)
    estimates = np.array([0.031, -0.008, 0.0, 0.012])
    shared = 0.01 * rng.standard_normal(300)
    scale = np.array([0.008, 0.004, 0.02, 0.006])[:, None]
    resampled = np.round(estimates[:, None] + shared + scale * rng.standard_normal((4, 300)), 5)
    resampled[2, [17, 203]] = np.nan
    out = {
        "level": LEVEL,
        "estimates": estimates.tolist(),
        "resampled": [[None if np.isnan(v) else v for v in row] for row in resampled.tolist()],
        "expected": max_t(estimates, resampled),
        "critical": [[k, rho, critical(k, rho)] for k, rho in ((1, 0), (7, 0), (7, 0.5), (7, 0.9))],
    }
    (pathlib.Path(sys.argv[1]) / "simultaneous.json").write_text(json.dumps(out) + "\n")


main()

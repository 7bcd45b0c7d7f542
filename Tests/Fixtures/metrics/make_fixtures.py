"""Arrays, and what NumPy makes of them by the published formulas: metrics.json.

    python make_fixtures.py

Features are single precision; everything else is computed in double.
"""

import json
import math
import pathlib

import numpy as np

random = np.random.default_rng(20180522)


def features(rows, columns, spread=1.0, shift=0.0):
    return (random.normal(size=(rows, columns)) * spread + shift).astype(np.float32)


def cdist(one, other):
    difference = one.astype(np.float64)[:, None] - other.astype(np.float64)[None]
    return np.sqrt((difference ** 2).sum(axis=-1))


def entropy(p, q=None):
    p = p[p > 0] if q is None else p
    if q is None:
        return float(-(p * np.log(p)).sum())
    held = p > 0
    return float((p[held] * np.log(p[held] / q[held])).sum())


def normal_cdf(z):
    return (1 + math.erf(z / math.sqrt(2))) / 2


def written(array):
    # As few digits as give the same single-precision numbers.
    return {"values": [float(str(v)) for v in np.asarray(array, dtype=np.float32).ravel()], "count": len(array)}


def neighbourhoods(real, fake, k=5):
    """Naeem et al. 2020: the k-th nearest other row, distances strictly below it."""
    def radii(rows):
        return np.partition(cdist(rows, rows), k, axis=-1)[:, k]

    radius_real, radius_fake, distance = radii(real), radii(fake), cdist(real, fake)
    inside = distance < radius_real[:, None]
    return {
        "precision": float(inside.any(axis=0).mean()),
        "recall": float((distance < radius_fake[None, :]).any(axis=1).mean()),
        "density": float(inside.sum(axis=0).mean() / k),
        "coverage": float((distance.min(axis=1) < radius_real).mean()),
    }


def effective_rank(rows):
    spectrum = np.linalg.eigvalsh(np.cov(rows, rowvar=False).reshape(rows.shape[1], -1))
    spectrum = spectrum[spectrum > spectrum.max() * 1e-12]
    return float(np.exp(entropy(spectrum / spectrum.sum())))


def mean_distance(rows):
    return float(cdist(rows, rows)[np.triu_indices(len(rows), 1)].mean())


def lloyd(rows, centres, iterations=50):
    assigned = None
    for _ in range(iterations):
        now = cdist(rows, centres).argmin(axis=1)
        if assigned is not None and (now == assigned).all():
            break
        assigned = now
        centres = np.array(
            [rows[now == c].mean(axis=0) if (now == c).any() else centres[c] for c in range(len(centres))])
    return centres, assigned


def bins(shares, n, known, m):
    """Richardson and Weiss 2018: a test of two proportions for each bin, and the divergence of all."""
    pooled = (n * shares + m * known) / (n + m)
    error = np.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m))
    p = [2 * (1 - normal_cdf(abs(s - t) / e)) if e > 0 else 1 for s, t, e in zip(shares, known, error)]
    middle = (shares + known) / 2
    return {
        "ndb": float((np.array(p) < 0.05).mean()),
        "divergence": float((entropy(shares, middle) + entropy(known, middle)) / 2),
    }


def oscillation(values):
    x = np.arange(len(values))
    residuals = values - np.polyval(np.polyfit(x, values, 1), x)
    noise = (np.diff(values) ** 2).mean() / 2
    return float(np.sqrt(max(0, (residuals ** 2).mean() - noise)) / np.abs(values).mean())


def memorisation(training, held_out, samples, beside):
    def within(rows):
        distances = cdist(rows, rows)
        np.fill_diagonal(distances, np.inf)
        return distances.min(axis=1)

    near = np.sort(within(beside))[len(beside) // 100]
    usual = np.median(cdist(held_out, training).min(axis=1)) if held_out is not None else np.median(within(training))
    return {
        "nearest_ratio": float(np.median(cdist(samples, training).min(axis=1)) / usual),
        "duplicates": float((within(samples) < near).mean()),
    }


real, good = features(90, 12), features(90, 12, 1.02)
# Two places out of many, and something beside them.
bad = np.concatenate([features(60, 12, 0.1, 0.5), features(30, 12, 0.3, -1.0)])
mirrored = np.concatenate([real[:40] + features(40, 12, 0.01), features(50, 12)]).astype(np.float32)
repeated = np.concatenate([np.repeat(features(9, 12), 8, axis=0), features(18, 12)]).astype(np.float32)
repeated += features(90, 12, 0.001)
wide = features(7, 40)

first = real[:6].astype(np.float64)
centres, assigned = lloyd(real.astype(np.float64), first)
known = np.bincount(assigned, minlength=6) / 90


def shares(rows):
    return np.bincount(cdist(rows, centres).argmin(axis=1), minlength=6) / len(rows)


steps = np.arange(120)
curves = {
    "noise": 0.5 + 0.1 * random.normal(size=120),
    "trend": 0.2 + 0.005 * steps + 0.01 * random.normal(size=120),
    "swinging": 0.5 + 0.4 * np.sin(steps / 9) + 0.02 * random.normal(size=120),
}
weights = {"tall": features(24, 9), "wide": features(9, 31), "low": (features(20, 3) @ features(3, 16)).astype(np.float32)}
symmetric = features(33, 33).astype(np.float64)
symmetric = symmetric + symmetric.T
held_out = features(30, 12)

fixture = {
    "features": {
        name: written(rows)
        for name, rows in dict(
            real=real, good=good, bad=bad, mirrored=mirrored, repeated=repeated, wide=wide, held_out=held_out).items()
    },
    "mean_distance": {n: mean_distance(r.astype(np.float64)) for n, r in dict(real=real, bad=bad, wide=wide).items()},
    "mean_deviation": {n: float(r.astype(np.float64).std(axis=0).mean()) for n, r in dict(real=real, bad=bad).items()},
    "effective_rank": {
        n: effective_rank(r.astype(np.float64)) for n, r in dict(real=real, bad=bad, repeated=repeated, wide=wide).items()},
    "neighbourhoods": {
        n: neighbourhoods(real.astype(np.float64), r.astype(np.float64)) for n, r in dict(good=good, bad=bad, mirrored=mirrored).items()},
    "kmeans": {"centres": written(centres), "shares": [float(v) for v in known]},
    "bins": {n: bins(shares(r), len(r), known, 90) for n, r in dict(good=good, bad=bad, mirrored=mirrored).items()},
    "memorisation": {
        n: memorisation(real, held, r, good) for n, held, r in [
            ("good", held_out, good), ("mirrored", held_out, mirrored), ("repeated", None, repeated)]},
    "symmetric": {"matrix": [float(v) for v in symmetric.ravel()], "eigenvalues": [float(v) for v in np.linalg.eigvalsh(symmetric)[::-1]]},
    "weights": {
        n: {"matrix": written(w), "singular": [float(v) for v in np.linalg.svd(w.astype(np.float64), compute_uv=False)]}
        for n, w in weights.items()},
    "curves": {n: {"values": [float(v) for v in c], "oscillation": oscillation(c)} for n, c in curves.items()},
}

place = pathlib.Path(__file__).with_name("metrics.json")
place.write_text(json.dumps(fixture, indent=None, separators=(",", ":")) + "\n")
print(place, place.stat().st_size)
for key in ["mean_distance", "mean_deviation", "effective_rank", "neighbourhoods", "bins", "memorisation"]:
    print(key, fixture[key])
print({n: c["oscillation"] for n, c in fixture["curves"].items()})

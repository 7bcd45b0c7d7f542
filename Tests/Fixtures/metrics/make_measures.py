"""Arrays, and what public implementations make of them: measures.json.

    pip install numpy torch torchvision scipy scikit-image pytorch-fid torch-fidelity prdc
    python make_measures.py

pytorch-fid 0.3.0 (Fréchet distance), torch-fidelity 0.4.0 (kernel distance, Inception Score, precision and recall with closed
neighbourhoods), prdc 0.2 (precision, recall, density, coverage), scikit-image 0.26 (SSIM, PSNR). The sliced Wasserstein
distance and MS-SSIM, which have no maintained package, are evaluated here with NumPy by their papers' definitions.
"""

import contextlib
import io
import json
import math
import pathlib

import numpy as np
import torch
from prdc import compute_prdc
from pytorch_fid.fid_score import calculate_frechet_distance
from skimage.metrics import peak_signal_noise_ratio, structural_similarity
from torch_fidelity.metric_isc import isc_features_to_metric
from torch_fidelity.metric_kid import kernel_poly, mmd2
from torch_fidelity.metric_prc import calculate_precision_recall_full

random = np.random.default_rng(20170626)


def written(array):
    array = np.asarray(array, dtype=np.float32)
    return {"values": [float(str(v)) for v in array.ravel()], "count": len(array)}


def features(rows, columns, spread=1.0, shift=0.0):
    return (random.normal(size=(rows, columns)) * spread + shift).astype(np.float32)


mixing = random.normal(size=(24, 24)) / 5 + np.eye(24)
sets = {
    "real": (features(120, 24) @ mixing).astype(np.float32) + np.float32(0.4),
    "good": (features(100, 24) @ mixing).astype(np.float32) + np.float32(0.45),
    "narrow": (features(100, 24, 0.3) @ mixing).astype(np.float32),
    # Fewer than columns.
    "few": (features(11, 24) @ mixing).astype(np.float32),
    # A generator that makes three things.
    "three": np.repeat(features(3, 24), 30, axis=0) + features(90, 24, 1e-4),
    "one": np.repeat(features(1, 24), 50, axis=0),
    # Far from the origin.
    "far": features(80, 24, 0.01, 100.0),
}


def fid(one, other):
    def statistics(rows):
        rows = rows.astype(np.float64)
        return rows.mean(axis=0), np.cov(rows, rowvar=False)

    with contextlib.redirect_stdout(io.StringIO()):
        return float(calculate_frechet_distance(*statistics(one), *statistics(other)))


def kid(one, other, subsets, size):
    values, chosen = [], []
    numbers = np.random.RandomState(2020)
    for _ in range(subsets):
        a, b = numbers.choice(len(one), size, replace=False), numbers.choice(len(other), size, replace=False)
        x, y = one[a].astype(np.float64), other[b].astype(np.float64)
        kernels = [kernel_poly(p, q, kid_kernel_poly_degree=3, kid_kernel_poly_gamma=None, kid_kernel_poly_coef0=1)
                   for p, q in [(x, x), (x, y), (y, y)]]
        values.append(float(mmd2(*kernels)))
        chosen.append({"samples": a.tolist(), "examples": b.tolist()})
    return {"subsets": chosen, "values": values, "mean": float(np.mean(values))}


def quiet(function, *arguments, **keywords):
    with contextlib.redirect_stdout(io.StringIO()):
        return function(*arguments, **keywords)


def neighbourhoods(real, fake):
    closed = calculate_precision_recall_full(torch.tensor(fake), torch.tensor(real), 3)
    return {
        "prdc": {key: float(value) for key, value in quiet(compute_prdc, real, fake, nearest_k=5).items()},
        "closed": {"precision": closed[0], "recall": closed[1]},
    }


scores = features(90, 10, 2.5)
scores[:30, 4] += 6

fixture = {
    "features": {name: written(rows) for name, rows in sets.items()},
    "scores": written(scores),
    "fid": {name: fid(rows, sets["real"]) for name, rows in sets.items() if name not in ["one"]},
    "kid": {name: kid(sets[name], sets["real"], 4, 40) for name in ["good", "narrow", "three", "far"]},
    "neighbourhoods": {name: neighbourhoods(sets["real"], sets[name]) for name in ["good", "narrow", "three"]},
    "inception_score": {
        str(splits): {"mean": r["inception_score_mean"], "deviation": r["inception_score_std"]}
        for splits in [1, 4, 10]
        for r in [isc_features_to_metric(torch.tensor(scores), splits=splits, shuffle=False)]},
}


# Images of 8 bits, in 0…1.

def coarse(planes):
    return (np.round(np.clip(planes, 0, 1) * 255) / 255).astype(np.float32)


def bytes_of(planes):
    return np.round(np.asarray(planes) * 255).astype(int).ravel().tolist()


def image(height, width, channels, roughness):
    rows, columns = np.mgrid[0:height, 0:width]
    planes = [
        0.5 + 0.3 * np.sin(rows / (5 + c) + c) * np.cos(columns / (7 - c))
        + roughness * random.normal(size=(height, width)) for c in range(channels)]
    return coarse(np.stack(planes))


def blurred(planes):
    padded = np.pad(planes, ((0, 0), (1, 1), (1, 1)), mode="edge")
    height, width = planes.shape[1:]
    return coarse(sum(padded[:, i:i + height, j:j + width] for i in range(3) for j in range(3)) / 9)


def ssim(one, other):
    """Wang et al. 2004: a Gaussian window of 11 with deviation 1.5, population covariance, borders left out."""
    return float(structural_similarity(
        one.astype(np.float64), other.astype(np.float64), channel_axis=0, data_range=1, gaussian_weights=True, sigma=1.5,
        use_sample_covariance=False))


WEIGHTS = np.array([0.0448, 0.2856, 0.3001, 0.2363, 0.1333])


def window(size, sigma):
    offsets = np.arange(size) - (size - 1) / 2
    line = np.exp(-offsets ** 2 / (2 * sigma ** 2))
    square = np.outer(line, line)
    return square / square.sum()


def filtered(plane, square):
    size = len(square)
    height, width = plane.shape[0] - size + 1, plane.shape[1] - size + 1
    return sum(square[i, j] * plane[i:i + height, j:j + width] for i in range(size) for j in range(size))


def multiscale(one, other):
    """Wang et al. 2003, five scales; as PGGAN's: the window shrinks with small images, halves are means of 2x2."""
    one, other = one.astype(np.float64), other.astype(np.float64)
    similarity, contrast = [], []
    for _ in range(5):
        side = min(11, one.shape[1], one.shape[2])
        square = window(side, 1.5 * side / 11)
        c1, c2 = 0.01 ** 2, 0.03 ** 2
        whole, part = [], []
        for a, b in zip(one, other):
            ma, mb = filtered(a, square), filtered(b, square)
            va, vb = filtered(a * a, square) - ma ** 2, filtered(b * b, square) - mb ** 2
            cov = filtered(a * b, square) - ma * mb
            cs = (2 * cov + c2) / (va + vb + c2)
            part.append(cs.mean())
            whole.append((cs * (2 * ma * mb + c1) / (ma ** 2 + mb ** 2 + c1)).mean())
        similarity.append(np.mean(whole))
        contrast.append(np.mean(part))
        height, width = one.shape[1] // 2 * 2, one.shape[2] // 2 * 2
        one, other = [
            (p[:, 0:height:2, 0:width:2] + p[:, 1:height:2, 0:width:2] + p[:, 0:height:2, 1:width:2]
             + p[:, 1:height:2, 1:width:2]) / 4 for p in (one, other)]
    contrast, similarity = np.maximum(contrast, 0), np.maximum(similarity, 0)
    return float(np.prod(contrast[:-1] ** WEIGHTS[:-1]) * similarity[-1] ** WEIGHTS[-1])


BINOMIAL = np.outer([1, 4, 6, 4, 1], [1, 4, 6, 4, 1]) / 256


def mirrored(planes, square):
    padded = np.pad(planes, ((0, 0), (2, 2), (2, 2)), mode="reflect")
    height, width = planes.shape[1:]
    return sum(square[i, j] * padded[:, i:i + height, j:j + width] for i in range(5) for j in range(5))


def pyramid(planes, least=16):
    """Karras et al. 2018, section 5: differences of each level from the next one made larger again."""
    planes = planes.astype(np.float64)
    levels = []
    while min(planes.shape[1:]) > least:
        smaller = mirrored(planes, BINOMIAL)[:, ::2, ::2]
        larger = np.zeros_like(planes)
        larger[:, ::2, ::2] = smaller
        levels.append(planes - mirrored(larger, 4 * BINOMIAL))
        planes = smaller
    return levels + [planes]


def patches(level, places):
    return np.stack([level[:, y - 3:y + 4, x - 3:x + 4] for y, x in places])


def normalised(rows):
    """Of all patches of a side, by channel."""
    mean = rows.mean(axis=(0, 2, 3), keepdims=True)
    deviation = rows.std(axis=(0, 2, 3), keepdims=True)
    return ((rows - mean) / deviation).reshape(len(rows), -1)


def sliced(one, other, directions):
    """The mean distance of sorted projections onto unit directions, a column each."""
    return float(np.abs(np.sort(one @ directions, axis=0) - np.sort(other @ directions, axis=0)).mean())


pairs = {
    "noisy": (image(24, 20, 3, 0.02), None), "blurred": (image(64, 64, 3, 0.05), None), "grey": (image(40, 33, 1, 0.1), None),
    "large": (image(176, 180, 1, 0.05), None),
}
comparisons = {}
for name, (one, _) in pairs.items():
    other = blurred(one) if name in ["blurred", "large"] else coarse(one + random.normal(size=one.shape) * 0.05)
    comparison = {
        "one": bytes_of(one), "other": bytes_of(other), "shape": list(one.shape), "ssim": ssim(one, other),
        "psnr": float(peak_signal_noise_ratio(one.astype(np.float64), other.astype(np.float64), data_range=1)),
        "ms_ssim": multiscale(one, other),
    }
    comparisons[name] = comparison
fixture["images"] = comparisons

whole = image(36, 32, 3, 0.05)
levels = pyramid(whole)
one = np.stack([image(32, 32, 3, 0.05) for _ in range(6)])
other = np.stack([blurred(image(32, 32, 3, 0.1)) for _ in range(6)])
places = [[(int(y), int(x)) for y, x in random.integers(3, side - 3, size=(8, 2))] for side in [32, 16]]
directions = random.normal(size=(147, 12))
directions /= np.linalg.norm(directions, axis=0)
distances = []
for number in range(2):
    a, b = [normalised(np.concatenate([patches(pyramid(i)[number], places[number]) for i in side])) for side in (one, other)]
    distances.append(1e3 * sliced(a, b, directions))
fixture["pyramid"] = {
    "image": bytes_of(whole), "shape": list(whole.shape),
    "levels": [{"shape": list(level.shape), "values": [round(float(v), 9) for v in level.ravel()]} for level in levels],
}
fixture["sliced"] = {
    "one": bytes_of(one), "other": bytes_of(other), "shape": [3, 32, 32], "places": places,
    "directions": [float(v) for v in directions.T.ravel()], "distances": distances,
}

place = pathlib.Path(__file__).with_name("measures.json")
place.write_text(json.dumps(fixture, indent=None, separators=(",", ":")) + "\n")
print(place, place.stat().st_size)
for key in ["fid", "neighbourhoods", "inception_score"]:
    print(key, fixture[key])
print({n: k["mean"] for n, k in fixture["kid"].items()})
print({n: [c["ssim"], c["psnr"], c["ms_ssim"]] for n, c in comparisons.items()}, distances, math.pi > 3)

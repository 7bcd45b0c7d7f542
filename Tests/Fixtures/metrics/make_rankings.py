"""Scores with what holds, and what scikit-learn makes of them: rankings.json.

    pip install numpy scikit-learn scipy
    python make_rankings.py

Average precision and the area under the curve are scikit-learn's; the equal error rate is where SciPy's `brentq` finds it on the line
through scikit-learn's points; the calibration error is evaluated with NumPy by the definition of Guo et al. 2017, section 2.
"""

import json
import pathlib

import numpy as np
import sklearn
from scipy.interpolate import interp1d
from scipy.optimize import brentq
from sklearn.metrics import average_precision_score, roc_auc_score, roc_curve

random = np.random.default_rng(20170614)


def scored(count, share, apart, levels=None):
    holds = random.uniform(size=count) < share
    scores = random.normal(size=count) + apart * holds
    if levels:
        # Many that are equal.
        scores = np.round(scores * levels) / levels
    return np.float32(scores), holds


def calibration(confidences, right):
    bins = np.clip(np.ceil(confidences * 15).astype(int) - 1, 0, 14)
    return sum(
        abs(confidences[bins == b].mean() - right[bins == b].mean()) * (bins == b).mean()
        for b in range(15) if (bins == b).any())


rankings = []
for arguments in [(200, 0.3, 1.0), (500, 0.05, 0.5), (80, 0.5, 3.0), (300, 0.4, 1.0, 2), (40, 0.9, 0.0, 1)]:
    scores, holds = scored(*arguments)
    accepted, found, _ = roc_curve(holds, scores)
    accuracies = [np.mean((scores >= score) == holds) for score in scores] + [np.mean(~holds)]
    confidences = 1 / (1 + np.exp(-np.abs(scores.astype(np.float64))))
    rankings.append({
        "scores": [float(str(score)) for score in scores], "holds": [bool(hold) for hold in holds],
        "averagePrecision": average_precision_score(holds, scores),
        "area": roc_auc_score(holds, scores),
        "equalErrorRate": brentq(lambda x: 1 - x - interp1d(accepted, found)(x), 0, 1, xtol=1e-12),
        "best": max(accuracies), "confidences": list(map(float, confidences)),
        "calibration": float(calibration(confidences, (scores > 0) == holds))})

made = {"madeWith": f"scikit-learn {sklearn.__version__}", "rankings": rankings}
path = pathlib.Path(__file__).with_name("rankings.json")
path.write_text(json.dumps(made, indent=1) + "\n")

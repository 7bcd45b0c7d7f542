"""From which values on a signal speaks of a failure: the healthy runs' checks, by the kind of data.

    python thresholds.py points NOTEBOOK … > points.csv

Runs are healthy by ground truth and not by their names: on the mixtures those that end with every mode and have at
least 7 of 8 (22 of 25) at each check after the grace; on images those whose names say so.
"""

import collections
import csv
import sqlite3
import sys

import numpy as np

GRACE = {"points": 800, "images": 800}
MARK = "signals_share"


def checks(database, run):
    """Values of each check, the last spectra with them."""
    values = collections.defaultdict(dict)
    rows = database.execute(
        "SELECT m.step, n.name, m.value FROM metric m JOIN metricName n ON n.id = m.name WHERE m.run = ?", (run,))
    for step, name, value in rows:
        if value is not None:
            values[step][name] = value
    last = {}
    for step in sorted(values):
        for name in ("spectrum_share", "generator_stretch", "modes", "high_quality"):
            if name in values[step]:
                last[name] = values[step][name]
        if MARK in values[step]:
            yield step, {**last, **values[step]}


def runs(notebooks):
    for notebook in notebooks:
        database = sqlite3.connect(notebook)
        for number, name, data in database.execute("SELECT id, name, text FROM run ORDER BY id"):
            yield name, 25 if "grid side" in data else 8, list(checks(database, number))


def modes(found, grace):
    return [values["modes"] for step, values in found if step >= grace and "modes" in values]


def outcome(kind, name, all_modes, found):
    if kind == "images":
        return name.split("-")[0]
    kept = modes(found, GRACE[kind])
    if not kept:
        return "unknown"
    if min(kept) >= all_modes - (1 if all_modes == 8 else 3) and kept[-1] == all_modes:
        return "healthy"
    return "collapsed" if np.median(kept[len(kept) // 2:]) <= 0.7 * all_modes else "between"


def main(kind, notebooks):
    healthy = collections.defaultdict(list)
    for name, all_modes, found in runs(notebooks):
        if not found:
            continue
        result = outcome(kind, name, all_modes, found)
        print(f"# {name}: {result}, {len(found)} checks, modes {[int(m) for m in modes(found, GRACE[kind])][-5:]}", file=sys.stderr)
        if result != "healthy":
            continue
        first, best = {}, {}
        for step, values in found:
            for signal, value in values.items():
                first.setdefault(signal, value)
                best[signal] = max(best.get(signal, value), value)
                if step >= GRACE[kind]:
                    healthy[signal].append(value)
                    if first[signal] > 0:
                        healthy[signal + " over first"].append(value / first[signal])
                    healthy[signal + " less first"].append(value - first[signal])
                    if best[signal] > 0:
                        healthy[signal + " over best"].append(value / best[signal])
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(["signal", "checks", "mean", "deviation", "least", "most", "below", "above"])
    for signal, values in sorted(healthy.items()):
        v = np.array(values)
        m, s = v.mean(), v.std(ddof=1) if len(v) > 1 else 0.0
        writer.writerow([signal, len(v)] + [f"{x:.4g}" for x in (
            m, s, v.min(), v.max(), min(m - 4 * s, v.min()), max(m + 4 * s, v.max()))])


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])

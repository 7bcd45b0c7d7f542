"""What signals say of runs that are well, and of those that fail: where thresholds come from.

    python thresholds.py points TRUTH.csv NOTEBOOK > points.csv
    python thresholds.py digits TRUTH.csv NOTEBOOK faces TRUTH.csv NOTEBOOK > images.csv

Of the healthy runs of `labelled.py calibration`, by the truth of truth.py, it takes each check at which the generator is
not still learning, as `LearningProgress` tells: it has not reached its best coverage within the last half of the steps.
Of those that fail, each check after the failure.
"""

import collections
import csv
import sqlite3
import sys

import numpy as np

MARK, SPECTRA = "signals_share", ("spectrum_share", "generator_stretch")
GRACE, MARGIN, LOST = 500, 0.05, 0.75


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
        last.update({name: values[step][name] for name in SPECTRA if name in values[step]})
        if MARK in values[step]:
            yield step, {**last, **values[step]}


def learnt(found):
    """Checks without those at which the generator is still learning."""
    best = best_step = 0
    for step, values in found:
        covered = values.get("coverage", 0)
        if covered > best + MARGIN:
            best, best_step = covered, step
        if step >= GRACE and not (covered >= LOST * best and step < 2 * best_step):
            yield step, values


def main(*arguments):
    well, failing = collections.defaultdict(list), collections.defaultdict(list)
    for kind, truths, notebook in zip(arguments[::3], arguments[1::3], arguments[2::3]):
        database = sqlite3.connect(notebook)
        truth = {row["run"]: row for row in csv.DictReader(open(truths))}
        for number, name in database.execute("SELECT id, name FROM run ORDER BY id").fetchall():
            told = truth.get(name)
            if told is None or told["label"] == "between":
                continue
            for step, values in learnt(list(checks(database, number))):
                for signal, value in values.items():
                    if told["label"] == "healthy":
                        well[signal].append(value)
                    elif step >= int(told["since"]):
                        failing[signal].append(value)
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(["signal", "healthy checks", "least", "0.01", "median", "0.99", "most",
                     "failing checks", "0.1", "median", "0.9"])
    for signal in sorted(well):
        w, f = np.array(well[signal]), np.array(failing.get(signal, [np.nan]))
        numbers = [*np.quantile(w, [0, 0.01, 0.5, 0.99, 1])], [*np.nanquantile(f, [0.1, 0.5, 0.9])]
        writer.writerow([signal, len(w), *(f"{x:.4g}" for x in numbers[0]), len(f), *(f"{x:.4g}" for x in numbers[1])])


if __name__ == "__main__":
    main(*sys.argv[1:])

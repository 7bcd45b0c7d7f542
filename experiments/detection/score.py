"""How often the detector is right on runs that no threshold saw, and how long after the failure it says so.

    python score.py points TRUTH.csv NOTEBOOK [digits TRUTH.csv NOTEBOOK …]

The truth is that of truth.py; what the detector says is asked of the program (GANSH), by `diagnose` of each run. An alarm
is counted where it stands at the end of a run. Runs between healthy and failing are listed and not counted.
"""

import collections
import csv
import json
import math
import os
import statistics
import subprocess
import sys

WELL = {"healthy", "none"}


def wilson(right, all_of_them, z=1.96):
    if not all_of_them:
        return "-"
    p, n = right / all_of_them, all_of_them
    middle, reach = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    low, high = ((middle + sign * reach) / (1 + z * z / n) for sign in (-1, 1))
    return f"{right} of {n}, {p:.2f} ({low:.2f} to {high:.2f})"


def main(*arguments):
    tables = collections.defaultdict(collections.Counter)
    confusion, delays, cleared, missed = collections.Counter(), collections.defaultdict(list), collections.defaultdict(list), []
    for kind, truths, notebook in zip(arguments[::3], arguments[1::3], arguments[2::3]):
        for truth in csv.DictReader(open(truths)):
            name, label = truth["run"], truth["label"]
            answer = subprocess.run(
                [os.environ.get("GANSH", "gansh"), "--notebook", notebook, "--json", "-c", f"diagnose {name}"],
                capture_output=True, text=True)
            try:
                said = json.loads(answer.stdout)[0]
            except (ValueError, IndexError):
                print(f"{name:26} {label:12} no answer: {' '.join(answer.stderr.split())[-200:]}")
                missed.append((name, label, "no answer"))
                continue
            failure = said["failure"]
            row = f"{name:26} {label:12} since {truth['since'] or '-':>5}  {failure:20}"
            if failure != "none":
                row += f" told at {said['alarm']} since {said['since']} of {truth['steps']}  {said['signals']}"
            print(row)
            if label == "between":
                continue
            for part in (kind, "all"):
                tables[part][label in WELL, failure in WELL] += 1
                if label in WELL:
                    cleared[part].append(said["alarms"])
                elif failure not in WELL and said["alarm"] is not None:
                    delays[part].append(said["alarm"] - int(truth["since"]))
            confusion[label, failure] += 1
            if (label in WELL) != (failure in WELL):
                missed.append((name, label, failure))
    print("\n| data | healthy | failing | precision | recall | median delay | false alarms a healthy run |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for part, table in sorted(tables.items(), key=lambda pair: pair[0] == "all"):
        right, wrong, silent = table[False, False], table[True, False], table[False, True]
        delay = f"{statistics.median(delays[part]):.0f} steps" if delays[part] else "-"
        told = cleared[part]
        print(f"| {part} | {len(told)} | {right + silent} | {wilson(right, right + wrong)} | {wilson(right, right + silent)} "
              f"| {delay} | {sum(told) / max(1, len(told)):.2f} |")
    print("\n" + "\n".join(f"{label:12} told {failure:20} {count}" for (label, failure), count in sorted(confusion.items())))
    print("\n" + "\n".join(f"wrong: {name} is {label}, told {failure}" for name, label, failure in missed))


if __name__ == "__main__":
    main(*sys.argv[1:])

"""How often the detector is right on labelled runs, and how long after the failure it says so.

    python score.py points NOTEBOOK …

It asks `diagnose` of each run (GANSH says where the program is); the truth is that of thresholds.py.
"""

import collections
import json
import os
import sqlite3
import subprocess
import sys

import thresholds


def main(kind, notebooks):
    table = collections.Counter()
    by_families = collections.defaultdict(lambda: [0, 0])
    for notebook in notebooks:
        for name, all_modes, found in thresholds.runs([notebook]):
            if len(found) < 3:
                continue
            truth = thresholds.outcome(kind, name, all_modes, found)
            answer = subprocess.run(
                [os.environ.get("GANSH", "gansh"), "--notebook", notebook, "--json", "-c", f"diagnose {name}"],
                capture_output=True, text=True)
            try:
                said = json.loads(answer.stdout)[0]
            except (ValueError, IndexError):
                print(name, truth, "no answer:", answer.stderr.strip().splitlines()[-1:])
                continue
            failure = said["failure"]
            is_right = (failure != "none") == (truth != "healthy")
            table[truth, failure] += 1
            if failure != "none" and truth != "between":
                families = said["families"]
                by_families[families][0] += is_right
                by_families[families][1] += 1
            print(f"{name:28} {truth:12} {failure:20} since {said['since']} of {found[-1][0]}  {said['signals']}")
    print()
    for (truth, failure), count in sorted(table.items()):
        print(f"{truth:12} told {failure:20} {count}")
    for families, (right, all_told) in sorted(by_families.items()):
        print(f"alarms of {families} families: {right} of {all_told} right")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])

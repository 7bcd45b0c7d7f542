#!/usr/bin/env python3
"""Unnamed runs that begin at the same moment, in a notebook that does not exist yet.

    starting.py GANSH [--processes 16] [--rounds 10]

Each round has an empty folder. Every process declares the same data set and networks and starts a
run without a name; half of them, once all have ended, replay the first run at once. Exit status 1 if
a process failed or said something was wrong, or if a run, its end or a number is missing.
"""

import argparse
import sqlite3
import subprocess
import sys
import tempfile

LINES = (
    "data ring ring; arch toy like mlp points=2 width=16; "
    "run toy on ring steps=20 batch=16 sample-every=1k threads=1 seed={}"
)


def together(gansh, folder, lines):
    """Runs one process per line at once; gives what those said that failed or warned."""
    processes = [
        subprocess.Popen(
            [gansh, "-c", line], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            text=True)
        for line in lines
    ]
    faults = []
    for process in processes:
        said = process.communicate(timeout=300)[1]
        if process.returncode != 0 or "error" in said or "warning" in said:
            faults.append(f"status {process.returncode}: {said.strip()}")
    return faults


def round_of(gansh, processes):
    """One round; gives how many runs there are, and the faults."""
    with tempfile.TemporaryDirectory() as folder:
        faults = together(gansh, folder, [LINES.format(n + 1) for n in range(processes)])
        replays = processes // 2
        faults += together(gansh, folder, ["replay toy-1"] * replays)
        rows = sqlite3.connect(folder + "/gansh.sqlite").execute(
            "SELECT name, status, stepsDone FROM run").fetchall()
        wanted = {f"toy-{n + 1}" for n in range(processes)} | {
            "toy-1-replay" + (f"-{n + 1}" if n else "") for n in range(replays)}
        missing = wanted - {name for name, status, steps in rows if (status, steps) == ("finished", 20)}
        if missing:
            faults.append(f"missing or not finished: {', '.join(sorted(missing))}")
        return sum("replay" not in name for name, _, _ in rows), len(rows), faults


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("gansh")
    parser.add_argument("--processes", type=int, default=16)
    parser.add_argument("--rounds", type=int, default=10)
    options = parser.parse_args()
    runs = rows = faults = 0
    for _ in range(options.rounds):
        unnamed, all_rows, said = round_of(options.gansh, options.processes)
        runs, rows, faults = runs + unnamed, rows + all_rows, faults + len(said)
        for line in said:
            print(line)
    print(f"{runs} runs and {rows - runs} replays, {faults} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())

"""Times measures of features, and what memory they take, beside the public implementations in Python, by turns.

    python3 -m venv venv && venv/bin/pip install numpy scipy pytorch-fid prdc
    venv/bin/python compare.py --gansh ../../.build/release/gansh --rows 10000 --width 2048 --rounds 3

Both read the same two files. Of Python the time is that of the measure alone, in a process that has imported and read everything;
of gansh it is that of the whole program, with reading the files. Peak memory is that of either process.
"""
import argparse
import json
import os
import pathlib
import resource
import statistics
import subprocess
import sys
import tempfile
import time

import numpy as np

MEASURES = {"fid": "fid", "prdc": "precision,recall,density,coverage"}


def reference(measure, made, real):
    """The measure in Python: its values, and the seconds that it took."""
    one, other = np.load(made), np.load(real)
    if measure == "fid":
        from pytorch_fid.fid_score import calculate_frechet_distance

        begun = time.perf_counter()
        moments = [(x.mean(0), np.cov(x, rowvar=False)) for x in (one.astype(np.float64), other.astype(np.float64))]
        values = {"FID": float(calculate_frechet_distance(*moments[0], *moments[1]))}
    else:
        from prdc import compute_prdc

        begun = time.perf_counter()
        values = {name: float(value) for name, value in compute_prdc(real_features=other, fake_features=one, nearest_k=5).items()}
    seconds = time.perf_counter() - begun
    print(json.dumps({"values": values, "seconds": seconds}))


def run(command):
    """A process's output, its seconds and its peak memory in MiB."""
    begun = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"{command} ended with {status}")
    return output.decode(), time.perf_counter() - begun, usage.ru_maxrss / 1024


def make(folder, options):
    """Writes the features of both sides."""
    random = np.random.default_rng(1)
    # As features of a network are: not below 0, correlated, of different scales.
    mixing = random.normal(size=(options.width, options.width)).astype("f4") / np.sqrt(options.width)
    for name, shift in (("made", 0.1), ("real", 0.0)):
        rows = random.normal(0 if options.normal else shift, 1, size=(options.rows, options.width)).astype("f4")
        np.save(pathlib.Path(folder) / f"{name}.npy", rows if options.normal else np.maximum(rows @ mixing, 0))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gansh", default="gansh")
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--width", type=int, default=2048)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--normal", action="store_true", help="both sides standard normal, as in prdc's README (--width 1000)")
    parser.add_argument("--reference", nargs=3, help=argparse.SUPPRESS)
    parser.add_argument("--make", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.reference:
        return reference(*options.reference)
    if options.make:
        return make(options.make, options)
    with tempfile.TemporaryDirectory() as folder:
        # In another process: one that is begun by a large process counts that one's memory as its own.
        subprocess.run([sys.executable, __file__, "--make", folder, *sys.argv[1:]], check=True)
        paths = [f"{folder}/made.npy", f"{folder}/real.npy"]
        print("| measure | gansh s | Python s | Python / gansh | gansh MiB | Python MiB |\n| --- | --- | --- | --- | --- | --- |")
        for measure, asked in MEASURES.items():
            ours, theirs = [], []
            for _ in range(options.rounds):
                line = f"evaluate features:{paths[0]} against=features:{paths[1]} metrics={asked} samples={options.rows} | json"
                table, seconds, memory = run([options.gansh, "--notebook", folder + "/n.sqlite", "-c", line])
                ours.append((seconds, memory))
                found = {row["measure"]: row["value"] for row in json.loads(table)}
                told, _, memory = run([sys.executable, __file__, "--reference", measure, *paths])
                told = json.loads(told.splitlines()[-1])  # prdc says what it was given before
                theirs.append((told["seconds"], memory))
                for name, value in told["values"].items():
                    name = name if name == "FID" else name.lower()
                    if options.normal:
                        print(f"{name}: {found[name]:.6g}, Python {value:.6g}")
                    if abs(found[name] - value) > 2e-2 * abs(value) + 1e-9:
                        print(f"{name}: {found[name]} and {value}", file=sys.stderr)
            ratios = [b[0] / a[0] for a, b in zip(ours, theirs)]
            middle = statistics.median
            print(
                f"| {measure} | {middle(a[0] for a in ours):.2f} | {middle(b[0] for b in theirs):.2f} "
                f"| {middle(ratios):.1f} ({min(ratios):.1f} to {max(ratios):.1f}) "
                f"| {middle(a[1] for a in ours):.0f} | {middle(b[1] for b in theirs):.0f} |"
            )


if __name__ == "__main__":
    main()

"""gansh and PyTorch by turns on the same steps, as a Markdown table with ratios.

    python compare.py --gansh ".build/release/gansh-bench {workload} --steps {steps}"

Both sides print JSON lines with `workload`, `batch`, `stepMilliseconds` (the median over steps),
`imagesPerSecond` and `peakMemoryMiB`. The sides take turns, so that a machine that slows down slows
both; the table has medians over rounds, and the smallest and largest ratio of a round.
"""

import argparse
import datetime
import json
import os
import pathlib
import platform
import shlex
import statistics
import subprocess
import sys

import pytorch_steps
from pytorch_steps import WORKLOADS

HERE = pathlib.Path(__file__).resolve().parent


def last_line(command):
    """Runs a command; the last JSON line it prints, or None with a word on why there is none."""
    done = subprocess.run(command, capture_output=True, text=True)
    for line in reversed(done.stdout.splitlines()):
        if line.startswith("{"):
            return json.loads(line)
    print(f"no result: {shlex.join(command)}\n{done.stderr[-500:]}", file=sys.stderr)
    return None


def best_settings(path, names):
    """PyTorch's best setting for each workload: of the same workload at batch 64, as searched for on
    this machine now or earlier."""
    best = json.loads(path.read_text()) if path.exists() else {}
    found = {}
    for name in names:
        family = WORKLOADS[name].family
        if family not in best:
            searched = next(
                other for other, workload in WORKLOADS.items()
                if workload.family == family and (workload.batch == 64 or family == "toy"))
            print(f"searching PyTorch's best setting for {searched}", file=sys.stderr)
            best[family] = pytorch_steps.search(searched)["setting"]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(best, indent=2) + "\n")
        found[name] = best[family]
    return found


def measure(options, settings):
    """Lines of both sides for each network, one for each round."""
    lines = {name: {"gansh": [], "torch": []} for name in options.workloads}
    for number in range(options.rounds):
        for name in options.workloads:
            steps = options.steps or pytorch_steps.counts(WORKLOADS[name])[2]
            commands = {
                "torch": [
                    sys.executable, str(HERE / "pytorch_steps.py"), name, "--setting",
                    settings[name], "--steps", str(steps)],
                "gansh": shlex.split(options.gansh.format(workload=name, steps=steps)),
            }
            # Who begins alternates too.
            for side in sorted(commands, reverse=number % 2 == 1):
                if line := last_line(commands[side]):
                    lines[name][side].append(line)
                    shown = {"side": side, "round": number + 1, **line}
                    print(json.dumps(shown), file=sys.stderr, flush=True)
    return lines


def short(value):
    """Three digits, without an exponent."""
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def row(name, sides, setting):
    def middle(side, key):
        return statistics.median(line[key] for line in sides[side])

    rounds = [
        torch["stepMilliseconds"] / gansh["stepMilliseconds"]
        for gansh, torch in zip(sides["gansh"], sides["torch"])]
    times = {side: middle(side, "stepMilliseconds") for side in sides}
    cells = [
        name,
        short(times["gansh"]), short(times["torch"]),
        f"**{times['torch'] / times['gansh']:.2f}** ({min(rounds):.2f} to {max(rounds):.2f})",
        f"{middle('gansh', 'imagesPerSecond'):.0f}", f"{middle('torch', 'imagesPerSecond'):.0f}",
        f"{middle('gansh', 'peakMemoryMiB'):.0f}", f"{middle('torch', 'peakMemoryMiB'):.0f}",
        setting.replace(",", ", "),
    ]
    return "| " + " | ".join(cells) + " |"


def table(lines, settings):
    versions = {line["system"] for sides in lines.values() for line in sides["torch"]}
    head = (
        "| workload | gansh ms | PyTorch ms | PyTorch / gansh | gansh images/s "
        "| PyTorch images/s | gansh MiB | PyTorch MiB | PyTorch's best setting |")
    rows = [
        row(name, sides, settings[name])
        for name, sides in lines.items() if sides["gansh"] and sides["torch"]]
    today = datetime.date.today().isoformat()
    about = f"{today}, {processor()}, {os.cpu_count()} cores, {', '.join(sorted(versions))}."
    return "\n".join([about, "", head, "| --- " * 9 + "|", *rows])


def processor():
    try:
        for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("workloads", nargs="*", default=list(WORKLOADS))
    parser.add_argument("--gansh", required=True, help="with {workload} and {steps}")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--steps", type=int, help="timed steps of each side in each round")
    parser.add_argument(
        "--settings", type=pathlib.Path,
        default=pathlib.Path.home() / ".cache" / "gansh-benchmarks" / "pytorch-settings.json",
        help="where PyTorch's best settings are kept")
    parser.add_argument("--output", type=pathlib.Path, help="the table, besides standard output")
    options = parser.parse_args()
    settings = best_settings(options.settings, options.workloads)
    text = table(measure(options, settings), settings)
    print(text)
    if options.output:
        options.output.write_text(text + "\n")


if __name__ == "__main__":
    main()

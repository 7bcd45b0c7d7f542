#!/usr/bin/env python3
"""Two shells and four runs beside them write into one notebook at once; then all is counted.

    stress.py GANSH [--seconds 300] [--background] [--folder FOLDER]

Each shell is typed at through a pseudo-terminal: it notes, tags, lists and asks until the time is over.
The runs are processes of their own, or with --background the shells' (`run … &`, `stop …`). Exit
status 1 if anything was refused or is missing.
"""

import argparse
import os
import pty
import re
import select
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

LINE = "run mine on ring steps=100M batch=64 sample-every=2k checkpoint-every=1k threads=1 seed={} as {}"


class Shell:
    """An interactive gansh."""

    def __init__(self, gansh, folder, name):
        self.name, self.seen, self.typed = name, "", 0
        environment = dict(os.environ, HOME=folder, INPUTRC="/dev/null", TERM="dumb", NO_COLOR="1")
        self.process, self.terminal = pty.fork()
        if self.process == 0:
            os.chdir(folder)
            os.execve(gansh, [gansh], environment)

    def read(self, seconds):
        if select.select([self.terminal], [], [], seconds)[0]:
            try:
                self.seen += os.read(self.terminal, 65536).decode(errors="replace")
            except OSError:
                return False
        return True

    def type(self, line):
        """Types a line and waits for the next prompt."""
        self.typed += 1
        prompt = f"In [{self.typed + 1}]:"
        os.write(self.terminal, line.encode() + b"\r")
        deadline = time.monotonic() + 60
        while prompt not in self.seen:
            if time.monotonic() > deadline or not self.read(1) and prompt not in self.seen:
                sys.exit(f"shell {self.name}: no prompt after `{line}`:\n{self.seen[-2000:]}")

    def leave(self):
        os.write(self.terminal, b"quit\r")
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            done, status = os.waitpid(self.process, os.WNOHANG)
            if done:
                return os.waitstatus_to_exitcode(status)
            self.read(0.1)
        sys.exit(f"shell {self.name} does not end:\n{self.seen[-2000:]}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("gansh", type=os.path.abspath)
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--background", action="store_true")
    parser.add_argument("--folder")
    options = parser.parse_args()
    folder = options.folder or tempfile.mkdtemp(prefix="gansh-stress-")
    script = "data ring ring modes=8\narch mine like mlp points=2 width=16\n"
    subprocess.run([options.gansh], cwd=folder, input=script, text=True, check=True)

    shells = [Shell(options.gansh, folder, name) for name in "ab"]
    for shell in shells:
        while "In [1]:" not in shell.seen:
            shell.read(1)
    runs = [(shell, f"{shell.name}{index}") for shell in shells for index in range(2)]
    processes = []
    for seed, (shell, name) in enumerate(runs):
        line = LINE.format(seed + 1, name)
        if options.background:
            shell.type(line + " &")
        else:
            errors = open(os.path.join(folder, name + ".err"), "w")
            processes.append(subprocess.Popen(
                [options.gansh, "-c", line], cwd=folder, stdin=subprocess.DEVNULL, stdout=errors, stderr=errors))
    while subprocess.run(
            ["sqlite3", "gansh.sqlite", "SELECT count(*) FROM run"], cwd=folder, capture_output=True,
            text=True).stdout.strip() != "4":
        time.sleep(0.2)

    begun, notes = time.monotonic(), 0
    while time.monotonic() < begun + options.seconds:
        for shell in shells:
            other = "b" if shell.name == "a" else "a"
            shell.type(f'note {other}{notes % 2} "{shell.name} says {notes}"')
            shell.type(f"tag {shell.name}{notes % 2} t{notes % 10}")
            shell.type("runs")
            shell.type("sql select count(*) from run")
        notes += 1
    for process in processes:
        process.send_signal(signal.SIGTERM)
    if options.background:
        for shell, name in runs:
            shell.type(f"stop {name}")
        for shell in shells:
            shell.type("wait")
    statuses = [shell.leave() for shell in shells]

    problems = [f"shell {s.name} ended with {c}" for s, c in zip(shells, statuses) if c != 0]
    for process, (_, name) in zip(processes, runs):
        # 130: stopped, saved.
        if process.wait(120) != 130:
            problems.append(f"run {name} ended with {process.returncode}")
        with open(os.path.join(folder, name + ".err")) as errors:
            for line in re.findall(r".*(?:error:|locked|not written).*", errors.read()):
                problems.append(f"run {name}: {line.strip()}")
    for shell in shells:
        for line in re.findall(r".*(?:error:|locked|not written).*", shell.seen):
            problems.append(f"shell {shell.name}: {line.strip()}")
    notebook = sqlite3.connect(os.path.join(folder, "gansh.sqlite"))

    def one(query, *arguments):
        return notebook.execute(query, arguments).fetchone()[0]

    def expect(what, found, wanted):
        if found != wanted:
            problems.append(f"{what}: {found}, wanted {wanted}")

    expect("notes", one("SELECT count(*) FROM note"), 2 * notes)
    typed = sum(shell.typed for shell in shells)
    # Two declarations before, and what the processes were given; `quit` is not kept.
    expect("cells", one("SELECT count(*) FROM cell"), typed + 2 + len(processes))
    points = 0
    for run, name, status, steps in notebook.execute("SELECT id, name, status, stepsDone FROM run"):
        expect(f"status of {name}", status, "stopped")
        metrics = notebook.execute(
            "SELECT s.name, s.count, n.name FROM metricSummary s JOIN metricName n ON n.id = s.name "
            "WHERE run = ?", (run,)).fetchall()
        for metric, summed, label in metrics:
            count = one("SELECT count(*) FROM metric WHERE run = ? AND name = ?", run, metric)
            expect(f"{label} of {name} in its summary", summed, count)
            points += count
            if label in ("modes", "high_quality", "reverse_kl"):
                continue
            buckets = one("SELECT sum(count) FROM metricBucket WHERE run = ? AND name = ?", run, metric)
            # The last stretch has a row when it has 16 points.
            if not 0 <= count - (buckets or 0) < 16:
                problems.append(f"{label} of {name} in its buckets: {buckets}, wanted {count}")
            if label == "generator_loss":
                expect(f"{label} of {name}", count, steps)
        expect(f"sheets of {name}", one("SELECT count(*) FROM sampleSheet WHERE run = ?", run), steps // 2000)
        for path, in notebook.execute("SELECT path FROM checkpoint WHERE run = ?", (run,)):
            if not os.path.exists(os.path.join(folder, path)):
                problems.append(f"{path} is missing")
    expect("runs", one("SELECT count(*) FROM run"), 4)
    expect("integrity", one("PRAGMA integrity_check"), "ok")
    took = time.monotonic() - begun
    print(f"{took:.0f} s: {points:,} points, {2 * notes:,} notes, {typed:,} statements in {folder}")
    for problem in problems:
        print(problem)
    sys.exit(1 if problems else 0)


main()

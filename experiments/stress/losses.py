#!/usr/bin/env python3
"""Kills runs and fills disks under them; afterwards everything that was whole must be there.

    losses.py GANSH kills [--trials 200] [--seed 1]
    losses.py GANSH calls [--most 400]
    losses.py GANSH disks [--sizes 20]

kills: kill -9 at random moments, in six cadences (small and large steps, checkpoints every 5 to 500
    steps, in the foreground, in the background, resumed). `resume` must go on from the newest whole
    checkpoint, and the last checkpoint must have the bytes of a run that nobody disturbed.
calls: a kill at the Nth call to the system that writes, syncs, names, removes or cuts a file, for each N
    between a checkpoint that is begun and its row in the notebook (a library made with `cc` counts them).
disks: a small disk (root only) that the run fills by itself, and one that somebody else fills.
    What was logged before is there, `resume` finishes, and the last checkpoint has the same bytes.

Exit status 1 if anything failed.
"""

import argparse
import os
import pathlib
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

DATA = "data ring ring; arch toy like mlp points=2 width=16; arch wide like mlp points=2 width=256;"
# Architecture, batch, steps between checkpoints, how it is run. Steps of about 0.1, 0.1, 0.3, 1.2, 3.4 and
# 54 ms with one thread on an EPYC (Zen 4).
CADENCES = [
    ("toy", 8, 5, "foreground"),
    ("toy", 64, 50, "background"),
    ("toy", 512, 500, "foreground"),
    ("wide", 64, 5, "resumed"),
    ("wide", 256, 20, "background"),
    ("wide", 4096, 10, "resumed"),
]


class Lab:
    """A folder with a notebook."""

    def __init__(self, gansh, folder):
        self.gansh, self.folder = gansh, pathlib.Path(folder)
        self.environment = {
            "HOME": str(folder), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "PAGER": "",
            "XDG_CACHE_HOME": str(folder) + "/cache", "OMP_NUM_THREADS": "1",
            "SWIFT_BACKTRACE": "enable=no",
        }

    def command(self, line):
        return [self.gansh, "-c", line]

    def start(self, line, **more):
        return subprocess.Popen(
            self.command(line), cwd=self.folder, env={**self.environment, **more},
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def run(self, line, seconds=60):
        return subprocess.run(
            self.command(line), cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=seconds)

    def files(self, run):
        """Checkpoints on the disk by step."""
        found = self.folder.glob(f"gansh.runs/{run}/step-*.safetensors")
        return {int(path.name[5:-12]): path for path in found}

    def rows(self, query):
        connection = sqlite3.connect(self.folder / "gansh.sqlite")
        try:
            return connection.execute(query).fetchall()
        finally:
            connection.close()

    def check(self, run, newest, line, end):
        """Resumes, compares with a run that nobody disturbed; the complaints."""
        problems = []
        looked = self.run("runs")
        if looked.returncode != 0:
            problems.append(f"runs: {looked.stderr}")
        named = {row[0] for row in self.rows(
            f"select path from checkpoint join run on run.id = checkpoint.run where name = '{run}'")}
        there = {str(path.relative_to(self.folder)) for path in
                 (self.folder / "gansh.runs" / run).glob("step-*")}
        if named != there:
            problems.append(f"rows and files differ: only rows {named - there}, only files {there - named}")
        parts = list((self.folder / "gansh.runs" / run).glob("*.part"))
        if parts:
            problems.append(f"half written: {parts}")
        resumed = self.run(f"resume {run} steps={end}")
        if resumed.returncode != 0:
            return problems + [f"resume: {resumed.stderr}"]
        begun = re.search(r"from step ([\d,]+) to", resumed.stderr)
        step = int(begun[1].replace(",", "")) if begun else -1
        if step < newest:
            problems.append(f"it went on from {step}, and {newest} was whole")
        whole = self.run(f"{line} steps={end} as whole")
        if whole.returncode != 0:
            return problems + [f"whole: {whole.stderr}"]
        if self.files(run)[end].read_bytes() != self.files("whole")[end].read_bytes():
            problems.append("the last checkpoints differ")
        count = self.rows(
            "select count(distinct step) from metric join run on run.id = metric.run join metricName "
            f"on metricName.id = metric.name where run.name = '{run}' and "
            "metricName.name = 'generator_loss'")[0][0]
        sheets = [set(self.rows(
            f"select step from sampleSheet join run on run.id = run where name = '{name}'"))
            for name in (run, "whole")]
        if sheets[0] != sheets[1]:
            problems.append(f"sheets are missing: {sorted(sheets[0] ^ sheets[1])[:9]}")
        if count != end:
            problems.append(f"{count} of {end} steps are logged")
        return problems


def wait_until(condition, seconds):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.005)
    return True


def kills(options):
    dice = random.Random(options.seed)
    bad, lost = 0, []
    for trial in range(options.trials):
        architecture, batch, interval, way = CADENCES[trial % len(CADENCES)]
        with tempfile.TemporaryDirectory(prefix="gansh-kill-", dir=options.folder) as folder:
            lab = Lab(options.gansh, folder)
            lab.run(DATA)
            line = f"run {architecture} on ring batch={batch} checkpoint-every={interval} sample-every={2 * interval}"
            first = f"{line} steps=1M as base" + (" & ; wait" if way == "background" else "")
            process = lab.start(first)
            wait_until(lambda: lab.files("base"), 20)
            time.sleep(dice.uniform(0, 1.5))
            process.send_signal(signal.SIGKILL)
            process.wait()
            if way == "resumed":
                before = max(lab.files("base"), default=0)
                process = lab.start("resume base")
                wait_until(lambda: max(lab.files("base"), default=0) > before, 20)
                time.sleep(dice.uniform(0, 0.7))
                process.send_signal(signal.SIGKILL)
                process.wait()
            newest = max(lab.files("base"), default=0)
            lab.run("runs")
            done = lab.rows("select stepsDone from run")[0][0]
            problems = lab.check("base", newest, line, max(newest, done) + 2 * interval)
            if problems:
                bad += 1
                print(f"trial {trial} ({CADENCES[trial % len(CADENCES)]}): {'; '.join(problems)}")
    print(f"kills: {options.trials - bad} of {options.trials} went on as if nothing had been")
    return bad


SHIM = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

/* Counts from the moment at which the file of GANSH_KILL_AFTER is there. */
static atomic_long count;
static atomic_int armed;

static void call(const char *name) {
  static long limit = -1;
  static const char *begin, *log;
  if (limit < 0) {
    limit = getenv("GANSH_KILL_AT") ? atol(getenv("GANSH_KILL_AT")) : 0;
    begin = getenv("GANSH_KILL_AFTER");
    log = getenv("GANSH_KILL_LOG");
  }
  if (!armed) {
    struct stat facts;
    if (!begin || stat(begin, &facts) != 0) return;
    armed = 1;
  }
  long number = ++count;
  if (limit == 0 && log) {
    static int (*real_open)(const char *, int, ...);
    static ssize_t (*real_write)(int, const void *, size_t);
    if (!real_open) real_open = dlsym(RTLD_NEXT, "open");
    if (!real_write) real_write = dlsym(RTLD_NEXT, "write");
    char line[64];
    int length = snprintf(line, sizeof line, "%ld %s\n", number, name);
    int file = real_open(log, O_WRONLY | O_CREAT | O_APPEND, 0600);
    if (file >= 0) { real_write(file, line, length); close(file); }
  }
  if (number == limit) kill(getpid(), SIGKILL);
}

#define WRAP(type, name, parameters, arguments)                 \
  type name parameters {                                        \
    static type (*real) parameters;                             \
    if (!real) real = dlsym(RTLD_NEXT, #name);                  \
    call(#name);                                                \
    return real arguments;                                      \
  }
WRAP(ssize_t, write, (int f, const void *b, size_t n), (f, b, n))
WRAP(ssize_t, pwrite, (int f, const void *b, size_t n, off_t o), (f, b, n, o))
WRAP(ssize_t, pwrite64, (int f, const void *b, size_t n, off64_t o), (f, b, n, o))
WRAP(int, fsync, (int f), (f))
WRAP(int, fdatasync, (int f), (f))
WRAP(int, rename, (const char *a, const char *b), (a, b))
WRAP(int, renameat, (int c, const char *a, int d, const char *b), (c, a, d, b))
WRAP(int, link, (const char *a, const char *b), (a, b))
WRAP(int, unlink, (const char *a), (a))
WRAP(int, unlinkat, (int f, const char *a, int g), (f, a, g))
WRAP(int, ftruncate, (int f, off_t n), (f, n))
WRAP(int, ftruncate64, (int f, off64_t n), (f, n))
WRAP(int, posix_fallocate, (int f, off_t o, off_t n), (f, o, n))
WRAP(int, posix_fallocate64, (int f, off64_t o, off64_t n), (f, o, n))
WRAP(int, mkdirat, (int f, const char *a, mode_t m), (f, a, m))
"""


def calls(options):
    with tempfile.TemporaryDirectory(prefix="gansh-shim-") as tools:
        source, library = f"{tools}/shim.c", f"{tools}/shim.so"
        pathlib.Path(source).write_text(SHIM)
        subprocess.run(
            ["cc", "-shared", "-fPIC", "-O1", "-o", library, source, "-ldl"], check=True)
        bad, number, killed = 0, 0, 0
        seen = set()
        while number < options.most:
            number += 1
            with tempfile.TemporaryDirectory(prefix="gansh-call-", dir=options.folder) as folder:
                lab = Lab(options.gansh, folder)
                lab.run(DATA)
                line = "run toy on ring batch=64 checkpoint-every=200 sample-every=1M log-every=50"
                # Counted from the second checkpoint on: the fourth makes the first one go.
                process = lab.start(
                    f"{line} steps=1M as base", LD_PRELOAD=library, GANSH_KILL_AT=str(number),
                    GANSH_KILL_AFTER=str(lab.folder / "gansh.runs/base/step-00000400.safetensors"))
                wait_until(lambda: process.poll() is not None or max(lab.files("base"), default=0) >= 1600, 20)
                ended = process.poll() is not None
                if not ended:
                    process.send_signal(signal.SIGKILL)
                process.wait()
                killed += ended
                newest = max(lab.files("base"), default=0)
                seen.add(newest)
                problems = lab.check_short("base", newest)
                if problems:
                    bad += 1
                    print(f"call {number}: {'; '.join(problems)}")
                # The row of the fifth checkpoint is in, and all calls before were tried.
                if not ended or newest >= 1400:
                    break
        print(
            f"calls: killed at each of {killed} calls, newest checkpoints {sorted(seen)}; "
            f"{killed - bad} went on from the newest")
        return bad


def check_short(lab, run, newest):
    """As `Lab.check`, without a run to compare with."""
    problems = []
    lab.run("runs")
    named = {row[0] for row in lab.rows("select path from checkpoint")}
    there = {str(path.relative_to(lab.folder)) for path in
             (lab.folder / "gansh.runs" / run).glob("*")}
    if named != there:
        problems.append(f"rows and files differ: {named ^ there}")
    resumed = lab.run(f"resume {run} steps={newest + 10}")
    begun = re.search(r"from step ([\d,]+) to", resumed.stderr)
    step = int(begun[1].replace(",", "")) if begun else -1
    if resumed.returncode != 0 or step < newest:
        problems.append(f"it went on from {step}, and {newest} was whole: {resumed.stderr[-300:]}")
    return problems


Lab.check_short = check_short


def disks(options):
    if os.geteuid() != 0:
        print("disks: left out, since only root may mount a small disk")
        return 0
    bad, trials = 0, 0
    for outsider in (False, True):
        for size in range(options.sizes):
            trials += 1
            megabytes = 5 + size * 0.7 if not outsider else 14 + size
            folder = tempfile.mkdtemp(prefix="gansh-disk-", dir=options.folder)
            subprocess.run(
                ["mount", "-t", "tmpfs", "-o", f"size={int(megabytes * 1024)}k", "tmpfs", folder],
                check=True)
            try:
                problems = disk(options, folder, outsider)
            finally:
                subprocess.run(["umount", "-l", folder], check=True)
                os.rmdir(folder)
            if problems:
                bad += 1
                who = "an outsider fills it" if outsider else "the run fills it"
                print(f"{megabytes:.1f} MB, {who}: {'; '.join(problems)}")
    print(f"disks: nothing was lost on {trials - bad} of {trials}")
    return bad


def disk(options, folder, outsider):
    lab = Lab(options.gansh, folder)
    with tempfile.TemporaryDirectory(prefix="gansh-cache-") as cache:
        lab.environment["XDG_CACHE_HOME"] = cache
        lab.run(DATA)
        line = "run toy on ring batch=16 log-every=1 checkpoint-every=50 sample-every=20"
        process = lab.start(f"{line} steps=1M as base")
        if outsider:
            wait_until(lambda: len(lab.files("base")) >= 2, 20)
            try:
                with open(f"{folder}/ballast", "wb", buffering=0) as ballast:
                    while ballast.write(b"x" * 65536):
                        pass
            except OSError:
                pass
        try:
            status = process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            return ["it did not stop in a minute"]
        if status != 1:
            return [f"it ended with {status}"]
        newest = max(lab.files("base"), default=0)
        pathlib.Path(f"{folder}/ballast").unlink(missing_ok=True)
        subprocess.run(["mount", "-o", "remount,size=200m", folder], check=True)
        state, done = lab.rows("select status, stepsDone from run")[0]
        problems = []
        if state not in ("stopped", "failed"):
            problems.append(f"its status is {state}")
        if state == "stopped" and done != newest:
            problems.append(f"stopped at {done}, the newest checkpoint is of {newest}")
        return problems + lab.check("base", newest, line, max(newest, done) + 50)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("gansh", type=os.path.abspath)
    parser.add_argument("what", choices=["kills", "calls", "disks"])
    parser.add_argument("--trials", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--most", type=int, default=400)
    parser.add_argument("--sizes", type=int, default=20)
    parser.add_argument("--folder", help="where scratch folders are made")
    options = parser.parse_args()
    bad = {"kills": kills, "calls": calls, "disks": disks}[options.what](options)
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()

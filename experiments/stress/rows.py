#!/usr/bin/env python3
"""Notebooks whose rows somebody has edited, through the program itself.

    rows.py GANSH NOTEBOOK [--count 1000] [--seed 1]

NOTEBOOK is a file with its folder of checkpoints beside it (Tests/Fixtures/notebooks/v2.sqlite). Each time a
copy of both, in a scratch folder, gets one to three of its values changed (half of the copies lose the
types and checks of their tables first), and four commands run over it, 20 seconds at most each. Exit
status 1 on a signal, a trap or a hang, or if anything outside of the copy's folder was touched.
"""

import argparse
import os
import pathlib
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile

LIMIT = 20
BIG = 2**63 - 1
VALUES = [
    BIG, -BIG - 1, BIG - 1, -1, 0, 1, 255, 2**53, 2**53 + 1, 1e308, -1e308, 5e-324, 0.5, float("inf"),
    "NaN", "", "base", "brief", "1e308", "9223372036854775808", "long " * 40_000,
    "\x1b]0;title\x07\x1b[31mred\nline\r\x00end", "OUTSIDE", "OUTSIDE/victim", "../outside",
    "../outside/victim", "../../outside", ".", "", "STEM.runs/base",
    "STEM.runs/base/step-00000320.safetensors", "0.0002->0.0001 over 9223372036854775807",
    "-1->nan over 0", "lr", 'data x ring\nrecipe lr="', "{}", "[1", "-9999-01-01",
    "2026-02-30 25:61:61", b"\x00\xff\x89P",
]
COMMANDS = [
    "runs", "runs where modes<8 order by min(generator_loss)", "runs where lr<1 and took>1s",
    "runs where started>2020-01-01 columns=name,status,lr,seed,modes,generator_loss@40,took",
    "runs | json", "show base", "show turned", "show killed | json", "show ring", "show mine",
    "show 1 session=1", "compare base brief turned", "compare where steps>0", "compare base turned | csv",
    "diff base turned", "best by modes", "best by last(d_real) highest limit 3", "plot base",
    "plot base turned scale=log", "plot base to out/p.svg", "plot base brief to out/p.png",
    "export runs to out/r.csv", "export base brief turned to out/page.html",
    "export base to out/base.jsonl", "samples base", "samples halved count=4 to out/t.png",
    "filmstrip halved", "filmstrip base to out/f.png", "animate base frames=3 to out/a.png", "history",
    "history where status=error", "sql select * from metrics limit 50",
    "sql select * from parameters | json", "sql select * from tweaks", "sql select * from run | csv",
    'note base "a remark"', "tag base good", "rename base to other", "delete brief yes",
    "delete where steps>100 yes", "delete turned yes", "delete base yes", "tune turned lr=1e-4",
    "stop base", "resume base steps=330", "resume turned steps=20", "resume halved steps=8",
    "replay brief", "rerun 1..3 session=1", "run mine on ring steps=2 batch=4 as fresh",
]


def loosen(path):
    """Takes the types and checks of its columns from a file."""
    with sqlite3.connect(path) as base:
        base.execute("PRAGMA writable_schema = ON")
        base.execute(
            "UPDATE sqlite_schema SET sql = replace(replace(sql, 'STRICT, ', ''), ') STRICT', ')') "
            "WHERE type = 'table'")
        base.execute("PRAGMA writable_schema = RESET")
    base.close()


def edit(path, outside, dice):
    """Changes one to three values; gives them in words."""
    if dice.random() < 0.5:
        loosen(path)
    base = sqlite3.connect(path, isolation_level=None)
    base.execute("PRAGMA ignore_check_constraints = ON")
    tables = [name for (name,) in base.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' "
        "AND name NOT LIKE 'grdb_%' ORDER BY name")]
    edits = []
    for _ in range(dice.randint(1, 3)):
        table = dice.choice(tables)
        columns = base.execute(f'PRAGMA table_info("{table}")').fetchall()
        column = dice.choice(columns)[1]
        keys = ", ".join(f'"{c[1]}"' for c in columns if c[5])
        rows = base.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0]
        row = dice.randrange(max(1, dice.choice([rows, min(rows, 8)])))
        value = dice.choice(VALUES)
        if isinstance(value, str):
            value = value.replace("OUTSIDE", str(outside)).replace("STEM", path.stem)
        try:
            base.execute(
                f'UPDATE "{table}" SET "{column}" = ? WHERE ({keys}) = '
                f'(SELECT {keys} FROM "{table}" ORDER BY {keys} LIMIT 1 OFFSET {row})', (value,))
            edits.append(f"{table}.{column} of row {row}: {str(value)[:60]!r}")
        except (sqlite3.Error, OverflowError):
            pass  # The schema, or a key, rules it out.
    base.close()
    return edits


def state(folder):
    """Every file below a folder with what is in it."""
    return {
        str(path): path.read_bytes() if path.is_file() else None for path in folder.rglob("*")}


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("gansh", type=pathlib.Path)
    parser.add_argument("notebook", type=pathlib.Path)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    gansh, faults, refusals = options.gansh.resolve(), 0, 0
    stem = options.notebook.stem
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch).resolve()
        outside, home = scratch / "outside", scratch / "home"
        for folder in (outside, outside / "folder", home):
            folder.mkdir()
        (outside / "victim").write_text("stays")
        (outside / "folder" / "victim").write_text("stays")
        before = state(outside)
        environment = {
            "HOME": str(home), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "TMPDIR": str(home)}
        for seed in range(options.seed, options.seed + options.count):
            dice = random.Random(seed)
            work = scratch / "work"
            shutil.rmtree(work, ignore_errors=True)
            (work / "out").mkdir(parents=True)
            path = work / options.notebook.name
            shutil.copy(options.notebook, path)
            shutil.copytree(options.notebook.with_suffix(".runs"), work / f"{stem}.runs")
            edits = edit(path, outside, dice)
            for command in dice.choices(COMMANDS, k=4):
                try:
                    ended = subprocess.run(
                        [gansh, "--notebook", path.name, "-c", command], cwd=work, env=environment,
                        stdin=subprocess.DEVNULL, capture_output=True, timeout=LIMIT)
                    fault = None
                    if ended.returncode not in (0, 1):
                        fault = f"status {ended.returncode}: {ended.stderr[-300:]}"
                    refusals += ended.returncode == 1
                except subprocess.TimeoutExpired:
                    fault = f"no end within {LIMIT} s"
                if state(outside) != before or set(os.listdir(scratch)) != {"outside", "home", "work"}:
                    fault = f"touched what is outside: {sorted(state(scratch))[:20]}"
                if fault:
                    faults += 1
                    print(f"seed {seed}: {command}\n  {fault}\n  " + "\n  ".join(edits), flush=True)
                if state(outside) != before:
                    sys.exit(1)
    print(f"{options.count} notebooks, {4 * options.count} commands, {refusals} refused in words, "
          f"{faults} faults")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()

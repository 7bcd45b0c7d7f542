#!/bin/sh
# Makes the fixture of the schema that a gansh writes: make.sh GANSH NAME, from a build of the commit that
# shipped the schema; NAME is the schema's (v1). A shipped schema's fixture is never made again.
set -eu
gansh=$(realpath "$1") name=$2
here=$(cd "$(dirname "$0")" && pwd)
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
cd "$folder"
cp "$here/make.gansh" .
HOME=$folder "$gansh" --notebook "$name.sqlite" --keep-going make.gansh || true
# A run that is killed in the middle of a step, once it has checkpoints.
HOME=$folder "$gansh" --notebook "$name.sqlite" -c \
  "run mine on ring with calm steps=100M seed=10 log=100 sheets=100M faces=4 checkpoints=200 as killed" &
killed=$!
until [ "$(ls "$name.runs/killed" 2>/dev/null | grep -c safetensors)" -ge 3 ]; do sleep 0.1; done
sleep 1
kill -9 $killed
HOME=$folder "$gansh" --notebook "$name.sqlite" -c runs
# A metric of every kind, a run that was killed, and nothing of the machine that made it.
sqlite3 "$name.sqlite" "
  insert into metricName (id, name) values (99, 'probe');
  insert into metric values (1, 99, 1, 1.5, 0, 10), (1, 99, 2, null, 1, 20), (1, 99, 3, null, 2, 30),
    (1, 99, 4, null, 3, 40);
  insert into metricBucket values (1, 99, 0, 4, 1, 1.5, 1, 1.5, 0, 4, null, 3, 1.5, 1, 1.5, 1);
  insert into metricSummary values (1, 99, 4, 1, 1.5, 1, 1.5, 0, 4, null, 3, 1.5, 1, 1.5, 1);
  update run set status = 'interrupted', ended = heartbeat, message = 'its process was killed'
    where name = 'brief';
  update session set host = 'laboratory', cpu = 'a processor', directory = '/home/researcher',
    pid = id, processStart = '', gitCommit = null, gitDirty = null, gitDiffDigest = null;
  update run set host = 'laboratory', pid = id, processStart = '', gitCommit = null, gitDirty = null,
    gitDiffDigest = null;
  update trial set host = null, pid = null, processStart = null;
  vacuum; pragma wal_checkpoint(truncate); pragma journal_mode;"
rm -rf "$here/$name.runs"
cp "$name.sqlite" "$here/$name.sqlite"
cp -r "$name.runs" "$here/$name.runs"
ls -l "$here/$name.sqlite"

#!/bin/sh
# How many allocations a training step makes: ./allocations.sh [workloads]
# Each is run with 10 and with 110 steps; what the longer run allocates more is the steps'.
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
bench="$here/../../.build/release/gansh-bench"
counter=$(mktemp --suffix=.so)
trap 'rm -f "$counter"' EXIT
cc -O1 -shared -fPIC -o "$counter" "$here/allocations.c"
count() {
  SWIFT_DETERMINISTIC_HASHING=1 LD_PRELOAD="$counter" "$bench" "$1" --steps "$2" 2>&1 >/dev/null | sed -n 's/allocations: //p'
}
"$bench" toy --steps 1 >/dev/null  # what is measured once, is measured now
for workload in "${@:-dcgan64-64}"; do
  count "$workload" 1 >/dev/null
  few=$(count "$workload" 10)
  many=$(count "$workload" 110)
  echo "$workload: $(((many - few) / 100)) allocations a step"
done

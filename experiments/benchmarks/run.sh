#!/bin/sh
# Compares gansh with PyTorch: ./run.sh [workloads and options of compare.py]
#   GANSH_BENCH   the command that times gansh, with {workload} and {steps}
#   GANSH_PYTHON  the virtual environment of PyTorch, made on the first run
#   GANSH_TORCH   what pip installs as PyTorch (torch): a build for CPUs is smaller
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
python=${GANSH_PYTHON:-${XDG_CACHE_HOME:-$HOME/.cache}/gansh-python}
bench=${GANSH_BENCH:-"$here/../../.build/release/gansh-bench {workload} --steps {steps}"}
if [ ! -x "$python/bin/python" ]; then
  python3 -m venv "$python"
  "$python/bin/pip" install --quiet "${GANSH_TORCH:-torch}" numpy
fi
exec "$python/bin/python" "$here/compare.py" --gansh "$bench" "$@"

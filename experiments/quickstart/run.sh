#!/bin/sh
# Runs the quickstart into a folder of its own: ./run.sh [path of gansh] [folder]
set -eu
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
gansh=${1:-$here/../../.build/release/gansh}
gansh=$(CDPATH= cd -- "$(dirname -- "$gansh")" && pwd)/$(basename -- "$gansh")
folder=${2:-$here/../../out/quickstart}
rm -rf "$folder"
mkdir -p "$folder"
cd "$folder"
"$gansh" "$here/quickstart.gansh"
cat <<END

Look at these, in $(pwd):
  collapsed.png, covered.png             points of the two mixtures; modes.html compares the runs
  convolutional.png, perceptron.png      faces; faces.html compares the runs, with sheets and curves
  gansh.sqlite                           the notebook: \`gansh\` in that folder goes on from here
END

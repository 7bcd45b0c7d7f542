#!/bin/sh
# Feeds a target for some seconds with inputs that nobody would type:
#
#   Tests/Fuzzing/run.sh TARGET [SECONDS [OPTION …]]
#
# Options are libFuzzer's. New inputs that reach further are kept in .build/fuzzing/found/TARGET, what
# crashes in .build/fuzzing/crashes. Without a target it only builds. GANSH_FUZZ_BUILD=no takes what was
# built last.
set -eu
cd "$(dirname "$0")/../.."
target=${1:-}
seconds=${2:-60}
[ $# -gt 2 ] && shift 2 || shift $#

: "${GANSH_FUZZ_BUILD:=yes}"
work=.build/fuzzing
if [ "$GANSH_FUZZ_BUILD" = yes ]; then
  GANSH_FUZZING=1 swift build -c release --scratch-path $work --product gansh-fuzz \
    --sanitize fuzzer --sanitize address -Xswiftc -sanitize=fuzzer,address
fi
[ -n "$target" ] || exit 0

mkdir -p $work/found/"$target" $work/crashes
dictionary=
[ "$target" != language ] || dictionary=-dict=Tests/Fuzzing/language.dict
export LSAN_OPTIONS="suppressions=$PWD/Tests/Fuzzing/leaks.suppressions:print_suppressions=0"
# The crash is the fuzzer's to tell of.
export SWIFT_BACKTRACE=enable=no
# Looking for leaks while threads run can stop for ever; there a leak shows as growing memory.
leaks=1
case $target in idx|cifar10|tables|archives|notebook) leaks=0 ;; esac
# An input may take ten seconds and a gigabyte.
GANSH_FUZZ_TARGET=$target exec $work/release/gansh-fuzz $dictionary -max_total_time="$seconds" \
  -timeout=10 -rss_limit_mb=1024 -detect_leaks=$leaks -artifact_prefix=$work/crashes/"$target"- -print_final_stats=1 "$@" \
  $work/found/"$target" Tests/Fuzzing/Corpora/"$target"

#!/bin/sh
# Usage: fuzz.sh SECONDS [NAME...]
# Runs every fuzz target, or the named ones (`phone` is enough), for that many seconds. Known inputs
# in fuzz/corpus/ are only read; new inputs are kept in build/fuzz/corpus/NAME, and a failing input
# in build/fuzz/found/NAME-*.
set -eu

seconds=$1
shift
cd "$(dirname "$0")/.."
[ $# -gt 0 ] || set -- $(basename -s .cpp fuzz/*_fuzz.cpp)

for name in "$@"; do
  name=${name%_fuzz}_fuzz
  printf '\n%s, %s s\n' "$name" "$seconds"
  found=build/fuzz/corpus/$name
  known=fuzz/corpus/${name%_fuzz}
  mkdir -p "$found" build/fuzz/found
  [ -d "$known" ] || known=
  build/fuzz/bin/"$name" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 \
    -verbosity=0 -print_funcs=0 -print_final_stats=1 \
    -artifact_prefix="build/fuzz/found/$name-" "$found" ${known:+"$known"}
done

#!/bin/sh
# Usage: step.sh [--go-on FOLDER] TITLE COMMAND...
# Runs one step of a longer run under a heading, and prints its duration. With --go-on a failed step
# does not end the run: its output is kept in FOLDER under its title, and step.sh reports
# success.
# Usage: step.sh --failed FOLDER
# Prints the failed steps and the end of their output; fails if there are any.
if [ "$1" = --failed ]; then
  [ -n "$(ls "$2" 2>/dev/null)" ] || exit 0
  for output in "$2"/*; do
    printf '\n==> %s: how it failed\n' "${output##*/}"
    tail -n 60 "$output"
  done
  printf '\nFailed:\n'
  ls "$2" | sed 's/^/  /'
  exit 1
fi
kept=
if [ "$1" = --go-on ]; then
  kept=$2
  shift 2
fi
title=$1
shift
printf '\n==> %s\n' "$title"
start=$(date +%s)
if [ -n "$kept" ]; then
  output=$(mktemp)
  { "$@" 2>&1; echo $? > "$output.status"; } | tee "$output"
  status=$(cat "$output.status")
  rm -f "$output.status"
else
  "$@"
  status=$?
fi
seconds=$(($(date +%s) - start))
if [ "$status" -eq 0 ]; then
  [ -z "$kept" ] || rm -f "$output"
  printf '==> %s: done in %s s\n' "$title" "$seconds"
  exit 0
fi
printf '==> %s: FAILED after %s s\n' "$title" "$seconds" >&2
[ -n "$kept" ] || exit "$status"
mkdir -p "$kept"
mv "$output" "$kept/$title"

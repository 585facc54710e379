#!/bin/sh
# Usage: step.sh [--go-on FILE] TITLE COMMAND...
# Runs one step of a longer run under a heading, and says how long it took. With --go-on a step that
# fails does not end the run: its title goes into FILE, and step.sh reports success.
noted=
if [ "$1" = --go-on ]; then
  noted=$2
  shift 2
fi
title=$1
shift
printf '\n==> %s\n' "$title"
start=$(date +%s)
"$@"
status=$?
seconds=$(($(date +%s) - start))
if [ "$status" -eq 0 ]; then
  printf '==> %s: done in %s s\n' "$title" "$seconds"
  exit 0
fi
printf '==> %s: FAILED after %s s\n' "$title" "$seconds" >&2
[ -n "$noted" ] || exit "$status"
printf '%s\n' "$title" >> "$noted"

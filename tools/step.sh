#!/bin/sh
# Usage: step.sh TITLE COMMAND...
# Runs one step of a longer run under a heading, and says how long it took.
title=$1
shift
printf '\n==> %s\n' "$title"
start=$(date +%s)
"$@"
status=$?
seconds=$(($(date +%s) - start))
if [ "$status" -eq 0 ]; then
  printf '==> %s: done in %s s\n' "$title" "$seconds"
else
  printf '==> %s: FAILED after %s s\n' "$title" "$seconds" >&2
fi
exit "$status"

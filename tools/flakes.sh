#!/bin/sh
# Usage: flakes.sh RUNS [--since COMMIT | FILE...]
# Runs the tests that wait for browsers and servers RUNS times while every core is busy, and lists
# the failed runs. FILE is a test file below tests/ or web/; without one, all of those tests run.
# With --since, it runs the tests that changed after COMMIT, and those that import a changed support
# file.
# The output of each run is kept in build/flakes.
set -u
runs=$1
shift
cd "$(dirname "$0")/.." || exit 2
root=$PWD

tests_of() { # the test files among the files on standard input
  grep -E '\.(test|browser)\.tsx?$'
}

changed_since() {
  folders='tests/server tests/e2e tests/net web/packages/client/test web/packages/react/test'
  # shellcheck disable=SC2086 # one word per folder
  changed=$({ git diff --name-only --diff-filter=d "$1" -- $folders &&
    git ls-files --others --exclude-standard -- $folders; }) || exit 2
  {
    echo "$changed" | tests_of
    echo "$changed" | grep '/support/.*\.ts$' | while read -r file; do
      # shellcheck disable=SC2086
      grep -rlE "/$(basename "$file" .ts)'" --include='*.ts' --include='*.tsx' $folders | tests_of
    done
  } | grep -E '^tests/|\.browser\.' | sort -u
}

if [ "${1-}" = --since ]; then
  git rev-parse --verify --quiet "$2^{commit}" >/dev/null || {
    echo "flakes.sh: $2 is no commit" >&2
    exit 2
  }
  files=$(changed_since "$2")
  [ -n "$files" ] || {
    echo "No browser or server test has changed since $2"
    exit 0
  }
  # shellcheck disable=SC2086 # one word per file
  set -- $files
fi
[ $# -gt 0 ] || set -- web/packages/client/test/browser web/packages/react/test/browser tests/server tests/e2e tests/net

busy=
stop() {
  # shellcheck disable=SC2086 # one word per process
  kill $busy 2>/dev/null
}
trap stop EXIT
trap 'exit 130' INT TERM
for _ in $(seq "$(nproc)"); do
  sh -c 'while :; do :; done' &
  busy="$busy $!"
done

# The tests of one file or folder, each suite in its environment.
run() {
  case $1 in
    web/*) cd "$root/web" && npx vitest run --project browser "${1#web/}" ;;
    */loss.test.ts | */storm.test.ts) cd "$root/tests" && ../tools/lossy.sh 20 npx vitest run "${1#tests/}" ;;
    tests/net) cd "$root/tests" && ../tools/own-networks.sh npx vitest run --dir net ;;
    tests/net/*) cd "$root/tests" && ../tools/own-networks.sh npx vitest run "${1#tests/}" ;;
    tests/e2e) cd "$root/tests" && npx vitest run --dir e2e --exclude '**/{loss,storm}.test.ts' &&
      ../tools/lossy.sh 20 npx vitest run --dir e2e loss.test.ts storm.test.ts ;;
    tests/*) cd "$root/tests" && npx vitest run "${1#tests/}" ;;
    *) echo "flakes.sh: $1 is neither below tests/ nor below web/" >&2 && exit 2 ;;
  esac
}

rm -rf build/flakes
mkdir -p build/flakes
failed=0
for file in "$@"; do
  for i in $(seq "$runs"); do
    output="$root/build/flakes/$(echo "$file" | tr / _)-$i.txt"
    if (run "$file") >"$output" 2>&1; then
      echo "$file, run $i of $runs: passed"
    else
      failed=$((failed + 1))
      echo "$file, run $i of $runs: FAILED, see $output"
      grep -E '^ *(FAIL|×)' "$output" | sort -u | head -n 20
    fi
  done
done
echo "$failed of $(($# * runs)) runs failed"
[ "$failed" -eq 0 ]

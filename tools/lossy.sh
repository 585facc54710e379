#!/bin/sh
# Usage: lossy.sh LOSS_PERCENT COMMAND...
# Runs a command on a machine of its own, as far as networks go, that loses this share (0 to 99) of the
# UDP packets its programs send each other; TCP is left alone. Nothing is left to clean up: the
# network goes with the last process in it.
set -eu

if [ "${1:-}" != --inside ]; then
  if [ $# -lt 2 ]; then
    sed -n 's/^# Usage: /usage: /p' "$0" >&2
    exit 2
  fi
  # Whoever is not root becomes it in there, where the system lets people make namespaces.
  if [ "$(id -u)" -eq 0 ]; then as_root=; else as_root=--map-root-user; fi
  # shellcheck disable=SC2086 # no word when it is empty
  exec unshare $as_root --net "$0" --inside "$@"
fi
export PARLEY_LOSS_PERCENT="$2"
shift 2

# Browsers don't offer loopback addresses to each other, so there must be another one. Packets to it
# take the loopback device all the same; the far end of the cable only keeps it up.
ip link set lo up
ip link add plug type veth peer name socket
ip address add 10.20.30.40/24 dev plug
ip link set plug up
ip link set socket up

nft --file - <<RULES
table inet lossy {
  chain input {
    type filter hook input priority filter
    meta l4proto udp numgen random mod 100 < $PARLEY_LOSS_PERCENT drop
  }
}
RULES

exec "$@"

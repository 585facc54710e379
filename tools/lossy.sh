#!/bin/sh
# Usage: lossy.sh LOSS_PERCENT COMMAND...
# Runs a command in a separate network namespace that loses this share (0 to 99) of the
# UDP packets between its programs; TCP is not affected. No clean-up is needed: the
# network ends with its last process.
set -eu

if [ "${1:-}" != --inside ]; then
  if [ $# -lt 2 ]; then
    sed -n 's/^# Usage: /usage: /p' "$0" >&2
    exit 2
  fi
  # A user other than root becomes root in the namespace, if the system allows user namespaces.
  if [ "$(id -u)" -eq 0 ]; then as_root=; else as_root=--map-root-user; fi
  # shellcheck disable=SC2086 # no argument when it is empty
  exec unshare $as_root --net "$0" --inside "$@"
fi
export PARLEY_LOSS_PERCENT="$2"
shift 2

# Browsers don't offer loopback addresses to each other, so another address is needed. Packets to it
# still use the loopback device; the far end of the veth pair only keeps the address up.
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

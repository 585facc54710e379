#!/bin/sh
# Usage: own-networks.sh COMMAND...
# Runs a command where it may make network namespaces, devices and firewalls of its own. Nothing of
# that reaches the machine's network, and no clean-up is needed: processes and namespaces end with
# the command, also when it is killed.
set -eu

cannot() {
  echo "own-networks.sh: this machine can't make networks for tests: $1" >&2
  exit 1
}

if [ "${1:-}" != --inside ]; then
  if [ $# -lt 1 ]; then
    sed -n 's/^# Usage: /usage: /p' "$0" >&2
    exit 2
  fi
  # A user other than root becomes root in there, if the system allows user namespaces.
  if [ "$(id -u)" -eq 0 ]; then as_root=; else as_root=--map-root-user; fi
  namespaces="$as_root --net --mount --pid --fork --kill-child --mount-proc"
  # shellcheck disable=SC2086 # one word per option
  unshare $namespaces true || cannot "no namespaces"
  # shellcheck disable=SC2086
  exec unshare $namespaces "$0" --inside "$@"
fi
shift

# Names of namespaces are files here; these are seen by nobody else.
mount -t tmpfs -o mode=0755 networks /run || cannot "nothing can be mounted"
mkdir /run/netns
ip link set lo up || cannot "its devices can't be changed"
ip tuntap add dev probe mode tun || cannot "there is no /dev/net/tun"
ip link delete probe
ip netns add probe || cannot "no further namespace can be made"
ip netns delete probe
nft add table inet probe || cannot "there is no nftables"
nft delete table inet probe
export PARLEY_OWN_NETWORKS=1

# Not exec: the first process of a process namespace ignores signals that it does not handle.
trap 'exit 130' INT
trap 'exit 143' TERM
"$@" &
wait $!

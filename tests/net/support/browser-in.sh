#!/bin/sh
# The browser in the network namespace that PARLEY_NETWORK names.
exec ip netns exec "$PARLEY_NETWORK" "${PARLEY_CHROMIUM:-/usr/bin/chromium}" "$@"

#!/bin/sh
# Installs the missing Debian packages for building and running, and with --test also those for the
# tests.
set -eu

packages="
  clang-19 lld-19 clang-format-19 clang-tidy-19 libclang-rt-19-dev
  libc++-19-dev-wasm32 libc++abi-19-dev-wasm32 libclang-rt-19-dev-wasm32 wasi-libc
  cmake ninja-build ccache pkg-config binutils openssl
  libboost1.81-dev libboost-program-options1.81-dev libsqlite3-dev libsodium-dev libssl-dev libicu-dev
  libgtest-dev libgmock-dev googletest nlohmann-json3-dev
  coturn
"
test_packages="
  chromium iproute2 nftables conntrack tcpdump nginx haproxy sqlite3
"
if [ "${1:-}" = --test ]; then packages="$packages $test_packages"; fi

missing=
for package in $packages; do
  case $(dpkg-query --show --showformat '${db:Status-Status}' "$package" 2>/dev/null || true) in
    installed) ;;
    *) missing="$missing $package" ;;
  esac
done

if [ -n "$missing" ]; then
  echo "Installing:$missing"
  if [ "$(id -u)" -eq 0 ]; then as_root=; else as_root=sudo; fi
  $as_root apt-get update -qq
  # shellcheck disable=SC2086 # one word per package
  $as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends $missing
  # Debian starts these packages as services; the server and the tests start their own. Services
  # that were installed before stay.
  for service in nginx haproxy coturn; do
    case " $missing " in
      *" $service "*)
        if [ -d /run/systemd/system ]; then
          $as_root systemctl disable --now --quiet "$service" || true
        elif [ -x "/etc/init.d/$service" ]; then
          $as_root "/etc/init.d/$service" stop >/dev/null 2>&1 || true
        fi
        ;;
    esac
  done
fi

# Debian's Node.js is older than the web app's tools require.
node_version=$(node --version 2>/dev/null || echo none)
node_major=$(expr "$node_version" : 'v\([0-9]*\)' || true)
if [ "${node_major:-0}" -lt 20 ]; then
  echo "Parley needs Node.js 20 or newer to build its web app; found: $node_version." >&2
  echo "Install it from https://nodejs.org/ or with your distribution, then run make again." >&2
  exit 1
fi

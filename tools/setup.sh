#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Installs what a bare Debian 12 lacks: setup.sh builds and runs the program, setup.sh --check adds what the tests
# need, setup.sh --ci what the second compiler and the sanitizers need. Says what it does; does nothing when all is
# there; uses sudo when not root.
set -eu

build="gcc libc6-dev make pkg-config meson ninja-build python3 libpopt-dev libjson-c-dev zlib1g-dev libzstd-dev
  libxxhash-dev libssl-dev librandom123-dev libhdf5-dev scdoc"
check="g++ binutils libcmocka-dev libgsl-dev locales r-base-core python3-jsonschema python3-sklearn python3-h5py
  util-linux zstd gzip openmpi-bin libopenmpi-dev iproute2"
ci="clang-14 libclang-rt-14-dev libomp-14-dev llvm-14"

want=$build
case "${1:-}" in
  "") ;;
  --check) want="$build $check" ;;
  --ci) want="$build $check $ci" ;;
  *) echo "usage: tools/setup.sh [--check|--ci]" >&2; exit 2 ;;
esac

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
  # shellcheck disable=SC2086 # words are wanted
  echo "setup: this is no Debian; these of its packages, or their like, are needed:" $want
  exit 0
fi

missing=""
for package in $want; do
  [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing="$missing $package"
done
if [ -z "$missing" ]; then
  echo "setup: all packages are there"
  exit 0
fi

as_root=""
[ "$(id -u)" -eq 0 ] || as_root="sudo"
echo "setup: installing$missing"
log=$(mktemp)
trap 'rm -f "$log"' EXIT

# shellcheck disable=SC2086 # words are wanted
install_missing() {
  $as_root apt-get update -q &&
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $missing
}

if ! install_missing >"$log" 2>&1 </dev/null; then
  cat "$log" >&2
  echo "setup: the packages could not be installed" >&2
  exit 1
fi
echo "setup: installed"

#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Builds everything and runs all tests; the last line is 'N passed, N failed'. Arguments go to meson. The folder of
# the build is $PLUMBLINE_BUILD, "build" when unset.
set -eu
cd "$(dirname "$0")/.."
build=${PLUMBLINE_BUILD:-build}

# quietly LOG COMMAND...: shows what it said only when it failed.
quietly() {
  log=$1
  shift
  "$@" >"$log" 2>&1 || { cat "$log"; echo "check: failed: $*"; exit 1; }
}

echo "check: building in $build"
mkdir -p "$build"
[ -f "$build/build.ninja" ] || quietly "$build/setup.log" meson setup "$build"
quietly "$build/setup.log" meson configure "$build" -Dtests=enabled "$@"
quietly "$build/build.log" ninja -C "$build"
grep 'warning:' "$build/build.log" || true

echo "check: running the tests"
rm -f "$build/meson-logs/testlog.json"
meson test -C "$build" --no-rebuild --quiet ${PLUMBLINE_SUITE:+--suite "$PLUMBLINE_SUITE"} \
  --timeout-multiplier "${PLUMBLINE_PATIENCE:-1}" >/dev/null 2>&1 || true
exec python3 tools/summary.py "$build/meson-logs/testlog.json"

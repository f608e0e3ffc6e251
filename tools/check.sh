#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Builds everything and runs all tests; the last line is 'N passed, N failed'. Arguments go to meson. The folder of
# the build is $PLUMBLINE_BUILD, "build" when unset.
set -eu
cd "$(dirname "$0")/.."
build=${PLUMBLINE_BUILD:-build}

echo "check: building in $build"
[ -f "$build/build.ninja" ] || meson setup "$build" >"$build.log" 2>&1 || { cat "$build.log"; exit 1; }
rm -f "$build.log"
meson configure "$build" -Dtests=enabled "$@"
ninja -C "$build" --quiet

echo "check: running the tests"
rm -f "$build/meson-logs/testlog.json"
meson test -C "$build" --no-rebuild --quiet ${PLUMBLINE_SUITE:+--suite "$PLUMBLINE_SUITE"} \
  --timeout-multiplier "${PLUMBLINE_PATIENCE:-1}" >/dev/null 2>&1 || true
exec python3 tools/summary.py "$build/meson-logs/testlog.json"

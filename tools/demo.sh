#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The main job, from nothing: builds the program, simulates a test whose truth is known, measures it, and prints where
# the report lies and the five lines that matter.
set -eu
cd "$(dirname "$0")/.."
build=build
demo=$build/demo

echo "demo: building"
if [ ! -f "$build/build.ninja" ]; then
  mkdir -p "$build"
  meson setup "$build" >"$build/setup.log" 2>&1 || { cat "$build/setup.log" >&2; exit 1; }
fi
ninja -C "$build" --quiet plumbline

mkdir -p "$demo"
echo "demo: simulating a test: 300 people, 4 samples each, every sample against every other"
"$build/plumbline" simulate --people 300 --samples 4 --seed 1 -o "$demo/scores.csv" --truth "$demo/truth.json"

echo "demo: measuring it, from the scores alone"
threshold=$(python3 tools/demo_lines.py --threshold "$demo/truth.json")
"$build/plumbline" verification "$demo/scores.csv" --threshold "$threshold" --html "$demo/report.html" \
  --text "$demo/report.txt" --json "$demo/result.json" --csv "$demo/estimates.csv" --svg "$demo/figures"

echo
echo "The report: $(pwd)/$demo/report.html (as text: $demo/report.txt)"
echo
python3 tools/demo_lines.py "$demo/result.json" "$demo/truth.json"

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""demo_lines.py RESULT.json TRUTH.json: the five lines that matter, beside the truth that the simulator wrote.
demo_lines.py --threshold TRUTH.json: the threshold at which the truth is stated that the demo looks at."""
import json
import math
import sys

TARGET = 0.001


def read(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def stated(truth):
    return next(row for row in truth["truth"]["thresholds"] if row["fmr_at_most"] == TARGET)


def percent(value):
    return f"{100 * value:.3g} %"


def compared(estimate, true):
    interval = estimate["interval"]
    inside = interval["lower"] <= true <= interval["upper"]
    return (f"{percent(estimate['value'])} ({estimate['errors']:,} of {estimate['trials']:,}), 95 % interval "
            f"{percent(interval['lower'])} to {percent(interval['upper'])}; the truth, {percent(true)}, lies "
            f"{'inside' if inside else 'OUTSIDE (about one interval in twenty misses)'}")


def main():
    if sys.argv[1] == "--threshold":
        print(stated(read(sys.argv[2]))["threshold"])
        return
    result, truth = read(sys.argv[1]), read(sys.argv[2])
    row, test = stated(truth), result["test"]
    at = {e["metric"]: e for e in result["estimates"] if e["threshold"] == row["threshold"] and not e["target"]}
    eer = next(e for e in result["estimates"] if e["metric"] == "EER")
    fmr = at["FMR"]
    naive = 1.96 * math.sqrt(fmr["value"] * (1 - fmr["value"]) / fmr["trials"])
    width = (fmr["interval"]["upper"] - fmr["interval"]["lower"]) / (2 * naive)
    print(f"1. Measured: {test['mated_trials']:,} mated and {test['nonmated_trials']:,} non-mated comparisons of "
          f"{test['people']} people.")
    print(f"2. FMR at threshold {row['threshold']}: {compared(fmr, row['fmr'])}.")
    print(f"3. FNMR there: {compared(at['FNMR'], row['fnmr'])}.")
    print(f"4. Equal error rate: {percent(eer['value'])}; the truth is {percent(truth['truth']['eer'])}.")
    print(f"5. {test['nonmated_trials']:,} comparisons of {test['people']} people are not independent: the honest interval "
          f"for FMR is {width:.1f} times as wide as the one that takes them to be.")


main()

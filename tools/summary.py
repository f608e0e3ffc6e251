#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""summary.py TESTLOG.json: what the test programs themselves counted, as one closing line 'N passed, N failed'.

A program says its counts in cmocka's words or in a closing line of ours; one that says nothing counts as one test.
Skipped tests are listed with their reason; with PLUMBLINE_NO_SKIP=1 each is a failure."""
import json
import os
import re
import sys

OURS = re.compile(r"^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$", re.M)
CMOCKA = re.compile(r"\[ +(PASSED|FAILED|SKIPPED) +\] (?:\S+: )?(\d+) test\(s\)")


def counts_of(test):
    """(passed, failed, skipped) of one program."""
    text = (test.get("stdout") or "") + "\n" + (test.get("stderr") or "")
    passed = failed = skipped = 0
    for words in OURS.findall(text):
        passed, failed, skipped = (number + int(word or 0) for number, word in zip((passed, failed, skipped), words))
    for word, number in CMOCKA.findall(text):
        passed += int(number) if word == "PASSED" else 0
        failed += int(number) if word == "FAILED" else 0
        skipped += int(number) if word == "SKIPPED" else 0
    good = test["result"] in ("OK", "EXPECTEDFAIL")
    if test["result"] == "SKIP":
        return 0, 0, max(skipped, 1)
    if passed + failed + skipped == 0:
        return (1, 0, 0) if good else (0, 1, 0)
    return passed, failed if good else max(failed, 1), skipped


def lines_with(test, pattern):
    text = (test.get("stdout") or "") + "\n" + (test.get("stderr") or "")
    return [line.rstrip() for line in text.splitlines() if line.strip() and re.search(pattern, line)]


def main():
    strict = os.environ.get("PLUMBLINE_NO_SKIP") == "1"
    total = [0, 0, 0]
    try:
        with open(sys.argv[1], encoding="utf-8") as log:
            tests = [json.loads(line) for line in log if line.strip()]
    except OSError as error:
        print(f"no test was run: {error}")
        tests = []
    for test in sorted(tests, key=lambda test: test["name"]):
        counts = counts_of(test)
        total = [sum(pair) for pair in zip(total, counts)]
        print(f"{test['name']:40s} {counts[0]:5d} passed, {counts[1]} failed, {counts[2]} skipped"
              f"  {test['duration']:.1f} s")
        if counts[1]:
            print("    " + test["result"])
            print("\n".join("    " + line for line in lines_with(test, r"^(?!ok |\[ RUN |\[       OK)")[-200:]))
        elif counts[2]:
            for line in lines_with(test, r"(?i)skip"):
                print("    " + line)
    passed, failed, skipped = total
    if strict and skipped:
        print("skipped tests count as failed here")
        failed, skipped = failed + skipped, 0
    if not tests:
        failed += 1
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    return 1 if failed else 0


sys.exit(main())

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""test_compare.py PROGRAM: systems on the same trials, as a user meets them. What may not change a comparison (threads,
the order of rows, memory, in how many files the systems come) does not; turned round it is its own mirror; the same
scores differ in nothing; and on real scores of a face and a finger matcher every number is worked out again here."""
import csv
import gzip
import json
import math
import os
import pathlib
import random
import re

from driver import Checklist, Place

checks = Checklist()
DATA = pathlib.Path(os.environ.get("PLUMBLINE_DATA", ""))
FILES = ["bssr1_set1_face_C.matrix.csv.gz", "bssr1_set1_finger_left.matrix.csv.gz"]
THRESHOLDS = [0.64386, 25]


def compare(place, *words, code=0):
    run = place.run("compare", *words, "--json", "-")
    checks.check(f"{' '.join(words)}: exit {code}", run.code == code, run)
    return run.out if run.code == code else None


def bare(text):
    """A result without its provenance."""
    return re.sub(r'"provenance": \{.*?\n  \},\n', "", text, count=1, flags=re.S)


def versus(text):
    return [e for e in json.loads(text)["estimates"] if e.get("against")]


def shuffled(text, seed):
    head, *rows = text.strip().split("\n")
    random.Random(seed).shuffle(rows)
    return "\n".join([head, *rows]) + "\n"


def what_does_not_matter(place):
    words = ["--threshold", "2.5,2.7", "--fmr", "1e-2,1e-3", "--unordered", "--replicates", "200"]
    for name, seed, mean in [("old", 3, "3"), ("new", 4, "3.4")]:
        place.simulate(f"{name}.csv", "--people", "40", "--seed", str(seed), "--mated-mean", mean, "--fta", "2%")
    wanted = bare(compare(place, "old.csv", "new.csv", *words, "--threads", "1"))
    for threads in ["2", "3"]:
        seen = bare(compare(place, "old.csv", "new.csv", *words, "--threads", threads))
        checks.equal(f"{threads} threads", seen, wanted)
    checks.equal("memory", bare(compare(place, "old.csv", "new.csv", *words, "--memory", "1K")), wanted)
    text = place.read("old.csv")
    place.put("mixed.csv", shuffled(text, 1))
    checks.equal("shuffled", bare(compare(place, "mixed.csv", "new.csv", *words, "--system", "old", "--system", "new")),
                 wanted)
    both = [f"system,{text.split(chr(10))[0]}"] + [f"{name},{row}" for name, label in [("new", "z"), ("old", "a")]
                                                   for row in place.read(f"{name}.csv").strip().split("\n")[1:]]
    place.put("both.csv", "\n".join(both) + "\n")
    one_file = bare(compare(place, "both.csv", "--reference", "old", "--threshold", "2.7,2.5", *words[2:]))
    checks.equal("two systems in one file", versus(one_file) if one_file else None, versus(wanted))
    # the same trials, the other way round
    mirror = {(e["metric"], str(e["target"])): e for e in
              versus(compare(place, "new.csv", "old.csv", "--threshold", "2.7,2.5", *words[2:]))}
    for e in versus(wanted):
        other = mirror[e["metric"], str(e["target"])]
        ends = [other["interval"]["upper"], other["interval"]["lower"]] if other["interval"] else []
        turn = (lambda x: -x) if "DIFFERENCE" in e["metric"] else (lambda x: None if not x else 1 / x)
        seen = [e["value"], e["interval"]["lower"], e["interval"]["upper"]] if e["interval"] else [e["value"]]
        want = [turn(x) for x in [other["value"], *ends]]
        near = all(a is b or (a is not None and b is not None and math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-12))
                   for a, b in zip(seen, want) if a != 0 and b != 0)
        checks.check(f"mirror: {e['metric']} {e['target']}", near, (seen, want))
    # the same scores do not differ, and equivalence is shown by any margin that holds the interval
    place.put("copy.csv", shuffled(text, 2))
    same = compare(place, "old.csv", "copy.csv", "--threshold", "2.5", "--margin", "20%", "--equivalence")
    for e in versus(same):
        checks.equal(f"the same scores: {e['metric']}", e["value"], 0 if "DIFFERENCE" in e["metric"] else 1)
    checks.check("equivalent", any(e["verdict"] == "equivalent" for e in versus(same)), versus(same))
    compare(place, "old.csv", "copy.csv", "--threshold", "2.5", "--margin", "0.001%", code=1)


# ---- real scores ----------------------------------------------------------------------------------------------------

def read_matrix(path):
    with gzip.open(path, "rt", newline="") as stream:
        head, *rows = list(csv.reader(stream))
    column = {name: k for k, name in enumerate(head[1:])}
    order = [column[row[0]] for row in rows]
    scores = [[float(x) for x in row[1:]] for row in rows]
    matrix = [None] * len(rows)
    for at, row in zip(order, scores):
        matrix[at] = row
    return matrix


def total(first, second, n):
    """C of two lists of false matches (i, j), or T of one: every pair of people was compared twice."""
    trials = n * (n - 1)
    g = 1 / (1 - 2 * (n - 1) / trials)
    sums = []
    for errors in (first, second):
        people, pairs = [0] * n, {}
        for i, j in errors:
            people[i] += 1
            people[j] += 1
            pair = (min(i, j), max(i, j))
            pairs[pair] = pairs.get(pair, 0) + 1
        rate = len(errors) / trials
        sums.append((rate, [x - rate * 2 * (n - 1) for x in people], pairs))
    (p, r, a), (q, s, b) = sums
    by_pair = sum(count * b.get(pair, 0) for pair, count in a.items())
    by_pair += -p * 2 * sum(b.values()) - q * 2 * sum(a.values()) + p * q * 4 * n * (n - 1) / 2
    c = (n - 1) * (n - 2) / (n * (n - 3))
    return c * g * g * (sum(x * y for x, y in zip(r, s)) - by_pair)


def person_total(first, second, n):
    g, p, q = 1 / (1 - 1 / n), len(first) / n, len(second) / n
    return (n - 1) / n * g * g * sum(((i in first) - p) * ((i in second) - q) for i in range(n))


def mover(p, low, high, q, below, above, rho):
    join = lambda a, b: math.sqrt(a * a - 2 * rho * a * b + b * b)
    return p - q - join(p - low, above - q), p - q + join(high - p, q - below)


def rho_of(totals):
    one, other, shared = totals
    return shared / math.sqrt(one * other)


def face_and_finger(place):
    text = compare(place, *[str(DATA / file) for file in FILES], "--threshold", "0.64386,25", "--fmr", "1e-2,1e-3,1e-4",
                   "--system", "face", "--system", "finger")
    if not text:
        return
    result = json.loads(text)
    matrices = [read_matrix(DATA / file) for file in FILES]
    n = len(matrices[0])
    checks.equal("everybody", (n, result["test"]["people"], result["estimates"][0]["trials"]), (517, 517, 266772))

    def rate(system, metric):
        e = next(e for e in result["estimates"] if e["system"] == system and e["metric"] == metric and not e["target"])
        return e["value"], e["interval"]["lower"], e["interval"]["upper"]

    def interval(metric, target=None):
        e = next(e for e in versus(text) if e["metric"] == metric and
                 (e["target"] or {"at_most": None})["at_most"] == target)
        return e["value"], e["interval"]["lower"], e["interval"]["upper"]

    def close(name, seen, wanted, digits=1e-9):
        checks.check(name, all(math.isclose(a, b, rel_tol=digits, abs_tol=1e-12) for a, b in zip(seen, wanted)),
                     (seen, wanted))

    false_matches, highest, misses = [], [], []
    for matrix, threshold in zip(matrices, THRESHOLDS):
        others = sorted((matrix[i][j] for i in range(n) for j in range(n) if i != j), reverse=True)
        false_matches.append([(i, j) for i in range(n) for j in range(n) if i != j and matrix[i][j] >= threshold])
        highest.append([(i, j) for i in range(n) for j in range(n) if i != j and matrix[i][j] >= others[2999]])
        misses.append({i for i in range(n) if matrix[i][i] < threshold})
    checks.equal("published counts", [len(x) for x in false_matches] + [len(x) for x in misses], [266, 253, 83, 87])
    pairs = [(0, 0), (1, 1), (0, 1)]
    rho = max(0, rho_of([total(false_matches[a], false_matches[b], n) for a, b in pairs]),
              rho_of([total(highest[a], highest[b], n) for a, b in pairs]))
    person_rho = max(0, rho_of([person_total(misses[a], misses[b], n) for a, b in pairs]))
    face, finger = [rate(s, "FMR") for s in ("face", "finger")]
    close("FMR difference", interval("FMR_DIFFERENCE")[1:], mover(*finger, *face, rho))
    close("FMR ratio", interval("FMR_RATIO")[1:],
          [math.exp(x) for x in mover(*map(math.log, finger), *map(math.log, face), rho)])
    face, finger = [rate(s, "FNMR") for s in ("face", "finger")]
    close("FNMR difference", interval("FNMR_DIFFERENCE")[1:], mover(*finger, *face, person_rho))
    # FNMR at FMR targets and EER, as they were published for each matcher; both systems miss other people, so that
    # fixed thresholds would give nearly independent intervals, which those with thresholds found again must hold
    for target, face, finger in [(1e-2, 44, 65), (1e-3, 83, 87), (1e-4, 133, 119)]:
        value, low, high = interval("FNMR_DIFFERENCE", target)
        close(f"FNMR difference at {target}", [value], [(finger - face) / n])
        fixed = 1.96 * math.sqrt(face / n * (1 - face / n) / n + finger / n * (1 - finger / n) / n)
        found = (low, value, high, fixed)
        checks.check(f"interval at {target}", low < value < high and high - low > 1.8 * fixed, found)
    close("EER difference", interval("EER_DIFFERENCE"), [0.0851307483544 - 0.04447993042748116], 1e-10)


with Place() as room:
    what_does_not_matter(room)
if (DATA / "README.md").exists():
    with Place() as room:
        face_and_finger(room)
else:
    checks.skip("a face and a finger matcher", "PLUMBLINE_DATA names no folder that holds their scores")
checks.done()

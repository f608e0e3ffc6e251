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


def compare(place, *words, code=0, out=False):
    """The JSON; with another code than 0 only if `out`."""
    run = place.run("compare", *words, "--json", "-")
    checks.check(f"{' '.join(words)}: exit {code}", run.code == code, run)
    return run.out if run.code == code and (not code or out) else None


def bare(text):
    """A result without its provenance."""
    return re.sub(r'"provenance": \{.*?\n  \},\n', "", text, count=1, flags=re.S)


def versus(text):
    return [e for e in json.loads(text)["estimates"] if e.get("against")]


def shuffled(text, seed):
    head, *rows = text.strip().split("\n")
    random.Random(seed).shuffle(rows)
    return "\n".join([head, *rows]) + "\n"


def rescored(text, change):
    """Every score changed; rows without one stay."""
    head, *rows = text.strip().split("\n")
    at = head.split(",").index("score")
    cells = [row.split(",") for row in rows]
    return "\n".join([head, *(",".join([*row[:at], repr(change(float(row[at]))) if row[at] else "", *row[at + 1:]])
                              for row in cells)]) + "\n"


def doubled(text):
    """The same system in other units."""
    return rescored(text, lambda score: 2 * score)


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
    # where the difference may be 0 the ratio may be 1
    both_ways = {(e["metric"].split("_")[0], str(e["target"])): e for e in versus(wanted) if "RATIO" in e["metric"]}
    for e in versus(wanted):
        ratio = both_ways.get((e["metric"].split("_")[0], str(e["target"])), e)["interval"]
        if "DIFFERENCE" in e["metric"] and e["interval"] and ratio and e["interval"]["lower"] <= 0 <= e["interval"]["upper"]:
            checks.check(f"ratio agrees: {e['metric']} {e['target']}",
                         ratio["lower"] <= 1 and (ratio["upper"] is None or ratio["upper"] >= 1), (e["interval"], ratio))
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
    # the same decisions do not differ, and equivalence is shown by any margin that holds the interval
    place.put("copy.csv", doubled(shuffled(text, 2)))
    same = compare(place, "old.csv", "copy.csv", "--threshold", "2.5,5", "--margin", "20%", "--equivalence")
    for e in versus(same):
        checks.equal(f"the same scores: {e['metric']}", e["value"], 0 if "DIFFERENCE" in e["metric"] else 1)
    checks.check("equivalent", any(e["verdict"] == "equivalent" for e in versus(same)), versus(same))
    compare(place, "old.csv", "copy.csv", "--threshold", "2.5,5", "--margin", "0.001%", code=1)


HEAD = "score,mated,reference_subject,probe_subject\n"


def put_mated(place, name, people, missed):
    """One mated trial of each person, missed by those."""
    place.put(name, HEAD + "".join(f"{int(i not in missed)},1,p{i},p{i}\n" for i in range(people)))


def margins(place):
    """Exit 0 says that it was shown. Where nothing was judged nothing was shown, and the result says why."""
    put_mated(place, "few.csv", 5, [0])
    put_mated(place, "few-too.csv", 5, [1])
    put_mated(place, "some.csv", 200, range(3))
    put_mated(place, "others.csv", 200, range(2, 5))
    cases = [("too few people", ["few.csv", "few-too.csv", "--threshold", "0.5"], "90%", "too few people"),
             ("no comparison", ["some.csv", "others.csv", "--threshold", "0.5"], "FMR=90%", "no non-mated comparison"),
             ("no point", ["old.csv", "new.csv", "--unordered", "--fmr", "1e-2"], "FMR=90%", "none was given"),
             ("no target in reach", ["old.csv", "new.csv", "--unordered", "--fmr", "1e-9"], "90%", "no FMR target"),
             ("EER of few errors", ["sharp.csv", "new.csv", "--unordered", "--threshold", "3"], "EER=90%",
              "fewer than ten errors")]
    place.simulate("sharp.csv", "--people", "40", "--seed", "5", "--mated-mean", "9")
    for name, words, margin, why in cases:
        result = json.loads(compare(place, *words, "--margin", margin, code=1, out=True) or "{}")
        said = [s for s in result.get("statements", []) if s.startswith("Nothing was judged by the margin of 90.00 perc")]
        checks.check(f"{name}: said why", len(said) == 1 and why in said[0], said)
        unjudged = [e for e in result.get("estimates", []) if e.get("margin") and not e["verdict"]]
        checks.check(f"{name}: in the estimates", unjudged and why in unjudged[0]["note"] or "target" in name, unjudged)
        place.put("result.json", json.dumps(result))
        checks.check(f"{name}: reads back", place.run("report", "result.json").code == 0, name)
    # one margin of two that is answered is not enough; answered both are
    words = ["some.csv", "others.csv", "--threshold", "0.5", "--margin", "50%"]
    compare(place, *words)
    compare(place, *words, "--margin", "EER=50%", code=1)
    checks.check("units of a margin", "by the margin of 50.00 percentage points" in place.run("compare", *words).out, "")


def different_people(place):
    """Systems that fail on different people: a correlation below 0 widens the interval. 75 and 97 of 200 people, nobody
    in both: the paired difference of 11 points has a standard error of 6.5 points."""
    put_mated(place, "one.csv", 200, range(75))
    put_mated(place, "two.csv", 200, range(75, 172))
    difference, ratio = versus(compare(place, "one.csv", "two.csv", "--threshold", "0.5"))
    low, high = difference["interval"]["lower"], difference["interval"]["upper"]
    checks.check("different people: interval", abs(low + 0.0176) < 0.003 and abs(high - 0.2376) < 0.004, (low, high))
    checks.equal("different people: verdict", difference["verdict"], "undecided")
    checks.check("different people: p", 0.05 < difference["p_value"] < 0.15, difference["p_value"])
    low, high = ratio["interval"]["lower"], ratio["interval"]["upper"]
    checks.check("difference and ratio agree", low <= 1 <= high, (low, high))


def alike(place):
    """Systems that differ on nobody, or on few people, have no interval of no width."""
    place.put("same.csv", doubled(place.read("old.csv")))
    text = compare(place, "old.csv", "same.csv", "--unordered", "--fmr", "1e-2", "--margin", "0.001%", "--equivalence",
                   "--replicates", "200", code=1, out=True)
    found = [e for e in versus(text) if e["metric"] == "FNMR_DIFFERENCE"]
    ends = found[0]["interval"]
    checks.check("alike: the interval has a width", ends["upper"] - ends["lower"] > 1e-3, ends)
    checks.equal("alike: verdict", found[0]["verdict"], "undecided")
    eer = next(e for e in versus(text) if e["metric"] == "EER_DIFFERENCE")
    checks.equal("alike: EER", (eer["status"], eer["interval"]), ("unsupported", None))


def one_system_twice(place):
    """Under whatever name, packing, order or direction: refused in one line. Of few different scores, and of several
    systems, it is said."""
    text = place.read("old.csv")
    place.put("twin.csv", text)
    place.put("packed.csv.gz", gzip.compress(text.encode()))
    place.put("order.csv", shuffled(text, 7))
    place.put("turned.csv", rescored(text, lambda score: -score))
    for name, *more in [("twin.csv",), ("packed.csv.gz",), ("order.csv",), ("twin.csv", "--digest", "none"),
                        ("turned.csv", "--direction", "similarity", "--direction", "dissimilarity")]:
        run = place.run("compare", "old.csv", name, *more)
        checks.check(f"one system twice: {name} {more}", run.code == 3 and run.err.count("\n") == 1 and
                     "that is one system twice" in run.err, run)
    run = place.run("compare", "old.csv", "new.csv", "twin.csv", "--unordered", "--replicates", "100")
    checks.check("one of three twice", run.code == 3 and "one system twice" in run.err, run)
    put_mated(place, "yes.csv", 60, range(9))
    put_mated(place, "yes-too.csv", 60, range(9))
    text = compare(place, "yes.csv", "yes-too.csv", "--threshold", "0.5")
    checks.check("decisions may agree", any("nothing here tells them apart" in s for s in json.loads(text)["statements"]),
                 text)
    difference = versus(text)[0]
    checks.check("and do not differ", difference["value"] == 0 and difference["verdict"] == "undecided", difference)


def families(place):
    """Related people count as one in all of it; every file must say the same of a person."""
    for name, seed in [("mine.csv", 11), ("yours.csv", 12)]:
        place.simulate(name, "--people", "60", "--samples", "2", "--families", "3", "--family-effect", "0.9",
                       "--mated-mean", "3", "--seed", str(seed))
    words = ["--unordered", "--threshold", "2", "--fmr", "5e-2", "--replicates", "400"]
    wanted = compare(place, "mine.csv", "yours.csv", *words, "--cluster", "family")
    checks.check("clusters", all(e["people"] == 60 and e["clusters"] == 20 for e in versus(wanted)), versus(wanted))
    seen = {e["interval"]["dependence"] for e in versus(wanted) if e["interval"]}
    checks.equal("dependence", seen, {"cluster", "dyadic by cluster"})
    alone = compare(place, "mine.csv", "yours.csv", *words)
    checks.check("alone", all(not e["clusters"] for e in versus(alone)), versus(alone))
    checks.equal("the same values", [e["value"] for e in versus(alone)], [e["value"] for e in versus(wanted)])
    text = place.read("mine.csv")
    place.put("mixed-mine.csv", shuffled(text, 3))
    checks.equal("families shuffled", bare(compare(place, "mixed-mine.csv", "yours.csv", *words, "--cluster", "family",
                                                   "--system", "mine", "--system", "yours", "--threads", "3")),
                 bare(wanted))
    place.put("other.csv", text.replace("F000001", "F000000"))
    run = place.run("compare", "yours.csv", "other.csv", *words, "--cluster", "family")
    checks.check("another family in another file", run.code == 3 and run.err.count("\n") == 1 and "other.csv:" in run.err,
                 run)
    run = place.run("compare", "mine.csv", "some.csv", "--cluster", "family")
    checks.check("no column", run.code == 3 and "probe_X and reference_X" in run.err, run)


def ways_to_say_it(place):
    put_mated(place, "near.csv", 200, range(30))
    words = ["near.csv", "others.csv", "--threshold", "0.5"]
    wanted = versus(compare(place, *words, "--direction", "dissimilarity"))
    checks.equal("--dissimilarity", versus(compare(place, *words, "--dissimilarity")), wanted)
    checks.equal("--similarity", versus(compare(place, *words, "--similarity")), versus(compare(place, *words)))
    run = place.run("compare", "near.csv", "near.csv")
    checks.check("the same file twice", run.code == 2 and "near.csv is named twice" in run.err, run)
    run = place.run("compare", *words, "--similarity", "--direction", "similarity")
    checks.check("a direction said twice", run.code == 2, run)
    text = place.run("compare", "old.csv", "new.csv", "--unordered", "--fmr", "1e-2", "--replicates", "200", "--system",
                     "a-system-with-a-name-that-is-long-enough-to-be-cut", "--system", "another-one-of-some-length").out
    seen = " ".join(text.split())
    checks.check("names are whole, counts and FMR are there", re.search(
        r"at most 1 in 100: another-one-of-some-length against a-system-with-a-name-that-is-long-enough-to-be-cut, "
        r"errors / trials [0-9]+ / 112 and [0-9]+ / 112 \(FMR there: [0-9.]+ % and [0-9.]+ %\)", seen), text[:3000])
    checks.check("title", text.startswith("Comparison of systems: "), text[:100])
    page = place.run("compare", *words, "--html", "-").out
    table = re.search(r'<table class="versus">.*?</table>', page, re.S).group()
    widths = {row.count('scope="col"') or row.count("<td") + 1 for row in re.findall(r"<tr>.*?</tr>", table, re.S)
              if "rowgroup" not in row}
    checks.equal("columns of the page", (widths, table.count('colspan="6"')), ({6}, 1))
    checks.check("numbers do not break", ".versus td:not(.words){white-space:nowrap}" in page, page[:500])


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
    rho = min(rho_of([total(false_matches[a], false_matches[b], n) for a, b in pairs]),
              max(0, rho_of([total(highest[a], highest[b], n) for a, b in pairs])))
    person_rho = rho_of([person_total(misses[a], misses[b], n) for a, b in pairs])
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
    margins(room)
    different_people(room)
    alike(room)
    one_system_twice(room)
    families(room)
    ways_to_say_it(room)
if (DATA / "README.md").exists():
    with Place() as room:
        face_and_finger(room)
else:
    checks.skip("a face and a finger matcher", "PLUMBLINE_DATA names no folder that holds their scores")
checks.done()

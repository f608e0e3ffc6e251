#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""test_groups.py PROGRAM: rates of groups against counts by loops and against the same comparisons in a file of their
own; the same bytes for any order of rows and number of threads; small groups stay hidden, and so does what would tell of
them; counts of published scores."""
import itertools
import json
import os
import random

from driver import Checklist, Place

checks = Checklist()
rng = random.Random(17)
THRESHOLDS = [0.4, 1.5, 2.5]
AT = ",".join(map(str, THRESHOLDS))
BY = ["sex", "region"]


def make(people, missing=0.0):
    """Rows of a test whose people have attributes; now and then one is not said."""
    sex = [rng.choice("FM") for _ in range(people)]
    region = [rng.choices(["A", "B", "north, far", "D"], [4, 3, 2, 1])[0] for _ in range(people)]
    effect = [rng.gauss(0, .3) for _ in range(people)]
    rows = []

    def row(i, j, score):
        values = [[v if rng.random() >= missing else "" for v in (sex[k], region[k])] for k in (i, j)]
        rows.append({"probe": f"P{j}", "reference": f"P{i}", "of": values, "score": round(score, 3)})

    for i in range(people):
        for _ in range(3):
            row(i, i, 3 + effect[i] + rng.gauss(0, .8))
        for j in rng.sample(range(people), min(people, 40)):
            if i != j:
                row(i, j, effect[i] + effect[j] + rng.gauss(0, .9) + .4 * (sex[i] == sex[j]))
    return rows


def write(place, name, rows):
    def cell(text):
        return f'"{text}"' if "," in text else text
    lines = ["probe_subject,reference_subject,probe_sex,reference_sex,probe_region,reference_region,score"]
    for r in rows:
        reference, probe = r["of"]
        lines.append(",".join([r["probe"], r["reference"], cell(probe[0]), cell(reference[0]), cell(probe[1]),
                               cell(reference[1]), f"{r['score']:.3f}"]))
    place.put(name, "\n".join(lines) + "\n")


def measure(place, *words):
    run = place.run("verification", *words, "--fmr", "0.5", "--threshold", AT, "--replicates", "100", "--json", "-")
    if not checks.check(f"{' '.join(words)}: measured", run.code == 0 and not run.err, run):
        return []
    result = json.loads(run.out)
    del result["provenance"]
    return result


def at_thresholds(result):
    """Estimates at the thresholds that were given."""
    return [e for e in result["estimates"] if e["threshold"] in THRESHOLDS and not e["target"]]


def cell_of(row, attributes):
    """What its cell is called, and whether it is mated."""
    mated = row["probe"] == row["reference"]
    reference, probe = ([side[BY.index(a)] for a in attributes] for side in row["of"])
    if not mated:
        reference, probe = sorted([reference, probe], key=lambda values: "".join(v + "\x1f" for v in values).encode())
    cell = {a: r if mated and r == p else [r, p] for a, r, p in zip(attributes, reference, probe)}
    return mated, json.dumps(cell)


def naive(rows, attributes):
    """(metric, cell, threshold): errors, trials and people."""
    found = {}
    for row in rows:
        mated, cell = cell_of(row, attributes)
        for t in THRESHOLDS:
            counts = found.setdefault(("FNMR" if mated else "FMR", cell, t), [0, 0, set()])
            counts[0] += row["score"] < t if mated else row["score"] >= t
            counts[1] += 1
            counts[2] |= {row["probe"], row["reference"]}
    return {key: (errors, trials, len(people)) for key, (errors, trials, people) in found.items()}


def check_counts(place, rows, breakdowns):
    """Every cell is there once, with the counts of the loops."""
    words = [word for b in breakdowns for word in ("--by", ",".join(b))]
    result = measure(place, "scores.csv", "--min-people", "1", *words)
    if not result:
        return None
    seen, doubled = {}, []
    for e in at_thresholds(result):
        key = (e["metric"], json.dumps(e["cell"]), e["threshold"])
        doubled += [key] if key in seen and e["cell"] else []
        if e["cell"]:
            seen[key] = (e["errors"], e["trials"], e["people"])
    wanted = {key: counts for b in breakdowns for key, counts in naive(rows, b).items()}
    checks.equal(f"{words}: cells are there once", doubled, [])
    checks.equal(f"{words}: counts", sorted(seen.items()), sorted(wanted.items()))
    return result


def check_alone(place, rows, result):
    """Rates within groups are those of a file that has their comparisons alone."""
    for value in "FM":
        inside = [r for r in rows if [side[0] for side in r["of"]] == [value, value]]
        write(place, "alone.csv", inside)
        alone = {(e["metric"], e["threshold"]): e for e in at_thresholds(measure(place, "alone.csv")) if not e["cell"]}
        for e in at_thresholds(result):
            if e["cell"] not in ({"sex": value}, {"sex": [value, value]}) or "over" in e:
                continue
            other = alone[e["metric"], e["threshold"]]
            same = all(e["interval"][k] == other["interval"][k] for k in ("lower", "upper", "design_effect", "df"))
            checks.check(f"{e['metric']} of {value} at {e['threshold']} as alone",
                         same and e["value"] == other["value"], (e["interval"], other["interval"]))


def check_same(place, rows, result):
    words = ["--by", "sex", "--by", "sex,region", "--min-people", "1"]
    for n, threads in enumerate(["1", "2", "3"]):
        rng.shuffle(rows)
        write(place, f"shuffled{n}.csv", rows)
        other = measure(place, f"shuffled{n}.csv", *words, "--threads", threads, "--memory", "1" if n else "1G")
        checks.equal(f"the same bytes in another order, {threads} threads", json.dumps(other), json.dumps(result))


def check_hidden(place, rows, least):
    """Nothing of fewer people than that is shown, nor what follows by subtraction: in each whole none or two or more
    parts are hidden, with at least so many people together."""
    breakdowns = [["sex"], ["sex", "region"]]
    words = [word for b in breakdowns for word in ("--by", ",".join(b))]
    result = measure(place, "scores.csv", "--min-people", str(least), *words)
    hidden = set()
    for e in at_thresholds(result):
        if e["cell"] and e["status"] == "suppressed":
            hidden.add((e["metric"], json.dumps(e["cell"])))
            bare = [k for k in ("errors", "trials", "people", "value", "interval") if e[k] is not None]
            checks.equal(f"{e['cell']}: nothing but that", bare + [k for k in e if k in ("least_ratio_seen", "influence")],
                         [])
    counts = naive(rows, breakdowns[1])
    parts = {(metric, cell): people for (metric, cell, t), (_, _, people) in counts.items() if t == THRESHOLDS[0]}
    few = {key for key, people in parts.items() if people < least}
    checks.check(f"{len(few)} cells with fewer than {least} people are hidden", few <= hidden, few - hidden)
    wholes = {}
    for metric, cell in parts:
        values = json.loads(cell)
        wholes.setdefault((metric, "all"), []).append((metric, cell))
        wholes.setdefault((metric, json.dumps(values["sex"])), []).append((metric, cell))
    for (metric, whole), inside in wholes.items():
        out = [parts[key] for key in inside if key in hidden]
        if whole != "all" and (metric, json.dumps({"sex": json.loads(whole)})) in hidden:
            continue
        checks.check(f"{metric} in {whole}: {len(out)} of {len(inside)} hidden",
                     not out or (len(out) > 1 and sum(out) >= least), (whole, out))


def check_apart(result):
    """How far groups lie apart, from the rates that are shown beside it."""
    for metric, t in itertools.product(["FMR", "FNMR"], THRESHOLDS):
        rates = [e["value"] for e in at_thresholds(result)
                 if e["metric"] == metric and e["threshold"] == t and list(e["cell"]) == ["sex"] and
                 (metric == "FNMR" or len(set(e["cell"]["sex"])) == 1)]
        over = {e["metric"]: e for e in at_thresholds(result)
                if e.get("over", {}).get("metric") == metric and e["over"]["by"] == ["sex"] and e["threshold"] == t}
        low, high = min(rates), max(rates)
        wanted = {"MAX_MIN_RATIO": high / low if low else None, "MAX_MIN_DIFFERENCE": high - low,
                  "GINI": (high - low) / (high + low) if high else None,
                  "MAX_GEOMEAN_RATIO": high / (high * low) ** .5 if low else None}
        for name, value in wanted.items():
            e = over[name]
            same = e["value"] is None if value is None else abs(e["value"] - value) < 1e-12 * max(1, value)
            checks.check(f"{name} of {metric} at {t}", same, (e["value"], value))
            held = value is None or (e["interval"]["lower"] <= value * (1 + 1e-12) and
                                     (e["interval"]["upper"] is None or value <= e["interval"]["upper"] * (1 + 1e-12)))
            checks.check(f"{name} of {metric} at {t} lies within its limits", held, e["interval"])


def check_published(place):
    folder = os.environ.get("PLUMBLINE_DATA", "")
    path = os.path.join(folder, "voxceleb1_o_lda.csv.gz")
    if not os.path.exists(path):
        checks.skip("counts of VoxCeleb by gender", "no shared data (PLUMBLINE_DATA)")
        return
    run = place.run("verification", path, "--map", "score=score_lda", "--by", "gender", "--threshold",
                    "0.40222,0.509725", "--fmr", "0.5", "--json", "-")
    found = {(e["metric"], str(e["cell"]["gender"]), e["threshold"]): (e["errors"], e["trials"])
             for e in json.loads(run.out)["estimates"] if e["cell"] and not e["target"]}
    for (metric, gender, t), wanted in {
            ("FNMR", "F", 0.40222): (1590, 5113), ("FMR", "['F', 'F']", 0.40222): (35, 1399),
            ("FNMR", "M", 0.40222): (4663, 13134), ("FMR", "['M', 'M']", 0.40222): (130, 9061),
            ("FNMR", "F", 0.509725): (2783, 5113), ("FMR", "['F', 'F']", 0.509725): (8, 1399),
            ("FNMR", "M", 0.509725): (8273, 13134), ("FMR", "['M', 'M']", 0.509725): (10, 9061)}.items():
        checks.equal(f"VoxCeleb: {metric} of {gender} at {t}", found.get((metric, gender, t)), wanted)


def check_usage(place):
    for words, code, said in [
            (["--by", "height"], 3, 'no columns probe_X and reference_X with X = "height", which --by names'),
            (["--by", "sex,sex"], 2, "names an attribute twice"),
            (["--by", "sex", "--by", "sex"], 2, "asked for twice"),
            (["--by", ""], 2, "an empty name"),
            (["--by", "a,b,c,d,e,f,g,h,i"], 2, "more than 8 attributes")]:
        run = place.run("verification", "scores.csv", *words)
        checks.check(f"{words}: refused", run.code == code and said in run.err and run.err.count("\n") == 1 and not run.out,
                     run)


with Place() as place:
    rows = make(110)
    write(place, "scores.csv", rows)
    check_counts(place, rows, [["region"]])
    result = check_counts(place, rows, [["sex"], ["sex", "region"]])
    check_alone(place, rows, result)
    check_apart(result)
    check_same(place, rows, result)
    for least in (10, 14, 20, 30):
        check_hidden(place, rows, least)
    check_usage(place)
    rows = make(60, missing=.1)
    write(place, "scores.csv", rows)
    check_counts(place, rows, [["sex"], ["sex", "region"]])
    check_published(place)
checks.done()

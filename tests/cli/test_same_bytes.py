#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""test_same_bytes.py PROGRAM: the result of a test does not depend on threads, the order of rows, compression, pipes,
the memory limit, or how the rows are shared out over files; a strictly rising map of the scores and a change of
direction move thresholds and nothing else."""
import json
import random
import re
import subprocess

from driver import Checklist, Place

checks = Checklist()
SIMULATED = ["--people", "40", "--samples", "3", "--seed", "3", "--groups", "2", "--group-shift", "0.3", "--fta", "3%",
             "--mated-mean", "3"]
WORDS = ["--fmr", "1e-2,1e-3", "--threshold", "1.5,2.5", "--claim", "FMR <= 30% at threshold 1.5"]


def result(place, *words, **how):
    """The bytes of the result without its provenance."""
    run = place.run("verification", *words, *WORDS, "--json", "-", **how)
    if not checks.check(f"{' '.join(words)}: measured", run.code == 0, run):
        return ""
    return re.sub(r'"provenance": \{.*?\n  \},\n', "", run.out, count=1, flags=re.S)


def shuffled(text, seed):
    head, *rows = text.strip().split("\n")
    random.Random(seed).shuffle(rows)
    return "\n".join([head, *rows]) + "\n"


def bare(text, *names):
    """A result without what a map of the scores moves."""
    def strip(value):
        if isinstance(value, dict):
            return {key: strip(inner) for key, inner in value.items() if key not in names}
        return [strip(inner) for inner in value] if isinstance(value, list) else value
    parsed = strip(json.loads(text))
    parsed["curves"] = [curve for curve in parsed["curves"] if curve["kind"] != "SCORES"]
    for curve in parsed["curves"]:  # in the order of thresholds, which distances turn round
        curve["points"].sort(key=lambda point: (point["fmr"], -point["fnmr"][0]))
    parsed["estimates"] = [estimate for estimate in parsed["estimates"] if estimate["metric"] != "DPRIME"]
    return parsed


with Place() as place:
    place.simulate("s.csv", *SIMULATED)
    text = place.read("s.csv")
    wanted = result(place, "s.csv", "--threads", "1")
    checks.check("there is a result", len(wanted) > 10000 and '"provenance"' not in wanted, len(wanted))
    for threads in ["2", "3", "8"]:
        checks.equal(f"{threads} threads", result(place, "s.csv", "--threads", threads), wanted)
    for seed in [1, 2]:
        place.put("shuffled.csv", shuffled(text, seed))
        checks.equal(f"shuffled rows, {seed}", result(place, "shuffled.csv", "--threads", str(seed)), wanted)
    for memory in ["1K", "64K", "1M"]:
        checks.equal(f"memory {memory}", result(place, "s.csv", "--memory", memory), wanted)
    subprocess.run("gzip -k s.csv; zstd -q -k s.csv; head -n 1 s.csv >b.csv; tail -n +2000 s.csv >>b.csv;"
                   " head -n 1999 s.csv >a.csv; sed 's/$/\\r/' s.csv >crlf.csv; tr , '\\t' <s.csv >s.tsv",
                   shell=True, cwd=place.path, check=True)
    for name in ["s.csv.gz", "s.csv.zst", "crlf.csv", "s.tsv"]:
        checks.equal(name, result(place, name), wanted)
    for name in ["s.csv", "s.csv.gz", "s.csv.zst"]:
        with open(place.path / name, "rb") as stream:
            checks.equal(f"{name} through a pipe", result(place, "-", stdin=stream), wanted)
    checks.equal("two files", result(place, "a.csv", "b.csv"), wanted)
    checks.equal("two files, the other way round", result(place, "b.csv", "a.csv"), wanted)

    def mapped(change, name="score"):
        lines = text.strip().split("\n")
        head, rows = lines[0], [line.rsplit(",", 1) for line in lines[1:]]
        return "\n".join([head.replace("score", name)] +
                         [f"{row},{change(value) if value else ''}" for row, value in rows]) + "\n"

    place.put("doubled.csv", mapped(lambda value: repr(2 * float(value))))
    place.put("negated.csv", mapped(lambda value: value[1:] if value.startswith("-") else "-" + value, "distance"))
    moved = ("threshold", "threshold_interval", "text", "why", "direction")
    run = place.run("verification", "doubled.csv", "--fmr", "1e-2,1e-3", "--threshold", "3,5", "--json", "-",
                    "--claim", "FMR <= 30% at threshold 3")
    checks.equal("doubled scores", bare(run.out, "provenance", *moved), bare(wanted, *moved))
    run = place.run("verification", "negated.csv", "--fmr", "1e-2,1e-3", "--threshold", "-1.5,-2.5", "--json", "-",
                    "--claim", "FMR <= 30% at threshold -1.5")
    checks.equal("distances", bare(run.out, "provenance", *moved), bare(wanted, *moved))

    place.simulate("families.csv", *SIMULATED, "--families", "3")
    related = place.read("families.csv")
    lines = [line.split(",") for line in related.strip().split("\n")]
    at = {name: lines[0].index(name) for name in lines[0]}
    place.put("bare.csv", "".join(",".join(cell for k, cell in enumerate(line) if "family" not in lines[0][k]) + "\n"
                                  for line in lines))
    homes = {line[at[f"{side}_subject"]]: line[at[f"{side}_family"]] for line in lines[1:]
             for side in ("probe", "reference")}
    place.put("people.csv", "subject,home\n" + "".join(f"{who},{home}\n" for who, home in homes.items()))
    wanted = result(place, "families.csv", "--cluster", "family", "--threads", "1")
    checks.check("clusters are counted", '"clusters": 14' in wanted, wanted[:600])
    place.put("shuffled.csv", shuffled(related, 4))
    for words in [["families.csv", "--threads", "3"], ["shuffled.csv", "--memory", "64K"]]:
        checks.equal(f"clusters: {words}", result(place, *words, "--cluster", "family"), wanted)
    checks.equal("clusters of a table", result(place, "bare.csv", "--subjects", "people.csv", "--cluster", "home"),
                 wanted.replace('"cluster": "family"', '"cluster": "home"').replace('\\"family\\"', '\\"home\\"'))

    def by_counts(text):  # numbers stay, but for what is drawn: a cluster has other coins than its person
        words = ("clusters", "dependence", "note", "threshold_interval")
        return [e for e in bare(text, *words)["estimates"] if e["interval"] and e["interval"]["method"] == "PL"]

    checks.equal("everybody is a cluster", by_counts(result(place, "families.csv", "--cluster", "subject")),
                 by_counts(result(place, "families.csv")))
checks.done()

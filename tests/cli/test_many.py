#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""test_many.py PROGRAM: thousands of systems in one file, and several results beside each other."""
import csv
import io
import json
import re
import resource

from driver import Checklist, Place, many_systems

checks = Checklist()
SYSTEMS, ROWS = 2000, 40


def processor_seconds():
    """Of all programs that were run so far; other programs on the machine do not matter."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def thousands(people):
    """Every output, complete where it is said to be, in time that grows no faster than the number of systems."""
    with Place(many__csv=many_systems(SYSTEMS, ROWS, people)) as place:
        began = processor_seconds()
        run = place.run("verification", "many.csv", "--json", "r.json", "--csv", "r.csv", "--text", "r.txt", "--html",
                        "r.html", "--min-people", "1")
        took = processor_seconds() - began
        checks.check("thousands of systems", run.code == 0 and took < 40, (run, took))  # quadratic: an hour
        names = [f"s{k:05}" for k in range(SYSTEMS)]
        rows = list(csv.DictReader(io.StringIO(place.read("r.csv"))))
        text, page, result = place.read("r.txt"), place.read("r.html"), json.loads(place.read("r.json"))
        checks.check("CSV has them all", [row["system"] for row in rows if row["metric"] == "EER"] == names)
        checks.check("JSON has them all", [c["system"] for c in result["curves"] if c["kind"] == "DET"] == names)
        checks.check("text has them all", re.findall(r"^System: (\S+)$", text, re.M) == names)
        checks.check("the table of the page has them all",
                     re.findall(r'<th scope="row" class="name">(s\d+)</th>', page) == names)
        checks.equal("the page shows some in full", re.findall(r">System: (\S+)</h2>", page), names[:100])
        checks.check("and says which", "Of 2,000 systems the first 100 are shown in full" in page)
        words = " ".join(re.sub("<[^>]*>", " ", page).split())
        checks.check("the DET says which it draws", re.search(r"The first 35 systems are drawn, .*? 1,965 more are not",
                     words), words[words.find("The first 35"):][:200])
        checks.check("the page stays small", len(page) < 8e6, len(page))
        mated = sum(int(row["mated_trials"]) for row in rows if row["metric"] == "EER")
        checks.equal("the sum over systems", result["test"]["mated_trials"], mated)
        checks.check("is called one", f"{mated:,} mated and {SYSTEMS * ROWS - mated:,} non-mated, completed, by all systems"
                     in text and "Over all 2,000 systems together" in page
                     and "by 2,000 systems together" in result["statements"][0], result["statements"][0])
        checks.check("sentences are few", len(result["statements"]) < 12, result["statements"])
        if people:
            people_of = re.findall(r'class="name">s\d+</th><td>(\S+?)</td>', page)
            checks.check("people of each system", people_of == ["20"] * SYSTEMS, people_of[:5])


def figures():
    with Place(many__csv=many_systems(60, 20)) as place:
        run = place.run("verification", "many.csv", "--svg", "figures")
        found = {path.name for path in (place.path / "figures").iterdir()}
        checks.check("a file for each system", run.code == 0
                     and found == {"det.svg"} | {f"scores-{k}.svg" for k in range(1, 61)}, run)


def labels():
    """Results of inputs that have one name are called by the result files."""
    with Place(scores__csv=many_systems(1, 200)) as place:
        for name in ["old.json", "new.json"]:
            place.run("verification", "scores.csv", "--json", name)
        (place.path / "other").mkdir()
        place.shell("cp old.json other/old.json")
        rows = list(csv.DictReader(io.StringIO(place.run("report", "old.json", "new.json", "--csv", "-").out)))
        checks.equal("two results of one input", sorted({row["name"] for row in rows}), ["new.json", "old.json"])
        text = place.run("report", "old.json", "new.json").out
        checks.check("in text", "Verification test: old.json" in text and "Verification test: new.json" in text, text[:600])
        page = place.run("report", "old.json", "new.json", "--html", "-").out
        checks.check("on a page", "Result 1: old.json" in page and "Result 2: new.json" in page)
        rows = list(csv.DictReader(io.StringIO(place.run("report", "old.json", "other/old.json", "--csv", "-").out)))
        checks.equal("two files of one name", sorted({row["name"] for row in rows}),
                     ["old.json, result 1", "old.json, result 2"])
        checks.check("one alone is called by its input", "Verification test: scores.csv" in place.run("report", "old.json").out)


thousands(people=False)
thousands(people=True)
figures()
labels()
checks.done()

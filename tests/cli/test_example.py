#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""test_example.py PROGRAM MEASURE: the example of the library says what the program says."""
import json
import pathlib
import re
import sys

from driver import Checklist, Place

checks = Checklist()
MEASURE = str(pathlib.Path(sys.argv[2]).resolve())

with Place() as place:
    place.simulate("s.csv", "--people", "30", "--seed", "2")
    run = place.call([MEASURE, "s.csv", "r.html"])
    checks.check("measure", run.code == 0 and run.left == ["work/r.html"], run)
    wanted = json.loads(place.run("verification", "s.csv", "--fmr", "1e-2,1e-3", "--json", "-").out)["estimates"]
    lines = run.out.splitlines()
    checks.equal("one line for each estimate", len(lines), len(wanted))
    for line, estimate in zip(lines, wanted):
        checks.check(f"{line}", line.startswith(estimate["metric"]))
        if estimate["errors"] is not None and estimate["value"] is not None:
            checks.equal(f"counts of {line}", re.findall(r"= (\d+) of (\d+) ", line),
                         [(str(estimate["errors"]), str(estimate["trials"]))])
    html = place.read("r.html")
    checks.check("the report is a page", html.lower().startswith("<!doctype html") and "</html>" in html, html[:100])
    run = place.call([MEASURE, "nosuch.csv", "q.html"])
    checks.check("a failure has one line", run.code == 1 and run.err == "measure: nosuch.csv: could not open: No such file "
                 "or directory\n" and not run.left, run)
checks.done()

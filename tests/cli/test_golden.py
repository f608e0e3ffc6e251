#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""test_golden.py PROGRAM: what the program prints, byte for byte, against tests/cli/golden/. Each analysis runs with one
thread and with three against the same file. PLUMBLINE_UPDATE=1 writes the files anew: read the difference then."""
import os
import pathlib

from cases import CASES, FILES, SIMULATED
from driver import HERE, Checklist, Place, without_threads

GOLDEN = HERE / "golden"


def expectation(name, stream, seen):
    """The golden text; written first when that was asked for."""
    path = GOLDEN / f"{name}.{stream}"
    if os.environ.get("PLUMBLINE_UPDATE") == "1":
        GOLDEN.mkdir(exist_ok=True)
        if seen:
            path.write_text(seen, encoding="utf-8")
        else:
            path.unlink(missing_ok=True)
    return path.read_text(encoding="utf-8") if path.exists() else ""


checks = Checklist()
with Place(bad__csv="score,mated\n1,1\n2,perhaps\nx,0\n") as place:
    for name, content in FILES.items():
        place.put(name, content)
    place.simulate("simulated.csv", *SIMULATED)
    for name, source in [("one.json", "simulated.csv"), ("two.json", "ties.csv")]:
        run = place.run("verification", source, "--json", name, "--fmr", "0.01")
        checks.check(f"{name} for report", run.code == 0, run)
    for name, code, words in CASES:
        for threads in (["1", "3"] if "{threads}" in words else [None]):
            line = words.replace("{threads}", f"--threads {threads}").split()
            run = place.run(*[word.replace("_", " ") for word in line])
            title = f"{name} at {threads} threads" if threads else name
            checks.check(f"{title}: exit {code}, nothing left", run.code == code and not run.left, run)
            for stream, text in [("out", without_threads(run.out)), ("err", without_threads(run.err))]:
                checks.equal(f"{title}: {stream}", text, expectation(name, stream, text))
names = {f"{name}.{stream}" for name, _, _ in CASES for stream in ("out", "err")}
checks.none("no golden file without a case", sorted({path.name for path in GOLDEN.iterdir()} - names))
checks.check("golden files hold no path of this machine", all(
    str(pathlib.Path.home()) not in path.read_text() and "/tmp/" not in path.read_text() for path in GOLDEN.iterdir()))
checks.done()

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""test_bench.py PROGRAM PROGRAM-MPI: bench/run.py on little data. Times are nobody's business here: it runs,
finds that all rates agree with those of the peers that are installed, says which are not, writes its part of a page and
a figure, and leaves nothing behind; and it does find what does not agree."""
import pathlib
import re
import sys
from decimal import Decimal
from types import SimpleNamespace

from driver import PROGRAM, Checklist, Place

BENCH = pathlib.Path(__file__).resolve().parents[2] / "bench"
sys.path.insert(0, str(BENCH))
sys.dont_write_bytecode = True
import check  # noqa: E402
import measure  # noqa: E402
import page  # noqa: E402
import run as run_script  # noqa: E402

checks = Checklist()
try:
    import numpy  # noqa: F401 (what makes the data needs it)
except ImportError as missing:
    checks.skip("bench", f"nothing was measured: {missing}")
    checks.done()

with Place(page__md=f"Above.\n{page.BEGIN}\nold\n{page.END}\nBelow.\n", bare__md="no marks\n") as place:
    mpi = str(pathlib.Path(sys.argv[2]).resolve()) if sys.argv[2:] else "/nowhere/plumbline-mpi"
    run = place.call(["/usr/bin/python3", str(BENCH / "run.py"), "--quick", "--plumbline", PROGRAM, "--mpi", mpi,
                      "--out", "page.md"])
    checks.check("a quick run", run.code == 0, run)
    for line in run.err.splitlines():
        if "is left out" in line:
            print(line)
    written = place.read("page.md")
    checks.check("what stands around the tables stays",
                 written.startswith("Above.\n") and written.endswith("\nBelow.\n"))
    checks.check("what stood between the marks does not", "\nold\n" not in written)
    checks.check("results are the same", written.count("the same to the byte") == 6, written)
    checks.check("nothing failed", "FAILED" not in written, written)
    checks.check("peers agree, or are missing",
                 len(re.findall(r" agree[;.]", written)) + written.count("is not installed") == 7, written)
    checks.check("a figure", place.read("page.svg").rstrip().endswith("</svg>"))
    checks.equal("nothing is left", place.listing(), ["tmp", "work", "work/bare.md", "work/page.md", "work/page.svg"])
    run = place.call(["/usr/bin/python3", str(BENCH / "run.py"), "--quick", "--plumbline", PROGRAM, "--out", "bare.md"])
    checks.check("a page without marks is refused before anything runs", run.code == 1 and "round" not in run.err, run)
    # What goes over a limit, or fails, has a reason and no numbers.
    within = SimpleNamespace(seconds=20, memory=1e9)
    greedy = "import time; b = bytearray(3 * 10**8); b[::4096] = bytes(len(b[::4096])); time.sleep(9)"
    big = measure.Program("big", "big", ["/usr/bin/python3", "-c", greedy])
    slow = measure.Program("slow", "slow", ["/bin/sleep", "9"])
    wrong = measure.Program("wrong", "wrong", ["/bin/sh", "-c", "echo oh >&2; exit 7"])
    small = measure.Program("small", "small", ["/usr/bin/python3", "-c", "import time; time.sleep(.1)"])
    measure.run(big, SimpleNamespace(seconds=20, memory=1e8), place.path)
    measure.run(slow, SimpleNamespace(seconds=0.1, memory=1e9), place.path)
    measure.run(wrong, within, place.path)
    measure.run(small, within, place.path)
    checks.equal("memory", (big.reason, big.runs), ("took more than 0.1 GB of memory", []))
    checks.equal("time", (slow.reason, slow.runs), ("took more than 0 s", []))
    checks.equal("failure", (wrong.fault, wrong.runs), ("exit status 7: oh", []))
    took = small.runs[0]
    checks.check("what was measured", 0.1 <= took["wall"] < 20 and 1e6 < took["memory"] < 1e8, took)

before = {"programs": {"x": {"reason": None, "runs": [{"wall": 2, "memory": 5e8}, {"wall": 3, "memory": 6e8}]}}}
peer = measure.Program("x", "a peer", [])
for what, seconds, memory, reason in [("fit", 31, 7e9, None), ("take too long", 29, 7e9, "would take about 30 s"),
                                      ("be too large", 31, 5e9, "would need about 6 GB of memory")]:
    within = SimpleNamespace(seconds=seconds, memory=memory)
    checks.equal(f"what would {what}", run_script.foresee(peer, {10: before}, 100, within), reason)

own = {"AUC": 0.9, "FNMR": {Decimal("0.01"): 0.25, Decimal("0.1"): 0.125}}
checks.equal("what agrees", check.agreement(own, {"AUC": 0.9 + 1e-12, "FNMR": {"1e-2": 0.25, "1e-3": 1.0}}), (2, []))
checks.equal("what does not", len(check.agreement(own, {"AUC": 0.91, "FNMR": {"1e-2": float("nan")}})[1]), 2)
twice = measure.Program("one", "one", [], ours=True)
twice.digests = {"a", "b"}
twice.runs, twice.result = [{}, {}], "no file is read when bytes differ"
checks.check("runs that differ", check.differing([twice]) == ["one: 2 different results in 2 runs"])
checks.equal("ratios are taken within rounds", page.median_of_ratios({0: 4, 1: 9, 2: 5}, {0: 2, 1: 3}), 2.5)
checks.done()

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""run_examples.py PROGRAM DOCUMENT...: every example of the manual pages and of the README does what it says. The
examples of one document run one after the other in a folder of their own; a document may rely on nothing else."""
import os
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from checklist import Checklist
from documents import examples, matches

checks = Checklist()
program = pathlib.Path(sys.argv[1]).resolve()
asked = subprocess.run([program, "convert", "-", "-o", "/dev/null"], input="", capture_output=True, text=True, timeout=60)
hdf5 = "HDF5 is not in this build" not in asked.stderr
for document in map(pathlib.Path, sys.argv[2:]):
    found = examples(document.read_text(encoding="utf-8"))
    checks.check(f"{document.name} has examples", found)
    with tempfile.TemporaryDirectory() as folder:
        env = dict(os.environ, PATH=f"{program.parent}:{os.environ['PATH']}", TMPDIR=folder)
        for line, command, expected in found:
            if ".h5" in command and not hdf5:
                checks.skip(f"{document.name}:{line}: {command}", "this build has no HDF5")
                continue
            run = subprocess.run(["sh", "-c", command], cwd=folder, env=env, stdin=subprocess.DEVNULL,
                                 capture_output=True, text=True, timeout=60)
            name = f"{document.name}:{line}: {command}"
            said = f"exit {run.returncode}\n{run.stdout[-2000:]}{run.stderr[-2000:]}"
            checks.check(name, run.returncode == 0 and (not expected or matches(expected, run.stdout)), said)
checks.done()

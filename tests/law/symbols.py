#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""symbols.py LIBRARY.so HOUSE.a: what the library exports is what its header declares, the header stands alone as C17
and as C++17, and the library keeps no mutable globals."""
import os
import re
import subprocess
import sys
import tempfile

from source import ROOT, blank
from checklist import Checklist

checks = Checklist()
library, house = sys.argv[1:3]
header = ROOT / "include" / "plumbline.h"


def output_of(*words):
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout


declared = set(re.findall(r"\bPLB_API\b[^;{}]*?\b(plb_\w+)\s*\(", blank(header.read_text(encoding="utf-8"))))
exported = {line.split()[-1] for line in output_of("nm", "-D", "--defined-only", library).splitlines()}
exported = {symbol.split("@")[0] for symbol in exported if not symbol.startswith("_")}
checks.check("the header declares functions", len(declared) > 10, str(len(declared)))
checks.equal("declared but not exported", sorted(declared - exported), [])
checks.equal("exported but not declared", sorted(exported - declared), [])

for compiler, language, standard in [("cc", "c", "c17"), ("c++", "c++", "c++17")]:
    with tempfile.TemporaryDirectory() as folder:
        source = os.path.join(folder, "alone")
        with open(source, "w", encoding="utf-8") as out:
            out.write("#include <plumbline.h>\n#include <plumbline.h>\nint main(void) { return 0; }\n")
        run = subprocess.run([compiler, "-x", language, f"-std={standard}", "-Wall", "-Wextra", "-Wpedantic", "-Werror",
                              "-fsyntax-only", f"-I{header.parent}", source], capture_output=True, text=True)
        checks.check(f"the header alone as {standard}", run.returncode == 0, run.stderr)

# Constant tables of pointers lie in .data.rel.ro; anything else that can be written is a global that changes.
mutable = []
for line in output_of("nm", "-f", "sysv", house).splitlines():
    cells = [cell.strip() for cell in line.split("|")]
    if len(cells) == 7 and cells[3] == "OBJECT" and re.match(r"\.(data|bss|tdata|tbss)", cells[6]):
        if not cells[6].startswith(".data.rel.ro") and not cells[0].startswith("__"):
            mutable.append(cells[0])
checks.equal("mutable globals", mutable, [])

checks.done()

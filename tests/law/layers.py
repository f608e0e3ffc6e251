#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The law of the house (doc/design.md): which room may see which, which header belongs to one file, what the
library never does, and what every file begins with."""
import collections
import re

from source import ROOT, blank, c_files, line_of, name
from checklist import Checklist

ROOMS = {
    "base": {"base"},
    "trial": {"base", "trial"},
    "tally": {"base", "trial", "tally"},
    "result": {"base", "result"},
    "interval": {"base", "tally", "interval"},
    "resample": {"base", "tally", "interval", "resample"},
    "differ": {"base", "interval", "differ"},
    "estimate": {"base", "trial", "tally", "result", "interval", "resample", "differ", "estimate"},
    "compare": {"base", "trial", "tally", "result", "interval", "resample", "estimate", "compare"},
    "plan": {"base", "result", "interval", "estimate", "plan"},
    "coverage": {"base", "tally", "result", "interval", "resample", "differ", "estimate", "coverage"},
    "report": {"base", "result", "report"},
    "cli": {"cli"},
    "mpi": {"cli", "mpi"},
}
LIBRARY = [room for room in ROOMS if room not in ("cli", "mpi")]
# Each of these headers is known to one .c file of the house, and to no header of it.
ONE_FILE = {"json.h": r"json\.h|json-c/.*", "openssl": r"openssl/.*", "zlib.h": r"zlib\.h", "zstd.h": r"zstd.*\.h",
            "hdf5.h": r"hdf5.*\.h", "mpi.h": r"mpi\.h"}
# The library prints nothing, never exits, reads no environment, sets no locale.
NEVER = ["printf", "vprintf", "puts", "putchar", "perror", "exit", "_exit", "_Exit", "quick_exit", "abort", "getenv",
         "secure_getenv", "setenv", "setlocale", "uselocale", "signal", "sigaction", "atoi", "atof", "strtok", "rand",
         "srand", "random", "alloca", "gets", "sprintf", "system", "popen", "fork"]
NEVER_WORD = ["stderr", "stdin", "environ"]
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.M)
WORDS_TO_AVOID = re.compile(r"\b(accuracy|no bias|error-free)\b", re.I)

faults = collections.defaultdict(list)
holders = collections.defaultdict(set)


def read(path):
    return path.read_text(encoding="utf-8")


def place(path, text, position):
    return f"{name(path)}:{line_of(text, position)}"


def look_at_includes(path, room, text):
    for hit in INCLUDE.finditer(text):
        mark, header = hit.groups()
        at = place(path, text, hit.start())
        if mark == '"' and header != "plumbline.h":
            if header.split("/")[0] not in ROOMS[room]:
                faults["rooms"].append(f"{at} includes {header}, which {room} may not see")
            if not (ROOT / "src" / header).exists():
                faults["paths"].append(f"{at} includes {header}")
        for key, pattern in ONE_FILE.items():
            if re.fullmatch(pattern, header):
                holders[key].add(name(path))
        if header == "popt.h" and room != "cli":
            faults["popt"].append(at)


def look_at_calls(path, text):
    code = blank(text)
    patterns = [rf"(?<![\w.>]){word}\s*\(" for word in NEVER] + [rf"\b{word}\b" for word in NEVER_WORD]
    for pattern in patterns:
        for hit in re.finditer(pattern, code):
            faults["calls"].append(f"{place(path, code, hit.start())} names {hit.group(0)}")


def look_at_words(path, text):
    code = blank(text, strings=False)
    for hit in re.finditer(r'"(?:\\.|[^"\\\n])*"', code):
        if WORDS_TO_AVOID.search(hit.group(0)):
            faults["words"].append(f"{place(path, code, hit.start())} says {hit.group(0)}")


for room in ROOMS:
    for path in c_files(f"src/{room}"):
        source = read(path)
        look_at_includes(path, room, source)
        look_at_words(path, source)
        if room in LIBRARY:
            look_at_calls(path, source)

for folder in (ROOT / "src").iterdir():
    if folder.is_dir() and folder.name not in ROOMS:
        faults["known"].append(folder.name)
for key, paths in holders.items():
    if len(paths) > 1 or any(path.endswith(".h") for path in paths):
        faults["one file"].append(f"{key}: {sorted(paths)}")
for path in c_files("examples"):
    for mark, header in INCLUDE.findall(read(path)):
        if mark == '"' and header != "plumbline.h":
            faults["examples"].append(f"{name(path)} includes {header}")

KINDS = ["src/**/*.[ch]", "include/*.h", "tests/**/*.[ch]", "tests/**/*.py", "tests/**/*.sh", "tests/**/*.R",
         "examples/*.c", "bench/**/*.[ch]", "bench/**/*.py", "bench/**/*.sh", "tools/*",
         "meson.build", "Makefile", ".ci/run"]
for path in sorted({path for kind in KINDS for path in ROOT.glob(kind) if path.is_file()}):
    source = read(path)
    if "SPDX-License-Identifier: Apache-2.0" not in "\n".join(source.split("\n")[:2]):
        faults["licence"].append(name(path))
    if path.name != "layers.py" and re.search(r"\b(TODO|FIXME|XXX)\b", source):
        faults["left"].append(name(path))

checks = Checklist()
checks.none("a room includes only what it may see", faults["rooms"])
checks.none("includes are written from src/", faults["paths"])
checks.none("every room has its law", faults["known"])
checks.none("popt stays in the program", faults["popt"])
checks.none("each foreign header belongs to one .c file", faults["one file"])
checks.none("examples see the public header only", faults["examples"])
checks.none("the library prints nothing, never exits, reads no environment", faults["calls"])
checks.none("no word that promises too much", faults["words"])
checks.none("every file names its licence", faults["licence"])
checks.none("nothing is left to do", faults["left"])
checks.done()

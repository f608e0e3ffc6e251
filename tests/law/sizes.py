#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The aims for size: files of at most 600 lines, functions of at most 60, nesting of at most 3, lines of at most 120
characters. A file may break one of them with a comment that says why, beginning with the word "Law:"."""
import collections
import re

from source import blank, c_files, name
from checklist import Checklist

MOST_FILE, MOST_FUNCTION, MOST_NESTING, MOST_LINE = 600, 60, 3, 120
NESTS = re.compile(r"( +)(?:\} else )?(?:if|for|while|switch|do)\b")

faults = collections.defaultdict(list)


def functions(lines):
    """(first line, last line) of every function body: a '{' that ends a line at column 0 depth, to '}' at column 0."""
    start = None
    for number, line in enumerate(lines, 1):
        if start is None and re.match(r"[A-Za-z_].*\)\s*\{$|\{$", line):
            start = number
        elif start is None and re.match(r"\s+.*\)\s*\{$", line) and opened_above(lines, number):
            start = number
        elif start is not None and line.startswith("}"):
            yield start, number
            start = None


def opened_above(lines, number):
    """True when the line continues a definition that began at column 0."""
    for line in reversed(lines[max(0, number - 6):number - 1]):
        if re.match(r"[A-Za-z_]", line):
            return "(" in line and not line.rstrip().endswith((";", "}", "{"))
        if not line.startswith(" "):
            return False
    return False


def look(path, text):
    """Every fault of one file, as (law, words)."""
    lines = blank(text).split("\n")
    if len(lines) - 1 > MOST_FILE:
        yield "file", f"{name(path)}: {len(lines) - 1} lines"
    for number, line in enumerate(text.split("\n"), 1):
        if len(line) > MOST_LINE:
            yield "line", f"{name(path)}:{number}: {len(line)} characters"
    for first, last in functions(lines):
        if last - first + 1 > MOST_FUNCTION:
            yield "function", f"{name(path)}:{first}: {last - first + 1} lines"
        for number in range(first, last):
            nest = NESTS.match(lines[number])
            if nest and len(nest.group(1)) // 2 > MOST_NESTING:
                yield "nesting", f"{name(path)}:{number + 1}: {len(nest.group(1)) // 2} deep"


for path in c_files("src", "include", "examples", "tests", "bench"):
    text = path.read_text(encoding="utf-8")
    excused = re.search(r"(/\*|\*|//)\s*Law:\s+\w+", text)
    for law, words in look(path, text):
        if excused:
            print(f"excused: {words}")
        else:
            faults[law].append(words)

checks = Checklist()
checks.none(f"files have at most {MOST_FILE} lines", faults["file"])
checks.none(f"lines have at most {MOST_LINE} characters", faults["line"])
checks.none(f"functions have at most {MOST_FUNCTION} lines", faults["function"])
checks.none(f"blocks are nested at most {MOST_NESTING} deep", faults["nesting"])
checks.done()

# SPDX-License-Identifier: Apache-2.0
"""The examples of a document: in a fenced block, a line that starts with '$ ' is a command, and the lines behind it
(up to the next command, a blank line or the end of the block) are what it prints; '...' stands for any lines."""
import re


def examples(text):
    """[(line number, command, [expected line, ...]), ...]"""
    found, fenced, command = [], False, None
    for number, line in enumerate(text.split("\n"), 1):
        if line.startswith("```"):
            fenced, command = not fenced, None
        elif fenced and line.startswith("$ "):
            command = [number, line[2:], []]
            found.append(command)
        elif fenced and command and command[1].endswith("\\") and not command[2]:
            command[1] = command[1][:-1] + line.strip()
        elif fenced and command and line.strip():
            command[2].append(line)
        else:
            command = None
    return [tuple(example) for example in found]


def matches(expected, output):
    """True when the output has the expected lines; '...' alone on a line stands for any number of lines."""
    pattern = "".join(r"(?:.*\n)*?" if line.strip() == "..." else re.escape(line.rstrip()) + r"[ \t]*\n"
                      for line in expected)
    return re.fullmatch(pattern, output if output.endswith("\n") else output + "\n") is not None

# SPDX-License-Identifier: Apache-2.0
"""What the law scripts share: the files of the house, and C text without its comments and strings."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))

TOKEN = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)


def blank(text, comments=True, strings=True):
    """The text with comments and the insides of strings replaced by blanks; lines stay where they are."""
    def replace(match):
        token = match.group(0)
        if token.startswith(("//", "/*")):
            return re.sub(r"[^\n]", " ", token) if comments else token
        return token[0] + " " * (len(token) - 2) + token[-1] if strings else token
    return TOKEN.sub(replace, text)


def c_files(*folders):
    """All .c and .h files below these folders."""
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.[ch]"))


def name(path):
    return str(path.relative_to(ROOT))


def line_of(text, position):
    return text.count("\n", 0, position) + 1

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""test_manual.py PROGRAM MAN_FOLDER: the manual pages name the commands and options that the program has, with the
same names for their values, and no others."""
import pathlib
import re
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from checklist import Checklist

checks = Checklist()
program, folder = sys.argv[1], pathlib.Path(sys.argv[2])


def help_of(*words):
    return subprocess.run([program, *words], capture_output=True, text=True, check=True, timeout=20).stdout


def options_in_help(text):
    """{"--fmr": "X,...", "-q": ""}"""
    found = {}
    for letter, name, value in re.findall(r"^  (?:    |(-\w), )(--[\w-]+)(?:=(\S+))?", text, re.M):
        for option in filter(None, (letter, name)):
            found[option] = value if option == name else ""
    return found


def options_in_page(text):
    body = text.split("# OPTIONS")[1].split("\n# ")[0]
    entries = "\n".join(line for line in body.split("\n") if re.match(r"\*-", line))
    return {option: value for option, value in re.findall(r"\*(--?[\w-]+)\*(?:=_([^_\s]+)_)?", entries)}


commands = re.findall(r"^  (\w+)  ", help_of("--help").split("Commands")[1].split("help COMMAND")[0], re.M)
main_page = (folder / "plumbline.1.scd").read_text(encoding="utf-8")
checks.check("commands are listed", len(commands) >= 4, str(commands))
for command in commands:
    checks.check(f"plumbline.1 names {command}", re.search(rf"^\*{command}\*$", main_page, re.M))
    page = (folder / f"plumbline-{command}.1.scd").read_text(encoding="utf-8")
    checks.equal(f"options of {command}", options_in_page(page), options_in_help(help_of(command, "--help")))
    checks.equal(f"help {command}", help_of("help", command), help_of(command, "--help"))
checks.done()

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""test_streams.py PROGRAM: pipes, full disks and closed outputs. Whatever happens, an output file is whole
or absent, and nothing stays in the folder or in the temporary one."""
import os
import pty
import re
import subprocess
import time

from driver import PROGRAM, Checklist, Place, comparisons

checks = Checklist()
GOOD = comparisons()


def full_disks():
    for words in [["--csv", "/dev/full"], ["--json", "/dev/full"], ["--html", "/dev/full"], ["--text", "/dev/full"]]:
        with Place(good__csv=GOOD) as place:
            run = place.run("verification", "good.csv", *words)
            wanted = "plumbline verification: /dev/full: could not write: No space left on device\n"
            checks.check(f"full disk, {words[0]}", run.code == 5 and run.err == wanted and run.left == [], run)
            checks.check("the device is still one", os.path.exists("/dev/full") and not os.path.isfile("/dev/full"))
    with Place(good__csv=GOOD) as place:
        for command in ["verification good.csv", "simulate --people 10", "check good.csv", "verification --help",
                        "--version", "help"]:
            run = place.shell(f"plumbline {command} >/dev/full")
            checks.check(f"{command} >/dev/full", run.code == 5 and run.err.count("\n") == 1 and run.left == [], run)
        run = place.run("verification", "good.csv", "--json", "missing/r.json")
        checks.check("no such folder", run.code == 5 and run.left == [] and "No such file" in run.err, run)
        run = place.run("simulate", "--people", "10", "-o", "/dev/full", "--truth", "t.json")
        checks.check("simulate on a full disk", run.code == 5 and run.left == [], run)


def closed_outputs():
    with Place(good__csv=GOOD) as place:
        run = place.shell("plumbline simulate --people 300 | head -c 1 >one; echo ${PIPESTATUS[0]}")
        checks.check("a pipe that closes", run.out == "5\n" and run.err.count("\n") == 1 and run.left == ["work/one"], run)
        run = place.shell("plumbline verification good.csv >&-")
        checks.check("standard output closed from the start", run.code == 5 and run.left == [], run)
        run = place.shell("plumbline verification good.csv --json r.json >&- 2>&- <&-")
        checks.check("all closed, a file as output", run.code == 0 and run.left == ["work/r.json"], run)
        checks.check("the file is the result", place.read("r.json").startswith("{"))


def pipes():
    with Place(good__csv=GOOD) as place:
        plain = place.run("verification", "good.csv", "--csv", "-")
        piped = place.run("verification", "-", "--csv", "-", stdin=open(place.path / "good.csv", "rb"))
        checks.equal("a pipe gives what the file gives", piped.out, plain.out)
        packed = place.shell("gzip -c good.csv | plumbline verification - --csv -")
        checks.equal("packed, through a pipe", packed.out, plain.out)
        spilled = place.shell("cat good.csv | plumbline verification - --csv - --memory 1K")
        checks.equal("a pipe that spills", spilled.out, plain.out)
        checks.equal("and leaves nothing", spilled.left, [])
        run = place.shell("mkfifo pipe; cat pipe >seen & plumbline verification good.csv --csv pipe; wait; rm pipe")
        checks.check("a named pipe as output", run.code == 0 and place.read("seen") == plain.out, run)
        for command in ["verification -", "check -"]:
            run = place.shell(f"plumbline {command} <&-")
            checks.check(f"{command} with standard input closed",
                         "standard input: could not read: Bad file descriptor" in run.err + run.out
                         and run.code == (3 if command == "check -" else 5), run)
        run = place.shell("plumbline verification - --csv r.csv </nonexistent; true")
        checks.check("nothing is read from nothing", "r.csv" not in str(run.left), run)


def on_a_terminal(place, *words):
    """What a terminal sees on standard error while the program runs."""
    mine, its = pty.openpty()
    child = subprocess.Popen([PROGRAM, *words], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=its,
                             cwd=place.path, env=place.environment())
    os.close(its)
    seen = b""
    while True:
        try:
            piece = os.read(mine, 65536)
        except OSError:
            break
        if not piece:
            break
        seen += piece
    os.close(mine)
    return child.wait(timeout=60), seen.decode()


def progress():
    with Place(good__csv=GOOD) as place:
        words = ["simulate", "--people", "1500", "--samples", "2", "-o", "/dev/null"]
        began = time.monotonic()
        code, seen = on_a_terminal(place, *words)
        took = time.monotonic() - began
        drawn = [line for line in re.split(r"\r\x1b\[K", seen) if line]
        checks.check("progress on a terminal", code == 0 and len(drawn) > 1 and drawn[0] == "simulating"
                     and all("%" in line and "/s" in line for line in drawn[1:]), seen)
        checks.check("at most six times a second", len(drawn) <= 6 * took + 2, (len(drawn), took))
        checks.check("and erased", seen.endswith("\r\x1b[K"), repr(seen[-60:]))
        code, seen = on_a_terminal(place, *words, "--quiet")
        checks.equal("quiet", (code, seen), (0, ""))
        run = place.run("verification", "good.csv", "--text", "r.txt")
        checks.check("none where nobody looks", run.code == 0 and run.err == "" and run.out == "", run)
        run = place.run("verification", "good.csv", "--text", "r.txt", "-v")
        checks.check("a closing line on request", re.fullmatch(
            r"plumbline verification: plumbline \S+ took [\d.]+ s \([\d.]+ s of processor time\), at most [\d.]+ MiB of "
            r"memory\n", run.err), run)


full_disks()
closed_outputs()
pipes()
progress()
checks.done()

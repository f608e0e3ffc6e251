#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""test_interrupts.py PROGRAM: whatever it is doing, an interrupted program ends with 130, soon, and leaves no half
file."""
import os
import signal
import subprocess
import time

from driver import PROGRAM, Checklist, Place, comparisons, many_systems

checks = Checklist()
GOOD = comparisons()


def interrupted(place, words, when, number=signal.SIGINT, **how):
    """Sends a signal to the program when `when(child)` is over; answers its exit code, its words and the seconds that
    it took to end."""
    child = subprocess.Popen([PROGRAM, *words], stderr=subprocess.PIPE, cwd=place.path, env=place.environment(),
                             **{"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, **how})
    when(child)
    began = time.monotonic()
    child.send_signal(number)
    try:
        code = child.wait(timeout=20)
    except subprocess.TimeoutExpired:
        code = "does not end"
        child.kill()
    return code, child.stderr.read().decode(), time.monotonic() - began


def after(seconds):
    return lambda child: time.sleep(seconds)


def check_interrupted(title, place, end, kept):
    code, said, took = end
    checks.check(f"{title}: 130 and one line", code == 130 and said.count("\n") == 1 and "interrupted" in said, end)
    checks.check(f"{title}: soon", took < 5, took)  # about a second; much more on a machine with much else to do
    checks.equal(f"{title} leaves nothing", place.listing(), kept)


def interrupts():
    for number in [signal.SIGINT, signal.SIGTERM]:
        with Place() as place:
            def feed(child):
                child.stdin.write(GOOD.encode() * 3)
                child.stdin.flush()
                time.sleep(0.5)
            end = interrupted(place, ["verification", "-", "--json", "r.json", "--memory", "1K"], feed, number,
                              stdin=subprocess.PIPE)
            check_interrupted(f"{number.name} while waiting for input", place, end, ["tmp", "work"])
    with Place() as place:
        end = interrupted(place, ["simulate", "--people", "20000", "-o", "s.csv", "--truth", "t.json"], after(0.5))
        check_interrupted("a simulation", place, end, ["tmp", "work"])
        end = interrupted(place, ["simulate", "--people", "2", "--samples", "40000000", "--pairs", "1", "-o", "s.csv"],
                          after(0.5))
        check_interrupted("people being drawn", place, end, ["tmp", "work"])
        end = interrupted(place, ["report", "-"], after(0.3), stdin=subprocess.PIPE)
        check_interrupted("a result that does not come", place, end, ["tmp", "work"])


def resampling():
    with Place() as place:
        for name, seed in (("a.csv", "1"), ("b.csv", "2")):
            place.simulate(name, "--people", "80", "--samples", "2", "--seed", seed)
        place.run("verification", "b.csv", "--json", "dev.json", "--replicates", "100")
        kept = place.listing()
        many = ["--replicates", "1000000", "--json", "r.json"]
        for words in (["verification", "a.csv"], ["verification", "a.csv", "--interval", "double-or-nothing"],
                      ["verification", "a.csv", "--threshold-from", "dev.json"], ["compare", "a.csv", "b.csv"],
                      ["coverage", "--people", "300", "--samples", "3"]):
            end = interrupted(place, words + many, after(0.8))
            check_interrupted(f"{' '.join(words)}, many replicates", place, end, kept)


def stalled_readers():
    """Whoever waits for a reader that does not read is not deaf."""
    with Place(many__csv=many_systems(300, 10)) as place:
        place.run("verification", "many.csv", "--json", "many.json")
        place.simulate("s.csv", "--people", "120")
        place.run("count", "s.csv", "-o", "s.state")
        kept = place.listing()
        for words, blocking in [(["count", "s.csv", "-o", "-"], True), (["merge", "s.state", "-o", "-"], False),
                                (["simulate", "--people", "20000"], True), (["simulate", "--people", "20000"], False),
                                (["verification", "many.csv", "--json", "-"], True),
                                (["report", "many.json"], True), (["report", "many.json", "--csv", "-"], False)]:
            mine, its = os.pipe()
            os.set_blocking(its, blocking)
            end = interrupted(place, words, after(0.8), signal.SIGTERM, stdout=its)
            os.close(mine)
            os.close(its)
            check_interrupted(f"{' '.join(words)} | nobody, {'' if blocking else 'not '}blocking", place, end, kept)


def stages():
    """Signals at many moments of a run with every output: what is there afterwards is whole."""
    names = ["r.json", "r.csv", "r.text", "r.html"]
    outputs = [word for name in names for word in ["--" + name[2:], name]]
    with Place(many__csv=many_systems(800, 60)) as place:
        place.run("verification", "many.csv", "--json", "many.json")
        codes = []
        for command in ["verification many.csv", "report many.json"]:
            began = time.monotonic()
            whole = place.run(*command.split(), *outputs)
            took = time.monotonic() - began
            checks.check(f"{command} with every output", whole.code == 0, whole)
            wanted = {name: place.read(name) for name in names}
            for share in range(6):
                for name in names:
                    (place.path / name).unlink(missing_ok=True)
                code, said, late = interrupted(place, command.split() + outputs, after((share + 0.5) / 6 * took))
                codes.append(code)
                title = f"{command}, {share} sixths on"
                checks.check(f"{title}: ends soon", code in (0, 130) and late < 5, (code, said, late))
                there = {path.name: path.read_text() for path in place.path.iterdir() if not path.name.startswith("many")}
                checks.check(f"{title}: whole files only", there.items() <= wanted.items(), (sorted(there), code))
        checks.check("some were interrupted", 130 in codes, codes)


interrupts()
resampling()
stalled_readers()
stages()
checks.done()

# SPDX-License-Identifier: Apache-2.0
"""Runs one program as a process of its own, from start to exit, and says what it took.

Time is that between the start of the process and its end, by the monotonic clock; processor time is what the kernel
reports of it (wait4). Memory is that besides the page cache: pages of files that a process maps count in its resident
size, though they are the page cache's and are given up when anybody needs the room. So RssAnon and RssShmem of
/proc/PID/status are added up while it runs, every 2 to 20 milliseconds, over all processes below it where it starts
others, and the greatest sum is kept. A peak that is shorter than that may be missed; the peak resident size with mapped
files, which the kernel itself keeps (ru_maxrss), is an upper bound and is kept beside it.
"""
import hashlib
import json
import os
import select
import signal
import time

LEAST_PAUSE, MOST_PAUSE = 2, 20  # milliseconds


class Program:
    """A program of a job at one size, and what its runs took. `reason` says why it was left out, where it was."""

    def __init__(self, key, title, argv, *, result=None, family=False, reason=None, ours=False):
        self.key, self.title, self.argv = key, title, argv
        self.result = result  # the JSON file that it writes
        self.family = family  # it starts processes that count as its own
        self.ours = ours
        self.reason = reason
        self.fault = None  # it ended otherwise than it should: nothing that was measured of it can be trusted
        self.runs = []  # one dict for each round in which it ran
        self.report = None  # what it printed, parsed, where that is JSON
        self.digests = set()

    def spent(self):
        return sum(run["wall"] for run in self.runs)


def family_of(pid):
    """The process and all below it."""
    found = [pid]
    for each in found:
        try:
            for task in os.listdir(f"/proc/{each}/task"):
                with open(f"/proc/{each}/task/{task}/children", encoding="ascii") as file:
                    found += map(int, file.read().split())
        except OSError:
            pass  # ended meanwhile
    return found


def own_memory(pids):
    """Bytes of memory that are no pages of files."""
    total = 0
    for pid in pids:
        try:
            with open(f"/proc/{pid}/status", "rb") as file:
                text = file.read()
        except OSError:
            continue
        for name in (b"\nRssAnon:", b"\nRssShmem:"):
            at = text.find(name)
            if at >= 0:
                total += int(text[at + len(name):text.index(b"kB", at)]) * 1024
    return total


def kill_family(pid):
    for each in reversed(family_of(pid)):
        try:
            os.kill(each, signal.SIGKILL)
        except ProcessLookupError:
            pass


def watch(pid, family, limits):
    """Waits for the end of a process; answers (peak of its own memory, why it was stopped or None)."""
    ended = os.pidfd_open(pid)
    poll = select.poll()
    poll.register(ended, select.POLLIN)
    start, peak, reason = time.monotonic(), 0, None
    pause = LEAST_PAUSE
    while not poll.poll(pause):
        peak = max(peak, own_memory(family_of(pid) if family else [pid]))
        elapsed = time.monotonic() - start
        pause = min(max(elapsed * 10, LEAST_PAUSE), MOST_PAUSE)
        if peak > limits.memory:
            reason = f"took more than {limits.memory / 1e9:.1f} GB of memory"
        elif elapsed > limits.seconds:
            reason = f"took more than {limits.seconds:.0f} s"
        if reason:
            kill_family(pid)
            break
    os.close(ended)
    return peak, reason


def run(program, limits, folder, number=0):
    """One run, of this round, added to those of the program; sets its reason, and drops its runs, when it failed or
    went over a limit."""
    said, complained = (os.path.join(folder, name) for name in ("stdout", "stderr"))
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    actions = [(os.POSIX_SPAWN_OPEN, 1, said, flags, 0o600), (os.POSIX_SPAWN_OPEN, 2, complained, flags, 0o600)]
    start = time.monotonic()
    pid = os.posix_spawn(program.argv[0], program.argv, os.environ, file_actions=actions)
    peak, reason = watch(pid, program.family, limits)
    _, status, usage = os.wait4(pid, 0)
    wall = time.monotonic() - start
    code = os.waitstatus_to_exitcode(status)
    if code == -signal.SIGKILL and not reason:
        reason = "was killed, as the system does when memory runs out"
    if code and not reason:
        with open(complained, encoding="utf-8", errors="replace") as file:
            program.fault = f"exit status {code}: {file.read().strip()[-500:]}"
        reason = "failed"
    if reason:
        program.reason, program.runs = reason, []
        return
    took = {"round": number, "wall": wall, "cpu": usage.ru_utime + usage.ru_stime, "memory": peak,
            "mapped": None if program.family else usage.ru_maxrss * 1024, "work": wall}
    with open(said, encoding="utf-8", errors="replace") as file:
        text = file.read()
    if text.startswith("{"):
        program.report = json.loads(text)
        took["work"] = program.report["seconds"]
        took.update(program.report.get("floor", {}))
    if program.result:
        with open(program.result, "rb") as file:
            program.digests.add(hashlib.sha256(file.read()).hexdigest())
    program.runs.append(took)

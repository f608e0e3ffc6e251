#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Measures plumbline beside what else reads the same file, and prints the ratios.

    bench/run.py [--rows 10000000] [--people 10000] [--rounds 5] [--write doc/performance.md]

Makes its data once (bench/make_scores.py), then runs every program on that one file in turn, round after
round, so that whatever else the machine does touches all of them alike. Each run is a process of its own,
from start to exit; wall time, processor time and peak memory are what the kernel reports of it (wait4).
Shown are medians over the rounds. This is a measurement, not a test: it never fails because of a time.
"""
import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(HERE)
PYTHON = "/usr/bin/python3"
LOAD = os.getloadavg()[0]  # before anything of ours runs
FLOOR_NOTE = "Peak memory below that of `cat` cannot be told: the kernel counts a new process from its parent's."


REPLICATED = ("six", "coin", "vertex")  # programs that show what replicates of the people cost


class Program:
    def __init__(self, key, title, argv):
        self.key, self.title, self.argv = key, title, argv
        self.wall, self.cpu, self.peak = [], [], []

    def run(self):
        """One process, its output thrown away; keeps what it took."""
        quiet = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
        start = time.monotonic()
        pid = os.posix_spawn(self.argv[0], self.argv, os.environ, file_actions=quiet)
        _, status, usage = os.wait4(pid, 0)
        seconds = time.monotonic() - start
        if status:
            sys.exit(f"{self.title} failed: exit status {os.waitstatus_to_exitcode(status)}")
        self.wall.append(seconds)
        self.cpu.append(usage.ru_utime + usage.ru_stime)
        self.peak.append(usage.ru_maxrss / 1024)

    def median(self, what):
        return statistics.median(getattr(self, what))


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--plumbline", default=os.path.join(TOP, "build", "plumbline"))
    parser.add_argument("--data", default=os.path.join(TOP, "build", "bench"), help="folder for the data")
    parser.add_argument("--skip", default="", help="programs left out: keys, separated by commas")
    parser.add_argument("--write", help="also writes this Markdown page")
    return parser.parse_args()


def make_data(options):
    os.makedirs(options.data, exist_ok=True)
    path = os.path.join(options.data, f"scores-{options.rows}-{options.people}.csv")
    if not os.path.exists(path):
        print(f"making {path}", file=sys.stderr)
        part = path + ".part"
        maker = [PYTHON, os.path.join(HERE, "make_scores.py"), str(options.rows), str(options.people), part]
        subprocess.run(maker, check=True)
        os.rename(part, path)
    return path


def programs_for(options, path, result):
    peer = os.path.join(HERE, "peer_pandas.py")
    verification = [options.plumbline, "verification", path, "--json", result]
    many = verification + ["--replicates", "10000", "--threshold", ",".join(f"{1.4 + 0.15 * k:.2f}" for k in range(20))]
    every = [
        Program("one", "plumbline, 1 thread", verification + ["--threads", "1"]),
        Program("all", "plumbline, all threads", verification),
        Program("pandas", "pandas + scikit-learn", [PYTHON, peer, path]),
        Program("two", "the same, two columns read", [PYTHON, peer, path, "two"]),
        Program("md5", "md5sum", ["/usr/bin/md5sum", path]),
        Program("cat", "cat", ["/bin/cat", path]),
        Program(
            "six",
            "six FMR targets",
            verification + ["--interval", "double-or-nothing", "--fmr", "1e-1,1e-2,1e-3,1e-4,1e-5,1e-6"],
        ),
        Program("coin", "10,000 replicates, double or nothing", many + ["--interval", "double-or-nothing"]),
        Program("vertex", "10,000 replicates, vertex bootstrap", many + ["--interval", "vertex-bootstrap"]),
    ]
    skip = set(filter(None, options.skip.split(",")))
    if not os.access(options.plumbline, os.X_OK):
        print(f"{options.plumbline} is not there: measuring the others alone", file=sys.stderr)
        skip |= {"one", "all", *REPLICATED}
    return [program for program in every if program.key not in skip]


def ratio(programs, above, below, what):
    """How many times the median of one program is that of another; None where one was not measured."""
    by_key = {program.key: program for program in programs}
    if not {above, below} <= by_key.keys():
        return None
    return by_key[above].median(what) / by_key[below].median(what)


def table_of(programs):
    lines = [
        "| program | wall s | fastest to slowest | processor s | peak MB | wall / md5sum "
        "| wall / plumbline, 1 thread |",
        "|---|---|---|---|---|---|---|",
    ]
    for program in (p for p in programs if p.key not in REPLICATED):
        to_md5, to_ours = (ratio(programs, program.key, base, "wall") for base in ("md5", "one"))
        lines.append(
            f"| {program.title} | {program.median('wall'):.2f} | {min(program.wall):.2f} to {max(program.wall):.2f} "
            f"| {program.median('cpu'):.2f} | {program.median('peak'):.0f} "
            f"| {'' if to_md5 is None else f'{to_md5:.2f}'} | {'' if to_ours is None else f'{to_ours:.2f}'} |"
        )
    return lines


def replicates_of(programs):
    """What intervals from replicates cost, beside the same command without them."""
    chosen = [program for program in programs if program.key in REPLICATED]
    if not chosen:
        return []
    lines = ["| what | wanted | wall s | processor s | peak MB | wall / plumbline, all threads |", "|---|---|---|---|---|---|"]
    for program in chosen:
        to_ours = ratio(programs, program.key, "all", "wall")
        lines.append(
            f"| {program.title} | at most 60 s | {program.median('wall'):.2f} | {program.median('cpu'):.2f} "
            f"| {program.median('peak'):.0f} | {'' if to_ours is None else f'{to_ours:.1f}'} |"
        )
    return lines + [
        "",
        "The first has 1,000 replicates, in each of which the thresholds for six FMR targets are found again, as well as",
        "the EER and a band for the DET (plumbline's default has five targets). The others have 20 thresholds besides, at",
        "FMR 0.08 down to 1e-5, with percentiles of both rates at each.",
        "",
    ]


def aims_of(programs):
    """What the project wants of itself, and what this run shows."""
    wanted = [
        ("times as fast as pandas + scikit-learn, 1 thread", "at least 10", "pandas", "one", ("wall", "cpu")),
        ("times as fast as pandas + scikit-learn, all threads", "at least 10", "pandas", "all", ("wall",)),
        ("times the time of md5sum, 1 thread", "at most 4", "one", "md5", ("wall", "cpu")),
        ("of the peak memory of pandas + scikit-learn, 1 thread", "at most 0.33", "one", "pandas", ("peak",)),
        ("the same, all threads", "at most 0.33", "all", "pandas", ("peak",)),
    ]
    names = {"wall": "wall time", "cpu": "processor time", "peak": "peak memory"}
    lines = ["| what | wanted | measured |", "|---|---|---|"]
    for text, limit, above, below, kinds in wanted:
        measured = [(ratio(programs, above, below, what), names[what]) for what in kinds]
        if None not in (value for value, _ in measured):
            lines.append(f"| {text} | {limit} | {', '.join(f'{value:.2f} ({name})' for value, name in measured)} |")
    return lines if len(lines) > 2 else []


def agreement(path, result):
    """FNMR at FMR <= 1e-3 by both programs: the same work must have been done."""
    answer = subprocess.run([PYTHON, os.path.join(HERE, "peer_pandas.py"), path], check=True, capture_output=True)
    versions, numbers = answer.stdout.decode().splitlines()
    theirs = float(numbers.split()[0])
    if not os.path.exists(result):
        return versions, f"FNMR at FMR <= 1e-3: scikit-learn {theirs!r}."
    with open(result, encoding="utf-8") as file:
        estimates = json.load(file)["estimates"]
    target = {"metric": "FMR", "at_most": 0.001}
    ours = next(e["value"] for e in estimates if e["metric"] == "FNMR" and e.get("target") == target)
    verdict = "the same" if abs(ours - theirs) <= 1e-12 else "NOT THE SAME"
    return versions, f"FNMR at FMR <= 1e-3: plumbline {ours!r}, scikit-learn {theirs!r}: {verdict}."


def machine():
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    load = f"{LOAD:.1f} other processes running at the start"
    return f"{os.cpu_count()} processor cores ({platform.machine()}), {memory:.0f} GB of memory, Linux, {load}"


def command_line(options):
    parts = ["bench/run.py", f"--rows {options.rows}", f"--people {options.people}", f"--rounds {options.rounds}"]
    return " ".join(parts + ([f"--skip {options.skip}"] if options.skip else []))


def page(options, path, programs, versions, agreed):
    size = os.path.getsize(path) / 1e6
    return [
        "# Performance",
        "",
        f"`plumbline verification` on a canonical CSV table of {options.rows:,} comparisons of",
        f"{options.people:,} people ({size:.0f} MB; score, class and both ids; one in twenty mated), from the start of",
        "the process to the written result with all intervals, beside what else reads the same file:",
        "",
        *table_of(programs),
        "",
        *aims_of(programs),
        "",
        *replicates_of(programs),
        f"Made by `{command_line(options)}`",
        f"on {machine()}, the file in the page cache;",
        f"{versions}. Shown are medians; every program ran once in each round, one after the other.",
        FLOOR_NOTE,
        agreed,
        "",
        "What each does: *plumbline* reads all four columns, counts exactly, and gives FMR and FNMR at five targets",
        "with intervals that know the people, EER, AUC, d' and the DET. *pandas + scikit-learn* is `read_csv` of the",
        "file and `det_curve`, without any interval; *two columns read* leaves the ids out. *md5sum* and *cat* are the",
        "floor: they only pass the bytes through.",
        "",
    ]


def main():
    options = parse_arguments()
    path = make_data(options)
    result = os.path.join(options.data, "result.json")
    programs = programs_for(options, path, result)
    if os.path.exists(result):
        os.remove(result)  # of an earlier run
    subprocess.run(["/bin/cat", path], stdout=subprocess.DEVNULL, check=True)  # into the page cache
    for number in range(options.rounds):
        print(f"round {number + 1} of {options.rounds}", file=sys.stderr)
        for program in programs:
            program.run()
    lines = page(options, path, programs, *agreement(path, result))
    print("\n".join(lines))
    if options.write:
        with open(options.write, "w", encoding="utf-8") as file:
            file.write("\n".join(lines))


if __name__ == "__main__":
    main()

#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Measures plumbline beside what else does (part of) the same, on the same files, side by side in one run.

    bench/run.py --sizes 1e6,1e7,1e8 --out doc/performance.md          everything but the largest
    bench/run.py --sizes 1e8,1e9 --jobs people --out doc/performance.md
    bench/run.py --quick                                               a smoke run, in a folder that is removed

Data is made once (bench/make_scores.py) and found again. Programs take turns, sizes within a round and rounds after one
another, so that whatever else the machine does touches all of them alike; shown are medians. A program that would go
over --limit or --memory, by what it took of a tenth of the data, or that does, is left out, and the table says so. A
peer that has taken more than --budget seconds in all at a size is not started again there.

Measurements are kept in measured.json in the folder of the data, so that several runs make one page (`--jobs ''` writes
it anew and measures nothing); those of another build of plumbline are dropped. The exit status is 1 where results
differed between runs or from those of a peer, or a program failed; it never depends on a time.

Peers, all packages of Debian 12: python3-sklearn (1.2.1), python3-numpy, python3-pandas; r-base-core,
r-cran-data.table, r-cran-proc. What is not installed is left out.
"""
import argparse
import datetime
import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from types import SimpleNamespace

sys.dont_write_bytecode = True
os.environ["PYTHONDONTWRITEBYTECODE"] = "1"  # nor by the peers

import check  # noqa: E402
import jobs  # noqa: E402
import measure  # noqa: E402
import page  # noqa: E402
import plot  # noqa: E402

TOP = os.path.dirname(jobs.HERE)
LOAD = os.getloadavg()[0]  # before anything of ours runs
MOST_OF_MEMORY = 0.6  # a larger file would not stay in the page cache


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="1e6,1e7", help="comparisons, separated by commas (default: 1e6,1e7)")
    parser.add_argument("--jobs", default=",".join(jobs.TITLES), help="default: %(default)s")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--threads", type=int, default=os.cpu_count(), help="of plumbline, where not one")
    parser.add_argument("--skip", default="", help="keys of programs that are left out, separated by commas")
    parser.add_argument("--limit", type=float, default=240, help="seconds that one run may take (default: 240)")
    parser.add_argument("--budget", type=float, default=60, help="seconds after which no peer is repeated (default: 60)")
    parser.add_argument("--memory", type=float, help="GB that one program may take (default: 0.7 of what is free)")
    parser.add_argument("--plumbline", default=os.path.join(TOP, "build", "plumbline"))
    parser.add_argument("--mpi", default=os.path.join(TOP, "build", "plumbline-mpi"))
    parser.add_argument("--data", help="folder for data (default: plumbline-bench in $TMPDIR or /tmp)")
    parser.add_argument("--out", help="page whose marked part is rewritten, with a figure beside it")
    parser.add_argument("--quick", action="store_true", help="20,000 comparisons, 2 rounds, nothing is kept")
    options = parser.parse_args()
    options.sizes = sorted({int(float(size)) for size in options.sizes.split(",")})
    options.jobs = [job for job in options.jobs.split(",") if job]
    options.skip = set(filter(None, options.skip.split(",")))
    unknown = [job for job in options.jobs if job not in jobs.TITLES]
    if unknown or min(options.sizes) < 1000:
        parser.error(f"unknown job {unknown[0]}" if unknown else "sizes are at least 1000")
    if options.quick:
        options.sizes, options.rounds, options.people = [20_000], 2, 200
        options.skip |= {"coin", "vertex"}
        options.budget = 0  # peers once
    options.plumbline, options.mpi = map(os.path.abspath, (options.plumbline, options.mpi))
    options.run = f"{datetime.datetime.now().isoformat()} {os.getpid()}"
    options.say = lambda text: print(text, file=sys.stderr, flush=True)
    return options


def free_memory():
    with open("/proc/meminfo", encoding="ascii") as file:
        values = dict(line.split(":") for line in file)
    return int(values["MemAvailable"].split()[0]) * 1024


def whole_memory():
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def foresee(program, earlier, size, limits):
    """Why a program is not to be tried, by what it took of fewer comparisons; None where it is. `earlier` has records
    of its job by size."""
    smaller = [each for each in earlier if each < size and program.key in earlier[each]["programs"]]
    if program.ours or program.reason or not smaller:
        return program.reason
    before = earlier[max(smaller)]["programs"][program.key]
    if not before["runs"]:
        why = before["reason"]
        return why if "already" in why or "installed" in why else f"{why} of {page.power(max(smaller))} already"
    seconds, memory = (max(run[what] for run in before["runs"]) * size / max(smaller) for what in ("wall", "memory"))
    if memory > limits.memory:
        return f"would need about {memory / 1e9:.0f} GB of memory"
    return f"would take about {seconds:.0f} s" if seconds > limits.seconds else None


def cached_share(paths):
    """How much of the files is in the page cache; 0 where fincore (util-linux) cannot say."""
    if not paths:
        return 0.0
    try:
        out = subprocess.run(["/usr/bin/fincore", "-b", "-n", "-r", "-o", "RES,SIZE", *paths], check=True,
                             capture_output=True, text=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return 0.0
    pairs = [tuple(map(int, line.split())) for line in out.splitlines()]
    return min(1.0, sum(resident for resident, _ in pairs) / max(1, sum(size for _, size in pairs)))


def conditions(options):
    version = subprocess.run([options.plumbline, "--version"], capture_output=True, text=True, check=True).stdout
    day = datetime.datetime.now(datetime.timezone.utc).date()
    memory = whole_memory() / 2**30
    return (f"{day} with {version.split(chr(10))[0].strip()} on {os.cpu_count()} processor cores "
            f"({platform.machine()}), {memory:.0f} GB of memory, Linux; {LOAD:.1f} other processes ran at the start")


def folder_of(options, job, size):
    return os.path.join(options.work, f"{job}-{size}")


def plan(options, needs):
    """{job: {size: programs}}; where the data has no room in memory, one stands for all that are left out."""
    found = {}
    for job in options.jobs:
        found[job] = {}
        for size in options.sizes:
            large = jobs.BYTES[jobs.KIND[job]] * size
            if large > MOST_OF_MEMORY * whole_memory():
                reason = f"{large / 1e9:.0f} GB would not stay in the page cache"
                found[job][size] = [measure.Program("every", "every program", [], reason=reason)]
                continue
            found[job][size] = jobs.programs_of(options, job, size, folder_of(options, job, size), needs)
    return found


def take_turn(options, job, size, program, limits, number):
    """One run of a program, unless it is left out or has had its time."""
    if program.reason or (not program.ours and program.spent() > options.budget):
        return
    measure.run(program, limits, options.work, number)
    took = f"{program.runs[-1]['wall']:.2f} s" if program.runs else f"left out: it {program.reason}"
    options.say(f"{job} {size:,} round {number + 1} of {options.rounds}: {program.title}: {took}")


def first_round(options, job, size, programs, limits, earlier):
    """Puts the data into the page cache, and decides what is left out."""
    if not all(program.reason for program in programs):
        measure.run(jobs.floor_of(jobs.data_of(options, job, size))[-1], limits, options.work)
    for program in programs:
        program.reason = foresee(program, earlier, size, limits)
        if program.reason:
            options.say(f"{job} {size:,}: {program.title} is left out: {program.reason}")


def take_turns(options, job, by_size, limits, earlier):
    """All rounds of a job: every program on every size in turn. `earlier`: records of the job from earlier runs."""
    for size, programs in by_size.items():
        if not all(program.reason for program in programs):
            jobs.make_data(options, job, size)
    for number in range(options.rounds):
        for size, programs in by_size.items():
            if number == 0:
                first_round(options, job, size, programs, limits, earlier)
            for program in programs:
                take_turn(options, job, size, program, limits, number)
            earlier[size] = {"programs": shown(programs)}


def shown(programs):
    """What is kept of programs: all that they took."""
    return {program.key: {"title": program.title, "reason": program.reason, "runs": program.runs}
            for program in programs}


def record_of(options, job, size, programs, when):
    paths = [path for path in jobs.data_of(options, job, size) if os.path.exists(path)]
    good, bad = check.check(programs)
    versions = {}
    for program in programs:
        versions.update((program.report or {}).get("versions", {}))
    return {"programs": shown(programs), "good": good, "bad": bad, "conditions": when, "versions": versions,
            "run": options.run, "bytes": sum(map(os.path.getsize, paths)), "cached": cached_share(paths)}


def load_records(path, build):
    """What earlier runs measured of this same build."""
    try:
        with open(path, encoding="utf-8") as file:
            kept = json.load(file)
    except (OSError, ValueError):
        return {}
    if kept.get("build") != build:
        return {}
    return {job: {int(size): record for size, record in sizes.items()} for job, sizes in kept["records"].items()}


def measure_all(options):
    """Runs everything; answers the records, those of earlier runs included."""
    with open(options.plumbline, "rb") as file:
        build = hashlib.sha256(file.read()).hexdigest()
    kept = os.path.join(options.data, "measured.json")
    records = load_records(kept, build)
    limits = SimpleNamespace(seconds=options.limit, memory=(options.memory or free_memory() * 0.7 / 1e9) * 1e9)
    when, bad = conditions(options), []
    for job, by_size in plan(options, jobs.Needs()).items():
        take_turns(options, job, by_size, limits, dict(records.get(job, {})))
        for size, programs in by_size.items():
            records.setdefault(job, {})[size] = record = record_of(options, job, size, programs, when)
            bad += [f"{job} {size:,}: {text}" for text in record["bad"]]
            shutil.rmtree(folder_of(options, job, size), ignore_errors=True)
        with open(kept + ".part", "w", encoding="utf-8") as file:
            json.dump({"build": build, "records": records}, file, indent=1)
        os.rename(kept + ".part", kept)
    return records, bad


def publish(options, records):
    figure = None
    if options.out:
        path = os.path.splitext(options.out)[0] + ".svg"
        figure = os.path.basename(path) if plot.draw(records, path) else None
    lines = page.lines_of(records, figure)
    if options.out:
        page.put(options.out, lines)
    print("\n".join(lines))


def main():
    options = parse_arguments()
    if not os.access(options.plumbline, os.X_OK):
        sys.exit(f"{options.plumbline} is not there; build it, or name another with --plumbline")
    if options.out:
        page.around(options.out)  # rather now than after half an hour
    scratch = tempfile.mkdtemp(prefix="plumbline-bench-") if options.quick else None
    options.data = scratch or options.data or os.path.join(tempfile.gettempdir(), "plumbline-bench")
    options.work = os.path.join(options.data, f"work-{os.getpid()}")
    os.makedirs(options.work, exist_ok=True)
    try:
        records, bad = measure_all(options)
        publish(options, records)
    finally:
        shutil.rmtree(scratch or options.work)
    for text in bad:
        print(f"FAILED: {text}", file=sys.stderr)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())

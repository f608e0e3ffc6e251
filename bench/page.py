# SPDX-License-Identifier: Apache-2.0
"""The tables, in Markdown, from what was measured. A record is that of one job at one size; records are a dict
{job: {size: record}}. What was not measured has no number: the table says why."""
import statistics

from jobs import TITLES, WANTED

BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"


def power(size):
    """10^6 for a million, and digits for what is no power of ten."""
    digits = str(size)
    return f"10^{len(digits) - 1}" if digits.strip("0") == "1" else f"{size:,}"


def amount(value, factor=1.0):
    """Three digits, no more than are known."""
    if value is None:
        return ""
    value *= factor
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.2f}" if value >= 10 else f"{value:.3f}" if value < 1 else f"{value:.2f}"


def by_round(records, job, size, key, what):
    """{round: value} of the runs of a program."""
    program = records.get(job, {}).get(size, {}).get("programs", {}).get(key)
    return {run["round"]: run[what] for run in (program["runs"] if program else []) if run.get(what) is not None}


def median(records, job, size, key, what):
    values = by_round(records, job, size, key, what).values()
    return statistics.median(values) if values else None


def median_of_ratios(above, below):
    """Of values by round: each over the one that was measured a moment before or after it."""
    values = [above[number] / below[number] for number in above if below.get(number)]
    return statistics.median(values) if values else None


def ratio(records, job, size, above, below):
    """Of two (key, what) the one over the other, or None."""
    return median_of_ratios(by_round(records, job, size, *above), by_round(records, job, size, *below))


def row_of(records, job, size, key, program):
    if not program["runs"]:
        return f"| {power(size)} | {program['title']} | left out: {program['reason']} | | | | | | | |"
    m = {what: median(records, job, size, key, what) for what in ("wall", "work", "cpu", "memory", "mapped")}
    walls = [run["wall"] for run in program["runs"]]
    least, most = min(walls), max(walls)
    bases = [("one" if "one" in records[job][size]["programs"] else "all", "wall"), ("read", "work"), ("md5", "wall")]
    over = [ratio(records, job, size, (key, "work"), base) for base in bases]
    memory = amount(m["memory"], 1 / 2**20) if m["memory"] else "?"
    mapped = amount(m["mapped"], 1 / 2**20) if m["mapped"] else ""
    own = amount(m["work"]) if m["work"] != m["wall"] else ""
    return (f"| {power(size)} | {program['title']} | {amount(m['wall'])} ({amount(least)} to {amount(most)}, "
            f"{len(walls)}) | {own} | {amount(m['cpu'])} | {memory} | {mapped} | "
            f"{' | '.join(map(amount, over))} |")


def table_of(records, job):
    base = "plumbline, 1 thread"
    if not any("one" in record["programs"] for record in records[job].values()):
        base = "plumbline"
    lines = [f"| comparisons | program | wall s (least to most, runs) | without its start | processor s | memory MiB | "
             f"with mapped files | time / {base} | time / `read()` | time / `md5sum` |",
             "|---|---|---|---|---|---|---|---|---|---|"]
    for size, record in sorted(records[job].items()):
        lines += [row_of(records, job, size, key, program) for key, program in record["programs"].items()]
    return lines


AIMS = [
    # words, wanted, job, of which run, and of what beside it: (key, what), "times" upside down where faster is more
    ("times as fast as `roc_curve`, 1 thread", "at least 150", "scores", ("roc", "work"), ("one", "wall")),
    ("times as fast as `roc_curve`, all threads", "at least 150", "scores", ("roc", "work"), ("all", "wall")),
    ("memory, of that of `roc_curve`, all threads", "at most 0.05", "scores", ("all", "memory"), ("roc", "memory")),
    ("time, of that of `read()`, 1 thread", "at most 4", "scores", ("one", "wall"), ("read", "read")),
    ("time, of that of `read()`, all threads", "at most 4", "scores", ("all", "wall"), ("read", "read")),
    ("the same, `read()` into a buffer of the file's size", "", "scores", ("all", "wall"), ("read", "whole")),
    ("time, of that of `read()`, 1 thread", "at most 4", "people", ("one", "wall"), ("read", "read")),
    ("time, of that of `read()`, all threads", "at most 4", "people", ("all", "wall"), ("read", "read")),
    ("the same, `read()` into a buffer of the file's size", "", "people", ("all", "wall"), ("read", "whole")),
    ("time, of that of `md5sum`, 1 thread", "at most 2", "csv", ("one", "wall"), ("md5", "wall")),
    ("times as fast on all threads as on one", "at least 1.8", "csv", ("one", "wall"), ("all", "wall")),
    ("times as fast as `read_csv` + `det_curve`, 1 thread", "at least 25", "csv", ("pandas", "work"), ("one", "wall")),
    ("times as fast as `read_csv` + `det_curve`, all threads", "at least 25", "csv", ("pandas", "work"),
     ("all", "wall")),
    ("memory, of that of `read_csv` + `det_curve`, all threads", "at most 0.33", "csv", ("all", "memory"),
     ("pandas", "memory")),
    ("times as fast with 2 ranks as with 1", "at least 1.8", "mpi", ("ranks1", "wall"), ("ranks2", "wall")),
]


def growth_of(records, sizes):
    """Rows on how time and memory grow with the data, for the jobs that read arrays."""
    lines = []
    for job in ("scores", "people", "csv"):
        cells, memory = [], []
        for size in sizes:
            own = median(records, job, size, "all", "memory")
            now, before = (by_round(records, job, each, "all", "wall") for each in (size, size // 10))
            if before and now and records[job][size]["run"] != records[job][size // 10]["run"]:
                before = {}  # times of two runs are not compared
            cells.append(amount(median_of_ratios(now, before)))
            memory.append(f"{own / 2**20:.0f}" if own else "")
        if any(cells):
            lines.append(f"| {job}: time, of that of a tenth of the comparisons, all threads | at most 10.5 at 10^9 | "
                         f"{' | '.join(cells)} |")
        if any(memory):
            lines.append(f"| {job}: memory, MiB | below 512 | {' | '.join(memory)} |")
    return lines


def aims_of(records):
    sizes = sorted({size for job in records.values() for size in job})
    lines = ["| what | wanted | " + " | ".join(map(power, sizes)) + " |", "|---|---|" + "---|" * len(sizes)]
    for words, wanted, job, above, below in AIMS:
        cells = [amount(ratio(records, job, size, above, below)) for size in sizes]
        if any(cells):
            lines.append(f"| {job}: {words} | {wanted} | {' | '.join(cells)} |")
    return lines + growth_of(records, sizes)


def speed_of(records):
    """Nanoseconds for each comparison, by size."""
    sizes = sorted({size for job in records.values() for size in job})
    lines = ["| job | program | " + " | ".join(map(power, sizes)) + " |", "|---|---|" + "---|" * len(sizes)]
    for job in (job for job in ("scores", "people", "csv") if job in records):
        titles = {key: p["title"] for record in records[job].values() for key, p in record["programs"].items()}
        for key, title in titles.items():
            values = [median(records, job, size, key, "work") for size in sizes]
            cells = [amount(value, 1e9 / size) if value else "" for value, size in zip(values, sizes)]
            lines.append(f"| {job} | {title} | {' | '.join(cells)} |")
    return lines


def bandwidth_of(records):
    lines = []
    for job in ("scores", "people", "csv"):
        for size, record in sorted(records.get(job, {}).items()):
            md5 = median(records, job, size, "md5", "wall")
            cat = median(records, job, size, "cat", "wall")
            cells = [median(records, job, size, "read", what) for what in ("read", "whole", "copy")] + [cat, md5]
            if any(cells):
                shown = " | ".join(f"{record['bytes'] / value / 1e9:.2f}" if value else "" for value in cells)
                lines.append(f"| {job} | {power(size)} | {record['bytes'] / 1e6:,.1f} | {shown} | "
                             f"{100 * record['cached']:.0f} % |")
    head = ["| job | comparisons | MB | `read()`, 1 MiB again and again, GB/s | `read()`, all into one buffer, GB/s | "
            "memory to memory, GB/s | `cat`, GB/s | `md5sum`, GB/s | in the page cache after the last round |",
            "|---|---|---|---|---|---|---|---|---|"]
    return head + lines if lines else []


def conditions_of(records):
    """When, on what and with what each was measured: one line where all agree."""
    found, versions = {}, {}
    for job, sizes in records.items():
        for size, record in sizes.items():
            found.setdefault(record["conditions"], []).append(f"{job} {power(size)}")
            versions.update(record["versions"])
    lines = [f"Measured {conditions}{': ' + ', '.join(which) if len(found) > 1 else ''}.  "
             for conditions, which in found.items()]
    return lines + ["Peers: " + ", ".join(f"{name} {version}" for name, version in sorted(versions.items())) + "."]


def lines_of(records, figure):
    lines = ["## What was wanted, and what was measured", "", *aims_of(records), ""]
    if figure:
        lines += [f"![Time against the number of comparisons, both logarithmic, for plumbline, its peers and the floor]"
                  f"({figure})", ""]
    for job in (job for job in TITLES if job in records):
        lines += [f"## {TITLES[job]}", "", WANTED[job], "", *table_of(records, job), ""]
        agreed = [f"- {power(size)}: {text}." for size, record in sorted(records[job].items())
                  for text in record["good"]]
        wrong = [f"- {power(size)}: FAILED: {text}." for size, record in sorted(records[job].items())
                 for text in record["bad"]]
        lines += [*wrong, *agreed, ""] if wrong or agreed else []
    lines += ["## Nanoseconds for each comparison", "", *speed_of(records), "", "## The floor", "",
              *bandwidth_of(records), "", *conditions_of(records), ""]
    return lines


def around(path):
    """What stands before and after the marks of a page; a page that is not there is a new one."""
    try:
        with open(path, encoding="utf-8") as file:
            text = file.read()
    except FileNotFoundError:
        text = f"# Performance\n\n{BEGIN}\n{END}\n"
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise SystemExit(f"{path}: the marks {BEGIN} and {END} are not in it")
    return before, after


def put(path, lines):
    """Writes the lines between the marks of a page; what stands around them stays."""
    before, after = around(path)
    with open(path, "w", encoding="utf-8") as file:
        file.write(before + BEGIN + "\n" + "\n".join(lines) + END + after)

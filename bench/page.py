# SPDX-License-Identifier: Apache-2.0
"""The tables, in Markdown, from what was measured. A record is that of one job at one size; records are a dict
{job: {size: record}}. What was not measured has no number: the table says why."""
import statistics

from jobs import TITLES, WANTED

COMPARED = ["scores", "people", "csv"]  # the jobs in which sizes, and the floor, are compared
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


def markdown(head, rows):
    """A table; columns without any content are left out, and a table without rows is."""
    if not rows:
        return []
    kept = [column for column in range(len(head)) if any(row[column] for row in rows)]
    lines = [[cells[column] for column in kept] for cells in [head, ["---"] * len(head), *rows]]
    return ["| " + " | ".join(cells) + " |" for cells in lines]


def sizes_of(records):
    return sorted({size for job in records.values() for size in job})


def row_of(records, job, size, key, program):
    start = [power(size), program["title"]]
    if not program["runs"]:
        return [*start, f"left out: {program['reason']}", *[""] * 7]
    m = {what: median(records, job, size, key, what) for what in ("wall", "work", "cpu", "memory", "mapped")}
    walls = [run["wall"] for run in program["runs"]]
    bases = [("one" if "one" in records[job][size]["programs"] else "all", "wall"), ("read", "work"), ("md5", "wall")]
    return [*start, f"{amount(m['wall'])} ({amount(min(walls))} to {amount(max(walls))}, {len(walls)})",
            amount(m["work"]) if m["work"] != m["wall"] else "", amount(m["cpu"]),
            amount(m["memory"], 1 / 2**20) if m["memory"] else "?", amount(m["mapped"], 1 / 2**20),
            *(amount(ratio(records, job, size, (key, "work"), base)) for base in bases)]


def table_of(records, job):
    one = any("one" in record["programs"] for record in records[job].values())
    head = ["comparisons", "program", "wall s (least to most, runs)", "without its start", "processor s", "memory MiB",
            "with mapped files", "time / plumbline" + (", 1 thread" if one else ""), "time / `read()`",
            "time / `md5sum`"]
    return markdown(head, [row_of(records, job, size, key, program) for size, record in sorted(records[job].items())
                           for key, program in record["programs"].items()])


AIMS = [
    # words, wanted, job, of which run, and of what beside it: (key, what), "times" upside down where faster is more
    ("times as fast as `roc_curve`, 1 thread", "at least 150 at 10^8", "scores", ("roc", "work"), ("one", "wall")),
    ("times as fast as `roc_curve`, all threads", "at least 150 at 10^8", "scores", ("roc", "work"), ("all", "wall")),
    ("memory, of that of `roc_curve`, all threads", "at most 0.05 at 10^8", "scores", ("all", "memory"),
     ("roc", "memory")),
    ("time, of that of `read()`, 1 thread", "at most 4 at 10^8", "scores", ("one", "wall"), ("read", "read")),
    ("time, of that of `read()`, all threads", "at most 4 at 10^8", "scores", ("all", "wall"), ("read", "read")),
    ("the same, `read()` into a buffer of the file's size", "", "scores", ("all", "wall"), ("read", "whole")),
    ("time, of that of `read()`, 1 thread", "at most 4 at 10^8", "people", ("one", "wall"), ("read", "read")),
    ("time, of that of `read()`, all threads", "at most 4 at 10^8", "people", ("all", "wall"), ("read", "read")),
    ("the same, `read()` into a buffer of the file's size", "", "people", ("all", "wall"), ("read", "whole")),
    ("time, of that of `md5sum`, 1 thread", "at most 2 at 10^8", "csv", ("one", "wall"), ("md5", "wall")),
    ("times as fast on all threads as on one", "at least 1.8 at 10^8", "csv", ("one", "wall"), ("all", "wall")),
    ("times as fast as `read_csv` + `det_curve`, 1 thread", "at least 25", "csv", ("pandas", "work"), ("one", "wall")),
    ("times as fast as `read_csv` + `det_curve`, all threads", "at least 25", "csv", ("pandas", "work"),
     ("all", "wall")),
    ("memory, of that of `read_csv` + `det_curve`, all threads", "at most 0.33", "csv", ("all", "memory"),
     ("pandas", "memory")),
    ("times as fast with 2 ranks as with 1", "at least 1.8", "mpi", ("ranks1", "wall"), ("ranks2", "wall")),
]


def growth_of(records, sizes):
    """Rows on how time and memory grow with the data."""
    for job in (job for job in COMPARED if job in records):
        times, memory = [], []
        for size in sizes:
            now, before = (by_round(records, job, each, "all", "wall") for each in (size, size // 10))
            if now and before and records[job][size]["run"] != records[job][size // 10]["run"]:
                before = {}  # times of two runs are not compared
            times.append(amount(median_of_ratios(now, before)))
            memory.append(amount(median(records, job, size, "all", "memory"), 1 / 2**20))
        yield [f"{job}: time, of that of a tenth of the comparisons, all threads", "at most 10.5 at 10^9", *times]
        yield [f"{job}: memory besides the page cache, MiB", "below 512 at 10^9", *memory]


def aims_of(records):
    sizes = sizes_of(records)
    rows = [[f"{job}: {words}", wanted, *(amount(ratio(records, job, size, above, below)) for size in sizes)]
            for words, wanted, job, above, below in AIMS]
    return markdown(["what", "wanted", *map(power, sizes)], [row for row in rows + list(growth_of(records, sizes))
                                                             if any(row[2:])])


def speed_of(records):
    """Nanoseconds for each comparison, by size."""
    sizes, rows = sizes_of(records), []
    for job in (job for job in COMPARED if job in records):
        titles = {key: p["title"] for record in records[job].values() for key, p in record["programs"].items()}
        for key, title in titles.items():
            values = [median(records, job, size, key, "work") for size in sizes]
            rows.append([job, title, *(amount(value, 1e9 / size) for value, size in zip(values, sizes))])
    return markdown(["job", "program", *map(power, sizes)], [row for row in rows if any(row[2:])])


def bandwidth_of(records):
    floors = [("read", "read"), ("read", "whole"), ("read", "copy"), ("cat", "wall"), ("md5", "wall")]
    rows = []
    for job in (job for job in COMPARED if job in records):
        for size, record in sorted(records[job].items()):
            seconds = [median(records, job, size, *each) for each in floors]
            if any(seconds):
                rows.append([job, power(size), f"{record['bytes'] / 1e6:,.1f}",
                             *(f"{record['bytes'] / value / 1e9:.2f}" if value else "" for value in seconds),
                             f"{100 * record['cached']:.0f} %"])
    return markdown(["job", "comparisons", "MB", "`read()`, 1 MiB again and again, GB/s",
                     "`read()`, all into one buffer, GB/s", "memory to memory, GB/s", "`cat`, GB/s", "`md5sum`, GB/s",
                     "in the page cache after the last round"], rows)


def conditions_of(records):
    """When, on what and with what each was measured: one line where all agree."""
    found, versions = {}, {}
    for job, sizes in records.items():
        for size, record in sizes.items():
            found.setdefault(record["conditions"], []).append(f"{job} {power(size)}")
            versions.update(record["versions"])
    lines = [f"Measured {conditions}{': ' + ', '.join(which) if len(found) > 1 else ''}.  "
             for conditions, which in found.items()]
    peers = ", ".join(f"{name} {version}" for name, version in sorted(versions.items()))
    return lines + ([f"Peers: {peers}."] if peers else [])


def section(title, *parts):
    """Paragraphs and tables below a title; nothing where the last of them is empty."""
    if not parts[-1]:
        return []
    lines = [f"## {title}", ""]
    for part in parts:
        lines += [*part, ""] if part else []
    return lines


def checks_of(records, job):
    """What agreed, and what did not, by size."""
    lines = []
    for size, record in sorted(records[job].items()):
        lines += [f"- {power(size)}: FAILED: {text}." for text in record["bad"]]
        lines += [f"- {power(size)}: {'; '.join(record['good'])}."] if record["good"] else []
    return lines


def lines_of(records, figure):
    words = "Time against the number of comparisons, both logarithmic, for plumbline, its peers and the floor"
    lines = section("What was wanted, and what was measured", aims_of(records))
    lines += [f"![{words}]({figure})", ""] if figure else []
    for job in (job for job in TITLES if job in records):
        lines += section(TITLES[job], [WANTED[job]], checks_of(records, job), table_of(records, job))
    lines += section("Nanoseconds for each comparison", speed_of(records))
    lines += section("The floor", bandwidth_of(records))
    return lines + section("Conditions", conditions_of(records))


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

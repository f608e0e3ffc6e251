# SPDX-License-Identifier: Apache-2.0
"""Time against size as a figure: one box for each kind of file, both axes logarithmic, in the style of the figures of
src/report/svg.c (colours told apart by marks too, no script, no font file)."""
import math
from xml.sax.saxutils import escape

from page import median

INK, SOFT, RULE, GRID, PAPER = "#1a1a1a", "#595959", "#767676", "#e3e3e3", "#ffffff"
BOX_WIDTH, BOX_HEIGHT, LEFT, TOP, GAP = 268, 300, 78, 84, 40
FONT = ("system-ui, -apple-system, &#39;Segoe UI&#39;, Roboto, &#39;Helvetica Neue&#39;, Arial, "
        "&#39;Liberation Sans&#39;, &#39;DejaVu Sans&#39;, sans-serif")
JOBS = {"scores": "Scores alone (.npy)", "people": "Scores with people (.npy)", "csv": "Text (CSV)"}
# key: words, colour, mark, dash
SERIES = {
    "one": ("plumbline, 1 thread", "#0072b2", "circle", ""),
    "all": ("plumbline, all threads", "#0072b2", "ring", ""),
    "roc": ("scikit-learn roc_curve", "#d55e00", "triangle", ""),
    "pandas": ("pandas + det_curve", "#d55e00", "square", ""),
    "sort": ("numpy sort", "#00805d", "square", ""),
    "r": ("R: data.table + pROC", "#a8518a", "triangle", ""),
    "md5": ("md5sum", "#946c00", "circle", "6 3"),
    "read": ("read()", INK, "ring", "6 3"),
}


def number(value):
    return f"{value:.2f}".rstrip("0").rstrip(".")


def words(x, y, text, anchor="start", size=11.5, fill=SOFT, more=""):
    return (f'<text x="{number(x)}" y="{number(y)}" font-size="{size}" text-anchor="{anchor}" fill="{fill}"{more}>'
            f"{escape(text)}</text>")


def line(x1, y1, x2, y2, colour, width=1, dash=""):
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return (f'<line x1="{number(x1)}" y1="{number(y1)}" x2="{number(x2)}" y2="{number(y2)}" stroke="{colour}" '
            f'stroke-width="{width}"{dashed}/>')


def mark(shape, x, y, colour):
    fill, edge = (PAPER, colour) if shape == "ring" else (colour, PAPER)
    if shape in ("circle", "ring"):
        return f'<circle cx="{number(x)}" cy="{number(y)}" r="4.5" fill="{fill}" stroke="{edge}" stroke-width="1.6"/>'
    corners = [(-4, -4), (4, -4), (4, 4), (-4, 4)] if shape == "square" else [(0, -5.5), (5, 4), (-5, 4)]
    path = "L".join(f"{number(x + dx)} {number(y + dy)}" for dx, dy in corners)
    return f'<path d="M{path}Z" fill="{fill}" stroke="{edge}" stroke-width="1"/>'


def seconds_in_words(exponent):
    return {-6: "1 µs", -5: "10 µs", -4: "0.1 ms", -3: "1 ms", -2: "10 ms", -1: "0.1 s", 0: "1 s", 1: "10 s",
            2: "100 s", 3: "1,000 s"}.get(exponent, f"10^{exponent} s")


def points_of(records, job):
    """{key: [(size, seconds)]} of what was measured."""
    found = {}
    for size, record in sorted(records.get(job, {}).items()):
        for key in SERIES:
            program = record["programs"].get(key)
            if program and program["runs"]:
                found.setdefault(key, []).append((size, median(records, job, size, key, "work")))
    return found


def box(left, job, points, sizes, times):
    """One box: its grid, its words, and the lines in it."""
    def x_of(size):
        return left + 14 + (math.log10(size) - sizes[0]) / max(1, sizes[1] - sizes[0]) * (BOX_WIDTH - 28)

    def y_of(seconds):
        return TOP + BOX_HEIGHT - (math.log10(seconds) - times[0]) / (times[1] - times[0]) * BOX_HEIGHT

    parts = [words(left, TOP - 12, JOBS[job], size=13.5, fill=INK, more=' font-weight="600"')]
    for exponent in range(times[0], times[1] + 1):
        y = y_of(10.0**exponent)
        parts += [line(left, y, left + BOX_WIDTH, y, GRID), words(left - 6, y + 4, seconds_in_words(exponent), "end")
                  if left == LEFT else ""]
    for exponent in range(sizes[0], sizes[1] + 1):
        x = x_of(10.0**exponent)
        parts += [line(x, TOP, x, TOP + BOX_HEIGHT, GRID),
                  words(x, TOP + BOX_HEIGHT + 16, f"10^{exponent}", "middle")]
    for key, found in points.items():
        _, colour, shape, dash = SERIES[key]
        places = [(x_of(size), y_of(seconds)) for size, seconds in found]
        parts += [line(*a, *b, colour, 1.8, dash) for a, b in zip(places, places[1:])]
        parts += [mark(shape, *place, colour) for place in places]
    parts.append(f'<rect x="{left}" y="{TOP}" width="{BOX_WIDTH}" height="{BOX_HEIGHT}" fill="none" stroke="{RULE}"/>')
    return [part for part in parts if part]


def legend(keys, y):
    parts, x = [], LEFT
    for key in keys:
        text, colour, shape, dash = SERIES[key]
        parts += [line(x, y - 4, x + 30, y - 4, colour, 1.8, dash), mark(shape, x + 15, y - 4, colour),
                  words(x + 38, y, text, fill=INK)]
        x += 232
        if x > LEFT + 3 * 232:
            x, y = LEFT, y + 20
    return parts, y


def draw(records, path):
    """Writes the figure; answers whether there was anything to draw."""
    jobs = {job: points for job in JOBS if (points := points_of(records, job))}
    every = [point for points in jobs.values() for found in points.values() for point in found]
    if not every:
        return False
    sizes = [math.floor(math.log10(min(size for size, _ in every))), math.ceil(math.log10(max(s for s, _ in every)))]
    times = [math.floor(math.log10(min(t for _, t in every))), math.ceil(math.log10(max(t for _, t in every)))]
    times[1] += times[1] == times[0]
    parts = []
    for k, (job, points) in enumerate(jobs.items()):
        parts += box(LEFT + k * (BOX_WIDTH + GAP), job, points, sizes, times)
    keys = [key for key in SERIES if any(key in points for points in jobs.values())]
    marks, y = legend(keys, TOP + BOX_HEIGHT + 74)
    note = ("Medians. Peers without the start of their interpreter; plumbline from the start of the process to the "
            "written result.")
    width = max(LEFT + len(jobs) * (BOX_WIDTH + GAP), LEFT + 4 * 232)
    height = y + 50
    said = "; ".join(f"{JOBS[job]}: " + ", ".join(f"{SERIES[key][0]} {found[-1][1]:.3g} s for {found[-1][0]:,}"
                                                  for key, found in points.items()) for job, points in jobs.items())
    whole = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
             f'height="{height}" role="img" aria-labelledby="time-title time-desc"\n font-family="{FONT}" '
             f'fill="{INK}">',
             '<title id="time-title">Time against size</title>', f'<desc id="time-desc">{escape(said)}</desc>',
             f'<rect x="0" y="0" width="{width}" height="{height}" fill="{PAPER}"/>',
             words(LEFT, 30, "Time against the number of comparisons", size=15, fill=INK, more=' font-weight="600"'),
             *parts, words(LEFT + (len(jobs) * (BOX_WIDTH + GAP) - GAP) / 2, TOP + BOX_HEIGHT + 42, "Comparisons (log)",
                           "middle", 13, INK),
             words(18, TOP + BOX_HEIGHT / 2, "Time (log)", "middle", 13, INK,
                   f' transform="rotate(-90 18 {TOP + BOX_HEIGHT // 2})"'),
             *marks, words(LEFT, y + 26, note), "</svg>"]
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(whole) + "\n")
    return True

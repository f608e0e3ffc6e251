#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""test_ages.py PROGRAM: numbers of comparisons (ages, years and months between samples, the lower, higher and mean of both
sides) against loops over dates; cells by them; the trend against a regression by loops; how far the evidence reaches; the
same bytes for any order, threads, shards and states."""
import datetime
import json
import math
import random
import re

from driver import Checklist, Place

checks = Checklist()
rng = random.Random(23)
HEAD = "score,reference_subject,probe_subject," + ",".join(
    f"{side}_{what}" for what in ("date", "birth_date", "quality") for side in ("reference", "probe"))
THRESHOLD = 2.0
AT = ("--threshold", str(THRESHOLD), "--fmr", "0.5", "--replicates", "100", "--as-of", "2025-06-30")


def day(first, last):
    return datetime.date(rng.randint(first, last), rng.randint(1, 12), rng.randint(1, 28))


def make(people):
    """Rows: score, people, and of each side the day, the birthday and the quality; now and then one is not known."""
    born = [day(1990, 2013) for _ in range(people)]
    effect = [rng.gauss(0, .5) for _ in range(people)]
    samples = [[(day(2014, 2024), rng.choice(["", "17", "40", "62.5", "80", "99"])) for _ in range(4)]
               for _ in range(people)]
    rows = []

    def row(i, a, j, b, score):
        of = [(samples[p][s][0], born[p], samples[p][s][1]) for p, s in ((i, a), (j, b))]
        rows.append((round(score, 4), i, j, of))

    for i in range(people):
        for a in range(4):
            for b in range(a):
                years = abs((samples[i][a][0] - samples[i][b][0]).days) / 365.25
                row(i, a, i, b, 3.2 + effect[i] - .15 * years + rng.gauss(0, .7))
        for j in rng.sample(range(people), 12):
            if i != j:
                row(i, rng.randrange(4), j, rng.randrange(4), rng.gauss(0, .9))
    return rows


def write(place, name, rows):
    lines = [HEAD]
    for score, i, j, of in rows:
        cells = [str(of[s][k]) for k in range(3) for s in range(2)]
        lines.append(",".join([f"{score:.4f}", f"P{i}", f"P{j}", *cells]))
    place.put(name, "\n".join(lines) + "\n")


def months_between(one, other):
    one, other = min(one, other), max(one, other)
    months = 0
    while True:  # a month has passed when its day of the month is there, or would have been
        year, month = divmod(one.year * 12 + one.month - 1 + months + 1, 12)
        if (year, month + 1, one.day) > (other.year, other.month, other.day):
            return months
        months += 1


def measure(place, *words, code=0):
    run = place.run("verification", *words, *AT, "--json", "-")
    if not checks.check(f"{' '.join(words)}: measured", run.code == code and not run.err, run):
        return {}
    result = json.loads(run.out)
    del result["provenance"]
    return result


VALUES = {
    "elapsed_months": lambda of: months_between(of[0][0], of[1][0]),
    "exact.elapsed": lambda of: months_between(of[0][0], of[1][0]) // 12,
    "exact.reference.age": lambda of: months_between(of[0][1], of[0][0]) // 12,
    "probe.age_months": lambda of: months_between(of[1][1], of[1][0]),
    "lower.quality": lambda of: min(map(float, (of[0][2], of[1][2]))),
    "higher.quality": lambda of: max(map(float, (of[0][2], of[1][2]))),
    "mean.quality": lambda of: sum(map(float, (of[0][2], of[1][2]))) / 2,
    "lower.exact.age": None}


def text_of(name, of):
    if "quality" in name and "" in (of[0][2], of[1][2]):
        return ""
    return f"{VALUES[name](of):.17g}".removesuffix(".0")


def check_values(place, rows, name):
    """The mated cells by such a number are those of the loops."""
    found = {}
    for e in measure(place, "ages.csv", "--by", name, "--min-people", "1").get("estimates", []):
        if e["metric"] == "FNMR" and e["cell"] and e["threshold"] == THRESHOLD:
            found[e["cell"][name]] = (e["errors"], e["trials"], e["people"])
    wanted = {}
    for score, i, j, of in rows:
        if i == j:
            cell = wanted.setdefault(text_of(name, of), [0, 0, set()])
            cell[0] += score < THRESHOLD
            cell[1] += 1
            cell[2].add(i)
    checks.equal(f"cells by {name}", found, {k: (a, b, len(c)) for k, (a, b, c) in wanted.items()})


def fit(points):
    """Logistic regression by Newton's steps: points are (numbers, error)."""
    width = len(points[0][0]) + 1
    beta = [0.0] * width
    for _ in range(40):
        score = [0.0] * width
        matrix = [[0.0] * width for _ in range(width)]
        for x, y in points:
            x = [1.0, *x]
            mu = 1 / (1 + math.exp(-sum(b * v for b, v in zip(beta, x))))
            for k in range(width):
                score[k] += x[k] * (y - mu)
                for m in range(width):
                    matrix[k][m] += mu * (1 - mu) * x[k] * x[m]
        for k in range(width):  # Gauss, without pivots: the matrix is positive
            for m in range(k + 1, width):
                factor = matrix[m][k] / matrix[k][k]
                score[m] -= factor * score[k]
                matrix[m] = [a - factor * b for a, b in zip(matrix[m], matrix[k])]
        step = [0.0] * width
        for k in reversed(range(width)):
            step[k] = (score[k] - sum(matrix[k][m] * step[m] for m in range(k + 1, width))) / matrix[k][k]
        beta = [b + s for b, s in zip(beta, step)]
    return beta


def check_trend(place, rows, names, lower=False):
    result = measure(place, "ages.csv", "--trend", ",".join(names), "--bands", "age=0,10,18", "--bands", "quality=50")
    trends = [t for t in result.get("trends", []) if t["threshold"] == THRESHOLD]
    if not checks.check(f"one trend over {names}", len(trends) == 1, str(trends)):
        return
    trend = trends[0]
    mated = [(i, of, score < THRESHOLD) for score, i, j, of in rows if i == j]
    exact = {"elapsed": "exact.elapsed", "reference.age": "exact.reference.age", "lower.quality": "lower.quality"}
    known = [(i, [float(text_of(exact[n], of)) for n in names], y) for i, of, y in mated
             if all(text_of(exact[n], of) for n in names)]
    beta = fit([(x, y) for _, x, y in known])
    checks.equal(f"{names}: comparisons", (trend["errors"], trend["trials"], trend["left_out"]),
                 (sum(y for *_, y in known), len(known), len(mated) - len(known)))
    checks.equal(f"{names}: people", (trend["people"], trend["people_in_errors"]),
                 (len({i for i, *_ in known}), len({i for i, _, y in known if y})))
    for k, name in enumerate(names):
        term = trend["terms"][k]
        checks.check(f"{names}: odds of {name}", term["attribute"] == name and
                     abs(math.log(term["odds_ratio"]) - beta[k + 1]) < 1e-8, (term, beta))
        checks.check(f"{names}: limits of {name}", term["lower"] < term["odds_ratio"] < term["upper"] and
                     2 <= term["df"] < trend["people"], term)
        means = [sum(x[m] for _, x, _ in known) / len(known) for m in range(len(names))]
        for point in (p for p in trend["points"] if p["attribute"] == name):
            x = [point["at"] if m == k else means[m] for m in range(len(names))]
            rate = 1 / (1 + math.exp(-beta[0] - sum(b * v for b, v in zip(beta[1:], x))))
            checks.check("a point of the curve", abs(point["rate"] - rate) < 1e-8 and
                         point["lower"] < point["rate"] < point["upper"], (point, rate))
    if len(names) == 1:
        for cell in trend["cells"]:
            of = [x[0] for i, x, _ in known if in_band(names[0], x[0], cell["value"])]
            checks.check(f"where {names[0]} {cell['value']} lies", abs(cell["mean"] - sum(of) / len(of)) < 1e-9, cell)


def in_band(name, number, value):
    if name == "lower.quality":
        return (number < 50) == value.startswith("under")
    ends = [int(n) for n in re.findall(r"\d+", value)]
    return number >= ends[0] if value.endswith("+") else ends[0] <= number <= ends[-1]


def last_reached(rows, value, least, step):
    """The last number that so many people reach, by loops."""
    of_person = {}
    for _, i, j, of in rows:
        if i == j:
            of_person.setdefault(i, []).append(value(of))
    ends = sorted((max if step > 0 else min)(v) for v in of_person.values())
    return ends[-least] if step > 0 else ends[least - 1]


with Place() as place:
    rows = make(60)
    write(place, "ages.csv", rows)
    for name in VALUES:
        if VALUES[name]:
            check_values(place, rows, name)
    for names in (["elapsed"], ["reference.age"], ["lower.quality"], ["elapsed", "reference.age"]):
        check_trend(place, rows, names)

    result = measure(place, "ages.csv", "--by", "age", "--horizon-against", "75y", "--min-people", "7")
    elapsed, age = VALUES["exact.elapsed"], VALUES["exact.reference.age"]
    checks.equal("how far the evidence reaches", [(h["attribute"], h["least"], h["most"]) for h in result["horizon"]],
                 [("elapsed", last_reached(rows, elapsed, 7, -1), last_reached(rows, elapsed, 7, 1)),
                  ("reference.age", last_reached(rows, age, 7, -1), last_reached(rows, age, 7, 1))])
    most = result["horizon"][0]["most"]
    checks.check("that is said", any(f"over is {most} years; the period asked about is 75 years. Nothing is known here of "
                                     f"what lies between {most} and 75 years." in text for text in result["statements"]),
                 str(result["statements"]))
    few = measure(place, "ages.csv", "--horizon-against", "18m", "--min-people", "70")
    checks.equal("nobody is far enough", [(h["least"], h["most"], h["against"]) for h in few["horizon"]], [(None, None, 1.5)])

    # The same whatever the way.
    options = ("--trend", "elapsed,reference.age", "--trend", "lower.quality", "--bands", "quality=50", "--horizon-against",
               "75y")
    wanted = measure(place, "ages.csv", *options)
    checks.equal("one thread", measure(place, "ages.csv", *options, "--threads", "1"), wanted)
    rng.shuffle(rows)
    write(place, "shuffled.csv", rows)
    shuffled = measure(place, "shuffled.csv", *options)
    for part in ("estimates", "trends", "horizon"):
        checks.equal(f"another order: {part}", shuffled[part], wanted[part])
    for shard in range(3):
        run = place.run("count", "ages.csv", *options, "--shard", f"{shard}/3", "--as-of", "2025-06-30", "-o",
                        f"{shard}.state")
        checks.check("counted", run.code == 0 and not run.err, run)
    asked = ("--trend", "elapsed,reference.age", "--trend", "lower.quality", "--horizon-against", "75y")
    run = place.run("verification", "1.state", "0.state", "2.state", *asked, *AT[:-2], "--json", "-")
    checks.check("of shards", run.code == 0, run)
    of_states = json.loads(run.out)
    del of_states["provenance"]
    checks.equal("shards", of_states, wanted)
    place.run("verification", "ages.csv", *options, *AT, "--json", "all.json")
    for form in ("--text", "--html", "--csv"):
        direct = place.run("verification", "ages.csv", *options, *AT, "--json", "all.json", form, "-")
        again = place.run("report", "all.json", form, "-")
        checks.check(f"{form} again", direct.code == 0 and again.out.split("Where it comes from")[0] ==
                     direct.out.split("Where it comes from")[0] and "P1," not in direct.out, again)
    checks.check("drawn", place.run("report", "all.json", "--svg", "figures").code == 0 and
                 (place.path / "figures" / "trend-1.svg").exists() and (place.path / "figures" / "grid-1.svg").exists(), "")

    write(place, "few.csv", [r for r in rows if r[1] < 15 and r[2] < 15])
    trend = measure(place, "few.csv", "--trend", "elapsed", "--min-people", "1")["trends"][0]
    checks.check("too few people for a trend", not trend["terms"] and trend["why"] == "fewer than 20 people", trend)
    for words, code, said in [
            (["ages.csv", "--trend", "age"], 2, 'each side has its own "age"; expected reference.age, probe.age'),
            (["ages.csv", "--trend", "elapsed", "--trend", "elapsed"], 2, '"elapsed" is asked for twice'),
            (["ages.csv", "--trend", "elapsed,elapsed"], 2, "names an attribute twice"),
            (["ages.csv", "--trend", "lower.height"], 3, 'X = "height"'),
            (["ages.csv", "--where", "lower.quality>50"], 2, "is made of both sides; expected the attribute itself"),
            (["ages.csv", "--horizon-against", "75"], 2, "years or months, such as 75y or 18m"),
            (["ages.csv", "--by", "lower.elapsed"], 2, "is no attribute of one side"),
            (["0.state", "1.state", "2.state", "--trend", "elapsed,lower.quality,mean.quality"], 2,
             'counted without "mean.quality"')]:
        run = place.run("verification", *words)
        checks.check(" ".join(words), run.code == code and said in run.err and run.err.count("\n") == 1, run)
checks.done()

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""coverage_tables.py STUDY.csv: the tables of doc/coverage.md, as Markdown, from the CSV of `plumbline coverage`: those of
trials of one class, those of whole tests, or both, as the study has them."""
import csv
import statistics
import sys

METHODS = ["pl", "pl-strict", "wilson", "wilson-dyadic", "cimat", "true-effect"]
WHOLE_METHODS = ["pl", "wilson", "vertex-bootstrap", "double-or-nothing", "delta"]
QUANTITIES = {("FMR", "threshold"): "FMR, fixed threshold", ("FNMR", "threshold"): "FNMR, fixed threshold",
              ("FMR", "target"): "FMR of the threshold found", ("FNMR", "target"): "FNMR at the FMR target",
              ("THRESHOLD", "target"): "threshold for the target", ("EER", ""): "EER", ("AUC", ""): "AUC",
              ("DPRIME", ""): "d'", ("DET", ""): "band of the DET"}
HELD_OUT = ["heavy", "het-strong", "noisy", "sessions", "roles", "communities", "ladder", "skewed", "mated-heavy",
            "mated-skewed"]


def read(path):
    """Of one class {(metric, model, pairing, people, samples, unequal, rate): {method: row}}; of whole tests
    {(model, pairing, people, samples, unequal, rate, clustered): {(statistic, at): {method: row}}}."""
    cells, wholes = {}, {}
    with open(path, encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            key = tuple(row[k] for k in ("model", "pairing", "people", "samples", "unequal", "rate"))
            if row["family"]:
                tests = wholes.setdefault(key + (row["clustered"],), {})
                tests.setdefault((row["metric"], row["at"]), {})[row["method"]] = row
            else:
                cells.setdefault((row["metric"],) + key, {})[row["method"]] = row
    return cells, wholes


def number(row, key):
    return float(row[key]) if row[key] else None


def common(row):
    """Whether three or more of the people who carry the rate are sampled on average."""
    return row["holders"] == "" or float(row["holders"]) >= 3


def summary(rows):
    """mean / least / share of the kinds at 93 % or more / median width."""
    shares = [float(row["coverage"]) for row in rows]
    near = sum(100 * int(row["covered"]) >= 93 * int(row["replicates"]) for row in rows)
    width = statistics.median(float(row["width"]) for row in rows)
    return f"{100 * statistics.mean(shares):.1f} / {100 * min(shares):.1f} / {100 * near / len(rows):.0f} % / {width:.2f}"


def table(head, rows):
    print("| " + " | ".join(head) + " |")
    print("|" + "---|" * len(head))
    for row in rows:
        print("| " + " | ".join(row) + " |")
    print()


def choose(cells, test):
    return [cell for cell in cells.values() if test(next(iter(cell.values())))]


def classes(cells, metric):
    bounds = [("all", 0, 1e99), ("< 10 errors", 0, 10), ("10 to 100", 10, 100), (">= 100", 100, 1e99)]
    rows = []
    for name, low, high in bounds:
        rows.append((f"{name}, 50 people or more", lambda r, low=low, high=high: r["metric"] == metric and
                     int(r["people"]) >= 50 and low <= float(r["errors"]) < high))
        if name == "all":
            rows.append(("of these: 3 carriers or more", lambda r: r["metric"] == metric and common(r) and
                         int(r["people"]) >= 50))
            rows.append(("of these: models of methods.md", lambda r: r["metric"] == metric and common(r) and
                         int(r["people"]) >= 50 and r["model"] not in HELD_OUT))
            rows.append(("of these: held-out models", lambda r: r["metric"] == metric and common(r) and
                         int(r["people"]) >= 50 and r["model"] in HELD_OUT))
    rows.append(("10 to 20 people", lambda r: r["metric"] == metric and int(r["people"]) <= 20))
    return rows


def print_classes(cells, metric):
    print(f"### {metric}\n")
    print("Mean / least coverage in per cent / share of the kinds of test with 93 % or more / median width.\n")
    rows = []
    for name, test in classes(cells, metric):
        chosen = choose(cells, test)
        if chosen:
            rows.append([name, str(len(chosen))] + [summary([cell[m] for cell in chosen]) for m in METHODS])
    table(["tests", "kinds"] + METHODS, rows)


def print_models(cells):
    print("### By model\n")
    print("50 people or more, 3 carriers or more; mean / least / share at 93 % or more / width. Misses of PL: truth "
          "above, below, mean per cent.\n")
    models = list(dict.fromkeys(key[1] for key in cells))
    rows = []
    for model in models:
        chosen = choose(cells, lambda r: r["model"] == model and int(r["people"]) >= 50 and common(r))
        if not chosen:
            continue
        pl = [cell["pl"] for cell in chosen]
        above = 100 * statistics.mean(int(r["truth_above"]) / int(r["replicates"]) for r in pl)
        below = 100 * statistics.mean(int(r["truth_below"]) / int(r["replicates"]) for r in pl)
        name = model + (" (held out)" if model in HELD_OUT else "")
        rows.append([name, str(len(chosen)), summary(pl), f"{above:.1f}, {below:.1f}"] +
                    [summary([cell[m] for cell in chosen]) for m in ("pl-strict", "wilson", "cimat")])
    table(["model", "kinds", "pl", "misses", "pl-strict", "wilson", "cimat"], rows)


def words(row):
    samples = ("~" if row["unequal"] == "1" else "") + f"{float(row['samples']):.2g}"
    pairing = "" if row["pairing"] == "all" else " " + row["pairing"]
    return f"{row['model']} {row['people']} x {samples}{pairing}"


def print_cells(cells, chosen, title):
    print(f"### {title}\n")
    rows = []
    for cell in chosen:
        pl = cell["pl"]
        holders = f"{float(pl['holders']):.1f}" if pl["holders"] else ""
        rows.append([words(pl), f"{float(pl['rate']):.0e}", f"{float(pl['errors']):.3g}",
                     f"{float(pl['design_effect']):.3g}", holders] +
                    [f"{100 * float(cell[m]['coverage']):.1f}" for m in METHODS] +
                    [f"{100 * int(pl['truth_above']) / int(pl['replicates']):.1f}", f"{float(pl['width']):.2f}"])
    table(["people x samples", "rate", "errors", "effect", "carriers"] + METHODS + ["pl: truth above", "pl: width"], rows)


def verdict(name, holds):
    return ["yes" if holds else "NO", name]


def print_requirement(cells):
    """What issue 3 asks of PL, over both rates."""
    chosen = choose(cells, lambda r: int(r["people"]) >= 50)
    frequent = [c for c in chosen if common(c["pl"])]
    shares = [float(c["pl"]["coverage"]) for c in chosen]
    least = min(float(c["pl"]["coverage"]) for c in frequent)
    near = sum(s >= .93 for s in shares) / len(shares)
    near_frequent = sum(float(c["pl"]["coverage"]) >= .93 for c in frequent) / len(frequent)
    width = statistics.median(float(c["pl"]["width"]) for c in chosen)
    mean, mean_frequent = statistics.mean(shares), statistics.mean(float(c["pl"]["coverage"]) for c in frequent)
    table(["holds", "what is asked of PL, 50 people or more"], [
        verdict(f"mean coverage 95 to 98 %: {100 * mean:.1f} % of {len(chosen)} kinds of test; {100 * mean_frequent:.1f} % "
                f"of the {len(frequent)} with 3 carriers or more", .95 <= mean <= .98),
        verdict(f"at least 93 % in 95 % of them: in {100 * near:.1f} %; with 3 carriers or more in "
                f"{100 * near_frequent:.1f} %", near >= .95),
        verdict(f"never below 91.5 % with 3 carriers or more: least {100 * least:.1f} %", least >= .915),
        verdict(f"median width at most 1.3: {width:.2f}", width <= 1.3)])


def whole_summary(rows):
    """mean / least / median width; how many kinds of test have an interval."""
    rows = [row for row in rows if row and row["coverage"]]
    if not rows:
        return ""
    shares = [float(row["coverage"]) for row in rows]
    widths = [float(row["width"]) for row in rows if row["width"]]
    width = f" / {statistics.median(widths):.2f}" if widths else ""
    return f"{100 * statistics.mean(shares):.1f} / {100 * min(shares):.1f}{width}"


def print_whole_summary(wholes, title, test):
    chosen = [quantities for key, quantities in wholes.items() if test(key)]
    if not chosen:
        return
    print(f"### {title}\n")
    print(f"Mean / least coverage in per cent / median width over {len(chosen)} kinds of test.\n")
    rows = []
    for key, name in QUANTITIES.items():
        line = [whole_summary([q.get(key, {}).get(m) for q in chosen]) for m in WHOLE_METHODS]
        if any(line):
            rows.append([name] + line)
    table(["what is held"] + WHOLE_METHODS, rows)


def whole_cell(row):
    if not row or not row["coverage"]:
        return ""
    given = sum(int(row[k]) for k in ("covered", "truth_above", "truth_below"))
    width = f" ({float(row['width']):.2f})" if row["width"] else ""
    return f"{100 * float(row['coverage']):.1f}{width}" + (f" of {given}" if given < int(row["replicates"]) else "")


def print_whole_tests(key, quantities):
    first = next(iter(next(iter(quantities.values())).values()))
    rows = []
    for which, name in QUANTITIES.items():
        methods = quantities.get(which)
        if not methods:
            continue
        row = next(iter(methods.values()))
        default = methods.get("pl")
        above = ""
        if default and default["coverage"]:
            given = sum(int(default[k]) for k in ("covered", "truth_above", "truth_below"))
            above = f"{100 * int(default['truth_above']) / given:.1f}"
        truth = f"{float(row['truth']):.4g}" if row["truth"] else ""
        varies = f"{float(row['deviation']):.2g}" if row["deviation"] else ""
        rows.append([name, truth, varies] + [whole_cell(methods.get(m)) for m in WHOLE_METHODS] + [above])
    clusters = ", with their clusters" if key[6] == "1" else ""
    print(f"**{words(first)}, FMR {float(key[5]):g}{clusters}** ({float(first['nonmated_trials']):,.0f} non-mated and "
          f"{float(first['mated_trials']):,.0f} mated comparisons)\n")
    table(["what is held", "truth", "varies by"] + WHOLE_METHODS + ["pl: truth above"], rows)


def print_wholes(wholes):
    print_whole_summary(wholes, "Whole tests without relatives, 50 people or more",
                        lambda key: int(key[2]) >= 50 and "families" not in key[0])
    print_whole_summary(wholes, "Whole tests without relatives, fewer than 50 people", lambda key: int(key[2]) < 50 and "families" not in key[0])
    print("### Every kind of whole test\n")
    print("Coverage in per cent, and the width in brackets; of so many tests where not all had an interval.\n")
    for key, quantities in wholes.items():
        print_whole_tests(key, quantities)


def group_rates(quantities, metric):
    """mean / least over the groups of a test."""
    rows = [m["pl"] for (statistic, at), m in quantities.items() if statistic == metric and at.startswith("group")]
    shares = [100 * float(row["coverage"]) for row in rows if row["coverage"]]
    return f"{statistics.mean(shares):.1f} / {min(shares):.1f}" if shares else ""


def group_number(quantities, statistic, at):
    row = quantities.get((statistic, at), {}).get("pl")
    return whole_cell(row) if row else ""


def print_groups(wholes):
    """Tests of several groups: rates, how far these lie apart, and how often no difference is rejected."""
    rates, numbers = [], []
    for key, quantities in wholes.items():
        first = next(iter(next(iter(quantities.values())).values()))
        name = f"{words(first)}, FMR {float(key[5]):g}"
        rejected = []
        for metric in ("FMR", "FNMR"):
            row = quantities[("NO_DIFFERENCE", metric)]["pl"]
            rejected.append(f"{100 - 100 * float(row['coverage']):.1f}")
        rates.append([name, group_rates(quantities, "FMR"), group_rates(quantities, "FNMR"), *rejected])
        numbers.append([name] + [f"{group_number(quantities, s, 'FMR')}; {group_number(quantities, s, 'FNMR')}"
                                 for s in ("MAX_MIN_RATIO", "MAX_MIN_DIFFERENCE", "MAX_GEOMEAN_RATIO", "GINI")] +
                       [group_number(quantities, s, "") for s in ("FDR", "INEQUITY", "GARBE")])
    print("### Groups\n")
    print("Rates within each group: mean / least coverage over the groups; and in how many tests of 100 \"no difference\" "
          "was rejected.\n")
    table(["tests", "FMR", "FNMR", "FMR: rejected", "FNMR: rejected"], rates)
    print("How far groups lie apart, of FMR; of FNMR: coverage and width.\n")
    table(["tests", "max / min", "max - min", "max / geometric mean", "Gini", "FDR", "inequity rate", "GARBE"], numbers)


def print_one_class(cells):
    print_requirement(cells)
    print_classes(cells, "FMR")
    print_classes(cells, "FNMR")
    print_models(cells)
    low = [c for c in cells.values() if int(c["pl"]["people"]) >= 50 and float(c["pl"]["coverage"]) < .93]
    low.sort(key=lambda c: float(c["pl"]["coverage"]))
    print_cells(cells, low, "Every kind of test with 50 people or more in which PL held the truth in less than 93 %")
    shown = ("mod", "strong", "wolves", "heavy", "communities")
    some = [c for k, c in cells.items() if k[1] in shown and
            (k[3], k[4], k[2]) in (("50", "5", "all"), ("100", "3", "all"), ("1000", "1", "all"))]
    print_cells(cells, some, "Some kinds of test in full")


def main():
    cells, wholes = read(sys.argv[1])
    if cells:
        print_one_class(cells)
    groups = {key: quantities for key, quantities in wholes.items() if ("NO_DIFFERENCE", "FMR") in quantities}
    if len(groups) < len(wholes):
        print_wholes({key: quantities for key, quantities in wholes.items() if key not in groups})
    if groups:
        print_groups(groups)


main()

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""test_outputs.py PROGRAM SCHEMA: what is written can be read: every result is one by its schema, and is rendered
again. No output takes the place of another. Names do no harm where they are shown. A result that cannot be true is
refused."""
import copy
import csv
import io
import json
import pathlib
import sys

from cases import CASES, FILES, SIMULATED
from driver import Checklist, Place, comparisons, many_systems

try:
    import jsonschema
    VALIDATOR = jsonschema.Draft202012Validator(json.loads(pathlib.Path(sys.argv[2]).read_text(encoding="utf-8")))
except ImportError:
    print("SKIPPED in part: this Python has no jsonschema (Debian: python3-jsonschema)")
    VALIDATOR = None

checks = Checklist()
GOOD = comparisons()
HEAD, *ROWS = GOOD.strip().split("\n")
SAMPLES = {0: [row for row in ROWS if row.split(",")[1] == "0"], 1: [row for row in ROWS if row.split(",")[1] == "1"]}
ALL = ["--json", "again.json", "--text", "r.txt", "--html", "r.html", "--csv", "r.csv", "--svg", "figures"]


def table(*classes, system=None):
    """Comparisons of the classes alone, perhaps of a system."""
    return [f"{system},{row}" if system else row for kind in classes for row in SAMPLES[kind]]


def result_holds(place, title, words, codes=(0,)):
    """Measures, validates, reads and renders; answers the result."""
    run = place.run(*words, "--json", "r.json")
    if not checks.check(f"{title}: measured", run.code in codes, run):
        return {}
    result = json.loads(place.read("r.json"))
    errors = [f"{e.json_path}: {e.message}" for e in VALIDATOR.iter_errors(result)] if VALIDATOR else []
    checks.none(f"{title}: a result by the schema", errors[:3])
    run = place.run("report", "r.json", *ALL)
    if checks.check(f"{title}: rendered", run.code == 0, run):
        checks.check(f"{title}: read in full", place.read("again.json") == place.read("r.json"))
    return result


def coverage():
    """A study of coverage is a result too, but for the page; one that cannot be true is refused."""
    with Place() as place:
        words = ["coverage", "--model", "wolves,mated-mod", "--people", "30", "--samples", "2", "--rate", "0.1,0.01",
                 "--replicates", "40"]
        run = place.run(*words, "--json", "r.json", "--text", "r.txt", "--csv", "r.csv", "--svg", "figures")
        if not checks.check("coverage: measured", run.code == 0, run):
            return
        whole = json.loads(place.read("r.json"))
        errors = [f"{e.json_path}: {e.message}" for e in VALIDATOR.iter_errors(whole)] if VALIDATOR else []
        checks.none("coverage: a result by the schema", errors[:3])
        checks.equal("coverage: cells", [(c["metric"], c["rate"]) for c in whole["coverage"]],
                     [("FMR", .1), ("FMR", .01), ("FNMR", .1), ("FNMR", .01)])
        run = place.run("report", "r.json", *ALL)
        checks.check("coverage: rendered", run.code == 0, run)
        checks.check("coverage: read in full", place.read("again.json") == place.read("r.json"))
        rows = list(csv.DictReader(io.StringIO(place.read("r.csv"))))
        checks.equal("coverage: rows", len(rows), sum(len(c["methods"]) for c in whole["coverage"]))
        checks.check("coverage: shares", all(abs(float(r["coverage"]) - int(r["covered"]) / 40) < 1e-12 for r in rows))
        checks.check("coverage: a page", "Coverage by class of tests" in place.read("r.html"))
        checks.equal("coverage: beside another", place.run("report", "r.json", "r.json").code, 2)
        wrong = [("replicates", 0), ("metric", "AUC"), ("pairing", "some"), ("rate", 2), ("holders", None),
                 ("unequal", 1), ("people", -1), ("model", None), ("methods", [{}]), ("design_effect", "1")]
        for key, value in wrong:
            false = copy.deepcopy(whole)
            false["coverage"][0][key] = value
            place.put("false.json", json.dumps(false))
            checks.equal(f"coverage: {key} {value} is refused", place.run("report", "false.json").code, 3)
        false = copy.deepcopy(whole)
        false["coverage"][0]["methods"][0]["covered"] = 41
        place.put("false.json", json.dumps(false))
        checks.equal("coverage: more tests than there were", place.run("report", "false.json").code, 3)
        false = copy.deepcopy(whole)
        false["test"]["type"] = "verification"
        place.put("false.json", json.dumps(false))
        checks.equal("coverage: of a test that is none", place.run("report", "false.json").code, 3)


def every_case():
    with Place() as place:
        for name, content in FILES.items():
            place.put(name, content)
        place.simulate("simulated.csv", *SIMULATED)
        run = place.run("verification", "simulated.csv", "--json", "one.json", "--fmr", "0.01")
        checks.check("a result to take thresholds from", run.code == 0, run)
        for name, code, words in CASES:
            if not words.startswith("verification") or code > 1:
                continue
            line = words.replace("{threads}", "").replace("--json -", "").replace("--csv -", "").split()
            result_holds(place, name, [word.replace("_", " ") for word in line], (0, 1))


def one_class():
    """A trade-off needs both classes, a distribution of scores does not."""
    with Place() as place:
        for kind, name, threshold in [(0, "nonmated", "30"), (1, "mated", "60")]:
            place.put(f"{name}.csv", "\n".join([HEAD, *table(kind)]) + "\n")
            place.put(f"{name}-far.csv", "\n".join([HEAD.replace("score", "distance"), *table(kind)]) + "\n")
            for file in [f"{name}.csv", f"{name}-far.csv"]:
                result = result_holds(place, file, ["verification", file, "--threshold", threshold])
                checks.equal(f"{file}: curves", [curve["kind"] for curve in result["curves"]], ["SCORES"])
                checks.check(f"{file}: a figure of it", "scores" in str(list((place.path / "figures").iterdir())))
        for kind in [0, 1]:
            rows = table(0, 1, system="a") + table(kind, system="b") + table(0, 1, system="c")
            place.put("systems.csv", "\n".join(["system," + HEAD, *rows]) + "\n")
            result = result_holds(place, f"one system of class {kind}",
                                  ["verification", "systems.csv", "--threshold", "60"])
            checks.equal("its curves", [(c["kind"], c["system"]) for c in result["curves"]],
                         [("DET", "a"), ("SCORES", "a"), ("SCORES", "b"), ("DET", "c"), ("SCORES", "c")])
        text = many_systems(2000, 10) + "".join(f"odd,{k / 100},0\n" for k in range(30))
        place.put("many.csv", text)
        result = result_holds(place, "thousands of systems", ["verification", "many.csv", "--fmr", "0.1"])
        checks.equal("all but one have a trade-off", len([c for c in result["curves"] if c["kind"] == "DET"]), 2000)


def refused(place, words, sentence, **how):
    before = place.listing()
    run = place.shell(words, **how)
    checks.check(words, run.code == 2 and sentence in run.err and run.err.count("\n") == 1 and run.out == "", run)
    checks.equal(f"{words}: nothing is written", place.listing(), before)


def one_place():
    """Two outputs in one place, however they are spelled."""
    with Place(good__csv=GOOD) as place:
        (place.path / "sub").mkdir()
        (place.path / "figs").mkdir()
        place.shell("ln -s sub other; ln -s new.json link; ln -s link link2; ln -s figs/det.svg far; ln -s figs pictures")
        measure = "plumbline verification good.csv"
        for words in ["--json same --csv ./same", "--text same --html $PWD/same", "--json sub/x --csv other/x",
                      "--json sub/../x --csv x", "--json link --csv new.json", "--json link2 --text ./new.json",
                      "--json link --html link2", "--json nowhere/x --csv nowhere/x"]:
            refused(place, f"{measure} {words}", "cannot both go to")
        for words in ["--json figs/det.svg", "--text figs/sub/../any.svg", "--csv far", "--html pictures/x.svg"]:
            (place.path / "figs" / "sub").mkdir(exist_ok=True)
            refused(place, f"{measure} --svg figs {words}", "could be overwritten by a figure of --svg figs")
        refused(place, f"{measure} --svg fresh --json fresh/det.svg", "could be overwritten")
        for words in ["--svg x --json x", "--svg x/ --json ./x", "--svg figs --text pictures"]:
            refused(place, f"{measure} {words}", "and --svg cannot both go to")
        refused(place, "plumbline simulate -o ss.csv --truth ./ss.csv", "--output and --truth cannot both go to")
        refused(place, "plumbline verification - --csv ./good.csv <good.csv",
                "would overwrite what is read from standard input")
        refused(place, "plumbline verification ./good.csv --csv good.csv", "would overwrite what is read from")
        refused(place, "touch out; plumbline verification good.csv --text - --json out >out; c=$?; rm out; exit $c",
                "--json and --text cannot both go to out")
        links = {"ln -s ../r.json figs/det.svg": "--json r.json is the same file as figs/det.svg",
                 "ln -s ../far.json figs/scores-2.svg": "--json $PWD/far.json is the same file",
                 "echo >r.json; ln r.json figs/det.svg": "--json r.json is the same file as figs/det.svg",
                 "ln -s ../good.csv figs/det.svg": "figs/det.svg is the same file as good.csv, which is read",
                 "ln good.csv figs/det.svg": "figs/det.svg is the same file as good.csv, which is read",
                 "ln -s scores.svg figs/det.svg": "figs/det.svg leads to scores.svg, which may be another figure",
                 "ln -s ../sub/../figs/scores.svg figs/det.svg": "figs/det.svg leads to scores.svg"}
        for link, sentence in links.items():
            place.shell(link)
            path = "$PWD/far.json" if "far" in link else "r.json"
            refused(place, f"{measure} --svg figs --json {path}",
                    sentence.replace("$PWD", str(place.path)))
            place.shell("rm -f figs/*.svg r.json")
        place.shell("ln -s det.svg figs/latest.svg; ln -s ../old.svg figs/plan.svg")
        for words in ["--svg figs --json x", "--json same --csv same.csv", "--json x --csv sub/x", "--json /dev/null --csv /dev/null",
                      "--svg figs --json figs/r.json", "--svg figs --json det.svg", "--json link --csv link.csv"]:
            run = place.shell(f"{measure} {words}")
            checks.check(f"two places: {words}", run.code == 0, run)


BAD = "a\x1b[31m\nb\u009b\u202ec\u2028"


def harmless(text):
    return not any(c in text for c in "\x1b\x07\u009b\u202e\u2028\u2066\u200f")


def names():
    with Place() as place:
        place.put(f"{BAD}.csv", GOOD)
        run = place.run("check", f"{BAD}.csv", f"{BAD}-.csv")
        checks.check("check of a strange name", run.code == 3 and harmless(run.out + run.err) and run.err == "", run)
        run = place.run("check", f"{BAD}.csv")
        checks.check("its first line", run.code == 0 and run.out.split("\n")[0] == "a?[31m?b??c?.csv", run)
        place.put(f"{BAD}-bad.csv", "score,mated\nx,1\n")
        run = place.run("check", f"{BAD}-bad.csv")
        checks.check("its problems", run.code == 3 and "a?[31m?b??c?-bad.csv:2:1: " in run.out and harmless(run.out), run)
        run = place.run("verification", f"{BAD}.csv", "--system", f"{BAD}\x07", *ALL)
        checks.check("measured", run.code == 0 and harmless(run.err), run)
        for name in ["again.json", "r.txt", "r.html", "r.csv", *[f"figures/{p.name}" for p in
                                                                   (place.path / "figures").iterdir()]]:
            checks.check(f"{name} is harmless", harmless(place.read(name)))
        checks.check("the name is whole in JSON", json.loads(place.read("again.json"))["estimates"][0]["system"]
                     == f"{BAD}\x07")
        rows = list(csv.DictReader(io.StringIO(place.read("r.csv"))))
        checks.equal("and to be told apart in CSV", {row["system"] for row in rows},
                     {r"a\u{1b}[31m\u{a}b\u{9b}\u{202e}c\u{2028}\u{7}"})
        run = place.run("verification", f"{BAD}.csv", f"--nosuch{BAD}")
        checks.check("a strange option", run.code == 2 and harmless(run.err) and run.err.count("\n") == 1, run)
        for name, cell in [("=1+1", "'=1+1"), ("+1", "'+1"), ("-1", "'-1"), ("@x", "'@x"), ("\tx", r"\u{9}x"),
                           ('=a,"b"', "'=a,\"b\""), ("a=1", "a=1"), ("'x", "'x"), (" =1", " =1")]:
            run = place.run("verification", f"{BAD}.csv", f"--system={name}", "--csv", "-", "--threshold=-0.5")
            rows = list(csv.DictReader(io.StringIO(run.out)))
            checks.equal(f"system {name!r} in CSV", {row["system"] for row in rows}, {cell})
            checks.check("numbers are not touched", rows[0]["threshold"] == "-0.5" or "-0.5" in
                         {row["threshold"] for row in rows}, rows[0])


# where, what it becomes, the words of the message
IMPOSSIBLE = [
    (("estimates", 0, "value"), 0.25, "estimates[0].value is a number; expected errors / trials"),
    (("estimates", 0, "value"), -0.5, "estimates[0].value is a number; expected a number from 0 to 1"),
    (("estimates", 0, "value"), 2, "estimates[0].value is "),
    (("estimates", 0, "trials"), 0, "estimates[0]"),
    (("estimates", 0, "metric"), "XMR", "estimates[0].metric is a text; expected a metric that is known"),
    (("estimates", 0, "target"), {"metric": "XMR", "at_most": 0.1}, "estimates[0].target.metric"),
    (("estimates", 0, "target"), {"metric": "FMR", "at_most": 1.5}, "estimates[0].target.at_most"),
    (("estimates", 0, "status"), "fine", "estimates[0].status"),
    (("estimates", 0, "bracket"), [0.5, 0.25], "estimates[0].bracket"),
    (("estimates", 0, "interval", "lower"), -0.1, "estimates[0].interval.lower"),
    (("estimates", 0, "interval", "upper"), 1.1, "estimates[0].interval.upper"),
    (("estimates", 0, "interval", "lower"), 0.99, "estimates[0].interval is an object; expected lower <= upper"),
    (("estimates", 0, "interval", "level"), 95, "estimates[0].interval.level"),
    (("estimates", 0, "interval", "design_effect"), -1, "estimates[0].interval.design_effect"),
    (("estimates", 0, "interval", "df"), -1, "estimates[0].interval.df"),
    (("estimates", 0, "interval", "worst_case"), [0, 1.5], "estimates[0].interval.worst_case"),
    (("estimates", 0, "interval", "worst_case"), [0.5, 0.25], "estimates[0].interval.worst_case"),
    (("curves", 0, "points", 0, "fmr_band"), [0, 2], "curves[0].points[0].fmr_band"),
    (("test", "type"), "guess",
     "test.type is a text; expected verification, identification, deployment, coverage or plan"),
    (("test", "direction"), "up", "test.direction is a text; expected similarity, dissimilarity or null"),
    (("test", "evaluation"), "lab", "test.evaluation is a text; expected technology"),
]


def impossible():
    with Place(good__csv=GOOD) as place:
        run = place.run("verification", "good.csv", "--threshold", "30", "--json", "r.json")
        checks.check("a result", run.code == 0, run)
        good = json.loads(place.read("r.json"))
        checks.equal("its first estimate", (good["estimates"][0]["metric"], good["estimates"][0]["status"]), ("FMR", "ok"))
        for path, value, words in IMPOSSIBLE:
            edited = copy.deepcopy(good)
            inner = edited
            for step in path[:-1]:
                inner = inner[step]
            inner[path[-1]] = value
            place.put("edited.json", json.dumps(edited))
            run = place.run("report", "edited.json", "--html", "r.html")
            checks.check(f"{path} = {value}", run.code == 3 and run.left == [] and
                         run.err.startswith(f"plumbline report: edited.json: {words}"), run)


every_case()
coverage()
one_class()
one_place()
names()
impossible()
checks.done()

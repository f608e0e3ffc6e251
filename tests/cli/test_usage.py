#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""test_usage.py PROGRAM: command lines that people really try and that are wrong. Each gives the right exit code (2
the words, 3 the data, 5 the system) and one line that says what was seen and what was expected; nothing is written."""
import json

from driver import Checklist, Place

V, C, P, K = "verification a.csv", "compare a.csv c.csv", "plan", "coverage --people 30 --samples 2 --replicates 20"
CLAIM = '; expected for instance "FMR <= 1e-4 at threshold 0.6" or "FNMR <= 0.5% at FMR 0.05%"'
LIMIT = 'the limit is a rate below 1, such as 0.005 or 0.5%, and only "at" may follow it' + CLAIM
TARGET = "an FMR target is a rate below 1, such as 0.001 or 0.1%" + CLAIM
RATES = "expected rates below 1 with decimal points, and commas between them, such as 1e-3,0.1%"
LEVEL = "expected a confidence from 0.5 to 0.999999999, such as 0.95 or 95%"
JSON = "expected a result file in JSON"

# the words of the command line, a last one with blanks apart; the exit code; what the line has
CASES = [
    # percent, commas, shares
    (f"{V} --level 95", None, 2, f'--level: "95" is not understood; {LEVEL}'),
    (f"{V} --level 0,95", None, 2, f'--level: "0,95" is not understood; {LEVEL}'),
    (f"{V} --level 1", None, 2, LEVEL),
    (f"{V} --fmr 0,01", None, 2, f'--fmr: "0,01" is not understood; {RATES}'),
    (f"{V} --fmr 0,1%", None, 2, RATES),
    (f"{V} --fmr 1", None, 2, RATES),
    (f"{V} --fmr 1/1000", None, 2, RATES),
    (f"{V} --fmr 1e-3,,1e-4", None, 2, RATES),
    (f"{V} --fmr=", None, 2, RATES),
    (f"{V} --threshold 0,5", None, 2, '--threshold: "0,5" is not understood; expected numbers with decimal points'),
    (f"{V} --threshold nan", None, 2, "expected numbers with decimal points, and commas between them"),
    (f"{V} --replicates 1,000", None, 2, "expected a whole number from 100 to 1000000"),
    (f"{V} --replicates 1e4", None, 2, "expected a whole number from 100 to 1000000"),
    (f"{V} --replicates 0", None, 2, "expected a whole number from 100 to 1000000"),
    (f"{V} --level", None, 2, "--level needs a value"),
    (f"{C} --margin 5", None, 2, "expected a rate above 0, such as 0.5%"),
    (f"{C} --margin 0,5%", None, 2, "expected a rate above 0, such as 0.5%"),
    (f"{C} --level 95", None, 2, LEVEL),
    (f"{C} --fmr 0,001", None, 2, RATES),
    (f"{K} --rate 5", None, 2, '--rate: "5" is not understood; expected rates'),
    (f"{K} --rate 0,1", None, 2, "expected 1e-9 to 0.5"),
    (f"{K} --rate 0.1 --level 95", None, 2, LEVEL),
    (f"{P} --claim FNMR<=5% --power 80", None, 2, "expected a chance from 0.5 to 0.999, such as 0.8 or 80%"),
    # claims
    (f"{V} --claim", "", 2, '"" is not a claim: claims are about FMR or FNMR' + CLAIM),
    (f"{V} --claim", "EER <= 5%", 2, '"EER <= 5%" is not a claim: claims are about FMR or FNMR'),
    (f"{V} --claim", "accuracy >= 99%", 2, "claims are about FMR or FNMR"),
    (f"{V} --claim", "FNMR", 2, "the rate is followed by <= and its limit" + CLAIM),
    (f"{V} --claim", "FNMR < 5%", 2, "the rate is followed by <= and its limit"),
    (f"{V} --claim", "FNMR >= 5% at FMR 1%", 2, "the rate is followed by <= and its limit"),
    (f"{V} --claim", "FNMR <= 5 at FMR 1%", 2, LIMIT),
    (f"{V} --claim", "FNMR <= 100% at FMR 1%", 2, LIMIT),
    (f"{V} --claim", "FNMR <= 5 percent at FMR 1%", 2, LIMIT),
    (f"{V} --claim", "FMR <= 1/1000 at threshold 1", 2, LIMIT),
    (f"{V} --claim", "FNMR <= 0,5% at FMR 0,1%", 2, "decimals are written with a point" + CLAIM),
    (f"{V} --claim", "FNMR <= 5% at FMR 1", 2, TARGET),
    (f"{V} --claim", "FNMR <= 5% at FMR 1 in 1000", 2, TARGET),
    (f"{V} --claim", "FNMR <= 5% at threshold high", 2, "a threshold is one number" + CLAIM),
    (f"{V} --claim", "FNMR <= 5% at 1% FMR", 2, 'what follows "at" is "threshold T" or "FMR X"' + CLAIM),
    (f"{V} --claim", "FNMR <= 5%", 2, 'add "at threshold T", "at FMR X", or give one threshold'),
    (f"{V} --claim", "FMR <= 1% at FMR 1%", 2, "--threshold-from"),
    (P, None, 2, "no claim to plan for"),
    (f"{P} --claim", "FNMR <= 5", 2, '"FNMR <= 5" is not a claim: the limit is a rate below 1'),
    (f"{P} --claim", "FNMR <= 0%", 2, "expected a limit above 0 and at most 50 %"),
    # thresholds from other data
    (f"{V} --threshold-from nosuch.json", None, 5, "nosuch.json: could not open: No such file or directory"),
    (f"{V} --threshold-from .", None, 5, ".: could not read: Is a directory"),
    (f"{V} --threshold-from a.csv", None, 3, f"a.csv:1:1: unexpected character; {JSON}"),
    (f"{V} --threshold-from cut.json", None, 3, f": the text ends too early; {JSON}"),
    (f"{V} --threshold-from empty.json", None, 3, f"empty.json:1:1: the text ends too early; {JSON}"),
    (f"{V} --threshold-from list.json", None, 3, "the whole file is an array; expected an object"),
    (f"{V} --threshold-from plan.json", None, 3,
     'plan.json has no threshold that was set for an FMR target; expected the result of "plumbline verification --fmr X"'),
    (f"{V} --threshold-from coverage.json", None, 3, "coverage.json has no threshold that was set for an FMR target"),
    (f"{V} --threshold-from a.json", None, 3, "a.json was measured on this same data (equal digests)"),
    (f"{V} --threshold-from compared.json", None, 3, "compared.json was measured on this same data"),
    (f"{V} --threshold-from dev.json --dissimilarity", None, 3, "its scores are similarities, those measured here"),
    (f"{V} --threshold-from dev.json --threshold-from dev.json", None, 2, "given twice; expected it once"),
    (f"{V} --threshold-from dev.json --json dev.json", None, 2, "would overwrite what is read from dev.json"),
    (f"{V} --threshold-from dev.json --system x", None, 3, 'none for "x"'),
    (f"{V} --threshold-from dev.json --claim", "FNMR <= 5% at FMR 3%", 2, "no threshold that meets this FMR target; it has"),
    # names that do not exist
    (f"{V} --interval bootstrap", None, 2, 'the interval "bootstrap" is not known; expected pl, pl-strict'),
    (f"{V} --cluster famly", None, 3, 'a.csv:1: no columns probe_X and reference_X with X = "famly"'),
    (f"{V} --map score=skore", None, 3, 'no column "skore", which --map names; the columns are'),
    (f"{V} --replicate 100", None, 2, "unknown option --replicate; did you mean --replicates?"),
    (f"{K} --rate 0.1 --interval foo", None, 2, '"foo" is no interval; expected pl'),
    (f"{K} --rate 0.1 --model foo", None, 2, '"foo" is no model'),
    (f"{C} --reference nosuch", None, 2, 'there is no system "nosuch" to compare with'),
    (f"{C} --threshold 1,2,3", None, 2, "3 thresholds for 2 systems"),
    ("verfication a.csv", None, 2, '"verfication" is no command; did you mean verification?'),
    # files
    ("verification nosuch.csv", None, 5, "nosuch.csv: could not open: No such file or directory"),
    ("verification dev.json", None, 3, 'this is a result of plumbline; expected the comparison scores ("plumbline report"'),
    ("verification .", None, 3, ".: this is a folder; expected a file of comparison scores"),
    ("compare a.csv", None, 3, "there is one system to compare; expected two"),
    ("compare a.csv a.csv", None, 2, "a.csv is named twice"),
    (f"{P} --claim FNMR<=5% --pilot a.csv", None, 3, f"a.csv:1:1: unexpected character; {JSON}"),
    (f"{P} --claim FNMR<=5% --pilot plan.json", None, 3, "expected a result of plumbline verification"),
    ("report cut.json", None, 3, f"the text ends too early; {JSON}"),
    (f"{V} --json r.json --svg a.csv", None, 5, "a.csv: could not be a folder of figures: Not a directory"),
    (f"{V} --json r.json --svg no/such", None, 5, "no/such: could not be a folder of figures: No such file or directory"),
    (f"{V} --json no/such.json", None, 5, "no/such.json: could not be written: No such file or directory"),
    (f"{V} --threshold-from dev.json --json /dev/full", None, 5, "/dev/full: could not write: No space left on device"),
    (f"{C} --fmr 0.1 --csv /dev/full", None, 5, "/dev/full: could not write: No space left on device"),
    (f"{K} --rate 0.1 --json /dev/full", None, 5, "/dev/full: could not write: No space left on device"),
]

checks = Checklist()
with Place() as place:
    place.simulate("a.csv", "--people", "20", "--samples", "2", "--seed", "3")
    place.simulate("c.csv", "--people", "20", "--samples", "2", "--seed", "4")
    place.simulate("dev.csv", "--people", "30", "--samples", "2", "--seed", "5")
    for words in ("verification dev.csv --replicates 100 --json dev.json", "verification a.csv --replicates 100 --json a.json",
                  "compare a.csv c.csv --fmr 0.1 --replicates 100 --json compared.json",
                  "plan --claim FNMR<=5% --json plan.json", f"{K} --rate 0.1 --json coverage.json"):
        run = place.run(*words.split())
        checks.check(words, run.code == 0, run)
    place.put("cut.json", place.read("dev.json")[:3000])
    place.put("empty.json", "")
    place.put("list.json", json.dumps([]))
    for words, last, code, wanted in CASES:
        command = words.split()[0]
        run = place.run(*words.split(), *([] if last is None else [last]))
        title = words if last is None else f"{words} '{last}'"
        name = "plumbline" if command == "verfication" else f"plumbline {command}"
        checks.check(title, run.code == code and run.err.startswith(f"{name}: ") and run.err.count("\n") == 1
                     and wanted in run.err and run.out == "" and run.left == [] and run.lost == [], run)
    for words in ("verification a.csv --threshold-from dev.json", "compare a.csv c.csv", f"{K} --rate 0.1", "report dev.json"):
        run = place.shell(f"plumbline {words} | head -c 0; echo ${{PIPESTATUS[0]}}")
        checks.check(f"{words} | nobody", run.out == "5\n" and run.err.count("\n") == 1 and run.left == [], run)
    run = place.run("verification", "a.csv", "--claim", "FNMR <= 90% at FMR 1%", "--claim", "fnmr<=0.9 at fmr 1e-2",
                    "--replicates", "100", "--json", "-")
    checks.check("a claim made twice is one", len(json.loads(run.out)["claims"]) == 1, run)
checks.done()

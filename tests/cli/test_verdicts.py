#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""test_verdicts.py PROGRAM: what stands beside a verdict and a threshold from other data, as a reader meets it: the same
data under other bytes are refused; a claim names its threshold and its level; failures and doubts go with it."""
import gzip
import html
import random
import re

from driver import Checklist, Place

checks = Checklist()
HEADER = "reference_subject,probe_subject,mated,score,status\n"


def flat(text):
    return " ".join(text.split())


def in_short(page):
    return [html.unescape(re.sub(r"<[^>]*>", "", line)).replace("\u00a0", " ") for line in re.findall(r"<li><strong>Claim.*?</li>", page)]


def failing(people):
    """A test of which four in fifteen mated comparisons failed."""
    draw = random.Random(1)
    rows = [HEADER]
    for k in range(3 * people):
        who = f"p{k // 3}"
        status = "ok" if k % 15 >= 4 else "failed-to-compare"
        rows.append(f"{who},{who},1,{draw.gauss(4, 1):.6f},ok\n" if status == "ok" else f"{who},{who},1,,{status}\n")
    for k in range(20 * people):
        one, other = draw.sample(range(people), 2)
        rows.append(f"p{one},p{other},0,{draw.gauss(0, 1):.6f},ok\n")
    return "".join(rows)


with Place() as place:
    place.simulate("dev.csv", "--people", "60", "--samples", "2", "--seed", "1")
    place.simulate("other.csv", "--people", "60", "--samples", "2", "--seed", "2")
    place.run("verification", "dev.csv", "--fmr", "0.01", "--replicates", "100", "--json", "dev.json", "--text", "t")
    header, *rows = place.read("dev.csv").splitlines()
    random.Random(4).shuffle(rows)
    renamed = "\n".join([header] + [row.replace("P0", "Q9") for row in rows]) + "\n"
    (place.path / "dev2.csv.gz").write_bytes(gzip.compress(renamed.encode()))
    run = place.run("verification", "dev2.csv.gz", "--threshold-from", "dev.json", "--digest", "none")
    checks.check("the same data under other bytes", run.code == 3 and "measured on this same data" in run.err, run)
    more = place.read("other.csv").splitlines()[1:]
    renamed = [row.replace("P0", "Q9") for row in rows]
    for title, part, code in (("within", more + renamed, 3), ("the other way round", renamed[:1000], 3),
                              ("a little", more + renamed[:300], 0), ("nothing", more, 0)):
        place.put("part.csv", "\n".join([header] + part) + "\n")
        run = place.run("verification", "part.csv", "--threshold-from", "dev.json", "--replicates", "100", "--text", "-")
        wanted = {"nothing": "", "a little": "more than by chance"}.get(title, "measured on part of these same comparisons")
        checks.check(f"comparisons in both: {title}", run.code == code and wanted in flat(run.out + run.err), run)
        checks.check(f"comparisons in both: {title}: said only then",
                     ("more than by chance" in flat(run.out)) == (title == "a little"), run)
    for name, seed in (("coarse1", "1"), ("coarse2", "2")):
        place.simulate(f"{name}.csv", "--people", "60", "--samples", "2", "--seed", seed)
        text = place.read(f"{name}.csv")
        place.put(f"{name}.csv", re.sub(r"(-?\d+\.\d\d)\d*$", r"\1", text, flags=re.M))
    place.run("verification", "coarse1.csv", "--fmr", "0.01", "--replicates", "100", "--json", "coarse.json")
    run = place.run("verification", "coarse2.csv", "--threshold-from", "coarse.json", "--replicates", "100", "--text", "-")
    checks.check("coarse scores coincide by chance", run.code == 0 and "more than by chance" not in flat(run.out), run)
    run = place.run("verification", "other.csv", "--threshold-from", "dev.json", "--claim", "FMR<=90% at fmr 1%",
                    "--html", "r.html", "--text", "-")
    said = flat(run.out)
    checks.check("other data are measured", run.code == 0 and "whose scores are not these" in said, run)
    checks.check("no more is claimed than is known",
                 "Nobody can see here whether the same people" in said and "set on other data" not in said, run)
    checks.check("nor by the verdict", "whether people are in both tests cannot be seen" in said, run)
    checks.equal("the claim can be read by itself", in_short(place.read("r.html")),
                 ["Claim shown at one-sided 97.5 %. FMR<=90% at the threshold set for FMR <= 1% on dev.json"])
    run = place.run("verification", "other.csv", "--claim", "FMR <= 0.1% at FMR 0.1%")
    checks.check("the message names the option", run.code == 2 and "--threshold-from" in run.err, run)

with Place() as place:
    place.put("failing.csv", failing(100))
    run = place.run("verification", "failing.csv", "--claim", "FNMR <= 10% at threshold 0", "--html", "r.html",
                    "--text", "-")
    beside = "ailures are not in FNMR: 80 of 300 mated comparisons failed, and FRR, which has them, is 26."
    checks.check("failures stand beside the claim", run.code == 0 and "f" + beside in flat(run.out), run)
    checks.check("and on the page", "F" + beside in "".join(in_short(place.read("r.html"))), place.read("r.html")[:9000])

with Place() as place:
    place.simulate("few.csv", "--people", "12", "--samples", "2", "--seed", "3")
    run = place.run("verification", "few.csv", "--claim", "FMR <= 90%", "--threshold", "2", "--html", "r.html",
                    "--text", "-", "--min-people", "13")
    doubt = "few people (fewer than 20): the interval may be too narrow"
    claims = flat(run.out.split("\nClaims\n")[1].split("How to read")[0])
    checks.check("doubts stand beside the claim", run.code == 0 and "; caution: " + doubt in claims, run)
    short = "".join(in_short(place.read("r.html")))
    checks.check("and on the page", "FMR <= 90% at threshold 2. Caution: " + doubt in short, short)
    checks.check("what is withheld says why", re.search(r"FMR( +too few){3}", run.out), run)
    place.put("alone.csv", HEADER + "".join(f"a{k},b{k},0,{k % 7},ok\nm{k},m{k},1,{9 + k % 5},ok\n" for k in range(40)))
    run = place.run("verification", "alone.csv", "--text", "-")
    checks.check("nobody comes twice", "Nobody takes part in more than one comparison" in flat(run.out), run)
    place.put("two.csv", HEADER + "x,x,1,5,ok\ny,y,1,4,ok\nx,y,0,1,ok\ny,x,0,2,ok\n")
    run = place.run("verification", "two.csv", "--threshold", "3", "--text", "-")
    for metric in ["EER", "AUC"]:
        checks.check(f"no {metric} of two people", re.search(rf"^ *{metric} +unsupported ", run.out, re.M), run)
    checks.check("nor is there a reason that is none", "this version gives no interval" not in flat(run.out), run)
checks.done()

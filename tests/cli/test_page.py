#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""test_page.py PROGRAM: the report page is one file that runs nothing, fetches nothing and names nobody, and its figures
are those that --svg writes. The figure of the README is the one that the demo makes."""
import base64
import hashlib
import html
import os
import re

from driver import HERE, Checklist, Place

checks = Checklist()
README_FIGURE = HERE.parents[1] / "doc" / "det.svg"
DEMO = ["--people", "300", "--samples", "4", "--seed", "1"]

with Place() as place:
    place.simulate("scores.csv", *DEMO)
    run = place.run("verification", "scores.csv", "--threshold", "3.090233", "--html", "r.html", "--svg", "figures")
    checks.check("page and figures", run.code == 0 and "work/figures/det.svg" in run.left, run)
    page = place.read("r.html")
    policy = html.unescape(re.search(r'Content-Security-Policy" content="([^"]*)"', page).group(1))
    checks.check("nothing is allowed but what the policy lists", "default-src 'none'" in policy, policy)
    for style in re.findall(r"<style>(.*?)</style>", page, re.S):
        digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        checks.check("the policy allows the style", f"'sha256-{digest}'" in policy, policy)
    checks.none("no script", re.findall(r"<script|javascript:|\son\w+=", page))
    checks.none("no inline style, which the policy forbids", re.findall(r"<\w+[^>]*\sstyle=[^>]*>", page)[:3])
    checks.none("nothing from elsewhere", re.findall(r'(?:src|href)="(?!#|data:)[^"]*"|url\([^)]*\)|@import', page)[:3])
    checks.none("nobody's id", re.findall(r"P0000\d\d", page)[:3])
    for figure in sorted((place.path / "figures").iterdir()):
        text = figure.read_text(encoding="utf-8")
        paths = re.findall(r' d="(M[^"]{40,})"', text)
        checks.check(f"{figure.name} is a figure", text.lstrip().startswith(("<svg", "<?xml")) and paths)
        checks.check(f"{figure.name} is drawn once", all(path in page for path in paths))
        checks.none(f"nobody's id in {figure.name}", re.findall(r"P0000\d\d", text)[:3])
    checks.check("every word is explained", all(f"<dt>{word}</dt>" in page for word in
                                                ["FMR", "FNMR", "EER", "AUC", "PL", "design effect"]))
    checks.check("a table behind every figure", page.count("<table") >= page.count("<svg"))
    if os.environ.get("PLUMBLINE_UPDATE") == "1":
        README_FIGURE.write_text(place.read("figures/det.svg"), encoding="utf-8")
    checks.equal("the figure of the README is the demo's", place.read("figures/det.svg"),
                 README_FIGURE.read_text(encoding="utf-8"))
with Place() as place:
    place.simulate("few.csv", "--people", "12", "--samples", "2", "--seed", "3")
    scores, target = place.path / "few.csv", place.path / "few.html"
    run = place.run("verification", str(scores), "--html", str(target), "--text", "few.txt", "--json", "few.json")
    checks.check("a page of few people", run.code == 0, run)
    page, text = place.read("few.html"), place.read("few.txt")
    for name in ["False non-matches", "False matches", "Limit of this test"]:
        sentence = re.search(rf"<li><strong>{name}\.</strong>.*?</li>", page).group(0)
        checks.check(f"{name}: the sentence has its caveat", "ew people (fewer than 20)" in sentence, sentence)
    targets = "1 in 1,000, 1 in 10,000, 1 in 100,000 and 1 in 1,000,000"
    checks.check("targets out of reach are named once, in table and sentence",
                 page.count(f"are beyond this test (asked for: {targets})") == 2, page.count(targets))
    checks.check("no folder in page or text", str(place.path) not in page + text and "few.csv" in page)
    checks.check("no folder in text", f"Command         plumbline verification few.csv --html few.html" in text, text[-600:])
    checks.check("the result file has names as they were given", str(scores) in place.read("few.json"))
    run = place.run("verification", "few.csv", "--as", "cimat", "--fmr", "0.03", "--html", "line.html")
    checks.check("a page by the rules of cimat", run.code == 0, run)
    page = place.read("line.html")
    for name in ["False non-matches", "False matches"]:
        sentence = re.search(rf"<li><strong>{name}\.</strong>.*?</li>", page).group(0)
        checks.check(f"{name}: no threshold where a rate is read off a line", "without a threshold: F" in sentence
                     and "Cimat: " in sentence, sentence)
    checks.check("what is at the threshold is left to the notes", "the threshold, unless a note says otherwise" in page)
with Place() as place:
    place.simulate("s.csv", "--people", "60", "--samples", "2", "--seed", "5")
    run = place.run("verification", "s.csv", "--threshold", "2.5,3", "--fmr", "1e-2,1e-6", "--claim", "FMR <= 20% at threshold 2.5",
                    "--claim", "FMR <= 0.001% at threshold 2.5", "--claim", "FNMR <= 30% at FMR 1e-6", "--html", "asked.html")
    checks.check("a page with claims and thresholds", run.code == 1, run)
    page = place.read("asked.html")
    names = re.findall(r"<li><strong>(.*?)\.</strong>", page.split("What this does and does not say")[0])
    checks.equal("in short: claims first, then thresholds that were given, then a target", names, [
        "Claim shown at one-sided 99.167\u00a0% (Holm)", "Claim not shown (the data do not decide)",
        "Claim refuted at one-sided 99.167\u00a0% (Holm)"] + 3 * ["False non-matches", "False matches"] + [
            "Which target", "Equal error rate", "Limit of this test", "Failures"])
    items = dict(re.findall(r"<li><strong>(.*?)\.</strong> (.*?)</li>", page))
    checks.check("the EER has its bracket and no '1 in N'", "bracket [" in items["Equal error rate"] and
                 "about 1 in" not in items["Equal error rate"], items["Equal error rate"])
    checks.check("what is out of reach is said of the threshold that is reached", "the least strict one without a false match"
                 in items["Limit of this test"] and "set for FMR" not in items["Limit of this test"], items["Limit of this test"])
    for word in ["shown (a claim)", "not shown (a claim)", "refuted (a claim)", "operating point", "probit axis", "completed", "kept"]:
        checks.check(f"{word} is explained", f"<dt>{word}</dt>" in page)
    checks.check("the confidence of the verdicts", "wrongly shown is at most 2.5\u00a0%" in page)
    checks.check("the verdict on all", "that all 3 claims hold: 1 of them shown, 1 refuted" in page)
    below = page.split('<h2 id="h4">')[1].split("</section>")[0]
    notes = re.findall(r"\[\d+\] ([^<]+)", below.split("</table>")[1])
    checks.check("each note stands once below its table", len(notes) > 1 and len(set(notes)) == len(notes) and
                 all(below.count(note) == 1 for note in notes), notes)
    checks.none("no value parts from its sign", re.findall(r"\d %", re.sub(r"<svg.*?</svg>|<code>.*?</code>", "", page, flags=re.S)))
checks.done()

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""test_states.py PROGRAM: what parts of a test were counted into state files and put together, in any order, gives the
result of one run over all of it; damaged states and such that do not go together are refused, with nothing written."""
import random
import re

from driver import Checklist, Place

checks = Checklist()
rng = random.Random(5)


def result(place, *words, options=()):
    """The bytes of the result without its provenance."""
    run = place.run("verification", *words, *options, "--json", "-")
    if not checks.check(f"{' '.join(words)}: measured", run.code == 0, run):
        return ""
    return re.sub(r'"provenance": \{.*?\n  \},\n', "", run.out, count=1, flags=re.S)


def deal(place, text, parts, head=True):
    """Deals the rows of a table out to files, at random."""
    first, *rows = text.strip().split("\n") if head else [None, *text.strip().split("\n")]
    dealt = [[] for _ in range(parts)]
    for row in rows:
        rng.choice(dealt).append(row)
    for part, lines in enumerate(dealt):
        place.put(f"part{part}.csv", "\n".join(([first] if head else []) + lines) + "\n")
    return [f"part{part}.csv" for part in range(parts)]


def put_together(place, states, name):
    """Merges in a random tree; the last of it is called `name`."""
    states, made = list(states), 0
    while len(states) > 1:
        rng.shuffle(states)
        take = rng.randint(2, len(states))
        target = name if take == len(states) else f"{name}.{made}"
        run = place.run("merge", *states[:take], "-o", target)
        checks.check(f"{target}: merged", run.code == 0 and not run.err and not run.out, run)
        states, made = states[take:] + [target], made + 1


def check_parts(place, text, parts, counting=(), head=True):
    place.put("all.csv", text)
    wanted = result(place, "all.csv", options=[*counting, "--fmr", "1e-2,1e-3"])
    files = deal(place, text, parts, head)
    for file in files:
        run = place.run("count", file, *counting, "-o", file[:-3] + "state", "--threads", str(rng.randint(1, 3)),
                        "--memory", rng.choice(["1K", "64M"]))
        checks.check(f"{file}: counted", run.code == 0 and not run.err and not run.out, run)
    states = [file[:-3] + "state" for file in files]
    for tree in range(3):
        put_together(place, states, f"tree{tree}.state")
        checks.equal(f"{parts} parts {' '.join(counting)}, tree {tree}",
                     result(place, f"tree{tree}.state", options=["--fmr", "1e-2,1e-3"]), wanted)
    rng.shuffle(states)
    checks.equal("states as they are", result(place, *states, options=["--fmr", "1e-2,1e-3", "--threads", "2"]), wanted)


with Place() as place:
    place.simulate("s.csv", "--people", "40", "--samples", "3", "--fta", "3%", "--mated-mean", "3")
    check_parts(place, place.read("s.csv"), 4)
    place.simulate("f.csv", "--people", "45", "--samples", "2", "--families", "3", "--mated-mean", "3")
    check_parts(place, place.read("f.csv"), 3, ["--cluster", "family"])
    head, *rows = place.read("s.csv").strip().split("\n")
    two = [head + ",system"] + [row + "," + system for row in rows for system in ("old", "new")]
    check_parts(place, "\n".join(two) + "\n", 5)
    distances = "\n".join([head.replace("score", "distance"), *rows]) + "\n"
    check_parts(place, distances.replace(",distance", ",distance"), 2, ["--dissimilarity", "--map", "score=distance"])
    labels = "".join(f"{rng.choice([1, -1])} {rng.gauss(0, 1):.2f}\n" for _ in range(3000))
    check_parts(place, labels, 6, ["--format", "labels"], head=False)

with Place() as place:
    place.simulate("a.csv", "--people", "30", "--samples", "2")
    place.simulate("b.csv", "--people", "30", "--samples", "2", "--seed", "2")
    for name in "ab":
        place.run("count", f"{name}.csv", "-o", f"{name}.state")
    whole = (place.path / "a.state").read_bytes()
    for cut in [16, 20, 24, 40, 41, 500, len(whole) // 2, len(whole) - 17, len(whole) - 1]:
        place.put("cut.state", whole[:cut])
        run = place.run("merge", "b.state", "cut.state", "-o", "out.state")
        checks.check(f"cut to {cut} bytes", run.code == 3 and run.left == [] and run.err.count("\n") == 1, run)
    for cut in [1, 5, 15, 16, 39]:
        place.put("cut.state", whole[:cut])
        for words in (["merge", "cut.state", "b.state", "-o", "o.state"], ["verification", "cut.state"],
                      ["verification", "b.state", "cut.state"], ["verification", "b.csv", "cut.state"],
                      ["count", "cut.state", "-o", "o.state"], ["check", "cut.state"], ["convert", "cut.state", "-o", "o.h5"]):
            run = place.run(*words)
            checks.check(f"{' '.join(words)}: cut to {cut}", run.code == 3 and run.left == [] and
                         (cut > 15 and ("b.csv" in words or "o.h5" in words) or "cut off behind" in run.err + run.out), run)
    place.put("empty.state", "")
    for words in (["merge", "empty.state", "b.state", "-o", "o.state"], ["merge", "b.state", "empty.state", "-o", "o.state"],
                  ["verification", "empty.state"], ["verification", "b.state", "empty.state"], ["check", "empty.state"]):
        run = place.run(*words)
        checks.check(f"{' '.join(words)}: empty", run.code == 3 and run.left == [] and "empty.state: the file is empty" in
                     run.err + run.out, run)
    # What is no plain file is told how it becomes one.
    for packer, unpacker in (("gzip", "gunzip"), ("zstd", "unzstd")):
        packed = f"a.state.{packer}"
        place.shell(f"{packer} -c a.state >{packed}")
        for words in (["verification", packed], ["merge", "b.state", packed, "-o", "o.state"],
                      ["merge", packed, "b.state", "-o", "o.state"], ["verification", "b.csv", packed],
                      ["check", packed], ["count", packed, "-o", "o.state"]):
            run = place.run(*words)
            checks.check(" ".join(words), run.code == 3 and run.left == [] and f"packed by {packer}" in run.err + run.out
                         and f"unpack it ({unpacker})" in run.err + run.out, run)
    for script in ("cat a.state | plumbline verification -", "plumbline verification - <a.state",
                   "plumbline verification <(cat a.state)", "plumbline merge <(cat a.state) b.state -o o.state",
                   "plumbline merge b.state <(cat a.state) -o o.state", "plumbline verification b.state - <a.state",
                   "cat a.state | plumbline merge - -o o.state", "cat a.state | plumbline check -"):
        run = place.shell(script)
        checks.check(script, run.code == 3 and run.left == [] and "read twice" in run.err + run.out, run)
    run = place.run("merge", "a.state", "b.state", "nothing.state", "-o", "o.state")
    checks.check("a state that is not there", run.code == 5 and "nothing.state" in run.err and run.left == [], run)
    run = place.run("merge", "a.state", ".", "-o", "o.state")
    checks.check("a folder", run.code == 3 and "this is a folder" in run.err and run.left == [], run)
    place.put("long.state", whole + b"\0")
    run = place.run("verification", "long.state", "--json", "r.json")
    checks.check("bytes behind the end", run.code == 3 and run.left == [], run)
    for at in sorted(rng.sample(range(16, len(whole)), 60)):
        flipped = bytearray(whole)
        flipped[at] ^= 1 << rng.randrange(8)
        place.put("flipped.state", bytes(flipped))
        run = place.run("verification", "flipped.state", "--json", "r.json")
        checks.check(f"a bit of byte {at}", run.code == 3 and run.left == [] and run.err.count("\n") == 1, run)
    for version in (1, 2, 3, 5):
        place.put("other.state", whole[:16] + version.to_bytes(8, "little") + whole[24:])
        run = place.run("verification", "other.state")
        checks.check(f"version {version}", run.code == 3 and f"version {version}; this plumbline reads version 4: count "
                     "again" in run.err, run)
    for words, code, said in [
            (["merge", "a.state", "a.state", "-o", "o.state"], 3, "counted twice"),
            (["merge", "a.state", "a.csv", "-o", "o.state"], 3, "expected either states or scores"),
            (["verification", "a.csv", "a.state"], 3, "a state"),
            (["compare", "a.state", "b.state"], 3, "a state"),
            (["report", "a.state"], 3, "a.state: this is a state of plumbline count; expected a result file"),
            (["plan", "--pilot", "a.state", "--claim", "FMR <= 0.1%"], 3, "expected a result file"),
            (["verification", "b.state", "--threshold-from", "a.state"], 3, "expected a result file"),
            (["convert", "a.state", "-o", "o.h5"], 3, "where scores are expected"),
            (["verification", "a.csv", "--samples", "b.state"], 3, "where scores are expected"),
            (["merge", "o.state", "a.state", "b.state"], 2, "expected -o FILE"),
            (["merge", "a.state", "-o", "nowhere/o.state"], 5, "nowhere/o.state"),
            (["count", "a.csv"], 2, "expected -o FILE"),
            (["merge", "-o", "o.state"], 2, "no file was named"),
            (["count", "a.csv", "-o", "a.csv"], 2, "a.csv"),
            (["merge", "a.state", "b.state", "-o", "b.state"], 2, "b.state"),
            (["count", "nothing.csv", "-o", "o.state"], 5, "nothing.csv"),
            (["verification", "a.state", "--dissimilarity"], 2, "plumbline count"),
            (["count", "a.csv", "-o", "/dev/full"], 5, "/dev/full")]:
        run = place.run(*words)
        checks.check(" ".join(words), run.code == code and run.left == [] and said in run.err + run.out, run)
    place.run("count", "b.csv", "--dissimilarity", "-o", "d.state")
    run = place.run("merge", "a.state", "d.state", "-o", "o.state")
    checks.check("the other way round", run.code == 3 and run.left == [] and "(declared), those before it with "
                 "similarities (not declared)" in run.err, run)
    place.put("anonymous.csv", "score,mated\n1,1\n0,0\n")
    place.run("count", "anonymous.csv", "-o", "anonymous.state")
    run = place.run("merge", "a.state", "anonymous.state", "-o", "o.state")
    checks.check("nobody named", run.code == 3 and run.left == [] and "with no ids of people, those before it with ids" in
                 run.err, run)
    for words in (["--failed-score", "0"], ["--missing", "drop"]):
        run = place.run("verification", "a.state", *words)
        checks.check(f"{words[0]} of a state", run.code == 2 and "counted already" in run.err, run)
    run = place.run("merge", "a.csv", "-o", "o.state")
    checks.check("scores are not merged", run.code == 3 and run.left == [] and "no state" in run.err, run)
    place.put("long.csv", "score,mated\n" + "".join(f"{k}.5,{k % 2}\n" for k in range(20000)))
    run = place.shell("ulimit -f 8; plumbline count long.csv -o long.state")
    checks.check("a limit of file size", run.code == 5 and run.left == [] and "File too large" in run.err, run)
    run = place.shell("plumbline count - -o p.state <a.csv && plumbline verification p.state --text -")
    checks.check("from a pipe", run.code == 0 and "EER" in run.out, run)

# What a row means is the same in all parts, or they are not put together, in whatever order.
with Place() as place:
    for part, rows in enumerate(["1,1\n0,0\n,0\n", "2,1\n-1,0\n,1\n", "3,1\n-1,0\n"]):
        place.put(f"{part}.csv", "score,mated\n" + rows)
    kinds = {"--missing drop": "--missing drop", "--missing ftc": "--missing ftc",
             "--missing ftc --failed-score -1": "--failed-score -1", "--missing ftc --failed-score 0": "--failed-score 0",
             "--missing ftc --system old": '--system "old"', "--missing lowest --similarity": "similarities (declared)"}
    for part in range(2):
        for at, kind in enumerate(kinds):
            place.run("count", f"{part}.csv", *kind.split(), "-o", f"{part}.{at}.state")
    for one in range(len(kinds)):
        run = place.run("merge", f"0.{one}.state", f"1.{one}.state", "-o", f"{one}.state")
        checks.check("the same options", run.code == 0 and not run.err, run)
        for other in range(len(kinds)):
            run = place.run("merge", f"{one}.state", f"1.{other}.state", "-o", "o.state")
            checks.check("other options", one == other or run.code == 3 and run.left == [] and run.err.count("\n") == 1 and
                         "expected parts of one test, counted with the same options" in run.err, run)
    for one, other, said in [(0, 1, "--missing drop, those before it with --missing ftc;"),
                             (1, 2, "no --failed-score, those before it with --failed-score -1;"),
                             (3, 2, "--failed-score 0, those before it with --failed-score -1;"),
                             (4, 1, '--system "old", those before it with no --system;'),
                             (5, 1, "similarities (declared), those before it with similarities (not declared);")]:
        run = place.run("verification", f"0.{other}.state", f"1.{one}.state")
        checks.check(said, run.code == 3 and f"1.{one}.state: this state was counted with {said}" in run.err, run)
    run = place.run("check", "2.state")
    checks.check("check says the options", run.code == 0 and "no score      a failure to compare (--missing ftc)" in
                 run.out and "failed score  -1: the comparison failed (--failed-score)" in run.out, run)
    run = place.run("check", "0.0.state", "1.1.state")
    checks.check("check of two kinds", run.code == 3 and "with --missing ftc, those before it" in run.out, run)
    place.run("count", "2.csv", "-o", "plain.state")
    run = place.run("merge", "plain.state", "0.state", "-o", "o.state")
    checks.check("by default", run.code == 3 and "those before it with --missing error" in run.err, run)
    # Which column is which may be another in every file.
    place.put("named.csv", "s,m\n5,1\n-5,0\n")
    run = place.shell("plumbline count named.csv --map score=s,mated=m -o n.state && plumbline merge n.state plain.state "
                      "-o np.state && plumbline check np.state")
    checks.check("--map of a part", run.code == 0 and "comparisons   2 mated, 2 non-mated" in run.out, run)

with Place() as place:
    place.simulate("s.csv", "--people", "60", "--fta", "5%", "--samples", "3")
    for shard in range(3):
        place.run("count", "s.csv", "--shard", f"{shard}/3", "-o", f"{shard}.state")
    place.run("merge", "0.state", "2.state", "-o", "02.state")
    place.run("merge", "1.state", "02.state", "-o", "all.state")

    def said(run):
        """The lines of plumbline check, by their names; of several with one name the last."""
        return {line[2:15].strip(): line[16:] for line in run.out.splitlines() if line.startswith("  ")}

    alone, scores = said(place.run("check", "all.state")), said(place.run("check", "s.csv"))
    for name in ["comparisons", "failures", "direction", "people", "samples", "repeats", "ties", "problems"]:
        checks.equal(f"check of a state and of its scores: {name}", alone.get(name, "nothing"), scores.get(name))
    for words, name, wanted in [
            (["0.state"], "shard", "0/3; missing: 1-2"), (["2.state"], "shard", "2/3; missing: 0-1"),
            (["02.state"], "shards", "2 of 3; missing, counted from 0: 1"), (["all.state"], "shards", "all 3"),
            (["all.state"], "rows", "{0}, of which {0} were counted".format(place.read("s.csv").count("\n") - 1)),
            (["all.state"], "holds", "each comparison, with the two people in it"),
            (["0.state", "1.state"], "shards", "2 of 3; missing, counted from 0: 2"),
            (["0.state", "1.state", "2.state"], "shards", "all 3")]:
        run = place.run("check", *words)
        checks.check(f"check {words}", run.code == 0 and said(run).get(name) == wanted, run)
        checks.check(f"check {words} names nobody", not re.search(r"\bp\d", run.out), run)
    run = place.run("check", "0.state", "02.state")
    checks.check("check of a shard twice", run.code == 3 and "these 2 states together" in run.out and
                 "counted twice" in run.out and run.out.count("problems      none") == 2, run)
    digest = re.search("xxh3:[0-9a-f]{32}", place.run("verification", "s.csv", "--json", "-").out)
    checks.equal("the digest of the input", said(place.run("check", "2.state")).get("digest"), digest and digest[0])
    run = place.run("check", "all.state", "--missing", "drop")
    checks.check("check says how to read no state", run.code == 2 and not run.out and "counted already" in run.err, run)
    whole = (place.path / "0.state").read_bytes()
    place.put("cut.state", whole[:-1])
    run = place.run("check", "cut.state", "s.csv", "1.state")
    checks.check("a damaged one among others", run.code == 3 and "\n1 problem\n" in run.out and
                 "cut off or damaged" in run.out and "together" not in run.out, run)
    place.put("tiny.csv", "score,mated\n1,1\n0,0\n")
    for shard in range(2):
        place.run("count", "tiny.csv", "--shard", f"{shard}/2", "-o", f"t{shard}.state")
    run = place.run("check", "t0.state", "t1.state")
    checks.check("a shard without rows", run.code == 0 and "people        unknown, as there is no row" in run.out and
                 "holds         each score, without people" in run.out, run)
checks.done()

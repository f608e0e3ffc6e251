#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""test_side_values.py PROGRAM: groups of people and samples (--by, --where) are the same whether the scores name attributes or
the tables beside them do, in any order of rows, by any threads, and of any shards put together; a restricted test is that
of the rows that are left; and what is wrong with attributes is said, never whose."""
import json
import random
import re
import struct

from driver import Checklist, Place

checks = Checklist()
rng = random.Random(11)
AS_OF = ("--as-of", "2025-06-30")
OPTIONS = ("--fmr", "0.05", "--min-people", "4", "--replicates", "100")
HEAD = ["score", "reference_subject", "probe_subject", "reference_sample", "probe_sample"]
FACTS = ["sex", "birth_date", "date", "device"]


def day(first, last):
    return f"{rng.randint(first, last)}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}"


def make():
    people = {f"person{i}": [rng.choice("FM"), day(1940, 2014)] for i in range(24)}
    people["person0"][1] = "1970"
    people["person1"][0] = ""
    samples = {f"{p}-{k}": (p, day(2015, 2024), rng.choice("abc")) for p in people for k in range(3)}
    samples["person2-0"] = ("person2", "some day", "a")
    names = list(samples)
    pairs = [(a, b) for i, a in enumerate(names) for b in names[:i]
             if samples[a][0] == samples[b][0] or rng.random() < 0.2]
    return people, samples, [(rng.gauss(2 if samples[a][0] == samples[b][0] else 0, 1), a, b) for a, b in pairs]


def facts_of(people, samples, sample):
    person, date, device = samples[sample]
    return [*people[person], date, device]


def wide_rows(people, samples, scores):
    for score, a, b in scores:
        both = zip(facts_of(people, samples, a), facts_of(people, samples, b))
        yield [f"{score:.6f}", samples[a][0], samples[b][0], a, b, *(value for pair in both for value in pair)]


def csv(head, rows):
    return "".join(",".join(row) + "\n" for row in [head, *rows])


def result(place, *words):
    """All of a result but its provenance."""
    run = place.run("verification", *words, *OPTIONS, "--json", "-")
    if not checks.check(f"{' '.join(words)}: measured", run.code == 0, run):
        return {}
    checks.check("nobody is named", "person1" not in run.out and "person1" not in run.err, run)
    found = json.loads(run.out)
    del found["provenance"]
    return found


def without_places(found):
    """The same without where things were first seen, which the files decide."""
    text = json.dumps({**found, "statements": [], "attributes": []}, sort_keys=True)
    return text, [(a["name"], a["values"], a["unknown"], a["people_with_several"],
                   [(r["why"], r["comparisons"]) for r in a["reasons"]]) for a in found.get("attributes", [])]


people, samples, scores = make()
wide_head = HEAD + [f"{side}_{fact}" for fact in FACTS for side in ("reference", "probe")]
wide = list(wide_rows(people, samples, scores))
with Place() as place:
    place.put("wide.csv", csv(wide_head, wide))
    place.put("ids.csv", csv(["score", "reference_sample", "probe_sample"], [[r[0], r[3], r[4]] for r in wide]))
    place.put("samples.csv", csv(["sample", "subject", "date", "device"], [[s, *samples[s]] for s in samples]))
    place.put("subjects.csv", csv(["subject", "sex", "birth_date"], [[p, *people[p]] for p in people]))
    tables = ("--samples", "samples.csv", "--subjects", "subjects.csv")
    for by in [("--by", "sex"), ("--by", "age,sex", "--by", "device", "--bands", "age=0,18,50"),
               ("--by", "reference.age,elapsed", "--bands", "age=0,30,60", "--bands", "elapsed=0,3,6", *AS_OF),
               ("--by", "probe.year", "--where", "sex=F,probe.age>=18", *AS_OF),
               ("--by", "age", "--bands", "age=0,18,65")]:
        wanted = result(place, "wide.csv", *by)
        name = " ".join(by)
        checks.equal(f"tables, {name}", without_places(result(place, "ids.csv", *tables, *by)), without_places(wanted))
        checks.equal(f"one thread, {name}", result(place, "wide.csv", *by, "--threads", "1"), wanted)
        rng.shuffle(wide)
        place.put("shuffled.csv", csv(wide_head, wide))
        checks.equal(f"another order, {name}", without_places(result(place, "shuffled.csv", *by)),
                     without_places(wanted))
        for shard in range(3):
            run = place.run("count", "wide.csv", "--shard", f"{shard}/3", *by, "-o", f"{shard}.state")
            checks.check(f"counted, {name}", run.code == 0 and not run.err, run)
        asked = [word for i, word in enumerate(by) if by[i - (i % 2)] == "--by"]
        checks.equal(f"shards, {name}", result(place, "2.state", "0.state", "1.state", *asked), wanted)
        place.run("merge", "1.state", "2.state", "-o", "12.state")
        place.run("merge", "12.state", "0.state", "-o", "all.state")
        checks.equal(f"merged, {name}", result(place, "all.state", *asked), wanted)

    # Rows that are taken at once, and the same rows in quotes, which are not.
    plain = [i for i, name in enumerate(wide_head) if "_sample" not in name]
    rows = [[row[i] for i in plain] for row in wide]
    rows[7] = [*rows[7][:3], "", "X", *rows[7][5:]]
    place.put("plain.csv", csv([wide_head[i] for i in plain], rows))
    place.put("quoted.csv", csv([wide_head[i] for i in plain], [[row[0], *(f'"{cell}"' for cell in row[1:])]
                                                                for row in rows]))
    for by in [("--by", "sex"), ("--by", "age,sex", "--bands", "age=0,30,60", *AS_OF),
               ("--by", "device", "--where", "sex=F", *AS_OF), ("--by", "elapsed", "--bands", "elapsed=0,3")]:
        at_once, careful = result(place, "plain.csv", *by), result(place, "quoted.csv", *by)
        for found in (at_once, careful):
            found["attributes"] = [[{**r, "file": None} for r in a.pop("reasons")] + [a] for a in found["attributes"]]
            found["statements"] = [re.sub("(plain|quoted).csv", "FILE", text) for text in found["statements"]]
        checks.equal(f"rows at once, {' '.join(by)}", at_once, careful)

    # Arrays with named fields: ids are numbers there.
    places = {p: i for i, p in enumerate(people)}
    kinds = [("score", "<f8"), ("reference_subject", "<i4"), ("probe_subject", "<u8"), ("reference_sex", "|S1"),
             ("probe_sex", "<U1"), ("reference_device", "|S3"), ("probe_device", "|S3")]
    head = f"{{'descr': {kinds}, 'fortran_order': False, 'shape': ({len(wide)},), }}".encode()
    head += b" " * (-(len(head) + 11) % 64) + b"\n"
    body = b"".join(struct.pack("<diQ1s4s3s3s", float(row[0]), places[row[1]], places[row[2]], row[5].encode(),
                                row[6].encode("utf-32-le"), row[11].encode(), row[12].encode()) for row in wide)
    place.put("rows.npy", b"\x93NUMPY\x01\x00" + len(head).to_bytes(2, "little") + head + body)
    place.put("numbers.csv", csv([name for name, _ in kinds], [
        [row[0], str(places[row[1]]), str(places[row[2]]), row[5], row[6], row[11], row[12]] for row in wide]))
    for by in [("--by", "sex"), ("--by", "device", "--by", "sex", "--where", "sex=F|M")]:
        checks.equal(f"an array, {' '.join(by)}", without_places(result(place, "rows.npy", *by)),
                     without_places(result(place, "numbers.csv", *by)))
    run = place.run("verification", "rows.npy", "--by", "gender")
    checks.check("an array without it", run.code == 3 and "no columns probe_X and reference_X with X" in run.err, run)

    # Columns carry what attributes are told by.
    run = place.run("convert", "wide.csv", "--by", "sex,age", "--by", "device,elapsed", "-o", "wide.h5")
    if run.code == 0:
        for by in [(), ("--by", "sex"), ("--by", "reference.age,elapsed", "--bands", "age=0,40", "--bands", "elapsed=0,3"),
                   ("--by", "device", "--where", "sex=F,age>=18", *AS_OF)]:
            checks.equal(f"columns, {' '.join(by)}", without_places(result(place, "wide.h5", *by)),
                         without_places(result(place, "wide.csv", *by)))
        for words, code, said in [(["wide.h5", "--by", "quality"], 3, 'X = "quality", which --by names'),
                                  (["none.h5", "--by", "sex"], 2, 'without attributes; give --by to that command')]:
            place.run("convert", "wide.csv", "-o", "none.h5")
            run = place.run("verification", *words)
            checks.check(" ".join(words), run.code == code and said in run.err and run.err.count("\n") == 1, run)
        run = place.run("count", "wide.h5", "--by", "sex", "--shard", "1/2", "-o", "1.state")
        run = place.run("count", "wide.h5", "--by", "sex", "--shard", "0/2", "-o", "0.state")
        checks.equal("shards of columns", without_places(result(place, "0.state", "1.state", "--by", "sex")),
                     without_places(result(place, "wide.csv", "--by", "sex")))

    # A restricted test is that of the rows that are left.
    index = {name: i for i, name in enumerate(wide_head)}
    left = [r for r in wide if r[index["reference_sex"]] == r[index["probe_sex"]] == "F"]
    place.put("left.csv", csv(wide_head, left))
    chosen, alone = result(place, "wide.csv", "--where", "sex=F"), result(place, "left.csv")
    checks.equal("--where leaves the estimates of the rest", chosen["estimates"], alone["estimates"])
    checks.equal("--where leaves the test of the rest", {**chosen["test"], "where": None}, {**alone["test"], "where": None})
    checks.check("--where is said", "--where" in chosen["statements"][1] or any(
        '"sex=F" (--where)' in text for text in chosen["statements"]), str(chosen["statements"]))

    # Of states only that can be asked by which they were counted.
    place.run("count", "wide.csv", "--by", "sex,device", "-o", "by.state")
    checks.equal("one attribute of two", result(place, "by.state", "--by", "sex"), result(place, "wide.csv", "--by", "sex"))
    checks.equal("none of two", result(place, "by.state"), result(place, "wide.csv"))
    place.run("count", "wide.csv", "-o", "plain.state")
    for words, code, said in [
            (["verification", "by.state", "--by", "age"], 2, 'counted without "age"; expected attributes that'),
            (["verification", "plain.state", "--by", "sex"], 2, "but it named none"),
            (["verification", "by.state", "--where", "sex=F"], 2, "how to read them is said when they are counted"),
            (["merge", "by.state", "plain.state", "-o", "x.state"], 3, "was counted with no --by, those before it with --by"),
            (["verification", "wide.csv", "--by", "gender"], 3, 'wide.csv:1: no columns probe_X and reference_X with X = '
                                                                '"gender", which --by names'),
            (["verification", "wide.csv", "--where", "sex=Q"], 4, 'no comparison meets --where "sex=Q"'),
            (["verification", "wide.csv", "--where", "sex"], 2, '--where: "sex"; expected NAME=VALUE'),
            (["verification", "wide.csv", "--by", "sex,"], 2, "an empty name"),
            (["verification", "wide.csv", "--by", "age", "--bands", "age=5,1"], 2, "expected cuts that ascend"),
            (["verification", "wide.csv", "--by", "age", "--as-of", "today"], 2, '--as-of: "today" is no day'),
            (["verification", "wide.csv", "--by", "probe.elapsed"], 2, "is no attribute of one side")]:
        run = place.run(*words)
        checks.check(" ".join(words), run.code == code and said in run.err and run.err.count("\n") == 1, run)

    run = place.run("check", "ids.csv", *tables, "--by", "sex,age", *AS_OF)
    checks.check("check says what is not known", re.search(
        r'attribute     "sex": 2 values, not known in \d+ comparisons\n +\d+: missing\n', run.out) and
        re.search(r'attribute     "age": \d+ values, not known in \d+ comparisons\n +\d+: not a date\n', run.out), run)

    # Somebody with two values is counted, and told by number alone.
    twice = [list(r) for r in wide]
    for row in twice[:400]:
        if row[2] == "person3":
            row[index["probe_sex"]] = "X"
    place.put("twice.csv", csv(wide_head, twice))
    found = result(place, "twice.csv", "--by", "sex")
    checks.equal("people with two", [a["people_with_several"] for a in found["attributes"]], [1])
    checks.check("that is said", any(text.startswith('1 person has more than one value of "sex"')
                                     for text in found["statements"]), str(found["statements"]))
checks.done()

#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""test_convert.py PROGRAM: `plumbline convert` writes what is measured like the files themselves; a file of columns that
was cut off or changed is refused; an output is whole or absent. A build without HDF5 says so, and the rest is skipped."""
import gzip
import json
import random
import resource
import signal
import subprocess

from driver import PROGRAM, Checklist, Place, comparisons

checks = Checklist()
random.seed(4)
FRONT = 4096


def rows_of(people=14, samples=3, scale=1):
    """(score, mated, reference person, probe person, reference sample, probe sample)"""
    captures = [(p, s) for p in range(people) for s in range(samples)]
    rows = []
    for at, (i, a) in enumerate(captures):
        for j, b in captures[at + 1:]:
            score = random.gauss(3 * (i == j), 1)
            rows.append((round(score, 4) * scale, int(i == j), f"p{i}", f"p{j}", f"p{i}-{a}", f"p{j}-{b}"))
    return rows


ROWS = rows_of()
TABLE = "score,mated,reference_subject,probe_subject,reference_sample,probe_sample"


def table(rows, header=TABLE, line=lambda row: ",".join(map(str, row))):
    return header + "\n" + "".join(line(row) + "\n" for row in rows)


def with_failures(rows):
    def state(row):
        if "p3-1" in row:
            return "failed-to-acquire"
        if row[2] == "p2":
            return "failed-to-enrol"
        return random.choice(["ok"] * 12 + ["failed-to-compare", "7"])
    return table(rows, TABLE + ",status", lambda row: ",".join(map(str, row)) + "," + state(row))


def with_gaps(rows):
    """Some rows without a score, some of a sample with itself, some of another finger of the same person."""
    lines = [TABLE + ",reference_instance,probe_instance"]
    for at, row in enumerate(rows):
        score = "" if at % 37 == 5 else row[0]
        lines.append(",".join(map(str, (score, *row[1:], 1, 2 if at % 41 == 7 and row[1] else 1))))
    lines += [f"5,1,{row[2]},{row[2]},{row[4]},{row[4]},1,1" for row in rows[:9]]
    return "\n".join(lines) + "\n"


def families(rows):
    return table(rows, TABLE + ",reference_family,probe_family",
                 lambda row: ",".join(map(str, row)) + "," + ",".join(
                     "" if int(p[1:]) % 5 == 4 else f"f{int(p[1:]) // 3}" for p in row[2:4]))


def matrix(people=12):
    ids = [f"p{i}" for i in range(people)]
    return "," + ",".join(ids) + "\n" + "".join(
        row + "," + ",".join(f"{random.gauss(3 * (row == column), 1):.3f}" for column in ids) + "\n" for row in ids)


SAMPLES = "sample,subject\n" + "".join(f"p{p}-{s},p{p}\n" for p in range(14) for s in range(3))
LIST = "".join(f"{row[4]} {row[5]} {'target' if row[1] else 'nontarget'}\n" for row in ROWS[:-40])
SYSTEMS = "system," + TABLE + "\n" + "".join(
    f"{name}," + ",".join(map(str, (row[0] + shift, *row[1:]))) + "\n"
    for name, shift in (("new", 0), ("old", 0.25)) for row in ROWS)
TRIALS = "".join(f"{row[4]} {row[5]} {row[0]}\n" for row in ROWS)
FORMS = {
    "a table": ({"a.csv": table(ROWS)}, ["a.csv"], []),
    "a packed table": ({"a.csv.gz": gzip.compress(table(ROWS).encode())}, ["a.csv.gz"], []),
    "two tables": ({"a.csv": table(ROWS[:100]), "b.csv": table(ROWS[100:])}, ["a.csv", "b.csv"], []),
    "whole numbers": ({"a.csv": comparisons()}, ["a.csv"], []),
    "other names": ({"a.csv": table(ROWS, TABLE.replace("score", "s1"))}, ["--map", "score=s1", "a.csv"], []),
    "failures": ({"a.csv": with_failures(ROWS)}, ["a.csv"], []),
    "gaps that fail": ({"a.csv": with_gaps(ROWS)}, ["--missing", "ftc", "a.csv"], []),
    "gaps that are left out": ({"a.csv": with_gaps(ROWS)}, ["--missing", "drop", "a.csv"], []),
    "gaps that are lowest": ({"a.csv": with_gaps(ROWS)}, ["--missing", "lowest", "--similarity", "a.csv"], []),
    "gaps between distances": ({"a.csv": with_gaps(rows_of(scale=-1)).replace("score", "distance")},
                               ["--missing", "lowest", "a.csv"], []),
    "distances": ({"a.csv": table(rows_of(scale=-1), TABLE.replace("score", "distance"))}, ["a.csv"], []),
    "declared distances": ({"a.csv": table(rows_of(scale=-1))}, ["--dissimilarity", "a.csv"], []),
    "distances, declared later": ({"a.csv": table(rows_of(scale=-1))}, ["a.csv"], ["--dissimilarity"]),
    "a failed score": ({"a.csv": table([(-9, *row[1:]) if at % 50 == 3 else row for at, row in enumerate(ROWS)])},
                       ["--failed-score", "-9", "a.csv"], []),
    "a failed score, declared later": ({"a.csv": table([(-9, *row[1:]) if at % 50 == 3 else row
                                                        for at, row in enumerate(ROWS)])},
                                       ["a.csv"], ["--failed-score", "-9"]),
    "infinite scores": ({"a.csv": table([("inf" if row[1] else "-inf", *row[1:]) if at % 60 == 3 else row
                                         for at, row in enumerate(ROWS)])}, ["a.csv"], []),
    "families": ({"a.csv": families(ROWS)}, ["--cluster", "family", "a.csv"], ["--cluster", "family"]),
    "several systems": ({"a.csv": SYSTEMS}, ["a.csv"], []),
    "a named system": ({"a.csv": table(ROWS)}, ["--system", "mine", "a.csv"], []),
    "no people": ({"a.csv": table([row[:2] for row in ROWS], "score,mated")}, ["a.csv"], []),
    "labels": ({"a.txt": "".join(f"{row[1]} {row[0]}\n" for row in ROWS)}, ["a.txt"], []),
    "bob4": ({"a.txt": "".join(f"{row[2]} {row[3]} x{at} {row[0]}\n" for at, row in enumerate(ROWS))}, ["a.txt"], []),
    "bob5": ({"a.txt": "".join(f"{row[2]} m {row[3]} x{at} {row[0]}\n" for at, row in enumerate(ROWS))}, ["a.txt"], []),
    "a matrix": ({"a.csv": matrix()}, ["a.csv"], []),
    "a log of FRTE": ({"a.log": table(ROWS, "enrollTempl verifTempl simScore returnCode",
                                      lambda row: f"{row[4]} {row[5]} {row[0]} {int(row[0] > 4)}"), "s.csv": SAMPLES},
                      ["--samples", "s.csv", "a.log"], []),
    "a trial list": ({"a.txt": TRIALS, "t.txt": LIST}, ["--trials", "t.txt", "a.txt"], []),
    "a trial list and samples": ({"a.txt": TRIALS, "t.txt": LIST, "s.csv": SAMPLES},
                                 ["--trials", "t.txt", "--samples", "s.csv", "a.txt"], []),
    "trials without a score": ({"a.txt": TRIALS[: TRIALS.index("\n", 3000) + 1], "t.txt": LIST},
                               ["--trials", "t.txt", "--missing", "ftc", "a.txt"], []),
    "two files": ({"m.txt": "".join(f"{row[0]}\n" for row in ROWS if row[1]),
                   "n.txt": "".join(f"{row[0]}\n" for row in ROWS if not row[1])},
                  ["--mated", "m.txt", "--nonmated", "n.txt"], []),
    "a histogram": ({"m.txt": "".join(f"{random.randint(20, 60)}\n" for _ in range(200)),
                     "n.txt": "".join(f"{3000 // (k + 1)}\n" for k in range(40))},
                    ["--mated", "m.txt", "--nonmated", "n.txt", "--format", "pyeer-histogram"], []),
}


def measured(place, words):
    """The whole result but for its provenance; or why there is none."""
    run = place.run("verification", *words, "--fmr", "0.1,0.01", "--replicates", "100", "--json", "-")
    if run.code:
        return run.err
    result = json.loads(run.out)
    left_out = sorted((drop["why"], drop["rows"]) for part in result["provenance"]["inputs"] for drop in part["dropped"])
    return {**result, "provenance": left_out}


def forms():
    for name, (files, reading, later) in FORMS.items():
        with Place() as place:
            for file, content in files.items():
                place.put(file, content)
            run = place.run("convert", *[word for word in reading], "-o", "c.h5")
            checks.check(f"{name}: is converted", run.code == 0 and run.left == ["work/c.h5"] and not run.err, run)
            wanted = measured(place, [*reading, *[word for word in later if word not in reading]])
            checks.check(f"{name}: is measured", isinstance(wanted, dict), wanted)
            checks.equal(f"{name}: the same is measured", measured(place, ["c.h5", *later]), wanted)
            first = (place.path / "c.h5").read_bytes()
            again = place.run("convert", "c.h5", *later, "-o", "d.h5")
            same = (place.path / "d.h5").read_bytes() == first if again.code == 0 else False
            checks.check(f"{name}: converted again it is the same file", same or "later" in name, again)


def compared():
    """Two converted systems, and one converted and one not."""
    with Place(a__csv=table(ROWS), b__csv=table([(row[0] + 0.3, *row[1:]) for row in ROWS])) as place:
        for name in "ab":
            place.run("convert", f"{name}.csv", "-o", f"{name}.h5")
        words = ["--system", "old", "--system", "new", "--threshold", "1", "--csv", "-"]
        wanted = place.run("compare", "a.csv", "b.csv", *words)
        for left, right in [("a.h5", "b.h5"), ("a.csv", "b.h5")]:
            run = place.run("compare", left, right, *words)
            checks.check(f"compare {left} {right}", run.code == wanted.code == 0, run)
            checks.equal(f"compare {left} {right}: the same", run.out, wanted.out)


def one_processor():
    with Place(a__csv="") as place:
        place.simulate("a.csv", "--people", "150", "--samples", "3", "--families", "2")
        place.run("convert", "a.csv", "--cluster", "family", "-o", "all.h5")
        run = place.call(["taskset", "-c", "0", PROGRAM, "convert", "a.csv", "--cluster", "family", "-o", "one.h5"])
        same = (place.path / "all.h5").read_bytes() == (place.path / "one.h5").read_bytes()
        checks.check("the same bytes on one processor", run.code == 0 and same, run)
        run = place.shell("plumbline convert a.csv --cluster family -o - --text said.txt > piped.h5")
        same = (place.path / "all.h5").read_bytes() == (place.path / "piped.h5").read_bytes()
        checks.check("the same bytes to standard output", run.code == 0 and same and "rows" in place.read("said.txt"), run)
        run = place.shell("cat all.h5 | plumbline verification -")
        checks.check("not from a pipe", run.code == 3 and "standard input; expected a file" in run.err, run)
        run = place.shell("gzip -k all.h5; plumbline verification all.h5.gz")
        checks.check("not packed", run.code == 3 and "unpack it first" in run.err, run)


def damage():
    random.seed(7)
    with Place(a__csv=table(ROWS)) as place:
        place.run("convert", "a.csv", "-o", "c.h5")
        good = (place.path / "c.h5").read_bytes()
        cuts = [1, 100, FRONT - 1, FRONT, FRONT + 1, FRONT + 800, len(good) // 2, len(good) - 4096, len(good) - 1]
        kept = []
        for cut in cuts:
            place.put("x.h5", good[:cut])
            run = place.run("verification", "x.h5", "--json", "r.json")
            if run.code != 3 or run.left or "x.h5" not in run.err or run.err.count("\n") != 1:
                kept.append(f"{cut}: {run}")
        checks.none("a file that is cut off is refused", kept)
        kept = []
        for at in [*range(0, 400, 23), *random.sample(range(FRONT), 20), *random.sample(range(FRONT, len(good)), 110)]:
            bad = bytearray(good)
            bad[at] ^= 1 << random.randrange(8)
            place.put("x.h5", bytes(bad))
            run = place.run("verification", "x.h5", "--json", "r.json")
            if run.code != 3 or run.left or run.err.count("\n") != 1:
                kept.append(f"{at}: {run}")
        checks.none("a file with one other bit is refused", kept)
        place.put("x.h5", good + b"\0")
        run = place.run("verification", "x.h5")
        checks.check("a longer file is refused", run.code == 3 and "longer than it was" in run.err, run)
        place.put("x.h5", good[:-1])
        run = place.run("check", "x.h5")
        checks.check("check says so too", run.code == 3 and "the file is cut off" in run.out, run)
        place.put("x.h5", good.replace(b"plumbline columns 1\n", b"plumbline columns 2\n", 1))
        run = place.run("verification", "x.h5")
        checks.check("another version is refused", run.code == 3 and "columns of version 2" in run.err, run)


def refused():
    with Place(a__csv=table(ROWS), s__csv=SAMPLES, t__txt=LIST) as place:
        place.run("convert", "a.csv", "-o", "c.h5")
        place.run("convert", "a.csv", "--system", "x", "-o", "named.h5")
        cases = [
            (["convert", "a.csv"], 2, "no output was named"),
            (["convert", "-o", "d.h5"], 2, "no score file was named"),
            (["convert", "a.csv", "-o", "a.csv"], 2, "would overwrite what is read from a.csv"),
            (["convert", "c.h5", "-o", "c.h5"], 2, "would overwrite what is read from c.h5"),
            (["convert", "c.h5:/score", "-o", "c.h5"], 2, "would overwrite what is read from c.h5:/score"),
            (["convert", "a.csv", "-o", "-"], 2, "cannot both go to standard output"),
            (["convert", "a.csv", "-o", "none/c.h5"], 5, "could not be written"),
            (["convert", "a.csv", "-o", "/dev/full"], 5, "/dev/full: could not write: No space left on device"),
            (["convert", "a.csv", "--missing", "lowest", "-o", "d.h5"], 2, "depends on the direction"),
            (["convert", "none.csv", "-o", "d.h5"], 5, "none.csv"),
            (["verification", "c.h5", "--samples", "s.csv"], 2, "give --samples to that command"),
            (["verification", "c.h5", "--trials", "t.txt"], 2, "give --trials to that command"),
            (["verification", "c.h5", "--cluster", "family"], 2, "give --cluster to that command"),
            (["verification", "c.h5", "--map", "score=x"], 2, "has no named columns"),
            (["verification", "c.h5", "c.h5"], 3, "would be counted twice"),
            (["verification", "named.h5", "--system", "y"], 3, "leave out --system"),
            (["verification", "c.h5", "--mated", "c.h5"], 2, ""),
            (["verification", "a.csv:/score"], 2, "a path within a file of format csv"),
            (["verification", "--mated", "c.h5", "--nonmated", "c.h5"], 3, "non-mated comparison in a file of mated"),
        ]
        for words, code, part in cases:
            run = place.run(*words)
            checks.check(f"{' '.join(words)}: refused", run.code == code and part in run.err and not run.left and
                         run.err.count("\n") <= 2, run)
        run = place.run("convert", "a.csv", "-o", "/dev/null")
        checks.check("to a device", run.code == 0 and not run.left, run)


def no_room():
    """Files may not grow beyond so many bytes: those of the temporary folder, and the output."""
    with Place(a__csv=table(rows_of(40, 3)), b__csv=comparisons()) as place:
        place.put("c.h5", "old")
        for name, most in [("a.csv", 20000), ("a.csv", 60000), ("a.csv", 190000), ("b.csv", 3000), ("b.csv", 6000), ("b.csv", 12000)]:
            def limit(most=most):
                signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
                resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
            run = place.run("convert", name, "-o", "c.h5", preexec_fn=limit)
            checks.check(f"no room for {name}, {most} bytes", run.code == 5 and not run.left and "could not" in run.err, run)
            checks.check(f"no room for {name}, {most} bytes: what was there stays",
                         (place.path / "c.h5").read_bytes() == b"old")


def interrupted():
    with Place() as place:
        place.put("c.h5", "old")
        words = [PROGRAM, "convert", "-", "-o", "c.h5"]
        with subprocess.Popen(words, stdin=subprocess.PIPE, stderr=subprocess.PIPE, stdout=subprocess.PIPE,
                              cwd=place.path, env=place.environment()) as process:
            process.stdin.write(table(ROWS * 300).encode())
            process.stdin.flush()
            process.send_signal(signal.SIGINT)
            process.stdin.close()
            code = process.wait(20)
        checks.check("an interrupt", code == 130 and place.read("c.h5") == "old" and
                     place.listing() == ["tmp", "work", "work/c.h5"], f"{code} {place.listing()}")


with Place(a__csv=table(ROWS)) as first:
    tried = first.run("convert", "a.csv", "-o", "c.h5")
    if "HDF5 is not in this build" in tried.err:
        checks.check("a build without HDF5 says so", tried.code == 3 and not tried.left, tried)
        first.put("x.h5", b"\x89HDF\r\n\x1a\n" + bytes(600))
        tried = first.run("verification", "x.h5")
        checks.check("and so for a file", tried.code == 3 and "x.h5: HDF5 is not in this build" in tried.err, tried)
        checks.skip("convert", "this build has no HDF5")
        checks.done()
forms()
compared()
one_processor()
damage()
refused()
no_room()
interrupted()
checks.done()

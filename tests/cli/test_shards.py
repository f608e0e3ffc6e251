#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""test_shards.py PROGRAM: shards of the same files, counted apart and put together in any order, give the result of one
run to the byte, whatever the format; shards that are missing, doubled or of something else are refused; a fault is found
by the one shard that has its row, with the line that it has in the whole."""
import gzip
import random
import re
import shutil
import struct
import subprocess

from driver import Checklist, Place

checks = Checklist()
rng = random.Random(11)
QUICK = ["--fmr", "1e-2,1e-3", "--replicates", "100"]


def result(place, *words, form="--json"):
    """The bytes of the result but for the command line in it."""
    run = place.run("verification", *words, *QUICK, form, "-")
    if not checks.check(f"{' '.join(words)}: measured", run.code == 0, run):
        return ""
    return re.sub(r'\n *"command": [^\n]*|\n  Command .*?(?=\n  plumbline)', "", run.out, flags=re.S)


def count(place, files, n, how=()):
    """Counts all shards in any order; the names of their states."""
    states = [f"s{k}of{n}.state" for k in range(n)]
    for k in rng.sample(range(n), n):
        run = place.run("count", *files, *how, "--shard", f"{k}/{n}", "-o", states[k], "--threads",
                        str(rng.randint(1, 3)))
        checks.check(f"{files} {k}/{n}: counted", run.code == 0 and not run.err and not run.out, run)
    return states


def put_together(place, states):
    """Merges in a random tree; what is left of it, one state or some."""
    states = rng.sample(states, len(states))
    for made in range(rng.randint(0, len(states) - 1)):
        take, states = states[:2], states[2:]
        run = place.run("merge", *take, "-o", f"tree{made}.state")
        checks.check("merged", run.code == 0 and not run.err and not run.out, run)
        states = rng.sample(states + [f"tree{made}.state"], len(states) + 1)
    return states


def check_same(place, files, n, how=()):
    """Shards of these files against one run."""
    wanted = result(place, *files, *how)
    states = count(place, files, n, how)
    left = put_together(place, states)
    checks.equal(f"{' '.join(files)} in {n} shards", result(place, *left), wanted)


def npy(header, data):
    """A NumPy array of version 1."""
    header += " " * (-(len(header) + 11) % 64) + "\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + data


def quoted(line):
    """Ids in quotes, with commas, quotes and line ends in them."""
    cells = line.split(",")
    return ",".join('"' + cell.replace("p", 'p,""\n') + '"' if cell.startswith("p") and rng.random() < .7 else cell
                    for cell in cells)


with Place() as place:
    # Blocks have 64 KiB, so these are files of many.
    place.simulate("s.csv", "--people", "90", "--samples", "3", "--fta", "2%", "--mated-mean", "3")
    text = place.read("s.csv")
    head, *rows = text.rstrip("\n").split("\n")
    wide = [head + ",note"] + [row + "," + "x" * (17 + 13 * (k % 3)) for k, row in enumerate(rows)]
    text = "\n".join(wide) + "\n"
    place.put("wide.csv", text)
    checks.check("several blocks, and reads", len(text) > 2 << 20, len(text))
    for n in (2, 7):
        check_same(place, ["wide.csv"], n)
    place.put("wide.csv.gz", gzip.compress(text.encode(), 1))
    check_same(place, ["wide.csv.gz"], 4)
    if shutil.which("zstd"):
        subprocess.run(["zstd", "-q", "-1", "wide.csv"], cwd=place.path, check=True)
        check_same(place, ["wide.csv.zst"], 3)
    place.put("wide.tsv", text.replace(",", "\t").replace("\n", "\r\n"))
    check_same(place, ["wide.tsv"], 2)
    lines = [wide[0]] + [quoted(line) for line in wide[1:]]
    place.put("quoted.csv", "\n".join(lines) + "\n")
    check_same(place, ["quoted.csv"], 5)
    # Several files, one shorter than a block, and a table beside them; a result for people too.
    cut = len(rows) // 3
    place.put("a.csv", "\n".join([wide[0], *wide[cut + 1:]]) + "\n")
    place.put("b.csv", "\n".join(wide[:200]) + "\n")
    place.put("subjects.csv", "subject_id\n" + "".join(sorted({f"{row.split(',')[i]}\n" for row in rows
                                                               for i, name in enumerate(head.split(","))
                                                               if name.endswith("_subject")})))
    check_same(place, ["b.csv", "a.csv"], 6, ["--subjects", "subjects.csv"])
    states = count(place, ["b.csv", "a.csv"], 3)
    checks.equal("as text", result(place, *put_together(place, states), form="--text"),
                 result(place, "b.csv", "a.csv", form="--text"))
    # Families, and two systems.
    place.simulate("f.csv", "--people", "72", "--samples", "2", "--families", "3", "--mated-mean", "3")
    first, *others = place.read("f.csv").strip().split("\n")
    place.put("f.csv", "\n".join([first + ",system", *[f"{row},{system}" for system in ("old and well known", "new")
                                                       for row in others]]) + "\n")
    check_same(place, ["f.csv"], 3, ["--cluster", "family"])
    # Parts of a test, one of them in shards.
    place.run("count", "b.csv", "-o", "b.state")
    states = count(place, ["a.csv"], 3)
    checks.equal("a file beside shards", result(place, *put_together(place, [*states, "b.state"])),
                 result(place, "a.csv", "b.csv"))
    # Other forms of text, and from a pipe.
    labels = [row.split(",") for row in rows[:70000]]
    score = head.split(",").index("score")
    ref, probe = head.split(",").index("reference_subject"), head.split(",").index("probe_subject")
    labels = "".join(f"{1 if row[ref] == row[probe] else -1}     {row[score] or 'nan'}         \n" for row in labels)
    place.put("labels.txt", labels)
    check_same(place, ["labels.txt"], 2, ["--missing", "fta"])
    for k in range(2):
        run = place.shell(f"cat wide.csv | plumbline count - --shard {k}/2 -o p{k}.state")
        checks.check("from a pipe", run.code == 0, run)
    checks.equal("shards of a pipe", result(place, "p1.state", "p0.state"),
                 result(place, "wide.csv").replace('"wide.csv"', '"-"'))
    # The same text with other ends of lines is dealt out otherwise.
    place.put("ends.csv", text.replace("\n", "\r\n"))
    place.run("count", "ends.csv", "--shard", "0/2", "-o", "ends.state")
    run = place.run("merge", "p1.state", "ends.state", "-o", "o.state")
    checks.check("other ends of lines", run.code == 3 and "alike to the byte" in run.err and not run.left, run)
    # Files of less than a block do not all go to the same shard.
    for part in range(30):
        place.put(f"small{part}.csv", "\n".join([head, *rows[part * 50:part * 50 + 50]]) + "\n")
    small = [f"small{part}.csv" for part in range(30)]
    states = count(place, small, 3)
    sizes = [(place.path / state).stat().st_size for state in states]
    checks.check("small files are spread", min(sizes) > 0.25 * sum(sizes), sizes)
    checks.equal("small files", result(place, *states), result(place, *small))
    run = place.run("convert", "wide.csv", "-o", "wide.h5")
    if run.code == 0:
        check_same(place, ["wide.h5"], 4)
    # Arrays.
    people = 60
    cells = [(i, j, rng.gauss(3 if i == j else 0, 1)) for i in range(people) for j in range(people) for _ in range(3)]
    fields = "[('score', '<f8'), ('probe_subject', '<u2'), ('reference_subject', '|S4')]"
    place.put("rows.npy", npy(f"{{'descr': {fields}, 'fortran_order': False, 'shape': ({len(cells)},), }}",
                              b"".join(struct.pack("<dH4s", s, i, str(j).encode()) for i, j, s in cells)))
    for mated in (False, True):
        scores = [s for i, j, s in cells if (i == j) == mated]
        place.put(f"class{mated:d}.npy", npy(f"{{'descr': '<f4', 'fortran_order': False, 'shape': ({len(scores)},), }}",
                                             struct.pack(f"<{len(scores)}f", *scores)))
    square = [s for _, _, s in cells[::3]]
    for order in (False, True):
        place.put(f"square{order:d}.npy", npy(f"{{'descr': '<f8', 'fortran_order': {order}, 'shape': ({people}, {people}), }}",
                                              struct.pack(f"<{len(square)}d", *square)))
    place.put("ids.txt", "".join(f"p{i}\n" for i in range(people)))
    size = f" {people} {people} ".encode() + struct.pack("<I", 0x12345678) + b"\n"
    place.put("square.mtx", b"D2\nt\nq\nMF" + size + struct.pack(f"<{len(square)}f", *[-s for s in square]))
    place.put("mask.mtx", b"D2\nt\nq\nMB" + size + bytes(rng.choice([0, 0xff if i == j else 0x7f, 0xff if i == j else 0x7f])
                                                         for i, j, _ in cells[::3]))
    check_same(place, ["rows.npy"], 7)
    check_same(place, ["--mated", "class1.npy", "--nonmated", "class0.npy"], 5)
    check_same(place, ["square0.npy"], 3, ["--row-ids", "ids.txt"])
    check_same(place, ["square1.npy"], 7, ["--row-ids", "ids.txt"])
    check_same(place, ["square.mtx"], 4, ["--mask", "mask.mtx"])
    place.put("cut.npy", (place.path / "rows.npy").read_bytes()[:-5])
    for k in range(2):
        run = place.run("count", "cut.npy", "--shard", f"{k}/2", "-o", "o.state")
        checks.check("an array that is cut off", run.code == 3 and "cut off" in run.err and not run.left, run)
    # A bad row in the middle: the one shard that has it says so, with its line.
    for name, bad in [("score", "0.5.1"), ("UTF-8", "\xff"), ("quote", '"a" b')]:
        at = rng.randrange(len(wide) // 4, len(wide))
        cells = wide[at].split(",")
        cells[score] = bad
        damaged = "\n".join([*wide[:at], ",".join(cells), *wide[at + 1:]]) + "\n"
        place.put("bad.csv", damaged.encode("latin-1"))
        runs = [place.run("count", "bad.csv", "--shard", f"{k}/4", "-o", f"{name}{k}.state") for k in range(4)]
        codes = sorted(run.code for run in runs)
        said = [run for run in runs if run.code == 3]
        checks.check(f"one shard finds the bad {name}, and leaves nothing", codes == [0, 0, 0, 3] and not said[0].left,
                     runs)
        whole = place.run("count", "bad.csv", "-o", "bad.state")
        checks.check(f"and says where ({name})", said and said[0].err == whole.err and f"bad.csv:{at + 1}:" in whole.err,
                     [whole, *said])
    for at in (len(wide) // 2, len(wide) - 3):
        place.put("bad.csv", "\n".join([*wide[:at], "", *wide[at:]]) + "\n")
        runs = [place.run("count", "bad.csv", "--shard", f"{k}/3", "-o", "bad.state") for k in range(3)]
        (place.path / "bad.state").unlink(missing_ok=True)
        said = [run for run in runs if run.code == 3]
        checks.check("an empty line in the middle", len(said) == 1 and f"bad.csv:{at + 1}: the line is empty" in
                     said[0].err, runs)
    place.put("bad.csv", "\n".join(wide) + "\n\n\n")
    for k in range(3):
        run = place.run("count", "bad.csv", "--shard", f"{k}/3", "-o", "bad.state")
        checks.check("empty lines at the end", run.code == 0, run)

with Place() as place:
    # Shards without any rows.
    place.simulate("a.csv", "--people", "30", "--samples", "2")
    place.simulate("b.csv", "--people", "30", "--samples", "2", "--seed", "2")
    for n in (1, 7, 25):
        check_same(place, ["a.csv"], n)
    check_same(place, ["a.csv"], 3, ["--dissimilarity"])
    place.put("head.csv", place.read("a.csv").split("\n")[0] + "\n")
    for k in range(2):
        run = place.run("count", "head.csv", "--shard", f"{k}/2", "-o", "o.state")
        checks.check("no rows at all", run.code == 3 and "no comparisons in this file" in run.err and not run.left, run)
    # What is not all there.
    states = count(place, ["a.csv"], 20)
    for words, said in [
            (["verification", states[0]], "a.csv was dealt out to 20 shards, of which 19 are missing: 1-19"),
            (["verification", *states[:19]], "of which 1 is missing: 19"),
            (["verification", *states[::2]], "of which 10 are missing: 1, 3, 5, 7, 9, 11, 13, 15 and 2 more"),
            (["merge", states[3], states[3], "-o", "o.state"], "holds shard 3 of 20 of a.csv, which is in another one")]:
        run = place.run(*words)
        checks.check(said, run.code == 3 and said in run.err and run.err.count("\n") == 1 and not run.left, run)
    run = place.run("merge", *states[1:], "-o", "most.state")
    checks.check("most of them", run.code == 0, run)
    run = place.run("verification", "most.state", "--json", "r.json")
    checks.check("one is missing", run.code == 3 and "of which 1 is missing: 0;" in run.err and not run.left, run)
    run = place.run("merge", "most.state", states[7], "-o", "o.state")
    checks.check("one twice", run.code == 3 and "shard 7 of 20" in run.err and not run.left, run)
    checks.equal("then all", result(place, "most.state", states[0]), result(place, "a.csv"))
    run = place.run("count", "a.csv", "-o", "all.state")
    for other in (["--shard", "0/1"], ["--shard", "1/3"]):
        place.run("count", "a.csv", *other, "-o", "other.state")
        run = place.run("merge", "other.state", "most.state", "-o", "o.state")
        checks.check(f"another number of shards {other}", run.code == 3 and "20 shards here" in run.err and not run.left,
                     run)
    place.run("count", "b.csv", "--shard", "0/20", "-o", "b.state")
    run = place.run("verification", "most.state", "b.state")
    checks.check("another file", run.code == 3 and "missing: 0;" in run.err, run)
    place.put("a.csv", place.read("b.csv"))
    place.run("count", "a.csv", "--shard", "0/20", "-o", "b.state")
    run = place.run("verification", "most.state", "b.state")
    checks.check("written to in between", run.code == 3 and "of that name with other content" in run.err, run)
    place.run("count", "a.csv", "--shard", "0/20", "--dissimilarity", "-o", "d.state")
    run = place.run("merge", "most.state", "d.state", "-o", "o.state")
    checks.check("the other way round", run.code == 3 and not run.left, run)
    # The same file under another name, as where each node has a copy; the same options for all.
    place.put("copy.csv", place.read("a.csv"))
    place.run("count", "a.csv", "--shard", "0/2", "-o", "0.state")
    place.run("count", "copy.csv", "--shard", "1/2", "-o", "1.state")
    for states in (["0.state", "1.state"], ["1.state", "0.state"]):
        checks.equal("shards of a copy", result(place, *states), result(place, "a.csv"))
    for options in (["--missing", "drop"], ["--failed-score", "1"], ["--map", "score=score"], ["--similarity"],
                    ["--system", "x"]):
        run = place.run("count", "a.csv", "--shard", "1/2", *options, "-o", "1.state")
        run = place.run("merge", "0.state", "1.state", "-o", "o.state")
        checks.check(f"other options: {options[0]}", run.code == 3 and run.err.count("\n") == 1 and not run.left, run)
    place.put("high.txt", "".join(f"{k}\n" for k in range(40000)))
    place.put("low.txt", "".join(f"-{k}\n" for k in range(40000)))
    place.run("count", "--mated", "high.txt", "--nonmated", "low.txt", "--shard", "0/2", "-o", "0.state")
    place.run("count", "--mated", "low.txt", "--nonmated", "high.txt", "--shard", "1/2", "-o", "1.state")
    run = place.run("merge", "0.state", "1.state", "-o", "o.state")
    checks.check("the other class", run.code == 3 and "as another class" in run.err and not run.left, run)
    # Usage.
    place.put("matrix.csv", ",p1,p2\np1,1,0\np2,0,1\n")
    place.put("trials.txt", "1 a b\n")
    place.put("ones.txt", "1\n2\n")
    for words, said in [
            (["a.csv", "--shard", "4/4"], "expected K/N"), (["a.csv", "--shard", "0/0"], "expected K/N"),
            (["a.csv", "--shard", "-1/4"], "expected K/N"), (["a.csv", "--shard", "1"], "expected K/N"),
            (["a.csv", "--shard", "/2"], "expected K/N"), (["a.csv", "--shard", "1/2/3"], "expected K/N"),
            (["a.csv", "--shard", "0/1048577"], "expected K/N"),
            (["a.csv", "--shard", "0/2", "--shard", "1/2"], "given twice"),
            (["a.csv", "a.csv", "--shard", "0/2"], "would be counted twice"),
            (["all.state", "--shard", "0/2"], "a state"),
            (["matrix.csv", "--shard", "0/2"], "format matrix, which is read as a whole"),
            (["a.csv", "--trials", "trials.txt", "--shard", "0/2"], "does not go with --trials"),
            (["--mated", "ones.txt", "--nonmated", "ones.txt", "--format", "pyeer-histogram", "--shard", "0/2"],
             "read as a whole")]:
        run = place.run("count", *words, "-o", "o.state")
        checks.check(" ".join(words), run.code == (3 if "counted twice" in said else 2) and said in run.err and
                     not run.left, run)
    run = place.run("verification", "a.csv", "--shard", "0/2")
    checks.check("count alone has shards", run.code == 2, run)
    # Slurm.
    place.run("count", "a.csv", "--shard", "2/5", "-o", "wanted.state")
    wanted = (place.path / "wanted.state").read_bytes()
    for words, more in [("ID=2 COUNT=5", ""), ("ID=12 COUNT=5 MIN=10 MAX=14", ""),
                        ("ID=8 COUNT=5 MIN=4 MAX=12 STEP=2", ""), ("ID=0 COUNT=9", "--shard 2/5"),
                        ("ID=x COUNT=y", "--shard 2/5")]:
        variables = " ".join("SLURM_ARRAY_TASK_" + word for word in words.split())
        run = place.shell(f"export {variables}; plumbline count a.csv {more} -o o.state")
        checks.check(f"Slurm {words}", run.code == 0 and
                     (run.err == "" if more else run.err.startswith("plumbline count: shard 2 of 5, as this is task")) and
                     run.err.count("\n") <= 1 and (place.path / "o.state").read_bytes() == wanted, run)
        (place.path / "o.state").unlink(missing_ok=True)
    for words in ["ID=5 COUNT=5", "ID=x COUNT=5", "ID=0 COUNT=", "ID=0 COUNT=0", "ID=1 COUNT=5 MIN=2", "ID=-1 COUNT=5",
                  "ID=3 COUNT=3 MIN=1 MAX=7", "ID=2 COUNT=3 MIN=1 MAX=5 STEP=2", "ID=2 COUNT=3 STEP=0"]:
        variables = " ".join("SLURM_ARRAY_TASK_" + word for word in words.split())
        run = place.shell(f"export {variables}; plumbline count a.csv -o o.state")
        unset = words.endswith("COUNT=")
        checks.check(f"Slurm {words}", run.code == (0 if unset else 2) and (unset or "Slurm" in run.err), run)
        (place.path / "o.state").unlink(missing_ok=True)
checks.done()

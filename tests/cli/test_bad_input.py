#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""test_bad_input.py PROGRAM: input that is wrong gives exit 3 and one line that says where, what was seen and what was
expected; no output is written and nothing stays behind."""
import gzip

from driver import Checklist, Place, comparisons

HEAD = "score,mated,reference_subject,probe_subject\n"
GOOD = comparisons()
PACKED = gzip.compress(GOOD.encode(), mtime=0)

# name, content, options, the message behind "plumbline verification: "
CASES = [
    ("empty.csv", "", [], "empty.csv: the file is empty; expected comparison scores"),
    ("header.csv", HEAD, [], "header.csv: no comparisons in this file; expected at least one row"),
    ("column.csv", "skore,mated\n1,1\n", [],
     'column.csv:1: no column score; name it by --map score=COLUMN; the columns are "skore", "mated"'),
    ("map.csv", GOOD, ["--map", "score=skore"], None),
    ("class.csv", "score,note\n1,1\n", [],
     "class.csv:2: nothing says whether this comparison is mated; expected a label, or the subjects of both sides"),
    ("short.csv", HEAD + "1,1,a,a\n2,0,a\n", [], "short.csv:3: 3 cells; expected 4 as in the header"),
    ("long.csv", HEAD + "1,1,a,a\n2,0,a,b,c\n", [], "long.csv:3: 5 cells; expected 4 as in the header"),
    ("number.csv", HEAD + "1,1,a,a\n0.9.1,0,a,b\n", [],
     'number.csv:3:1: "0.9.1" is not a number; expected a score'),
    ("control.csv", HEAD + "1,1,a,a\n1\x1b[31m,0,a,b\n", [], None),
    ("nan.csv", HEAD + "1,1,a,a\nnan,0,a,b\n", [],
     "nan.csv:3:1: no score here; say what that means by --missing fta, ftc, lowest or drop"),
    ("missing.csv", HEAD + "1,1,a,a\n,0,a,b\n", [],
     "missing.csv:3:1: no score here; say what that means by --missing fta, ftc, lowest or drop"),
    ("label.csv", HEAD + "1,maybe,a,a\n", [],
     'label.csv:2:3: label "maybe" is neither mated nor non-mated; expected one of 1/0, true/false, genuine/impostor, '
     "mated/nonmated, target/nontarget, 1/-1"),
    ("contradiction.csv", HEAD + "1,1,a,a\n3,1,a,b\n", [],
     'contradiction.csv:3:3: label "1" means mated, but the two subjects differ; expected them to agree'),
    ("cut.csv.gz", PACKED[:-20], [], "cut.csv.gz: the gzip stream ends early; is the file cut off?"),
    ("nul.csv", HEAD + "1,1,a,a\n2\0,0,a,b\n", [], "nul.csv:3:2: a NUL byte; expected text"),
    ("latin.csv", (HEAD + "1,1,a,a\n").encode() + b"2,0,a,b\xff\n", [],
     "latin.csv:3:8: not UTF-8; expected UTF-8 text (is this another encoding?)"),
    ("face.png", b"\x89PNG\r\n\x1a\n" + bytes(100), [],
     "face.png: this is a PNG image; plumbline reads comparison scores and refuses images and templates"),
    ("face.jpg", b"\xff\xd8\xff\xe0" + bytes(100), [],
     "face.jpg: this is a JPEG image; plumbline reads comparison scores and refuses images and templates"),
    ("quote.csv", HEAD + '"1,1,a,a\n', [], "quote.csv:2:1: a quote opens here that is not closed"),
    ("twice.csv", "score,score,mated\n1,1,1\n", [],
     "twice.csv:1:7: two columns have the same name; expected each name once"),
    ("reversed.csv", comparisons(people=40, mark=lambda score: -score), [], None),
    ("folder/", "", [], "folder/: this is a folder; expected a file of comparison scores"),
]

checks = Checklist()
for name, content, options, message in CASES:
    for threads in ["1", "3"]:
        with Place() as place:
            if name.endswith("/"):
                (place.path / name).mkdir()
            else:
                place.put(name, content)
            run = place.run("verification", name, *options, "--json", "r.json", "--html", "r.html", "--threads", threads)
            good = run.code == 3 and run.out == "" and run.left == [] and run.lost == []
            good = good and run.err.startswith("plumbline verification: ") and run.err.count("\n") == 1
            good = good and run.err.isprintable() is False and run.err[:-1].isprintable()
            if message:
                good = good and run.err == f"plumbline verification: {message}\n"
            checks.check(f"{name} at {threads} threads", good, run)

with Place(reversed__csv=comparisons(people=40, mark=lambda score: -score)) as place:
    run = place.run("verification", "reversed.csv")
    checks.check("a reversed file names the option", "--dissimilarity" in run.err, run)
    run = place.run("verification", "reversed.csv", "--dissimilarity")
    checks.check("and is read when the option is given", run.code == 0, run)

with Place() as place:
    # A line of 1 GB is refused long before it is read whole.
    run = place.shell("{ printf 'score,mated\\n'; head -c 1000000000 /dev/zero | tr '\\0' 1; } 2>/dev/null |"
                      " plumbline verification -")
    line = "standard input:2: a line of more than 64 MiB; is this a text file with line ends?"
    checks.check("a line of 1 GB", run.code == 3 and run.err == f"plumbline verification: {line}\n", run)

with Place(secret__csv=HEAD + "1,1,alice,alice\n2,1,alice,bob\n") as place:
    run = place.run("verification", "secret.csv")
    checks.check("no id in a message", run.code == 3 and "alice" not in run.err and "bob" not in run.err, run)

with Place(good__csv=GOOD) as place:
    run = place.run("verification", "good.csv", "nosuch.csv", "--json", "r.json")
    checks.check("a file that is not there", run.code == 5 and run.left == []
                 and run.err == "plumbline verification: nosuch.csv: could not open: No such file or directory\n", run)

with Place(a__csv=GOOD, b__csv=GOOD) as place:
    for files in (["a.csv", "b.csv"], ["a.csv", "./a.csv"], ["a.csv", "./a.csv", "--digest", "none"]):
        run = place.run("verification", *files, "--json", "r.json")
        line = f"{files[1]}: the same scores as in a.csv, which would be counted twice; expected each input once"
        checks.check(f"twice: {files}", run.code == 3 and run.left == [] and run.err == f"plumbline verification: {line}\n",
                     run)
checks.done()

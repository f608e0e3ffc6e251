#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""test_bad_input.py PROGRAM: input that is wrong gives exit 3 and one line that says where, what was seen and what was
expected; no output is written and nothing stays behind."""
import gzip
import json

from driver import Checklist, Place, comparisons

SAMPLES = "ref_sample,probe_sample,ref_subject,probe_subject,score\n"
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
    # tables as spreadsheets and other programs write them
    ("noheader.csv", "0.5,1\n0.4,0\n", [],
     "noheader.csv:1: no column score; name it by --map score=COLUMN; this line holds numbers: is the header missing?"),
    ("excel.csv", HEAD.replace(",", ";") + "0,5;1;a;a\n", [],
     'excel.csv:2:1: "0,5" is not a number; expected a score with a decimal point and no other separator'),
    ("sep.csv", "sep=;\n" + GOOD.replace(",", ";"), [],
     "sep.csv:1:1: a line that only Excel understands; expected the header, so delete this line"),
    ("thousands.csv", HEAD + '"1,234.5",1,a,a\n', [],
     'thousands.csv:2:2: "1,234.5" is not a number; expected a score with a decimal point and no other separator'),
    ("apostrophe.csv", HEAD + "1'234,1,a,a\n", [], 'apostrophe.csv:2:1: "1\'234" is not a number; expected a score'),
    ("percent.csv", HEAD + "98.5%,1,a,a\n", [], 'percent.csv:2:1: "98.5%" is not a number; expected a score'),
    ("none.csv", HEAD + "1,1,a,a\nNone,1,a,a\n", [],
     'none.csv:3:1: "None" is not a number; expected a score, or nothing, NA or nan'),
    ("nbsp.csv", HEAD + "1\u00a0234,1,a,a\n", [],
     'nbsp.csv:2:1: "1\\xc2\\xa0234" is not a number; expected a score'),
    ("minus.csv", HEAD + "\u22120.5,1,a,a\n", [], 'minus.csv:2:1: "\u22120.5" is not a number; expected a score'),
    ("range.csv", HEAD + "1e309,1,a,a\n", [],
     'range.csv:2:1: "1e309" is out of the range of a double; expected a score below 1.8e308'),
    ("tabs.csv", HEAD + "0.5\t1\ta\ta\n", [], "tabs.csv:2: 1 cell; expected 4 as in the header, separated by commas"),
    ("trailing.csv", HEAD + "1,1,a,a,\n", [], "trailing.csv:2: 5 cells; expected 4 as in the header"),
    ("joined.csv", HEAD + "1,1,a,a\n" + HEAD + "2,0,a,b\n", [],
     "joined.csv:3: the header line again; expected it once (are these several files in one?)"),
    ("bom.csv", "\ufeff" + HEAD + "1,1,a,a\n\ufeff0.5,0,a,b\n", [],
     'bom.csv:3:1: "\\xef\\xbb\\xbf0.5" is not a number; expected a score'),
    ("blank.csv", HEAD + "1,1,a,a\n\n2,0,a,b\n", [],
     "blank.csv:3: the line is empty; expected 4 cells (write NA for a missing score)"),
    ("total.csv", HEAD + "1,1,a,a\nTotal: 1\n", [],
     "total.csv:3: 1 cell; expected 4 as in the header, separated by commas"),
    ("behind.csv", HEAD + '1,1,"a"b,a\n', [],
     "behind.csv:2:8: text behind a closing quote; expected a separator (a quote within quotes is doubled)"),
    ("quoted-row.csv", HEAD + '"1,1,a,a"\n', [],
     "quoted-row.csv:2: 1 cell; expected 4 as in the header, separated by commas"),
    ("both.csv", "score,similarity,mated\n1,1,1\n", [],
     'both.csv:1: two columns mean score; choose one by --map; the columns are "score", "similarity", "mated"'),
    ("side.csv", "score,mated,probe_subject\n1,1,a\n", [],
     "side.csv:1: no column reference_subject, though there is one for the other side; the columns are "
     '"score", "mated", "probe_subject"'),
    ("label2.csv", HEAD + "1,2,a,a\n", [], None),
    ("label-empty.csv", HEAD + "1,,a,a\n", [], None),
    ("no-id.csv", HEAD + "1,1,a,a\n1,1,,\n", [],
     "no-id.csv:3:5: no subject id here; expected the id of a person in every row"),
    ("person.csv", SAMPLES + "r1,p1,a,a,1\nr1,p2,b,a,0\nr2,p2,c,c,.5\n", [],
     "person.csv:3:1: this sample belongs to another person in an earlier row; expected sample ids that are unique in "
     "the test, so put the person's id into them if they are numbered within each person"),
    ("side-person.csv", SAMPLES + "r1,p1,a,a,1\nr2,p2,c,a,.5\nr3,r2,c,a,0\n", [],
     "side-person.csv:4:4: this sample belongs to another person in an earlier row; expected sample ids that are unique "
     "in the test, so put the person's id into them if they are numbered within each person"),
    ("status.csv", "score,mated,status\n1,1,fine\n", [],
     'status.csv:2:5: status "fine" is not known; expected one of ok, failed-to-enrol, failed-to-acquire, '
     "failed-to-compare"),
    # every sample of the rows that failed to be acquired was compared elsewhere
    ("acquired.csv", "score,status,mated,probe_subject,reference_subject,probe_sample,reference_sample\n"
     "1,ok,1,a,a,a1,a2\n,failed-to-acquire,0,a,b,a1,b1\n2,ok,0,a,b,a2,b1\n", [],
     "acquired.csv: rows say that a sample failed to be acquired, but every sample in them was compared elsewhere; "
     "expected comparisons that failed (status failed-to-compare, or --missing ftc)"),
    ("said.csv", GOOD.replace("score", "distance"), ["--similarity"],
     'said.csv: column "distance" says that scores are distances, but --similarity was given'),
    # text that is none, or none of scores
    ("mac.csv", GOOD.replace("\n", "\r"), [],
     "mac.csv: its lines end in CR alone; expected LF or CRLF at the ends of lines"),
    ("wide.csv", GOOD.encode("utf-16"), [], "wide.csv: this is UTF-16 text; expected UTF-8, so save it again as UTF-8"),
    ("wider.csv", GOOD.encode("utf-32"), [], "wider.csv: this is UTF-32 text; expected UTF-8, so save it again as UTF-8"),
    ("scores.json", '{"scores": [0.5, 0.25]}\n', [],
     "scores.json: this is a JSON document; expected text, for example a CSV written from it"),
    ("page.html", "<!DOCTYPE html>\n<html><table></table></html>\n", [],
     "page.html: this is an XML or HTML document; expected text, for example a CSV written from it"),
    ("blank.txt", "\n  \n\n", [], "blank.txt: only empty lines; expected comparison scores"),
    ("prose.txt", "hello world\n", [],
     "prose.txt:1: the format is not known; expected a header line with a column score, between commas, tabs or "
     "semicolons, or another format, named by --format"),
    ("blanks.txt", "score mated\n1 1\n", [],
     "blanks.txt:1: the format is not known; expected a header line with a column score, between commas, tabs or "
     "semicolons, or another format, named by --format"),
    ("damaged.gz", PACKED[:40] + bytes(8) + PACKED[48:], [], None),
    ("more.gz", PACKED + b"more", [], None),
    ("twice.gz", gzip.compress(PACKED), [],
     "twice.gz: this is gzip within a compressed file; expected text, plain or packed once by gzip or zstd"),
    # the other formats
    ("labels.txt", "1 0.5\n-1 0.25\n0 x\n1 0.75\n", [],
     "labels.txt:3: the lines before look like format labels (two blank separated columns, a class and a number), but "
     "this one does not; if it is meant so, name the format by --format"),
    ("bob.txt", "a a p1 0.5\n" * 500 + "a b p2\n" + "a a p1 0.5\n" * 500, [],
     "bob.txt:501: the lines before look like format bob4 (four blank separated columns, the last a number), but this "
     "one does not; if it is meant so, name the format by --format"),
    ("bob4.txt", "a a p1 0.5\na b p2\n", ["--format", "bob4"],
     "bob4.txt:2:7: 3 columns between blanks; a row of format bob4 has 4: claimed_id real_id probe_label score"),
    ("labels.csv", "1,0.5\n0,0.4\n", ["--format", "labels"],
     "labels.csv:1:6: 1 column between blanks; a row of format labels has 2: class score"),
    ("scores.txt", "0.5\n0.25\n", [],
     "scores.txt: one score a line does not say which comparisons are mated; expected a file of each class, given with "
     "--mated and --nonmated"),
    ("trials.txt", "e1 t1 0.5\n", [],
     'trials.txt: "enrol test score" does not say which comparisons are mated; expected a trial list, given with '
     "--trials, or a table of samples, given with --samples"),
    ("log.txt", "enrollTempl verifTempl simScore returnCode\n1 2 0.5 0\n", [],
     "log.txt: a comparison log does not say which comparisons are mated; expected a table of samples, given with "
     "--samples, or a trial list, given with --trials"),
    ("matrix.csv", ",a,b\na,1,2\n", [], "matrix.csv:2: the matrix ends after 1 of 2 rows; a score matrix is square"),
    ("matrix-short.csv", ",a,b\na,1,2\nb,3\n", [], "matrix-short.csv:3:4: fewer scores than columns; expected 2"),
    ("matrix-cell.csv", ",a,b\na,1,2\nb,3,0.1.2\n", [],
     'matrix-cell.csv:3:5: "0.1.2" is not a number; expected a score'),
    ("matrix-id.csv", ",a,b\na,1,2\nc,3,4\n", [], None),
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

with Place(good__csv=GOOD) as place:
    for target in ["1e-20", "1e-300", "1e-400", "0.01,1e-400%"]:
        run = place.run("verification", "good.csv", "--fmr", target, "--json", "r.json")
        line = "an FMR target has more than 19 digits behind the point; expected for instance 1e-3 or 0.1%"
        checks.check(f"--fmr {target}", run.code == 2 and run.left == [] and run.err == f"plumbline verification: {line}\n",
                     run)
    run = place.run("verification", "good.csv", "--fmr", "0,1e-19", "--json", "-")
    wanted = [e["status"] for e in json.loads(run.out)["estimates"] if e["metric"] == "FNMR"]
    checks.check("targets of 0 and 1e-19 are unsupported", wanted == ["unsupported"] * 2, run)

with Place(secret__csv=HEAD + "1,1,alice,alice\n2,1,alice,bob\n") as place:
    run = place.run("verification", "secret.csv")
    checks.check("no id in a message", run.code == 3 and "alice" not in run.err and "bob" not in run.err, run)

with Place(good__csv=GOOD) as place:
    run = place.run("verification", "good.csv", "nosuch.csv", "--json", "r.json")
    checks.check("a file that is not there", run.code == 5 and run.left == []
                 and run.err == "plumbline verification: nosuch.csv: could not open: No such file or directory\n", run)

with Place(a__csv=GOOD, b__csv=GOOD) as place:
    place.put("packed.csv.gz", gzip.compress(GOOD.encode()))
    place.put("saved.csv", b"\xef\xbb\xbf" + GOOD.rstrip("\n").replace("\n", "\r\n").encode())
    for files in (["a.csv", "b.csv"], ["a.csv", "./a.csv"], ["a.csv", "./a.csv", "--digest", "none"],
                  ["a.csv", "packed.csv.gz"], ["a.csv", "saved.csv", "--digest", "none"]):
        run = place.run("verification", *files, "--json", "r.json")
        line = f"{files[1]}: the same scores as in a.csv, which would be counted twice; expected each input once"
        checks.check(f"twice: {files}", run.code == 3 and run.left == [] and run.err == f"plumbline verification: {line}\n",
                     run)
checks.done()

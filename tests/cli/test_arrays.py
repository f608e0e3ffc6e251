#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""test_arrays.py PROGRAM: NumPy arrays and BEE matrices give the result of the CSV with the same comparisons, to the last
byte but for the provenance; what is wrong with them gives exit 3 and a line that says so. Skipped without numpy."""
import gzip
import io
import json
import re
import struct
import zipfile

from driver import Checklist, Place

checks = Checklist()
try:
    import numpy
except ImportError as missing:
    checks.skip("arrays", f"nothing was compared: {missing}")
    checks.done()

PEOPLE = 40
rng = numpy.random.default_rng(7)
scores = rng.normal(size=(PEOPLE, PEOPLE)).astype("f4").round(2)
scores[numpy.arange(PEOPLE), numpy.arange(PEOPLE)] += 3
IDS = [str(1000 + 7 * k) for k in range(PEOPLE)]
MATED = numpy.eye(PEOPLE, dtype=bool)


def packed(array, **how):
    file = io.BytesIO()
    numpy.save(file, array, **how)
    return file.getvalue()


def mtx(first, kind, array, order="<"):
    rows, columns = array.shape
    head = f"{first}\ntargets.xml\nqueries.xml\n{kind} {rows} {columns} ".encode()
    return head + struct.pack(order + "I", 0x12345678) + b"\n" + array.tobytes()


def table(header, rows):
    return header + "\n" + "".join(",".join(map(str, row)) + "\n" for row in rows)


def cells(keep=lambda i, j: True):
    return [(i, j, repr(float(scores[i, j]))) for i in range(PEOPLE) for j in range(PEOPLE) if keep(i, j)]


def result(place, *words):
    """The bytes of the result without its provenance."""
    run = place.run("verification", *words, "--fmr", "1e-2,1e-3", "--threshold", "1.5", "--json", "-")
    checks.check(f"{' '.join(words)}: measured", run.code == 0, run)
    return re.sub(r'"provenance": \{.*?\n  \},\n', "", run.out, count=1, flags=re.S)


def same(place, wanted, *words):
    checks.equal(f"{' '.join(words)}: the same result", result(place, *words), wanted)


def structured():
    kinds = [("reference", "<u4"), ("probe", "<u4"), ("score", "<f4"), ("mated", "?"), ("probe_age", "f2")]
    rows = numpy.zeros(PEOPLE * PEOPLE, dtype=kinds)
    for k, (i, j, _) in enumerate(cells()):
        rows[k] = (IDS[j], IDS[i], scores[i, j], i == j, 40)
    return rows


with Place() as place:
    # one class each
    place.put("m.csv", table("score", [[repr(float(x))] for x in scores[MATED]]))
    place.put("n.csv", table("score", [[repr(float(x))] for x in scores[~MATED]]))
    wanted = result(place, "--mated", "m.csv", "--nonmated", "n.csv")
    for kind in ("<f4", ">f4", "<f8", ">f8"):
        place.put("m.npy", packed(scores[MATED].astype(kind)))
        place.put("n.npy", packed(scores[~MATED].astype(kind)))
        same(place, wanted, "--mated", "m.npy", "--nonmated", "n.npy")
    place.put("n.npy.gz", gzip.compress(packed(scores[~MATED])))
    same(place, wanted, "--mated", "m.npy", "--nonmated", "n.npy.gz")
    same(place, wanted, "--mated", "m.npy", "--nonmated", "n.csv")
    whole = place.shell("cat n.npy | plumbline verification --mated m.npy --nonmated - --csv -")
    checks.check("from a pipe", whole.code == 0 and whole.out.startswith("metric,"), whole)

    # the same scores in another packing: bytes that would be line ends in a text count
    large = rng.integers(0, 1 << 32, 400_000, dtype="u4")
    large[[5, 300_000]] = 0x0a0d0a0d
    place.put("large.npy", packed(large))
    place.put("large.npy.gz", gzip.compress(packed(large), 1))
    for kind in ("xxh3", "sha256", "none"):
        twice = place.run("verification", "--mated", "large.npy", "--nonmated", "large.npy.gz", "--digest", kind)
        checks.check(f"the same scores twice, {kind}", twice.code == 3 and "as in large.npy, " in twice.err, twice)

    # integers
    for kind in ("i1", "u1", "<i2", ">u2", "<i4", ">u4", "<i8", ">u8"):
        ints = numpy.clip(scores * 20 + 60, 0, 127).astype("i4")
        place.put("im.csv", table("score", [[x] for x in ints[MATED]]))
        place.put("in.csv", table("score", [[x] for x in ints[~MATED]]))
        place.put("im.npy", packed(ints[MATED].astype(kind)))
        place.put("in.npy", packed(ints[~MATED].astype(kind)))
        words = [["verification", "--mated", f"im.{end}", "--nonmated", f"in.{end}", "--csv", "-"] for end in ("csv", "npy")]
        checks.equal(f"{kind}: the same result", place.run(*words[1]).out, place.run(*words[0]).out)

    # matrices
    place.put("ids.txt", "\n".join(IDS) + "\n")
    place.put("s.csv", table("probe_subject,reference_subject,score", [(IDS[i], IDS[j], s) for i, j, s in cells()]))
    wanted = result(place, "s.csv")
    place.put("s.npy", packed(scores))
    place.put("fortran.npy", packed(numpy.asfortranarray(scores)))
    place.put("double.npy", packed(scores.astype(">f8")))
    place.put("s.npy.gz", gzip.compress(packed(scores)))
    for name in ("s.npy", "fortran.npy", "double.npy", "s.npy.gz"):
        same(place, wanted, name, "--row-ids", "ids.txt")
    same(place, wanted, "s.npy", "--row-ids", "ids.txt", "--column-ids", "ids.txt")
    half = [(IDS[i], IDS[j], s) for i, j, s in cells(lambda i, j: j < 25 and i >= 5)]
    place.put("half.csv", table("probe_subject,reference_subject,score", half))
    place.put("half.npy", packed(scores[5:, :25]))
    place.put("probes.txt", "\n".join(IDS[5:]))
    place.put("gallery.txt", "\n".join(IDS[:25]))
    same(place, result(place, "half.csv"), "half.npy", "--row-ids", "probes.txt", "--column-ids", "gallery.txt")
    place.put("samples.csv", table("sample,subject", [(one, k // 2) for k, one in enumerate(IDS)]))
    place.put("samples-s.csv", table("probe_sample,reference_sample,score", [(IDS[i], IDS[j], s) for i, j, s in cells()]))
    of_samples = result(place, "samples-s.csv", "--samples", "samples.csv", "--similarity")
    same(place, of_samples, "s.npy", "--row-ids", "ids.txt", "--samples", "samples.csv", "--similarity")

    # named fields
    place.put("rows.npy", packed(structured()))
    place.put("rows.csv", table("reference_subject,probe_subject,score,mated",
                                [(IDS[j], IDS[i], s, int(i == j)) for i, j, s in cells()]))
    same(place, result(place, "rows.csv"), "rows.npy", "--map", "reference_subject=reference,probe_subject=probe")
    texts = structured().astype([("reference_subject", "S5"), ("probe_subject", "U5"), ("score", ">f8"), ("mated", "i1"),
                                 ("age", "f2")])
    place.put("texts.npy", packed(texts))
    same(place, result(place, "rows.csv"), "texts.npy")
    aligned = numpy.zeros(len(texts), dtype=numpy.dtype(
        [("mated", "i1"), ("score", "f8"), ("reference_subject", "S5"), ("probe_subject", "U5")], align=True))
    for name in aligned.dtype.names:
        aligned[name] = texts[name]
    place.put("aligned.npy", packed(aligned))
    same(place, result(place, "rows.csv"), "aligned.npy")

    # BEE
    place.put("s.mtx", mtx("S2", "MF", scores))
    place.put("big.mtx", mtx("S2", "MF", scores.astype(">f4"), ">"))
    truth = numpy.where(MATED, 0xff, 0x7f).astype("u1")
    place.put("truth.mask", mtx("S2", "MB", truth))
    declared = result(place, "s.csv", "--similarity")
    same(place, declared, "s.mtx", "--row-ids", "ids.txt")
    same(place, declared, "big.mtx", "--row-ids", "ids.txt")
    same(place, declared, "s.mtx", "--row-ids", "ids.txt", "--mask", "truth.mask")
    alone = result(place, "--mated", "m.csv", "--nonmated", "n.csv", "--similarity")
    same(place, alone, "s.mtx", "--mask", "truth.mask")
    distances = (5 - scores).astype("f4")
    place.put("d.mtx", mtx("D2", "MF", distances))
    place.put("d.csv", table("probe_subject,reference_subject,distance",
                             [(IDS[i], IDS[j], repr(float(distances[i, j]))) for i, j, _ in cells()]))
    same(place, result(place, "d.csv"), "d.mtx", "--row-ids", "ids.txt")
    truth[3, 4:9] = 0
    place.put("some.mask", mtx("S2", "MB", truth))
    place.put("some.csv", table("probe_subject,reference_subject,score",
                                [(IDS[i], IDS[j], s) for i, j, s in cells(lambda i, j: truth[i, j])]))
    some = place.run("verification", "s.mtx", "--mask", "some.mask", "--row-ids", "ids.txt", "--json", "-")
    estimates = json.loads(place.run("verification", "some.csv", "--similarity", "--json", "-").out)["estimates"]
    checks.equal("a mask: the same estimates", json.loads(some.out)["estimates"], estimates)
    inputs = json.loads(some.out)["provenance"]["inputs"]
    checks.equal("a mask: the provenance", [(one["name"], one["format"], one["rows"]) for one in inputs],
                 [("ids.txt", "id-list", 0), ("some.mask", "mask", 0), ("s.mtx", "mtx", PEOPLE * PEOPLE)])
    checks.equal("a mask: what was left out", inputs[2]["dropped"], [{"why": "ignored by the mask", "rows": 5}])

    # other commands
    place.put("t.npy", packed((scores + rng.normal(size=scores.shape) / 9).astype("f4")))
    compared = place.run("compare", "s.npy", "t.npy", "--row-ids", "ids.txt", "--csv", "-", "--similarity")
    checks.check("compare reads matrices", compared.code == 0 and "FNMR_DIFFERENCE" in compared.out, compared)
    looked = place.run("check", "s.npy", "--row-ids", "ids.txt")
    checks.check("check says what it is", looked.code == 0 and "40 rows (probes), 40 columns (references)" in looked.out and
                 "40 mated, 1560 non-mated" in looked.out, looked)
    checks.check("check shows no id", not any(one in looked.out.replace("1560", "") for one in IDS), looked)

    for name, words in (("half-1.npy", IDS[:15]), ("half-2.npy", IDS[15:])):
        first = IDS.index(words[0])
        place.put(name, packed(scores[first:first + len(words)]))
        place.put("some.txt", "\n".join(words))
        state = place.run("count", name, "--row-ids", "some.txt", "--column-ids", "ids.txt", "-o", name + ".state")
        checks.check(f"count reads {name}", state.code == 0, state)
    same(place, wanted, "half-1.npy.state", "half-2.npy.state")

    # what is wrong
    bad = scores.copy()
    bad[4, 6] = numpy.nan
    place.put("nan.npy", packed(bad))
    file = io.BytesIO()
    numpy.savez(file, scores=scores)
    place.put("s.npz", file.getvalue())
    place.put("half16.npy", packed(scores.astype("f2")))
    place.put("object.npy", packed(numpy.array([1, "x"], dtype=object), allow_pickle=True))
    place.put("cut.npy", packed(scores)[:-7])
    place.put("long.npy", packed(scores) + packed(scores))
    place.put("broken.npy", packed(scores).replace(b"'shape'", b"'shapo'"))
    place.put("cube.npy", packed(scores.reshape(4, 10, 40)))
    ids = ["--row-ids", "ids.txt"]
    for name, words, wanted in (
            ("nan.npy", ids, "nan.npy: row 5, column 7: no score here; say what that means by --missing fta, ftc, lowest or "
             "drop"),
            ("s.npz", ids, "s.npz: this is a NumPy .npz archive; unpack it (unzip) and give the .npy files in it"),
            ("half16.npy", ids, "half16.npy: holds 16-bit floats; expected scores as floats of 32 or 64 bits or as integers "
             '(in NumPy, scores.astype("f4"))'),
            ("object.npy", ids, "object.npy: holds Python objects, which are never loaded; expected numbers, saved with "
             "allow_pickle=False"),
            ("cut.npy", ids, "cut.npy: ends after 6393 of the 6400 bytes that the header says (1600 times 4); is the file cut "
             "off?"),
            ("long.npy", ids, "long.npy: 6528 bytes or more behind the last score; expected 1600 times 4 bytes as the header "
             "says, and the end of the file"),
            ("broken.npy", ids, "broken.npy: byte 52 of its header: \"'shapo': (40\"; expected the keys 'descr', "
             "'fortran_order' and 'shape', each once"),
            ("cube.npy", ids, None),
            ("s.npy", [], "s.npy: a matrix without ids does not say which comparisons are mated; expected a list of ids by "
             "--row-ids (and --column-ids where columns have other ids)"),
            ("s.mtx", [], None),
            ("s.npy", ["--row-ids", "probes.txt"], "probes.txt: 35 ids; expected 40, one for each row of s.npy"),
            ("s.mtx", ["--mask", "s.mtx"], "s.mtx:4: a matrix of scores (MF); expected a mask (MB)")):
        run = place.run("verification", name, *words, "--csv", "out.csv")
        checks.check(f"{name} {' '.join(words)}: exit 3, nothing written", run.code == 3 and not run.left and not run.out, run)
        if wanted:
            checks.equal(f"{name} {' '.join(words)}: the message", run.err, f"plumbline verification: {wanted}\n")
    for words in (["s.csv", *ids], ["s.npy", "--column-ids", "ids.txt"], ["s.npy", *ids, "--mask", "truth.mask"],
                  ["s.npy", *ids, "--map", "score=x"], ["s.mtx", "d.mtx", "--mask", "truth.mask"]):
        run = place.run("verification", *words)
        checks.check(f"{' '.join(words)}: exit 2", run.code == 2 and run.err.count("\n") <= 2, run)
    place.put("ids2.txt", "\n".join(IDS))
    run = place.run("verification", "s.npy", "--row-ids", "ids2.txt", "--csv", "ids2.txt")
    checks.check("a list is not written over", run.code == 2 and place.read("ids2.txt") == "\n".join(IDS), run)
checks.done()

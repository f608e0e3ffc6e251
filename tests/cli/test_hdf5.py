#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""test_hdf5.py PROGRAM: HDF5 files as other programs write them, made by h5py: plain sets, score matrices and keys of
SIDEKIT, PyBOSARIS and BOSARIS; the same is measured as from text. And the columns of `plumbline convert`, read and
written by h5py as doc/formats.md describes them. Skipped where there is no h5py, or no HDF5 in the build."""
import json
import sys

from driver import Checklist, Place

checks = Checklist()
try:
    import h5py
    import numpy
except ImportError as missing:
    checks.skip("HDF5 by h5py", f"nothing was compared: {missing}")
    checks.done()

random = numpy.random.default_rng(5)
MODELS, SEGMENTS = 30, 45
SCORES = numpy.round(random.normal(size=(MODELS, SEGMENTS)), 3)
CLASS = numpy.where(random.random((MODELS, SEGMENTS)) < 0.15, 1, -1)
CLASS[random.random((MODELS, SEGMENTS)) < 0.2] = 0
SCORES[CLASS == 1] += 2
SCORES = numpy.round(SCORES, 3)
MASK = random.random((MODELS, SEGMENTS)) < 0.9
MODEL_IDS, SEGMENT_IDS = [f"m{i}" for i in range(MODELS)], [f"segment-é{i}" for i in range(SEGMENTS)]
TEXT = "".join(f"{MODEL_IDS[i]} {SEGMENT_IDS[j]} {SCORES[i, j]}\n"
               for i in range(MODELS) for j in range(SEGMENTS) if MASK[i, j])
LIST = "".join(f"{MODEL_IDS[i]} {SEGMENT_IDS[j]} {'target' if CLASS[i, j] > 0 else 'nontarget'}\n"
               for i in range(MODELS) for j in range(SEGMENTS) if CLASS[i, j] and MASK[i, j])
KEY = numpy.where(MASK, CLASS, 0)
SAMPLES = "sample,subject\n" + "".join(f"{name},p{i % 9}\n" for i, name in enumerate(MODEL_IDS + SEGMENT_IDS))
PACKED = {"compression": "gzip", "fletcher32": True}


def texts(ids, kind="fixed"):
    if kind == "any":
        return numpy.array(ids, dtype=h5py.string_dtype("utf-8"))
    return numpy.array([name.encode() for name in ids])


def sidekit(file, packed=PACKED, kind="fixed"):
    file.create_dataset("modelset", data=texts(MODEL_IDS, kind), maxshape=(None,), **packed)
    file.create_dataset("segset", data=texts(SEGMENT_IDS, kind), maxshape=(None,), **packed)
    file.create_dataset("score_mask", data=MASK.astype("int8"), maxshape=(None, None), **packed)
    file.create_dataset("scores", data=SCORES, maxshape=(None, None), **packed)


def sidekit_plain(file):
    file["modelset"], file["segset"] = texts(MODEL_IDS), texts(SEGMENT_IDS)
    file["score_mask"], file["scores"] = MASK.astype("int8"), SCORES


def bosaris(file):
    file["ID/row_ids"], file["ID/column_ids"] = texts(MODEL_IDS, "any"), texts(SEGMENT_IDS, "any")
    file["score_mask"], file["scores"] = MASK.astype("uint8"), SCORES


def pybosaris(file):
    names = {"model_names": texts(MODEL_IDS), "test_names": texts(SEGMENT_IDS), "score_mat": SCORES}
    for name, data in names.items():
        file.create_dataset(name, data=data, compression="gzip")
    file.attrs["type"], file.attrs["version"] = "Scores", "1.0"


def key_sidekit(file):
    file["modelset"], file["segset"] = texts(MODEL_IDS), texts(SEGMENT_IDS)
    file.create_dataset("trial_mask", data=KEY.astype("int8"), **PACKED)


def key_bosaris(file):
    file["ID/row_ids"], file["ID/column_ids"] = texts(MODEL_IDS), texts(SEGMENT_IDS)
    file["trial_mask"] = KEY.astype("int8")


def key_pybosaris(file):
    file["model_names"], file["test_names"] = texts(MODEL_IDS), texts(SEGMENT_IDS)
    file.create_dataset("tar_mask", data=KEY > 0, compression="gzip")
    file.create_dataset("non_mask", data=KEY < 0, compression="gzip")


def make(place, name, fill):
    with h5py.File(place.path / name, "w") as file:
        fill(file)


def measured(place, *words):
    run = place.run("verification", *words, "--fmr", "0.1,0.01", "--replicates", "100", "--json", "-")
    if run.code:
        return run.err
    result = json.loads(run.out)
    del result["provenance"]
    return result


def matrices():
    with Place(s__txt=TEXT, t__txt=LIST, p__csv=SAMPLES) as place:
        everything = "".join(f"{MODEL_IDS[i]} {SEGMENT_IDS[j]} {SCORES[i, j]}\n"
                             for i in range(MODELS) for j in range(SEGMENTS))
        place.put("all.txt", everything)
        wanted = measured(place, "s.txt", "--trials", "t.txt")
        by_samples = measured(place, "s.txt", "--samples", "p.csv")
        checks.check("the text is measured", isinstance(wanted, dict) and isinstance(by_samples, dict), wanted)
        keys = [("SIDEKIT", key_sidekit), ("BOSARIS", key_bosaris), ("PyBOSARIS", key_pybosaris)]
        for name, fill in keys:
            make(place, f"key-{name}.h5", fill)
        layouts = [("SIDEKIT", sidekit), ("SIDEKIT, not packed", sidekit_plain), ("BOSARIS", bosaris),
                   ("SIDEKIT, texts of any length", lambda file: sidekit(file, {}, "any"))]
        for name, fill in layouts:
            make(place, "s.h5", fill)
            checks.equal(f"{name} with a text list", measured(place, "s.h5", "--trials", "t.txt"), wanted)
            for key, _ in keys:
                checks.equal(f"{name} with a key of {key}", measured(place, "s.h5", "--trials", f"key-{key}.h5"), wanted)
            checks.equal(f"{name} with samples", measured(place, "s.h5", "--samples", "p.csv"), by_samples)
        for key, _ in keys:
            checks.equal(f"text with a key of {key}", measured(place, "s.txt", "--trials", f"key-{key}.h5"), wanted)
        make(place, "py.h5", pybosaris)
        checks.equal("PyBOSARIS", measured(place, "py.h5", "--samples", "p.csv"),
                     measured(place, "all.txt", "--samples", "p.csv"))
        run = place.run("convert", "s.h5", "--trials", "key-BOSARIS.h5", "-o", "c.h5")
        checks.check("a matrix is converted", run.code == 0 and "scored, but not in the trial list" in run.out, run)
        checks.equal("and measured", measured(place, "c.h5"), wanted)
        groups(place, wanted)
        run = place.run("check", "s.h5", "--trials", "key-SIDEKIT.h5")
        checks.check("check describes it", run.code == 0 and "30 models, the samples of the references" in run.out, run)
        faults(place)


def groups(place, wanted):
    """Scores and key in one file, and in groups of one file."""
    def both(file):
        sidekit(file)
        file["trial_mask"] = KEY.astype("int8")

    def apart(file):
        sidekit(file.create_group("run/1"))
        key_pybosaris(file.create_group("key"))
    make(place, "both.h5", both)
    checks.equal("a key in the file of the scores", measured(place, "both.h5"), wanted)
    make(place, "apart.h5", apart)
    for path in ["run/1", "run/1/scores"]:
        checks.equal(f"groups: {path}", measured(place, f"apart.h5:/{path}", "--trials", "apart.h5:/key"), wanted)


def faults(place):
    def wide(file):
        sidekit(file)
        del file["scores"]
        file["scores"] = SCORES.T

    def twice(file):
        sidekit(file)
        file["modelset"][3] = MODEL_IDS[1].encode()

    def strange(file):
        sidekit(file)
        file["modelset"][3] = b"\xff\xfe"

    def gap(file):
        sidekit(file)
        file["scores"][4, 5] = numpy.nan
        file["score_mask"][4, 5] = 1

    def index(file):
        key_sidekit(file)
        file["trial_mask"][...] = abs(KEY)

    def other(file):
        file["x"] = numpy.zeros(3, dtype=[("a", "f4"), ("b", "i4")])
        file["t"] = texts(MODEL_IDS)
        file["empty"], file["wide"], file["one"] = numpy.zeros((4, 0)), numpy.zeros((0, 4)), 0.5
    for name, fill in [("wide", wide), ("twice", twice), ("strange", strange), ("gap", gap), ("index", index),
                       ("other", other), ("good", sidekit)]:
        make(place, f"{name}.h5", fill)
    whole = (place.path / "good.h5").read_bytes()
    place.put("cut.h5", whole[:len(whole) // 2])
    place.put("head.h5", whole[:300])
    cases = [
        (["wide.h5", "--trials", "t.txt"], 3, "no matrix of 30 models (rows) and 45 segments (columns)"),
        (["twice.h5", "--trials", "t.txt"], 3, "model 4 has the id of model 2; expected each id once"),
        (["strange.h5", "--trials", "t.txt"], 3, "an id is not UTF-8"),
        (["gap.h5", "--samples", "p.csv"], 3, "gap.h5:5: no score here; say what that means by --missing"),
        (["good.h5", "--trials", "index.h5"], 3, "no non-mated trial in this key; if it is an index (Ndx)"),
        (["good.h5", "--trials", "good.h5"], 3, "no key in this HDF5 file"),
        (["good.h5"], 3, "do not say which comparisons are mated; expected a key or trial list"),
        (["key-SIDEKIT.h5"], 3, "a SIDEKIT file without scores; if it is a key, give it with --trials"),
        (["other.h5"], 3, "no scores of a known layout at the root of this HDF5 file"),
        (["other.h5:/x"], 3, "no set of numbers in one or two dimensions"),
        (["other.h5:/t"], 3, "no set of numbers in one or two dimensions"),
        (["--mated", "other.h5:/empty", "--nonmated", "other.h5:/wide"], 3, "no comparisons in this file"),
        (["--mated", "other.h5:/one", "--nonmated", "other.h5:/wide"], 3, "no set of numbers in one or two dimensions"),
        (["other.h5:/none"], 3, "nothing stands at that path"),
        (["cut.h5", "--trials", "t.txt"], 3, "cannot be opened; is it cut off, damaged"),
        (["head.h5", "--trials", "t.txt"], 3, "cannot be opened; is it cut off, damaged"),
        (["good.h5", "--trials", "t.txt", "--cluster", "x"], 2, "--cluster: this HDF5 file has no clusters"),
        (["good.h5", "good.h5", "--trials", "t.txt"], 3, "would be counted twice"),
    ]
    for words, code, part in cases:
        run = place.run("verification", *words)
        checks.check(f"{' '.join(words)}: refused", run.code == code and part in run.err and run.err.count("\n") <= 2, run)


def plain_sets():
    mated, nonmated = random.normal(3, 1, 500), random.normal(0, 1, 4000)
    with Place() as place:
        for name, kind, how in [("doubles", "f8", {}), ("singles", "f4", {}), ("halves", "f2", {}), ("whole", "i4", {}),
                                ("bytes", "u1", {}), ("other order of bytes", ">f8", {}), ("packed", "f4", PACKED),
                                ("chunked", "f8", {"chunks": (77,)})]:
            whole = kind in ("i4", "u1")
            pair = [(numpy.clip(part * 20 + 100, 0, 255) if whole else part).astype(kind) for part in (mated, nonmated)]
            for file, part in zip(("m.txt", "n.txt"), pair):
                place.put(file, "".join(f"{float(value)!r}\n" for value in part))

            def fill(file, pair=pair, how=how):
                file.create_dataset("a/mated", data=pair[0], **how)
                file.create_dataset("a/nonmated", data=pair[1], **how)
                square = {key: value for key, value in how.items() if key != "chunks"}
                file.create_dataset("square", data=pair[1].reshape(40, 100), **square)
            make(place, "s.h5", fill)
            options = ["--format", "pyeer"]
            wanted = measured(place, "--mated", "m.txt", "--nonmated", "n.txt", *options)
            for path in ["a/nonmated", "square"]:
                checks.equal(f"{name}: {path}", measured(place, "--mated", "s.h5:/a/mated", "--nonmated",
                                                         f"s.h5:/{path}"), wanted)
        run = place.run("verification", "s.h5:/a/mated")
        checks.check("a set alone", run.code == 3 and "expected --mated FILE:/PATH and --nonmated FILE:/PATH" in run.err, run)
        run = place.run("verification", "--mated", "s.h5:/a/mated", "--nonmated", "s.h5:/a/mated")
        checks.check("a set twice", run.code == 3 and "would be counted twice" in run.err, run)


def columns():
    """What convert writes, as others see it."""
    with Place() as place:
        place.simulate("a.csv", "--people", "30", "--samples", "2", "--fta", "5%")
        place.run("convert", "a.csv", "-o", "c.h5")
        rows = [line.split(",") for line in place.read("a.csv").splitlines()]
        head = rows.pop(0)
        with h5py.File(place.path / "c.h5") as file:
            checks.check("the layout names itself", file.attrs["layout"] == b"plumbline columns" and
                         file.attrs["version"] == 1 and file.attrs["rows"] == len(rows), dict(file.attrs))
            people, score = file["people"][:], file["score"][:]
            for name, column in [("reference_subject", "reference"), ("probe_subject", "probe")]:
                seen = [people[number].decode() for number in file[column]]
                checks.equal(f"column {column}", seen, [row[head.index(name)] for row in rows])
            checks.equal("column score", [float(value) for value in score],
                         [float(row[head.index("score")] or 0) for row in rows])
            contiguous = [file[name].chunks is None and file[name].id.get_offset() % 4096 == 0
                          for name in ("score", "reference") if file[name].nbytes >= 4096]
            checks.check("columns can be mapped", contiguous and all(contiguous), contiguous)
        long_ids(place)


def long_ids(place):
    ids = [f"{i}-" + "long" * 100 for i in range(12)]
    place.put("long.csv", "score,reference_subject,probe_subject\n" + "".join(
        f"{(i * 7 + j * 11) % 30 + 40 * (i == j)},{ids[i]},{ids[j]}\n" for i in range(12) for j in range(12)))
    run = place.run("convert", "long.csv", "-o", "long.h5")
    checks.check("long ids are converted", run.code == 0, run)
    checks.equal("and measured", measured(place, "long.h5"), measured(place, "long.csv"))
    with h5py.File(place.path / "long.h5") as file:
        checks.equal("texts of any length", sorted(name.decode() for name in file["people"]), sorted(ids))


def shards():
    """Counted in shards and put together: matrices with a key, and sets, in chunks and without."""
    def both(file):
        sidekit(file)
        file["trial_mask"] = KEY.astype("int8")

    def sets(file):
        file.create_dataset("mated", data=random.normal(size=70000) + 2, chunks=(9000,), compression="gzip")
        file["nonmated"] = random.normal(size=(1000, 150))
    with Place(p__csv=SAMPLES) as place:
        make(place, "both.h5", both)
        make(place, "sets.h5", sets)
        make(place, "s.h5", sidekit)
        for words in (["both.h5"], ["s.h5", "--samples", "p.csv"],
                      ["--mated", "sets.h5:/mated", "--nonmated", "sets.h5:/nonmated"]):
            wanted = measured(place, *words)
            for n in (2, 5):
                runs = [place.run("count", *words, "--shard", f"{k}/{n}", "-o", f"{k}.state") for k in range(n)]
                checks.check("counted", all(run.code == 0 for run in runs), runs)
                checks.equal(f"{' '.join(words)} in {n} shards",
                             measured(place, *[f"{k}.state" for k in reversed(range(n))]), wanted)


with Place() as first:
    make(first, "x.h5", sidekit)
    tried = first.run("verification", "x.h5")
    if "HDF5 is not in this build" in tried.err:
        checks.skip("HDF5 by h5py", "this build has no HDF5")
        checks.done()
matrices()
plain_sets()
columns()
shards()
checks.done()

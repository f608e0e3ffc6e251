#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""test_sklearn.py PROGRAM: --as sklearn and --as cimat, whose rules are functions of scikit-learn's roc_curve, against
scikit-learn itself, on drawn scores and on the real ones in $PLUMBLINE_DATA. Skipped where there is no scikit-learn."""
import csv
import gzip
import json
import os
import pathlib
import random

from driver import Checklist, Place

checks = Checklist()
DATA = pathlib.Path(os.environ.get("PLUMBLINE_DATA", ""))
TARGETS = [0.3, 0.1, 0.01, 0.001]
try:
    import numpy
    from scipy.interpolate import interp1d
    from scipy.optimize import brentq
    from sklearn.metrics import roc_auc_score, roc_curve
except ImportError as missing:
    checks.skip("scikit-learn", f"nothing was compared: {missing}")
    checks.done()


def drawn(seed, decimals):
    """(score, mated) of a weak system; few decimals make ties."""
    random.seed(seed)
    return [(round(random.gauss(1.5 * (row % 4 == 0), 1), decimals), int(row % 4 == 0)) for row in range(4000)]


def matrix(path):
    with gzip.open(path, "rt") as file:
        rows = list(csv.reader(file))
    return [(float(cell), int(rows[0][k + 1] == row[0])) for row in rows[1:] for k, cell in enumerate(row[1:])]


def voxceleb(path):
    with gzip.open(path, "rt") as file:
        return [(float(row["score_lda"]), int(row["label"] == "genuine")) for row in csv.DictReader(file)]


def estimates(place, tool):
    run = place.run("verification", "scores.csv", "--as", tool, "--similarity", "--json", "-", "--fmr",
                    ",".join(map(str, TARGETS)))
    checks.check(f"--as {tool}", run.code == 0, run)
    return json.loads(run.out)["estimates"] if run.code == 0 else []


def values(found, metric):
    return [estimate["value"] for estimate in found if estimate["metric"] == metric]


def compare(place, name, rows):
    place.put("scores.csv", "score,mated\n" + "".join(f"{score!r},{mated}\n" for score, mated in rows))
    scores, mated = numpy.array([row[0] for row in rows]), numpy.array([row[1] for row in rows])
    found = estimates(place, "sklearn")
    fmr, hit, _ = roc_curve(mated, scores)
    eer = brentq(lambda x: 1.0 - x - interp1d(fmr, hit)(x), 0.0, 1.0)
    checks.check(f"{name}: EER", numpy.allclose(values(found, "EER"), [eer], rtol=0, atol=1e-10), (eer, values(found, "EER")))
    checks.check(f"{name}: AUC", numpy.allclose(values(found, "AUC"), [roc_auc_score(mated, scores)], rtol=0, atol=1e-12))
    found = estimates(place, "cimat")
    fmr, hit, _ = roc_curve(mated, scores, drop_intermediate=False)
    wanted = list(1 - numpy.interp(TARGETS, fmr, hit))
    checks.check(f"{name}: FNMR", numpy.allclose(values(found, "FNMR"), wanted, rtol=0, atol=1e-13),
                 (wanted, values(found, "FNMR")))


with Place() as room:
    for decimals in (0, 1, 2, 9):
        compare(room, f"{decimals} decimals", drawn(7 + decimals, decimals))
    if (DATA / "README.md").exists():
        compare(room, "face C", matrix(DATA / "bssr1_set1_face_C.matrix.csv.gz"))
        compare(room, "left finger", matrix(DATA / "bssr1_set1_finger_left.matrix.csv.gz"))
        compare(room, "VoxCeleb", voxceleb(DATA / "voxceleb1_o_lda.csv.gz"))
    else:
        checks.skip("real scores", "PLUMBLINE_DATA names no folder that holds them")
checks.done()

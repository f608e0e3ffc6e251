#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""test_published.py PROGRAM: scores of real matchers, and the figures that other people's programs and papers obtained
from them. The data lies outside the repository, in $PLUMBLINE_DATA."""
import json
import os
import pathlib

from driver import Checklist, Place

checks = Checklist()
DATA = pathlib.Path(os.environ.get("PLUMBLINE_DATA", ""))


def measure(place, *words):
    words = [str(DATA / word[1:]) if word.startswith("@") else word for word in words]
    run = place.run("verification", *words, "--json", "-")
    checks.check(f"{words[0]}: measured", run.code == 0, run)
    return json.loads(run.out) if run.code == 0 else None


def find(result, metric, target=None, threshold=None):
    for estimate in result["estimates"]:
        at_most = estimate["target"]["at_most"] if estimate["target"] else None
        if estimate["metric"] == metric and at_most == target and (threshold is None
                                                                   or estimate["threshold"] == threshold):
            return estimate
    return {}


def counts(result, name, target, threshold, fmr, fnmr):
    """FMR and FNMR at the threshold for a target, as published counts."""
    for metric, (errors, trials) in [("FMR", fmr), ("FNMR", fnmr)]:
        seen = find(result, metric, target)
        checks.equal(f"{name}: {metric} for {target}", (seen.get("threshold"), seen.get("errors"), seen.get("trials")),
                     (threshold, errors, trials))


def value(result, name, metric, wanted, digits, **where):
    """A value to every digit that was printed; of a double printed whole, the last two are the printer's rounding."""
    seen = find(result, metric, **where).get("value")
    checks.check(f"{name}: {metric} is {wanted}", seen is not None and f"{seen:.{digits}g}" == f"{wanted:.{digits}g}", seen)


def bssr1(place):
    for name, file, eer, digits, auc, dprime, rows in [
            ("face C", "@bssr1_set1_face_C.matrix.csv.gz", 0.04447993042748116, 14, 0.9890885351253373, 2.0492331348365402,
             [(0.01, 0.61248, 2665, 44), (0.001, 0.64386, 266, 83), (0.0001, 0.67278, 26, 133)]),
            ("left finger", "@bssr1_set1_finger_left.matrix.csv.gz", 0.0851307483544, 12, 0.9628289318465819,
             1.9039477763343307, [(0.01, 19, 2072, 65), (0.001, 25, 253, 87), (0.0001, 31, 24, 119)])]:
        result = measure(place, file, "--fmr", "1e-2,1e-3,1e-4")
        if not result:
            continue
        checks.equal(f"{name}: people", result["test"]["people"], 517)
        for target, threshold, false_matches, misses in rows:
            counts(result, name, target, threshold, (false_matches, 266772), (misses, 517))
        value(result, name, "EER", eer, digits)
        value(result, name, "AUC", auc, 14)
        value(result, name, "DPRIME", dprime, 14)


def intervals(place):
    """Limits that R and others give for the counts of face C at the thresholds for 1e-2 and 1e-3, by --interval."""
    exact = [(0.062518, 0.112568), (0.129946, 0.195078)]
    wilson = [(0.064008, 0.112325), None]
    for name, wanted in [("clopper-pearson", exact), ("wilson", wilson)]:
        result = measure(place, "@bssr1_set1_face_C.matrix.csv.gz", "--fmr", "1e-2,1e-3", "--interval", name)
        for target, limits in zip([0.01, 0.001], wanted if result else []):
            seen = find(result, "FNMR", target)["interval"]
            close = limits is None or max(abs(seen["lower"] - limits[0]), abs(seen["upper"] - limits[1])) < 5.1e-7
            checks.check(f"face C: {name} of FNMR for {target}", close and seen["method"] == name, seen)
    result = measure(place, "@bssr1_set1_face_C.matrix.csv.gz", "--fmr", "1e-2,1e-3", "--interval", "wald")
    for target, error in [(0.01, 1.925e-4), (0.001, 6.11e-5)] if result else []:
        seen = find(result, "FMR", target)["interval"]
        checks.check(f"face C: standard error of independent trials for {target}",
                     abs((seen["upper"] - seen["lower"]) / 3.919927969 / error - 1) < 1e-3, seen)


def voxceleb(place):
    result = measure(place, "@voxceleb1_o_lda.csv.gz", "--map", "score=score_lda", "--fmr", "1e-2,1e-3", "--similarity")
    if not result:
        return
    checks.equal("VoxCeleb: people", result["test"]["people"], 40)
    counts(result, "VoxCeleb", 0.01, 0.40222, (181, 18190), (6253, 18247))
    seen = find(result, "FNMR", 0.001)
    checks.equal("VoxCeleb: FNMR for 0.001", (seen["threshold"], seen["errors"]), (0.509725, 11056))
    value(result, "VoxCeleb", "EER", 0.0967148568, 9)
    value(result, "VoxCeleb", "AUC", 0.9656619915, 10)


def bob_measure(place):
    for name, threshold, fmr, fnmr, far, frr in [
            ("dev-1", -8.025286e-03, (31, 495), (28, 451), "5.924", "11.273"),
            ("test-1", -8.025286e-03, (27, 479), (29, 473), "5.366", "10.637"),
            ("dev-2", 1.652567e-02, (23, 501), (20, 446), "4.348", "9.547"),
            ("test-2", 1.652567e-02, (16, 480), (33, 471), "3.170", "11.563")]:
        result = measure(place, f"@bob.measure/{name}.txt", "--missing", "fta", "--threshold", repr(threshold))
        if not result:
            continue
        for metric, wanted in [("FMR", fmr), ("FNMR", fnmr)]:
            seen = find(result, metric, threshold=threshold)
            checks.equal(f"{name}: {metric}", (seen.get("errors"), seen.get("trials")), wanted)
        for metric, percent in [("FAR", far), ("FRR", frr)]:
            seen = find(result, metric, threshold=threshold).get("value")
            checks.equal(f"{name}: {metric}", f"{100 * seen:.3f}" if seen is not None else None, percent)
        if name == "dev-1":
            seen = find(result, "FTA")
            checks.equal("dev-1: FTA", (seen.get("errors"), seen.get("trials")), (54, 1000))


def bob_bio(place):
    for name in ["dev-4col", "dev-5col", "test-4col", "test-5col"]:
        result = measure(place, f"@bob.bio.base/{name}.txt", "--fmr", "1e-2")
        if result:
            checks.equal(f"{name}: trials", (result["test"]["mated_trials"], result["test"]["nonmated_trials"]), (390, 520))
        if result and name.startswith("dev"):
            checks.equal(f"{name}: FNMR", find(result, "FNMR", 0.01).get("errors"), 85)
            value(result, name, "EER", 0.06698718, 7)
            value(result, name, "AUC", 0.9804043393, 10)
    result = measure(place, "@bob.bio.base/scores-cmc-4col.txt")
    if result:
        value(result, "scores-cmc-4col", "EER", 0.08, 10)
        value(result, "scores-cmc-4col", "AUC", 0.9760052632, 10)
    run = place.run("verification", str(DATA / "bob.bio.base/scores-nonorm-dev"))
    checks.check("distances that nobody declared are refused", run.code == 3 and "--dissimilarity" in run.err, run)
    result = measure(place, "@bob.bio.base/scores-nonorm-dev", "--dissimilarity")
    checks.check("and read when declared", result and result["test"]["mated_trials"] == 100)


def pyeer(place):
    result = measure(place, "--mated", "@pyeer/non_hist_exp1_true.txt", "--nonmated", "@pyeer/non_hist_exp1_false.txt",
                     "--fmr", "1e-2")
    if result:
        checks.equal("pyeer: trials", (result["test"]["mated_trials"], result["test"]["nonmated_trials"]), (2793, 4950))
        checks.equal("pyeer: FNMR", find(result, "FNMR", 0.01).get("errors"), 360)
        value(result, "pyeer", "EER", 0.0809633391, 9)
        value(result, "pyeer", "AUC", 0.9650048642529845, 14)
        value(result, "pyeer", "DPRIME", 2.0590573271733996, 14)


FINGER, FACE = "@bssr1_set1_finger_left.matrix.csv.gz", "@bssr1_set1_face_C.matrix.csv.gz"
PYEER = ["--mated", "@pyeer/non_hist_exp1_true.txt", "--nonmated", "@pyeer/non_hist_exp1_false.txt"]
VOXCELEB = ["@voxceleb1_o_lda.csv.gz", "--map", "score=score_lda", "--similarity"]


def as_bob(place):
    """Thresholds and rates that bob.measure printed: to meet FMR targets, and for the EER to all its digits."""
    for name, words, targets, eer in [
            ("face C", [FACE], [(0.01, 0.61248, 2665 / 266772, 44 / 517)], ("0.588065", 6)),
            ("left finger", [FINGER], [(0.01, 19, 2072 / 266772, 65 / 517), (0.001, 25, 253 / 266772, 87 / 517)], None),
            ("VoxCeleb", VOXCELEB, [(0.01, 0.402441, 0.00995052, 0.34328931)], None),
            ("pyeer's file", PYEER, [(0.01, None, None, 0.13068385)], None),
            ("dev-1", ["@bob.measure/dev-1.txt", "--missing", "fta"], [], ("-8.025286e-03", 7)),
            ("dev-2", ["@bob.measure/dev-2.txt", "--missing", "fta"], [], ("1.652567e-02", 7))]:
        result = measure(place, *words, "--fmr", "1e-2,1e-3", "--as", "bob")
        for target, threshold, fmr, fnmr in targets if result else []:
            seen = {metric: find(result, metric, target) for metric in ("FMR", "FNMR")}
            checks.check(f"bob, {name}: FMR for {target}",
                         (threshold is None or seen["FMR"]["threshold"] == threshold)
                         and (fmr is None or abs(seen["FMR"]["value"] - fmr) < 1e-8)
                         and abs(seen["FNMR"]["value"] - fnmr) < 1e-8, seen)
        if result and eer:
            seen = find(result, "EER")
            checks.equal(f"bob, {name}: EER threshold", f"{seen['threshold']:.{eer[1]}g}", f"{float(eer[0]):.{eer[1]}g}")
    result = measure(place, FACE, "--as", "bob")
    if result:
        checks.equal("bob, face C: rates at the EER threshold", find(result, "EER")["bracket"],
                     [0.04447243338881142, 0.04448742746615087])
    result = measure(place, *PYEER, "--as", "bob")
    if result:
        low, high = find(result, "EER")["bracket"]
        checks.equal("bob, pyeer's file: rates at the EER threshold", (f"{high:.8g}", low), ("0.081010101", 0.08091657715717866))


def as_pyeer(place):
    for name, words, eer, targets in [
            ("its own file", PYEER, 0.08086232898262974,
             [(0.01, 0.1285356247762263), (0.001, 0.284640171858217), (0, 891 / 2793)]),
            ("left finger", [FINGER], 0.07502661448727753, [(0.01, 0.1218568665377176)]),
            ("VoxCeleb", VOXCELEB, 0.09671485681500869, [])]:
        result = measure(place, *words, "--fmr", "1e-2,1e-3,0", "--as", "pyeer")
        if not result:
            continue
        value(result, f"pyeer, {name}", "EER", eer, 15)
        for target, fnmr in targets:
            seen = find(result, "FNMR", target)
            checks.equal(f"pyeer, {name}: FNMR for {target}", seen["errors"] / seen["trials"], fnmr)
        if words == [FINGER]:
            seen = find(result, "EER")
            checks.check("pyeer, left finger: EER at 13, low end", seen["threshold"] == 13
                         and abs(seen["bracket"][0] - 0.06107837404225331) < 1e-15, seen)
            seen = find(result, "FMR", 0.01)
            checks.equal("pyeer, left finger: FMR100 at 18", (seen["threshold"], f"{seen['value']:.6f}"), (18, "0.010616"))


def pyeer_histogram(place):
    bins = [int(line.split()[-1]) for line in (DATA / "pyeer/hist_exp1_false.txt").read_text().split("\n") if line.strip()]
    written_out = "".join(f"{score}\n" * count for score, count in enumerate(bins))
    place.put("written_out.txt", written_out)
    one = measure(place, "--mated", "@pyeer/hist_exp1_true.txt", "--nonmated", "@pyeer/hist_exp1_false.txt", "--format",
                  "pyeer-histogram", "--fmr", "1e-2,1e-3")
    other = measure(place, "--mated", "@pyeer/hist_exp1_true.txt", "--nonmated", "written_out.txt", "--format", "pyeer",
                    "--fmr", "1e-2,1e-3")
    if not one or not other:
        return
    counts(one, "histogram", 0.01, 94, (650, 66633), (455, 2786))
    checks.equal("histogram: FNMR for 0.001", find(one, "FNMR", 0.001).get("errors"), 595)
    value(one, "histogram", "EER", 0.1170964076, 9)
    value(one, "histogram", "AUC", 0.9087594583, 10)
    checks.equal("histogram written out", other["estimates"], one["estimates"])


if (DATA / "README.md").exists():
    for part in [bssr1, intervals, voxceleb, bob_measure, bob_bio, pyeer, pyeer_histogram, as_bob,
                 as_pyeer]:
        with Place() as room:
            part(room)
else:
    checks.skip("published scores", "PLUMBLINE_DATA names no folder that holds them")
checks.done()

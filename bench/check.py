# SPDX-License-Identifier: Apache-2.0
"""Numbers right before fast: whether all runs gave the same bytes, and the peers the same rates."""
import json
from decimal import Decimal

TOLERANCE = 1e-9  # sums of rates in another order; rates themselves agree to the last digits


def without_provenance(path):
    with open(path, encoding="utf-8") as file:
        result = json.load(file)
    result.pop("provenance")
    return result


def ours(result):
    """{AUC, EER, FNMR by target} of a result, those with a value only."""
    found = {"FNMR": {}}
    for estimate in result["estimates"]:
        if estimate["value"] is None:
            continue
        target = estimate.get("target")
        if estimate["metric"] in ("AUC", "EER"):
            found[estimate["metric"]] = estimate["value"]
        elif estimate["metric"] == "FNMR" and target:
            found["FNMR"][Decimal(str(target["at_most"]))] = estimate["value"]
    return found


def agreement(own, theirs):
    """(how many numbers were compared, those that differ) of plumbline's and a peer's."""
    pairs = [(name, own[name], theirs[name]) for name in ("AUC", "EER") if name in own and name in theirs]
    for target, value in theirs["FNMR"].items():
        if Decimal(target) in own["FNMR"]:
            pairs.append((f"FNMR at FMR {target}", own["FNMR"][Decimal(target)], value))
    faults = [f"{name}: plumbline {a!r}, here {b!r}" for name, a, b in pairs if not abs(a - b) <= TOLERANCE]
    return len(pairs), faults


def differing(programs):
    """Those whose runs wrote different bytes."""
    return [f"{program.title}: {len(program.digests)} different results in {len(program.runs)} runs"
            for program in programs if len(program.digests) != 1]


def check(programs):
    """(what agrees, what does not) of the programs of a job at a size, as sentences."""
    good, bad = [], [f"{program.title}: {program.fault}" for program in programs if program.fault]
    results = [program for program in programs if program.result and program.runs]
    bad += differing(results)
    if not results:
        return good, bad
    # What is asked of verification may differ within a job (its intervals); estimates may not.
    first = without_provenance(results[0].result)
    own = ours(first)
    same = [p for p in results if p.key in ("one", "all", "ranks1", "ranks2", "merged")]
    for program in same:
        if without_provenance(program.result) != first:
            bad.append(f"{program.title}: another result than that of {results[0].title}")
    if not bad:
        runs = sum(len(program.runs) for program in same)
        good.append(f"{runs} results of plumbline ({', '.join(p.title for p in same)}): the same to the byte, but for "
                    "the command and the inputs they name")
    for program in programs:
        answers = (program.report or {}).get("answers")
        if not (answers and program.runs):
            continue
        count, faults = agreement(own, answers)
        bad += [f"{program.title}: {fault}" for fault in faults]
        if not count:
            bad.append(f"{program.title}: no number to compare")
        elif not faults:
            good.append(f"{program.title}: {count} numbers (FNMR{''.join(', ' + k for k in answers if k != 'FNMR')}) "
                        "agree")
    return good, bad

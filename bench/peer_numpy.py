#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The least that "sort everything" can cost: np.sort of both classes, then AUC and FNMR at six targets by looking up.
No curve, no intervals, no people.

    peer_numpy.py NONMATED.npy MATED.npy
    peer_numpy.py TABLE.npy                 structured, with ids: the class follows from them
"""
import sys
from fractions import Fraction

import numpy as np

from answers import TARGETS, Work

CHUNK = 4_000_000


def classes_of(table):
    """The scores of each class, taken from the mapped table a chunk at a time."""
    parts = {False: [], True: []}
    for start in range(0, len(table), CHUNK):
        rows = table[start:start + CHUNK]
        same = rows["probe_subject"] == rows["reference_subject"]
        score = rows["score"]
        for mated in parts:
            parts[mated].append(score[same == mated])
    return [np.concatenate(parts.pop(mated)) for mated in (False, True)]


def main():
    paths = sys.argv[1:]
    work = Work(np)
    nonmated, mated = map(np.load, paths) if len(paths) == 2 else classes_of(np.load(paths[0], mmap_mode="r"))
    nonmated.sort()
    mated.sort()
    below = int(np.searchsorted(nonmated, mated, "left").sum())
    not_above = int(np.searchsorted(nonmated, mated, "right").sum())
    fnmr = {}
    for target in TARGETS:
        # The first score above the best non-mated one that must be rejected is the threshold.
        allowed = int(Fraction(target) * len(nonmated))
        rejected = nonmated[len(nonmated) - allowed - 1]
        fnmr[target] = int(np.searchsorted(mated, rejected, "right")) / len(mated)
    work.report(AUC=(below + not_above) / 2 / len(mated) / len(nonmated), FNMR=fnmr)


if __name__ == "__main__":
    main()

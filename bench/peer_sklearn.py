#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""scikit-learn on NumPy arrays: the curve, EER, AUC and FNMR at six targets. No intervals, no people.

    peer_sklearn.py roc|det NONMATED.npy MATED.npy

roc_curve without drop_intermediate: that is faster, and the points that it would drop are needed for exact rates.
"""
import sys

import numpy as np
import sklearn
from sklearn.metrics import auc, det_curve, roc_curve

from answers import Work, equal_error_rate, fnmr_at_targets


def main():
    curve, nonmated_path, mated_path = sys.argv[1:]
    work = Work(sklearn, np)
    nonmated, mated = np.load(nonmated_path), np.load(mated_path)
    scores = np.concatenate([nonmated, mated])
    is_mated = np.zeros(len(scores), dtype=np.int8)
    is_mated[len(nonmated):] = 1
    del nonmated, mated
    if curve == "roc":
        fmr, hit, _ = roc_curve(is_mated, scores, drop_intermediate=False)
        area = float(auc(fmr, hit))
        fnmr = 1 - hit
        work.report(AUC=area, EER=equal_error_rate(fmr, fnmr), FNMR=fnmr_at_targets(fmr, fnmr))
    else:
        fmr, fnmr, _ = det_curve(is_mated, scores)
        work.report(FNMR=fnmr_at_targets(fmr, fnmr))


if __name__ == "__main__":
    main()

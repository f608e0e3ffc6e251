#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What an analyst writes today: pandas.read_csv and scikit-learn's det_curve. No intervals, no people.

    peer_pandas.py FILE [two]      "two": reads the two columns that it uses, not all four

Prints versions and FNMR at the smallest threshold with FMR <= 1e-3, so that the answers can be compared.
"""
import sys

import pandas
import sklearn
from sklearn.metrics import det_curve


def main():
    columns = ["score", "mated"] if sys.argv[2:] == ["two"] else None
    table = pandas.read_csv(sys.argv[1], usecols=columns)
    fmr, fnmr, thresholds = det_curve(table["mated"], table["score"])
    at = (fmr <= 1e-3).argmax()
    print(f"pandas {pandas.__version__}, scikit-learn {sklearn.__version__}")
    print(repr(float(fnmr[at])), repr(float(thresholds[at])))


if __name__ == "__main__":
    main()

#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What an analyst writes today: pandas.read_csv and scikit-learn's det_curve. No intervals, no people.

    peer_pandas.py FILE [two]      "two": reads the two columns that it uses, not all four
"""
import sys

import pandas
import sklearn
from sklearn.metrics import det_curve

from answers import Work, fnmr_at_targets


def main():
    columns = ["score", "mated"] if sys.argv[2:] == ["two"] else None
    work = Work(pandas, sklearn)
    table = pandas.read_csv(sys.argv[1], usecols=columns)
    fmr, fnmr, _ = det_curve(table["mated"], table["score"])
    work.report(FNMR=fnmr_at_targets(fmr, fnmr))


if __name__ == "__main__":
    main()

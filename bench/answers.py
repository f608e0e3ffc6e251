# SPDX-License-Identifier: Apache-2.0
"""What every peer written in Python reports: one line of JSON with the seconds that its work took (without those of
starting the interpreter and loading its packages) and its answers, so that they can be compared."""
import json
import time

TARGETS = ["1e-1", "1e-2", "1e-3", "1e-4", "1e-5", "1e-6"]


class Work:
    def __init__(self, *modules):
        self.versions = {module.__name__: module.__version__ for module in modules}
        self.start = time.perf_counter()

    def report(self, **answers):
        seconds = time.perf_counter() - self.start
        print(json.dumps({"seconds": seconds, "versions": self.versions, "answers": answers}))


def fnmr_at_targets(fmr, fnmr):
    """FNMR at the least strict threshold that holds FMR at or below each target: the smallest of those allowed."""
    return {target: float(fnmr[fmr <= float(target)].min()) for target in TARGETS if (fmr <= float(target)).any()}


def equal_error_rate(fmr, fnmr):
    """The mean of both rates where they differ least."""
    at = abs(fmr - fnmr).argmin()
    return float((fmr[at] + fnmr[at]) / 2)

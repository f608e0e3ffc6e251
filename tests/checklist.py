# SPDX-License-Identifier: Apache-2.0
"""A list of checks for tests that are scripts: each is said, the last line is 'N passed, N failed'."""
import sys


class Checklist:
    def __init__(self):
        self.passed = self.failed = self.skipped = 0

    def check(self, name, good, detail=""):
        """Counts one check; says why when it failed."""
        if good:
            self.passed += 1
            print(f"ok {name}", flush=True)
        else:
            self.failed += 1
            print(f"FAILED {name}" + (f": {detail}" if detail else ""), flush=True)
        return good

    def equal(self, name, seen, wanted):
        if seen == wanted:
            return self.check(name, True)
        wanted, seen = str(wanted), str(seen)
        at = next((i for i, pair in enumerate(zip(wanted, seen)) if pair[0] != pair[1]), min(len(wanted), len(seen)))
        start = max(0, at - 100)
        return self.check(name, False, f"\n  wanted ...{wanted[start:at + 300]!r}\n  saw    ...{seen[start:at + 300]!r}")

    def none(self, name, faults):
        """One check that holds when the list of faults is empty."""
        return self.check(name, not faults, "".join(f"\n  {fault}" for fault in faults))

    def skip(self, name, why):
        self.skipped += 1
        print(f"SKIPPED {name}: {why}", flush=True)

    def done(self):
        """The closing line; ends the script."""
        tail = f", {self.skipped} skipped" if self.skipped else ""
        print(f"{self.passed} passed, {self.failed} failed{tail}")
        sys.exit(1 if self.failed else 0)

# SPDX-License-Identifier: Apache-2.0
"""Runs the program the way a user does: in a folder of its own, with a temporary folder of its own, and says what it
left behind in either."""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from checklist import Checklist  # noqa: E402,F401 (for the tests that import this module)

PROGRAM = str(pathlib.Path(sys.argv[1]).resolve()) if len(sys.argv) > 1 else ""
HERE = pathlib.Path(__file__).resolve().parent


class Place:
    """A folder with the files of one test; use it in a with statement."""

    def __init__(self, **files):
        self.files = {name.replace("__", "."): content for name, content in files.items()}

    def __enter__(self):
        self.room = tempfile.TemporaryDirectory(prefix="plumbline-cli-")
        self.path = pathlib.Path(self.room.name) / "work"
        self.temporary = pathlib.Path(self.room.name) / "tmp"
        self.path.mkdir()
        self.temporary.mkdir()
        for name, content in self.files.items():
            self.put(name, content)
        return self

    def __exit__(self, *_):
        self.room.cleanup()

    def put(self, name, content):
        (self.path / name).write_bytes(content if isinstance(content, bytes) else content.encode())

    def read(self, name):
        return (self.path / name).read_bytes().decode()

    def listing(self):
        return sorted(str(path.relative_to(self.room.name)) for path in pathlib.Path(self.room.name).rglob("*"))

    def environment(self):
        return dict(os.environ, TMPDIR=str(self.temporary), LC_ALL="C")

    def run(self, *words, **how):
        """Runs the program with these words; a pathological hang is a failed test, not a hung one."""
        return self.call([PROGRAM, *words], **how)

    def shell(self, script, **how):
        """Runs a shell script in which plumbline is the program."""
        return self.call(["bash", "-c", f"plumbline() {{ '{PROGRAM}' \"$@\"; }}\n{script}"], **how)

    def call(self, words, **how):
        before = self.listing()
        how = {"stdin": subprocess.DEVNULL, **how} if "input" not in how else how
        done = subprocess.run(words, cwd=self.path, env=self.environment(), capture_output=True, timeout=120, **how)
        return Run(done.returncode, done.stdout.decode(), done.stderr.decode(), before, self.listing())

    def simulate(self, name, *words):
        done = self.run("simulate", *words, "-o", name)
        assert done.code == 0, done.err
        return name


class Run:
    def __init__(self, code, out, err, before, after):
        self.code, self.out, self.err = code, out, err
        self.left = [path for path in after if path not in before]
        self.lost = [path for path in before if path not in after]

    def __repr__(self):
        return f"exit {self.code}, left {self.left}, stdout {self.out[-200:]!r}, stderr {self.err[-1000:]!r}"


def without_threads(text):
    """The command line is recorded in results; the number of threads in it is the one thing that may differ."""
    return re.sub(r"--threads(\s+)\d+", r"--threads\1N", text)


def comparisons(people=12, samples=2, header="score,mated,reference_subject,probe_subject", mark=lambda s: s):
    """A small plain table with ties: every sample against every later one."""
    rows, captures = [header], [(person, sample) for person in range(people) for sample in range(samples)]
    for at, (i, a) in enumerate(captures):
        for j, b in captures[at + 1:]:
            score = (7 * i + 11 * j + 3 * a * b) % 40 + (55 if i == j else 0)
            rows.append(f"{mark(score)},{int(i == j)},p{i},p{j}")
    return "\n".join(rows) + "\n"


def many_systems(systems, rows, people=False):
    """A table of many systems, each measured on as many comparisons; with people, all on the same twenty."""
    lines = ["system,score," + ("reference_subject,probe_subject" if people else "mated")]
    for system in range(systems):
        for k in range(rows):
            mated, i = k % 5 < 2, k % 20
            score = (system * 7919 + k * 104729) % 9973 / 10000 + (0.7 if mated else 0)
            j = i if mated else (i + 1 + k * 7 % 19) % 20
            lines.append(f"s{system:05},{score:.4f}," + (f"p{i},p{j}" if people else f"{int(mated)}"))
    return "\n".join(lines) + "\n"

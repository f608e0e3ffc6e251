# SPDX-License-Identifier: Apache-2.0
"""What is measured: for each job its data, the programs that run on it in turn, and what must hold.

A job is a kind of file and what is wanted of it. All programs of a job read the same file of each size; those that do
less of the work than plumbline (no intervals, no people) are not made to do more.
"""
import os
import subprocess
from measure import Program

HERE = os.path.dirname(os.path.abspath(__file__))
PYTHON = "/usr/bin/python3"  # Debian's own, which Debian's packages are for
RSCRIPT = "/usr/bin/Rscript"
TARGETS = "1e-1,1e-2,1e-3,1e-4,1e-5,1e-6"
THRESHOLDS = ",".join(f"{1.4 + 0.15 * k:.2f}" for k in range(20))  # FMR 0.08 down to 1e-5
REPLICATES_MOST = 10_000_000

TITLES = {
    "scores": "Scores alone: two `.npy` of float32, without ids",
    "people": "Scores with people: structured `.npy`, two uint32 ids and a float32 score",
    "csv": "Text: CSV with class and both ids",
    "replicates": "Intervals from replicates, on the CSV",
    "mpi": "Ranks of `plumbline-mpi`, on the structured `.npy`",
    "shards": "Counting in shards, on the structured `.npy`",
}
WANTED = {
    "scores": "DET, EER, AUC, d' and FNMR at six FMR targets. Nobody is named, so that the intervals are those of "
              "independent trials.",
    "people": "All of that, with intervals that know the people, and both rates at 20 thresholds besides.",
    "csv": "DET, EER, AUC, d' and FNMR at six FMR targets, with intervals that know the people.",
    "replicates": "Six targets: 1,000 replicates of the people, in each of which the thresholds are found again, as "
                  "well as the EER and a band for the DET. The others: 20 thresholds besides, with percentiles of both "
                  "rates at each from 10,000 replicates. Each is to take at most 60 s at 10^7.",
    "mpi": "What is wanted of the structured array, by processes of one thread each; `mpirun`'s own start and end "
           "are in the times.",
    "shards": "`count` of all, of each half, `merge` of the halves, and the measurement of the merged state.",
}
KIND = {"scores": "scores", "people": "people", "csv": "csv", "replicates": "csv", "mpi": "people", "shards": "people"}
BYTES = {"scores": 4, "people": 12, "csv": 27.5}  # of a comparison, about


class Needs:
    """What is installed, asked once. Each answer is None, or why a program must be left out."""

    def __init__(self):
        self.asked = {}

    def ask(self, what, argv):
        if what not in self.asked:
            try:
                code = subprocess.run(argv, capture_output=True, check=False).returncode
            except OSError:
                code = 127
            self.asked[what] = f"{what} is not installed" if code else None
        return self.asked[what]

    def python(self, *modules):
        return next(filter(None, (self.ask(f"python3-{name}", [PYTHON, "-c", f"import {name}"]) for name in modules)),
                    None)

    def r_packages(self):
        names = {"r-cran-data.table": "data.table", "r-cran-proc": "pROC"}
        return self.ask("r-base-core", [RSCRIPT, "--version"]) or next(
            filter(None, (self.ask(package, [RSCRIPT, "-e", f"library({name})"]) for package, name in names.items())),
            None)


def data_of(options, job, size):
    """Paths of the files of a job at a size; their names hold all that they depend on."""
    kind = KIND[job]
    base = os.path.join(options.data, f"{kind}-{size}")
    if kind == "scores":
        return [base + "-nonmated.npy", base + "-mated.npy"]
    return [f"{base}-{options.people}" + (".csv" if kind == "csv" else ".npy")]


def make_data(options, job, size):
    """Makes the files unless they are there; a file that is there is whole, since it got its name last."""
    paths = data_of(options, job, size)
    if all(map(os.path.exists, paths)):
        return paths
    options.say(f"making {' and '.join(map(os.path.basename, paths))}")
    parts = [path + ".part" for path in paths]
    people = "0" if KIND[job] == "scores" else str(options.people)
    maker = [PYTHON, os.path.join(HERE, "make_scores.py"), KIND[job], str(size), people, *parts]
    subprocess.run(maker, check=True)
    for part, path in zip(parts, paths):
        os.rename(part, path)
    return paths


def peer(key, title, file, words, reason):
    interpreter = RSCRIPT if file.endswith(".R") else PYTHON
    return Program(key, title, [interpreter, os.path.join(HERE, file), *words], reason=reason)


def floor_of(paths):
    cat = ["/bin/sh", "-c", 'exec cat "$@" >/dev/null', "sh", *paths]
    return [Program("md5", "`md5sum`", ["/usr/bin/md5sum", *paths]), Program("cat", "`cat`", cat),
            peer("read", "`read()`", "floor.py", paths, None)]


def verification(options, key, title, words, folder, before=(), **how):
    result = os.path.join(folder, f"{key}.json")
    first = list(before) or [options.plumbline]
    return Program(key, title, [*first, "verification", *words, "--fmr", TARGETS, "--json", result], result=result,
                   ours=True, **how)


def both(options, words, folder):
    return [verification(options, "one", "plumbline, 1 thread", [*words, "--threads", "1"], folder),
            verification(options, "all", f"plumbline, {options.threads} threads",
                         [*words, "--threads", str(options.threads)], folder)]


def scores_job(options, paths, folder, needs):
    sklearn, numpy = needs.python("sklearn", "numpy"), needs.python("numpy")
    return [*both(options, ["--nonmated", paths[0], "--mated", paths[1]], folder),
            peer("roc", "scikit-learn `roc_curve`", "peer_sklearn.py", ["roc", *paths], sklearn),
            peer("det", "scikit-learn `det_curve`", "peer_sklearn.py", ["det", *paths], sklearn),
            peer("sort", "numpy `sort`, both classes", "peer_numpy.py", paths, numpy), *floor_of(paths)]


def people_job(options, paths, folder, needs):
    return [*both(options, [*paths, "--threshold", THRESHOLDS], folder),
            peer("sort", "numpy `sort`, both classes", "peer_numpy.py", paths, needs.python("numpy")), *floor_of(paths)]


def csv_job(options, paths, folder, needs):
    pandas = needs.python("pandas", "sklearn")
    return [*both(options, paths, folder),
            peer("pandas", "pandas `read_csv` + `det_curve`", "peer_pandas.py", paths, pandas),
            peer("two", "the same, two columns read", "peer_pandas.py", [*paths, "two"], pandas),
            peer("r", "R: data.table `fread` + pROC `roc`", "peer_proc.R", paths, needs.r_packages()), *floor_of(paths)]


def replicates_job(options, paths, folder, needs):
    many = [*paths, "--replicates", "10000", "--threshold", THRESHOLDS]
    return [verification(options, "all", f"plumbline, {options.threads} threads", paths, folder),
            verification(options, "six", "six FMR targets", [*paths, "--interval", "double-or-nothing"], folder),
            verification(options, "coin", "10,000 replicates, double or nothing",
                         [*many, "--interval", "double-or-nothing"], folder),
            verification(options, "vertex", "10,000 replicates, vertex bootstrap",
                         [*many, "--interval", "vertex-bootstrap"], folder)]


def mpi_job(options, paths, folder, needs):
    words = [*paths, "--threshold", THRESHOLDS, "--threads", "1"]
    reason = None if os.access(options.mpi, os.X_OK) else f"{os.path.basename(options.mpi)} is not built"
    mpirun = ["/usr/bin/mpirun", *(["--allow-run-as-root"] if os.geteuid() == 0 else []), "--oversubscribe", "-n"]
    ranks = [verification(options, f"ranks{count}", f"plumbline-mpi, {count} rank{'s' if count > 1 else ''}", words,
                          folder, before=[*mpirun, str(count), options.mpi], family=True, reason=reason)
             for count in (1, 2)]
    return [verification(options, "one", "plumbline, 1 thread", words, folder), *ranks]


def shards_job(options, paths, folder, needs):
    words = [*paths, "--threshold", THRESHOLDS]
    states = [os.path.join(folder, f"{name}.state") for name in ("whole", "half0", "half1", "merged")]
    help_text = subprocess.run([options.plumbline, "count", "--help"], capture_output=True, check=False).stdout
    reason = None if b"--shard" in help_text else "this build has no --shard"
    count = [options.plumbline, "count", *paths, "-o"]
    halves = [Program(f"half{k}", f"`count --shard {k}/2`", [*count, states[1 + k], "--shard", f"{k}/2"], ours=True,
                      reason=reason) for k in (0, 1)]
    merge = Program("merge", "`merge` of both", [options.plumbline, "merge", *states[1:3], "-o", states[3]], ours=True,
                    reason=reason)
    merged = verification(options, "merged", "the merged state, measured",
                          [states[3], "--threshold", THRESHOLDS], folder, reason=reason)
    return [verification(options, "all", f"plumbline, {options.threads} threads", words, folder),
            Program("count", "`count` of all", [*count, states[0]], ours=True), *halves, merge, merged]


PROGRAMS = {"scores": scores_job, "people": people_job, "csv": csv_job, "replicates": replicates_job, "mpi": mpi_job,
            "shards": shards_job}


def programs_of(options, job, size, folder, needs):
    """The programs of a job at a size, in the order in which they take turns."""
    os.makedirs(folder, exist_ok=True)
    found = PROGRAMS[job](options, data_of(options, job, size), folder, needs)
    found = [program for program in found if program.key not in options.skip]
    for program in found:
        if job == "replicates" and size > REPLICATES_MOST:
            program.reason = program.reason or f"measured up to {REPLICATES_MOST:,} comparisons only"
    return found

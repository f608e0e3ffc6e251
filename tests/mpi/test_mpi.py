#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""test_mpi.py PROGRAM PROGRAM_FOR_MPI: one to four processes under mpirun give the result of one program, to the byte,
whatever is read; a fault is one line and one exit status; a process that is killed ends all and leaves no half file; and
so it is across two hosts, which are two network namespaces here."""
import os
import pathlib
import random
import re
import shutil
import signal
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "cli"))
from driver import Checklist, Place, comparisons, many_systems  # noqa: E402

checks = Checklist()
rng = random.Random(3)
MPI = str(pathlib.Path(sys.argv[2]).resolve()) if len(sys.argv) > 2 and sys.argv[2] else ""
if not MPI or not shutil.which("mpirun"):
    checks.skip("plumbline-mpi", "this build has none, or there is no mpirun")
    checks.done()
os.environ.update(OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1")
# Open MPI keeps memory to its end, from modules that are gone then; tests/tally/test_team.c looks for leaks of our own.
os.environ["ASAN_OPTIONS"] = os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0"
QUICK = ["--replicates", "200", "--threads", "1"]


def mpirun(count, *words):
    return ["mpirun", "-q", "--oversubscribe", "-n", str(count), MPI, "verification", *words]


def without_command(place, name):
    return re.sub(r'\n *"command": [^\n]*', "", place.read(name))


def check_same(place, *words, counts=(1, 2, 3, 4)):
    """The result of one program, and that of so many processes."""
    alone = place.run("verification", *words, *QUICK, "--json", "alone.json")
    checks.check(f"{words}: measured alone", alone.code == 0, alone)
    for count in counts:
        run = place.call(mpirun(count, *words, *QUICK, "--json", "together.json"))
        name = f"{' '.join(words)} by {count}"
        if checks.check(f"{name}: measured", run.code == 0 and not run.err, run):
            checks.equal(name, without_command(place, "together.json"), without_command(place, "alone.json"))
            (place.path / "together.json").unlink()


def random_inputs(place):
    place.simulate("plain.csv", "--people", "90", "--mated-mean", "2.5", "--seed", str(rng.randint(1, 99)))
    place.simulate("pairs.csv.gz", "--people", "300", "--pairs", "6", "--fta", "3%")
    place.simulate("kin.csv", "--people", "40", "--families", "3")
    place.put("systems.csv", many_systems(3, 400, people=True))
    place.put("small.csv", comparisons())
    rows = [f"{rng.gauss(0, 1):.3f},0" for _ in range(40000)] + [f"{rng.gauss(3, 1):.3f},1" for _ in range(1000)]
    rng.shuffle(rows)
    place.put("nobody.csv", "score,mated\n" + "\n".join(rows) + "\n")
    check_same(place, "plain.csv")
    check_same(place, "pairs.csv.gz", "--missing", "fta", counts=(3,))
    check_same(place, "kin.csv", "--cluster", "family", "--fmr", "1e-1,1e-2", counts=(2, 4))
    check_same(place, "systems.csv", "--threshold", "0.5", counts=(2,))
    check_same(place, "kin.csv", "--by", "family", "--where", "family!=f0", "--fmr", "1e-1", counts=(3,))
    place.put("groups.csv", "score,reference_subject,probe_subject,reference_sex,probe_sex,reference_age,probe_age\n" +
              "".join(f"{rng.gauss(2 * (a == b), 1):.4f},p{a},p{b},{'FM'[a % 2]},{'FMX'[b % 2 if a else 2]},"
                      f"{rng.choice(['7', '30', 'x', ''])},{20 + b}\n" for a in range(40) for b in range(40)))
    check_same(place, "groups.csv", "--by", "sex", "--by", "probe.age", "--min-people", "5", "--fmr", "1e-1",
               counts=(2, 4))
    place.put("more.csv", comparisons(9, 3))
    check_same(place, "small.csv", "more.csv", counts=(4,))
    check_same(place, "nobody.csv", "--claim", "FMR <= 10% at threshold 2", "--independent-trials", counts=(2, 3))
    check_same(place, "plain.csv", "--interval", "double-or-nothing", "--threshold", "2", counts=(2,))


def other_formats(place):
    for part in range(2):
        run = place.run("count", "plain.csv", "--shard", f"{part}/2", "-o", f"{part}.state")
        checks.check("counted", run.code == 0, run)
    check_same(place, "0.state", "1.state", counts=(3,))
    if place.run("convert", "kin.csv", "--cluster", "family", "-o", "kin.h5").code == 0:
        check_same(place, "kin.h5", "--cluster", "family", counts=(2,))
    place.put("matrix.csv", ",a,b,c,d,e,f,g,h\n" + "".join(
        f"{x}," + ",".join(str(100 if x == y else (ord(x) * 7 + ord(y) * 3) % 50) for y in "abcdefgh") + "\n"
        for x in "abcdefgh"))
    check_same(place, "matrix.csv", "--similarity", counts=(2,))  # which all processes read as a whole
    try:
        import numpy
    except ImportError:
        return
    numpy.save(place.path / "n.npy", numpy.random.default_rng(1).normal(0, 1, 70000).astype("f4"))
    numpy.save(place.path / "m.npy", numpy.random.default_rng(2).normal(2, 1, 9000).astype("f4"))
    check_same(place, "--nonmated", "n.npy", "--mated", "m.npy", "--similarity", counts=(2, 3))


def faults(place):
    rows = ["score,mated"] + [f"{k % 97},{k % 2}" for k in range(60000)]
    rows[40000] = "none,1"
    place.put("bad.csv", "\n".join(rows) + "\n")
    for count in (1, 3):
        run = place.call(mpirun(count, "bad.csv", "--json", "bad.json"))
        checks.check(f"bad line, {count} processes: exit 3", run.code == 3, run)
        checks.check("one line that names it", run.err.count("\n") == 1 and "bad.csv:40001" in run.err, run)
        checks.check("nothing is left", not run.left, run)
    run = place.call(mpirun(2, "missing.csv"))
    checks.check("no such file: exit 5, one line", run.code == 5 and run.err.count("\n") == 1, run)
    run = place.call(mpirun(2, "small.csv", "--json", "no/such/folder.json"))
    checks.check("no such folder: exit 5, one line", run.code == 5 and run.err.count("\n") == 1, run)
    run = place.call(mpirun(2, "--nonsense"))
    checks.check("usage: exit 2, one line", run.code == 2 and run.err.count("\n") == 1, run)
    run = place.call(mpirun(2, "-"))
    checks.check("a pipe: exit 2, one line", run.code == 2 and run.err.count("\n") == 1, run)
    run = place.call(mpirun(2, "small.csv", "--claim", "FMR <= 1e-6 at threshold 1", "--text", "claims.txt"))
    checks.check("a claim that is not shown: exit 1", run.code == 1 and not run.err, run)
    run = place.call(["mpirun", "-q", "--oversubscribe", "-n", "2", MPI, "compare", "small.csv", "small.csv"])
    checks.check("another command: exit 2, one line", run.code == 2 and run.err.count("\n") == 1, run)
    run = place.call([MPI, "verification", "small.csv", "--text", "-"])
    checks.check("without mpirun", run.code == 0 and "FNMR" in run.out, run)


def children_of(pid):
    found = []
    for path in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            words = path.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(words[1]) == pid:
            found.append(int(path.parent.name))
    return found


def works(pid):
    """Whether a process is there that has not ended."""
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def ended(place, how):
    """A job that measures for a while, ended by `how` once its processes work; what came of it."""
    words = mpirun(3, "slow.csv", "--json", "slow.json", "--replicates", "1000000", "--threads", "1")
    words.remove("-q")  # mpirun itself says that a process was killed
    job = subprocess.Popen(words, cwd=place.path, env=place.environment(), stdin=subprocess.DEVNULL,
                           stderr=subprocess.PIPE, stdout=subprocess.PIPE)
    until = time.monotonic() + 30
    while len(children_of(job.pid)) < 3 and time.monotonic() < until:
        time.sleep(0.05)
    time.sleep(1.5)
    ranks = children_of(job.pid)
    how(job, ranks)
    try:
        _, err = job.communicate(timeout=60)
    except subprocess.TimeoutExpired:
        job.kill()
        _, err = job.communicate()
        return None, err.decode(), ranks
    return job.returncode, err.decode(), ranks


def endings(place):
    place.simulate("slow.csv", "--people", "150")
    for name, how in (("a process is killed", lambda job, ranks: os.kill(ranks[-1], signal.SIGKILL)),
                      ("SIGTERM", lambda job, ranks: job.send_signal(signal.SIGTERM)),
                      ("Ctrl-C", lambda job, ranks: job.send_signal(signal.SIGINT))):
        code, err, ranks = ended(place, how)
        checks.check(f"{name}: the job ends, and not well", code not in (0, None), f"exit {code}: {err}")
        checks.check(f"{name}: it says so", err.strip(), err)
        checks.check(f"{name}: no result", not (place.path / "slow.json").exists())
        time.sleep(0.5)
        alive = [rank for rank in ranks if works(rank)]
        checks.check(f"{name}: no process goes on", not alive, str(alive))


SPACES = [("plumbline-a", "10.77.9.1"), ("plumbline-b", "10.77.9.2")]


def ip(*words):
    return subprocess.run(["ip", *words], capture_output=True, text=True)


def two_hosts(place):
    """Two hosts are two network namespaces with a cable between them, and an agent in the place of ssh."""
    tag = str(os.getpid() % 10000)
    spaces = [(f"{name}{tag}", address) for name, address in SPACES]
    made = os.geteuid() == 0 and shutil.which("ip") and all(ip("netns", "add", n).returncode == 0 for n, _ in spaces)
    try:
        if not made:
            checks.skip("two hosts", "it needs root, and network namespaces")
            return
        ip("link", "add", f"pa{tag}", "type", "veth", "peer", "name", f"pb{tag}")
        for (name, address), end in zip(spaces, ("pa", "pb")):
            ip("link", "set", end + tag, "netns", name)
            ip("-n", name, "addr", "add", f"{address}/24", "dev", end + tag)
            ip("-n", name, "link", "set", end + tag, "up")
            ip("-n", name, "link", "set", "lo", "up")
        names = {address: name for name, address in spaces}
        cases = "".join(f"{address}) ns={name} ;;\n" for address, name in names.items())
        place.put("agent", f"#!/bin/sh\nhost=$1; shift\ncase $host in\n{cases}esac\n"
                           'exec ip netns exec $ns unshare --uts sh -c "hostname $ns; $*"\n')
        (place.path / "agent").chmod(0o755)
        place.put("hosts", "".join(f"{address} slots=1\n" for _, address in spaces))
        alone = place.run("verification", "plain.csv", *QUICK, "--json", "alone.json")
        run = place.call(["ip", "netns", "exec", spaces[0][0], "mpirun", "-q", "-n", "2", "--hostfile", "hosts", "--mca",
                          "plm", "rsh", "--mca", "plm_rsh_agent", "./agent", "--mca", "btl", "tcp,self", "--mca",
                          "btl_tcp_if_include", "10.77.9.0/24", "--mca", "oob_tcp_if_include", "10.77.9.0/24", "--wdir",
                          str(place.path), MPI, "verification", "plain.csv", *QUICK, "--json", "together.json"])
        if checks.check("two hosts: measured", alone.code == 0 and run.code == 0, run):
            checks.equal("two hosts", without_command(place, "together.json"), without_command(place, "alone.json"))
    finally:
        for name, _ in spaces:
            ip("netns", "del", name)


with Place() as place:
    random_inputs(place)
    other_formats(place)
    faults(place)
    endings(place)
    two_hosts(place)
checks.done()

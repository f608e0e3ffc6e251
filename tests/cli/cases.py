# SPDX-License-Identifier: Apache-2.0
"""Small tests of every kind, and what is done with them: the files, and the command lines."""
from driver import comparisons

SIMULATED = ["--people", "24", "--samples", "2", "--seed", "5", "--mated-mean", "3"]
MIXED = "\n".join(f"{system},{row}" for system, shift in [("a", 0), ("b", 9)]
                  for row in comparisons(mark=lambda s, shift=shift: s + shift).split("\n")[1:-1])



def trials(system, people=24, without=lambda k: False, failing=lambda k: False, show=str, name=None):
    """A test of two samples a person that several systems may have taken: the same trials, other scores."""
    rows = ["reference_subject,probe_subject,reference_sample,probe_sample,status,score"
            + ("" if name is None else ",system")]
    samples = [(f"p{i}", f"p{i}-{k}") for i in range(people) for k in range(2)]
    for k, (a, b) in enumerate((a, b) for a in samples for b in samples if a[1] < b[1]):
        noise = sum((k * step * system + 13 * system) % 101 for step in (17, 29, 43, 71)) // 4
        score = noise + (38 if a[0] == b[0] else 0) + int(a[0][1:]) % 5
        if without(k):
            continue
        status, shown = ("failed-to-compare", "") if failing(k) else ("ok", show(score))
        rows.append(f"{a[0]},{b[0]},{a[1]},{b[1]},{status},{shown}" + ("" if name is None else f",{name}"))
    return rows


def home(k):
    """Where person k lives: of every seven two alone, three and two together."""
    return "" if k % 7 < 2 else f"h{k // 7}{'a' if k % 7 < 5 else 'b'}"


FILES = {
    "ties.csv": comparisons(),
    "distances.csv": comparisons(header="distance,mated,reference_subject,probe_subject", mark=lambda s: 99 - s),
    "few.csv": comparisons(people=5),
    "three.csv": comparisons(people=3, mark=lambda s: "" if s < 5 else s),
    "few-failed.csv": comparisons(people=5, mark=lambda s: "" if s < 5 else s),
    "systems.csv": "system,score,mated,reference_subject,probe_subject\n" + MIXED + "\n",
    "old.csv": "\n".join(trials(1, without=lambda k: k % 50 == 7)) + "\n",
    "new.csv": "\n".join(trials(2, failing=lambda k: k % 90 == 11)) + "\n",
    "new-distances.csv": "\n".join(trials(2, failing=lambda k: k % 90 == 11, show=lambda s: 200 - s)
                                    ).replace("score", "distance") + "\n",
    "trio.csv": "\n".join(trials(1, name="c") + trials(2, name="a")[1:] + trials(5, name="b")[1:]) + "\n",
    "labels.csv": "score,label\n3,genuine\n2.5,genuine\n0.5,impostor\n2.5,impostor\n0.25,impostor\n",
    "mated.csv": "score,mated\n" + "".join(f"{k},1\n" for k in range(20)),
    "crossed.csv": "score,mated\n" + "".join(f"{k % 11},0\n" for k in range(64)) + "".join(
        f"{4 + 5 * k % 12},1\n" for k in range(26)),
    "far.csv": "distance,mated\n" + "".join(f"{20 - k % 11},0\n" for k in range(64)) + "".join(
        f"{16 - 5 * k % 12},1\n" for k in range(26)),
    "gaps.csv": "score,mated,status\n" + "".join(
        f"{'' if k % 7 == 3 else k},{int(k > 25)},{'failed-to-acquire' if k % 7 == 3 else 'ok'}\n" for k in range(60)),
    "families.csv": "score,probe_subject,reference_subject,probe_home,reference_home\n" + "".join(
        f"{k * 37 % 101 + 60 * (k % 4 == 0)},p{a},p{b},{home(a)},{home(b)}\n" for k in range(1200)
        for a, b in [(k % 41, k % 41 if k % 4 == 0 else k * k % 40)] if k % 4 == 0 or a != b),
    "few-homes.csv": "score,reference_subject,probe_subject,reference_home,probe_home\n" + "".join(
        f"{(7 * i + 11 * j) % 40 + (30 if i == j else 0)},p{i},p{j},h{i // 5},h{j // 5}\n"
        for i in range(30) for j in range(i, 30)),
    "subjects.csv": "subject,home\n" + "".join(f"p{k},{home(k)}\n" for k in range(41)),
    "repeats.csv": "score,probe_subject,reference_subject,probe_sample,reference_sample\n" + "".join(
        f"{k},p{k % 11},p{k * k % 11},s{k % 11},r{k * k % 11}\n" for k in range(90)),
}

# name, exit code, words; "{threads}" asks for a run with one thread and one with three
CASES = [
    ("text", 0, "verification simulated.csv {threads}"),
    ("csv", 0, "verification simulated.csv --csv - {threads}"),
    ("json", 0, "verification simulated.csv --json - --digest none {threads}"),
    ("ties", 0, "verification ties.csv --threshold 57,38.5 --fmr 5% --level 0.9 {threads}"),
    ("distances", 0, "verification distances.csv --fmr 0.05,0.01 --system door --evaluation scenario {threads}"),
    ("few", 0, "verification few.csv --fmr 0.05 --min-people 6 {threads}"),
    ("few-failed", 0, "verification few-failed.csv --missing ftc --fmr 0.05,0.001 --level 0.999999999 {threads}"),
    ("everybody", 0,  # suppression is about cells, and everybody is no cell
     "verification ties.csv --fmr 0.05 --min-people 13 {threads}"),
    ("systems", 0, "verification systems.csv --fmr 0.05 --csv - {threads}"),
    ("labels", 0, "verification labels.csv --threshold 2.5 --fmr 0.5 {threads}"),
    ("mated-only", 0, "verification mated.csv --threshold 3 --fmr 0.01 {threads}"),
    ("gaps", 0, "verification gaps.csv --threshold 30 --fmr 0.1 {threads}"),
    ("repeats", 0, "verification repeats.csv --threshold 30 --fmr 0.1 --similarity {threads}"),
    ("clusters", 0, "verification families.csv --cluster home --threshold 80 --fmr 0.02 {threads}"),
    ("clusters-table", 0, "verification repeats.csv --subjects subjects.csv --cluster HOME --threshold 30 --fmr 0.1 "
                          "--similarity --csv - {threads}"),
    ("clusters-few", 1, "verification few-homes.csv --cluster home --threshold 30 --fmr 0.1 "
                        "--claim FMR<=90%_at_threshold_30 {threads}"),
    ("clusters-none", 3, "verification ties.csv --cluster home {threads}"),
    ("as-bob", 0, "verification crossed.csv --threshold 8 --fmr 10%,3% --as bob {threads}"),
    ("as-pyeer", 0, "verification crossed.csv --threshold 8 --fmr 10%,3% --as pyeer --csv - {threads}"),
    ("as-sklearn", 0, "verification crossed.csv --threshold 8 --fmr 10%,3% --as sklearn --csv - {threads}"),
    ("as-kaldi", 0, "verification far.csv --threshold 12 --fmr 10% --as kaldi --csv - {threads}"),
    ("as-bosaris", 0, "verification crossed.csv --threshold 8 --fmr 10%,3% --as bosaris --csv - {threads}"),
    ("as-cimat", 0, "verification gaps.csv --threshold 30 --fmr 0.15,0.01 --as cimat {threads}"),
    ("as-cimat-distances", 0, "verification far.csv --threshold 12 --fmr 10%,1% --as cimat --csv - {threads}"),
    ("as-nist-sre", 0, "verification systems.csv --threshold 57 --fmr 0.05 --as nist-sre --csv - {threads}"),
    ("as-nist-sre-ties", 0, "verification crossed.csv --threshold 8 --fmr 10% --as nist-sre --csv - {threads}"),
    ("claims", 1, "verification simulated.csv --fmr 0.01 --claim FMR<=5%_at_threshold_2 --claim FNMR<=1%_at_FMR_1% "
                  "--claim FMR<=0.1%_at_threshold_0 {threads}"),
    ("claims-systems", 0, "verification systems.csv --fmr 0.05 --claim FMR<=20%_at_threshold_60 "
                          "--claim FNMR<=90%_at_FMR_5% --claim FMR<=0.2_at_threshold_60 --level 0.8 {threads}"),
    ("claims-unknown", 1, "verification labels.csv --claim FMR<=90%_at_threshold_2.5 {threads}"),
    ("claims-independent", 1, "verification labels.csv --claim FMR<=99.5%_at_threshold_2.5 "
                              "--claim FMR<=0.1%_at_threshold_2.5 --independent-trials {threads}"),
    ("threshold-from", 1, "verification ties.csv --threshold-from one.json --claim FMR<=5%_at_FMR_1% "
                          "--claim FNMR<=30%_at_FMR_1% {threads}"),
    ("threshold-from-same", 3, "verification simulated.csv --threshold-from one.json {threads}"),
    ("threshold-from-scores", 3, "verification simulated.csv --threshold-from ties.csv {threads}"),
    ("claim-shown", 0, "verification simulated.csv --fmr 0.01 --claim FMR<=5%_at_threshold_2 --csv - {threads}"),
    ("interval-wilson", 0, "verification simulated.csv --threshold 2 --fmr 0.01 --interval wilson "
                           "--claim FMR<=5%_at_threshold_2 {threads}"),
    ("interval-cimat", 0, "verification simulated.csv --threshold 2,2.9,9 --fmr 0.01 --interval cimat {threads}"),
    ("interval-dyadic", 0, "verification simulated.csv --threshold 2,2.9,9 --fmr 0.01 --interval wilson-dyadic --csv - "
                           "{threads}"),
    ("interval-vertex", 1, "verification simulated.csv --threshold 2,9 --fmr 0.01 --interval vertex-bootstrap "
                           "--claim FNMR<=50%_at_FMR_1% {threads}"),
    ("interval-few", 0, "verification few-failed.csv --missing ftc --fmr 0.05 --interval mid-p {threads}"),
    ("interval-three", 0, "verification three.csv --missing ftc --threshold 40 --fmr 0.05 --interval wilson-dyadic"),
    ("interval-strict", 0, "verification simulated.csv --threshold 2 --fmr 0.01 --interval pl-strict --csv -"),
    ("interval-wald", 0, "verification labels.csv --threshold 2.5 --fmr 0.5 --interval wald --csv -"),
    ("interval-nobody", 2, "verification labels.csv --interval cimat"),
    ("no-interval", 2, "verification simulated.csv --interval bayes"),
    ("claim-wrong", 2, "verification simulated.csv --claim FMR<5% {threads}"),
    ("undefined", 4, "verification mated.csv {threads}"),
    ("check", 0, "check simulated.csv"),
    ("check-bad", 3, "check bad.csv"),
    ("compare", 0, "compare old.csv new.csv --threshold 70 --fmr 5% {threads}"),
    ("compare-distances", 0,
     "compare old.csv new-distances.csv --threshold 70,130 --threshold 60,140 --fmr 5% --csv - {threads}"),
    ("compare-margin", 1, "compare old.csv new.csv --threshold 70,65 --margin 2% --margin FMR=10% --fmr 5% --json - "
                          "--digest none {threads}"),
    ("compare-three", 0, "compare trio.csv --threshold 70 --fmr 5% --pairwise --level 0.9 {threads}"),
    ("compare-reference", 2, "compare trio.csv --threshold 70 --reference d"),
    ("compare-two", 2, "compare old.csv new.csv --format csv --format csv --format csv"),
    ("compare-one", 3, "compare old.csv"),
    ("compare-repeats", 3, "compare ties.csv old.csv"),
    ("compare-nothing", 3, "compare old.csv labels.csv"),
    ("report", 0, "report one.json"),
    ("report-two", 0, "report one.json two.json"),
    ("report-csv", 0, "report one.json two.json --csv -"),
    ("plan", 0, "plan --claim FMR<=1e-4"),
    ("plan-several", 0, "plan --claim FMR<=0.1% --claim FNMR<=2%_at_FMR_0.1% --expect 0.02%,1% --dependence strong "
                        "--samples 4 --groups 3 --power 90%"),
    ("plan-pilot", 0, "plan --claim FMR<=2% --pilot one.json --pairs 20"),
    ("plan-silent", 0, "plan --claim FNMR<=5% --claim FMR<=2% --pilot one.json"),
    ("plan-no-system", 2, "plan --claim FMR<=2% --system a"),
    ("plan-csv", 0, "plan --claim FMR<=1% --dependence none --samples 1 --groups 2 --csv -"),
    ("plan-json", 0, "plan --claim FNMR<=5% --mated-effect 0.2 --level 0.9 --json -"),
    ("plan-out-of-reach", 0, "plan --claim FMR<=1e-12 --expect 9.9999e-13"),
    ("plan-no-claim", 2, "plan"),
    ("plan-no-room", 2, "plan --claim FMR<=1e-4 --expect 1e-4"),
    ("plan-no-pilot", 3, "plan --claim FMR<=1e-4 --pilot simulated.csv"),
    ("simulate", 0, "simulate --people 3 --samples 2 --groups 2 --fta 20% --seed 11"),
    ("truth", 0, "simulate --people 12 --groups 2 --group-shift 0.5 --seed 11 -o /dev/null --truth -"),
    ("coverage", 0, "coverage --model mod,wolves --people 20 --samples 2 --rate 0.1,0.01 --replicates 60 {threads}"),
    ("coverage-csv", 0, "coverage --model goats --people 30 --samples 0 --rate 5% --replicates 60 --interval "
                        "pl,wilson,cimat --level 0.9 --csv - {threads}"),
    ("coverage-whole", 0, "coverage --model whole-families --people 24 --samples 3 --rate 0.1 --replicates 8 {threads}"),
    ("coverage-whole-csv", 0, "coverage --model whole-mod --people 20 --samples 2 --rate 5% --replicates 6 "
                              "--interval pl,wilson,delta --csv - {threads}"),
    ("coverage-drawn", 2, "coverage --model mod --interval vertex-bootstrap,delta"),
    ("coverage-model", 2, "coverage --model sheep"),
    ("coverage-grid", 2, "coverage --grid small --people 50"),
    ("usage", 2, ""),
    ("help", 0, "--help"),
    ("help-verification", 0, "help verification"),
    ("help-compare", 0, "compare -h"),
    ("help-plan", 0, "plan --help"),
    ("help-simulate", 0, "simulate -h"),
    ("help-report", 0, "report --help"),
    ("help-check", 0, "help check"),
    ("help-convert", 0, "help convert"),
    ("help-coverage", 0, "help coverage"),
    ("no-command", 2, "verfication simulated.csv"),
    ("no-option", 2, "verification simulated.csv --treshold 3"),
    ("no-format", 2, "verification simulated.csv --format cvs"),
    ("no-evaluation", 2, "verification simulated.csv --evaluation lab"),
    ("no-tool", 2, "verification simulated.csv --as nosuchtool"),
    ("two-on-stdout", 2, "verification simulated.csv --json - --csv -"),
]

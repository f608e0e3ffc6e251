# SPDX-License-Identifier: Apache-2.0
"""The schema of result files against the files and against the reader.

Usage: schema.py SCHEMA SAMPLES_TOOL. Every sample must be valid; and of files damaged in one place (a
key removed, a value of another kind) the reader takes exactly those that the schema allows, but for the
few rules that a schema cannot say.
"""
import copy
import json
import pathlib
import subprocess
import sys
import tempfile

try:
    import jsonschema
except ImportError:
    print("SKIPPED: this Python has no jsonschema (Debian: python3-jsonschema)")
    sys.exit(77)

# What only the reader can say, by the words of its messages.
BEYOND = ["errors <= trials", "errors / trials", "lower <= upper", "ascending", "or null for both", "add up to",
          "half <= involved", "null beside threshold_from", "the lower number first", "does not read estimates by"]
OTHERS = [None, True, -1, 0.5, 3, "text", [], {}, [1, 2], [2, 1], {"sex": "F"}]


def places(value, path=()):
    """Every place inside a document, of each array the first two elements only."""
    if isinstance(value, dict):
        for key in value:
            yield path + (key,)
            yield from places(value[key], path + (key,))
    elif isinstance(value, list):
        for i in range(min(2, len(value))):
            yield path + (i,)
            yield from places(value[i], path + (i,))


def shortened(value):
    """The document with at most three elements of each array, chosen to be of different kinds."""
    if isinstance(value, dict):
        return {key: shortened(inner) for key, inner in value.items()}
    if isinstance(value, list):
        kinds = {json.dumps(inner.get("kind")) if isinstance(inner, dict) else i: inner for i, inner in enumerate(value)}
        if not isinstance(value[0] if value else None, dict) or len(kinds) < 2:
            kinds = dict(enumerate(value[:2]))
        return [shortened(inner) for inner in kinds.values()]
    return value


def damaged(document):
    for path in places(document):
        for other in ["remove"] + OTHERS:
            copied = copy.deepcopy(document)
            inner = copied
            for step in path[:-1]:
                inner = inner[step]
            if other != "remove":
                inner[path[-1]] = other
            elif isinstance(path[-1], str):
                del inner[path[-1]]
            yield path, other, copied


def main():
    schema = json.loads(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8"))
    tool = sys.argv[2]
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([tool, "write", folder], check=True)
        samples = sorted(pathlib.Path(folder).glob("sample-*.json"))
        assert len(samples) == 6, samples
        for path in samples:
            for error in validator.iter_errors(json.loads(path.read_text(encoding="utf-8"))):
                print(f"{path.name}: {error.json_path}: {error.message}")
                wrong += 1
        full, plan = (json.loads(samples[k].read_text(encoding="utf-8")) for k in (0, 4))
        assert full["provenance"]["inputs"][0]["bytes"] == 2**64 - 1
        cases = list(damaged(shortened(full))) + list(damaged(shortened(plan)))
        two = json.loads(samples[2].read_text(encoding="utf-8"))
        versus = [e for e in two["estimates"] if e.get("against")]
        assert len(versus) == 3, samples
        cases += [case for case in damaged(dict(shortened(two), estimates=versus[:2])) if case[0][0] == "estimates"]
        grouped = json.loads(samples[5].read_text(encoding="utf-8"))
        cells, over = ([e for e in grouped["estimates"] if key(e)] for key in (lambda e: e["cell"], lambda e: e.get("over")))
        few = dict(shortened(grouped), estimates=[cells[0], next(e for e in cells if "least_ratio_seen" in e)])
        cases += [case for case in damaged(few) if case[0][0] == "estimates"]
        cases += [case for case in damaged(dict(few, estimates=over[:1])) if case[0][0] == "estimates"]
        names = []
        for i, (_, _, document) in enumerate(cases):
            names.append(f"{folder}/{i}.json")
            pathlib.Path(names[-1]).write_text(json.dumps(document), encoding="utf-8")
        answers = []
        for start in range(0, len(names), 500):
            run = subprocess.run([tool, "read"] + names[start : start + 500], check=True, capture_output=True, text=True)
            answers += run.stdout.splitlines()
        assert len(answers) == len(cases)
        taken = 0
        for (path, other, document), answer in zip(cases, answers):
            allowed = validator.is_valid(document)
            taken += answer == "ok"
            if (answer == "ok") == allowed or (allowed and any(words in answer for words in BEYOND)):
                continue
            print(f"{path} {other!r}: the schema {'allows' if allowed else 'forbids'} it, the reader says: {answer}")
            wrong += 1
    print(f"{len(cases)} damaged files, {taken} of them still results, {wrong} wrong")
    return 1 if wrong else 0


sys.exit(main())

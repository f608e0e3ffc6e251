#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Writes scores for the benchmark, a chunk at a time on all processor cores.

    make_scores.py csv ROWS PEOPLE FILE             score,mated,probe_subject,reference_subject; one in 20 mated
    make_scores.py people ROWS PEOPLE FILE          structured .npy: two uint32 ids and a float32 score, 12 bytes
                                                    a row; one in 100 mated, which only the ids tell
    make_scores.py scores ROWS 0 NONMATED MATED     two .npy of float32 without ids; one in 100 mated

Rows in random order, random pairs of people; scores are normal with an effect of the people (the last kind: without).
Those of the CSV have six decimals, so that most of them are different. The same arguments give the same bytes: what is
drawn depends on the kind and the number of the chunk alone.
"""
import io
import multiprocessing
import os
import sys

import numpy as np

CHUNK = 1_000_000
PERSON_EFFECT, MATED_EFFECT, MATED_MEAN = 0.06, 0.3, 4.0
MATED_IN_CSV, MATED_IN_ARRAYS = 0.05, 0.01
KINDS = ["csv", "people", "scores"]
ROW = np.dtype([("probe_subject", "<u4"), ("reference_subject", "<u4"), ("score", "<f4")])
PAD = 0  # a byte that is taken out at the end


def random_of(kind, chunk):
    return np.random.Generator(np.random.Philox(key=[2026 + KINDS.index(kind), chunk]))


def draw_people(kind, people, rows, chunk, mated_share):
    """Probe, reference, mated and score of each row."""
    everybody = random_of(kind, 2**40)
    common = (np.sqrt(PERSON_EFFECT) * everybody.standard_normal(people)).astype("f4")
    own = (np.sqrt(MATED_EFFECT) * everybody.standard_normal(people)).astype("f4")
    rng = random_of(kind, chunk)
    probe = rng.integers(0, people, rows, dtype="u4")
    other = (probe + rng.integers(1, people, rows, dtype="u4")) % np.uint32(people)
    mated = rng.random(rows, dtype="f4") < mated_share
    reference = np.where(mated, probe, other)
    noise = rng.standard_normal(rows, dtype="f4")
    nonmated_score = common[probe] + common[reference] + np.float32(np.sqrt(1 - 2 * PERSON_EFFECT)) * noise
    mated_score = np.float32(MATED_MEAN) + own[probe] + np.float32(np.sqrt(1 - MATED_EFFECT)) * noise
    return probe, reference, mated, np.where(mated, mated_score, nonmated_score)


def put_digits(cells, values, drop_leading=0):
    """Writes values as decimal digits into the columns of cells; of the first drop_leading, zeros become PAD."""
    width = cells.shape[1]
    started = np.zeros(len(values), dtype=bool)
    for column in range(width):
        digit = values // 10 ** (width - 1 - column) % 10
        started |= digit > 0
        cells[:, column] = np.where(started | (column >= drop_leading), digit + ord("0"), PAD)


def put_people(cells, people):
    cells[:, 0] = ord("P")
    put_digits(cells[:, 1:], people)


def text_chunk(job):
    """Some rows of the CSV, as bytes."""
    chunk, rows, people = job
    probe, reference, mated, score = draw_people("csv", people, rows, chunk, MATED_IN_CSV)
    units = np.floor(score.astype("f8") * 1e6).astype(np.int64)
    cells = np.full((rows, 30), PAD, dtype=np.uint8)
    cells[:, 0] = np.where(units < 0, ord("-"), PAD)
    put_digits(cells[:, 1:3], abs(units) // 1_000_000, drop_leading=1)
    cells[:, 3] = ord(".")
    put_digits(cells[:, 4:10], abs(units) % 1_000_000)
    cells[:, 10] = cells[:, 12] = cells[:, 20] = ord(",")
    cells[:, 11] = mated + ord("0")
    put_people(cells[:, 13:20], probe)
    put_people(cells[:, 21:28], reference)
    cells[:, 28] = ord("\n")
    return cells[cells != PAD].tobytes()


def row_chunk(job):
    """Some rows of the structured array, as bytes."""
    chunk, rows, people = job
    table = np.empty(rows, dtype=ROW)
    probe, reference, _, score = draw_people("people", people, rows, chunk, MATED_IN_ARRAYS)
    table["probe_subject"], table["reference_subject"], table["score"] = probe, reference, score
    return table.tobytes()


def score_chunk(job):
    """Some scores of one class, as bytes."""
    chunk, rows, mean = job
    return (random_of("scores", chunk).standard_normal(rows, dtype="f4") + np.float32(mean)).tobytes()


def header_of(dtype, rows):
    text = io.BytesIO()
    np.lib.format.write_array_header_1_0(text, {"descr": np.lib.format.dtype_to_descr(dtype), "fortran_order": False,
                                                "shape": (rows,)})
    return text.getvalue()


def write(path, header, make, rows, argument, first=0):
    """Chunks are made side by side, a batch at a time, so that no more than a batch is in memory."""
    sizes = [min(CHUNK, rows - start) for start in range(0, rows, CHUNK)]
    jobs = [(first + number, size, argument) for number, size in enumerate(sizes)]
    cores = os.cpu_count() or 1
    with open(path, "wb") as file, multiprocessing.Pool(cores) as pool:
        file.write(header)
        for start in range(0, len(jobs), 4 * cores):
            for part in pool.map(make, jobs[start:start + 4 * cores], 1):
                file.write(part)
        file.flush()
        os.fsync(file.fileno())  # so that nothing is written out while something is measured


def main():
    kind, rows, people, paths = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4:]
    if kind == "csv":
        write(paths[0], b"score,mated,probe_subject,reference_subject\n", text_chunk, rows, people)
    elif kind == "people":
        write(paths[0], header_of(ROW, rows), row_chunk, rows, people)
    elif kind == "scores":
        mated = max(1, round(rows * MATED_IN_ARRAYS))
        write(paths[0], header_of(np.dtype("<f4"), rows - mated), score_chunk, rows - mated, 0.0)
        write(paths[1], header_of(np.dtype("<f4"), mated), score_chunk, mated, MATED_MEAN, first=2**32)
    else:
        sys.exit(f"make_scores: {kind} is none of {', '.join(KINDS)}")


if __name__ == "__main__":
    main()

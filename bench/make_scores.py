#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Writes a canonical score table for the benchmark: score,mated,probe_subject,reference_subject.

    make_scores.py ROWS PEOPLE FILE

Rows in random order, one in twenty mated, random pairs of people; scores are normal with an effect of the
people and have six decimals, so that most of them are different. The same arguments give the same bytes.
"""
import sys

import numpy as np

CHUNK = 1_000_000
PERSON_EFFECT, MATED_EFFECT, MATED_MEAN, MATED_SHARE = 0.06, 0.3, 4.0, 0.05
PAD = 0  # a byte that is taken out at the end


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


def chunk_of_rows(rng, rows, people_effect, own_effect):
    people = len(people_effect)
    probe = rng.integers(0, people, rows)
    other = (probe + rng.integers(1, people, rows)) % people
    mated = rng.random(rows) < MATED_SHARE
    reference = np.where(mated, probe, other)
    noise = rng.standard_normal(rows)
    nonmated_score = people_effect[probe] + people_effect[reference] + np.sqrt(1 - 2 * PERSON_EFFECT) * noise
    mated_score = MATED_MEAN + own_effect[probe] + np.sqrt(1 - MATED_EFFECT) * noise
    units = np.floor(np.where(mated, mated_score, nonmated_score) * 1e6).astype(np.int64)

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


def main():
    rows, people, path = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    rng = np.random.Generator(np.random.Philox(2026))
    people_effect = np.sqrt(PERSON_EFFECT) * rng.standard_normal(people)
    own_effect = np.sqrt(MATED_EFFECT) * rng.standard_normal(people)
    with open(path, "wb") as file:
        file.write(b"score,mated,probe_subject,reference_subject\n")
        for start in range(0, rows, CHUNK):
            file.write(chunk_of_rows(rng, min(CHUNK, rows - start), people_effect, own_effect))


if __name__ == "__main__":
    main()

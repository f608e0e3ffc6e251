/* SPDX-License-Identifier: Apache-2.0
 *
 * Simulated tests of known truth, and how often intervals hold it:
 *
 *   non-mated  sqrt(r)(u_i + u_j) + sqrt(1 - 2r) e                          so that FMR(t) = Q(t)
 *   mated      mean + sqrt(icc)(0.5 u_i + sqrt(.75) v_i) + sqrt(1 - icc) e  so that FNMR(t) = Q(mean - t)
 */
#ifndef TESTS_ESTIMATE_SIMULATED_TEST_H
#define TESTS_ESTIMATE_SIMULATED_TEST_H

#include "check.h"

#include "plumbline.h"

struct cell {
  const char *name;
  uint32_t people, samples;
  double person, icc, mean, target; /* person: r */
};

/* Similarity scores. */
plb_tally *simulate(const struct cell *cell, uint64_t *state);

/* What an interval may hold. */
enum truth { TRUTH_FNMR, TRUTH_THRESHOLD, TRUTH_EER, TRUTH_AUC, TRUTH_DPRIME, TRUTH_BAND, TRUTHS };

struct held {
  unsigned held[TRUTHS], given[TRUTHS];
  double width[TRUTHS]; /* of the intervals, of what they hold: their sums; 0 of the band */
};

void note(struct held *held, enum truth what, bool holds);

/* The intervals of all but the band, those that there are. */
void note_intervals(struct held *held, const plb_result *result, const struct cell *cell);

/* Whether FNMR's limits hold the true curve where FMR is `fmr`. */
bool holds_curve(const struct cell *cell, double fmr, const double limits[2]);

/* Has `run` measure so many tests of each cell - or as many as the environment's PLUMBLINE_REPLICATES says - and prints
 * how often each truth was held, and behind it the mean width. The test fails where that is no more than the share
 * `least` over all cells. */
void measure_cells(const struct cell *cells, size_t count, unsigned replicates, uint64_t seed, double least,
                   void (*run)(const struct cell *cell, uint64_t *state, struct held *held));

#endif

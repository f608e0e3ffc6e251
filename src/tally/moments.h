/* SPDX-License-Identifier: Apache-2.0
 *
 * Sums of scores and of their squares, exact whatever the scores: kept as whole numbers for each sign and power of two,
 * and turned into floating point once. Nothing depends on the order in which scores came, or on who added them up.
 */
#ifndef PLB_TALLY_MOMENTS_H
#define PLB_TALLY_MOMENTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/wide.h"
#include "tally/packed.h"

#define PLB_OCTAVES 4096 /* signs and powers of two of a double */

/* Of the scores of one sign and power of two: their 53-bit fractions, and the halves of the squares of these. */
struct plb_octave {
  plb_wide sum, squares_low, squares_high;
};

/* An all-zero struct is empty. */
struct plb_moment_sums {
  struct plb_octave of[PLB_OCTAVES]; /* by the first twelve bits of the double */
  bool infinite;                     /* there were infinite scores, which are in no sum */
};

/* Sum and sum of squares as unevaluated sums of two doubles: exact to about 1e-32. */
struct plb_moments {
  double sum, sum_low, squares, squares_low;
};

/* `times` equal scores. */
void plb_moment_sums_add(struct plb_moment_sums *sums, uint64_t key, uint64_t times);
void plb_moment_sums_add_all(struct plb_moment_sums *sums, const uint64_t *keys, size_t count);
/* Scores in single precision, none of them -0. */
void plb_moment_sums_add_singles(struct plb_moment_sums *sums, const float scores[PLB_CHUNK_ROWS]);
void plb_moment_sums_join(struct plb_moment_sums *sums, const struct plb_moment_sums *more);

/* What the sums are. */
struct plb_moments plb_moments_from(const struct plb_moment_sums *sums);

/* Mean and population variance of so many finite scores. */
void plb_moments_of(const struct plb_moments *moments, uint64_t trials, double *mean, double *variance);

#endif

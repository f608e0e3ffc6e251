/* SPDX-License-Identifier: Apache-2.0
 *
 * Sums over pairs of people, which the variance of an FMR needs (methods B.4, B.7): how often each pair
 * was compared, and how often it was wrong. Exact while PLB_PAIRS_EXACT distinct pairs fit; beyond that
 * from the pairs with the smallest hashes, scaled so that the comparisons of the sampled pairs stand for
 * all comparisons (a ratio estimate: exact when all pairs are alike, unlike division by the share of
 * hashes, whose error of 1/sqrt(m) would look like dependence where there is none).
 *
 * The pairs of the rows that were kept whole are always counted exactly.
 *
 * Where clusters have places, a pair of people is one of clusters, and rows inside a cluster are left out.
 *
 * Sums are integers: weights are rounded to 2^-45 before they are added, so no order matters.
 */
#ifndef PLB_TALLY_DYADS_H
#define PLB_TALLY_DYADS_H

#include "base/wide.h"
#include "tally/people.h"

struct plb_dyads {
  /* asked for */
  const double *weights;      /* by place: g_i */
  const uint64_t *thresholds; /* ascending keys of the thresholds whose errors are not all kept rows */
  size_t threshold_count;
  /* answered, scaled up where sampled */
  double sum_squares;        /* sum of n_ij^2 */
  double sum_weighted;       /* sum of g_i g_j n_ij^2 */
  double *weighted_squares;  /* [threshold] sum of g_i g_j Y_ij^2 */
  double *weighted_products; /* [threshold] sum of g_i g_j Y_ij n_ij */
  double *squares;           /* [threshold] sum of Y_ij^2 */
  double *products;          /* [threshold] sum of Y_ij n_ij */
  uint32_t *kept_pair;       /* by kept row: number of its pair; PLB_NOBODY inside a cluster */
  uint64_t *pair_trials;     /* by that number: n_ij */
  size_t pair_count;
  bool sampled;
  size_t pairs; /* distinct pairs counted or sampled */
};

plb_status plb_dyads_count(const struct plb_tally *tally, const struct plb_rows *rows, const struct plb_places *places,
                           const struct plb_kept_row *kept, size_t kept_count, unsigned threads,
                           struct plb_dyads *dyads, struct plb_error *err);
void plb_dyads_free(struct plb_dyads *dyads);

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * One walk over the distinct scores gives everything that is a function of how many comparisons of each
 * class lie at and above a score: operating points, EER, AUC, d', the DET and the histogram of scores.
 */
#ifndef PLB_ESTIMATE_DET_H
#define PLB_ESTIMATE_DET_H

#include "base/wide.h"
#include "result/result.h"
#include "tally/people.h"
#include "tally/steps.h"

#define PLB_CURVE_POINTS 2000
#define PLB_SCORE_BINS 60

struct plb_gather; /* conventions.h */

/* An operating point: accept iff key of the score >= key. `above`: above every observed score. */
struct plb_point {
  uint64_t key;
  bool above;
  uint64_t false_matches, false_nonmatches;
};

struct plb_det {
  uint64_t trials[2]; /* by enum plb_class */

  /* Asked for, owned by the caller. */
  const uint64_t *thresholds; /* ascending keys */
  size_t threshold_count;
  struct plb_point *at_threshold;
  const uint64_t *most_errors; /* falling: the largest number of false matches that meets each target */
  size_t target_count;
  struct plb_point *at_target;
  struct plb_gather *gather; /* what the rules of another tool need, or NULL */

  /* Answered. */
  plb_wide auc_twice; /* 2 x sum over mated scores of (non-mated below + half of the tied) */
  struct plb_moments moments[2];
  bool infinite[2]; /* a class has infinite scores: no mean */
  struct plb_point eer;
  uint64_t lowest, highest;                 /* keys */
  uint64_t nonmated_extreme, mated_extreme; /* the PLB_EXTREMES most error-like lie from / up to here */
  bool any_extreme[2];
  struct plb_point *curve; /* ascending; the last is above every score; owned by the struct */
  size_t curve_count;
  bool thinned;               /* there are more scores than points */
  struct plb_score_bin *bins; /* in similarity; owned by the struct */
  size_t bin_count;
  uint64_t below, above; /* infinite scores */
};

/* Needs at least one completed comparison of some class. */
plb_status plb_det_measure(struct plb_tally *tally, struct plb_system_tally *system, unsigned threads,
                           struct plb_det *det, struct plb_error *err);
void plb_det_free(struct plb_det *det);

/* The mean of FMR and FNMR at a point, which is the EER at det->eer, and the AUC; there are comparisons of both
 * classes. */
double plb_det_mean_rate(const struct plb_det *det, const struct plb_point *point);
double plb_det_auc(const struct plb_det *det);

/* d'; false where a score is infinite or the scores of neither class vary, or vary too much for a double. */
bool plb_det_dprime(const struct plb_det *det, double *dprime);

/* The highest score of the curve from which on there are at least `length` non-mated comparisons, and how many these
 * are; 0 and all of them where no score has so many. */
uint64_t plb_det_key_for(const struct plb_det *det, size_t length, size_t *count);

#endif

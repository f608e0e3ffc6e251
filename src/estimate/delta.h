/* SPDX-License-Identifier: Apache-2.0
 *
 * Intervals of what depends on a threshold that the data chose, and of AUC, by the delta method: FNMR at FMR targets,
 * and the others where there are too many comparisons to keep them for replicates (methods C.1, C.3, M.3).
 *
 * To first order each of these quantities is a sum over comparisons of what one comparison adds. Summed by person these
 * influences give the variance as residuals give that of a rate: with the weights for leverage of methods B.3 and B.4,
 * of mated and of non-mated comparisons of a person together, so that what both have in common counts.
 */
#ifndef PLB_ESTIMATE_DELTA_H
#define PLB_ESTIMATE_DELTA_H

#include "estimate/study.h"
#include "resample/roster.h"

#define PLB_FEWEST_FOR_SLOPE 30 /* false matches */

struct plb_delta_wanted {
  const bool *at; /* by point: FNMR at this target */
  bool eer, auc;
};

/* Fills in what is wanted of measured->redrawn. The answer to one of them does not depend on the others. */
plb_status plb_delta_measure(const struct plb_study *study, struct plb_measured *measured,
                             const struct plb_roster *roster, const struct plb_delta_wanted *wanted,
                             struct plb_error *err);

/* Limits of FNMR at a target from its spread, at any level. Joined with PL's where fewer than ten errors of a class
 * carry it; where fewer than 1,000 false matches do, the FNMR at the limits of its threshold counts as well: the spread
 * is that of FNMR alone with fewer than PLB_FEWEST_FOR_SLOPE. */
struct plb_redrawn_limits plb_delta_limits(const struct plb_measured *measured, const struct plb_study_point *point,
                                           const struct plb_spread *spread, double level);

/* The scores between which the threshold of an FMR target lies: those whose FMR a test at this level does not tell from
 * the target. False where that has no end on some side, or too few false matches carry it. */
bool plb_threshold_limits(const struct plb_measured *measured, const struct plb_study_point *point, double level,
                          uint64_t keys[2]);

/* How fast FNMR rises where FMR falls at an operating point: -dFNMR/dFMR, from the points of the curve around half and
 * twice its FMR. */
double plb_det_slope(const struct plb_det *det, const struct plb_point *at);

/* Where the curve has so many false matches: on the straight line between two of its points, or, where it has every
 * score, at the first one that has no more of them (`up`) or the last one that has no fewer. */
struct plb_crossing {
  uint64_t key;
  double fnmr;
};
struct plb_crossing plb_det_crossing(const struct plb_det *det, double false_matches, bool up);

#endif

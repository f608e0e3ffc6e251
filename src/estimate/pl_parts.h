/* SPDX-License-Identifier: Apache-2.0
 *
 * What the files of PL (pl.h) share with each other. Threads: pure, reentrant.
 */
#ifndef PLB_ESTIMATE_PL_PARTS_H
#define PLB_ESTIMATE_PL_PARTS_H

#include "estimate/pl.h"

/* X_i - (x / N) N_i: the difference is formed exactly, so that only the last division rounds. */
double plb_residual(const struct plb_design *design, const struct plb_error_sums *errors, size_t i);

/* The largest design effect that a level of the extremes predicts at x errors (x <= N / 2). */
struct plb_borrowed {
  bool any; /* a level could be used */
  double deff;
};
plb_status plb_borrow(const struct plb_design *design, const struct plb_design_sums *sums,
                      const struct plb_extremes *extremes, uint64_t x, struct plb_borrowed *borrowed,
                      struct plb_error *err);

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * What the files of PL (pl.h) share with each other. Threads: pure, reentrant.
 */
#ifndef PLB_INTERVAL_PL_PARTS_H
#define PLB_INTERVAL_PL_PARTS_H

#include "interval/pl.h"

/* X_i - (x / N) N_i: the difference is formed exactly, so that only the last division rounds. */
double plb_residual(const struct plb_design *design, const struct plb_error_sums *errors, size_t i);

/* Whether there is anything to make limits of: trials, no more errors than them, a level that can be had. */
plb_status plb_pl_check(const struct plb_design *design, const struct plb_error_sums *errors, double level,
                        struct plb_error *err);

/* What limits rest on beside the counts, once it is known. */
struct plb_known {
  double ne; /* as in struct plb_design_sums */
  double deff, df;
  double skewness; /* as in struct plb_pl */
};

/* The limits for x errors, at most half of the trials; `strict`: in the shape of Clopper and Pearson. */
struct plb_limits plb_pl_limits(double x, double trials, const struct plb_known *known, double level, bool strict);

/* Correlations of normal scores that a design effect at some rate comes from. */
struct plb_alike {
  bool has_pair, has_person; /* false: hardly any trials share that, or errors are too few, so that nothing is known */
  double pair;               /* trials of the same pair of people; one-way: of the same person */
  double person;             /* trials that share one person; one-way: 0 */
};
struct plb_alike plb_alike_of(const struct plb_design *design, const struct plb_design_sums *sums,
                              const struct plb_own *own, double rate);

/* The largest design effect that a level of the extremes predicts at x errors (x <= N / 2). */
struct plb_borrowed {
  bool any; /* a level could be used */
  double deff;
  struct plb_alike alike; /* of that level */
};
plb_status plb_borrow(const struct plb_design *design, const struct plb_design_sums *sums,
                      const struct plb_extremes *extremes, uint64_t x, struct plb_borrowed *borrowed,
                      struct plb_error *err);

#endif

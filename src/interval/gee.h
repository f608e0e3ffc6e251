/* SPDX-License-Identifier: Apache-2.0
 *
 * Whether errors become more frequent with age or time: logistic regression of errors on some numbers,
 * population-averaged (generalised estimating equations with independence as the working correlation; Liang and Zeger
 * 1986), with limits that know that comparisons of one person depend on each other. The covariance of the coefficients
 * is the sandwich with each person's score corrected for the person's own leverage (CR3; Mancl and DeRouen 2001), the
 * degrees of freedom are Satterthwaite's for each coefficient (methods-tested F: 93.6 to 97 % coverage; CR0 with t of n
 * - p 88 to 96 %).
 */
#ifndef PLB_INTERVAL_GEE_H
#define PLB_INTERVAL_GEE_H

#include "base/error.h"

#define PLB_GEE_MOST 6 /* coefficients, that of the constant among them */

/* Trials, those of one person one behind the other; borrowed. */
struct plb_gee_rows {
  size_t count, columns;
  const double *x;        /* [count][columns]; the first column is 1 */
  const uint64_t *trials; /* [count] alike in all of x */
  const uint64_t *errors; /* [count] */
  const uint32_t *person; /* [count] */
};

struct plb_gee_term {
  double value;        /* of the logit: ln of the odds ratio for a step of 1 */
  double lower, upper; /* at the level asked for */
  double error, df;
};

struct plb_gee {
  struct plb_gee_term terms[PLB_GEE_MOST];
  double covariance[PLB_GEE_MOST][PLB_GEE_MOST];
  size_t people;
  uint64_t trials, errors;
  size_t carriers; /* people with at least one error */
};

/* PLB_UNDEFINED, with the reason in words, where there is no trend to be had: too few people for the coefficients, no
 * errors or nothing but errors, columns that depend on each other, or a coefficient without bounds (separation).
 * Threads: pure, reentrant. */
plb_status plb_gee_fit(const struct plb_gee_rows *rows, double level, struct plb_gee *fit, struct plb_error *err);

/* The rate at x, [columns] numbers, with its limits on the scale of the logit; the degrees of freedom are the least of
 * those of the coefficients. */
void plb_gee_at(const struct plb_gee *fit, size_t columns, const double *x, double level, double *rate, double *lower,
                double *upper);

#endif

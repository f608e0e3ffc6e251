/* SPDX-License-Identifier: Apache-2.0
 *
 * Binomial shapes (methods B.1): limits for a rate from x errors in n trials, both real numbers so that
 * they can stand for an effective sample. level = two-sided confidence, e.g. 0.95.
 */
#ifndef PLB_ESTIMATE_BINOMIAL_H
#define PLB_ESTIMATE_BINOMIAL_H

struct plb_limits {
  double lower, upper;
};

/* Wilson (1927) with the normal quantile z; lower is 0 at x = 0, upper 1 at x = n. */
struct plb_limits plb_wilson(double x, double n, double z);

/* Clopper and Pearson (1934). */
struct plb_limits plb_clopper_pearson(double x, double n, double level);

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * Binomial shapes (methods B.1): limits for a rate from x errors in n trials, both real numbers so that
 * they can stand for an effective sample. level = two-sided confidence, e.g. 0.95.
 */
#ifndef PLB_INTERVAL_BINOMIAL_H
#define PLB_INTERVAL_BINOMIAL_H

struct plb_limits {
  double lower, upper;
};

/* Wilson (1927) with the normal quantile z; lower is 0 at x = 0, upper 1 at x = n. */
struct plb_limits plb_wilson(double x, double n, double z);

/* Clopper and Pearson (1934). */
struct plb_limits plb_clopper_pearson(double x, double n, double level);

/* Jeffreys: quantiles of the beta distribution with half an error and half a success added; lower is 0 at x = 0,
 * upper 1 at x = n. */
struct plb_limits plb_jeffreys(double x, double n, double level);

/* Mid-P (Lancaster, JASA 56, 1961, 223-234): what was observed counts half in either tail. */
struct plb_limits plb_mid_p(double x, double n, double level);

/* Wald: x/n and the normal quantile z times its estimated standard error to either side, cut at 0 and 1. No width
 * at x = 0 and x = n: for comparison with old reports only. */
struct plb_limits plb_wald(double x, double n, double z);

#endif

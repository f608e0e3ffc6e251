/* SPDX-License-Identifier: Apache-2.0
 *
 * MOVER, the method of variance estimates recovery (Zou and Donner 2008; for ratios Donner and Zou 2012): the distance
 * from a difference to its limit is put together from the distances of the two rates to their own limits, which here
 * are those of PL, so that skewness is kept. For
 * dependent rates the correlation rho enters as in the variance of a difference (methods D.1).
 */
#include <math.h>

#include "interval/contrast.h"

#define MOST_RHO 0.95    /* to either side */
#define PROOF 60         /* bisections */
#define LEAST_LEVEL 0.01 /* of PL */
#define SMALLEST_P 1e-9

/* 0 where it does not exist. */
static double correlation_of(const struct plb_contrast *contrast) {
  double scale = contrast->first > 0 && contrast->second > 0 ? sqrt(contrast->first) * sqrt(contrast->second) : 0;
  return scale > 0 ? contrast->shared / scale : 0;
}

double plb_contrast_rho(const struct plb_contrast *own, const struct plb_contrast *borrowed) {
  double rho = correlation_of(own);
  if (borrowed)
    rho = fmin(rho, fmax(correlation_of(borrowed), 0));
  return fmax(fmin(rho, MOST_RHO), -MOST_RHO);
}

static double rate_of(const struct plb_side *side) {
  return (double)side->errors / (double)side->trials;
}

struct plb_limits plb_side_limits(const struct plb_side *side, double level) {
  struct plb_pl pl = *side->pl;
  plb_pl_at_level(&pl, side->errors, side->trials, level);
  return pl.pl;
}

/* sqrt(a^2 - 2 rho a b + b^2) */
static double join(double a, double b, double rho) {
  return sqrt(fmax(a * a - 2 * rho * a * b + b * b, 0));
}

struct plb_limits plb_mover_of_difference(double p, struct plb_limits one, double q, struct plb_limits other,
                                          double rho) {
  return (struct plb_limits){.lower = fmax(p - q - join(p - one.lower, other.upper - q, rho), -1),
                             .upper = fmin(p - q + join(one.upper - p, q - other.lower, rho), 1)};
}

struct plb_limits plb_mover_of_ratio(double p, struct plb_limits one, double q, struct plb_limits other, double rho) {
  struct plb_limits ratio = {0, INFINITY};
  bool whole = p > 0 && q > 0 && one.lower > 0 && other.lower > 0;
  if (whole) {
    double middle = log(p / q);
    ratio.lower = exp(middle - join(log(p / one.lower), log(other.upper / q), rho));
    ratio.upper = exp(middle + join(log(one.upper / p), log(q / other.lower), rho));
    return ratio;
  }
  /* a rate without errors has no logarithm: the farthest corner of the two intervals */
  if (other.upper > 0)
    ratio.lower = one.lower / other.upper;
  if (other.lower > 0)
    ratio.upper = one.upper / other.lower;
  return ratio;
}

struct plb_limits plb_mover_difference(const struct plb_side *first, const struct plb_side *second, double rho,
                                       double level) {
  return plb_mover_of_difference(rate_of(first), plb_side_limits(first, level), rate_of(second),
                                 plb_side_limits(second, level), rho);
}

struct plb_limits plb_mover_ratio(const struct plb_side *first, const struct plb_side *second, double rho,
                                  double level) {
  return plb_mover_of_ratio(rate_of(first), plb_side_limits(first, level), rate_of(second),
                            plb_side_limits(second, level), rho);
}

double plb_mover_p_value(const struct plb_side *first, const struct plb_side *second, double rho) {
  double difference = rate_of(first) - rate_of(second);
  if (!(fabs(difference) > 0))
    return 1;
  double low = log(SMALLEST_P), high = log(1 - LEAST_LEVEL); /* of p */
  for (int k = 0; k < PROOF; k++) {
    double middle = 0.5 * (low + high);
    struct plb_limits limits = plb_mover_difference(first, second, rho, 1 - exp(middle));
    bool apart = difference > 0 ? limits.lower > 0 : limits.upper < 0;
    if (apart)
      high = middle;
    else
      low = middle;
  }
  return exp(high);
}

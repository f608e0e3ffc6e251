/* SPDX-License-Identifier: Apache-2.0
 *
 * Wilson's interval (JASA 22, 1927, 209-212) and that of Clopper and Pearson (Biometrika 26, 1934,
 * 404-413), for counts that need not be whole.
 *
 * Wilson's limits are the roots of (n + z^2) p^2 - (2 x + z^2) p + x^2 / n = 0. The lower one is taken from
 * the product of the roots, so that no digits cancel when x is far below n.
 */
#include "estimate/binomial.h"

#include <math.h>

#include "estimate/special.h"

struct plb_limits plb_wilson(double x, double n, double z) {
  double square = z * z;
  double sum = 2.0 * x + square + z * sqrt(square + 4.0 * x * ((n - x) / n));
  struct plb_limits limits = {
      .lower = x > 0.0 ? 2.0 * x * (x / n) / sum : 0.0,
      .upper = x < n ? fmin(sum / (2.0 * (n + square)), 1.0) : 1.0,
  };
  return limits;
}

struct plb_limits plb_clopper_pearson(double x, double n, double level) {
  double tail = 0.5 * (1.0 - level);
  struct plb_limits limits = {
      .lower = x > 0.0 ? plb_beta_quantile(tail, x, n - x + 1.0) : 0.0,
      .upper = x < n ? plb_beta_upper_quantile(tail, x + 1.0, n - x) : 1.0,
  };
  return limits;
}

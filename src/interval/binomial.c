/* SPDX-License-Identifier: Apache-2.0
 *
 * Wilson's interval (JASA 22, 1927, 209-212), that of Clopper and Pearson (Biometrika 26, 1934, 404-413), and
 * the three that others print (methods B.1): Jeffreys, mid-P and Wald; for counts that need not be whole.
 *
 * Wilson's limits are the roots of (n + z^2) p^2 - (2 x + z^2) p + x^2 / n = 0. The lower one is taken from
 * the product of the roots, so that no digits cancel when x is far below n. A mid-P limit lies between two
 * exact limits, and is found there by bisection: some 60 pairs of beta tails.
 */
#include "interval/binomial.h"

#include <math.h>
#include <stdbool.h>

#include "interval/special.h"

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

struct plb_limits plb_jeffreys(double x, double n, double level) {
  double tail = 0.5 * (1.0 - level);
  struct plb_limits limits = {
      .lower = x > 0.0 ? plb_beta_quantile(tail, x + 0.5, n - x + 0.5) : 0.0,
      .upper = x < n ? plb_beta_upper_quantile(tail, x + 0.5, n - x + 0.5) : 1.0,
  };
  return limits;
}

/* p between low and high with (F(p; x, n - x + 1) + F(p; x + 1, n - x)) / 2 = tail, where F is one tail of the beta
 * distribution, monotone in p: `rising` says which way. */
static double halfway(double (*tail_of)(double, double, double), bool rising, double x, double n, double tail,
                      double low, double high) {
  for (;;) {
    double middle = 0.5 * (low + high);
    if (!(middle > low && middle < high))
      return middle;
    double seen = 0.5 * (tail_of(middle, x, n - x + 1.0) + tail_of(middle, x + 1.0, n - x));
    if ((seen < tail) == rising)
      low = middle;
    else
      high = middle;
  }
}

struct plb_limits plb_mid_p(double x, double n, double level) {
  double tail = 0.5 * (1.0 - level);
  struct plb_limits limits = {.lower = 0.0, .upper = 1.0};
  if (x >= n) /* one more error cannot be: only the first half of the sum is left */
    limits.lower = plb_beta_quantile(2.0 * tail, x, n - x + 1.0);
  else if (x > 0.0)
    limits.lower = halfway(plb_beta_lower, true, x, n, tail, plb_beta_quantile(tail, x, n - x + 1.0),
                           plb_beta_quantile(tail, x + 1.0, n - x));
  if (x <= 0.0)
    limits.upper = plb_beta_upper_quantile(2.0 * tail, x + 1.0, n - x);
  else if (x < n)
    limits.upper = halfway(plb_beta_upper, false, x, n, tail, plb_beta_upper_quantile(tail, x, n - x + 1.0),
                           plb_beta_upper_quantile(tail, x + 1.0, n - x));
  return limits;
}

struct plb_limits plb_wald(double x, double n, double z) {
  double rate = x / n, half = z * sqrt(rate * ((n - x) / n) / n);
  return (struct plb_limits){.lower = fmax(rate - half, 0.0), .upper = fmin(rate + half, 1.0)};
}

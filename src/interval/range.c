/* SPDX-License-Identifier: Apache-2.0
 *
 * See range.h. The integral by Simpson's rule, whose error is far below that of what it is used for; the quantile by
 * halving.
 */
#include "interval/range.h"

#include <math.h>

#include "base/probit.h"

/* P(range of `groups` standard normals <= q) = G int phi(z) (Phi(z) - Phi(z - q))^(G-1) dz. */
static double range_within(double q, double groups) {
  enum { STEPS = 400 };
  double from = -8.0, to = 8.0 + q, width = (to - from) / STEPS, sum = 0.0;
  for (int k = 0; k <= STEPS; k++) {
    double z = from + width * k, weight = k == 0 || k == STEPS ? 1.0 : k % 2 ? 4.0 : 2.0;
    double inside = plb_normal_tail(z - q) - plb_normal_tail(z);
    sum += weight * exp(-0.5 * z * z) * pow(inside, groups - 1.0);
  }
  return groups * sum * width / 3.0 / sqrt(2.0 * 3.14159265358979323846);
}

double plb_range_quantile(double level, double groups) {
  double low = 0.0, high = 20.0;
  for (int k = 0; k < 60; k++) {
    double middle = 0.5 * (low + high);
    *(range_within(middle, groups) < level ? &low : &high) = middle;
  }
  return 0.5 * (low + high);
}

double plb_pairs_level(double level, double groups) {
  return 2.0 * plb_normal_tail(-plb_range_quantile(level, groups) / sqrt(2.0)) - 1.0;
}

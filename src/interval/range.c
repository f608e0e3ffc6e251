/* SPDX-License-Identifier: Apache-2.0
 *
 * See range.h. The integral by Simpson's rule, whose error is far below that of what it is used for; the quantile by
 * the secant.
 */
#include "interval/range.h"

#include <math.h>

#include "base/probit.h"

#define MOST_STEPS 60

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

/* Between two ends, by the secant of the probits, in which the range is nearly straight; an end that stays counts half
 * (the Illinois rule). */
double plb_range_quantile(double level, double groups) {
  double low = 0.0, high = 20.0, wanted = plb_probit_upper(1.0 - level), middle = 0.0;
  double below = -wanted - 9.0, above = 9.0 - wanted;
  for (int k = 0; k < MOST_STEPS && high - low > 1e-12 * high; k++) {
    double before = middle;
    middle = (low * above - high * below) / (above - below);
    if (fabs(middle - before) <= 1e-13 * middle)
      break;
    double within = range_within(middle, groups);
    double beyond = fmin(fmax(plb_probit_upper(fmax(1.0 - within, 1e-18)), -9.0), 9.0) - wanted;
    if (beyond < 0.0) {
      above *= low > 0.0 && before == low ? 0.5 : 1.0;
      low = middle;
      below = beyond;
    } else {
      below *= high < 20.0 && before == high ? 0.5 : 1.0;
      high = middle;
      above = beyond;
    }
  }
  return middle;
}

double plb_pairs_level(double level, double groups) {
  return 2.0 * plb_normal_tail(-plb_range_quantile(level, groups) / sqrt(2.0)) - 1.0;
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * The smallest difference that a test of these groups would have shown (methods E, J). The group is set against all
 * others as one group with their trials over their design effects; a ratio R is shown with the power wanted when
 *
 *   ln R >= margin at the expected errors + z_power sqrt(v1 + v2),   v = (1 - p) / (n p), n = N / design effect
 *
 * that is, with the logarithm of a rate taken as normal. The margin is MOVER's, from Wilson's limits.
 */
#include <math.h>

#include "base/probit.h"
#include "differ/differ.h"
#include "interval/range.h"

#define POWER 0.8
#define HIGHEST_RATE 0.5
#define HALVINGS 60

struct versus {
  double own, others; /* effective trials */
  double rate;        /* of the others */
  double z;
};

/* How far ln R lies above what is needed. */
static double beyond(const struct versus *versus, double ratio) {
  double low = versus->rate, high = ratio * low;
  struct plb_limits of_low = plb_wilson(low * versus->others, versus->others, versus->z);
  struct plb_limits of_high = plb_wilson(high * versus->own, versus->own, versus->z);
  double margin = hypot(log(of_low.upper / low), log(high / of_high.lower));
  double error = sqrt((1 - low) / (versus->others * low) + (1 - high) / (versus->own * high));
  return log(ratio) - margin - plb_probit(POWER) * error;
}

static double least_of(const struct plb_side *sides, size_t count, size_t group, double z) {
  double errors = 0;
  struct versus versus = {.z = z};
  for (size_t g = 0; g < count; g++) {
    double effect = fmax(1, sides[g].pl->design_effect), trials = (double)sides[g].trials / effect;
    if (g == group) {
      versus.own = trials;
      continue;
    }
    versus.others += trials;
    errors += (double)sides[g].errors / effect;
  }
  versus.rate = fmax(errors, 0.5) / versus.others;
  double low = 1, high = HIGHEST_RATE / versus.rate;
  if (!(high > 1) || beyond(&versus, high) < 0)
    return INFINITY;
  for (int k = 0; k < HALVINGS; k++) {
    double middle = sqrt(low * high);
    *(beyond(&versus, middle) < 0 ? &low : &high) = middle;
  }
  return high;
}

void plb_least_seen(const struct plb_side *sides, size_t count, double level, double *ratios) {
  double z = plb_probit_upper((1 - plb_pairs_level(level, (double)count)) / 2);
  for (size_t g = 0; g < count; g++)
    ratios[g] = least_of(sides, count, g, z);
}

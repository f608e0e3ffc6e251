/* SPDX-License-Identifier: Apache-2.0
 *
 * The smallest difference between groups that a test would detect (methods E.1, J). Two groups differ where the
 * interval of the ratio of their rates leaves out 1: by MOVER on the logarithms of their PL limits, at the level of
 * Tukey's range for all pairs of groups. A ratio R is detected with the power wanted when
 *
 *   ln R >= margin at the expected counts + z_power sqrt(v1 + v2),   v = design effect (1 - p) / (N p)
 *
 * that is, with the logarithm of a rate taken as normal.
 *
 * Cost: some sixty pairs of limits for a ratio, and so for each of some fifty numbers of people.
 * Reference: Zou and Donner, Stat. Med. 27 (2008) 1693-1702.
 */
#include <math.h>

#include "base/probit.h"
#include "interval/pl.h"
#include "interval/range.h"
#include "plan/plan.h"

#define HIGHEST_RATE 0.5

/* How far ln R lies above what is needed to detect it. */
static double beyond(const struct plb_contrast *contrast, const struct plb_layout *layout, double level, double ratio) {
  double low = contrast->rate, high = ratio * contrast->rate;
  struct plb_asked_limits of_low = {.errors = layout->trials * low, .level = level};
  struct plb_asked_limits of_high = {.errors = layout->trials * high, .level = level};
  double up = log(plb_plan_limits(layout, &contrast->likeness, &of_low).upper / low);
  double down = log(high / plb_plan_limits(layout, &contrast->likeness, &of_high).lower);
  double error =
      hypot(plb_plan_error(layout, &contrast->likeness, low), plb_plan_error(layout, &contrast->likeness, high));
  return log(ratio) - hypot(up, down) - plb_probit(contrast->power) * error;
}

double plb_contrast_ratio(const struct plb_contrast *contrast, double people) {
  struct plb_scheme scheme = contrast->scheme;
  scheme.people = people;
  struct plb_layout layout = plb_plan_layout(&scheme);
  if (people < FEWEST_PEOPLE || !(layout.trials > 0.0))
    return 0.0;
  double level = plb_pairs_level(contrast->level, contrast->groups);
  double low = 1.0, high = HIGHEST_RATE / contrast->rate;
  if (!(high > 1.0) || beyond(contrast, &layout, level, high) < 0.0)
    return 0.0;
  for (int k = 0; k < 60; k++) {
    double middle = sqrt(low * high);
    *(beyond(contrast, &layout, level, middle) < 0.0 ? &low : &high) = middle;
  }
  return high;
}

double plb_contrast_people(const struct plb_contrast *contrast, double ratio) {
  double low = FEWEST_PEOPLE - 1.0, high = FEWEST_PEOPLE; /* too few; enough */
  for (;;) {
    double found = plb_contrast_ratio(contrast, high);
    if (found > 0.0 && found <= ratio)
      break;
    if (high >= PLB_MOST_PLANNED)
      return 0.0;
    low = high;
    high = fmin(2.0 * high, PLB_MOST_PLANNED);
  }
  while (high - low > 1.0) {
    double middle = floor(0.5 * (low + high)), found = plb_contrast_ratio(contrast, middle);
    *(found > 0.0 && found <= ratio ? &high : &low) = middle;
  }
  return high;
}

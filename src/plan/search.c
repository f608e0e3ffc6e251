/* SPDX-License-Identifier: Apache-2.0
 *
 * How many people a claim needs (methods J). Power does not simply grow with people: with one more, the number of
 * errors that still shows the claim stays the same while more are to be expected, until it jumps. So the
 * answer is the fewest people from whom on it is never too low: far up where it surely is enough, then down in
 * small steps, until it is not.
 *
 * Cost: some hundred prospects (power.c), each of a millisecond or so.
 */
#include <math.h>

#include "interval/pl.h"
#include "plan/plan.h"

double plb_plan_power(struct plb_scheme scheme, const struct plb_likeness *likeness, const struct plb_goal *goal,
                      double people) {
  struct plb_prospect prospect;
  scheme.people = people;
  struct plb_layout layout = plb_plan_layout(&scheme);
  plb_plan_prospect(&layout, likeness, goal, &prospect);
  return prospect.power;
}

double plb_plan_people(const struct plb_scheme *scheme, const struct plb_likeness *likeness,
                       const struct plb_goal *goal) {
  double enough = FEWEST_PEOPLE, safe = goal->power + 0.5 * (1.0 - goal->power);
  while (plb_plan_power(*scheme, likeness, goal, enough) < safe) {
    if (enough >= PLB_MOST_PLANNED)
      return 0.0;
    enough = fmin(ceil(enough * 1.3), PLB_MOST_PLANNED);
  }
  double step = fmax(1.0, floor(enough * 0.004));
  while (enough - step >= FEWEST_PEOPLE && plb_plan_power(*scheme, likeness, goal, enough - step) >= goal->power)
    enough -= step;
  while (enough > FEWEST_PEOPLE && plb_plan_power(*scheme, likeness, goal, enough - 1.0) >= goal->power)
    enough -= 1.0;
  return enough;
}

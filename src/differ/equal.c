/* SPDX-License-Identifier: Apache-2.0
 *
 * What groups with one and the same rate would show (methods-tested E.2). Errors of a group are drawn as Poisson counts
 * of its trials over its design effect, times that; permuting people between groups would test for FMR whether people
 * of a group are alike, and not whether its rate is another.
 *
 * Random numbers are Philox's, named by the seed, what is drawn, the group and the number of the drawing.
 */
#include <Random123/philox.h>
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/probit.h"
#include "differ/differ.h"

#define COUNTED 200.0 /* expected errors up to which each count is looked at */

/* The sizes of the groups, as many independent trials would have them. */
struct group {
  double trials, effective, effect; /* effective = trials / effect */
};

struct drawing {
  const struct group *groups;
  size_t count;
  uint64_t seed, name;
  double common; /* the rate of all */
};

static uint64_t bits_of(const struct drawing *drawing, size_t group, uint64_t number) {
  philox2x64_ctr_t what = {.v = {number, drawing->name << 16 | group}};
  philox2x64_key_t key = {.v = {drawing->seed ^ UINT64_C(0x657175616C677270)}};
  return philox2x64(what, key).v[0];
}

/* The quantile of Poisson's distribution: counted up from 0, or for many by Cornish and Fisher's expansion. */
static double poisson_of(double mean, uint64_t bits) {
  if (mean > COUNTED) {
    double z = plb_normal_of_bits(bits), root = sqrt(mean);
    return fmax(0, floor(mean + root * z + (z * z - 1) / 6 + 0.5));
  }
  double share = ((double)(bits >> 12) + 0.5) * 0x1p-52, chance = exp(-mean), sum = chance, count = 0;
  while (sum < share && count < 10 * COUNTED) {
    count++;
    chance *= mean / count;
    sum += chance;
  }
  return count;
}

/* sum N_g (r_g - r)^2 / (r (1 - r)), r that of all together. */
static double statistic(const struct group *groups, const double *rates, size_t count) {
  double errors = 0, trials = 0, sum = 0;
  for (size_t g = 0; g < count; g++) {
    errors += rates[g] * groups[g].trials;
    trials += groups[g].trials;
  }
  double rate = errors / trials;
  if (!(rate > 0 && rate < 1))
    return 0;
  for (size_t g = 0; g < count; g++)
    sum += groups[g].trials * (rates[g] - rate) * (rates[g] - rate);
  return sum / (rate * (1 - rate));
}

/* A group without errors makes the ratio of the largest to the smallest unlimited, and counts as half an error in the
 * geometric mean. */
static double apart_in_draw(enum plb_apart_kind kind, const struct group *groups, double *rates, size_t count) {
  bool any = false;
  for (size_t g = 0; g < count; g++)
    any = any || rates[g] > 0;
  if (!any)
    return kind == PLB_APART_MAX_MIN_DIFFERENCE || kind == PLB_APART_GINI ? 0 : 1;
  for (size_t g = 0; g < count && kind == PLB_APART_MAX_GEOMEAN_RATIO; g++)
    rates[g] = rates[g] > 0 ? rates[g] : 0.5 / groups[g].effective;
  struct plb_apart apart = plb_apart_of_rates(kind, rates, count);
  return apart.has_value ? apart.value : (double)INFINITY;
}

static int smaller_first(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static void draw_rates(const struct drawing *drawing, uint64_t number, double *rates) {
  for (size_t g = 0; g < drawing->count; g++) {
    const struct group *group = &drawing->groups[g];
    double errors = poisson_of(drawing->common * group->effective, bits_of(drawing, g, number));
    rates[g] = fmin(1, errors / group->effective);
  }
}

static void draw_all(const struct drawing *drawing, double seen, double *rates, double *drawn[PLB_APARTS],
                     struct plb_equal_groups *equal) {
  uint64_t above = 0;
  for (uint64_t k = 0; k < PLB_NULL_DRAWS; k++) {
    draw_rates(drawing, k, rates);
    above += statistic(drawing->groups, rates, drawing->count) >= seen * (1 - 1e-12); /* rounding decides no tie */
    for (int kind = 0; kind < PLB_APARTS; kind++) /* the last one changes the rates */
      drawn[kind][k] = apart_in_draw((enum plb_apart_kind)kind, drawing->groups, rates, drawing->count);
  }
  equal->p_value = (1 + (double)above) / (1 + (double)PLB_NULL_DRAWS);
  for (int kind = 0; kind < PLB_APARTS; kind++) {
    qsort(drawn[kind], PLB_NULL_DRAWS, sizeof *drawn[kind], smaller_first);
    equal->median[kind] = drawn[kind][PLB_NULL_DRAWS / 2];
    equal->upper[kind] = drawn[kind][PLB_NULL_DRAWS * 95 / 100];
  }
}

/* The groups as drawn from, and the rate that all have if they have one. */
static double take_groups(const struct plb_side *sides, size_t count, struct group *groups, double *rates) {
  double errors = 0, trials = 0;
  for (size_t g = 0; g < count; g++) {
    double effect = fmax(1, sides[g].pl->design_effect), all = (double)sides[g].trials;
    groups[g] = (struct group){all, all / effect, effect};
    rates[g] = (double)sides[g].errors / all;
    errors += (double)sides[g].errors / effect;
    trials += all / effect;
  }
  return errors / trials;
}

plb_status plb_equal_groups_draw(const struct plb_side *sides, size_t count, uint64_t seed, uint64_t name,
                                 struct plb_equal_groups *equal, struct plb_error *err) {
  struct group *groups = plb_alloc(count, sizeof *groups);
  double *rates = plb_alloc(count, sizeof *rates), *drawn[PLB_APARTS], *all;
  all = plb_alloc((size_t)PLB_APARTS * PLB_NULL_DRAWS, sizeof *all);
  plb_status status = groups && rates && all ? PLB_OK : plb_fail_memory(err);
  struct drawing drawing = {.groups = groups, .count = count, .seed = seed, .name = name};
  if (!status)
    drawing.common = take_groups(sides, count, groups, rates);
  if (!status && !(drawing.common > 0 && drawing.common < 1))
    status = plb_fail(err, PLB_UNDEFINED, drawing.common > 0 ? "all trials are errors" : "there are no errors");
  for (int kind = 0; kind < PLB_APARTS && !status; kind++)
    drawn[kind] = all + (size_t)kind * PLB_NULL_DRAWS;
  if (!status)
    draw_all(&drawing, statistic(groups, rates, count), rates, drawn, equal);
  free(groups);
  free(rates);
  free(all);
  return status;
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * Tests of several groups: FMR within each, FNMR of each, and how far they lie apart, at one fixed threshold. The truth
 * of a group is that of the whole test, times the ratio where it is the first; so all numbers of differ.h have a truth.
 * "NO_DIFFERENCE" is the test of that: it holds where the test does not reject at 5 %, and the truth is above where it
 * does, whether there is a difference or not.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "coverage/whole.h"
#include "differ/differ.h"

#define REJECTED 0.05

static const char *const places[PLB_WHOLE_GROUPS] = {"group 1", "group 2", "group 3", "group 4",
                                                     "group 5", "group 6", "group 7", "group 8"};
static const char *const metrics[] = {"FMR", "FNMR"};
static const char *const of_both[] = {"FDR", "INEQUITY", "GARBE"};

static void true_rates(const struct plb_whole_stage *whole, int c, double rates[PLB_WHOLE_GROUPS]) {
  double ratio = whole->model->ratio > 0 ? whole->model->ratio : 1;
  for (size_t g = 0; g < whole->model->groups; g++)
    rates[g] = (c ? whole->truth.fnmr : whole->truth.fmr) * (g ? 1 : ratio);
}

size_t plb_whole_group_quantities(const struct plb_whole_stage *whole, struct plb_whole_quantity list[PLB_WHOLE_MOST]) {
  struct plb_apart apart[2][PLB_APARTS];
  size_t count = 0;
  for (int c = 0; c < 2; c++) {
    double rates[PLB_WHOLE_GROUPS];
    true_rates(whole, c, rates);
    for (size_t g = 0; g < whole->model->groups; g++, count++)
      list[count] = (struct plb_whole_quantity){metrics[c], places[g], count, true, rates[g]};
    for (int kind = 0; kind < PLB_APARTS; kind++, count++) {
      apart[c][kind] = plb_apart_of_rates((enum plb_apart_kind)kind, rates, whole->model->groups);
      list[count] = (struct plb_whole_quantity){plb_apart_name((enum plb_apart_kind)kind), metrics[c], count, true,
                                                apart[c][kind].value};
    }
    list[count] = (struct plb_whole_quantity){"NO_DIFFERENCE", metrics[c], count, false, 0};
    count++;
  }
  const struct plb_apart *fmr = apart[0], *fnmr = apart[1];
  const struct plb_apart both[] = {plb_fdr_of(&fmr[PLB_APART_MAX_MIN_DIFFERENCE], &fnmr[PLB_APART_MAX_MIN_DIFFERENCE]),
                                   plb_inequity_of(&fmr[PLB_APART_MAX_MIN_RATIO], &fnmr[PLB_APART_MAX_MIN_RATIO]),
                                   plb_garbe_of(&fmr[PLB_APART_GINI], &fnmr[PLB_APART_GINI])};
  for (size_t k = 0; k < 3; k++, count++)
    list[count] = (struct plb_whole_quantity){of_both[k], NULL, count, true, both[k].value};
  return count;
}

static bool is_of_group(const struct plb_estimate *e, size_t group) {
  const char name[] = {(char)('1' + group), 0};
  return e->cell && strcmp(e->cell->of[0].values[0], name) == 0 &&
         (!e->cell->of[0].two || strcmp(e->cell->of[0].values[1], name) == 0);
}

/* Whether an estimate is of a quantity. */
static bool is_of(const struct plb_estimate *e, const struct plb_whole_quantity *quantity) {
  if (strncmp(quantity->at ? quantity->at : "", "group", 5) == 0)
    return strcmp(e->metric, quantity->statistic) == 0 && is_of_group(e, (size_t)(quantity->at[6] - '1'));
  const char *statistic = strcmp(quantity->statistic, "NO_DIFFERENCE") ? quantity->statistic : "MAX_MIN_RATIO";
  bool same = !quantity->at || (e->over.metric && strcmp(e->over.metric, quantity->at) == 0);
  return e->over.by && same && strcmp(e->metric, statistic) == 0;
}

static void hear(const struct plb_whole_quantity *quantity, const struct plb_estimate *e, struct plb_whole_said *said) {
  const struct plb_interval *interval = &e->interval;
  if (!quantity->has_truth) {
    if (e->over.has_p_value)
      said->verdict = e->over.p_value < REJECTED ? PLB_WHOLE_ABOVE : PLB_WHOLE_HELD;
    return;
  }
  said->has_value = e->has_value;
  said->value = e->has_value ? e->value : 0;
  if (!interval->exists)
    return;
  snprintf(said->shown, sizeof said->shown, "%s", interval->method ? interval->method : "");
  double slack = 1e-12 * fabs(quantity->truth); /* equal groups have a ratio of 1, and rounding decides nothing */
  plb_whole_judge(interval->has_lower ? interval->lower - slack : -HUGE_VAL,
                  interval->has_upper ? interval->upper + slack : HUGE_VAL, quantity->truth, said);
}

void plb_whole_group_hear(const struct plb_whole_stage *whole, const struct plb_result *result,
                          struct plb_whole_said said[PLB_WHOLE_MOST]) {
  struct plb_whole_quantity list[PLB_WHOLE_MOST];
  size_t count = plb_whole_group_quantities(whole, list);
  for (size_t what = 0; what < count; what++) {
    said[what] = (struct plb_whole_said){.has_value = false};
    for (size_t i = 0; i < result->group_count; i++)
      if (is_of(&result->groups[i], &list[what]))
        hear(&list[what], &result->groups[i], &said[what]);
  }
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * What two systems share of their variance, against the definition: sums over all pairs of comparisons that share a
 * person, for the errors of each system and for their difference. MOVER's limits against numbers worked out by hand.
 */
#include <stdlib.h>

#include "base/key.h"
#include "close.h"
#include "interval/contrast.h"
#include "pairs.h"

#define POINTS 2

/* T of a value for each comparison: methods B.3 and B.4, pair by pair. */
static double plain_total(const struct twins *twins, bool mated, const double *value) {
  double n = twins->people, trials = (double)twins->count, mean = 0, total = 0;
  double *g = calloc(twins->people, sizeof *g);
  for (size_t k = 0; k < twins->count; k++) {
    mean += value[k] / trials;
    g[twins->rows[k].i] += 1;
    if (!mated)
      g[twins->rows[k].j] += 1;
  }
  for (uint32_t i = 0; i < twins->people; i++)
    g[i] = 1 / fmax(1 - g[i] / trials, 0.1);
  for (size_t k = 0; k < twins->count; k++)
    for (size_t l = 0; l < twins->count; l++) {
      const struct twin *a = &twins->rows[k], *b = &twins->rows[l];
      double product = (value[k] - mean) * (value[l] - mean);
      bool same = (a->i == b->i && a->j == b->j) || (a->i == b->j && a->j == b->i);
      if (mated)
        total += a->i == b->i ? g[a->i] * g[a->i] * product : 0;
      else if (same)
        total += (g[a->i] * g[a->i] + g[a->j] * g[a->j] - g[a->i] * g[a->j]) * product;
      else if (a->i == b->i || a->i == b->j)
        total += g[a->i] * g[a->i] * product;
      else if (a->j == b->i || a->j == b->j)
        total += g[a->j] * g[a->j] * product;
    }
  free(g);
  return total * (mated ? (n - 1) / n : (n - 1) * (n - 2) / (n * (n - 3)));
}

static void check_point(const struct twins *twins, bool mated, const double at[2], const struct plb_contrast *seen) {
  double *value[3];
  for (int v = 0; v < 3; v++)
    value[v] = calloc(twins->count, sizeof *value[v]);
  for (size_t k = 0; k < twins->count; k++) {
    for (int s = 0; s < 2; s++)
      value[s][k] = mated ? twins->rows[k].score[s] < at[s] : twins->rows[k].score[s] >= at[s];
    value[2][k] = value[0][k] - value[1][k];
  }
  double scale = plain_total(twins, mated, value[0]);
  CLOSE_ABS(seen->first, scale, 1e-9 * scale);
  CLOSE(seen->second, plain_total(twins, mated, value[1]), 1e-9);
  CLOSE_ABS(seen->first + seen->second - 2 * seen->shared, plain_total(twins, mated, value[2]), 1e-9 * scale);
  for (int v = 0; v < 3; v++)
    free(value[v]);
}

/* Rows repeated, turned round and left out, so that nothing is balanced. */
static void unbalance(struct dice *dice, struct twins *twins) {
  size_t kept = 0;
  for (size_t k = 0; k < twins->count; k++) {
    struct twin row = twins->rows[k];
    if (dice_below(dice, 3) == 0)
      continue;
    if (dice_below(dice, 2)) {
      uint32_t i = row.i;
      row.i = row.j;
      row.j = i;
    }
    twins->rows[kept++] = row;
  }
  twins->count = kept;
}

static void against_definition(bool mated, bool balanced, uint64_t seed) {
  const double at[POINTS][2] = {{mated ? -0.75 : 0.75, mated ? -1 : 0.5}, {mated ? 0.25 : 1.5, mated ? -0.25 : 2}};
  struct twin_model model = {mated, 12, 3, {0.15, 0.1}, {0.2, 0.1}, {0.05, 0.1}, 0.6};
  struct dice dice = {.state = seed};
  struct twins twins;
  twins_of_model(&dice, &model, &twins);
  if (!balanced)
    unbalance(&dice, &twins);
  for (size_t k = 0; k < twins.count && seed == 2; k++) /* scores at the thresholds */
    for (int s = 0; s < 2; s++)
      twins.rows[k].score[s] = round(4 * twins.rows[k].score[s]) / 4;
  struct plb_tally *tally = tally_of_twins(&twins, mated);
  uint64_t keys[POINTS * 2];
  for (int p = 0; p < POINTS; p++)
    for (int s = 0; s < 2; s++)
      keys[2 * p + s] = plb_key_of(at[p][s]);
  const struct plb_duel duel = {0, 1};
  for (unsigned threads = 1; threads <= 3; threads += 2) {
    struct plb_contrasts contrasts = {.tally = tally,
                                      .mated = mated,
                                      .keys = keys,
                                      .point_count = POINTS,
                                      .duels = &duel,
                                      .duel_count = 1,
                                      .threads = threads};
    assert_int_equal(plb_contrasts_measure(&contrasts, NULL), PLB_OK);
    for (int p = 0; p < POINTS; p++)
      check_point(&twins, mated, at[p], &contrasts.at[p]);
    plb_contrasts_free(&contrasts);
  }
  plb_tally_free(tally);
  free(twins.rows);
}

static void totals_are_those_of_the_definition(void **state) {
  (void)state;
  for (uint64_t seed = 1; seed <= 3; seed++)
    for (int kind = 0; kind < 4; kind++)
      against_definition(kind & 1, kind & 2, seed);
}

static int falling(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x < y) - (x > y);
}

static void kth_largest_counts_ties(void **state) {
  (void)state;
  struct twin_model model = {false, 10, 2, {0.1, 0.1}, {0, 0}, {0, 0}, 0};
  struct dice dice = {.state = 5};
  struct twins twins;
  twins_of_model(&dice, &model, &twins);
  double *sorted = calloc(twins.count, sizeof *sorted);
  for (size_t k = 0; k < twins.count; k++)
    sorted[k] = twins.rows[k].score[0] = round(4 * twins.rows[k].score[0]);
  struct plb_tally *tally = tally_of_twins(&twins, false);
  qsort(sorted, twins.count, sizeof *sorted, falling);
  for (size_t k = 1; k <= twins.count; k += 7) {
    uint64_t key;
    assert_int_equal(plb_kth_largest(tally, &tally->systems[0].of[0].rows, k, &key, NULL), PLB_OK);
    CLOSE(plb_value_of(key), sorted[k - 1], 0);
  }
  plb_tally_free(tally);
  free(sorted);
  free(twins.rows);
}

static void rho_keeps_its_bounds(void **state) {
  (void)state;
  const struct plb_contrast half = {4, 9, 3, 0}, less = {4, 9, -3, 0}, all = {4, 9, 6, 0}, none = {0, 9, 0, 0},
                            apart = {4, 9, -6, 0};
  CLOSE(plb_contrast_rho(&half, NULL), 0.5, 1e-15);
  CLOSE(plb_contrast_rho(&less, NULL), -0.5, 1e-15);
  CLOSE(plb_contrast_rho(&apart, NULL), -0.95, 1e-15);
  CLOSE(plb_contrast_rho(&less, &half), -0.5, 1e-15);
  CLOSE(plb_contrast_rho(&all, NULL), 0.95, 1e-15);
  CLOSE(plb_contrast_rho(&all, &half), 0.5, 1e-15); /* what is borrowed bounds it */
  CLOSE(plb_contrast_rho(&half, &less), 0, 0);
  CLOSE(plb_contrast_rho(&half, &all), 0.5, 1e-15);
  CLOSE(plb_contrast_rho(&none, NULL), 0, 0);
  CLOSE(plb_contrast_rho(&none, &half), 0, 0);
}

/* Without a design effect PL is Wilson's interval: 10 and 20 of 100 have [0.0552, 0.1744] and [0.1334, 0.2888]. */
static void limits_of_independent_rates(void **state) {
  (void)state;
  const struct plb_pl pl = {.design_effect = 1, .df = 99, .effective = 100, .most = 1};
  const struct plb_side a = {&pl, 10, 100}, b = {&pl, 20, 100}, zero = {&pl, 0, 100};
  struct plb_pl pl_a = pl, pl_b = pl;
  plb_pl_at_level(&pl_a, 10, 100, 0.95);
  plb_pl_at_level(&pl_b, 20, 100, 0.95);
  struct plb_limits wilson_a = pl_a.pl, wilson_b = pl_b.pl;
  CLOSE_ABS(wilson_a.lower, 0.0552, 5e-5);
  CLOSE_ABS(wilson_a.upper, 0.1744, 5e-5);
  struct plb_limits difference = plb_mover_difference(&a, &b, 0, 0.95);
  CLOSE_ABS(difference.lower, -0.1 - sqrt(pow(0.1 - wilson_a.lower, 2) + pow(wilson_b.upper - 0.2, 2)), 1e-15);
  CLOSE_ABS(difference.upper, -0.1 + sqrt(pow(wilson_a.upper - 0.1, 2) + pow(0.2 - wilson_b.lower, 2)), 1e-15);
  CLOSE_ABS(difference.upper, -0.1 + 0.0998, 2e-4); /* Newcombe's interval of such a difference */
  struct plb_limits closer = plb_mover_difference(&a, &b, 0.5, 0.95);
  assert_true(closer.lower > difference.lower && closer.upper < difference.upper);
  double left = 0.1 - wilson_a.lower, right = wilson_b.upper - 0.2; /* a^2 - 2 rho a b + b^2 */
  CLOSE_ABS(closer.lower, -0.1 - sqrt(left * left - left * right + right * right), 1e-15);
  struct plb_limits ratio = plb_mover_ratio(&a, &b, 0.5, 0.95), turned = plb_mover_ratio(&b, &a, 0.5, 0.95);
  CLOSE(ratio.lower, 1 / turned.upper, 1e-12);
  CLOSE(ratio.upper, 1 / turned.lower, 1e-12);
  left = log(0.1 / wilson_a.lower);
  right = log(wilson_b.upper / 0.2);
  CLOSE(ratio.lower, 0.5 / exp(sqrt(left * left - left * right + right * right)), 1e-14);
  struct plb_limits corner = plb_mover_ratio(&zero, &b, 0, 0.95);
  struct plb_pl pl_zero = pl;
  plb_pl_at_level(&pl_zero, 0, 100, 0.95);
  CLOSE(corner.lower, 0, 0);
  CLOSE(corner.upper, pl_zero.pl.upper / wilson_b.lower, 1e-15);
  struct plb_limits nothing = plb_mover_ratio(&zero, &zero, 0, 0.95), some = plb_mover_ratio(&a, &zero, 0, 0.95);
  assert_true(nothing.lower == 0 && isinf(nothing.upper) && isinf(some.upper) && some.lower > 1);
}

static void p_value_is_the_level_at_the_border(void **state) {
  (void)state;
  const struct plb_pl pl = {.design_effect = 3, .df = 40, .effective = 60, .most = 9};
  const struct plb_side a = {&pl, 30, 1000}, b = {&pl, 60, 1000};
  double p = plb_mover_p_value(&a, &b, 0.3);
  CLOSE_ABS(plb_mover_difference(&a, &b, 0.3, 1 - p).upper, 0, 1e-9);
  CLOSE(plb_mover_p_value(&b, &a, 0.3), p, 1e-6);
  CLOSE(plb_mover_p_value(&a, &a, 0.3), 1, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(totals_are_those_of_the_definition),
      cmocka_unit_test(kth_largest_counts_ties),
      cmocka_unit_test(rho_keeps_its_bounds),
      cmocka_unit_test(limits_of_independent_rates),
      cmocka_unit_test(p_value_is_the_level_at_the_border),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

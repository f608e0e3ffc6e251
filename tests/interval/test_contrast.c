/* SPDX-License-Identifier: Apache-2.0
 *
 * What two systems share of their variance, against the definition: sums over all pairs of comparisons that share a
 * person, or a family where people have them, for the errors of each system and for their difference. MOVER's limits
 * against numbers worked out by hand.
 */
#include <stdlib.h>

#include "base/key.h"
#include "close.h"
#include "interval/contrast.h"
#include "pairs.h"

#define POINTS 2

/* Whose comparison it is: the one or two people, or families, in it. */
struct ends {
  uint32_t of[2];
  int count;
};

static struct ends ends_of(const struct twin *row, uint32_t size) {
  uint32_t i = row->i / size, j = row->j / size;
  return (struct ends){{i, j}, i == j ? 1 : 2};
}

/* c of methods B.4, B.8. */
static double small_sample(const struct twins *twins, bool mated, uint32_t size, double n) {
  double inner = 0, trials = (double)twins->count;
  for (size_t k = 0; k < twins->count && !mated; k++)
    inner += ends_of(&twins->rows[k], size).count == 1;
  double s = n - 2 + (n - 1) * inner / (trials - inner);
  return mated ? (n - 1) / n : (n - 1) * s / (n * (s - (n - 2) / s));
}

/* What two comparisons share counts once for each end in common, and once less where both have the same two. */
static double shared_weight(struct ends a, struct ends b, const double *g) {
  double weight = 0;
  int common = 0;
  for (int e = 0; e < a.count * b.count; e++) {
    uint32_t one = a.of[e / b.count], other = b.of[e % b.count];
    weight += one == other ? g[one] * g[one] : 0;
    common += one == other;
  }
  return common == 2 ? weight - g[a.of[0]] * g[a.of[1]] : weight;
}

/* T of a value for each comparison: methods B.3, B.4 and B.8, pair by pair. */
static double plain_total(const struct twins *twins, bool mated, uint32_t size, const double *value) {
  double trials = (double)twins->count, mean = 0, total = 0;
  uint32_t n = twins->people / size;
  double *g = calloc(n, sizeof *g);
  for (size_t k = 0; k < twins->count; k++) {
    struct ends ends = ends_of(&twins->rows[k], size);
    mean += value[k] / trials;
    for (int e = 0; e < ends.count; e++)
      g[ends.of[e]] += 1;
  }
  for (uint32_t i = 0; i < n; i++)
    g[i] = 1 / fmax(1 - g[i] / trials, 0.1);
  for (size_t k = 0; k < twins->count; k++)
    for (size_t l = 0; l < twins->count; l++)
      total += shared_weight(ends_of(&twins->rows[k], size), ends_of(&twins->rows[l], size), g) * (value[k] - mean) *
               (value[l] - mean);
  free(g);
  return total * small_sample(twins, mated, size, n);
}

/* People, or families, with more errors of one system than of the other. */
static uint64_t plain_differing(const struct twins *twins, uint32_t size, const double *difference) {
  double *more = calloc(twins->people, sizeof *more);
  uint64_t count = 0;
  for (size_t k = 0; k < twins->count; k++) {
    struct ends ends = ends_of(&twins->rows[k], size);
    for (int e = 0; e < ends.count; e++)
      more[ends.of[e]] += difference[k];
  }
  for (uint32_t i = 0; i < twins->people; i++)
    count += fabs(more[i]) > 0;
  free(more);
  return count;
}

static void check_point(const struct twins *twins, bool mated, uint32_t size, const double at[2],
                        const struct plb_contrast *seen) {
  double *value[3];
  for (int v = 0; v < 3; v++)
    value[v] = calloc(twins->count, sizeof *value[v]);
  for (size_t k = 0; k < twins->count; k++) {
    for (int s = 0; s < 2; s++)
      value[s][k] = mated ? twins->rows[k].score[s] < at[s] : twins->rows[k].score[s] >= at[s];
    value[2][k] = value[0][k] - value[1][k];
  }
  double scale = plain_total(twins, mated, size, value[0]);
  CLOSE_ABS(seen->first, scale, 1e-9 * fabs(scale));
  CLOSE_ABS(seen->second, plain_total(twins, mated, size, value[1]), 1e-9 * fabs(scale));
  CLOSE_ABS(seen->first + seen->second - 2 * seen->shared, plain_total(twins, mated, size, value[2]),
            1e-9 * fabs(scale));
  assert_int_equal(seen->differing, plain_differing(twins, size, value[2]));
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

static void against_definition(bool mated, bool balanced, uint32_t size, uint64_t seed) {
  const double at[POINTS][2] = {{mated ? -0.75 : 0.75, mated ? -1 : 0.5}, {mated ? 0.25 : 1.5, mated ? -0.25 : 2}};
  struct twin_model model = {mated, 12, 3, {0.15, 0.1}, {0.2, 0.1}, {0.05, 0.1}, 0.6};
  struct dice dice = {.state = seed};
  struct twins twins;
  twins_of_families(&dice, &model, size, 0.5, &twins);
  if (!balanced)
    unbalance(&dice, &twins);
  for (size_t k = 0; k < twins.count && seed == 2; k++) /* scores at the thresholds */
    for (int s = 0; s < 2; s++)
      twins.rows[k].score[s] = round(4 * twins.rows[k].score[s]) / 4;
  struct plb_tally *tally = tally_of_twins(&twins, mated);
  if (size > 1)
    relate_twins(tally, &twins, size);
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
      check_point(&twins, mated, size, at[p], &contrasts.at[p]);
    plb_contrasts_free(&contrasts);
  }
  plb_tally_free(tally);
  free(twins.rows);
}

static void totals_are_those_of_the_definition(void **state) {
  (void)state;
  for (uint64_t seed = 1; seed <= 3; seed++)
    for (uint32_t size = 1; size <= 3; size++)
      for (int kind = 0; kind < 4; kind++)
        against_definition(kind & 1, kind & 2, size, seed);
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

/* SPDX-License-Identifier: Apache-2.0
 *
 * Related people: what their comparisons have in common breaks PL when each of them is taken for himself, and
 * does not when the family takes their place (methods B.8). All scores are standard normal, so that the truth is
 * exact: what relatives share is taken from the rest of their own comparisons.
 */
#include <math.h>
#include <stdlib.h>

#include "close.h"
#include "estimate/special.h"
#include "table.h"

#define REPLICATES 300

/* Six families of three whose comparisons resemble each other by what is common to a family; `inside` times the
 * three comparisons of each family with itself. */
static void family_table(struct dice *dice, size_t inside, struct table *table) {
  double family[6];
  *table = (struct table){.dyadic = true, .people = 6, .rows = calloc(135 + 18 * inside, sizeof *table->rows)};
  for (size_t i = 0; i < 6; i++)
    family[i] = sqrt(0.1) * dice_normal(dice);
  for (uint32_t i = 0; i < 6; i++)
    for (uint32_t j = i; j < 6; j++)
      for (size_t k = 0; k < (i == j ? 3 * inside : 9); k++) {
        double rest = sqrt(i == j ? 0.6 : 0.8) * dice_normal(dice);
        table->rows[table->count++] = (struct row){.score = family[i] + family[j] + rest, .i = i, .j = j};
      }
}

/* The estimated variance of the number of errors is right on average, with few and with many comparisons inside
 * families (six of them: without weights and factor it would be 0.40 to 0.66 of that). */
static void unbiased_with_families(void **state) {
  (void)state;
  struct dice dice = {.state = 23};
  const int replicates = 20000;
  for (size_t inside = 0; inside <= 9; inside = 3 * inside + (inside == 0)) {
    double sum = 0.0, squares = 0.0, estimated = 0.0;
    for (int k = 0; k < replicates; k++) {
      struct table table;
      struct inputs inputs;
      struct plb_error_sums errors;
      struct plb_own own;
      family_table(&dice, inside, &table);
      inputs_of(&table, 3000, &inputs);
      errors_of(&table, &inputs, 0.8, &errors);
      assert_int_equal(plb_own_effect(&inputs.design, &inputs.sums, &errors, &own, NULL), PLB_OK);
      estimated += own.total / replicates;
      sum += (double)errors.errors / replicates;
      squares += (double)errors.errors * (double)errors.errors / replicates;
      errors_free(&errors);
      inputs_free(&inputs);
      table_free(&table);
    }
    double ratio = estimated / (squares - sum * sum);
    print_message("%zu comparisons inside each family: mean estimate / variance = %.3f\n", 3 * inside, ratio);
    assert_true(ratio > 0.95 && ratio < 1.05);
  }
}

/* People in families of `size`, one sample each, all compared. Of the variance due to people, and of that due to
 * pairs of them, the share `common` belongs to families and to pairs of these. */
struct families {
  size_t people, size;
  double share_person, share_pair, common;
};

static void draw_families(struct dice *dice, const struct families *model, struct table *table) {
  size_t n = model->people, count = n / model->size;
  double *person = calloc(n, sizeof *person), *pair = calloc(count * count, sizeof *pair), family = 0.0;
  for (size_t i = 0; i < n; i++) {
    if (i % model->size == 0)
      family = sqrt(model->common) * dice_normal(dice);
    person[i] = sqrt(model->share_person) * (family + sqrt(1.0 - model->common) * dice_normal(dice));
  }
  for (size_t f = 0; f < count * count; f++)
    pair[f] = sqrt(model->share_pair * model->common) * dice_normal(dice);
  double own = sqrt(model->share_pair * (1.0 - model->common)), rest = 1.0 - 2.0 * model->share_person;
  rest -= model->share_pair;
  *table = (struct table){.dyadic = true, .people = n, .rows = calloc(n * (n - 1) / 2, sizeof *table->rows)};
  for (uint32_t i = 0; i < n; i++)
    for (uint32_t j = i + 1; j < n; j++) {
      size_t f = i / model->size, g = j / model->size;
      double left = sqrt(f == g ? rest - 2.0 * model->share_person * model->common : rest);
      double score = person[i] + person[j] + pair[f * count + g] + own * dice_normal(dice) + left * dice_normal(dice);
      table->rows[table->count++] = (struct row){.score = score, .i = i, .j = j};
    }
  free(person);
  free(pair);
}

static bool holds(const struct table *table, double rate) {
  struct inputs inputs;
  struct plb_error_sums errors;
  struct plb_pl pl;
  inputs_of(table, 3000, &inputs);
  errors_of(table, &inputs, plb_probit_upper(rate), &errors);
  assert_int_equal(plb_pl_interval(&inputs.design, &inputs.sums, &errors, &inputs.extremes, 0.95, 0.0, &pl, NULL),
                   PLB_OK);
  errors_free(&errors);
  inputs_free(&inputs);
  return pl.pl.lower <= rate && rate <= pl.pl.upper;
}

static void families_are_one(void **state) {
  (void)state;
  const struct families model = {.people = 150, .size = 3, .share_person = 0.12, .share_pair = 0.3, .common = 0.8};
  const double rates[] = {1e-1, 1e-2};
  double alone[2] = {0, 0}, together[2] = {0, 0};
  struct dice dice = {.state = 24};
  for (int k = 0; k < REPLICATES; k++) {
    struct table table;
    draw_families(&dice, &model, &table);
    for (int r = 0; r < 2; r++)
      alone[r] += holds(&table, rates[r]) / (double)REPLICATES;
    for (size_t r = 0; r < table.count; r++) {
      table.rows[r].i /= (uint32_t)model.size;
      table.rows[r].j /= (uint32_t)model.size;
    }
    table.people /= model.size;
    for (int r = 0; r < 2; r++)
      together[r] += holds(&table, rates[r]) / (double)REPLICATES;
    table_free(&table);
  }
  for (int r = 0; r < 2; r++) {
    print_message("families of %zu, rate %g: people %.1f %%, clusters %.1f %%\n", model.size, rates[r],
                  100.0 * alone[r], 100.0 * together[r]);
    assert_true(alone[r] < 0.92 && together[r] > 0.925);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(unbiased_with_families), cmocka_unit_test(families_are_one)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}

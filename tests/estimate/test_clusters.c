/* SPDX-License-Identifier: Apache-2.0
 *
 * Related people: what their comparisons have in common breaks PL when each of them is taken for himself, and
 * does not when the family takes their place (methods B.8). All scores are standard normal, so that the truth is
 * exact: what relatives share is taken from the rest of their own comparisons.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "against_naive.h"
#include "close.h"
#include "interval/special.h"
#include "measure.h"
#include "naive.h"

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

/* Clusters in the place of people, from nearly as many as there are people to a handful: some comparisons lie
 * inside them, up to most. */
static void naive_clusters(void **state) {
  (void)state;
  struct dice dice = {.state = 21};
  size_t borrowed = 0, own = 0, few = 0, inner = 0;
  for (int k = 0; k < 40; k++) {
    size_t rows = 100 + (size_t)dice_below(&dice, k % 3 ? 2500 : 300);
    struct table table;
    table_at_random(&dice, true, 20 + (size_t)dice_below(&dice, 60), rows, k % 2 ? 0.0 : 0.25, &table);
    table_in_clusters(&dice, 4 + (size_t)dice_below(&dice, 40), &table);
    for (size_t r = 0; r < rows && k % 4 == 3; r++)
      table.rows[r].j = dice_below(&dice, 3) ? table.rows[r].i : table.rows[r].j;
    for (size_t r = 0; r < rows; r++)
      inner += table.rows[r].i == table.rows[r].j;
    const size_t errors[] = {0, 1, 6, 40, rows / 8, rows - rows / 3, rows};
    for (size_t e = 0; e < sizeof errors / sizeof errors[0]; e++) {
      struct plb_pl pl = compare(&table, errors[e], k % 7 != 0, k % 2 ? CAPACITY : 150, 0.95, 0.0);
      borrowed += !pl.no_borrowing;
      own += pl.own_design_effect > 1.0;
      few += pl.few;
    }
    table_free(&table);
  }
  print_message("%zu borrowed, %zu have an effect of their own, %zu few clusters, %zu comparisons inside\n", borrowed,
                own, few, inner);
  assert_true(borrowed > 40 && own > 40 && few > 3 && inner > 2000);
}

/* Where all comparisons lie inside clusters, the design is one-way. */
static void all_inside_is_one_way(void **state) {
  (void)state;
  struct dice dice = {.state = 22};
  struct table table, inside;
  struct inputs inputs[2];
  table_at_random(&dice, false, 30, 700, 0.0, &table);
  inside = table;
  inside.dyadic = true;
  inputs_of(&table, CAPACITY, &inputs[0]);
  inputs_of(&inside, CAPACITY, &inputs[1]);
  assert_true(inputs[0].sums.c == inputs[1].sums.c && inputs[0].sums.ne == inputs[1].sums.ne);
  CLOSE(inputs[0].sums.dmax, inputs[1].sums.dmax, 1e-14);
  for (size_t errors = 0; errors < 300; errors += 23) {
    double threshold = threshold_for(&table, errors);
    struct plb_pl one = interval_of(&table, &inputs[0], threshold, false, 0.95, 0.0);
    struct plb_pl two = interval_of(&inside, &inputs[1], threshold, false, 0.95, 0.0);
    same_limits(one.pl, two.pl);
    same_limits(one.strict, two.strict);
    same_limits(one.worst_case, two.worst_case);
  }
  inputs_free(&inputs[0]);
  inputs_free(&inputs[1]);
  table_free(&table);
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

/* ---- the whole way from a file ------------------------------------------------------------- */

#define THRESHOLD 1.1 /* between two scores */

/* Of every six people one is of no family; the others are of `families`. */
static uint32_t family_of(uint32_t person, uint32_t families) {
  return person % 6 == 5 ? families + person : person * 7 % families;
}

static void write_row(FILE *out, double score, uint32_t i, uint32_t j, uint32_t families) {
  const uint32_t ends[] = {i, j};
  fprintf(out, "%.17g,p%u,p%u", score, i, j);
  for (int e = 0; e < 2; e++) {
    fprintf(out, ",");
    if (ends[e] % 6 != 5)
      fprintf(out, "f%u", family_of(ends[e], families));
  }
  fprintf(out, "\n");
}

/* Errors of the one-way table are scores that are too high, in the file too low ones. */
static void write_file(const char *path, const struct table tables[2], uint32_t families) {
  FILE *out = fopen(path, "w");
  fprintf(out, "score,probe_subject,reference_subject,probe_family,reference_family\n");
  for (int mated = 0; mated < 2; mated++)
    for (size_t r = 0; r < tables[mated].count; r++) {
      const struct row *row = &tables[mated].rows[r];
      write_row(out, mated ? 2 * THRESHOLD - row->score : row->score, row->i, row->j, families);
    }
  fclose(out);
}

static plb_result *measured(const char *path) {
  struct plb_input input;
  struct plb_options options;
  const double thresholds[] = {THRESHOLD};
  plb_input_init(&input, sizeof input);
  plb_options_init(&options, sizeof options);
  input.files = &path;
  input.file_count = 1;
  input.direction = PLB_SIMILARITY;
  input.cluster = "family";
  options.thresholds = thresholds;
  options.threshold_count = 1;
  options.fmr_target_count = 0;
  return measured_input(&input, &options);
}

/* Without scores (FTA) there is nothing to borrow, and a correlation is assumed where nothing failed. */
static void check_estimate(const struct plb_estimate *seen, struct table *table, uint32_t families, bool scores) {
  struct plb_pl want;
  uint64_t people = table->people, clusters = 0;
  uint32_t number[512];
  for (size_t k = 0; k < 512; k++)
    number[k] = UINT32_MAX;
  for (size_t r = 0; r < table->count; r++) {
    uint32_t *ends[] = {&table->rows[r].i, &table->rows[r].j};
    for (int e = 0; e < 2; e++) {
      uint32_t *of = &number[family_of(*ends[e], families)];
      if (*of == UINT32_MAX)
        *of = (uint32_t)clusters++;
      *ends[e] = *of;
    }
  }
  table->people = clusters;
  naive_pl(table, THRESHOLD, scores, 3000, 0.95, scores ? 0.0 : 0.6, &want);
  assert_int_equal(seen->people, people);
  assert_true(seen->has_clusters && seen->clusters == clusters);
  assert_int_equal(seen->trials, table->count);
  CLOSE(seen->interval.lower, want.few ? want.worst_case.lower : want.pl.lower, 1e-9);
  CLOSE(seen->interval.upper, want.few ? want.worst_case.upper : want.pl.upper, 1e-9);
  assert_string_equal(seen->interval.method, want.few ? "worst case" : "PL");
  if (want.few)
    return;
  CLOSE(seen->interval.design_effect, want.design_effect, 1e-9);
  CLOSE(seen->interval.df, want.df, 1e-9);
}

static void from_file_to_limits(void **state) {
  (void)state;
  char path[] = "/tmp/plumbline-clusters-XXXXXX";
  int file = mkstemp(path);
  assert_true(file >= 0);
  close(file);
  struct dice dice = {.state = 31};
  for (uint32_t k = 0; k < 8; k++) {
    struct table tables[2];
    uint32_t families = 2 + 3 * k;
    table_at_random(&dice, true, 20 + 8 * k, 900, k % 2 ? 0.25 : 0.0, &tables[0]);
    table_at_random(&dice, false, 20 + 8 * k, 400, k % 2 ? 0.25 : 0.0, &tables[1]);
    write_file(path, tables, families);
    plb_result *result = measured(path);
    check_estimate(plb_result_find(result, "FMR", NULL, 0), &tables[0], families, true);
    check_estimate(plb_result_find(result, "FNMR", NULL, 0), &tables[1], families, true);
    plb_result_free(result);
    table_free(&tables[0]);
    table_free(&tables[1]);
  }
  unlink(path);
}

/* Attempts to acquire, in part by people of one family; of every other test none fails. */
static void failures_by_family(void **state) {
  (void)state;
  char path[] = "/tmp/plumbline-clusters-XXXXXX";
  int file = mkstemp(path);
  assert_true(file >= 0);
  close(file);
  struct dice dice = {.state = 32};
  for (uint32_t k = 0; k < 6; k++) {
    struct table table;
    table_at_random(&dice, false, 60, 500, 0.0, &table);
    FILE *out = fopen(path, "w");
    fprintf(out, "status,score,probe_subject,reference_subject,probe_family,reference_family\n");
    for (size_t r = 0; r < table.count; r++) {
      struct row *row = &table.rows[r];
      row->score = k % 2 ? fmin(row->score, 1.0) : row->score;
      fprintf(out, row->score >= THRESHOLD ? "failed-to-acquire," : "ok,");
      write_row(out, row->score, row->i, row->j, 9 + k);
    }
    fclose(out);
    plb_result *result = measured(path);
    const struct plb_estimate *fta = plb_result_find(result, "FTA", NULL, 0);
    assert_int_equal(fta->errors == 0, k % 2);
    check_estimate(fta, &table, 9 + k, false);
    plb_result_free(result);
    table_free(&table);
  }
  unlink(path);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(naive_clusters),         cmocka_unit_test(all_inside_is_one_way),
                                     cmocka_unit_test(unbiased_with_families), cmocka_unit_test(families_are_one),
                                     cmocka_unit_test(from_file_to_limits),    cmocka_unit_test(failures_by_family)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * The interval of d': against loops that make d' again from all rows without each person in turn; the same answers for
 * any number of threads and order of rows; and where there is none. How often it holds the truth: test_redraw.c.
 */
#include "check.h"

#include "estimate/study.h"
#include "interval/special.h"
#include "plumbline.h"
#include "result/result.h"

#define PEOPLE 14
#define ROWS 3000

struct row {
  double score;
  uint32_t i, j;
};

struct table {
  struct row rows[ROWS];
  size_t count;
  uint32_t families; /* people i and j are of one family iff equal modulo it; PEOPLE: nobody has relatives */
};

/* People in unequal shares; some pairs never meet. */
static void fill(struct table *table, size_t count, uint32_t families, uint64_t *state) {
  table->count = 0;
  table->families = families;
  while (table->count < count) {
    uint32_t a = draw_below(state, PEOPLE), b = draw_below(state, 3) ? draw_below(state, PEOPLE) : a;
    if ((a * b) % 5 == 4 && a != b)
      continue;
    double score = (double)draw_below(state, 100000) / 1e4 + (a == b ? 4 : 0) + (double)(a % 3) - 1e3;
    table->rows[table->count++] = (struct row){score, a, b};
  }
}

static plb_tally *tally_of(const struct table *table, bool backwards) {
  struct plb_input input;
  plb_tally *tally;
  plb_input_init(&input, sizeof input);
  input.direction = PLB_SIMILARITY;
  assert_int_equal(plb_tally_new(&input, &tally, NULL), PLB_OK);
  tally->cluster = table->families < PEOPLE ? strdup("family") : NULL;
  for (uint32_t i = 0; i < PEOPLE; i++) {
    uint32_t who = backwards ? PEOPLE - 1 - i : i, number, value;
    char id[8], family[8];
    snprintf(id, sizeof id, "p%u", who);
    snprintf(family, sizeof family, "f%u", who % table->families);
    assert_true(plb_dict_put(&tally->census.people, id, strlen(id), &number));
    if (!tally->cluster)
      continue;
    assert_true(plb_dict_put(&tally->census.clusters.values, family, strlen(family), &value));
    assert_int_equal(plb_attribute_say(&tally->census.clusters, number, value), PLB_TOLD_FINE);
  }
  for (size_t k = 0; k < table->count; k++) {
    const struct row *row = &table->rows[backwards ? table->count - 1 - k : k];
    struct plb_trial trial = {.score = row->score,
                              .count = 1,
                              .reference = backwards ? PEOPLE - 1 - row->i : row->i,
                              .probe = backwards ? PEOPLE - 1 - row->j : row->j,
                              .mated = row->i == row->j,
                              .system = PLB_NOBODY,
                              .reference_sample = PLB_NOBODY,
                              .probe_sample = PLB_NOBODY};
    assert_int_equal(plb_tally_add_trials(tally, &trial, 1, NULL), PLB_OK);
  }
  return tally;
}

struct found {
  struct plb_redrawn_limits limits;
  char note[300]; /* of the result */
  bool has_value;
};

static struct found measure(const struct table *table, bool backwards, unsigned threads) {
  plb_tally *tally = tally_of(table, backwards);
  struct plb_options options;
  plb_options_init(&options, sizeof options);
  options.threads = threads;
  options.replicates = 100;
  struct plb_study study = {.tally = tally, .options = &options};
  struct plb_measured measured = {.system = &tally->systems[0]};
  plb_result *result;
  assert_int_equal(plb_result_new(&study.result, NULL), PLB_OK);
  assert_int_equal(plb_system_measure(&study, &measured, NULL), PLB_OK);
  struct found found = {.limits = measured.redrawn.dprime};
  plb_system_free(&measured);
  plb_result_free(study.result);
  assert_int_equal(plb_verification(tally, &options, &result, NULL), PLB_OK);
  const struct plb_estimate *dprime = plb_result_find(result, "DPRIME", NULL, 0);
  found.has_value = dprime->has_value;
  assert_int_equal(dprime->interval.exists, found.limits.exists);
  snprintf(found.note, sizeof found.note, "%s", dprime->note);
  plb_result_free(result);
  plb_tally_free(tally);
  return found;
}

/* Without the family `out`; nobody's where it is none. */
static double naive_dprime(const struct table *table, uint32_t out) {
  double mean[2] = {0, 0}, variance[2] = {0, 0}, n[2] = {0, 0};
  for (int pass = 0; pass < 2; pass++)
    for (size_t k = 0; k < table->count; k++) {
      const struct row *row = &table->rows[k];
      int c = row->i == row->j;
      if (row->i % table->families == out || row->j % table->families == out)
        continue;
      if (pass) {
        variance[c] += (row->score - mean[c] / n[c]) * (row->score - mean[c] / n[c]);
      } else {
        mean[c] += row->score;
        n[c]++;
      }
    }
  return (mean[1] / n[1] - mean[0] / n[0]) / sqrt((variance[0] / n[0] + variance[1] / n[1]) / 2);
}

static void check_table(const struct table *table, double near) {
  struct found found = measure(table, false, 2);
  const struct plb_spread *spread = &found.limits.spread;
  double n = table->families, without[PEOPLE], mean = 0, squares = 0, fourths = 0;
  double all = naive_dprime(table, PEOPLE);
  for (uint32_t i = 0; i < table->families; i++) {
    without[i] = naive_dprime(table, i);
    mean += without[i] / n;
  }
  for (uint32_t i = 0; i < table->families; i++) {
    squares += pow(without[i] - mean, 2);
    fourths += pow(without[i] - mean, 4);
  }
  double df = 2 * squares * squares / (fourths - squares * squares / n), error = sqrt((n - 1) / n * squares);
  df = fmin(fmax(df, 2), n - 1);
  double centre = all - (n - 1) * (mean - all), wide = plb_student_upper_quantile(0.025, df) * error;
  assert_true(found.limits.exists && found.limits.jackknife);
  assert_close(spread->value, all, 1e-10);
  assert_close(spread->error, error, near);
  assert_close(spread->df, df, 10 * near);
  assert_close(found.limits.lower, centre - wide, near);
  assert_close(found.limits.upper, centre + wide, near);
}

static void it_is_what_loops_give(void **unused) {
  (void)unused;
  static struct table table;
  uint64_t state = 15;
  for (int round = 0; round < 12; round++) {
    fill(&table, 300 + draw_below(&state, 900), round % 2 ? PEOPLE : 9, &state);
    check_table(&table, 1e-6);
  }
}

static void nothing_depends_on_order_or_threads(void **unused) {
  (void)unused;
  static struct table table;
  uint64_t state = 16;
  for (int round = 0; round < 4; round++) {
    fill(&table, ROWS, round % 2 ? PEOPLE : 9, &state);
    struct found one = measure(&table, false, 1), other = measure(&table, true, 3);
    assert_memory_equal(&one.limits, &other.limits, sizeof one.limits);
  }
}

static void expect_none(const struct table *table, bool value, const char *why) {
  struct found found = measure(table, false, 2);
  assert_int_equal(found.has_value, value);
  assert_false(found.limits.exists);
  if (!strstr(found.note, why))
    fail_msg("\"%s\" does not say \"%s\"", found.note, why);
}

static void where_there_is_none(void **unused) {
  (void)unused;
  static struct table table;
  uint64_t state = 17;
  fill(&table, 600, PEOPLE, &state);
  for (size_t k = 0; k < table.count; k++) /* all mated comparisons are of one person */
    if (table.rows[k].i == table.rows[k].j)
      table.rows[k].i = table.rows[k].j = 3;
  expect_none(&table, false, "no interval");
  fill(&table, 600, PEOPLE, &state);
  table.rows[5].score = (double)INFINITY;
  expect_none(&table, false, "infinite");
  for (size_t k = 0; k < table.count; k++)
    table.rows[k].score = 1;
  expect_none(&table, false, "do not vary");
  fill(&table, 600, PEOPLE, &state);
  for (size_t k = 0; k < table.count; k++) /* only person 3 varies */
    table.rows[k].score =
        table.rows[k].i == 3 || table.rows[k].j == 3 ? table.rows[k].score : table.rows[k].i == table.rows[k].j;
  expect_none(&table, true, "no interval: without one person");
  fill(&table, 600, 5, &state); /* families */
  expect_none(&table, false, "too few clusters of people");
}

/* One score far away must not spoil the others' sums: whole units are then coarse, but so is d'. */
static void one_score_is_far_away(void **unused) {
  (void)unused;
  static struct table table;
  uint64_t state = 18;
  fill(&table, ROWS, PEOPLE, &state);
  table.rows[7].score = 1e7;
  check_table(&table, 1e-3);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(it_is_what_loops_give),
                                     cmocka_unit_test(nothing_depends_on_order_or_threads),
                                     cmocka_unit_test(where_there_is_none), cmocka_unit_test(one_score_is_far_away)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * What a simulated test says of itself: moments of its scores, rates and failures against their truth.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "simulated.h"

/* ---- moments ------------------------------------------------------------------------------ */

/* What two non-mated rows share, by the number of people and of samples in common. */
struct products {
  double sum, count;
};

static int shares(unsigned person, unsigned sample, const struct row *other, int *samples) {
  int found = person == other->reference || person == other->probe;
  *samples += (person == other->reference && sample == other->reference_sample) ||
              (person == other->probe && sample == other->probe_sample);
  return found;
}

/* Products of all pairs of non-mated rows, [people shared][samples shared]. */
static void add_products(const struct table *table, struct products of[3][3]) {
  for (size_t k = 0; k < table->count; k++) {
    const struct row *one = &table->rows[k];
    for (size_t l = one->mated ? table->count : k + 1; l < table->count; l++) {
      const struct row *two = &table->rows[l];
      if (two->mated)
        continue;
      int samples = 0;
      int people = shares(one->reference, one->reference_sample, two, &samples);
      people += shares(one->probe, one->probe_sample, two, &samples);
      of[people][samples].sum += one->score * two->score;
      of[people][samples].count++;
    }
  }
}

/* The mean is known (0), so a mean of products is an unbiased estimate of a covariance. 60 runs of 25
 * people: the standard error of a person's share is about .004, by the spread of u^2. */
static void test_covariances(void **state) {
  (void)state;
  struct plb_simulation ask = sim_defaults(25, 2);
  ask.person_effect = 0.12;
  ask.pair_effect = 0.3;
  ask.sample_effect = 0.08;
  struct products of[3][3] = {0};
  double sum = 0, squares = 0, count = 0;
  for (ask.seed = 100; ask.seed < 160; ask.seed++) {
    struct table table = sim_run(&ask);
    add_products(&table, of);
    for (size_t k = 0; k < table.count; k++) {
      if (table.rows[k].mated)
        continue;
      sum += table.rows[k].score;
      squares += table.rows[k].score * table.rows[k].score;
      count++;
    }
    sim_free(&table);
  }
  sim_assert_close(sum / count, 0, 0.06); /* 2 sqrt(.12 / 1500) and the samples: standard error .02 */
  sim_assert_close(squares / count, 1, 0.04);
  sim_assert_close(of[0][0].sum / of[0][0].count, 0, 0.02);
  sim_assert_close(of[1][0].sum / of[1][0].count, 0.12, 0.025);
  sim_assert_close(of[1][1].sum / of[1][1].count, 0.12 + 0.08, 0.03);
  sim_assert_close(of[2][0].sum / of[2][0].count, 2 * 0.12 + 0.3, 0.04);
  sim_assert_close(of[2][1].sum / of[2][1].count, 2 * 0.12 + 0.3 + 0.08, 0.04);
}

/* Mated scores: mean, variance, and the share of the person (three rows of each of 20000 people). */
static void test_mated_moments(void **state) {
  (void)state;
  struct plb_simulation ask = sim_defaults(20000, 3);
  ask.partners = 1;
  ask.mated_effect = 0.4;
  struct table table = sim_run(&ask);
  double sum = 0, squares = 0, products = 0, count = 0;
  double of_person[3];
  unsigned k_of_person = 0;
  for (size_t k = 0; k < table.count; k++) {
    if (!table.rows[k].mated)
      continue;
    double from_mean = table.rows[k].score - ask.mated_mean;
    sum += from_mean;
    squares += from_mean * from_mean;
    count++;
    of_person[k_of_person++] = from_mean;
    if (k_of_person == 3) { /* rows of a person stand together */
      products += (of_person[0] * of_person[1] + of_person[0] * of_person[2] + of_person[1] * of_person[2]) / 3;
      k_of_person = 0;
    }
  }
  assert_int_equal((int)count, 60000);
  sim_assert_close(sum / count, 0, 5 * sqrt((0.4 + 0.6 / 3) / 20000));
  sim_assert_close(squares / count, 1, 0.03);
  sim_assert_close(products / 20000, 0.4, 0.03);
  sim_free(&table);
}

/* ---- truth -------------------------------------------------------------------------------- */

/* Observed rates at a threshold. */
static void observe(const struct table *table, double threshold, double *fmr, double *fnmr) {
  double errors[2] = {0}, trials[2] = {0};
  for (size_t k = 0; k < table->count; k++) {
    const struct row *row = &table->rows[k];
    if (!row->has_score)
      continue;
    trials[row->mated]++;
    errors[row->mated] += row->mated ? row->score < threshold : row->score >= threshold;
  }
  *fmr = errors[0] / trials[0];
  *fnmr = errors[1] / trials[1];
}

/* With independent rows the errors are binomial, so the truth must lie within five of their standard
 * deviations at every threshold. */
static void test_rates_of_independent_rows(void **state) {
  (void)state;
  struct plb_simulation ask = sim_defaults(600, 3);
  ask.person_effect = ask.pair_effect = ask.sample_effect = ask.mated_effect = 0;
  ask.mated_mean = 3;
  ask.fta = 0.02;
  struct table table = sim_run(&ask);
  size_t length;
  char *text = sim_read_file(sim_truth, &length);
  const char *at = text;
  double nonmated = sim_truth_number(text, "nonmated_completed"), mated = sim_truth_number(text, "mated_completed");
  for (int k = 0; k < 6; k++) {
    double target = sim_truth_next(&at, "fmr_at_most");
    double threshold = sim_truth_next(&at, "threshold"), fmr = sim_truth_next(&at, "fmr"),
           fnmr = sim_truth_next(&at, "fnmr");
    double seen_fmr, seen_fnmr;
    observe(&table, threshold, &seen_fmr, &seen_fnmr);
    sim_assert_close(target, pow(10, -1 - k), 1e-12);
    assert_true(fmr <= target && fmr > target * (1 - 1e-5));
    sim_assert_close(fmr, erfc(threshold / sqrt(2)) / 2, 1e-12);
    sim_assert_close(fnmr, erfc((3 - threshold) / sqrt(2)) / 2, 1e-12);
    sim_assert_close(seen_fmr, fmr, 5 * sqrt(fmr / nonmated) + 1 / nonmated);
    sim_assert_close(seen_fnmr, fnmr, 5 * sqrt(fnmr * (1 - fnmr) / mated));
  }
  sim_assert_close(sim_truth_number(text, "eer"), erfc(1.5 / sqrt(2)) / 2, 1e-12);
  sim_assert_close(sim_truth_number(text, "eer_threshold"), 1.5, 1e-12);
  sim_assert_close(sim_truth_number(text, "auc"), 1 - erfc(1.5) / 2, 1e-12);
  sim_assert_close(sim_truth_number(text, "dprime"), 3, 1e-12);
  free(text);
  sim_free(&table);
}

/* With the default effects: the mean over 60 runs, by the spread of the runs themselves. */
static void test_rates_of_dependent_rows(void **state) {
  (void)state;
  struct plb_simulation ask = sim_defaults(60, 2);
  ask.groups = 2;
  ask.group_shift = 0.6;
  enum { RUNS = 60 };
  double sum = 0, squares = 0, fmr = 0, threshold = 0;
  for (ask.seed = 1; ask.seed <= RUNS; ask.seed++) {
    struct table table = sim_run(&ask);
    size_t length;
    char *text = sim_read_file(sim_truth, &length);
    const char *at = strstr(text, "\"fmr_at_most\": 0.01");
    assert_non_null(at);
    threshold = sim_truth_next(&at, "threshold");
    fmr = sim_truth_next(&at, "fmr");
    double seen, other;
    observe(&table, threshold, &seen, &other);
    sum += seen;
    squares += seen * seen;
    free(text);
    sim_free(&table);
  }
  double mean = sum / RUNS, error = sqrt((squares / RUNS - mean * mean) / (RUNS - 1));
  assert_true(error < 0.0015);
  sim_assert_close(mean, fmr, 4 * error);
}

struct mixture {
  double fmr, auc, centre, variance;
};

/* The mixture row by row, from what the file says. */
static struct mixture brute_force(const struct plb_simulation *ask, const struct table *table, double threshold) {
  struct mixture mixture = {0};
  double rows = 0;
  for (int again = 0; again < 2; again++) {
    for (size_t k = 0; k < table->count; k++) {
      const struct row *row = &table->rows[k];
      if (row->mated)
        continue;
      double mean = ask->group_shift * ((row->reference_group - 'A') + (row->probe_group - 'A')) / 2;
      if (again) {
        mixture.variance += (1 + (mean - mixture.centre) * (mean - mixture.centre)) / rows;
        continue;
      }
      rows++;
      mixture.fmr += erfc((threshold - mean) / sqrt(2)) / 2;
      mixture.auc += 1 - erfc((ask->mated_mean - mean) / 2) / 2;
      mixture.centre += mean;
    }
    if (!again) {
      mixture.fmr /= rows;
      mixture.auc /= rows;
      mixture.centre /= rows;
    }
  }
  return mixture;
}

static void assert_mixture(const struct plb_simulation *ask) {
  struct table table = sim_run(ask);
  size_t length;
  char *text = sim_read_file(sim_truth, &length);
  const char *at = text;
  for (int k = 0; k < 6; k++) {
    double target = sim_truth_next(&at, "fmr_at_most");
    double threshold = sim_truth_next(&at, "threshold"), fmr = sim_truth_next(&at, "fmr");
    sim_assert_close(brute_force(ask, &table, threshold).fmr / fmr, 1, 1e-11);
    assert_true(fmr <= target && brute_force(ask, &table, threshold - 2e-6).fmr > target);
    double rows = 0, errors = 0;
    for (uint64_t pair = 0; pair < ask->groups * (ask->groups + 1) / 2; pair++) {
      double trials = sim_truth_next(&at, "nonmated_trials");
      rows += trials;
      errors += trials * sim_truth_next(&at, "fmr");
    }
    assert_true(rows == sim_truth_number(text, "nonmated_trials"));
    sim_assert_close(errors / rows / fmr, 1, 1e-11);
  }
  double eer = sim_truth_number(text, "eer"), threshold = sim_truth_number(text, "eer_threshold");
  struct mixture mixture = brute_force(ask, &table, threshold);
  sim_assert_close(mixture.fmr, eer, 1e-12);
  sim_assert_close(erfc((ask->mated_mean - threshold) / sqrt(2)) / 2, eer, 1e-12);
  sim_assert_close(sim_truth_number(text, "auc"), mixture.auc, 1e-11);
  sim_assert_close(sim_truth_number(text, "dprime"),
                   (ask->mated_mean - mixture.centre) / sqrt((1 + mixture.variance) / 2), 1e-10);
  free(text);
  sim_free(&table);
}

static void test_groups(void **state) {
  (void)state;
  struct plb_simulation ask = sim_defaults(31, 2);
  ask.groups = 3;
  ask.group_shift = 0.7;
  assert_mixture(&ask);
  ask.partners = 3; /* the realised pairs of groups are uneven */
  ask.group_shift = -0.5;
  assert_mixture(&ask);
  ask.groups = 26;
  ask.group_shift = 0.05;
  ask.partners = 0;
  assert_mixture(&ask);
}

/* ---- failures ----------------------------------------------------------------------------- */

static void test_failures(void **state) {
  (void)state;
  struct plb_simulation ask = sim_defaults(2000, 4);
  ask.partners = 2;
  ask.fta = 0.05;
  ask.fte = 0.1;
  struct table table = sim_run(&ask);
  double enrol = 0, acquire = 0, completed[2] = {0};
  for (size_t k = 0; k < table.count; k++) {
    enrol += strcmp(table.rows[k].status, "failed-to-enrol") == 0;
    acquire += strcmp(table.rows[k].status, "failed-to-acquire") == 0;
    completed[table.rows[k].mated] += table.rows[k].has_score;
  }
  size_t length;
  char *text = sim_read_file(sim_truth, &length);
  assert_true(sim_truth_number(text, "rows_failed_to_enrol") == enrol &&
              sim_truth_number(text, "rows_failed_to_acquire") == acquire);
  assert_true(sim_truth_number(text, "mated_completed") == completed[1] &&
              sim_truth_number(text, "nonmated_completed") == completed[0]);
  sim_assert_close(sim_truth_number(text, "people_failed_to_enrol") / 2000, 0.1, 5 * sqrt(0.1 * 0.9 / 2000));
  sim_assert_close(sim_truth_number(text, "samples_failed_to_acquire") / 8000, 0.05, 5 * sqrt(0.05 * 0.95 / 8000));
  sim_assert_close(enrol / (double)table.count, 0.1, 0.04);
  free(text);
  sim_free(&table);
  ask.fta = 1;
  ask.fte = 0;
  table = sim_run(&ask);
  for (size_t k = 0; k < table.count; k++)
    assert_string_equal(table.rows[k].status, "failed-to-acquire");
  sim_free(&table);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_covariances),
      cmocka_unit_test(test_mated_moments),
      cmocka_unit_test(test_rates_of_independent_rows),
      cmocka_unit_test(test_rates_of_dependent_rows),
      cmocka_unit_test(test_groups),
      cmocka_unit_test(test_failures),
  };
  return cmocka_run_group_tests(tests, sim_make_folder, sim_remove_folder);
}

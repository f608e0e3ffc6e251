/* SPDX-License-Identifier: Apache-2.0
 *
 * The simulator against doc/simulation.md: every row of small tests is computed again from its name
 * alone, designs are counted pair by pair, and the call is made with everything that it must refuse.
 */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <Random123/philox.h>
#include <cmocka.h>

#include "base/probit.h"
#include "simulated.h"

/* ---- rows, computed again from their names ------------------------------------------------ */

static uint64_t word(uint64_t seed, uint64_t kind, uint64_t i, uint64_t j, uint64_t a, uint64_t b, int which) {
  philox2x64_ctr_t name = {{i << 32 | j, kind << 56 | a << 28 | b}};
  philox2x64_key_t key = {{seed}};
  return philox2x64(name, key).v[which];
}

static double deviate(uint64_t seed, uint64_t kind, uint64_t i, uint64_t j, uint64_t a, uint64_t b) {
  return plb_probit(((double)(word(seed, kind, i, j, a, b, 0) >> 12) + 0.5) / 4503599627370496.0);
}

static int chance(double p, uint64_t seed, uint64_t kind, uint64_t i, uint64_t a) {
  return (double)(word(seed, kind, i, 0, a, 0, 0) >> 11) / 9007199254740992.0 < p;
}

/* A number of a person or pair, with what its families add to it. */
static double naive_kin(const struct plb_simulation *s, double own, uint64_t kind, uint64_t i, uint64_t j) {
  if (s->family_size < 2)
    return own;
  return sqrt(s->family_effect) * deviate(s->seed, kind, i, j, 0, 0) + sqrt(1 - s->family_effect) * own;
}

static double naive_score(const struct plb_simulation *s, const struct row *row) {
  /* The name of a comparison is (lower, higher) in the design of all pairs, (probe, reference) else. */
  int turned = s->partners ? !row->mated : row->reference > row->probe;
  uint64_t i = turned ? row->probe : row->reference, j = turned ? row->reference : row->probe;
  uint64_t a = (turned ? row->probe_sample : row->reference_sample) - 1;
  uint64_t b = (turned ? row->reference_sample : row->probe_sample) - 1;
  double e = deviate(s->seed, 5, i, j, a, b);
  uint64_t size = s->family_size ? s->family_size : 1, f = i / size, g = j / size;
  if (row->mated)
    return s->mated_mean + sqrt(s->mated_effect) * naive_kin(s, deviate(s->seed, 2, i, 0, 0, 0), 11, f, 0) +
           sqrt(1 - s->mated_effect) * e;
  double people = naive_kin(s, deviate(s->seed, 1, i, 0, 0, 0), 9, f, 0);
  people += naive_kin(s, deviate(s->seed, 1, j, 0, 0, 0), 9, g, 0);
  double pair = deviate(s->seed, 4, i < j ? i : j, i < j ? j : i, 0, 0);
  pair = naive_kin(s, pair, 10, f < g ? f : g, f < g ? g : f);
  double samples = deviate(s->seed, 3, i, 0, a, 0) + deviate(s->seed, 3, j, 0, b, 0);
  double rest = 1 - 2 * s->person_effect - s->pair_effect - 2 * s->sample_effect;
  rest -= f == g ? 2 * s->person_effect * s->family_effect : 0;
  double shift = s->group_shift * (double)(i % s->groups + j % s->groups) / 2;
  return sqrt(s->person_effect) * people + sqrt(s->pair_effect) * pair + sqrt(s->sample_effect) * samples +
         sqrt(fmax(rest, 0)) * e + shift;
}

static const char *naive_status(const struct plb_simulation *s, const struct row *row) {
  if (chance(s->fte, s->seed, 6, row->reference, 0))
    return "failed-to-enrol";
  if (chance(s->fta, s->seed, 7, row->reference, row->reference_sample - 1) ||
      chance(s->fta, s->seed, 7, row->probe, row->probe_sample - 1))
    return "failed-to-acquire";
  return "ok";
}

static void assert_rows_are_naive(const struct plb_simulation *ask) {
  struct table table = sim_run(ask);
  int status = ask->fta > 0 || ask->fte > 0;
  for (size_t k = 0; k < table.count; k++) {
    const struct row *row = &table.rows[k];
    const char *expected = naive_status(ask, row);
    if (status)
      assert_string_equal(row->status, expected);
    assert_int_equal(row->has_score, strcmp(expected, "ok") == 0);
    if (row->has_score) { /* rounded down to six decimals */
      double score = naive_score(ask, row);
      assert_true(row->score <= score + 1e-9 && score < row->score + 1e-6 + 1e-9);
    }
    assert_int_equal(row->mated, row->reference == row->probe);
    if (ask->groups > 1) {
      assert_int_equal(row->reference_group, 'A' + row->reference % ask->groups);
      assert_int_equal(row->probe_group, 'A' + row->probe % ask->groups);
    }
    if (ask->family_size > 1) {
      assert_int_equal(row->reference_family, row->reference / ask->family_size);
      assert_int_equal(row->probe_family, row->probe / ask->family_size);
    }
  }
  sim_free(&table);
}

static void test_rows(void **state) {
  (void)state;
  struct plb_simulation ask = sim_defaults(20, 3);
  assert_rows_are_naive(&ask);
  ask.partners = 7;
  assert_rows_are_naive(&ask);
  ask.groups = 3;
  ask.group_shift = -0.4;
  ask.fta = 0.1;
  ask.fte = 0.15;
  ask.seed = UINT64_MAX;
  assert_rows_are_naive(&ask);
  ask.partners = 0;
  assert_rows_are_naive(&ask);
  ask.family_size = 3;
  ask.family_effect = 0.7;
  assert_rows_are_naive(&ask);
  ask.partners = 20;
  ask.groups = 1;
  assert_rows_are_naive(&ask);
  ask = sim_defaults(12, 4);
  ask.person_effect = 0.1;
  ask.pair_effect = 0.3;
  ask.sample_effect = 0.25; /* leaves nothing for e */
  ask.mated_effect = 1;
  ask.mated_mean = -3;
  assert_rows_are_naive(&ask);
}

/* A row does not know how many people there are. */
static void test_more_people_change_no_row(void **state) {
  (void)state;
  struct plb_simulation few = sim_defaults(10, 2), many = sim_defaults(25, 2);
  struct table left = sim_run(&few), right = sim_run(&many);
  size_t found = 0;
  for (size_t k = 0; k < right.count; k++) {
    if (found == left.count || memcmp(&left.rows[found], &right.rows[k], sizeof(struct row)) != 0)
      continue;
    found++;
  }
  assert_int_equal(found, left.count);
  sim_free(&left);
  sim_free(&right);
}

/* ---- designs ------------------------------------------------------------------------------ */

/* How often each ordered pair of samples occurs; samples are numbered person * m + sample - 1. */
static unsigned *count_pairs(const struct plb_simulation *ask, const struct table *table, size_t *samples) {
  *samples = (size_t)(ask->people * ask->samples);
  unsigned *seen = calloc(*samples * *samples, sizeof *seen);
  assert_non_null(seen);
  for (size_t k = 0; k < table->count; k++) {
    const struct row *row = &table->rows[k];
    size_t left = row->reference * ask->samples + row->reference_sample - 1;
    size_t right = row->probe * ask->samples + row->probe_sample - 1;
    seen[left * *samples + right]++;
  }
  return seen;
}

static void assert_all_pairs(uint64_t people, uint64_t samples) {
  struct plb_simulation ask = sim_defaults(people, samples);
  struct table table = sim_run(&ask);
  uint64_t nonmated = people * (people - 1) / 2 * samples * samples, mated = people * samples * (samples - 1) / 2;
  assert_int_equal(table.count, nonmated + mated);
  size_t all;
  unsigned *seen = count_pairs(&ask, &table, &all);
  for (size_t left = 0; left < all; left++) {
    assert_int_equal(seen[left * all + left], 0);
    for (size_t right = left + 1; right < all; right++)
      assert_int_equal(seen[left * all + right] + seen[right * all + left], 1);
  }
  size_t length;
  char *text = sim_read_file(sim_truth, &length);
  assert_true(sim_truth_number(text, "nonmated_trials") == (double)nonmated &&
              sim_truth_number(text, "mated_trials") == (double)mated);
  assert_true(sim_truth_number(text, "nonmated_completed") == (double)nonmated);
  free(text);
  free(seen);
  sim_free(&table);
}

static void test_all_pairs(void **state) {
  (void)state;
  assert_all_pairs(2, 1);
  assert_all_pairs(2, 5);
  assert_all_pairs(37, 1);
  assert_all_pairs(23, 4);
  assert_all_pairs(9, 12);
}

/* Each person is the reference of about half of its non-mated rows. */
static void test_roles_are_drawn(void **state) {
  (void)state;
  struct plb_simulation ask = sim_defaults(40, 3);
  struct table table = sim_run(&ask);
  unsigned as_reference[40] = {0};
  for (size_t k = 0; k < table.count; k++)
    as_reference[table.rows[k].reference] += !table.rows[k].mated;
  for (size_t i = 0; i < 40; i++) /* of 39 * 9 = 351 rows; 5 standard deviations are 47 */
    sim_assert_close(as_reference[i], 351.0 / 2, 47);
  sim_free(&table);
}

static void assert_partners(uint64_t people, uint64_t samples, uint64_t partners) {
  struct plb_simulation ask = sim_defaults(people, samples);
  ask.partners = partners;
  struct table table = sim_run(&ask);
  assert_int_equal(table.count, people * samples * partners + people * samples * (samples - 1) / 2);
  size_t all;
  unsigned *seen = count_pairs(&ask, &table, &all);
  for (size_t probe = 0; probe < all; probe++) {
    uint64_t others = 0;
    for (size_t reference = 0; reference < all; reference++) {
      assert_in_range(seen[reference * all + probe], 0, 1);
      if (reference / samples != probe / samples)
        others += seen[reference * all + probe];
    }
    assert_int_equal(others, partners);
  }
  free(seen);
  sim_free(&table);
}

static void test_partners(void **state) {
  (void)state;
  assert_partners(30, 2, 5);
  assert_partners(10, 3, 27); /* all others */
  assert_partners(10, 3, 26);
  assert_partners(2, 1, 1);
  assert_partners(60, 1, 40);
}

/* Every sample of others is equally likely to be drawn: a chi-square over all pairs. */
static void test_partners_are_uniform(void **state) {
  (void)state;
  struct plb_simulation ask = sim_defaults(12, 2);
  ask.partners = 5;
  enum { SAMPLES = 24, RUNS = 200 };
  static unsigned drawn[SAMPLES * SAMPLES];
  memset(drawn, 0, sizeof drawn);
  for (ask.seed = 0; ask.seed < RUNS; ask.seed++) {
    struct table table = sim_run(&ask);
    size_t all;
    unsigned *seen = count_pairs(&ask, &table, &all);
    for (size_t k = 0; k < all * all; k++)
      drawn[k] += seen[k];
    free(seen);
    sim_free(&table);
  }
  double chance_of_one = 5.0 / 22, chi_square = 0;
  for (size_t k = 0; k < SAMPLES * SAMPLES; k++) {
    if (k / SAMPLES / 2 == k % SAMPLES / 2)
      continue;
    double miss = drawn[k] - RUNS * chance_of_one;
    chi_square += miss * miss / (RUNS * chance_of_one * (1 - chance_of_one));
  }
  /* 24 * 22 cells, a little negatively dependent: mean 528, standard deviation about sqrt(2 * 504) */
  sim_assert_close(chi_square, 528, 5 * 32.5);
}

/* ---- the call ----------------------------------------------------------------------------- */

static void test_same_bytes(void **state) {
  (void)state;
  struct plb_simulation ask = sim_defaults(50, 3);
  ask.partners = 9;
  ask.groups = 4;
  ask.fta = 0.1;
  struct table first = sim_run(&ask);
  size_t first_length, second_length;
  char *first_truth = sim_read_file(sim_truth, &first_length);
  struct table second = sim_run(&ask);
  char *second_truth = sim_read_file(sim_truth, &second_length);
  assert_int_equal(first.length, second.length);
  assert_memory_equal(first.text, second.text, first.length);
  assert_string_equal(first_truth, second_truth);
  ask.seed++;
  struct table third = sim_run(&ask);
  assert_string_not_equal(first.text, third.text);
  free(first_truth);
  free(second_truth);
  sim_free(&first);
  sim_free(&second);
  sim_free(&third);
}

static void assert_usage(const struct plb_simulation *ask, const char *expected) {
  struct plb_error err = {0};
  unlink(sim_scores);
  unlink(sim_truth);
  assert_int_equal(plb_simulate(ask, sim_scores, sim_truth, &err), PLB_USAGE);
  if (!strstr(err.message, expected))
    fail_msg("\"%s\" does not say \"%s\"", err.message, expected);
  assert_int_equal(plb_simulate(ask, sim_scores, NULL, NULL), PLB_USAGE);
  assert_int_not_equal(access(sim_scores, F_OK), 0);
  assert_int_not_equal(access(sim_truth, F_OK), 0);
}

static void test_usage(void **state) {
  (void)state;
  static const struct {
    struct plb_simulation wrong;
    const char *expected;
  } cases[] = {
      {{.samples = 3, .groups = 1}, "people is 0"},
      {{.people = 1, .samples = 3, .groups = 1}, "people is 1"},
      {{.people = 9, .groups = 1}, "samples is 0"},
      {{.people = 9, .samples = 3}, "groups is 0"},
      {{.people = 9, .samples = 3, .groups = 27}, "groups is 27"},
      {{.people = 1 << 20, .samples = 1 << 20, .groups = 1}, "samples in all"},
      {{.people = 9, .samples = 3, .groups = 1, .partners = 25}, "partners is 25; expected 0 to 24"},
      {{.people = 9, .samples = 3, .groups = 1, .person_effect = -.1}, "person effect"},
      {{.people = 9, .samples = 3, .groups = 1, .person_effect = .3, .sample_effect = .3}, "1.2 of the variance"},
      {{.people = 9, .samples = 3, .groups = 1, .pair_effect = .9, .person_effect = .06}, "1.02 of the variance"},
      {{.people = 9, .samples = 3, .groups = 1, .mated_effect = 1.5}, "mated effect is 1.5; expected 0 to 1"},
      {{.people = 9, .samples = 3, .groups = 1, .mated_mean = (double)NAN}, "mated mean"},
      {{.people = 9, .samples = 3, .groups = 1, .group_shift = HUGE_VAL}, "group shift"},
      {{.people = 9, .samples = 3, .groups = 1, .family_size = 10}, "family size is 10; expected 0 to 9"},
      {{.people = 9, .samples = 3, .groups = 1, .family_effect = 1.2}, "family effect is 1.2; expected 0 to 1"},
      {{.people = 9, .samples = 3, .groups = 1, .person_effect = .4, .family_size = 3, .family_effect = .5},
       "1.2 of the variance of a non-mated score inside a family"},
      {{.people = 9, .samples = 3, .groups = 1, .fta = 1.1}, "failure to acquire"},
      {{.people = 9, .samples = 3, .groups = 1, .fte = -1}, "failure to enrol"},
  };
  for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
    struct plb_simulation ask = cases[k].wrong;
    ask.size = sizeof ask;
    assert_usage(&ask, cases[k].expected);
  }
  struct plb_simulation ask = sim_defaults(9, 1);
  ask.size = 0;
  assert_usage(&ask, "plb_simulation_init");
  ask = sim_defaults(9, 1);
  assert_int_equal(plb_simulate(NULL, sim_scores, NULL, NULL), PLB_USAGE);
  assert_int_equal(plb_simulate(&ask, NULL, sim_truth, NULL), PLB_USAGE);
  assert_int_equal(plb_simulate(&ask, sim_scores, sim_scores, NULL), PLB_USAGE);
}

/* A program that was built when the struct ended after `seed` gets the defaults of what came later. */
static void test_older_struct(void **state) {
  (void)state;
  struct plb_simulation ask = sim_defaults(9, 2), older;
  struct table whole = sim_run(&ask);
  memset(&older, 0xA5, sizeof older);
  plb_simulation_init(&older, offsetof(struct plb_simulation, progress));
  older.people = 9;
  older.samples = 2;
  struct table part = sim_run(&older);
  assert_string_equal(whole.text, part.text);
  sim_free(&whole);
  sim_free(&part);
}

static void test_unwritable(void **state) {
  (void)state;
  struct plb_simulation ask = sim_defaults(200, 3);
  struct plb_error err = {0};
  char nowhere[300];
  snprintf(nowhere, sizeof nowhere, "%s/absent/scores.csv", sim_folder);
  unlink(sim_truth);
  assert_int_equal(plb_simulate(&ask, nowhere, sim_truth, &err), PLB_IO);
  assert_int_equal(err.os_errno, ENOENT);
  assert_int_not_equal(access(sim_truth, F_OK), 0);
  unlink(sim_scores);
  assert_int_equal(plb_simulate(&ask, sim_scores, nowhere, &err), PLB_IO);
  assert_int_not_equal(access(sim_scores, F_OK), 0);
  assert_int_equal(plb_simulate(&ask, "/dev/full", sim_truth, &err), PLB_IO);
  assert_int_equal(err.os_errno, ENOSPC);
  assert_int_not_equal(access(sim_truth, F_OK), 0);
}

struct watch {
  uint64_t calls, last, total, stop_at;
};

static int watched(void *ctx, const char *stage, uint64_t done, uint64_t total) {
  struct watch *watch = ctx;
  assert_string_equal(stage, "simulating");
  assert_true(done >= watch->last && done <= total);
  watch->calls++;
  watch->last = done;
  watch->total = total;
  return watch->calls == watch->stop_at;
}

static void test_progress(void **state) {
  (void)state;
  struct plb_simulation ask = sim_defaults(200, 3);
  struct watch watch = {0};
  ask.progress = watched;
  ask.progress_ctx = &watch;
  struct table table = sim_run(&ask);
  assert_true(watch.calls > 10 && watch.last == watch.total && watch.total == table.count);
  sim_free(&table);
  unlink(sim_scores);
  unlink(sim_truth);
  watch = (struct watch){.stop_at = 3};
  struct plb_error err = {0};
  assert_int_equal(plb_simulate(&ask, sim_scores, sim_truth, &err), PLB_CANCELLED);
  assert_int_equal(watch.calls, 3);
  assert_int_not_equal(access(sim_scores, F_OK), 0);
  assert_int_not_equal(access(sim_truth, F_OK), 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_rows),         cmocka_unit_test(test_more_people_change_no_row),
      cmocka_unit_test(test_all_pairs),    cmocka_unit_test(test_roles_are_drawn),
      cmocka_unit_test(test_partners),     cmocka_unit_test(test_partners_are_uniform),
      cmocka_unit_test(test_same_bytes),   cmocka_unit_test(test_usage),
      cmocka_unit_test(test_older_struct), cmocka_unit_test(test_unwritable),
      cmocka_unit_test(test_progress),
  };
  return cmocka_run_group_tests(tests, sim_make_folder, sim_remove_folder);
}

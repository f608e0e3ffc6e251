/* SPDX-License-Identifier: Apache-2.0
 *
 * Designs in which everybody was compared with everybody are recognised, others are not, and the weight of all
 * comparisons is the same with and without a look at them.
 */
#include "check.h"

#include <unistd.h>

#include "resample/roster.h"

#define PEOPLE 14

enum change { NONE, ONE_LACKS, ONE_TWICE, ONE_MOVED, BOTH_WAYS };

/* How often the first pair of samples of two people is compared. */
static unsigned times_of(unsigned i, unsigned j, enum change change) {
  if (change == BOTH_WAYS)
    return 1;
  if (i == 2 && j == 5 && (change == ONE_LACKS || change == ONE_MOVED))
    return 0;
  if (i == 2 && j == 6 && (change == ONE_TWICE || change == ONE_MOVED))
    return 2;
  return j > i;
}

static void write_pair(FILE *file, const unsigned *samples, bool named, unsigned i, unsigned j, unsigned first) {
  for (unsigned ab = 0; ab < samples[i] * samples[j]; ab++) {
    unsigned times = ab ? 1 : first;
    for (unsigned k = 0; k < times; k++)
      named ? fprintf(file, "p%u,p%u,p%u-%u,p%u-%u,%u\n", i, j, i, ab / samples[j], j, ab % samples[j], (i + j) % 7)
            : fprintf(file, "p%u,p%u,%u\n", i, j, (i + j) % 7);
  }
}

/* Person i has samples[i] samples; every pair of samples is compared once, but for the change. */
static void write_table(FILE *file, const unsigned *samples, bool named, enum change change) {
  fprintf(file, named ? "reference_subject,probe_subject,reference_sample,probe_sample,score\n"
                      : "reference_subject,probe_subject,score\n");
  for (unsigned i = 0; i < PEOPLE; i++)
    for (unsigned j = 0; j < PEOPLE; j++)
      if (i != j && (j > i || change == BOTH_WAYS))
        write_pair(file, samples, named, i, j, times_of(i, j, change));
  for (unsigned i = 0; i < PEOPLE; i++)
    if (samples[i] > 1)
      named ? fprintf(file, "p%u,p%u,p%u-0,p%u-1,9\n", i, i, i, i) : fprintf(file, "p%u,p%u,9\n", i, i);
}

static plb_tally *read_table(const unsigned *samples, bool named, enum change change) {
  char path[] = "/tmp/plumbline-roster-XXXXXX";
  int descriptor = mkstemp(path);
  FILE *file = fdopen(descriptor, "w");
  const char *files[] = {path};
  struct plb_input input;
  struct plb_error err = {0};
  plb_tally *tally = NULL;
  write_table(file, samples, named, change);
  fclose(file);
  plb_input_init(&input, sizeof input);
  input.files = files;
  input.file_count = 1;
  input.format = "csv";
  plb_status status = plb_tally_read(&input, &tally, &err);
  unlink(path);
  if (status)
    fail_msg("%s", err.message);
  return tally;
}

static void check_totals(struct plb_roster *roster, enum plb_plan plan) {
  const struct plb_weighted_people who = plb_roster_people(roster);
  struct plb_weights weights = {0};
  uint64_t design[PLB_LANE] = {0}, rows[PLB_LANE] = {0};
  assert_int_equal(plb_weights_draw(plan, 5, 1, &who, &weights, NULL), PLB_OK);
  assert_int_equal(plb_roster_total(roster, &weights, design, NULL), PLB_OK);
  roster->complete = false;
  assert_int_equal(plb_roster_total(roster, &weights, rows, NULL), PLB_OK);
  roster->complete = true;
  assert_memory_equal(design, rows, sizeof rows);
  plb_weights_free(&weights);
}

static void check(const unsigned *samples, bool named, enum change change, bool complete, uint64_t each) {
  plb_tally *tally = read_table(samples, named, change);
  struct plb_roster roster;
  assert_int_equal(plb_roster_make(tally, &tally->systems[0], &roster, NULL), PLB_OK);
  assert_int_equal(plb_roster_find_design(&roster, NULL), PLB_OK);
  assert_int_equal(roster.member_count, PEOPLE);
  assert_int_equal(roster.complete, complete);
  if (complete) {
    assert_int_equal(roster.each, each);
    check_totals(&roster, PLB_PLAN_DOUBLE_OR_NOTHING);
    check_totals(&roster, PLB_PLAN_VERTEX);
  }
  plb_roster_free(&roster);
  plb_tally_free(tally);
}

static const unsigned equal[PEOPLE] = {2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2};
static const unsigned unequal[PEOPLE] = {1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3, 5, 1};

static void test_equal_samples(void **state) {
  (void)state;
  check(equal, true, NONE, true, 4);
  check(equal, false, NONE, true, 4);
  check(equal, false, BOTH_WAYS, true, 8);
}

/* Without names of samples such a design is not seen. That costs time, no more. */
static void test_unequal_samples(void **state) {
  (void)state;
  check(unequal, true, NONE, true, 1);
  check(unequal, true, BOTH_WAYS, true, 2);
  check(unequal, true, ONE_MOVED, false, 0);
  check(unequal, false, NONE, false, 0);
}

static void test_what_is_not_complete(void **state) {
  (void)state;
  check(equal, false, ONE_LACKS, false, 0);
  check(equal, false, ONE_TWICE, false, 0);
  check(equal, false, ONE_MOVED, false, 0);
}

/* Each person has as many trials as in a complete design, but the pairs are others: a ring in which everybody meets
 * both neighbours. */
static void test_the_right_number_of_trials_is_not_enough(void **state) {
  (void)state;
  struct plb_input input;
  plb_tally *tally;
  struct plb_roster roster;
  plb_input_init(&input, sizeof input);
  assert_int_equal(plb_tally_new(&input, &tally, NULL), PLB_OK);
  const char *ids[] = {"a", "b", "c", "d"};
  /* a-b and c-d three times: everybody has three trials, as if each had met the three others */
  for (int k = 0; k < 3; k++) {
    const struct plb_comparison rows[] = {{k, false, ids[0], ids[1]}, {k, false, ids[2], ids[3]}};
    assert_int_equal(plb_tally_add(tally, rows, 2, NULL), PLB_OK);
  }
  assert_int_equal(plb_roster_make(tally, &tally->systems[0], &roster, NULL), PLB_OK);
  assert_int_equal(plb_roster_find_design(&roster, NULL), PLB_OK);
  assert_false(roster.complete);
  plb_roster_free(&roster);
  plb_tally_free(tally);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_equal_samples), cmocka_unit_test(test_unequal_samples),
                                     cmocka_unit_test(test_what_is_not_complete),
                                     cmocka_unit_test(test_the_right_number_of_trials_is_not_enough)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * At the ends, where no comparison is an error, or every one: no interval is without width, what is said of one end is
 * said of the other, and of too few people there is no value at all. And d' that hangs on one person's scores.
 */
#include "check.h"

#include "plumbline.h"
#include "result/result.h"
#include "tally/tally.h"

#define MATED 3

struct test {
  uint32_t people;
  double apart;     /* how far mated scores lie above the others */
  double far_below; /* mated scores of the last person: so much lower */
};

static plb_tally *tally_of(const struct test *test) {
  struct plb_input input;
  plb_tally *tally;
  uint64_t state = 0x9e3779b97f4a7c15u;
  uint32_t number;
  plb_input_init(&input, sizeof input);
  input.direction = PLB_SIMILARITY;
  assert_int_equal(plb_tally_new(&input, &tally, NULL), PLB_OK);
  tally->traits.direction_declared = true;
  for (uint32_t i = 0; i < test->people; i++) {
    char id[16];
    snprintf(id, sizeof id, "p%u", i);
    assert_true(plb_dict_put(&tally->census.people, id, strlen(id), &number));
  }
  for (uint32_t k = 0; k < test->people * test->people * MATED; k++) {
    uint32_t i = k / MATED % test->people, j = k / MATED / test->people;
    double score = (double)draw_below(&state, 10000) / 1e4 + (i == j ? test->apart : 0);
    struct plb_trial trial = {.score = score - (i == j && i + 1 == test->people ? test->far_below : 0),
                              .count = 1,
                              .reference = i,
                              .probe = j,
                              .mated = i == j,
                              .system = PLB_NOBODY,
                              .reference_sample = PLB_NOBODY,
                              .probe_sample = PLB_NOBODY};
    assert_int_equal(plb_tally_add_trials(tally, &trial, 1, NULL), PLB_OK);
  }
  return tally;
}

static plb_result *measure(const struct test *test) {
  struct plb_options options;
  const double target = 0.1, threshold = 3;
  plb_tally *tally = tally_of(test);
  plb_result *result;
  plb_options_init(&options, sizeof options);
  options.fmr_targets = &target;
  options.thresholds = &threshold;
  options.fmr_target_count = options.threshold_count = 1;
  options.replicates = 200;
  struct plb_error err = {0};
  if (plb_verification(tally, &options, &result, &err))
    fail_msg("%s", err.message);
  plb_tally_free(tally);
  return result;
}

static const struct plb_estimate *at_target(const plb_result *result) {
  for (size_t i = 0; i < result->estimate_count; i++)
    if (result->estimates[i].target_metric && strcmp(result->estimates[i].metric, "FNMR") == 0)
      return &result->estimates[i];
  return NULL;
}

static void says(const struct plb_estimate *e, const char *what) {
  if (!strstr(e->note, what))
    fail_msg("%s: \"%s\" does not say \"%s\"", e->metric, e->note, what);
}

static void check_end(double apart, const char *none, double fnmr, double auc) {
  const struct test test = {20, apart, 0};
  plb_result *result = measure(&test);
  const struct plb_estimate *eer = plb_result_find(result, "EER", NULL, 0), *target = at_target(result),
                            *area = plb_result_find(result, "AUC", NULL, 0);
  for (size_t i = 0; i < result->estimate_count; i++) {
    const struct plb_interval *interval = &result->estimates[i].interval;
    assert_int_equal(result->estimates[i].status, PLB_EST_OK);
    assert_true(interval->exists && interval->upper > interval->lower);
  }
  assert_float_equal(eer->value, fnmr, 0);
  assert_float_equal(target->value, fnmr, 0);
  assert_float_equal(area->value, auc, 0);
  assert_true(fabs(eer->interval.upper - eer->interval.lower) > 0.05);
  assert_string_equal(target->interval.method, "delta or PL");
  assert_true(target->interval.has_worst_case);
  assert_true(target->interval.worst_case[1] - target->interval.worst_case[0] > 0.1);
  says(target, none);
  says(eer, none);
  says(target, "the interval may be too narrow");
  says(eer, "the interval may be too narrow");
  plb_result_free(result);
}

static void no_end_is_certain(void **unused) {
  (void)unused;
  check_end(20, "no errors, and no scores near", 0, 1);
  check_end(-20, "no comparisons without an error, and no scores near", 1, 0);
}

static void of_too_few_people_there_is_no_value(void **unused) {
  (void)unused;
  const struct test test = {7, 0.5, 0};
  plb_result *result = measure(&test);
  assert_true(result->estimate_count >= 7);
  for (size_t i = 0; i < result->estimate_count; i++) {
    assert_int_equal(result->estimates[i].status, PLB_EST_UNSUPPORTED);
    assert_false(result->estimates[i].has_value);
  }
  plb_result_free(result);
}

static void one_person_carries_dprime(void **unused) {
  (void)unused;
  const struct test usual = {20, 2, 0}, far = {20, 2, 500};
  plb_result *result = measure(&usual);
  assert_null(strstr(plb_result_find(result, "DPRIME", NULL, 0)->note, "hangs on"));
  plb_result_free(result);
  result = measure(&far);
  says(plb_result_find(result, "DPRIME", NULL, 0), "hangs on the scores of few people");
  says(plb_result_find(result, "AUC", NULL, 0), "few people make most of the errors of order");
  plb_result_free(result);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(no_end_is_certain),
                                     cmocka_unit_test(of_too_few_people_there_is_no_value),
                                     cmocka_unit_test(one_person_carries_dprime)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * How numbers are worded, and how the systems and operating points of a result are listed.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../result/sample.h"
#include "report/report.h"

static void expect_rate(double rate, const char *wanted) {
  char text[PLB_WORDS];
  size_t length = plb_word_rate(text, rate);
  assert_string_equal(text, wanted);
  assert_int_equal(length, strlen(text));
}

static void test_rates(void **state) {
  (void)state;
  expect_rate(0, "0 %");
  expect_rate(1, "100 %");
  expect_rate(0.5, "50.00 %");
  expect_rate(0.00998980402740917, "0.9990 %");
  expect_rate(2665.0 / 266772, "0.9990 %");
  expect_rate(1e-4, "0.01000 %");
  expect_rate(9.9999e-5, "0.01000 %");
  expect_rate(1e-6, "0.0001000 %");
  expect_rate(1.5e-8, "0.000001500 %");
  expect_rate(1.2345e-14, "1.235e-12 %");
  expect_rate(0.99996, "99.996 %");
  expect_rate(0.99999999, "99.999999 %");
  expect_rate(1 - 0x1p-53, "100 %"); /* nearer to it than nine decimals show */
  expect_rate(0.123449, "12.34 %");
  expect_rate(0.099999, "10.00 %");
}

static void test_counts(void **state) {
  (void)state;
  static const struct {
    uint64_t count;
    const char *wanted;
  } cases[] = {{0, "0"},
               {999, "999"},
               {1000, "1,000"},
               {123456, "123,456"},
               {1234567, "1,234,567"},
               {UINT64_MAX, "18,446,744,073,709,551,615"}};
  char text[PLB_WORDS];
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    assert_int_equal(plb_word_count(text, cases[i].count), strlen(cases[i].wanted));
    assert_string_equal(text, cases[i].wanted);
  }
  plb_word_fraction(text, 2665, 266772);
  assert_string_equal(text, "2,665 / 266,772");
  plb_word_number(text, 95);
  assert_string_equal(text, "95");
  plb_word_number(text, 14.8);
  assert_string_equal(text, "14.8");
  plb_word_number(text, -0.123456789);
  assert_string_equal(text, "-0.12346");
  plb_word_number(text, 1e300);
  assert_string_equal(text, "1e300");
  plb_word_rounded(text, 40.3141, 3);
  assert_string_equal(text, "40.3");
  plb_word_rounded(text, 1.3444, 3);
  assert_string_equal(text, "1.34");
  plb_word_rounded(text, 12345, 3);
  assert_string_equal(text, "12345");
}

static void expect_about(double rate, const char *wanted) {
  char text[PLB_WORDS];
  assert_int_equal(plb_word_about(text, rate), strlen(wanted));
  assert_string_equal(text, wanted);
}

static void test_about(void **state) {
  (void)state;
  expect_about(0, "");
  expect_about(0.01, "");
  expect_about(0.009999, "about 1 in 100");
  expect_about(26.0 / 266256, "about 1 in 10,200");
  expect_about(2.0 / 266256, "about 1 in 133,000");
  expect_about(1e-12, "about 1 in 1,000,000,000,000");
}

static void expect_level(double level, const char *wanted) {
  char text[PLB_WORDS];
  assert_int_equal(plb_word_level(text, level), strlen(wanted));
  assert_string_equal(text, wanted);
}

static void test_levels(void **state) {
  (void)state;
  expect_level(0.95, "95");
  expect_level(0.9, "90");
  expect_level(0.999, "99.9");
  expect_level(0.683, "68.3");
  expect_level(0.9999999999, "99.99999999");
  expect_level(1 - 0x1p-53, "99.99999999999999");
  expect_level(0.05, "5");
  expect_level(0.005, "0.5");
  expect_level(1, "100"); /* no level, but a file may hold anything */
  expect_level(0, "0");
}

/* The worded rate is the rate, to four digits. */
static void test_any_rate(void **state) {
  (void)state;
  for (double rate = 1; rate > 1e-13; rate *= 0.97) {
    char text[PLB_WORDS], *end;
    plb_word_rate(text, rate);
    double back = strtod(text, &end) / 100;
    assert_string_equal(end, " %");
    if (fabs(back - rate) > 6e-4 * rate)
      fail_msg("%a became %s", rate, text);
  }
}

static void expect_interval(const struct plb_estimate *e, const char *wanted) {
  char text[PLB_WORDS];
  size_t length = plb_word_interval(text, e);
  assert_string_equal(text, wanted);
  assert_int_equal(length, strlen(wanted));
}

static void test_intervals(void **state) {
  (void)state;
  struct plb_estimate e = {.metric = "FMR", .has_value = true, .value = 0.01};
  expect_interval(&e, "");
  e.interval =
      (struct plb_interval){.exists = true, .has_lower = true, .has_upper = true, .lower = 0.0091, .upper = 0.011};
  expect_interval(&e, "[0.9100, 1.100] %");
  e.value = 9e-5;
  expect_interval(&e, "[0.9100, 1.100] %");
  e.interval.lower = 7e-5;
  e.interval.upper = 1.2e-4;
  expect_interval(&e, "[0.007000, 0.01200] %");
  e.interval.has_lower = false;
  expect_interval(&e, "at most 0.01200 %");
  e.status = PLB_EST_UNSUPPORTED;
  e.interval.upper = 3e-6;
  expect_interval(&e, "at most 0.0003000 %");
  e.interval.has_lower = true;
  e.interval.has_upper = false;
  expect_interval(&e, "at least 0.007000 %");
  e.interval.has_lower = false;
  expect_interval(&e, "");
  e.interval.has_upper = true;
  e.has_value = true;
  e.interval.has_lower = true;
  e.interval.lower = 4e-46;
  e.interval.upper = 0.93;
  expect_interval(&e, "[<0.000001, 93.00] %");
  e.interval.lower = 0;
  expect_interval(&e, "[0, 93.00] %");
  e.interval.lower = 4e-24;
  e.interval.upper = 4e-12;
  expect_interval(&e, "[4.000e-22, 4.000e-10] %");
  e.status = PLB_EST_SUPPRESSED;
  expect_interval(&e, "");
  e = (struct plb_estimate){.metric = "DPRIME", .has_value = true, .value = 3};
  e.interval =
      (struct plb_interval){.exists = true, .has_lower = true, .has_upper = true, .lower = -0.5, .upper = 3.25};
  expect_interval(&e, "[-0.50000, 3.2500]");
}

static void test_values(void **state) {
  (void)state;
  char text[PLB_WORDS];
  struct plb_estimate e = {.metric = "AUC", .has_value = true, .value = 0.998734567};
  plb_word_value(text, &e);
  assert_string_equal(text, "0.99873");
  e.value = 0.9999999;
  plb_word_value(text, &e);
  assert_string_equal(text, "1.0000");
  e.metric = "FNMR";
  e.value = 0.25;
  plb_word_value(text, &e);
  assert_string_equal(text, "25.00 %");
  e.status = PLB_EST_SUPPRESSED;
  plb_word_value(text, &e);
  assert_string_equal(text, "suppressed");
  e.status = PLB_EST_OK;
  e.has_value = false;
  plb_word_value(text, &e);
  assert_string_equal(text, "undefined");
}

static void test_targets(void **state) {
  (void)state;
  static const struct {
    double at_most;
    const char *wanted;
  } cases[] = {{0.01, "1 in 100"},
               {1e-6, "1 in 1,000,000"},
               {0.05, "1 in 20"},
               {0.0005, "1 in 2,000"},
               {0.003, "0.3000 %"},
               {0.5, "1 in 2"},
               {1, "100 %"},
               {0, "0 %"},
               {1e-15, "1 in 1,000,000,000,000,000"}};
  char text[PLB_WORDS];
  struct plb_estimate e = {.metric = "FNMR"};
  assert_int_equal(plb_word_target(text, &e), 0);
  assert_string_equal(text, "");
  e.target_metric = "FMR";
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    e.target_at_most = cases[i].at_most;
    assert_int_equal(plb_word_target(text, &e), strlen(cases[i].wanted));
    assert_string_equal(text, cases[i].wanted);
  }
}

static void add_target(struct plb_result *result, double target, double threshold, uint64_t fmr, uint64_t fnmr) {
  struct plb_estimate e = {.metric = "FMR",
                           .has_threshold = true,
                           .threshold = threshold,
                           .target_metric = "FMR",
                           .target_at_most = target,
                           .has_counts = true,
                           .errors = fmr,
                           .trials = 264};
  e.has_value = target * 264 >= 1;
  e.status = e.has_value ? PLB_EST_OK : PLB_EST_UNSUPPORTED;
  assert_int_equal(plb_result_add_estimate(result, &e, NULL), PLB_OK);
  e.metric = "FNMR";
  e.errors = fnmr;
  e.trials = 12;
  assert_int_equal(plb_result_add_estimate(result, &e, NULL), PLB_OK);
}

static void expect_threshold(const struct plb_result *result, size_t i, const char *wanted) {
  char text[PLB_WORDS];
  assert_int_equal(plb_word_threshold(text, result, &result->estimates[i]), strlen(wanted));
  assert_string_equal(text, wanted);
}

static void expect_limit(const struct plb_result *result, size_t k, const char *wanted) {
  char text[PLB_LIMIT];
  struct plb_operating_point point;
  assert_true(plb_result_point(result, NULL, k, &point));
  assert_int_equal(plb_word_limit(text, result, &point), *wanted != 0);
  assert_string_equal(text, wanted);
}

static void test_thresholds_and_limits(void **state) {
  (void)state;
  struct plb_result *result = sample_make(SAMPLE_SPARE);
  struct plb_operating_point point;
  add_target(result, 1e-2, 2.5, 2, 0);
  add_target(result, 1e-3, 2.9398740000000005, 0, 12);
  add_target(result, 1e-4, 2.9398740000000005, 0, 12);
  struct plb_estimate given = {
      .metric = "FMR", .has_threshold = true, .threshold = 99, .has_counts = true, .trials = 1};
  assert_int_equal(plb_result_add_estimate(result, &given, NULL), PLB_OK);
  struct plb_estimate none = {
      .metric = "FNMR", .target_metric = "FMR", .target_at_most = 0.5, .status = PLB_EST_UNDEFINED};
  assert_int_equal(plb_result_add_estimate(result, &none, NULL), PLB_OK);
  expect_threshold(result, 0, "2.5");
  expect_threshold(result, 2, "above every score");
  expect_threshold(result, 3, "above every score");
  expect_threshold(result, 6, "99"); /* given: the number that was given */
  expect_threshold(result, 7, "");
  expect_limit(result, 0, "");
  assert_false(plb_out_of_reach(result, &result->estimates[0]));
  assert_true(plb_out_of_reach(result, &result->estimates[3])); /* FNMR at a target that FMR cannot meet */
  plb_result_point(result, NULL, 1, &point);
  char at[PLB_LIMIT];
  plb_word_limit_at(at, result, &point);
  assert_string_equal(at, "at a threshold above every score, the least strict one without a false match");
  expect_limit(result, 1, "FMR targets below 1 in 264 are beyond this test (asked for: 1 in 1,000 and 1 in 10,000)");
  expect_limit(result, 2, "FMR targets below 1 in 264 are beyond this test (asked for: 1 in 1,000 and 1 in 10,000)");
  for (size_t k = 0; plb_result_point(result, NULL, k, &point); k++)
    assert_int_equal(plb_shown_before(result, &point, k), k == 2); /* the second of the two out of reach */
  static const double stricter[] = {1e-5, 1e-6, 1e-7, 1e-8, 1e-9};
  for (int k = 0; k < 5; k++)
    add_target(result, stricter[k], 2.9398740000000005, 0, 12);
  expect_limit(
      result, 1,
      "FMR targets below 1 in 264 are beyond this test (asked for: 1 in 1,000 to 1 in 1,000,000,000 (7 targets))");
  result->test.direction = "dissimilarity";
  expect_threshold(result, 2, "below every distance");
  result->estimates[3].errors = 11;
  expect_threshold(result, 2, "2.9398740000000005");
  plb_result_free(result);
}

static void test_glued(void **state) {
  (void)state;
  static const char text[] = "at 12.5 % or [8.333, 8.4] %, in 5, 6 % of <b> % and [1, x";
  char broken[sizeof text];
  size_t n = 0;
  for (; text[n]; n++)
    broken[n] = plb_glued(text, n) ? '_' : text[n];
  broken[n] = '\0';
  assert_string_equal(broken, "at 12.5_% or [8.333,_8.4]_%, in 5, 6_% of <b> % and [1, x");
  assert_false(plb_glued(" %", 0));
}

static void test_labels(void **state) {
  (void)state;
  char text[PLB_WORDS];
  struct plb_result *result = sample_make(SAMPLE_FULL);
  plb_result_label(result, 1, text);
  assert_string_equal(text, "face_c.csv.gz, people.csv");
  result->provenance.inputs[0].name = "/a/folder/";
  result->provenance.inputs[1].name = "-";
  plb_result_label(result, 1, text);
  assert_string_equal(text, "/a/folder/, -");
  char name[400] = "x/";
  for (size_t i = 2; i + 2 < sizeof name; i += 2)
    memcpy(name + i, "\xC3\xA9", 2);
  result->provenance.inputs[0].name = name;
  size_t length = plb_result_label(result, 1, text);
  assert_true(length < PLB_WORDS);
  assert_int_equal(length, strlen(text));
  assert_memory_equal(text + length - 5, "\xC3\xA9...", 5);
  plb_result_free(result);
  result = sample_make(SAMPLE_SPARE);
  plb_result_label(result, 2, text);
  assert_string_equal(text, "result 2");
  plb_result_free(result);
}

static void test_systems_and_points(void **state) {
  (void)state;
  const char *system = "unchanged";
  struct plb_operating_point point;
  struct plb_result *result = sample_make(SAMPLE_TWO);
  assert_true(plb_result_system(result, 0, &system));
  assert_string_equal(system, "\xC3\x89toile \xE2\x84\x96 1");
  assert_true(plb_result_system(result, 1, &system));
  assert_string_equal(system, "B, the \"second\" one");
  assert_true(plb_result_point(result, system, 0, &point));
  assert_int_equal(point.first->errors, 2600);
  const struct plb_estimate *fnmr = plb_point_estimate(result, &point, "FNMR");
  assert_int_equal(fnmr->errors, 9);
  assert_null(plb_point_estimate(result, &point, "FAR"));
  assert_true(plb_result_point(result, system, 1, &point));
  assert_true(point.first->threshold == 5e-324);
  assert_null(point.first->target_metric);
  assert_false(plb_result_point(result, system, 2, &point));
  assert_false(plb_result_point(result, NULL, 0, &point));
  assert_false(plb_result_system(result, 2, &system));
  plb_result_free(result);

  result = sample_make(SAMPLE_FULL);
  assert_true(plb_result_system(result, 0, &system));
  assert_null(system);
  size_t count = 0;
  while (plb_result_point(result, NULL, count, &point))
    count++;
  assert_int_equal(count, 5); /* three targets, one given threshold, one of other data; the EER is none */
  plb_result_free(result);
  result = sample_make(SAMPLE_SPARE);
  assert_false(plb_result_system(result, 0, &system));
  plb_result_free(result);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_rates),  cmocka_unit_test(test_counts),   cmocka_unit_test(test_levels),
      cmocka_unit_test(test_about),  cmocka_unit_test(test_any_rate), cmocka_unit_test(test_intervals),
      cmocka_unit_test(test_values), cmocka_unit_test(test_targets),  cmocka_unit_test(test_thresholds_and_limits),
      cmocka_unit_test(test_labels), cmocka_unit_test(test_glued),    cmocka_unit_test(test_systems_and_points),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

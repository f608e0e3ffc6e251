/* SPDX-License-Identifier: Apache-2.0
 *
 * What stands beside and below the tables: counts, worst cases, words explained, failures, the command
 * without folders.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../result/sample.h"
#include "report/makings.h"

static void expect_command(const char *command, const char *wanted) {
  char *bare = plb_bare_command(command);
  assert_non_null(bare);
  assert_string_equal(bare, wanted);
  free(bare);
}

static void test_command(void **state) {
  (void)state;
  expect_command("", "");
  expect_command("plumbline verification scores.csv", "plumbline verification scores.csv");
  expect_command("plumbline verification /home/ann/a.csv.gz -", "plumbline verification a.csv.gz -");
  expect_command("p v ../x/a.csv --html /tmp/r.html --json=/tmp/r.json", "p v a.csv --html r.html --json=r.json");
  expect_command("p v '/home/ann/my scores/a b.csv' --svg figures/", "p v 'a b.csv' --svg figures/");
  expect_command("p v --svg /home/ann/figures/ /", "p v --svg figures/ /");
  expect_command("p v '/it'\\''s/here/it'\\''s.csv'", "p v 'it'\\''s.csv'");
  expect_command("p v --samples='/home/ann/of it/s.csv' x", "p v --samples='s.csv' x");
  expect_command("p v '--samples=/home/ann/of it/s.csv' x", "p v '--samples=s.csv' x");
  expect_command("p v --system a/b --map score=c/d --claim 'FMR <= 1/2' /x/y",
                 "p v --system a/b --map score=c/d --claim 'FMR <= 1/2' y");
  expect_command("p v --system=a/b /x/y '--claim=FMR <= 1/2'", "p v --system=a/b y '--claim=FMR <= 1/2'");
  expect_command("p '/not closed/x", "p 'x");
  assert_string_equal(plb_base_name("/a/b.csv"), "b.csv");
  assert_string_equal(plb_base_name("b.csv"), "b.csv");
  assert_string_equal(plb_base_name("/a/b/"), "/a/b/");
}

static void expect_trials(const struct plb_estimate *e, const char *wanted) {
  char text[PLB_WORDS];
  assert_int_equal(plb_word_trials(text, e), strlen(wanted));
  assert_string_equal(text, wanted);
}

static void test_trials(void **state) {
  (void)state;
  struct plb_estimate e = {.metric = "FMR", .has_counts = true, .errors = 3, .trials = 4000};
  expect_trials(&e, "3 / 4,000");
  e.status = PLB_EST_SUPPRESSED;
  expect_trials(&e, "");
  e = (struct plb_estimate){.metric = "GFAR", .has_class_trials = true, .mated_trials = 5, .nonmated_trials = 4000};
  expect_trials(&e, "from FMR, FTA, FTE");
  e.metric = "FRR";
  expect_trials(&e, "from FNMR, FTA");
  e.metric = "EER";
  expect_trials(&e, "5 + 4,000");
  e.has_class_trials = false;
  expect_trials(&e, "");
}

static void expect_worst(const struct plb_estimate *e, const char *wanted) {
  char text[PLB_WORDS];
  assert_int_equal(plb_word_worst(text, e), strlen(wanted));
  assert_string_equal(text, wanted);
}

static void test_worst_case(void **state) {
  (void)state;
  struct plb_estimate e = {.metric = "FMR",
                           .has_value = true,
                           .interval = {.exists = true, .has_lower = true, .has_upper = true, .upper = 0.02}};
  expect_worst(&e, "");
  e.interval.has_worst_case = true;
  e.interval.worst_case[1] = 0.25;
  expect_worst(&e, "[0, 25.00] %");
  e.interval.worst_case[1] = 0.02;
  expect_worst(&e, ""); /* the interval itself */
  e.interval.has_upper = false;
  expect_worst(&e, "[0, 2.000] %");
  e.status = PLB_EST_SUPPRESSED;
  expect_worst(&e, "");
}

static bool explains(const struct plb_result *result, const char *name) {
  struct plb_term term;
  for (size_t next = 0; plb_glossary(&result, 1, PLB_DOCUMENT_PAGE, &next, &term);)
    if (strcmp(term.name, name) == 0)
      return true;
  return false;
}

static void test_glossary(void **state) {
  (void)state;
  struct plb_result *result = sample_make(SAMPLE_FULL);
  static const char *const used[] = {
      "FMR",        "FNMR",          "EER",        "AUC",         "d'",       "FTA", "FTE", "PL", "clopper-pearson",
      "worst case", "design effect", "suppressed", "unsupported", "undefined"};
  for (size_t k = 0; k < sizeof used / sizeof *used; k++)
    assert_true(explains(result, used[k]));
  assert_false(explains(result, "corners of PL"));
  assert_false(explains(result, "GFAR"));
  assert_false(explains(result, "PL-strict"));
  result->claims[0].why = "limits at 95 %: 1 % to 2 % (PL-strict)";
  assert_true(explains(result, "PL-strict"));
  static const char *const methods[] = {"wilson", "jeffreys", "mid-p", "wald", "wilson-dyadic", "cimat", "PL-strict"};
  for (size_t k = 0; k < sizeof methods / sizeof *methods; k++) {
    char corners[40];
    snprintf(corners, sizeof corners, "corners of %s", methods[k]);
    assert_false(explains(result, corners));
    for (size_t i = 0; i < 2; i++) {
      result->estimates[i].status = PLB_EST_OK;
      result->estimates[i].interval.exists = true;
      result->estimates[i].interval.method = i ? corners : methods[k];
    }
    assert_true(explains(result, methods[k]) && explains(result, corners));
    result->estimates[1].interval.method = "PL";
  }
  plb_result_free(result);
  result = sample_make(SAMPLE_SPARE);
  struct plb_term term;
  const struct plb_result *const only[] = {result};
  size_t next = 0;
  assert_true(plb_glossary(only, 1, PLB_DOCUMENT_TEXT, &next, &term));
  assert_string_equal(term.name, "completed");
  assert_false(plb_glossary(only, 1, PLB_DOCUMENT_TEXT, &next, &term));
  plb_result_free(result);
  result = sample_make(SAMPLE_GROUPS);
  static const char *const of_groups[] = {"largest / smallest", "Gini coefficient", "FDR", "p of no difference",
                                          "PL, MOVER for all pairs"};
  for (size_t k = 0; k < sizeof of_groups / sizeof *of_groups; k++)
    assert_true(explains(result, of_groups[k]));
  assert_false(explains(result, "GARBE"));
  plb_result_free(result);
}

/* A result whose estimates are made by hand, at one target. */
static struct plb_result *made(const struct plb_estimate *list, size_t count) {
  struct plb_result *result;
  assert_int_equal(plb_result_new(&result, NULL), PLB_OK);
  for (size_t k = 0; k < count; k++)
    assert_int_equal(plb_result_add_estimate(result, &list[k], NULL), PLB_OK);
  return result;
}

static void expect_limits(double threshold, double lower, double upper, const char *wanted) {
  struct plb_estimate e = {.metric = "FMR",
                           .has_threshold = true,
                           .threshold = threshold,
                           .target_metric = "FMR",
                           .target_at_most = 0.01,
                           .has_threshold_interval = true,
                           .threshold_interval = {lower, upper},
                           .has_counts = true,
                           .errors = 3,
                           .trials = 300};
  struct plb_result *result = made(&e, 1);
  struct plb_operating_point point;
  char text[PLB_WORDS];
  assert_true(plb_result_point(result, NULL, 0, &point));
  assert_int_equal(plb_word_threshold_limits(text, result, &point), strlen(wanted));
  assert_string_equal(text, wanted);
  plb_result_free(result);
}

static void test_threshold_limits(void **state) {
  (void)state;
  expect_limits(0.61249, 0.60853, 0.616, "0.60853 to 0.61600");
  expect_limits(0.61249123456, 0.59712345678, 0.62387654321, "0.5971 to 0.6239");
  expect_limits(3, 2.5, 3.25, "2.50 to 3.25");
  expect_limits(3, 2.5, 3, "2.5 to 3.0");
  expect_limits(68, 40, 77, "40 to 77");
  expect_limits(61234, 61200, 61300, "61200 to 61300");
  expect_limits(-1, -1.5, 0, "-1.50 to 0");
  expect_limits(-0.25, -0.375, -0.125, "-0.375 to -0.125");
  expect_limits(0.3, 0.3, 0.3, "0.3 to 0.3");
  expect_limits(1e300, 1e299, 2e300, "1e299 to 2e300");
  expect_limits(0.1, 0.1, 0.10000000000000003, "0.1 to 0.10000000000000003");
}

static void test_makings_grouped(void **state) {
  (void)state;
  const struct plb_interval dyads = {.exists = true, .level = 0.95, .method = "PL", .dependence = "dyadic"};
  struct plb_estimate list[] = {{.metric = "FMR", .interval = dyads},
                                {.metric = "FNMR", .interval = dyads},
                                {.metric = "FMR", .interval = dyads},
                                {.metric = "FNMR", .interval = dyads},
                                {.metric = "EER", .interval = dyads},
                                {.metric = "FTA", .interval = dyads},
                                {.metric = "DPRIME"}};
  list[0].interval.has_design_effect = list[2].interval.has_design_effect = true;
  list[0].interval.design_effect = 40;
  list[2].interval.design_effect = 1.5;
  list[1].interval.method = list[4].interval.method = "double-or-nothing";
  list[3].interval.method = "double-or-nothing or PL";
  list[5].interval.dependence = "person";
  struct plb_result *result = made(list, 7);
  const struct plb_estimate *all[7];
  char *text;
  for (size_t k = 0; k < 7; k++)
    all[k] = &result->estimates[k];
  assert_int_equal(plb_list_text(&text, plb_list_makings, result, all, 7, NULL), PLB_OK);
  assert_string_equal(text, "95 %, comparisons that share a person depend on each other: FMR by PL (design effect 1.5 "
                            "to 40); FNMR, EER by double-or-nothing; FNMR by double-or-nothing or PL;\n"
                            "95 %, trials of one person depend on each other: FTA by PL");
  free(text);
  assert_true(explains(result, "double-or-nothing") && explains(result, "double-or-nothing or PL"));
  assert_true(explains(result, "PL"));
  assert_false(explains(result, "corners of double-or-nothing") || explains(result, "limits of a threshold"));
  result->estimates[1].interval.method = result->estimates[4].interval.method = "corners of double-or-nothing";
  result->estimates[0].has_threshold = result->estimates[0].has_threshold_interval = true;
  assert_true(explains(result, "double-or-nothing") && explains(result, "corners of double-or-nothing"));
  assert_true(explains(result, "limits of a threshold"));
  assert_false(explains(result, "vertex-bootstrap") || explains(result, "shaded area"));
  plb_result_free(result);
}

static void test_verdicts(void **state) {
  (void)state;
  static const char *const names[] = {"Shown", "Not shown", "Refuted", ""};
  char meaning[PLB_REMARK];
  const char *name;
  struct plb_result *result = sample_make(SAMPLE_FULL);
  for (size_t i = 0; i < result->estimate_count; i++)
    result->estimates[i].interval.level = 0.95;
  for (size_t k = 0; k < 4; k++) {
    assert_true(plb_verdict(result, k, &name, meaning));
    assert_string_equal(name, names[k]);
  }
  assert_false(plb_verdict(result, 4, &name, meaning));
  assert_non_null(strstr(meaning, "by Holm's rule, each by limits at 95 % or more: "));
  assert_non_null(strstr(meaning, "at most 2.5 %"));
  assert_true(plb_word_together(meaning, result));
  assert_string_equal(meaning, "that all 3 claims hold: 1 of them shown, 1 refuted");
  size_t claims = result->claim_count;
  result->claim_count = 1;
  assert_false(plb_word_together(meaning, result));
  assert_true(plb_verdict(result, 1, &name, meaning));
  assert_non_null(strstr(meaning, "The claim is judged by one limit of a two-sided 95 % interval"));
  result->claim_count = claims;
  result->together.exists = false; /* a result of an older version */
  assert_false(plb_word_together(meaning, result));
  assert_true(plb_verdict(result, 3, &name, meaning));
  assert_non_null(strstr(meaning, "a two-sided 95 % interval, that is with a one-sided confidence of 97.5 %: "));
  assert_non_null(strstr(meaning, "at most 2.5 %"));
  assert_non_null(strstr(meaning, "wrong."));
  assert_true(explains(result, "not shown (a claim)"));
  result->estimates[0].interval.level = 0.9; /* no one level */
  result->test.has_people = false;
  assert_true(plb_verdict(result, 3, &name, meaning));
  assert_null(strstr(meaning, "97.5"));
  assert_non_null(strstr(meaning, "do not name people"));
  result->claim_count = 1;
  assert_true(plb_verdict(result, 1, &name, meaning));
  assert_string_equal(name, "");
  result->claim_count = 0;
  assert_false(plb_verdict(result, 0, &name, meaning));
  assert_false(explains(result, "not shown (a claim)"));
  plb_result_free(result);
}

static void test_words_of_documents(void **state) {
  (void)state;
  struct plb_result *result = sample_make(SAMPLE_FULL);
  const struct plb_result *const only[] = {result};
  struct plb_term term;
  static const char *const used[] = {"operating point", "probit axis", "completed", "kept"};
  for (size_t k = 0; k < sizeof used / sizeof *used; k++)
    assert_true(explains(result, used[k]));
  for (size_t next = 0; plb_glossary(only, 1, PLB_DOCUMENT_TEXT, &next, &term);) {
    assert_string_not_equal(term.name, "operating point");
    assert_string_not_equal(term.name, "probit axis");
  }
  result->estimates[0].note = "a line between two operating points";
  bool found = false;
  for (size_t next = 0; plb_glossary(only, 1, PLB_DOCUMENT_TEXT, &next, &term);)
    found = found || strcmp(term.name, "operating point") == 0;
  assert_true(found);
  plb_result_free(result);
}

static void test_eer_at(void **state) {
  (void)state;
  char text[PLB_REMARK], at[PLB_WORDS];
  struct plb_result *result = sample_make(SAMPLE_SPARE);
  struct plb_estimate e = {
      .metric = "EER", .has_value = true, .value = 0.1, .has_bracket = true, .has_threshold = true, .threshold = 1.5};
  plb_word_eer_at(at, result, &e);
  assert_string_equal(at, "at threshold 1.5");
  e.has_threshold = false;
  plb_word_bracket(text, result, &e);
  assert_non_null(strstr(text, "FMR and FNMR at an infinite threshold (a score there is infinite), where they"));
  e.has_bracket = false; /* on a line between two thresholds */
  assert_int_equal(plb_word_eer_at(at, result, &e), 0);
  plb_result_free(result);
}

/* FAR, FRR (prefix "F") or GFAR, GFRR ("GF") become something else. */
static void rename_metrics(struct plb_result *result, const char *prefix) {
  static const char *const ends[] = {"AR", "RR"};
  for (size_t i = 0; i < result->estimate_count; i++)
    for (size_t k = 0; k < 2; k++) {
      char name[8];
      snprintf(name, sizeof name, "%s%s", prefix, ends[k]);
      if (strcmp(result->estimates[i].metric, name) == 0)
        result->estimates[i].metric = "OTHER";
    }
}

static void test_failures(void **state) {
  (void)state;
  char text[PLB_REMARK];
  struct plb_test test = {.mated_trials = 516, .nonmated_trials = 266256};
  plb_word_failed(text, &test, false);
  assert_string_equal(text, "none in the data");
  test.failed_compare = 517;
  test.failed_acquire = 2;
  plb_word_failed(text, &test, false);
  assert_string_equal(text, "0 rows failed to enrol and 2 to acquire; 517 of 267,289 comparisons failed (0.1934 %)");
  struct plb_result *result = sample_make(SAMPLE_GIVEN);
  assert_int_equal(plb_word_absent(text, result, NULL), 0);
  rename_metrics(result, "GF");
  plb_word_absent(text, result, NULL);
  assert_string_equal(text, "GFAR and GFRR: the data record no failures to enrol");
  rename_metrics(result, "F");
  plb_word_absent(text, result, NULL);
  assert_non_null(strstr(text, "FAR, FRR, GFAR and GFRR: "));
  assert_int_equal(plb_word_absent(text, result, "another"), 0);
  plb_result_free(result);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_command),
      cmocka_unit_test(test_trials),
      cmocka_unit_test(test_worst_case),
      cmocka_unit_test(test_glossary),
      cmocka_unit_test(test_failures),
      cmocka_unit_test(test_verdicts),
      cmocka_unit_test(test_words_of_documents),
      cmocka_unit_test(test_eer_at),
      cmocka_unit_test(test_threshold_limits),
      cmocka_unit_test(test_makings_grouped),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

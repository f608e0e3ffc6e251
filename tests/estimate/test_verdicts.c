/* SPDX-License-Identifier: Apache-2.0
 *
 * Verdicts where a limit decides: claims that equal it to the last digit, limits of thresholds that the data chose, too
 * few replicates, decisions instead of scores. Claims judged together are in test_claims.c.
 */
#include "comparisons.h"
#include "simulated_test.h"

#include "estimate/study.h"
#include "result/result.h"

#define LEVEL 0.95

static plb_result *judge(plb_tally *tally, const char *const *claims, size_t count, const char *interval) {
  static const double target = 0.01;
  struct plb_options options;
  plb_result *result;
  plb_options_init(&options, sizeof options);
  options.claims = claims;
  options.claim_count = count;
  options.replicates = 100;
  options.interval = interval;
  options.fmr_targets = &target;
  options.fmr_target_count = 1;
  assert_int_equal(plb_verification(tally, &options, &result, NULL), PLB_OK);
  assert_int_equal(result->claim_count, count);
  return result;
}

static struct plb_claim judge_one(plb_tally *tally, const char *claim) {
  plb_result *result = judge(tally, &claim, 1, NULL);
  struct plb_claim judged = result->claims[0];
  judged.text = judged.why = NULL; /* the result's */
  static char verdict[16];
  snprintf(verdict, sizeof verdict, "%s", judged.verdict);
  judged.verdict = verdict;
  plb_result_free(result);
  return judged;
}

static const char *verdict_at(plb_tally *tally, const char *metric, double at_most, double threshold) {
  char claim[96];
  snprintf(claim, sizeof claim, "%s <= %.17g at threshold %.17g", metric, at_most, threshold);
  return judge_one(tally, claim).verdict;
}

/* At most: a limit that equals what is claimed shows it, and does not refute it. */
static void equal_to_a_limit(void **unused) {
  (void)unused;
  static const struct cell cell = {"", 40, 3, 0.06, 0.3, 3, 0};
  static const char *const metrics[] = {"FMR", "FNMR"};
  uint64_t state = 3;
  plb_tally *tally = simulate(&cell, &state);
  for (int k = 0; k < 2; k++) {
    char claim[64];
    snprintf(claim, sizeof claim, "%s <= 10%% at threshold 1.8", metrics[k]);
    struct plb_claim judged = judge_one(tally, claim);
    assert_true(judged.has_limits && judged.limits[0] > 0 && judged.limits[0] < judged.limits[1]);
    assert_string_equal(verdict_at(tally, metrics[k], judged.limits[1], 1.8), "shown");
    assert_string_equal(verdict_at(tally, metrics[k], nextafter(judged.limits[1], 0), 1.8), "not shown");
    assert_string_equal(verdict_at(tally, metrics[k], judged.limits[0], 1.8), "not shown");
    assert_string_equal(verdict_at(tally, metrics[k], nextafter(judged.limits[0], 0), 1.8), "refuted");
  }
  plb_tally_free(tally);
}

/* The limits of a rate at a threshold that the data chose contain both those of the same threshold given by hand and
 * those that are printed, whichever are wider: the former where mated scores hang on people most, the latter where the
 * threshold does. */
static void wider_of_both(void **unused) {
  (void)unused;
  static const struct cell cells[] = {{"", 50, 4, 0.12, 0.3, 3, 0}, {"", 40, 8, 0, 0.9, 3, 0}};
  uint64_t state = 4;
  unsigned by_hand = 0, drawn = 0;
  for (unsigned round = 0; round < 8; round++) {
    plb_tally *tally = simulate(&cells[round % 2], &state);
    const char *claim = "FNMR <= 1% at FMR 1%";
    char same[64];
    plb_result *result = judge(tally, &claim, 1, NULL);
    const struct plb_estimate *fnmr = plb_result_find(result, "FNMR", "FMR", 0.01);
    snprintf(same, sizeof same, "FNMR <= 1%% at threshold %.17g", fnmr->threshold);
    struct plb_claim given = judge_one(tally, same), chosen = result->claims[0];
    assert_true(chosen.limits[0] <= given.limits[0] && chosen.limits[1] >= given.limits[1]);
    assert_true(chosen.limits[0] <= fnmr->interval.lower && chosen.limits[1] >= fnmr->interval.upper);
    by_hand += given.limits[1] > fnmr->interval.upper;
    drawn += given.limits[1] < fnmr->interval.upper;
    plb_result_free(result);
    plb_tally_free(tally);
  }
  printf("# upper limits: %u by hand, %u printed ones are greater\n", by_hand, drawn);
  assert_true(by_hand && drawn);
}

/* Of 100 replicates 2.5 lie beyond each limit at 95 %, but 1.25 at 97.5 %, which two claims need. The delta method
 * needs none. */
static void too_few_replicates(void **unused) {
  (void)unused;
  static const struct cell cell = {"", 40, 3, 0.06, 0.3, 3, 0};
  static const char *const claims[] = {"FNMR <= 99% at FMR 1%", "FMR <= 0.01% at threshold 1"};
  uint64_t state = 5;
  plb_tally *tally = simulate(&cell, &state);
  plb_result *result = judge(tally, claims, 1, "double-or-nothing");
  assert_string_equal(result->claims[0].verdict, "shown");
  plb_result_free(result);
  result = judge(tally, claims, 2, NULL);
  assert_string_equal(result->claims[0].verdict, "shown");
  plb_result_free(result);
  result = judge(tally, claims, 2, "double-or-nothing");
  assert_string_equal(result->claims[0].verdict, "not shown");
  assert_non_null(strstr(result->claims[0].why, "than so few replicates allow (--replicates)"));
  assert_string_equal(result->claims[1].verdict, "refuted");
  plb_result_free(result);
  plb_tally_free(tally);
}

/* Every person five times with himself, decisions only; `others` of the 100 decisions are not like the rest. */
static plb_tally *decisions(uint32_t others, bool mostly_right) {
  plb_tally *tally = similarity_tally();
  char ids[20][8];
  for (uint32_t k = 0; k < 20; k++)
    snprintf(ids[k], sizeof ids[k], "p%u", k);
  for (uint32_t k = 0; k < 100; k++) {
    const struct plb_comparison mated = {(k * 7 % 100 < others) != mostly_right, true, ids[k % 20], ids[k % 20]},
                                nonmated = {0, false, ids[k % 20], ids[(k + 1 + k / 20) % 20]};
    assert_int_equal(plb_tally_add(tally, &mated, 1, NULL), PLB_OK);
    assert_int_equal(plb_tally_add(tally, &nonmated, 1, NULL), PLB_OK);
  }
  return tally;
}

/* Few errors, or few that are none, and no scores to borrow from: nothing tells how far trials repeat each other, and
 * a claim is judged by the worst case. With ten of each there is something. */
static void decisions_tell_little(void **unused) {
  (void)unused;
  const char *claim = "FNMR <= 50% at threshold 1";
  for (int mostly_right = 0; mostly_right < 2; mostly_right++)
    for (uint32_t others = 9; others <= 10; others++) {
      plb_tally *tally = decisions(others, mostly_right);
      static const double threshold = 1;
      struct plb_options options;
      plb_result *result;
      plb_options_init(&options, sizeof options);
      options.claims = &claim;
      options.claim_count = 1;
      options.interval = "pl-strict";
      options.fmr_target_count = 0;
      options.thresholds = &threshold;
      options.threshold_count = 1;
      assert_int_equal(plb_verification(tally, &options, &result, NULL), PLB_OK);
      const struct plb_estimate *fnmr = plb_result_find(result, "FNMR", NULL, 0);
      const struct plb_claim *judged = &result->claims[0];
      assert_int_equal(fnmr->errors, mostly_right ? others : 100 - others);
      assert_int_equal(strstr(judged->why, "worst case: too few errors") != NULL, others == 9);
      bool wider = judged->limits[0] < fnmr->interval.lower && judged->limits[1] > fnmr->interval.upper;
      assert_int_equal(wider, others == 9);
      plb_result_free(result);
      plb_tally_free(tally);
    }
}

static void check_claim(const char *text, double at_most, bool at_target, double where) {
  struct plb_claim_asked claim;
  bool has_where;
  assert_true(plb_claim_read(text, true, &claim, &has_where));
  assert_true(claim.at_most == at_most && claim.at_target == at_target && has_where && claim.where == where);
}

/* Percent is divided by in decimal: the double next to 0.0005, not that next to 0.05 / 100. */
static void numbers_in_claims(void **unused) {
  (void)unused;
  struct plb_claim_asked claim;
  bool has_where;
  check_claim("FNMR <= 0.05% at FMR 7%", 0.0005, true, 0.07);
  check_claim("FNMR <= 9e1% at FMR 1e-7%", 0.9, true, 1e-9);
  check_claim("FNMR <= 0.00001% at FMR 3E-06 %", 1e-7, true, 3e-8);
  check_claim("FMR<=1e-20 % at threshold 1e-3", 1e-22, false, 0.001);
  check_claim("fmr <= 0.5 at threshold -2.5", 0.5, false, -2.5);
  check_claim("FNMR <= 99 % at FMR 0", 0.99, true, 0);
  check_claim("FNMR <= 0 at threshold 40", 0, false, 40);
  static const char *const wrong[] = {
      "FMR <= 1 at threshold 2", "FMR <= 100% at threshold 2", "FMR <= -0.1 at threshold 2", "FNMR <= 1% at FMR 1.5",
      "FMR < 1% at threshold 2", "FMR <= 1% at threshold 2 3", "FMRX <= 1% at threshold 2"};
  for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++)
    assert_false(plb_claim_read(wrong[k], true, &claim, &has_where));
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(equal_to_a_limit), cmocka_unit_test(wider_of_both),
                                     cmocka_unit_test(too_few_replicates), cmocka_unit_test(decisions_tell_little),
                                     cmocka_unit_test(numbers_in_claims)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}

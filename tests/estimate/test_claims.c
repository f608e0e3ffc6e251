/* SPDX-License-Identifier: Apache-2.0
 *
 * Claims judged together against Holm's rule written from the textbook: the p-value of a claim is found by asking
 * for it alone at level after level, then the p-values are sorted. And thresholds that come from another result
 * against plain counting.
 */
#include "check.h"

#include "interval/binomial.h"
#include "result/result.h"

#define MOST 12

struct setting {
  uint64_t seed;
  size_t rows;
  uint32_t people; /* 0: the data do not name them */
  bool distances;
  double lift; /* of the mated scores */
};

/* Scores of random pairs of people, some of whom score high with everybody. */
static plb_tally *make_tally(const struct setting *setting) {
  struct plb_input input;
  struct plb_error err = {0};
  plb_tally *tally;
  uint64_t seed = setting->seed;
  plb_input_init(&input, sizeof input);
  input.direction = setting->distances ? PLB_DISSIMILARITY : PLB_SIMILARITY;
  assert_int_equal(plb_tally_new(&input, &tally, &err), PLB_OK);
  uint32_t people = setting->people ? setting->people : 1000;
  for (size_t r = 0; r < setting->rows; r++) {
    uint32_t a = draw_below(&seed, people), b = draw_below(&seed, 3) ? draw_below(&seed, people) : a;
    double score = draw_below(&seed, 1000) / 100.0 + (a % 9 == 0) + (b % 9 == 0) + (a == b ? setting->lift : 0);
    char first[16], second[16];
    snprintf(first, sizeof first, "p%u", a);
    snprintf(second, sizeof second, "p%u", b);
    struct plb_comparison row = {.score = setting->distances ? -score : score,
                                 .mated = a == b,
                                 .reference = setting->people ? first : NULL,
                                 .probe = setting->people ? second : NULL};
    assert_int_equal(plb_tally_add(tally, &row, 1, &err), PLB_OK);
  }
  return tally;
}

static plb_status judge(const struct setting *setting, struct plb_options *options, plb_result **result,
                        struct plb_error *err) {
  plb_tally *tally = make_tally(setting);
  plb_status status = plb_verification(tally, options, result, err);
  plb_tally_free(tally);
  return status;
}

static struct plb_options options_of(const char *const *claims, size_t count, double level) {
  static const double target = 0.05;
  struct plb_options options;
  plb_options_init(&options, sizeof options);
  options.fmr_targets = &target;
  options.fmr_target_count = 1;
  options.claims = claims;
  options.claim_count = count;
  options.level = level;
  return options;
}

static const char *verdict_alone(plb_tally *tally, const char *claim, double level, char verdict[16]) {
  struct plb_options options = options_of(&claim, 1, level);
  options.fmr_target_count = 0;
  options.replicates = strstr(claim, "at FMR") ? 1000 : 100;
  plb_result *result;
  assert_int_equal(plb_verification(tally, &options, &result, NULL), PLB_OK);
  assert_int_equal(result->claim_count, 1);
  snprintf(verdict, 16, "%s", result->claims[0].verdict);
  plb_result_free(result);
  return verdict;
}

/* The smallest two-sided 1 - level at which the claim alone gets this verdict; 1 where it never does. */
static double p_value(plb_tally *tally, const char *claim, const char *wanted) {
  char verdict[16];
  double low = 1e-9, high = 0.5;
  if (strcmp(verdict_alone(tally, claim, 1 - high, verdict), wanted) != 0)
    return 1;
  for (int step = 0; step < 40 && high / low > 1 + 1e-3; step++) {
    double middle = sqrt(low * high);
    if (strcmp(verdict_alone(tally, claim, 1 - middle, verdict), wanted) == 0)
      high = middle;
    else
      low = middle;
  }
  return high;
}

/* Holm: in order of p, rejected while p <= alpha / (those left). */
static void holm(const double *p, size_t count, double alpha, bool *rejected) {
  bool seen[MOST] = {false};
  memset(rejected, 0, count * sizeof *rejected);
  for (size_t left = count; left > 0; left--) {
    size_t least = count;
    for (size_t i = 0; i < count; i++)
      if (!seen[i] && (least == count || p[i] < p[least]))
        least = i;
    if (p[least] > alpha / (double)left)
      return;
    seen[least] = rejected[least] = true;
  }
}

static size_t check_holm(const struct setting *setting, const char *const *claims, size_t count, double level) {
  struct plb_options options = options_of(claims, count, level);
  double shown[MOST], refuted[MOST];
  bool is_shown[MOST], is_refuted[MOST];
  plb_tally *tally = make_tally(setting);
  plb_result *result;
  assert_int_equal(plb_verification(tally, &options, &result, NULL), PLB_OK);
  assert_int_equal(result->claim_count, count);
  assert_true(result->together.exists && result->together.level == level);
  for (size_t i = 0; i < count; i++) {
    shown[i] = p_value(tally, claims[i], "shown");
    refuted[i] = p_value(tally, claims[i], "refuted");
  }
  holm(shown, count, 1 - level, is_shown);
  holm(refuted, count, 1 - level, is_refuted);
  size_t open = 0;
  for (size_t i = 0; i < count; i++) {
    const struct plb_claim *claim = &result->claims[i];
    assert_false(is_shown[i] && is_refuted[i]);
    assert_string_equal(claim->verdict, is_shown[i] ? "shown" : is_refuted[i] ? "refuted" : "not shown");
    assert_true(claim->has_limits && claim->level >= level - 1e-12 && claim->level < 1);
    open += !is_shown[i] && !is_refuted[i] && (shown[i] <= 1 - level || refuted[i] <= 1 - level);
  }
  plb_result_free(result);
  plb_tally_free(tally);
  return open;
}

/* Claims are put close to the limits, so that the number of them decides; some must be lost to it. */
static void test_holm(void **state) {
  (void)state;
  static const char *const claims[] = {
      "FMR <= 4.2% at threshold 10",  "FMR <= 3.8% at threshold 10", "FNMR <= 30% at threshold 7",
      "FMR <= 0.66% at threshold 11", "FMR <= 12% at threshold 9",   "FNMR <= 12% at threshold 6",
      "FNMR <= 20% at FMR 5%",        "FMR <= 7% at threshold 9.5",  "FMR <= 90% at threshold 3"};
  size_t lost = 0;
  for (uint64_t seed = 1; seed <= 2; seed++) {
    struct setting setting = {.seed = seed * 77, .rows = 2500, .people = 60, .lift = 4};
    if (seed == 1)
      lost += check_holm(&setting, claims, 9, 0.95);
    lost += check_holm(&setting, claims + seed, 4, 0.9);
  }
  assert_in_range(lost, 1, 17);
}

/* The limits of a claim that stays open never say otherwise than its verdict. */
static void test_limits_agree(void **state) {
  (void)state;
  char texts[MOST][48];
  const char *claims[MOST];
  for (size_t i = 0; i < MOST; i++)
    claims[i] = texts[i];
  for (uint64_t seed = 1; seed <= 40; seed++) {
    struct setting setting = {.seed = seed, .rows = 600, .people = 40, .lift = 4};
    uint64_t state2 = seed + 1000;
    double at_most[MOST];
    for (size_t i = 0; i < MOST; i++) {
      at_most[i] = (1 + draw_below(&state2, 300)) / 1000.0;
      snprintf(texts[i], sizeof texts[i], "FMR <= %g at threshold %g", at_most[i], 8 + draw_below(&state2, 30) / 10.0);
    }
    struct plb_options options = options_of(claims, MOST, 0.9);
    plb_result *result;
    assert_int_equal(judge(&setting, &options, &result, NULL), PLB_OK);
    for (size_t i = 0; i < result->claim_count && result->claim_count == MOST; i++) {
      const struct plb_claim *claim = &result->claims[i];
      const char *says = claim->limits[1] <= at_most[i]  ? "shown"
                         : claim->limits[0] > at_most[i] ? "refuted"
                                                         : "not shown";
      assert_string_equal(claim->verdict, says);
    }
    plb_result_free(result);
  }
}

static void test_same_claim_once(void **state) {
  (void)state;
  static const char *const claims[] = {"FMR <= 5% at threshold 10", "fmr<=0.05 at threshold 10.0",
                                       "FMR <= 5% at threshold 10", "FMR <= 5% at threshold 10.5"};
  struct setting setting = {.seed = 5, .rows = 2000, .people = 60, .lift = 4};
  struct plb_options options = options_of(claims, 3, 0.95);
  plb_result *result;
  assert_int_equal(judge(&setting, &options, &result, NULL), PLB_OK);
  assert_int_equal(result->claim_count, 1);
  assert_non_null(strstr(result->claims[0].why, ", limits at 95 %: "));
  plb_result_free(result);
  options.claim_count = 4;
  assert_int_equal(judge(&setting, &options, &result, NULL), PLB_OK);
  assert_int_equal(result->claim_count, 2);
  assert_non_null(strstr(result->claims[0].why, "one of 2 claims judged together"));
  plb_result_free(result);
}

/* Beyond the highest level that can be told from 1 nothing is decided; at it, it is. */
static void test_highest_level(void **state) {
  (void)state;
  static const char *const claims[] = {"FMR <= 99% at threshold 12", "FMR <= 98% at threshold 12"};
  struct setting setting = {.seed = 5, .rows = 2000, .people = 60, .lift = 4};
  struct plb_options options = options_of(claims, 1, 0.999999999);
  plb_result *result;
  assert_int_equal(judge(&setting, &options, &result, NULL), PLB_OK);
  assert_string_equal(result->claims[0].verdict, "shown");
  plb_result_free(result);
  options.claim_count = 2;
  assert_int_equal(judge(&setting, &options, &result, NULL), PLB_OK);
  for (size_t i = 0; i < 2; i++) {
    assert_string_equal(result->claims[i].verdict, "not shown");
    assert_non_null(strstr(result->claims[i].why, "nearer to certainty than can be computed"));
  }
  plb_result_free(result);
}

/* Nobody knows whose the trials are: no verdict, either way, but by declaration, and then the exact binomial one. */
static void test_people_unknown(void **state) {
  (void)state;
  static const char *const claims[] = {"FMR <= 90% at threshold 11", "FMR <= 0.001% at threshold 8"};
  struct setting setting = {.seed = 9, .rows = 3000, .people = 0, .lift = 4};
  struct plb_options options = options_of(claims, 2, 0.95);
  struct plb_error err = {0};
  plb_result *result;
  assert_int_equal(judge(&setting, &options, &result, &err), PLB_OK);
  for (size_t i = 0; i < 2; i++) {
    assert_string_equal(result->claims[i].verdict, "not shown");
    assert_non_null(strstr(result->claims[i].why, "do not name people"));
  }
  plb_result_free(result);
  options.independent_trials = true;
  assert_int_equal(judge(&setting, &options, &result, &err), PLB_OK);
  assert_string_equal(result->claims[0].verdict, "shown");
  assert_string_equal(result->claims[1].verdict, "refuted");
  const double at = 11;
  options.thresholds = &at;
  options.threshold_count = 1;
  plb_result_free(result);
  assert_int_equal(judge(&setting, &options, &result, &err), PLB_OK);
  const struct plb_estimate *fmr = plb_result_find(result, "FMR", NULL, 0);
  struct plb_limits exact = plb_clopper_pearson((double)fmr->errors, (double)fmr->trials, 0.975);
  assert_close(result->claims[0].limits[0], exact.lower, 1e-12);
  assert_close(result->claims[0].limits[1], exact.upper, 1e-12);
  plb_result_free(result);
  setting.people = 60;
  assert_int_equal(judge(&setting, &options, &result, &err), PLB_USAGE);
  assert_non_null(strstr(err.message, "this data names them"));
}

/* ---- thresholds from another result ------------------------------------------------------------- */

static plb_result *development(bool distances) {
  static const double targets[] = {0.05, 0.01, 1e-6};
  struct setting setting = {.seed = 3, .rows = 2500, .people = 50, .distances = distances, .lift = 4};
  struct plb_options options = options_of(NULL, 0, 0.95);
  plb_result *result;
  options.fmr_targets = targets;
  options.fmr_target_count = 3;
  assert_int_equal(judge(&setting, &options, &result, NULL), PLB_OK);
  result->file = "dev.json";
  return result;
}

/* Fixed at what the other data set, each rate is that of the same threshold given by hand. */
static void check_preset(bool distances) {
  plb_result *from = development(distances), *result, *given;
  struct setting setting = {.seed = 44, .rows = 2600, .people = 60, .distances = distances, .lift = 4};
  struct plb_options options;
  plb_options_init(&options, sizeof options);
  options.threshold_from = from;
  assert_int_equal(judge(&setting, &options, &result, NULL), PLB_OK);
  size_t found = 0;
  for (size_t i = 0; i < result->estimate_count; i++) {
    const struct plb_estimate *e = &result->estimates[i];
    assert_null(e->target_metric);
    if (!e->origin.source)
      continue;
    found++;
    assert_string_equal(e->origin.source, "dev.json");
    const struct plb_estimate *set = plb_result_find(from, "FMR", "FMR", e->origin.at_most);
    assert_true(e->threshold == set->threshold);
    struct plb_options by_hand = options;
    by_hand.threshold_from = NULL;
    by_hand.thresholds = &set->threshold;
    by_hand.threshold_count = 1;
    assert_int_equal(judge(&setting, &by_hand, &given, NULL), PLB_OK);
    const struct plb_estimate *same = plb_result_find(given, e->metric, NULL, 0);
    assert_true(same->threshold == e->threshold && same->errors == e->errors && same->trials == e->trials);
    assert_true(same->interval.lower == e->interval.lower && same->interval.upper == e->interval.upper);
    plb_result_free(given);
    assert_int_equal(e->origin.has_ratio, strcmp(e->metric, "FMR") == 0);
    if (!e->origin.has_ratio)
      continue;
    assert_close(e->origin.ratio, (double)e->errors / (double)e->trials / e->origin.at_most, 1e-14);
    assert_string_equal(e->origin.outcome, e->interval.upper <= e->origin.at_most  ? "kept"
                                           : e->interval.lower > e->origin.at_most ? "missed"
                                                                                   : "open");
  }
  assert_int_equal(found, 4); /* the third target was beyond the other data */
  plb_result_free(result);
  plb_result_free(from);
}

static void test_preset(void **state) {
  (void)state;
  check_preset(false);
  check_preset(true);
}

/* A claim at a target is about the threshold of the other data, and has the verdict of that threshold by hand. */
static void test_preset_claims(void **state) {
  (void)state;
  static const char *const claims[] = {"FMR <= 6% at FMR 5%", "FNMR <= 40% at FMR 1%", "FMR <= 1% at FMR 1%"};
  char texts[3][64];
  const char *by_hand[3] = {texts[0], texts[1], texts[2]};
  plb_result *from = development(false), *result, *given;
  struct setting setting = {.seed = 44, .rows = 2600, .people = 60, .lift = 4};
  struct plb_options options = options_of(claims, 3, 0.95), other = options_of(by_hand, 3, 0.95);
  for (size_t i = 0; i < 3; i++)
    snprintf(texts[i], sizeof texts[i], "%.*s at threshold %.17g", (int)(strstr(claims[i], " at ") - claims[i]),
             claims[i], plb_result_find(from, "FMR", "FMR", i ? 0.01 : 0.05)->threshold);
  options.threshold_from = from;
  assert_int_equal(judge(&setting, &options, &result, NULL), PLB_OK);
  assert_int_equal(judge(&setting, &other, &given, NULL), PLB_OK);
  for (size_t i = 0; i < 3; i++) {
    assert_string_equal(result->claims[i].verdict, given->claims[i].verdict);
    assert_memory_equal(result->claims[i].limits, given->claims[i].limits, sizeof given->claims[i].limits);
    assert_non_null(strstr(result->claims[i].why, "on dev.json"));
    assert_null(strstr(result->claims[i].why, "same data"));
    assert_non_null(strstr(result->claims[i].text, i ? "% at the threshold set for FMR <= 1% on dev.json"
                                                     : "% at the threshold set for FMR <= 5% on dev.json"));
  }
  plb_result_free(result);
  plb_result_free(given);
  plb_result_free(from);
}

/* The result of these same data, whatever file they came from: a tally that was filled by hand has no digest. */
static void test_preset_same_data(void **state) {
  (void)state;
  plb_result *from = development(false), *result;
  struct setting setting = {.seed = 3, .rows = 2500, .people = 50, .lift = 4};
  struct plb_options options = options_of(NULL, 0, 0.95);
  struct plb_error err = {0};
  options.threshold_from = from;
  assert_int_equal(from->provenance.input_count, 0);
  assert_int_equal(judge(&setting, &options, &result, &err), PLB_DATA);
  assert_non_null(strstr(err.message, "dev.json was measured on this same data, perhaps under other bytes or ids"));
  for (size_t i = 0; i < from->estimate_count; i++)
    if (strcmp(from->estimates[i].metric, "DPRIME") == 0)
      from->estimates[i].value *= 1 + 1e-4;
  assert_int_equal(judge(&setting, &options, &result, &err), PLB_OK);
  size_t warned = 0, careful = 0;
  for (size_t i = 0; i < result->statement_count; i++) {
    warned += strstr(result->statements[i], "make sure that it is not a result of these same data") != NULL;
    careful += strstr(result->statements[i], "Nobody can see here whether the same people") != NULL;
    assert_null(strstr(result->statements[i], "set on other data"));
  }
  assert_int_equal(warned, 1);
  assert_int_equal(careful, 1);
  plb_result_free(result);
  for (size_t i = 0; i < from->estimate_count; i++) /* one count that differs is another test */
    from->estimates[i].trials += strcmp(from->estimates[i].metric, "FNMR") == 0;
  assert_int_equal(judge(&setting, &options, &result, &err), PLB_OK);
  for (size_t i = 0; i < result->statement_count; i++)
    assert_null(strstr(result->statements[i], "make sure that"));
  plb_result_free(result);
  plb_result_free(from);
}

/* Of few errors PL's upper limit lies above that of its strict shape: no claim is shown beside a printed interval that
 * goes beyond it. */
static void test_never_narrower(void **state) {
  (void)state;
  static const char *const claims[] = {"FMR <= 5%"};
  static const double at = 12.5;
  struct plb_options options = options_of(claims, 1, 0.95);
  size_t flawless = 0;
  options.fmr_target_count = 0;
  options.thresholds = &at;
  options.threshold_count = 1;
  for (uint64_t seed = 1; seed <= 8; seed++) {
    struct setting setting = {.seed = seed, .rows = 900, .people = 60, .lift = 4};
    plb_result *result;
    assert_int_equal(judge(&setting, &options, &result, NULL), PLB_OK);
    const struct plb_estimate *fmr = plb_result_find(result, "FMR", NULL, 0);
    flawless += !fmr->errors;
    assert_string_equal(result->claims[0].text, "FMR <= 5% at threshold 12.5");
    assert_true(result->claims[0].limits[1] >= fmr->interval.upper);
    assert_true(result->claims[0].limits[0] <= fmr->interval.lower);
    plb_result_free(result);
  }
  assert_true(flawless > 0);
}

static void refused(const struct setting *setting, const struct plb_options *options, plb_status status,
                    const char *words) {
  struct plb_error err = {0};
  struct plb_options copy = *options;
  plb_result *result;
  assert_int_equal(judge(setting, &copy, &result, &err), status);
  if (!strstr(err.message, words))
    fail_msg("\"%s\" does not say \"%s\"", err.message, words);
  assert_null(result);
}

static void test_preset_refused(void **state) {
  (void)state;
  const char *claim = "FNMR <= 40% at FMR 2%", *circular = "FMR <= 40% at FMR 5%";
  plb_result *from = development(false);
  struct setting setting = {.seed = 44, .rows = 2600, .people = 60, .distances = true, .lift = 4};
  struct plb_options options = options_of(NULL, 0, 0.95);
  options.threshold_from = from;
  refused(&setting, &options, PLB_DATA, "dev.json: its scores are similarities, those measured here distances");
  setting.distances = false;
  options.claims = &claim;
  options.claim_count = 1;
  refused(&setting, &options, PLB_USAGE,
          "dev.json has no threshold that meets this FMR target; it has 1 in 20, 1 in 100");
  options.threshold_from = NULL;
  options.claims = &circular;
  refused(&setting, &options, PLB_USAGE, "from the result of other data (--threshold-from)");
  options.threshold_from = from;
  options.claim_count = 0;
  for (size_t i = 0; i < from->estimate_count; i++)
    from->estimates[i].system = "door";
  refused(&setting, &options, PLB_DATA, "dev.json has thresholds for these systems: \"door\"; none for one without");
  from->test.direction = NULL;
  refused(&setting, &options, PLB_DATA, "of unknown direction");
  from->test.direction = "similarity";
  for (size_t i = 0; i < from->estimate_count; i++)
    from->estimates[i].errors = from->estimates[i].trials;
  refused(&setting, &options, PLB_DATA, "none of its thresholds meets its FMR target");
  from->estimate_count = 0;
  refused(&setting, &options, PLB_DATA, "has no threshold that was set for an FMR target");
  plb_result_free(from);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_holm),
      cmocka_unit_test(test_limits_agree),
      cmocka_unit_test(test_same_claim_once),
      cmocka_unit_test(test_highest_level),
      cmocka_unit_test(test_people_unknown),
      cmocka_unit_test(test_preset),
      cmocka_unit_test(test_preset_claims),
      cmocka_unit_test(test_preset_same_data),
      cmocka_unit_test(test_never_narrower),
      cmocka_unit_test(test_preset_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

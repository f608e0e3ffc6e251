/* SPDX-License-Identifier: Apache-2.0
 *
 * --interval on the whole way from comparisons to estimates: the limits against full matrices of pairs, with errors
 * that are kept one by one and errors by the thousand; what a result calls them; what it says beside them; and who is
 * refused.
 */
#include "check.h"

#include "interval/method.h"
#include "plumbline.h"

#define PEOPLE 24
#define MOST 9000

static struct plb_comparison rows[MOST];
static char ids[PEOPLE][8];

/* People of differing proneness, unbalanced, pairs in both directions. */
static void fill(size_t count, uint64_t seed, bool people) {
  for (int i = 0; i < PEOPLE; i++)
    snprintf(ids[i], sizeof ids[i], "p%d", i);
  for (size_t r = 0; r < count; r++) {
    uint32_t a = draw_below(&seed, 1 + draw_below(&seed, PEOPLE)), b = draw_below(&seed, PEOPLE);
    if (draw_below(&seed, 12) == 0)
      b = a;
    double score = draw_below(&seed, 1000) + 12.0 * (a + b) + (a == b ? 500 : 0);
    rows[r] = (struct plb_comparison){score, a == b, people ? ids[a] : NULL, people ? ids[b] : NULL};
  }
}

static plb_status measure(size_t count, const char *interval, const double *thresholds, size_t threshold_count,
                          const char *claim, plb_result **result, struct plb_error *err) {
  struct plb_input input;
  struct plb_options options;
  plb_tally *tally;
  plb_input_init(&input, sizeof input);
  plb_options_init(&options, sizeof options);
  input.direction = PLB_SIMILARITY;
  options.thresholds = thresholds;
  options.threshold_count = threshold_count;
  options.fmr_target_count = 0;
  options.interval = interval;
  options.claims = &claim;
  options.claim_count = claim ? 1 : 0;
  assert_int_equal(plb_tally_new(&input, &tally, err), PLB_OK);
  assert_int_equal(plb_tally_add(tally, rows, count, err), PLB_OK);
  plb_status status = plb_verification(tally, &options, result, err);
  plb_tally_free(tally);
  return status;
}

/* Trials and errors of each pair in both orders; mated ones on the diagonal. */
struct matrices {
  double n[PEOPLE][PEOPLE], y[PEOPLE][PEOPLE], trials, errors;
};

static struct matrices matrices_of(size_t count, bool mated, double threshold) {
  struct matrices m = {0};
  for (size_t r = 0; r < count; r++) {
    int a = atoi(rows[r].reference + 1), b = atoi(rows[r].probe + 1);
    bool error = mated ? rows[r].score < threshold : rows[r].score >= threshold;
    if (rows[r].mated != mated)
      continue;
    m.trials++;
    m.errors += error;
    m.n[a][b]++;
    m.y[a][b] += error;
    if (!mated) {
      m.n[b][a]++;
      m.y[b][a] += error;
    }
  }
  return m;
}

/* Of the published construction (methods B.5), over that of independent trials. */
static double plug_in_effect(const struct matrices *m, bool mated) {
  double p = m->errors / m->trials, squares = 0, products = 0;
  for (int i = 0; i < PEOPLE; i++)
    for (int j = 0; j < PEOPLE; j++) {
      double one = m->y[i][j] - p * m->n[i][j];
      squares += one * one;
      for (int k = 0; k < PEOPLE && !mated; k++)
        products += k == j ? 0 : one * (m->y[i][k] - p * m->n[i][k]);
    }
  double variance = mated ? squares : (2 * squares + 4 * fmax(products, 0)) / 4;
  return p > 0 && p < 1 ? variance / (m->errors * (1 - p)) : 1;
}

/* Of the jackknife form (B.3, B.4). */
static double own_effect(const struct matrices *m, bool mated) {
  double p = m->errors / m->trials, people = 0, sum = 0, pairs = 0, g[PEOPLE] = {0};
  for (int i = 0; i < PEOPLE; i++) {
    double trials = 0;
    for (int j = 0; j < PEOPLE; j++)
      trials += m->n[i][j];
    people += trials > 0;
    g[i] = 1 / fmax(1 - trials / m->trials, 0.1);
  }
  for (int i = 0; i < PEOPLE; i++) {
    double residual = 0;
    for (int j = 0; j < PEOPLE; j++) {
      double one = m->y[i][j] - p * m->n[i][j];
      residual += one;
      pairs += i < j ? g[i] * g[j] * one * one : 0;
    }
    sum += g[i] * g[i] * residual * residual;
  }
  double c = mated ? (people - 1) / people : (people - 1) * (people - 2) / (people * (people - 3));
  double variance = c * (sum - (mated ? 0 : pairs));
  return p > 0 && p < 1 ? fmax(1, variance / (m->errors * (1 - p))) : 1;
}

static void check_estimate(const struct plb_estimate *e, size_t count, enum plb_method method) {
  bool mated = strcmp(e->metric, "FNMR") == 0;
  struct matrices m = matrices_of(count, mated, e->threshold);
  assert_true((double)e->errors == m.errors && (double)e->trials == m.trials);
  const struct plb_interval *interval = &e->interval;
  bool blind = !plb_method_entry(method)->people;
  double effect = method == PLB_METHOD_CIMAT           ? plug_in_effect(&m, mated)
                  : method == PLB_METHOD_WILSON_DYADIC ? own_effect(&m, mated)
                                                       : 1;
  enum plb_method shape = blind ? method : PLB_METHOD_WILSON;
  struct plb_limits limits = plb_method_independent(shape, m.errors / effect, m.trials / effect, 0.95);
  if (method == PLB_METHOD_CIMAT && m.errors == 1)
    limits.lower = -log(0.95) / m.trials;
  assert_close(interval->lower, limits.lower, 1e-9);
  assert_close(interval->upper, limits.upper, 1e-9);
  assert_string_equal(interval->method, plb_method_entry(method)->shown);
  assert_true(interval->has_design_effect == !blind && !interval->has_df);
  if (!blind)
    assert_close(interval->design_effect, effect, 1e-9);
  blind |= m.errors == 0 || m.errors == m.trials;
  assert_string_equal(interval->dependence, blind ? "independent" : mated ? "person" : "dyadic");
  bool flat = interval->lower == interval->upper;
  if (blind)
    assert_non_null(strstr(e->note, flat ? "without any width" : "too narrow"));
}

static void limits_equal_matrices(void **unused) {
  (void)unused;
  static const double thresholds[] = {300, 500, 900, 1320, 1460, 3000};
  for (int k = 0; k < 2; k++) {
    size_t count = k ? 1200 : MOST; /* at 300 and 500 more errors than are kept one by one */
    fill(count, 5, true);
    for (int method = PLB_METHOD_WILSON; method < PLB_METHOD_VERTEX_BOOTSTRAP; method++) {
      plb_result *result;
      const char *name = plb_method_entry((enum plb_method)method)->name;
      assert_int_equal(measure(count, name, thresholds, 6, NULL, &result, NULL), PLB_OK);
      size_t many = 0;
      for (size_t i = 0; i < 12; i++) {
        const struct plb_estimate *e = plb_result_get(result, i);
        check_estimate(e, count, (enum plb_method)method);
        many += strcmp(e->metric, "FMR") == 0 && e->errors > 3000;
      }
      assert_true(k || many >= 2);
      plb_result_free(result);
    }
  }
}

/* NULL and "pl" are one thing; "pl-strict" has the limits that claims are judged by. */
static void own_names(void **unused) {
  (void)unused;
  static const double threshold = 1320;
  plb_result *result[3];
  fill(3000, 6, true);
  static const char *const names[] = {NULL, "pl", "pl-strict"};
  for (int k = 0; k < 3; k++)
    assert_int_equal(measure(3000, names[k], &threshold, 1, NULL, &result[k], NULL), PLB_OK);
  for (size_t i = 0; i < 2; i++) {
    const struct plb_estimate *null = plb_result_get(result[0], i), *pl = plb_result_get(result[1], i);
    const struct plb_estimate *strict = plb_result_get(result[2], i);
    assert_true(null->interval.lower == pl->interval.lower && null->interval.upper == pl->interval.upper);
    assert_string_equal(null->interval.method, "PL");
    assert_string_equal(pl->interval.method, "PL");
    assert_string_equal(strict->interval.method, "PL-strict");
    assert_true(strict->interval.lower < pl->interval.lower && strict->interval.upper > 0);
    assert_true(strict->interval.design_effect == pl->interval.design_effect);
  }
  for (int k = 0; k < 3; k++)
    plb_result_free(result[k]);
}

/* A claim that Wilson's limit would show is judged by PL-strict all the same. */
static void claims_stay_strict(void **unused) {
  (void)unused;
  static const double threshold = 1320;
  plb_result *result;
  size_t shown;
  char claim[60];
  fill(3000, 6, true);
  assert_int_equal(measure(3000, "wilson", &threshold, 1, NULL, &result, NULL), PLB_OK);
  double upper = plb_result_get(result, 0)->interval.upper;
  plb_result_free(result);
  snprintf(claim, sizeof claim, "FMR <= %.9f", 1.001 * upper);
  for (int method = 0; method < PLB_METHODS; method++) {
    const char *name = plb_method_entry((enum plb_method)method)->name;
    assert_int_equal(measure(3000, name, &threshold, 1, claim, &result, NULL), PLB_OK);
    assert_int_equal(plb_result_claims(result, &shown), 1);
    assert_int_equal(shown, 0);
    plb_result_free(result);
  }
}

/* Nobody knows who took part: binomial shapes alone, and no other in their place. */
static void people_unknown(void **unused) {
  (void)unused;
  static const double threshold = 1320;
  plb_result *result;
  struct plb_error err = {0};
  fill(3000, 7, false);
  for (int m = 0; m < PLB_METHODS; m++) {
    enum plb_method method = (enum plb_method)m;
    const struct plb_method_entry *entry = plb_method_entry(method);
    plb_status status = measure(3000, entry->name, &threshold, 1, NULL, &result, &err);
    if (entry->people && !plb_method_is_pl(method)) {
      assert_int_equal(status, PLB_USAGE);
      assert_null(result);
      assert_non_null(strstr(err.message, "expected wilson, clopper-pearson"));
      continue;
    }
    assert_int_equal(status, PLB_OK);
    const struct plb_estimate *e = plb_result_get(result, 0);
    enum plb_method shape = plb_method_is_pl(method) ? PLB_METHOD_CLOPPER_PEARSON : method;
    struct plb_limits want = plb_method_independent(shape, (double)e->errors, (double)e->trials, 0.95);
    assert_true(e->interval.lower == want.lower && e->interval.upper == want.upper);
    assert_string_equal(e->interval.method, plb_method_entry(shape)->shown);
    assert_string_equal(e->interval.dependence, "independent");
    assert_non_null(strstr(e->note, "people unknown"));
    plb_result_free(result);
  }
}

/* Everybody in one trial of their own: to take trials as independent is right, and nothing is said against it. */
static void nobody_comes_again(void **unused) {
  (void)unused;
  static const double threshold = 5;
  plb_result *result;
  for (int i = 0; i < PEOPLE; i++) {
    snprintf(ids[i], sizeof ids[i], "p%d", i);
    rows[i] = (struct plb_comparison){i, true, ids[i], ids[i]};
  }
  assert_int_equal(measure(PEOPLE, "jeffreys", &threshold, 1, NULL, &result, NULL), PLB_OK);
  const struct plb_estimate *e = plb_result_find(result, "FNMR", NULL, 0);
  assert_string_equal(e->interval.method, "jeffreys");
  assert_null(e->note);
  plb_result_free(result);
}

/* Three people have no variance of a rate between them: the worst case, by its name, and the reason. */
static void three_people(void **unused) {
  (void)unused;
  static const double threshold = 2;
  plb_result *result;
  for (int i = 0; i < 9; i++)
    rows[i] = (struct plb_comparison){i % 4, i / 3 == i % 3, ids[i / 3], ids[i % 3]};
  assert_int_equal(measure(9, "wilson-dyadic", &threshold, 1, NULL, &result, NULL), PLB_OK);
  const struct plb_estimate *e = plb_result_find(result, "FMR", NULL, 0);
  assert_int_equal(e->status, PLB_EST_UNSUPPORTED);
  assert_string_equal(e->interval.method, "worst case");
  assert_true(e->interval.upper == e->interval.worst_case[1] && e->interval.upper > 0.9);
  assert_non_null(strstr(e->note, "wilson-dyadic needs a variance"));
  e = plb_result_find(result, "FNMR", NULL, 0);
  assert_true(e->status == PLB_EST_UNSUPPORTED && e->interval.has_worst_case);
  assert_string_equal(e->interval.method, "wilson-dyadic");
  assert_non_null(strstr(e->note, "the worst case stands beside the limits"));
  plb_result_free(result);
}

/* Six probes and eighteen references: at most five degrees of freedom; one comparison the other way round, and nobody
 * can tell two groups apart. */
static void two_groups(void **unused) {
  (void)unused;
  static const double threshold = 700;
  uint64_t seed = 9;
  double df[2];
  for (int turned = 0; turned < 2; turned++) {
    plb_result *result;
    size_t count = 0;
    for (int r = 0; r < 6 * 18 * 5; r++, count++) {
      int a = r % 6, b = 6 + r / 6 % 18;
      rows[count] = (struct plb_comparison){draw_below(&seed, 1000), false, ids[b], ids[a]};
    }
    if (turned)
      rows[0] = (struct plb_comparison){rows[0].score, false, rows[0].probe, rows[0].reference};
    for (int i = 0; i < PEOPLE; i++) /* who is on both sides of these does not matter */
      rows[count++] = (struct plb_comparison){2000, true, ids[i], ids[i]};
    assert_int_equal(measure(count, NULL, &threshold, 1, NULL, &result, NULL), PLB_OK);
    df[turned] = plb_result_find(result, "FMR", NULL, 0)->interval.df;
    assert_true(plb_result_find(result, "FNMR", NULL, 0)->interval.df == PEOPLE - 1);
    plb_result_free(result);
  }
  assert_true(df[0] == 5 && df[1] > 5);
}

/* One owner of a telephone whom many others try: no rate, whatever the method, and the reason. */
static void one_owner(void **unused) {
  (void)unused;
  static const double threshold = 900;
  uint64_t seed = 10;
  plb_result *result;
  for (int r = 0; r < 460; r++)
    rows[r] = (struct plb_comparison){draw_below(&seed, 1000), false, ids[0], ids[1 + r % 23]};
  for (int method = 0; method < PLB_METHODS; method++) {
    const char *name = plb_method_entry((enum plb_method)method)->name;
    assert_int_equal(measure(460, name, &threshold, 1, NULL, &result, NULL), PLB_OK);
    const struct plb_estimate *e = plb_result_get(result, 0);
    assert_int_equal(e->status, PLB_EST_UNSUPPORTED);
    assert_true(e->interval.has_worst_case && strstr(e->note, "a few people take part in most of the comparisons"));
    plb_result_free(result);
  }
}

static void unknown_names(void **unused) {
  (void)unused;
  static const char *const wrong[] = {"", "PL", "vertex", "double-or-nothin", "wilson "};
  plb_result *result;
  struct plb_error err;
  fill(300, 8, true);
  for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++) {
    assert_int_equal(measure(300, wrong[k], NULL, 0, NULL, &result, &err), PLB_USAGE);
    assert_non_null(strstr(err.message, "expected pl, pl-strict, wilson"));
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(limits_equal_matrices),
      cmocka_unit_test(own_names),
      cmocka_unit_test(claims_stay_strict),
      cmocka_unit_test(people_unknown),
      cmocka_unit_test(nobody_comes_again),
      cmocka_unit_test(three_people),
      cmocka_unit_test(two_groups),
      cmocka_unit_test(one_owner),
      cmocka_unit_test(unknown_names),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * Intervals by name: each against a second program written from its formula, published limits, and what it says at
 * the edges: no errors, nothing but errors, one trial, one person, everybody alike.
 */
#include <stdlib.h>
#include <string.h>

#include "close.h"
#include "interval/method.h"
#include "interval/special.h"
#include "naive.h"

#define CAPACITY 3000

static const double Z95 = 1.959963984540054;

static struct plb_limits limits_of(enum plb_method method, const struct inputs *inputs,
                                   const struct plb_error_sums *errors, double level) {
  struct plb_limits limits;
  assert_int_equal(
      plb_method_limits(method, &inputs->design, &inputs->sums, errors, &inputs->extremes, level, &limits, NULL),
      PLB_OK);
  assert_true(limits.lower >= 0.0 && limits.upper <= 1.0 && limits.lower <= limits.upper);
  return limits;
}

static void same_limits(struct plb_limits seen, struct plb_limits want) {
  CLOSE(seen.lower, want.lower, 1e-9);
  CLOSE(seen.upper, want.upper, 1e-9);
}

/* ---- the second program ------------------------------------------------------------------------- */

/* P(X > x) + P(X = x) / 2 of a binomial count. */
static double half_above(unsigned x, unsigned n, double p) {
  double sum = 0.0;
  for (unsigned k = x; k <= n; k++) {
    double log_chance = lgamma(n + 1.0) - lgamma(k + 1.0) - lgamma(n - k + 1.0);
    log_chance += (k ? k * log(p) : 0.0) + (n > k ? (n - k) * log1p(-p) : 0.0);
    sum += exp(log_chance) * (k == x ? 0.5 : 1.0);
  }
  return sum;
}

static double naive_mid_p(unsigned x, unsigned n, double want) {
  double low = 0.0, high = 1.0;
  for (int k = 0; k < 200; k++) {
    double middle = 0.5 * (low + high);
    if (half_above(x, n, middle) < want)
      low = middle;
    else
      high = middle;
  }
  return 0.5 * (low + high);
}

static struct plb_limits plain_wilson(double x, double n, double z) {
  double p = x / n, centre = (p + z * z / (2.0 * n)) / (1.0 + z * z / n);
  double half = z / (1.0 + z * z / n) * sqrt(p * (1.0 - p) / n + z * z / (4.0 * n * n));
  return (struct plb_limits){.lower = x > 0.0 ? centre - half : 0.0, .upper = x < n ? centre + half : 1.0};
}

/* The variance of Fogliato and others with both orders of every pair in full matrices, as methods B.5 writes it:
 * (2 sum G^2 + 4 max(cov, 0)) / M^2 with M = 2N; one-way the sum of the squared residuals of people. */
static double naive_plug_in(const struct table *table, double threshold, double rate) {
  size_t n = table->people;
  double *G = calloc(n * n, sizeof *G), squares = 0.0, products = 0.0, all = (double)table->count;
  for (size_t r = 0; r < table->count; r++) {
    const struct row *row = &table->rows[r];
    double residual = (row->score >= threshold ? 1.0 : 0.0) - rate;
    G[row->i * n + row->j] += residual;
    if (table->dyadic)
      G[row->j * n + row->i] += residual;
  }
  for (size_t i = 0; i < n; i++)
    for (size_t j = 0; j < n; j++) {
      squares += G[i * n + j] * G[i * n + j];
      for (size_t k = 0; k < n && table->dyadic; k++)
        products += k == j ? 0.0 : G[i * n + j] * G[i * n + k];
    }
  free(G);
  if (!table->dyadic)
    return squares / (all * all);
  return (2.0 * squares + 4.0 * fmax(products, 0.0)) / (4.0 * all * all);
}

static struct plb_limits naive_cimat(const struct table *table, double threshold, double x, double level, double z) {
  double n = (double)table->count, p = x / n, n_eff = n;
  if (x > 0.0 && x < n)
    n_eff = p * (1.0 - p) / naive_plug_in(table, threshold, p);
  struct plb_limits limits = plain_wilson(p * n_eff, n_eff, z);
  if (x == 1.0 && n > 1.0)
    limits.lower = -log(1.0 - (1.0 - level)) / n;
  else if (x == n - 1.0 && n > 1.0)
    limits.upper = 1.0 + log(1.0 - (1.0 - level)) / n;
  return limits;
}

/* ---- tests ---------------------------------------------------------------------------------------- */

static int larger_first(const void *left, const void *right) {
  double a = ((const struct row *)left)->score, b = ((const struct row *)right)->score;
  return (a < b) - (a > b);
}

static double threshold_for(const struct table *table, size_t errors) {
  return errors ? table->rows[errors - 1].score : HUGE_VAL;
}

static void compare_at(const struct table *table, const struct inputs *inputs, double threshold, bool first) {
  struct plb_error_sums errors;
  struct plb_pl pl;
  double level = first ? 0.95 : 0.9, z = first ? Z95 : 1.6448536269514722, effect;
  errors_of(table, inputs, threshold, &errors);
  double x = (double)errors.errors, n = (double)table->count;
  naive_pl(table, threshold, true, CAPACITY, level, 0.0, &pl);
  same_limits(limits_of(PLB_METHOD_PL, inputs, &errors, level), pl.pl);
  same_limits(limits_of(PLB_METHOD_PL_STRICT, inputs, &errors, level), pl.strict);
  same_limits(limits_of(PLB_METHOD_WILSON, inputs, &errors, level), plain_wilson(x, n, z));
  double half = z * sqrt(x / n * (1.0 - x / n) / n);
  struct plb_limits wald = {fmax(x / n - half, 0.0), fmin(x / n + half, 1.0)};
  same_limits(limits_of(PLB_METHOD_WALD, inputs, &errors, level), wald);
  same_limits(limits_of(PLB_METHOD_CIMAT, inputs, &errors, level), naive_cimat(table, threshold, x, level, z));
  double own = pl.few ? 0.0 : pl.own_design_effect; /* of two people no less than their pairs by themselves */
  if (own > 0.0) {
    assert_int_equal(
        plb_method_effect(PLB_METHOD_WILSON_DYADIC, &inputs->design, &inputs->sums, &errors, &effect, NULL), PLB_OK);
    same_limits(limits_of(PLB_METHOD_WILSON_DYADIC, inputs, &errors, level), plain_wilson(x / effect, n / effect, z));
    CLOSE(table->dyadic ? fmax(effect, own) : effect, own, 1e-9);
  }
  errors_free(&errors);
}

static void methods_on_random_tables(void **state) {
  (void)state;
  struct dice dice = {.state = 31};
  for (int k = 0; k < 24; k++) {
    struct table table;
    struct inputs inputs;
    size_t rows = 30 + (size_t)dice_below(&dice, 800);
    table_at_random(&dice, k % 2, 5 + (size_t)dice_below(&dice, 40), rows, k % 4 < 2 ? 0.0 : 0.25, &table);
    qsort(table.rows, table.count, sizeof *table.rows, larger_first);
    inputs_of(&table, CAPACITY, &inputs);
    const size_t errors[] = {0, 1, 2, 9, rows / 3, rows - rows / 4, rows - 1, rows};
    for (size_t e = 0; e < sizeof errors / sizeof errors[0]; e++)
      compare_at(&table, &inputs, threshold_for(&table, errors[e]), k % 3);
    inputs_free(&inputs);
    table_free(&table);
  }
}

/* The test of shared data, each shape. */
static void published_limits(void **state) {
  (void)state;
  struct plb_limits exact = plb_method_independent(PLB_METHOD_CLOPPER_PEARSON, 44, 517, 0.95);
  CLOSE_ABS(exact.lower, 0.062518, 5e-7);
  CLOSE_ABS(exact.upper, 0.112568, 5e-7);
  struct plb_limits wilson = plb_method_independent(PLB_METHOD_WILSON, 44, 517, 0.95);
  CLOSE_ABS(wilson.lower, 0.064008, 5e-7);
  CLOSE_ABS(wilson.upper, 0.112325, 5e-7);
  /* Newcombe (Statistics in Medicine 17, 1998, table I): 81 of 263, 15 of 148, 0 of 20, 1 of 29 */
  static const struct {
    double x, n, wald[2], mid[2];
  } known[] = {{81, 263, {0.2522, 0.3638}, {0.2544, 0.3658}},
               {15, 148, {0.0527, 0.1500}, {0.0601, 0.1581}},
               {0, 20, {0.0, 0.0}, {0.0, 0.1391}},
               {1, 29, {0.0, 0.1009}, {0.0017, 0.1585}}};
  for (size_t k = 0; k < sizeof known / sizeof known[0]; k++) {
    struct plb_limits wald = plb_method_independent(PLB_METHOD_WALD, known[k].x, known[k].n, 0.95);
    struct plb_limits mid = plb_method_independent(PLB_METHOD_MID_P, known[k].x, known[k].n, 0.95);
    CLOSE_ABS(wald.lower, known[k].wald[0], 5.1e-5);
    CLOSE_ABS(wald.upper, known[k].wald[1], 5.1e-5);
    CLOSE_ABS(mid.lower, known[k].mid[0], 5.1e-5);
    CLOSE_ABS(mid.upper, known[k].mid[1], 5.1e-5);
  }
}

static void mid_p_by_sums(void **state) {
  (void)state;
  static const unsigned ns[] = {1, 2, 5, 40, 700};
  for (size_t k = 0; k < sizeof ns / sizeof ns[0]; k++)
    for (unsigned x = 0; x <= ns[k]; x = x < 4 ? x + 1 : x < ns[k] && 2 * x > ns[k] ? ns[k] : 2 * x + 1) {
      struct plb_limits limits = plb_mid_p(x, ns[k], 0.95);
      CLOSE(limits.lower, x ? naive_mid_p(x, ns[k], 0.025) : 0.0, 1e-9);
      CLOSE(limits.upper, x < ns[k] ? naive_mid_p(x, ns[k], 0.975) : 1.0, 1e-9);
      struct plb_limits mirror = plb_mid_p(ns[k] - x, ns[k], 0.95);
      CLOSE_ABS(mirror.lower, 1.0 - limits.upper, 1e-14);
      struct plb_limits exact = plb_clopper_pearson(x, ns[k], 0.95);
      assert_true(exact.lower <= limits.lower && limits.upper <= exact.upper);
    }
}

/* Jeffreys by its definition: the beta distribution has half of 1 - level beyond each limit. */
static void jeffreys_by_tails(void **state) {
  (void)state;
  for (double n = 1.0; n < 1e9; n = floor(n * 7.3)) {
    for (double x = 0.0; x <= n; x = floor(x * 3.1) + 1.0) {
      struct plb_limits limits = plb_jeffreys(x, n, 0.99);
      if (x > 0.0)
        CLOSE(plb_beta_lower(limits.lower, x + 0.5, n - x + 0.5), 0.005, 1e-9);
      if (x < n)
        CLOSE(plb_beta_upper(limits.upper, x + 0.5, n - x + 0.5), 0.005, 1e-5); /* near 1 the digits run out */
      assert_true((x > 0.0 || limits.lower == 0.0) && (x < n || limits.upper == 1.0));
    }
  }
}

/* One trial, of one person or of one pair. */
static void one_trial(void **state) {
  (void)state;
  uint64_t trials[2] = {1, 1}, errors_of_each[2];
  for (int dyadic = 0; dyadic < 2; dyadic++)
    for (uint64_t x = 0; x < 2; x++) {
      struct plb_design design = {.dyadic = dyadic, .people = dyadic ? 2 : 1, .trials = 1, .per_person = trials};
      design.sum_squares = dyadic;
      struct plb_design_sums sums;
      assert_int_equal(plb_design_derive(&design, &sums, NULL), PLB_OK);
      errors_of_each[0] = errors_of_each[1] = x;
      struct plb_error_sums errors = {.errors = x, .per_person = errors_of_each};
      errors.squares = errors.products = dyadic ? (double)x : 0.0;
      for (int m = 0; m < PLB_METHOD_VERTEX_BOOTSTRAP; m++) {
        struct plb_limits limits;
        struct plb_error err;
        plb_status st = plb_method_limits((enum plb_method)m, &design, &sums, &errors, NULL, 0.95, &limits, &err);
        assert_int_equal(st, m == PLB_METHOD_WILSON_DYADIC ? PLB_UNDEFINED : PLB_OK);
        assert_true(limits.lower >= 0.0 && limits.upper <= 1.0);
        assert_true(x ? limits.upper == 1.0 : limits.lower == 0.0);
      }
      free(sums.g);
    }
}

/* Everybody errs in one of two trials: no residuals, and a construction without any uncertainty; with one error in
 * all, or in all but one, the limits that cimat has for it. */
static void everybody_alike(void **state) {
  (void)state;
  uint64_t trials[10], each[10], one[10] = {1};
  for (int i = 0; i < 10; i++) {
    trials[i] = 2;
    each[i] = 1;
  }
  struct plb_design design = {.people = 10, .trials = 20, .per_person = trials};
  struct plb_design_sums sums;
  struct plb_limits limits;
  double effect;
  assert_int_equal(plb_design_derive(&design, &sums, NULL), PLB_OK);
  struct plb_error_sums errors = {.errors = 10, .per_person = each};
  assert_int_equal(plb_method_effect(PLB_METHOD_CIMAT, &design, &sums, &errors, &effect, NULL), PLB_OK);
  assert_true(effect == 0.0);
  assert_int_equal(plb_method_limits(PLB_METHOD_CIMAT, &design, &sums, &errors, NULL, 0.95, &limits, NULL), PLB_OK);
  assert_true(limits.lower == 0.5 && limits.upper == 0.5);
  assert_int_equal(plb_method_limits(PLB_METHOD_WILSON_DYADIC, &design, &sums, &errors, NULL, 0.95, &limits, NULL),
                   PLB_OK);
  same_limits(limits, plain_wilson(10, 20, Z95)); /* held at that of independent trials */
  errors = (struct plb_error_sums){.errors = 1, .per_person = one};
  assert_int_equal(plb_method_limits(PLB_METHOD_CIMAT, &design, &sums, &errors, NULL, 0.95, &limits, NULL), PLB_OK);
  CLOSE(limits.lower, 0.0025646647193775279, 1e-14); /* -ln(0.95) / 20 */
  free(sums.g);
}

static void names(void **state) {
  (void)state;
  enum plb_method found = PLB_METHODS;
  char text[PLB_METHOD_NAMES];
  for (int m = 0; m < PLB_METHODS; m++) {
    const struct plb_method_entry *entry = plb_method_entry((enum plb_method)m);
    assert_true(plb_method_find(entry->name, &found) && (int)found == m);
    assert_true(entry->shown);
    const char *dependence = plb_method_dependence((enum plb_method)m, true, false);
    assert_string_equal(dependence, entry->people ? "dyadic" : "independent");
  }
  assert_false(plb_method_find("PL", &found) || plb_method_find("", &found) || plb_method_find("wils", &found));
  plb_method_names(text, false);
  assert_string_equal(text, "pl, pl-strict, wilson, clopper-pearson, jeffreys, mid-p, wald, wilson-dyadic, cimat, "
                            "vertex-bootstrap, double-or-nothing");
  plb_method_names(text, true);
  assert_string_equal(text, "wilson, clopper-pearson, jeffreys, mid-p, wald");
}

static void refused(void **state) {
  (void)state;
  uint64_t trials[3] = {4, 4, 4}, each[3] = {1, 0, 0};
  struct plb_design design = {.people = 3, .trials = 12, .per_person = trials}, empty = {.people = 0};
  struct plb_design_sums sums;
  struct plb_limits limits;
  struct plb_error err;
  double effect;
  assert_int_equal(plb_design_derive(&design, &sums, NULL), PLB_OK);
  struct plb_error_sums errors = {.errors = 1, .per_person = each}, many = {.errors = 13, .per_person = each};
  for (int k = 0; k < PLB_METHODS; k++) {
    enum plb_method m = (enum plb_method)k;
    assert_int_equal(plb_method_limits(m, &empty, &sums, &errors, NULL, 0.95, &limits, &err), PLB_UNDEFINED);
    assert_int_equal(plb_method_limits(m, &design, &sums, &many, NULL, 0.95, &limits, &err), PLB_USAGE);
    assert_int_equal(plb_method_limits(m, &design, &sums, &errors, NULL, 1.0, &limits, &err), PLB_USAGE);
  }
  assert_int_equal(plb_method_effect(PLB_METHOD_WILSON, &design, &sums, &errors, &effect, &err), PLB_USAGE);
  design.dyadic = true; /* three people have no variance between them */
  assert_int_equal(plb_method_effect(PLB_METHOD_WILSON_DYADIC, &design, &sums, &errors, &effect, &err), PLB_UNDEFINED);
  assert_non_null(strstr(err.message, "fewer than 4 people"));
  free(sums.g);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(methods_on_random_tables),
      cmocka_unit_test(published_limits),
      cmocka_unit_test(mid_p_by_sums),
      cmocka_unit_test(jeffreys_by_tails),
      cmocka_unit_test(one_trial),
      cmocka_unit_test(everybody_alike),
      cmocka_unit_test(names),
      cmocka_unit_test(refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

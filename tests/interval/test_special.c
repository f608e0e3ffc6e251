/* SPDX-License-Identifier: Apache-2.0
 *
 * Special functions and binomial limits: identities, known values, and GSL where it was found at build.
 *
 * Where GSL 2.7 and R 4.2 differ, R agrees with us (against.R) and so does 60-digit arithmetic; these are
 * GSL's weak spots, left out below: its beta tails have 1e-12 up to shapes of some thousands, lose half of
 * their digits beyond and all of them in unequal shapes such as (3, 1e6); its beta quantiles fail or do not
 * end there; its Student quantiles have 1e-8 for some df around 50.
 */
#include <stdlib.h>

#include "close.h"
#include "interval/binomial.h"
#include "interval/special.h"
#include "interval/spread.h"

#ifdef HAVE_GSL
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#endif

static const double shapes[] = {0.5, 1.0, 1.5, 3.0, 10.25, 100.0, 4321.5, 1e6, 1e9};
#define SHAPES (sizeof shapes / sizeof shapes[0])

static void normal_tails(void **state) {
  (void)state;
  CLOSE(plb_normal_tail(0.0), 0.5, 0.0);
  CLOSE(plb_normal_tail(1.959963984540054), 0.025, 1e-15);
  CLOSE(plb_normal_tail(10.0), 7.6198530241605260660e-24, 2e-16);
  CLOSE(plb_normal_tail(37.5), 4.6053530095819548e-308, 1e-13);
  CLOSE(plb_normal_tail(-(-10.0)), plb_normal_tail(10.0), 0.0);
  for (double t = -8.0; t < 8.0; t += 0.37)
    CLOSE(plb_normal_tail(t) + plb_normal_tail(-(t)), 1.0, 1e-15);
}

static void normal_quantile(void **state) {
  (void)state;
  CLOSE(plb_probit_upper(0.025), 1.9599639845400542355, 2e-16);
  CLOSE(plb_probit_upper(0.5), 0.0, 0.0);
  CLOSE(plb_probit_upper(1e-300), 37.0471, 1e-6);
  assert_true(isinf(plb_probit_upper(0.0)) && plb_probit_upper(0.0) > 0.0);
  assert_true(isinf(plb_probit_upper(1.0)) && plb_probit_upper(1.0) < 0.0);
  for (double t = -5.0; t < 37.0; t += 0.23) /* below -5 the tail is 1 less a few ulp: t is not in it */
    CLOSE_ABS(plb_probit_upper(plb_normal_tail(t)), t, t < 0.0 ? 1e-9 : 2e-14);
  for (double small = 1e-16; small < 0.1; small *= 7.0) { /* near the median: t / (1/2 - p) is sqrt(2 pi) */
    double q = 0.5 - (0.5 - small);
    if (q < 1e-6 && q > 0.0)
      CLOSE(plb_probit_upper(0.5 - q) / q, 2.50662827463100050242, 1e-11);
  }
}

static void bivariate(void **state) {
  (void)state;
  const double half_pi = 1.57079632679489661923;
  for (double r = 0.0; r < 0.9999; r += 0.0499)
    CLOSE(plb_bivariate_upper(0.0, r), 0.25 + asin(r) / (4.0 * half_pi), 1e-14);
  for (double t = -3.0; t < 7.0; t += 0.31) {
    double q = plb_normal_tail(t);
    CLOSE(plb_bivariate_upper(t, 0.0), q * q, 1e-15);
    CLOSE(plb_bivariate_upper(t, 1.0), q, 2e-13);
    assert_true(plb_bivariate_upper(t, 1.0 - 1e-9) < q);
    CLOSE(plb_bivariate_upper(t, 1.0 - 1e-9), q, 2e-4);
    for (double r = 0.0; r < 0.95; r += 0.05)
      assert_true(plb_bivariate_upper(t, r) < plb_bivariate_upper(t, r + 0.05));
  }
  /* 60-digit quadrature */
  CLOSE(plb_bivariate_upper(6.0, 0.5), 3.8935880669598157e-13, 1e-13);
  CLOSE(plb_bivariate_upper(4.75, 0.98), 6.2983605790263145e-07, 1e-13);
  CLOSE(plb_bivariate_upper(2.3263478740408408, 0.5), 0.0012939244182646568, 1e-13);
}

static void beta_identities(void **state) {
  (void)state;
  for (double x = 1e-12; x < 1.0; x = x < 0.01 ? x * 9.7 : x + 0.097) {
    CLOSE(plb_beta_lower(x, 1.0, 1.0), x, 1e-14);
    CLOSE(plb_beta_lower(x, 2.5, 1.0), pow(x, 2.5), 1e-13);
    CLOSE(plb_beta_upper(x, 1.0, 1e9), exp(1e9 * log1p(-x)), 1e-6 * x + 2e-13);
    CLOSE(plb_beta_lower(x, 1.0, 1e9), -expm1(1e9 * log1p(-x)), 1e-13);
    CLOSE(plb_beta_lower(x, 0.5, 0.5), 2.0 / M_PI * asin(sqrt(x)), 1e-14);
  }
  for (size_t i = 0; i < SHAPES; i++) {
    CLOSE(plb_beta_lower(0.5, shapes[i], shapes[i]), 0.5, 2e-12);
    for (size_t j = 0; j < SHAPES; j++) {
      double a = shapes[i], b = shapes[j], mean = a / (a + b);
      CLOSE(plb_beta_lower(mean, a, b) + plb_beta_upper(mean, a, b), 1.0, 1e-14);
    }
  }
  CLOSE(plb_beta_lower(0.0, 2.0, 3.0), 0.0, 0.0);
  CLOSE(plb_beta_lower(1.0, 2.0, 3.0), 1.0, 0.0);
  CLOSE(plb_beta_upper(0.0, 2.0, 3.0), 1.0, 0.0);
  CLOSE(plb_beta_upper(1.0, 2.0, 3.0), 0.0, 0.0);
}

/* Where the distribution is steep a quantile rounded to double moves the tail by up to this much. */
static double rounding_of_tail(double x, double a, double b) {
  double step = x * 1e-15;
  double tail = fmin(plb_beta_lower(x, a, b), plb_beta_upper(x, a, b));
  double moved = fmin(plb_beta_lower(x + step, a, b), plb_beta_upper(x + step, a, b));
  return fabs(moved - tail) / tail;
}

static void one_round_trip(double p, double a, double b) {
  double low = plb_beta_quantile(p, a, b), high = plb_beta_upper_quantile(p, a, b);
  assert_true(low <= high + 1e-15);
  if (low > 1e-290 && low < 0.9)
    CLOSE(plb_beta_lower(low, a, b), p, 1e-12 + rounding_of_tail(low, a, b));
  if (high > 1e-290 && high < 0.9)
    CLOSE(plb_beta_upper(high, a, b), p, 1e-12 + rounding_of_tail(high, a, b));
}

static void beta_round_trip(void **state) {
  (void)state;
  const double tails[] = {1e-200, 1e-30, 1e-9, 0.001, 0.025, 0.3, 0.5};
  for (size_t i = 0; i < SHAPES; i++)
    for (size_t j = 0; j < SHAPES; j++)
      for (size_t k = 0; k < sizeof tails / sizeof tails[0]; k++)
        one_round_trip(tails[k], shapes[i], shapes[j]);
  CLOSE(plb_beta_quantile(0.025, 1.0, 1e9), -expm1(log1p(-0.025) / 1e9), 1e-13);
  CLOSE(plb_beta_upper_quantile(0.025, 1.0, 1e9), -expm1(log(0.025) / 1e9), 1e-13);
  CLOSE_ABS(plb_beta_quantile(0.025, 0.01, 50.0), 0.0, 1e-162);
  assert_true(plb_beta_quantile(0.025, 0.01, 50.0) > 0.0);
  CLOSE(plb_beta_quantile(0.025, 1e-4, 50.0), 0.0, 0.0); /* below the smallest double */
  CLOSE(plb_beta_quantile(0.0, 2.0, 2.0), 0.0, 0.0);
  CLOSE(plb_beta_upper_quantile(0.0, 2.0, 2.0), 1.0, 0.0);
}

static void student(void **state) {
  (void)state;
  for (double p = 1e-12; p < 0.5; p *= 3.1) {
    CLOSE(plb_student_upper_quantile(p, 1.0), 1.0 / tan(M_PI * p), 1e-13);
    CLOSE(plb_student_upper_quantile(p, 2.0), (1.0 - 2.0 * p) / sqrt(2.0 * p * (1.0 - p)), 1e-13);
    CLOSE(plb_student_upper_quantile(1.0 - p, 2.0), -plb_student_upper_quantile(1.0 - (1.0 - p), 2.0), 1e-13);
    double z = plb_probit_upper(p);
    CLOSE(plb_student_upper_quantile(p, 1e9), z + (z * z * z + z) / 4e9, 1e-13);
    CLOSE(plb_student_upper_quantile(p, 1e17), z, 1e-14);
  }
  CLOSE(plb_student_upper_quantile(0.025, 10.0), 2.2281388519862747, 1e-14);
  CLOSE(plb_student_upper_quantile(0.5, 7.3), 0.0, 0.0);
}

static void limits(void **state) {
  (void)state;
  struct plb_limits w = plb_wilson(10.0, 100.0, 1.9599639845400545);
  CLOSE(w.lower, 0.05522914, 1e-6);
  CLOSE(w.upper, 0.17436566, 1e-6);
  w = plb_wilson(0.0, 50.0, 2.0);
  CLOSE(w.lower, 0.0, 0.0);
  CLOSE(w.upper, 4.0 / 54.0, 1e-15);
  w = plb_wilson(50.0, 50.0, 2.0);
  CLOSE(w.lower, 50.0 / 54.0, 1e-15);
  CLOSE(w.upper, 1.0, 0.0);
  /* far apart: lower limit = x^2 / (n^2 upper) up to 1 + z^2 / n */
  w = plb_wilson(1e-3, 1e9, 2.0);
  CLOSE(w.lower * w.upper * (1.0 + 4e-9), 1e-24, 1e-14);

  struct plb_limits c = plb_clopper_pearson(0.0, 30.0, 0.95);
  CLOSE(c.lower, 0.0, 0.0);
  CLOSE(c.upper, -expm1(log(0.025) / 30.0), 1e-13);
  c = plb_clopper_pearson(30.0, 30.0, 0.95);
  CLOSE(c.lower, exp(log(0.025) / 30.0), 1e-13);
  CLOSE(c.upper, 1.0, 0.0);
  c = plb_clopper_pearson(1.0, 1e9, 0.95);
  CLOSE(c.lower, -expm1(log1p(-0.025) / 1e9), 1e-12);
  for (double n = 2.0; n < 1e9; n *= 7.3)
    for (double share = 0.0; share <= 1.0; share += 0.25) {
      c = plb_clopper_pearson(share * n, n, 0.95);
      w = plb_wilson(share * n, n, plb_probit_upper(0.025));
      assert_true(c.lower <= share && share <= c.upper && w.lower <= share && share <= w.upper);
      struct plb_limits mirror = plb_clopper_pearson(n - share * n, n, 0.95);
      CLOSE_ABS(1.0 - mirror.upper, c.lower, 1e-13);
      CLOSE_ABS(1.0 - mirror.lower, c.upper, 1e-13);
    }
}

#ifdef HAVE_GSL

static void gsl_normal(void **state) {
  (void)state;
  for (double t = -9.0; t < 37.0; t += 0.173) {
    CLOSE(plb_normal_tail(t), gsl_cdf_ugaussian_Q(t), 1e-12);
    CLOSE(plb_normal_tail(-(t)), gsl_cdf_ugaussian_P(t), 1e-12);
  }
  for (double p = 1e-290; p < 1.0; p = p < 0.1 ? p * 3.7 : p + 0.037)
    CLOSE(plb_probit_upper(p), gsl_cdf_ugaussian_Qinv(p), 1e-12);
}

static void gsl_beta_of(double a, double b) {
  double mean = a / (a + b), sd = sqrt(mean / (a + b) * b / (a + b + 1.0));
  for (double z = -30.0; z <= 30.0; z += 0.7) {
    double x = mean + z * sd;
    if (!(x > 0.0 && x < 1.0))
      continue;
    CLOSE(plb_beta_lower(x, a, b), gsl_cdf_beta_P(x, a, b), 5e-12);
    CLOSE(plb_beta_upper(x, a, b), gsl_cdf_beta_Q(x, a, b), 5e-12);
  }
  for (double p = 1e-9; p < 0.5 && a < 1e3 && b < 1e3; p *= 3.3) {
    CLOSE(plb_beta_quantile(p, a, b), gsl_cdf_beta_Pinv(p, a, b), 1e-11);
    CLOSE(plb_beta_upper_quantile(p, a, b), gsl_cdf_beta_Qinv(p, a, b), 1e-11);
  }
}

static void gsl_beta(void **state) {
  (void)state;
  for (size_t i = 0; i < SHAPES; i++)
    for (size_t j = 0; j < SHAPES; j++)
      if (shapes[i] < 1e4 && shapes[j] < 1e4)
        gsl_beta_of(shapes[i], shapes[j]);
}

static void gsl_student(void **state) {
  (void)state;
  const double dfs[] = {2.0, 2.7, 5.0, 19.0, 48.3, 299.0, 1e4, 1e6};
  for (size_t k = 0; k < sizeof dfs / sizeof dfs[0]; k++)
    for (double p = 1e-9; p < 0.5; p *= 2.3)
      CLOSE(plb_student_upper_quantile(p, dfs[k]), gsl_cdf_tdist_Qinv(p, dfs[k]), 1e-8);
}

static void gsl_limits_of(double x, double n, double level) {
  double tail = (1.0 - level) / 2.0, z = gsl_cdf_ugaussian_Qinv(tail);
  struct plb_limits c = plb_clopper_pearson(x, n, level), w = plb_wilson(x, n, z);
  CLOSE(gsl_cdf_beta_P(c.lower, x, n - x + 1.0), tail, 1e-9);
  CLOSE(gsl_cdf_beta_Q(c.upper, x + 1.0, n - x), tail, 1e-9);
  double scale = 1.0 + z * z / n, centre = (x / n + z * z / (2.0 * n)) / scale;
  double half = z / scale * sqrt(x / n * (1.0 - x / n) / n + z * z / (4.0 * n * n));
  CLOSE_ABS(w.lower, centre - half, 1e-14);
  CLOSE_ABS(w.upper, centre + half, 1e-14);
}

static void gsl_limits(void **state) {
  (void)state;
  const double ns[] = {9.0, 20.7, 333.0, 5000.25, 80000.0};
  const double levels[] = {0.5, 0.9, 0.95, 0.999};
  for (size_t k = 0; k < sizeof ns / sizeof ns[0]; k++)
    for (size_t l = 0; l < sizeof levels / sizeof levels[0]; l++)
      for (double x = 0.3; x < ns[k]; x *= 1.9)
        gsl_limits_of(x, ns[k], levels[l]);
}

#else

static void gsl_absent(void **state) {
  (void)state;
  print_message("SKIPPED: built without GSL, nothing was compared with it\n");
  skip();
}

#endif

/* The logit of 0.2 is -ln 4. An error that is ln 4 there, times Student's t, reaches from -2 ln 4 to 0. */
static void limits_of_a_share(void **state) {
  (void)state;
  const double t = 4.302652729749462, ln4 = 1.3862943611198906;
  struct plb_spread spread = {0.2, 0.2 * 0.8 * ln4 / t, 2};
  double limits[2];
  assert_true(plb_spread_limits(&spread, 0.95, limits));
  CLOSE(limits[0], 1.0 / 17.0, 1e-12);
  CLOSE(limits[1], 0.5, 1e-12);
  spread.error = 0.0;
  assert_true(plb_spread_limits(&spread, 0.95, limits));
  CLOSE(limits[0], 0.2, 1e-15);
  CLOSE(limits[1], 0.2, 1e-15);
  const struct plb_spread none[] = {{0.0, 0.1, 2}, {1.0, 0.1, 2}, {0.2, INFINITY, 2}, {0.2, NAN, 2}};
  for (size_t k = 0; k < sizeof none / sizeof none[0]; k++)
    assert_false(plb_spread_limits(&none[k], 0.95, limits));
}

int main(void) {
#ifdef HAVE_GSL
  gsl_set_error_handler_off();
#endif
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(normal_tails),    cmocka_unit_test(normal_quantile),   cmocka_unit_test(bivariate),
      cmocka_unit_test(beta_identities), cmocka_unit_test(beta_round_trip),   cmocka_unit_test(student),
      cmocka_unit_test(limits),          cmocka_unit_test(limits_of_a_share),
#ifdef HAVE_GSL
      cmocka_unit_test(gsl_normal),      cmocka_unit_test(gsl_beta),          cmocka_unit_test(gsl_student),
      cmocka_unit_test(gsl_limits),
#else
      cmocka_unit_test(gsl_absent),
#endif
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

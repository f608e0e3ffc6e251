/* SPDX-License-Identifier: Apache-2.0
 *
 * Reference values were computed with 60 digits (Newton on the log of erfc), rounded to 17.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/probit.h"

static void assert_close(double seen, double expected, double relative) {
  if (fabs(seen - expected) <= relative * fabs(expected))
    return;
  fail_msg("%.17g, expected %.17g within %g", seen, expected, relative);
}

struct point {
  double at, value;
};

static const struct point quantiles[] = {{5e-324, -38.467405617144346},
                                         {1e-310, -37.663060331949524},
                                         {1e-300, -37.047096299361199},
                                         {1e-200, -30.205594179579643},
                                         {1e-100, -21.273453560965324},
                                         {1e-50, -14.933337534788489},
                                         {1e-20, -9.2623400897984076},
                                         {1e-15, -7.9413453261709968},
                                         {1e-12, -7.0344838253011319},
                                         {1e-9, -5.9978070150076869},
                                         {1e-7, -5.1993375821928169},
                                         {1e-6, -4.753424308822899},
                                         {1e-5, -4.2648907939228246},
                                         {1e-4, -3.7190164854556806},
                                         {1e-3, -3.0902323061678135},
                                         {0.01, -2.3263478740408411},
                                         {0.02425, -1.9729610513118848},
                                         {0.05, -1.6448536269514727},
                                         {0.075, -1.4395314709384559},
                                         {0.0749999, -1.4395321773759006},
                                         {0.1, -1.2815515655446004},
                                         {0.2, -0.84162123357291417},
                                         {0.25, -0.67448975019608174},
                                         {0.3, -0.52440051270804082},
                                         {0.4, -0.25334710313579974},
                                         {0.45, -0.12566134685507401},
                                         {0.49, -0.025068908258711058},
                                         {0.4999, -0.00025066283008800749},
                                         {0.4999999999, -2.5066284820303539e-10}};

static const struct point tails[] = {{-40, 1.0},
                                     {-8, 0.99999999999999938},
                                     {-1, 0.84134474606854295},
                                     {0, 0.5},
                                     {0.5, 0.3085375387259869},
                                     {1, 0.15865525393145705},
                                     {3, 0.0013498980316300945},
                                     {6, 9.8658764503769814e-10},
                                     {10, 7.6198530241605261e-24},
                                     {20, 2.7536241186062337e-89},
                                     {37, 5.7255712225245768e-300}};

static void test_quantiles(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof quantiles / sizeof *quantiles; i++)
    assert_close(plb_probit(quantiles[i].at), quantiles[i].value, 1e-15);
}

static void test_tails(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof tails / sizeof *tails; i++)
    assert_close(plb_normal_tail(tails[i].at), tails[i].value, 2e-13);
}

static void test_edges(void **state) {
  (void)state;
  assert_true(plb_probit(0) == -HUGE_VAL && plb_probit(1) == HUGE_VAL);
  assert_true(plb_probit(0.5) == 0 && !signbit(plb_probit(0.5)));
  assert_true(plb_probit_upper(0.5) == 0 && !signbit(plb_probit_upper(0.5)));
  assert_true(plb_probit_upper(1e-3) == -plb_probit(1e-3));
}

/* The quantile undoes the tail, is odd about one half, and never falls. */
static void test_inverse(void **state) {
  (void)state;
  double last = -HUGE_VAL;
  for (int i = -3700; i <= 3700; i++) {
    double t = i / 100.0;
    if (t < 0)
      assert_close(plb_probit(plb_normal_tail(-t)), t, 3e-14);
    double p = (i + 3701) / 7403.0, x = plb_probit(p);
    assert_true(x > last);
    last = x;
  }
  for (double p = 0x1p-40; p < 0.5; p *= 1.01) {
    double exact = 1 - (1 - p); /* so that 1 - exact is exact too */
    assert_true(plb_probit(1 - exact) == -plb_probit(exact));
  }
}

/* Bits give the quantile of the middle of their cell, whichever of the three ratios serves. */
static void test_bits(void **state) {
  (void)state;
  for (int shift = 0; shift < 52; shift++) {
    uint64_t cell = UINT64_C(1) << shift;
    double p = ((double)cell + 0.5) * 0x1p-52;
    assert_close(plb_normal_of_bits(cell << 12), plb_probit(p), 1e-15);
    assert_true(plb_normal_of_bits(~(cell << 12)) == -plb_normal_of_bits(cell << 12));
  }
  assert_close(plb_normal_of_bits(0), plb_probit(0x1p-53), 1e-15);
  assert_true(plb_normal_of_bits(UINT64_MAX) == -plb_normal_of_bits(0));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_quantiles), cmocka_unit_test(test_tails), cmocka_unit_test(test_edges),
      cmocka_unit_test(test_inverse),   cmocka_unit_test(test_bits),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

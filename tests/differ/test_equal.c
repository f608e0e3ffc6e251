/* SPDX-License-Identifier: Apache-2.0
 *
 * What equal groups show, against the tables of ../shared/methods.md E; and how often the test of no difference rejects
 * where there is none (methods-tested E.2: 1.5 to 5.7 %), and where there is one.
 */
#include <math.h>
#include <stdlib.h>

#include "check.h"
#include "differ/differ.h"

#define GROUPS 10

static const struct plb_pl alone = {.design_effect = 1, .effective = 1e9, .df = 1e9, .most = 1};

static struct plb_equal_groups equal_of(const struct plb_side *sides, size_t count) {
  struct plb_equal_groups equal;
  struct plb_error err;
  assert_int_equal(plb_equal_groups_draw(sides, count, 1, 7, &equal, &err), PLB_OK);
  return equal;
}

static void near(double value, double wanted, double share) {
  if (!(fabs(value / wanted - 1) <= share))
    fail_msg("%.6g is not about %.6g", value, wanted);
}

/* Medians and 95th percentiles of max/min, medians of max/geomean, for so many groups with so many errors each. */
static void table(void **state) {
  (void)state;
  static const struct {
    size_t groups;
    uint64_t errors;
    double median, upper, geomean;
  } rows[] = {{2, 10, 1.38, 2.67, 1.17},  {5, 10, 2.1, 4.0, 1.41},  {5, 30, 1.5, 2.1, 1.22},
              {5, 100, 1.26, 1.48, 1.12}, {10, 10, 2.8, 5.3, 1.57}, {10, 100, 1.36, 1.58, 1.16}};
  for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
    struct plb_side sides[GROUPS];
    for (size_t g = 0; g < rows[k].groups; g++)
      sides[g] = (struct plb_side){&alone, rows[k].errors, 1000000};
    struct plb_equal_groups equal = equal_of(sides, rows[k].groups);
    assert_true(equal.p_value == 1);
    near(equal.median[PLB_APART_MAX_MIN_RATIO], rows[k].median, .04);
    near(equal.upper[PLB_APART_MAX_MIN_RATIO], rows[k].upper, .07);
    near(equal.median[PLB_APART_MAX_GEOMEAN_RATIO], rows[k].geomean, .02);
  }
}

/* Many errors are drawn by an expansion, fewer by counting: at 200 of them both say the same. */
static void seam(void **state) {
  (void)state;
  const struct plb_side below[] = {{&alone, 199, 1000000}, {&alone, 199, 1000000}, {&alone, 200, 1000000}},
                        above[] = {{&alone, 201, 1000000}, {&alone, 201, 1000000}, {&alone, 200, 1000000}};
  struct plb_equal_groups one = equal_of(below, 3), other = equal_of(above, 3);
  for (int kind = 0; kind < PLB_APARTS; kind++) {
    near(one.median[kind], other.median[kind], .02);
    near(one.upper[kind], other.upper[kind], .03);
  }
}

static void nothing(void **state) {
  (void)state;
  const struct plb_side none[] = {{&alone, 0, 100}, {&alone, 0, 200}}, all[] = {{&alone, 100, 100}, {&alone, 200, 200}};
  struct plb_equal_groups equal;
  struct plb_error err;
  assert_int_equal(plb_equal_groups_draw(none, 2, 1, 1, &equal, &err), PLB_UNDEFINED);
  assert_string_equal(err.message, "there are no errors");
  assert_int_equal(plb_equal_groups_draw(all, 2, 1, 1, &equal, &err), PLB_UNDEFINED);
}

static uint64_t state_of = 99;

static double uniform(void) {
  state_of = state_of * UINT64_C(6364136223846793005) + 1;
  return ((double)(state_of >> 12) + .5) * 0x1p-52;
}

static uint64_t poisson(double mean) {
  double limit = exp(-mean), product = uniform();
  uint64_t count = 0;
  for (; product > limit; count++)
    product *= uniform();
  return count;
}

static double rejected(double ratio, int tests) {
  int below = 0;
  for (int test = 0; test < tests; test++) {
    struct plb_side sides[4];
    for (size_t g = 0; g < 4; g++)
      sides[g] = (struct plb_side){&alone, poisson((g ? 1 : ratio) * 10 * (double)(1 + g)), 10000 * (1 + g)};
    struct plb_equal_groups equal;
    struct plb_error err;
    assert_int_equal(plb_equal_groups_draw(sides, 4, 1, (uint64_t)test, &equal, &err), PLB_OK);
    below += equal.p_value < .05;
  }
  return (double)below / tests;
}

static void level(void **state) {
  (void)state;
  double null = rejected(1, 400), other = rejected(3, 60);
  assert_true(null >= .02 && null <= .085); /* 5 % and three standard errors */
  assert_true(other > .8);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(table), cmocka_unit_test(seam), cmocka_unit_test(nothing),
                                     cmocka_unit_test(level)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}

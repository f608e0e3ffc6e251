/* SPDX-License-Identifier: Apache-2.0
 *
 * Axes: rates keep their order, ticks stay apart and inside, and their texts are the numbers they stand at.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "report/axis.h"
#include "report/svg.h"

static struct plb_rate_axis axis_for(double least, double most) {
  struct plb_rate_axis axis = {.at_zero = 20, .at_low = 40, .at_high = 660};
  plb_rate_axis_fit(&axis, least, most);
  return axis;
}

static void ends_hold_the_data(void **state) {
  (void)state;
  const double leasts[] = {1e-11, 3e-7, 1e-4, 0.004, 0.3}, mosts[] = {0.001, 0.03, 0.4, 0.7, 0.9995, 1.0};
  for (size_t i = 0; i < 5; i++) {
    for (size_t k = 0; k < 6; k++) {
      struct plb_rate_axis axis = axis_for(leasts[i], mosts[k]);
      assert_true(axis.low <= leasts[i] && axis.low > 0);
      assert_true(axis.high >= fmin(mosts[k], 0.999) && axis.high < 1);
      assert_true(axis.low * 10 <= axis.high);
    }
  }
}

static void rates_keep_their_order(void **state) {
  (void)state;
  struct plb_rate_axis axis = axis_for(1e-8, 0.4);
  double before = plb_rate_place(&axis, 0.0);
  assert_true(fabs(before - 20) < 1e-9);
  for (double rate = 1e-8; rate < 0.4; rate *= 1.3) {
    double place = plb_rate_place(&axis, rate);
    assert_true(place > before && place >= 40 - 1e-9 && place <= 660);
    before = place;
  }
  assert_true(plb_rate_place(&axis, 0.9) > 660); /* beyond the end, not on it */
  assert_true(isfinite(plb_rate_place(&axis, 1.0)));
}

static void ticks_stay_apart(void **state) {
  (void)state;
  for (double least = 1e-12; least < 0.1; least *= 7) {
    struct plb_rate_axis axis = axis_for(least, 0.3);
    struct plb_rate_tick ticks[PLB_TICKS];
    size_t count = plb_rate_ticks(&axis, 12, 0, ticks);
    assert_in_range(count, 2, PLB_TICKS);
    for (size_t k = 0; k < count; k++) {
      assert_true(ticks[k].rate >= axis.low && ticks[k].rate <= axis.high);
      assert_true(fabs(strtod(ticks[k].text, NULL) - 100 * ticks[k].rate) < 1e-9 * ticks[k].rate * 100);
      if (k == 0)
        continue;
      double gap = plb_rate_place(&axis, ticks[k].rate) - plb_rate_place(&axis, ticks[k - 1].rate);
      assert_true(gap >= (plb_svg_width(ticks[k].text, 12) + plb_svg_width(ticks[k - 1].text, 12)) / 2);
    }
  }
}

static void check_linear(double from, double to, size_t most) {
  struct plb_linear_ticks ticks = plb_linear_ticks(from, to, most);
  assert_in_range(ticks.count, 1, most);
  for (size_t k = 0; k < ticks.count; k++) {
    char text[48];
    double at = (double)(ticks.first + (int64_t)k) * ticks.step;
    plb_linear_text(text, &ticks, k);
    const char *digits = text;
    double sign = 1;
    if ((unsigned char)text[0] == 0xE2) {
      digits += 3;
      sign = -1;
    }
    assert_true(fabs(sign * strtod(digits, NULL) - at) <= 1e-12 * fmax(fabs(from), fabs(to)));
    assert_true(at >= from - 1e-9 * (to - from) && at <= to + 1e-9 * (to - from));
  }
}

static void linear_ticks(void **state) {
  (void)state;
  check_linear(0, 1, 5);
  check_linear(-4.3, 8.1, 9);
  check_linear(0, 3e9, 7);
  check_linear(1e-7, 3e-7, 6);
  check_linear(-1e300, 1e300, 6);
  check_linear(1000000, 1000001, 6);
  assert_int_equal(plb_linear_ticks(1, 1, 5).count, 0);
  assert_int_equal(plb_linear_ticks(0, HUGE_VAL, 5).count, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(ends_hold_the_data), cmocka_unit_test(rates_keep_their_order),
                                     cmocka_unit_test(ticks_stay_apart), cmocka_unit_test(linear_ticks)};
  return cmocka_run_group_tests_name("report/axis", tests, NULL, NULL);
}

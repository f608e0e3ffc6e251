/* SPDX-License-Identifier: Apache-2.0
 *
 * The normal quantile against published values and against its own inverse, far tails included.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/probit.h"

static void near(double seen, double expected, double relative) {
  double most = relative * fmax(fabs(expected), 1e-300);
  if (!(fabs(seen - expected) <= most))
    fail_msg("%.17g is not %.17g", seen, expected);
}

static void published_values(void **state) {
  (void)state;
  near(plb_probit_upper(0.5), 0.0, 1e-15);
  near(plb_probit_upper(0.025), 1.959963984540054, 2e-15);
  near(plb_probit_upper(1e-3), 3.090232306167813, 2e-15);
  near(plb_probit_upper(1e-6), 4.753424308822899, 2e-15);
  near(plb_probit_upper(1e-20), 9.262340089798408, 2e-15);
  near(plb_probit_upper(1e-100), 21.27345356096532, 2e-15);
  near(plb_probit(0.4), -0.2533471031357997, 2e-15);
}

static void edges(void **state) {
  (void)state;
  assert_true(isinf(plb_probit_upper(0.0)) && plb_probit_upper(0.0) > 0.0);
  assert_true(isinf(plb_probit_upper(1.0)) && plb_probit_upper(1.0) < 0.0);
  assert_true(isfinite(plb_probit_upper(5e-324)));
  assert_true(plb_probit_upper(5e-324) > plb_probit_upper(1e-300));
}

/* Each tail probability comes back, relative error included, and the quantile falls all the way. */
static void comes_back(void **state) {
  (void)state;
  double before = INFINITY;
  for (double p = 1e-290; p < 0.5; p *= 1.7) {
    double t = plb_probit_upper(p);
    near(0.5 * erfc(t * M_SQRT1_2), p, 1e-12);
    assert_true(t < before);
    before = t;
  }
  for (double p = 0.001; p < 1.0; p += 0.001)
    near(plb_probit_upper(p), -plb_probit_upper(1.0 - p), 1e-11);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(published_values), cmocka_unit_test(edges),
                                     cmocka_unit_test(comes_back)};
  return cmocka_run_group_tests_name("base/probit", tests, NULL, NULL);
}

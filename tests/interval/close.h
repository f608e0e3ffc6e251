/* SPDX-License-Identifier: Apache-2.0
 *
 * Comparing doubles in tests: equal within a relative or an absolute tolerance.
 */
#ifndef TESTS_ESTIMATE_CLOSE_H
#define TESTS_ESTIMATE_CLOSE_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

static inline void check_close(const char *what, double seen, double want, double relative, double absolute,
                               const char *file, int line) {
  if (seen == want || fabs(seen - want) <= absolute || fabs(seen - want) <= relative * fabs(want))
    return;
  print_error("%s is %.17g, expected %.17g: off by %.3g relative\n", what, seen, want, seen / want - 1.0);
  _fail(file, line);
}

#define CLOSE(seen, want, relative) check_close(#seen, (seen), (want), (relative), 0.0, __FILE__, __LINE__)
#define CLOSE_ABS(seen, want, absolute) check_close(#seen, (seen), (want), 0.0, (absolute), __FILE__, __LINE__)

#endif

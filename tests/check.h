/* SPDX-License-Identifier: Apache-2.0
 *
 * What most tests need: cmocka, comparison of doubles, a small reproducible generator, the folder of
 * shared data.
 */
#ifndef PLB_TESTS_CHECK_H
#define PLB_TESTS_CHECK_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* |a - b| <= relative * max(|a|, |b|) or <= 1e-300. */
static inline void check_close(double a, double b, double relative, const char *file, int line) {
  double scale = fmax(fabs(a), fabs(b));
  if (a == b || fabs(a - b) <= fmax(relative * scale, 1e-300))
    return;
  fprintf(stderr, "%s:%d: %.17g and %.17g differ by %.3g of their size, allowed %.3g\n", file, line, a, b,
          fabs(a - b) / scale, relative);
  fail();
}
#define assert_close(a, b, relative) check_close((a), (b), (relative), __FILE__, __LINE__)

/* xorshift64*; the state is the test's. */
static inline uint64_t draw(uint64_t *state) {
  *state ^= *state >> 12;
  *state ^= *state << 25;
  *state ^= *state >> 27;
  return *state * UINT64_C(2685821657736338717);
}

static inline uint32_t draw_below(uint64_t *state, uint32_t n) {
  return (uint32_t)((draw(state) >> 32) * n >> 32);
}

/* The folder of shared data, or NULL after saying that the test is skipped. */
static inline const char *shared_data_folder(const char *test) {
  const char *folder = getenv("PLUMBLINE_DATA");
  FILE *readme = NULL;
  char path[4096];
  if (folder) {
    snprintf(path, sizeof path, "%s/README.md", folder);
    readme = fopen(path, "r");
  }
  if (readme) {
    fclose(readme);
    return folder;
  }
  printf("# SKIP %s: no shared data (PLUMBLINE_DATA)\n", test);
  return NULL;
}

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "base/key.h"
#include "tally/sort.h"

static int compare(const void *a, const void *b) {
  uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
  return (x > y) - (x < y);
}

/* Keys of kinds that real and hostile data have. */
static uint64_t key_of_kind(int kind, uint64_t *seed, size_t i) {
  double even = (double)(draw(seed) >> 11) * 0x1p-53, centred = even - 0.5;
  switch (kind) {
  case 0: return draw(seed);
  case 1: return plb_key_of(round(centred * 1e6) / 1e6);
  case 2: /* all magnitudes */ return plb_key_of(ldexp(centred, (int)draw_below(seed, 2000) - 1000));
  case 3: /* few values, many ties, one far away */ return plb_key_of(i == 77 ? 1e300 : (double)draw_below(seed, 5));
  case 4: /* already sorted, then the same again */ return plb_key_of((double)(i % 50000));
  case 5: /* falling */ return UINT64_MAX - i;
  case 6: /* crowds: each digit of ten bits leaves most keys together */ return UINT64_C(1) << draw_below(seed, 64);
  default: return i % 3 ? 42 : (uint64_t)draw_below(seed, 1000) << 40;
  }
}

static void sorts_as_qsort(void **unused) {
  (void)unused;
  static const size_t sizes[] = {0, 1, 2, 23, 24, 25, 26, 1000, 4096, 4097, 70000, 300000};
  for (int kind = 0; kind < 8; kind++) {
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
      size_t n = sizes[s];
      uint64_t seed = 17 + n, *keys = malloc((n + 1) * sizeof *keys), *expected = malloc((n + 1) * sizeof *expected),
               *scratch = malloc((n + 1) * sizeof *scratch);
      for (size_t i = 0; i < n; i++)
        expected[i] = keys[i] = key_of_kind(kind, &seed, i);
      keys[n] = scratch[n] = 5; /* behind the room: stays */
      qsort(expected, n, sizeof *expected, compare);
      plb_sort_keys(keys, scratch, n);
      assert_memory_equal(keys, expected, n * sizeof *keys);
      assert_true(keys[n] == 5 && scratch[n] == 5);
      free(keys);
      free(expected);
      free(scratch);
    }
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(sorts_as_qsort)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}

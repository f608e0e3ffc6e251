/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "tally/counts.h"

static int compare(const void *a, const void *b) {
  uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
  return (x > y) - (x < y);
}

/* Obviously right: sort everything and count equal neighbours. */
static void check_against_sorting(uint64_t *keys, size_t n, const struct plb_run *run) {
  qsort(keys, n, sizeof *keys, compare);
  size_t at = 0;
  for (size_t i = 0, j; i < n; i = j, at++) {
    for (j = i; j < n && keys[j] == keys[i];)
      j++;
    assert_true(at < run->count);
    assert_true(run->keys[at] == keys[i]);
    assert_true(run->counts[at] == j - i);
  }
  assert_int_equal(at, run->count);
}

static void counts_equal_sorting(void **unused) {
  (void)unused;
  uint64_t seed = 7;
  static const size_t sizes[] = {0, 1, 2, 4096, 4097, 100000, 3000000};
  static const uint64_t masks[] = {0, 1, 0xFF, 0xFFFF, UINT64_MAX, UINT64_C(0xFF00000000000000)};
  for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
    for (size_t m = 0; m < sizeof masks / sizeof *masks; m++) {
      if (sizes[s] > 200000 && m % 2)
        continue;
      uint64_t *keys = malloc((sizes[s] + 1) * sizeof *keys);
      struct plb_counts counts = {0};
      struct plb_run run;
      for (size_t i = 0; i < sizes[s]; i++) {
        keys[i] = draw(&seed) & masks[m];
        assert_true(plb_counts_add(&counts, keys[i]));
      }
      assert_true(plb_counts_finish(&counts, &run));
      check_against_sorting(keys, sizes[s], &run);
      plb_counts_free(&counts);
      free(keys);
    }
  }
}

static void many_equals_one_by_one(void **unused) {
  (void)unused;
  struct plb_counts many = {0}, single = {0};
  struct plb_run a, b;
  uint64_t seed = 11;
  for (int i = 0; i < 500; i++) {
    uint64_t key = draw_below(&seed, 100), times = draw_below(&seed, 50);
    assert_true(plb_counts_add_many(&many, key, times));
    for (uint64_t t = 0; t < times; t++)
      assert_true(plb_counts_add(&single, key));
  }
  assert_true(plb_counts_finish(&many, &a));
  assert_true(plb_counts_finish(&single, &b));
  assert_int_equal(a.count, b.count);
  assert_memory_equal(a.keys, b.keys, a.count * sizeof *a.keys);
  assert_memory_equal(a.counts, b.counts, a.count * sizeof *a.counts);
  plb_counts_free(&many);
  plb_counts_free(&single);
}

/* A count of 2^40 stays exact. */
static void large_counts(void **unused) {
  (void)unused;
  struct plb_counts counts = {0};
  struct plb_run run;
  for (int i = 0; i < 4; i++)
    assert_true(plb_counts_add_many(&counts, 5, UINT64_C(1) << 40));
  assert_true(plb_counts_finish(&counts, &run));
  assert_int_equal(run.count, 1);
  assert_true(run.counts[0] == UINT64_C(1) << 42);
  plb_counts_free(&counts);
}

/* What was counted stays counted when more comes after a finish, and a second finish says the same. */
static void finish_then_more(void **unused) {
  (void)unused;
  uint64_t seed = 13, keys[9000];
  struct plb_counts counts = {0};
  struct plb_run run, again;
  for (size_t i = 0; i < 9000; i++) {
    keys[i] = draw_below(&seed, 3000);
    assert_true(plb_counts_add(&counts, keys[i]));
    if (i % 1000 != 7)
      continue;
    assert_true(plb_counts_finish(&counts, &run));
    assert_true(plb_counts_finish(&counts, &again));
    assert_int_equal(run.count, again.count);
    assert_memory_equal(run.keys, again.keys, run.count * sizeof *run.keys);
    assert_memory_equal(run.counts, again.counts, run.count * sizeof *run.counts);
  }
  assert_true(plb_counts_finish(&counts, &run));
  check_against_sorting(keys, 9000, &run);
  plb_counts_clear(&counts);
  assert_true(plb_counts_add_all(&counts, keys, 10));
  assert_true(plb_counts_finish(&counts, &run));
  check_against_sorting(keys, 10, &run);
  plb_counts_free(&counts);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(counts_equal_sorting), cmocka_unit_test(many_equals_one_by_one),
                                     cmocka_unit_test(large_counts), cmocka_unit_test(finish_then_more)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * Sums of scores in single precision: to the bit those of the same scores added one by one, in whatever order and
 * parts, and near those of long doubles.
 */
#include "check.h"

#include "base/key.h"
#include "tally/moments.h"

enum { KINDS = 5, CHUNKS = 3 };

static float draw_score(int kind, uint64_t *state) {
  uint32_t any = draw_below(state, UINT32_MAX);
  float value;
  switch (kind) {
  case 0: return (float)any / 0x1p31f - 1;                          /* usual scores */
  case 1: return any % 5 ? 0 : 0.5f;                                /* zeroes */
  case 2: any = (any & UINT32_C(1) << 31) | any % 0x1000000; break; /* too small for a power of two of their own */
  case 3: any = UINT32_C(0x7F7FFFFF) - any % 16; break;             /* the largest */
  default: break;
  }
  memcpy(&value, &any, sizeof value);
  return !isfinite(value) || value == 0 ? 0 : value; /* no -0 */
}

static void check_kind(int kind) {
  static float scores[CHUNKS][PLB_CHUNK_ROWS];
  uint64_t state = 3 + (uint64_t)kind;
  struct plb_moment_sums *sums = calloc(3, sizeof *sums);
  long double sum = 0, squares = 0, sizes = 0;
  assert_non_null(sums);
  for (size_t i = 0; i < CHUNKS * PLB_CHUNK_ROWS; i++) {
    float score = scores[i / PLB_CHUNK_ROWS][i % PLB_CHUNK_ROWS] = draw_score(kind, &state);
    plb_moment_sums_add(&sums[0], plb_key_of((double)score), 1);
    sum += (long double)score;
    sizes += fabsl((long double)score);
    squares += (long double)score * (long double)score;
  }
  for (size_t c = 0; c < CHUNKS; c++)
    plb_moment_sums_add_singles(&sums[c ? 1 : 2], scores[c]);
  plb_moment_sums_join(&sums[1], &sums[2]);
  struct plb_moments one = plb_moments_from(&sums[0]), all = plb_moments_from(&sums[1]);
  assert_memory_equal(&one, &all, sizeof one);
  assert_false(sums[1].infinite);
  assert_true(fabsl((long double)all.sum - sum) <= 1e-15L * sizes);
  assert_close(all.squares, (double)squares, 1e-14);
  free(sums);
}

static void as_one_by_one(void **unused) {
  (void)unused;
  for (int kind = 0; kind < KINDS; kind++)
    check_kind(kind);
}

static void infinite_ones(void **unused) {
  (void)unused;
  for (int sign = -1; sign < 2; sign += 2) {
    float scores[PLB_CHUNK_ROWS] = {1.5f, (float)sign * INFINITY};
    struct plb_moment_sums *sums = calloc(1, sizeof *sums);
    assert_non_null(sums);
    plb_moment_sums_add_singles(sums, scores);
    assert_true(sums->infinite);
    assert_true(plb_moments_from(sums).sum == 1.5 && plb_moments_from(sums).squares == 2.25);
    free(sums);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(as_one_by_one), cmocka_unit_test(infinite_ones)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * Rows below, counted by ranks.h and one by one: few and many rows in a span, ties, spans without any, the ends of the
 * range of keys. By short keys, too, which find the spans that keys do.
 */
#include "check.h"

#include "base/key.h"
#include "tally/ranks.h"
#include "tally/sort.h"

enum { RARE = 3000, ROWS = 20000, KINDS = 5 };

static uint64_t draw_key(int kind, uint64_t *state) {
  uint64_t any = (uint64_t)draw_below(state, UINT32_MAX) << 32 | draw_below(state, UINT32_MAX);
  switch (kind) {
  case 0: return any;
  case 1: return any >> 60 << 60 | draw_below(state, 40);                      /* ties */
  case 2: return draw_below(state, 2) ? UINT64_MAX - draw_below(state, 3) : 0; /* the ends */
  case 3: return (UINT64_C(3) << 62) + draw_below(state, 100000);              /* all in one span */
  default: return UINT64_C(7) << 60;                                           /* all tied */
  }
}

static void check_kind(int kind, size_t sampled) {
  uint64_t state = 5 + (uint64_t)kind, sample[256];
  static uint64_t rare[RARE], rows[ROWS];
  static struct plb_ranked ranked[ROWS];
  struct plb_span_map map;
  struct plb_counts counts = {0};
  struct plb_run run;
  struct plb_ranks ranks;
  for (size_t i = 0; i < RARE; i++)
    rare[i] = draw_key(kind, &state);
  for (size_t i = 0; i < ROWS; i++)
    rows[i] = draw_key(kind, &state);
  for (size_t i = 0; i < sampled; i++)
    sample[i] = rare[i];
  plb_sort_keys(sample, rows + ROWS / 2, sampled);
  assert_true(plb_span_map_make(&map, sample, sampled));
  assert_true(plb_counts_add_all(&counts, rare, RARE) && plb_counts_finish(&counts, &run));
  assert_true(plb_ranks_make(&ranks, &run, &map));
  uint64_t expected = 0;
  for (size_t i = 0; i < ROWS; i++) {
    uint32_t span = plb_span_of(&map, rows[i]);
    ranked[i] = (struct plb_ranked){rows[i], ranks.first[span], ranks.first[span + 1]};
    for (size_t j = 0; j < RARE; j++)
      if (span == plb_span_of(&map, rare[j]))
        expected += (uint64_t)(rare[j] < rows[i]) + (rare[j] <= rows[i]);
  }
  assert_true(plb_ranks_sum(&ranks, ranked, ROWS) == expected);
  plb_ranks_free(&ranks);
  plb_counts_free(&counts);
  plb_span_map_free(&map);
}

static void as_one_by_one(void **unused) {
  (void)unused;
  for (int kind = 0; kind < KINDS; kind++) {
    check_kind(kind, 1);
    check_kind(kind, 200);
  }
}

/* ---- short keys ------------------------------------------------------------------------------ */

enum { SINGLES = 5 };

static float draw_single(int kind, uint64_t *state) {
  uint32_t any = draw_below(state, UINT32_MAX), sign = any & UINT32_C(1) << 31, bits;
  float value;
  switch (kind) {
  case 0: bits = any; break;
  case 1: return (float)draw_below(state, 40) - 20;                                             /* ties, and zero */
  case 2: bits = sign | (draw_below(state, 4) ? UINT32_C(0x3F800000) + any % 70000 : 0); break; /* close together */
  case 3: bits = sign | (draw_below(state, 2) ? UINT32_C(0x7F800000) : any % 0x1000000); break; /* the ends */
  default: bits = any % 0x3000000; break;                                                       /* tiny, and larger */
  }
  memcpy(&value, &bits, sizeof value);
  return isnan(value) || value == 0 ? 0 : value; /* no -0 */
}

/* Whether no number between -2^-126 and 2^-126 is in the sample, but for zero. */
static bool is_plain(const uint64_t *sample, size_t count) {
  bool plain = true;
  for (size_t i = 0; i < count; i++)
    plain &= plb_value_of(sample[i]) == 0 || fabs(plb_value_of(sample[i])) >= 0x1p-126;
  return plain;
}

/* Rows between numbers in single precision, and some that are such numbers, among ranks of these. */
static void check_doubles(int kind, const struct plb_span_map *map, const struct plb_ranks *ranks, const uint64_t *rare,
                          uint64_t *state) {
  static struct plb_ranked ranked[ROWS];
  uint64_t expected = 0;
  for (size_t i = 0; i < ROWS; i++) {
    double score = (double)draw_single(kind, state) * (i % 3 ? 1 : 1 + 1e-10);
    uint64_t key = plb_key_of(i % 50 ? score : i % 100 ? 1e300 : -HUGE_VAL);
    uint32_t span = plb_span_of(map, key);
    ranked[i] = (struct plb_ranked){key, ranks->first[span], ranks->first[span + 1]};
    for (size_t j = 0; j < RARE; j++)
      if (span == plb_span_of(map, rare[j]))
        expected += (uint64_t)(rare[j] < key) + (rare[j] <= key);
  }
  assert_true(plb_ranks_sum(ranks, ranked, ROWS) == expected);
}

static void check_singles(int kind, size_t sampled) {
  uint64_t state = 11 + (uint64_t)kind, sample[256], scratch[256], expected = 0;
  static uint64_t rare[RARE];
  static struct plb_ranked_short ranked[ROWS];
  struct plb_span_map map;
  struct plb_counts counts = {0};
  struct plb_run run;
  struct plb_ranks ranks;
  for (size_t i = 0; i < RARE; i++)
    rare[i] = plb_key_of((double)draw_single(kind, &state));
  memcpy(sample, rare, sampled * sizeof *sample);
  plb_sort_keys(sample, scratch, sampled);
  assert_true(plb_span_map_make(&map, sample, sampled));
  assert_int_equal(map.shorts, is_plain(sample, sampled));
  assert_true(plb_counts_add_all(&counts, rare, RARE) && plb_counts_finish(&counts, &run));
  assert_true(plb_ranks_make(&ranks, &run, &map));
  assert_true((ranks.shorts != NULL) == map.shorts);
  for (size_t i = 0; i < ROWS && map.shorts; i++) {
    float score = draw_single(kind, &state);
    uint64_t key = plb_key_of((double)score);
    uint32_t span = plb_span_of(&map, key);
    assert_int_equal(plb_span_of_short(&map, plb_short_key_of(score)), span);
    ranked[i] = (struct plb_ranked_short){plb_short_key_of(score), ranks.first[span], ranks.first[span + 1]};
    for (size_t j = 0; j < RARE; j++)
      if (span == plb_span_of(&map, rare[j]))
        expected += (uint64_t)(rare[j] < key) + (rare[j] <= key);
  }
  assert_true(!map.shorts || plb_ranks_sum_short(&ranks, ranked, ROWS) == expected);
  check_doubles(kind, &map, &ranks, rare, &state);
  plb_ranks_free(&ranks);
  plb_counts_free(&counts);
  plb_span_map_free(&map);
}

static void by_short_keys(void **unused) {
  (void)unused;
  for (int kind = 0; kind < SINGLES; kind++) {
    check_singles(kind, 0);
    check_singles(kind, 1);
    check_singles(kind, 200);
  }
}

/* A score that has no short key. */
static void none_of_doubles(void **unused) {
  (void)unused;
  uint64_t keys[] = {plb_key_of(0.5), plb_key_of(0.1)};
  struct plb_span_map map;
  struct plb_counts counts = {0};
  struct plb_run run;
  struct plb_ranks ranks;
  assert_true(plb_span_map_make(&map, keys, 1) && map.shorts);
  assert_true(plb_counts_add_all(&counts, keys, 2) && plb_counts_finish(&counts, &run));
  assert_true(plb_ranks_make(&ranks, &run, &map));
  assert_null(ranks.shorts);
  plb_ranks_free(&ranks);
  plb_counts_free(&counts);
  plb_span_map_free(&map);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(as_one_by_one), cmocka_unit_test(by_short_keys),
                                     cmocka_unit_test(none_of_doubles)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}

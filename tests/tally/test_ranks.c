/* SPDX-License-Identifier: Apache-2.0
 *
 * Rows below, counted by ranks.h and one by one: few and many rows in a span, ties, spans without any, the ends of the
 * range of keys.
 */
#include "check.h"

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

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(as_one_by_one)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}

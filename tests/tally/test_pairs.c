/* SPDX-License-Identifier: Apache-2.0 */
#include "check.h"

#include "tally/pairs.h"

#define IDS 3000

struct naive {
  uint64_t hash;
  uint32_t id, count;
};

static int by_hash(const void *a, const void *b) {
  const struct naive *x = a, *y = b;
  return (x->hash > y->hash) - (x->hash < y->hash);
}

static uint64_t hash_of(uint32_t id) {
  return plb_pair_hash(id * UINT64_C(0x9E3779B97F4A7C15), id);
}

static void count(struct plb_pairs *pairs, const uint32_t *rows, size_t n, size_t exact) {
  for (int again = 0; again < 2; again++) {
    plb_pairs_free(pairs);
    assert_true(plb_pairs_start(pairs, again, exact));
    for (size_t i = 0; i < n; i++)
      assert_true(plb_pairs_add(pairs, rows[i], hash_of(rows[i])));
    if (!plb_pairs_again(pairs, exact))
      return;
  }
}

/* Whatever the limits, what is kept is the set of the smallest hashes with their whole counts. */
static void check_limits(size_t exact, size_t sample, uint64_t seed) {
  enum { ROWS = 20000 };
  static uint32_t rows[ROWS];
  static struct naive naive[IDS];
  struct plb_pairs pairs = {0};
  for (uint32_t id = 0; id < IDS; id++)
    naive[id] = (struct naive){.hash = hash_of(id), .id = id};
  for (size_t i = 0; i < ROWS; i++)
    naive[rows[i] = draw_below(&seed, IDS)].count++;
  qsort(naive, IDS, sizeof *naive, by_hash);
  size_t distinct = 0;
  for (size_t i = 0; i < IDS; i++)
    distinct += naive[i].count > 0;
  count(&pairs, rows, ROWS, exact);
  assert_true(plb_pairs_finish(&pairs, sample));
  assert_int_equal(pairs.sampled, distinct > exact);
  size_t expected = distinct > exact ? sample : distinct, seen = 0;
  assert_int_equal(pairs.kept, expected);
  for (size_t i = 0; i < IDS && seen < expected; i++) {
    if (!naive[i].count)
      continue;
    size_t slot = plb_pairs_slot(&pairs, naive[i].id, naive[i].hash);
    assert_true(slot != SIZE_MAX);
    assert_int_equal(pairs.counts[slot], naive[i].count);
    seen++;
  }
  plb_pairs_free(&pairs);
}

static void keeps_the_smallest_hashes(void **unused) {
  (void)unused;
  check_limits(1u << 20, 1u << 18, 3); /* all fit */
  check_limits(IDS, 400, 4);           /* just fit, after a second walk */
  check_limits(2900, 600, 5);          /* just do not */
  check_limits(1000, 250, 6);          /* sampled at once */
}

static void hash_is_of_unordered_pairs(void **unused) {
  (void)unused;
  assert_true(plb_pair_hash(1, 2) == plb_pair_hash(2, 1));
  assert_true(plb_pair_hash(1, 2) != plb_pair_hash(1, 3));
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(keeps_the_smallest_hashes),
                                     cmocka_unit_test(hash_is_of_unordered_pairs)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}

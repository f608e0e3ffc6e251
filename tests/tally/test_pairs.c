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

static uint64_t hashes[IDS];
static const uint64_t *hashes_at = hashes;

static uint64_t hash_of(uint32_t id) {
  return plb_pair_hash(hashes[id], hashes[id], 0);
}

static uint64_t pair_of(uint32_t id) {
  return (uint64_t)id << 32 | id;
}

/* As a caller does who can walk the rows again, or one who cannot. */
static void count(struct plb_pairs *pairs, const uint32_t *rows, size_t n, double share) {
  for (bool walked_all = false; share > 0;) {
    assert_true(plb_pairs_start(pairs, share, 0));
    for (size_t i = 0; i < n; i++)
      if (hash_of(rows[i]) <= pairs->cut)
        assert_true(plb_pairs_insert(pairs, pair_of(rows[i]), hash_of(rows[i]), 1));
    walked_all |= share >= 1;
    share = walked_all ? 0 : plb_pairs_next(pairs);
  }
}

/* Whatever the limits, what is kept is the set of the smallest hashes with their whole counts. */
static void check_limits(size_t exact, size_t sample, double share, uint64_t seed) {
  enum { ROWS = 20000 };
  static uint32_t rows[ROWS];
  static struct naive naive[IDS];
  struct plb_pairs pairs = {.exact = exact, .sample = sample, .hash = &hashes_at};
  for (uint32_t id = 0; id < IDS; id++)
    naive[id] = (struct naive){.hash = hash_of(id), .id = id};
  for (size_t i = 0; i < ROWS; i++)
    naive[rows[i] = draw_below(&seed, IDS)].count++;
  qsort(naive, IDS, sizeof *naive, by_hash);
  size_t distinct = 0;
  for (size_t i = 0; i < IDS; i++)
    distinct += naive[i].count > 0;
  count(&pairs, rows, ROWS, share);
  assert_int_equal(plb_pairs_finish(&pairs, 1, NULL, NULL), PLB_OK);
  assert_int_equal(pairs.cut != UINT64_MAX, distinct > exact);
  size_t expected = distinct > exact ? sample : distinct, seen = 0;
  assert_int_equal(pairs.kept, expected);
  for (size_t i = 0; i < IDS && seen < expected; i++) {
    if (!naive[i].count)
      continue;
    size_t slot = plb_pairs_slot(&pairs, pair_of(naive[i].id), naive[i].hash);
    assert_true(slot != SIZE_MAX);
    assert_int_equal(pairs.slots[slot].count, naive[i].count);
    seen++;
  }
  plb_pairs_free(&pairs);
}

static void keeps_the_smallest_hashes(void **unused) {
  (void)unused;
  uint64_t seed = 77;
  for (int id = 0; id < IDS; id++)
    hashes[id] = draw(&seed);
  static const double shares[] = {1, 0.5, 0.1, 0.001};
  for (int s = 0; s < 4; s++) {
    check_limits(1u << 20, 1u << 18, shares[s], 3); /* all fit */
    check_limits(IDS, 400, shares[s], 4);           /* just fit */
    check_limits(2900, 600, shares[s], 5);          /* just do not */
    check_limits(1000, 250, shares[s], 6);          /* sampled */
  }
}

/* Rows that come after the sample was cut to its size find their pairs, and never fill the slots up. */
static void goes_on_after_a_finish(void **unused) {
  (void)unused;
  struct plb_pairs pairs = {.exact = 700, .sample = 100, .hash = &hashes_at};
  uint32_t counts[IDS] = {0};
  uint64_t seed = 5;
  assert_true(plb_pairs_start(&pairs, 1, 0));
  for (int round = 0; round < 40; round++) {
    for (uint32_t i = 0; i < 1000; i++) {
      uint32_t id = draw_below(&seed, IDS);
      counts[id]++;
      if (hash_of(id) <= pairs.cut)
        assert_true(plb_pairs_insert(&pairs, pair_of(id), hash_of(id), 1));
    }
    assert_int_equal(plb_pairs_finish(&pairs, 3, NULL, NULL), PLB_OK);
    size_t kept = 0;
    for (uint32_t id = 0; id < IDS; id++) {
      size_t slot = plb_pairs_slot(&pairs, pair_of(id), hash_of(id));
      if (slot == SIZE_MAX || !pairs.slots[slot].count)
        continue;
      kept++;
      assert_int_equal(pairs.slots[slot].count, counts[id]);
    }
    assert_int_equal(pairs.kept, kept);
    assert_true(pairs.kept <= 100 || pairs.cut == UINT64_MAX);
  }
  plb_pairs_free(&pairs);
}

static void hash_is_of_unordered_pairs(void **unused) {
  (void)unused;
  assert_true(plb_pair_hash(1, 2, 0) == plb_pair_hash(2, 1, 0));
  assert_true(plb_pair_hash(1, 2, 0) != plb_pair_hash(1, 3, 0));
  assert_true(plb_pair_hash(1, 2, 9) != plb_pair_hash(2, 1, 9));
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(keeps_the_smallest_hashes),
                                     cmocka_unit_test(goes_on_after_a_finish),
                                     cmocka_unit_test(hash_is_of_unordered_pairs)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}

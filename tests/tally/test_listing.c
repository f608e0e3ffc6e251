/* SPDX-License-Identifier: Apache-2.0
 *
 * Lists of the rows from a score upwards against a sort of all rows, made by one thread and by several.
 */
#include "check.h"
#include "comparisons.h"

#include <stdlib.h>

#include "base/key.h"
#include "tally/listing.h"
#include "tally/tally.h"

enum { ROWS = 150000, PEOPLE = 300 };

enum order { ANY_ORDER, RISING, FALLING, TIED, FAR_OUT, ORDERS };

static double score(enum order order, size_t row, uint64_t *seed) {
  switch (order) {
  case RISING: return (double)row / 3;
  case FALLING: return -(double)(row / 2);
  case TIED: return (double)draw_below(seed, 3);
  case FAR_OUT: return row % 50000 == 7 ? -1e300 : (double)draw_below(seed, 1 << 30) * 1e-9;
  default: return (double)draw_below(seed, 1 << 30) / 7e7 - 5;
  }
}

static struct plb_tally *tally_of(enum order order) {
  struct plb_input input = {.size = sizeof input, .memory = 1 << 30};
  struct plb_trial *rows = calloc(ROWS, sizeof *rows);
  struct plb_tally *tally;
  uint64_t seed = 11 + (uint64_t)order;
  assert_int_equal(plb_tally_new(&input, &tally, NULL), PLB_OK);
  for (uint32_t i = 0; i < PEOPLE; i++)
    person_called(tally, i);
  for (size_t r = 0; r < ROWS; r++) {
    uint32_t a = draw_below(&seed, PEOPLE);
    rows[r] = comparison(score(order, r, &seed), a, (a + 1 + draw_below(&seed, PEOPLE - 1)) % PEOPLE);
  }
  assert_int_equal(plb_tally_add_trials(tally, rows, ROWS, NULL), PLB_OK);
  free(rows);
  return tally;
}

static int highest_first(const void *a, const void *b) {
  const struct plb_listed *x = a, *y = b;
  if (x->key != y->key)
    return x->key > y->key ? -1 : 1;
  if (x->first != y->first)
    return x->first < y->first ? -1 : 1;
  return (x->second > y->second) - (x->second < y->second);
}

static struct plb_listing listed(const struct plb_tally *tally, uint64_t from, size_t expected, unsigned threads) {
  struct plb_listing listing;
  const struct plb_listing_asked asked = {.tally = tally,
                                          .rows = &tally->systems[0].of[PLB_CLASS_NONMATED].rows,
                                          .from = from,
                                          .expected = expected,
                                          .threads = threads};
  assert_int_equal(plb_listing_make(&asked, &listing, NULL), PLB_OK);
  for (size_t i = 1; i < listing.count; i++)
    assert_true(listing.rows[i - 1].key >= listing.rows[i].key);
  if (listing.count) /* among equal keys in no particular order, so in one of ours */
    qsort(listing.rows, listing.count, sizeof *listing.rows, highest_first);
  return listing;
}

static void threads_list_the_same(void **unused) {
  (void)unused;
  for (int order = 0; order < ORDERS; order++) {
    struct plb_tally *tally = tally_of((enum order)order);
    struct plb_listing all = listed(tally, 0, ROWS, 0);
    assert_int_equal(all.count, ROWS);
    for (unsigned threads = 1; threads <= 5; threads++) {
      uint64_t from = threads == 5 ? UINT64_MAX : threads == 1 ? 0 : all.rows[ROWS / threads].key;
      size_t count = 0;
      while (count < ROWS && all.rows[count].key >= from)
        count++;
      struct plb_listing some = listed(tally, from, threads % 2 ? ROWS : count, threads);
      assert_int_equal(some.count, count);
      if (count)
        assert_memory_equal(some.rows, all.rows, count * sizeof *all.rows);
      plb_listing_free(&some);
    }
    plb_listing_free(&all);
    plb_tally_free(tally);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(threads_list_the_same)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}

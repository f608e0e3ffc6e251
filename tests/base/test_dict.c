/* SPDX-License-Identifier: Apache-2.0
 *
 * Dictionaries against a list that is searched from its start: ids of all lengths, many alike but for a byte, and
 * looked up one by one and many together.
 */
#include "base/dict.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { IDS = 3000, LONGEST = 40 };

static uint64_t state = 88172645463325252u;

static uint64_t any(void) { /* xorshift64 */
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return state;
}

static char texts[IDS][LONGEST];
static struct plb_slice ids[IDS];

/* Ids of two letters, most of them "a": so that many have the same words, lengths and halves. */
static void make_ids(void) {
  for (size_t i = 0; i < IDS; i++) {
    size_t length = any() % (LONGEST + 1);
    memset(texts[i], 'a', LONGEST);
    for (size_t k = any() % 4; k; k--)
      texts[i][any() % LONGEST] = 'b';
    ids[i] = (struct plb_slice){texts[i], length};
  }
}

static bool same(struct plb_slice left, struct plb_slice right) {
  return left.length == right.length && memcmp(left.text, right.text, left.length) == 0;
}

static void numbers_are_those_of_a_list(void **unused) {
  (void)unused;
  for (int round = 0; round < 20; round++) {
    struct plb_dict dict = {0};
    struct plb_slice list[IDS];
    uint32_t count = 0, number;
    make_ids();
    for (size_t i = 0; i < IDS / 2; i++) {
      uint32_t expected = 0;
      while (expected < count && !same(list[expected], ids[i]))
        expected++;
      assert_int_equal(plb_dict_find(&dict, ids[i].text, ids[i].length), expected < count ? expected : PLB_NOBODY);
      if (expected == count)
        list[count++] = ids[i];
      assert_true(plb_dict_put(&dict, ids[i].text, ids[i].length, &number));
      assert_int_equal(number, expected);
    }
    assert_int_equal(dict.count, count);
    plb_dict_free(&dict);
  }
}

static void together_as_one_by_one(void **unused) {
  (void)unused;
  struct plb_dict dict = {0};
  uint32_t numbers[IDS], number;
  make_ids();
  plb_dict_find_all(&dict, ids, IDS, numbers);
  for (size_t i = 0; i < IDS; i++)
    assert_int_equal(numbers[i], PLB_NOBODY);
  for (size_t i = 0; i < IDS; i += 2)
    assert_true(plb_dict_put(&dict, ids[i].text, ids[i].length, &number));
  for (size_t from = 0, count; from < IDS; from += count) {
    count = any() % 100;
    count = count < IDS - from ? count : IDS - from;
    numbers[from + count - (from + count == IDS)] = 7;
    plb_dict_find_all(&dict, ids + from, count, numbers + from);
    for (size_t i = from; i < from + count; i++)
      assert_int_equal(numbers[i], plb_dict_find(&dict, ids[i].text, ids[i].length));
    if (from + count < IDS)
      assert_int_equal(numbers[from + count], 7); /* not one more */
  }
  plb_dict_free(&dict);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(numbers_are_those_of_a_list),
                                     cmocka_unit_test(together_as_one_by_one)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * See scored.h. A radix sort by bytes, last one first, over those bytes that are not the same everywhere: numbers of
 * samples are small, so that most are. Cost: linear; memory for a second list while it is sorted.
 */
#include "tally/scored.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

#define DIGITS 256
#define WORD_BYTES 8

bool plb_scored_add(struct plb_scored_list *list, uint64_t pair, uint64_t key) {
  if (!plb_reserve(&list->rows, &list->capacity, list->count + 1, sizeof *list->rows))
    return false;
  list->rows[list->count++] = (struct plb_scored){pair, key};
  return true;
}

void plb_scored_free(struct plb_scored_list *list) {
  free(list->rows);
  *list = (struct plb_scored_list){0};
}

/* Digit 0 to 7 are the bytes of the key, 8 to 15 those of the pair. */
static inline unsigned digit_of(const struct plb_scored *row, unsigned digit) {
  uint64_t word = digit < WORD_BYTES ? row->key : row->pair;
  return (unsigned)(word >> digit % WORD_BYTES * 8) & (DIGITS - 1);
}

static void sort_by(const struct plb_scored *from, struct plb_scored *to, size_t n, unsigned digit,
                    const size_t counts[DIGITS]) {
  size_t place[DIGITS], at = 0;
  for (unsigned d = 0; d < DIGITS; d++) {
    place[d] = at;
    at += counts[d];
  }
  for (size_t i = 0; i < n; i++)
    to[place[digit_of(&from[i], digit)]++] = from[i];
}

static bool sort_list(struct plb_scored_list *list) {
  size_t n = list->count;
  struct plb_scored *spare = plb_alloc_large(n ? n : 1, sizeof *spare);
  if (!spare)
    return false;
  for (unsigned digit = 0; digit < 2 * WORD_BYTES; digit++) {
    size_t counts[DIGITS] = {0};
    for (size_t i = 0; i < n; i++)
      counts[digit_of(&list->rows[i], digit)]++;
    if (!n || counts[digit_of(&list->rows[0], digit)] == n)
      continue;
    sort_by(list->rows, spare, n, digit, counts);
    struct plb_scored *sorted = spare;
    spare = list->rows;
    list->rows = sorted;
  }
  list->capacity = n;
  free(spare);
  return true;
}

bool plb_scored_settle(struct plb_scored_list *list, uint64_t *repeated, uint64_t *clashing) {
  if (!sort_list(list))
    return false;
  size_t kept = 0;
  for (size_t i = 0; i < list->count; i++) {
    const struct plb_scored *row = &list->rows[i], *last = kept ? &list->rows[kept - 1] : NULL;
    if (last && last->pair == row->pair && last->key == row->key) {
      ++*repeated;
      continue;
    }
    *clashing += last && last->pair == row->pair;
    list->rows[kept++] = *row;
  }
  list->count = kept;
  return true;
}

uint64_t plb_scored_common(const struct plb_scored_list *a, const struct plb_scored_list *b) {
  uint64_t common = 0;
  for (size_t i = 0, j = 0; i < a->count && j < b->count;) {
    uint64_t x = a->rows[i].pair, y = b->rows[j].pair;
    common += x == y;
    i += x <= y;
    j += y <= x;
  }
  return common;
}

void plb_scored_turn(struct plb_scored_list *list, bool only_falling) {
  for (size_t i = 0; i < list->count; i++) {
    uint64_t pair = list->rows[i].pair, turned = pair << 32 | pair >> 32;
    if (!only_falling || turned < pair)
      list->rows[i].pair = turned;
  }
}

bool plb_scored_without(const struct plb_scored_list *list, const struct plb_scored_list *other,
                        struct plb_scored_list *alone) {
  size_t j = 0;
  for (size_t i = 0; i < list->count; i++) {
    const struct plb_scored *row = &list->rows[i];
    while (j < other->count && other->rows[j].pair < row->pair)
      j++;
    if ((j == other->count || other->rows[j].pair != row->pair) && !plb_scored_add(alone, row->pair, row->key))
      return false;
  }
  return true;
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * Open addressing with linear probing at a load of at most a half; texts lie in one arena, so a
 * dictionary of a million ids is four allocations. Most ids are short: they are compared, and placed, by
 * the words that they are, and hashed (XXH3) only when they are new.
 */
#define XXH_INLINE_ALL
#include "base/dict.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "base/memory.h"
#include "base/wide.h"

void plb_dict_free(struct plb_dict *dict) {
  free(dict->slots);
  free(dict->hash);
  free(dict->places);
  free(dict->text);
  *dict = (struct plb_dict){0};
}

#define SHORT 16

static inline uint64_t load(const char *text, size_t bytes) {
  uint64_t word = 0;
  memcpy(&word, text, bytes);
  return word;
}

/* What tells the text from every other one: exactly, up to 16 bytes. */
static inline struct plb_dict_slot key_of(const char *text, size_t length) {
  struct plb_dict_slot key = {.length = (uint32_t)length};
  if (length > SHORT) {
    key.low = XXH3_64bits(text, length);
    key.length = SHORT + 1;
  } else if (length >= 8) {
    key.low = load(text, 8);
    key.high = load(text + length - 8, 8);
  } else if (length >= 4) {
    key.low = load(text, 4);
    key.high = load(text + length - 4, 4);
  } else if (length) { /* the first, the middle and the last byte */
    key.low = (uint64_t)(unsigned char)text[0] << 8 | (unsigned char)text[length / 2];
    key.high = (unsigned char)text[length - 1];
  }
  return key;
}

/* The product of the two words, folded: every bit of both reaches the low bits of the answer. */
static inline size_t home_of(const struct plb_dict *dict, const struct plb_dict_slot *key) {
  plb_wide product = (plb_wide)(key->low ^ UINT64_C(0x9E3779B97F4A7C15)) * (key->high ^ UINT64_C(0xE7037ED1A0B428DB));
  uint64_t mixed = (uint64_t)product ^ (uint64_t)(product >> 64) ^ key->length;
  return (size_t)(mixed & (dict->slot_count - 1));
}

static bool same_text(const struct plb_dict *dict, uint32_t number, const char *text, size_t length) {
  const struct plb_dict_place *place = &dict->places[number];
  return place->length == length && memcmp(dict->text + place->start, text, length) == 0;
}

/* The slot that holds the text, or the empty one where it belongs; `at` is its home. */
static inline struct plb_dict_slot *slot_of(const struct plb_dict *dict, const struct plb_dict_slot *key, size_t at,
                                            const char *text, size_t length) {
  for (; dict->slots[at].number != PLB_NOBODY; at = (at + 1) & (dict->slot_count - 1)) {
    const struct plb_dict_slot *slot = &dict->slots[at];
    if (slot->low == key->low && slot->high == key->high && slot->length == key->length &&
        (length <= SHORT || same_text(dict, slot->number, text, length)))
      break;
  }
  return &dict->slots[at];
}

static bool grow_slots(struct plb_dict *dict) {
  struct plb_dict old = *dict;
  size_t wanted = old.slot_count ? old.slot_count * 2 : 64;
  struct plb_dict_slot *fresh = plb_alloc(wanted, sizeof *fresh);
  if (!fresh)
    return false;
  memset(fresh, 0xFF, wanted * sizeof *fresh);
  dict->slots = fresh;
  dict->slot_count = wanted;
  for (size_t i = 0; i < old.slot_count; i++) {
    size_t at = home_of(dict, &old.slots[i]);
    if (old.slots[i].number == PLB_NOBODY)
      continue;
    while (fresh[at].number != PLB_NOBODY)
      at = (at + 1) & (wanted - 1);
    fresh[at] = old.slots[i];
  }
  free(old.slots);
  return true;
}

static bool grow_arrays(struct plb_dict *dict, size_t length) {
  if (dict->count == dict->capacity) {
    size_t wanted = dict->capacity ? dict->capacity * 2 : 64;
    if (!plb_resize(&dict->hash, wanted, sizeof *dict->hash) ||
        !plb_resize(&dict->places, wanted, sizeof *dict->places))
      return false;
    dict->capacity = wanted;
  }
  return plb_reserve(&dict->text, &dict->text_capacity, dict->text_used + length + 1, 1);
}

bool plb_dict_put(struct plb_dict *dict, const char *text, size_t length, uint32_t *number) {
  if (dict->count >= dict->slot_count / 2 && !grow_slots(dict))
    return false;
  struct plb_dict_slot key = key_of(text, length), *slot = slot_of(dict, &key, home_of(dict, &key), text, length);
  if (slot->number != PLB_NOBODY) {
    *number = slot->number;
    return true;
  }
  if (dict->count == PLB_NOBODY - 1 || !grow_arrays(dict, length))
    return false;
  *number = key.number = dict->count++;
  *slot = key;
  dict->hash[key.number] = XXH3_64bits(text, length);
  dict->places[key.number] = (struct plb_dict_place){dict->text_used, length};
  if (length)
    memcpy(dict->text + dict->text_used, text, length);
  dict->text_used += length;
  return true;
}

uint32_t plb_dict_find(const struct plb_dict *dict, const char *text, size_t length) {
  if (!dict->slot_count)
    return PLB_NOBODY;
  struct plb_dict_slot key = key_of(text, length);
  return slot_of(dict, &key, home_of(dict, &key), text, length)->number;
}

#define TOGETHER 32

void plb_dict_find_all(const struct plb_dict *dict, const struct plb_slice *texts, size_t count, uint32_t *numbers) {
  struct plb_dict_slot keys[TOGETHER];
  size_t homes[TOGETHER];
  for (size_t at = 0; at < count; at++)
    numbers[at] = PLB_NOBODY;
  for (size_t at = 0; dict->slot_count && at < count; at += TOGETHER) {
    size_t some = count - at < TOGETHER ? count - at : TOGETHER;
    for (size_t i = 0; i < some; i++) {
      keys[i] = key_of(texts[at + i].text, texts[at + i].length);
      homes[i] = home_of(dict, &keys[i]);
      __builtin_prefetch(&dict->slots[homes[i]]);
    }
    for (size_t i = 0; i < some; i++)
      numbers[at + i] = slot_of(dict, &keys[i], homes[i], texts[at + i].text, texts[at + i].length)->number;
  }
}

const char *plb_dict_text(const struct plb_dict *dict, uint32_t number, size_t *length) {
  *length = (size_t)dict->places[number].length;
  return dict->text + dict->places[number].start;
}

static int compare_numbers(const void *left, const void *right, void *ctx) {
  const struct plb_dict *dict = ctx;
  uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
  if (dict->hash[a] != dict->hash[b])
    return dict->hash[a] < dict->hash[b] ? -1 : 1;
  const struct plb_dict_place *x = &dict->places[a], *y = &dict->places[b];
  int order = memcmp(dict->text + x->start, dict->text + y->start, x->length < y->length ? x->length : y->length);
  return order ? order : (x->length > y->length) - (x->length < y->length);
}

void plb_dict_sort(const struct plb_dict *dict, uint32_t *numbers, size_t count) {
  struct plb_dict view = *dict; /* the comparison wants a context that is not const */
  qsort_r(numbers, count, sizeof *numbers, compare_numbers, &view);
}

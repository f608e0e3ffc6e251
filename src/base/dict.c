/* SPDX-License-Identifier: Apache-2.0
 *
 * Open addressing with linear probing at a load of at most one half; texts lie in one arena, so a
 * dictionary of a million ids is five allocations. The hash decides the slot and is compared before the
 * text, so a look-up that hits reads one slot, one place and one text.
 */
#define XXH_INLINE_ALL
#include "base/dict.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "base/memory.h"

void plb_dict_free(struct plb_dict *dict) {
  free(dict->slots);
  free(dict->hash);
  free(dict->places);
  free(dict->text);
  *dict = (struct plb_dict){0};
}

static uint64_t slot_for(uint64_t hash, uint32_t number) {
  return (hash & UINT64_C(0xFFFFFFFF00000000)) | ((uint64_t)number + 1);
}

static uint32_t number_in(uint64_t slot) {
  return (uint32_t)slot - 1;
}

/* Texts of up to 16 bytes, as most ids are, are compared by two loads that may overlap. */
static bool equal_text(const char *a, const char *b, size_t length) {
  uint64_t left[2], right[2];
  if (length > 16 || length < 8)
    return memcmp(a, b, length) == 0;
  memcpy(&left[0], a, 8);
  memcpy(&right[0], b, 8);
  memcpy(&left[1], a + length - 8, 8);
  memcpy(&right[1], b + length - 8, 8);
  return left[0] == right[0] && left[1] == right[1];
}

/* The slot that holds the text, or the empty one where it belongs. */
static size_t slot_of(const struct plb_dict *dict, uint64_t hash, const char *text, size_t length) {
  size_t mask = dict->slot_count - 1;
  size_t at = hash & mask;
  for (; dict->slots[at]; at = (at + 1) & mask) {
    if ((dict->slots[at] ^ hash) >> 32)
      continue;
    const struct plb_dict_place *place = &dict->places[number_in(dict->slots[at])];
    if (place->length == length && equal_text(dict->text + place->start, text, length))
      break;
  }
  return at;
}

static bool grow_slots(struct plb_dict *dict) {
  size_t wanted = dict->slot_count ? dict->slot_count * 2 : 64;
  uint64_t *fresh = plb_alloc(wanted, sizeof *fresh);
  if (!fresh)
    return false;
  for (uint32_t i = 0; i < dict->count; i++) {
    size_t at = dict->hash[i] & (wanted - 1);
    while (fresh[at])
      at = (at + 1) & (wanted - 1);
    fresh[at] = slot_for(dict->hash[i], i);
  }
  free(dict->slots);
  dict->slots = fresh;
  dict->slot_count = wanted;
  return true;
}

static bool grow_arrays(struct plb_dict *dict, size_t length) {
  if (dict->count == dict->capacity) {
    size_t wanted = dict->capacity ? dict->capacity * 2 : 64;
    if (!plb_resize(&dict->hash, wanted, sizeof *dict->hash) || !plb_resize(&dict->places, wanted, sizeof *dict->places))
      return false;
    dict->capacity = wanted;
  }
  return plb_reserve(&dict->text, &dict->text_capacity, dict->text_used + length + 1, 1);
}

bool plb_dict_put(struct plb_dict *dict, const char *text, size_t length, uint32_t *number) {
  if ((size_t)dict->count * 2 >= dict->slot_count && !grow_slots(dict))
    return false;
  uint64_t hash = XXH3_64bits(text, length);
  size_t at = slot_of(dict, hash, text, length);
  if (dict->slots[at]) {
    *number = number_in(dict->slots[at]);
    return true;
  }
  if (dict->count == PLB_NOBODY - 1 || !grow_arrays(dict, length))
    return false;
  uint32_t fresh = dict->count++;
  dict->slots[at] = slot_for(hash, fresh);
  dict->hash[fresh] = hash;
  dict->places[fresh] = (struct plb_dict_place){dict->text_used, length};
  if (length)
    memcpy(dict->text + dict->text_used, text, length);
  dict->text_used += length;
  *number = fresh;
  return true;
}

uint32_t plb_dict_find(const struct plb_dict *dict, const char *text, size_t length) {
  if (!dict->slot_count)
    return PLB_NOBODY;
  return number_in(dict->slots[slot_of(dict, XXH3_64bits(text, length), text, length)]);
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

uint32_t *plb_dict_order(const struct plb_dict *dict) {
  uint32_t *order = plb_alloc(dict->count, sizeof *order);
  if (!order)
    return NULL;
  for (uint32_t i = 0; i < dict->count; i++)
    order[i] = i;
  struct plb_dict view = *dict; /* the comparison wants a context that is not const */
  qsort_r(order, dict->count, sizeof *order, compare_numbers, &view);
  return order;
}

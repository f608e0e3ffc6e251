/* SPDX-License-Identifier: Apache-2.0
 *
 * Open addressing with linear probing at a load of at most one half; texts lie in one arena, so a
 * dictionary of a million ids is five allocations. The hash decides the slot and is compared before the
 * text, so a look-up that hits reads one slot, one hash and one text.
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
  free(dict->start);
  free(dict->length);
  free(dict->text);
  *dict = (struct plb_dict){0};
}

static bool same_text(const struct plb_dict *dict, uint32_t number, const char *text, size_t length) {
  return dict->length[number] == length && memcmp(dict->text + dict->start[number], text, length) == 0;
}

/* The slot that holds the text, or the empty one where it belongs. */
static size_t slot_of(const struct plb_dict *dict, uint64_t hash, const char *text, size_t length) {
  size_t mask = dict->slot_count - 1;
  size_t at = hash & mask;
  while (dict->slots[at] != PLB_NOBODY) {
    uint32_t number = dict->slots[at];
    if (dict->hash[number] == hash && same_text(dict, number, text, length))
      break;
    at = (at + 1) & mask;
  }
  return at;
}

static bool grow_slots(struct plb_dict *dict) {
  size_t wanted = dict->slot_count ? dict->slot_count * 2 : 64;
  uint32_t *fresh = plb_alloc(wanted, sizeof *fresh);
  if (!fresh)
    return false;
  memset(fresh, 0xFF, wanted * sizeof *fresh);
  for (uint32_t i = 0; i < dict->count; i++) {
    size_t at = dict->hash[i] & (wanted - 1);
    while (fresh[at] != PLB_NOBODY)
      at = (at + 1) & (wanted - 1);
    fresh[at] = i;
  }
  free(dict->slots);
  dict->slots = fresh;
  dict->slot_count = wanted;
  return true;
}

static bool grow_arrays(struct plb_dict *dict, size_t length) {
  if (dict->count == dict->capacity) {
    size_t wanted = dict->capacity ? dict->capacity * 2 : 64;
    if (!plb_resize(&dict->hash, wanted, sizeof *dict->hash) || !plb_resize(&dict->start, wanted, sizeof *dict->start) ||
        !plb_resize(&dict->length, wanted, sizeof *dict->length))
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
  if (dict->slots[at] != PLB_NOBODY) {
    *number = dict->slots[at];
    return true;
  }
  if (dict->count == PLB_NOBODY - 1 || length > UINT32_MAX || !grow_arrays(dict, length))
    return false;
  uint32_t fresh = dict->count++;
  dict->slots[at] = fresh;
  dict->hash[fresh] = hash;
  dict->start[fresh] = dict->text_used;
  dict->length[fresh] = (uint32_t)length;
  if (length)
    memcpy(dict->text + dict->text_used, text, length);
  dict->text_used += length;
  *number = fresh;
  return true;
}

uint32_t plb_dict_find(const struct plb_dict *dict, const char *text, size_t length) {
  if (!dict->slot_count)
    return PLB_NOBODY;
  return dict->slots[slot_of(dict, XXH3_64bits(text, length), text, length)];
}

const char *plb_dict_text(const struct plb_dict *dict, uint32_t number, size_t *length) {
  *length = dict->length[number];
  return dict->text + dict->start[number];
}

static int compare_numbers(const void *left, const void *right, void *ctx) {
  const struct plb_dict *dict = ctx;
  uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
  if (dict->hash[a] != dict->hash[b])
    return dict->hash[a] < dict->hash[b] ? -1 : 1;
  size_t shorter = dict->length[a] < dict->length[b] ? dict->length[a] : dict->length[b];
  int order = memcmp(dict->text + dict->start[a], dict->text + dict->start[b], shorter);
  return order ? order : (dict->length[a] > dict->length[b]) - (dict->length[a] < dict->length[b]);
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

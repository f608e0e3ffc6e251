/* SPDX-License-Identifier: Apache-2.0
 *
 * Most ids are row numbers of some table: those below 2^22 are looked up in an array by themselves. Others go into a
 * hash table at a load of at most a half, the hash being a product with an odd constant (Fibonacci hashing: Knuth, The
 * Art of Computer Programming 3, 6.4). Numbers from 2^63 on have the bits of negative ones, and are looked up as texts.
 */
#include "trial/whole_ids.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

#define MOST_DIRECT ((size_t)1 << 22)

static plb_status ask(struct plb_intake *intake, uint64_t bits, bool huge, struct plb_id *id, uint32_t *number,
                      struct plb_error *err) {
  char text[PLB_WHOLE_TEXT];
  id->text = (struct plb_slice){text, plb_whole_text(bits, huge, text)};
  plb_status st = plb_intake_number(intake, id, number, err);
  id->text.text = NULL;
  return st;
}

static plb_status find_direct(struct plb_whole_ids *ids, struct plb_intake *intake, uint64_t bits, struct plb_id *id,
                              uint32_t *number, struct plb_error *err) {
  if (bits >= ids->direct_count) {
    size_t before = ids->direct_count, wanted = before ? before : 1024;
    while (wanted <= bits)
      wanted *= 2;
    if (!plb_resize(&ids->direct, wanted, sizeof *ids->direct))
      return plb_fail_memory(err);
    memset(ids->direct + before, 0xFF, (wanted - before) * sizeof *ids->direct);
    ids->direct_count = wanted;
  }
  uint32_t *place = &ids->direct[bits];
  plb_status st = *place == PLB_NOBODY ? ask(intake, bits, false, id, place, err) : PLB_OK;
  *number = *place;
  return st;
}

/* The slot of a key, or the empty one where it belongs. */
static size_t slot_of(const struct plb_whole_ids *ids, uint64_t bits) {
  uint64_t product = bits * UINT64_C(0x9E3779B97F4A7C15);
  size_t at = (size_t)(product ^ product >> 32) & (ids->slots - 1);
  while (ids->numbers[at] != PLB_NOBODY && ids->keys[at] != bits)
    at = (at + 1) & (ids->slots - 1);
  return at;
}

static bool grow(struct plb_whole_ids *ids) {
  struct plb_whole_ids old = *ids;
  ids->slots = old.slots ? 2 * old.slots : 1024;
  ids->keys = plb_alloc(ids->slots, sizeof *ids->keys);
  ids->numbers = plb_alloc(ids->slots, sizeof *ids->numbers);
  if (!ids->keys || !ids->numbers) {
    free(ids->keys);
    free(ids->numbers);
    *ids = old;
    return false;
  }
  memset(ids->numbers, 0xFF, ids->slots * sizeof *ids->numbers);
  for (size_t i = 0; i < old.slots; i++) {
    if (old.numbers[i] == PLB_NOBODY)
      continue;
    size_t at = slot_of(ids, old.keys[i]);
    ids->keys[at] = old.keys[i];
    ids->numbers[at] = old.numbers[i];
  }
  free(old.keys);
  free(old.numbers);
  return true;
}

plb_status plb_whole_ids_find(struct plb_whole_ids *ids, struct plb_intake *intake, uint64_t bits, bool huge,
                              struct plb_id *id, uint32_t *number, struct plb_error *err) {
  if (huge)
    return ask(intake, bits, huge, id, number, err);
  if (bits < MOST_DIRECT)
    return find_direct(ids, intake, bits, id, number, err);
  if (2 * ids->used >= ids->slots && !grow(ids))
    return plb_fail_memory(err);
  size_t at = slot_of(ids, bits);
  if (ids->numbers[at] == PLB_NOBODY) {
    plb_status st = ask(intake, bits, huge, id, number, err);
    if (st)
      return st;
    ids->keys[at] = bits;
    ids->numbers[at] = *number;
    ids->used++;
  }
  *number = ids->numbers[at];
  return PLB_OK;
}

static inline uint32_t known(const struct plb_whole_ids *ids, uint64_t bits, bool huge) {
  if (huge)
    return PLB_NOBODY;
  if (bits < MOST_DIRECT)
    return plb_whole_ids_direct(ids, bits);
  return ids->slots ? ids->numbers[slot_of(ids, bits)] : PLB_NOBODY;
}

/* Called with constants, so that a call is a loop over one type. */
static inline void find_known(const struct plb_whole_ids *ids, struct plb_element element, const char *from,
                              size_t stride, size_t count, uint32_t *numbers) {
  for (size_t k = 0; k < count; k++) {
    bool huge;
    uint64_t bits = plb_array_whole(&element, from + k * stride, &huge);
    numbers[2 * k] = known(ids, bits, huge);
  }
}

void plb_whole_ids_known(const struct plb_whole_ids *ids, const struct plb_element *element, const char *from,
                         size_t stride, size_t count, uint32_t *numbers) {
  if (element->size == 4 && element->kind == 'u' && !element->swapped)
    find_known(ids, (struct plb_element){.kind = 'u', .size = 4}, from, stride, count, numbers);
  else if (element->size == 8 && element->kind == 'i' && !element->swapped)
    find_known(ids, (struct plb_element){.kind = 'i', .size = 8}, from, stride, count, numbers);
  else
    find_known(ids, *element, from, stride, count, numbers);
}

void plb_whole_ids_free(struct plb_whole_ids *ids) {
  free(ids->direct);
  free(ids->keys);
  free(ids->numbers);
  *ids = (struct plb_whole_ids){0};
}

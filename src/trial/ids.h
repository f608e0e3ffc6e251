/* SPDX-License-Identifier: Apache-2.0
 *
 * The numbers of ids that come again and again: a cache in front of a dictionary. An id of up to 16
 * bytes is two words, so a hit is one line of memory and three comparisons instead of a hash and a look
 * into four arrays; all else goes to the dictionary. What it answers never differs from the dictionary.
 */
#ifndef PLB_TRIAL_IDS_H
#define PLB_TRIAL_IDS_H

#include <string.h>

#include "base/dict.h"

#define PLB_ID_SETS_LOG2 13

struct plb_id_slot {
  uint64_t low, high;
  uint32_t length; /* 0: empty */
  uint32_t number;
};

/* The two ids that were last seen in one place, the later one first. */
struct plb_id_set {
  struct plb_id_slot slot[2];
};

/* Zeroed when new. */
struct plb_ids {
  struct plb_id_set set[1 << PLB_ID_SETS_LOG2];
};

static inline uint64_t plb_id_load(const char *text, size_t bytes) {
  uint64_t word = 0;
  memcpy(&word, text, bytes);
  return word;
}

/* The text as two words that, with its length, tell it from every other; for 1 to 16 bytes. */
static inline struct plb_id_slot plb_id_key(const char *text, size_t length) {
  if (length >= 8)
    return (struct plb_id_slot){plb_id_load(text, 8), plb_id_load(text + length - 8, 8), (uint32_t)length, 0};
  if (length >= 4)
    return (struct plb_id_slot){plb_id_load(text, 4), plb_id_load(text + length - 4, 4), (uint32_t)length, 0};
  /* the first, the middle and the last byte */
  return (struct plb_id_slot){(uint64_t)(unsigned char)text[0] << 8 | (unsigned char)text[length / 2],
                              (unsigned char)text[length - 1], (uint32_t)length, 0};
}

static inline bool plb_id_same(const struct plb_id_slot *slot, const struct plb_id_slot *key) {
  return slot->low == key->low && slot->high == key->high && slot->length == key->length;
}

/* The number of an id that is not empty, added to the dictionary if new (*fresh). False when out of
 * memory. */
static inline bool plb_ids_number(struct plb_ids *ids, struct plb_dict *dict, const char *text, size_t length,
                                  uint32_t *number, bool *fresh) {
  *fresh = false;
  uint32_t before = dict->count;
  if (length > 16) {
    bool put = plb_dict_put(dict, text, length, number);
    *fresh = dict->count > before;
    return put;
  }
  struct plb_id_slot key = plb_id_key(text, length);
  uint64_t mixed = (key.low ^ (key.high << 29 | key.high >> 35) ^ length) * UINT64_C(0x9E3779B97F4A7C15);
  struct plb_id_slot *slot = ids->set[mixed >> (64 - PLB_ID_SETS_LOG2)].slot;
  for (int i = 0; i < 2; i++)
    if (plb_id_same(&slot[i], &key)) {
      *number = slot[i].number;
      return true;
    }
  if (!plb_dict_put(dict, text, length, number))
    return false;
  *fresh = dict->count > before;
  key.number = *number;
  slot[1] = slot[0];
  slot[0] = key;
  return true;
}

#endif

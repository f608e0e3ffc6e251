/* SPDX-License-Identifier: Apache-2.0
 *
 * A dictionary of opaque ids: text to a small number, numbered in order of first appearance. The 64-bit
 * hash of each text (XXH3) does not depend on that order, so whatever must not depend on row order is
 * keyed or sorted by it (plb_dict_sort).
 */
#ifndef PLB_BASE_DICT_H
#define PLB_BASE_DICT_H

#include "base/error.h"
#include "base/slice.h"

#define PLB_NOBODY UINT32_MAX /* the number of an id that is absent or unknown */

/* Where a text lies in the arena. */
struct plb_dict_place {
  uint64_t start;
  uint64_t length;
};

/* A text of up to 16 bytes is two words, so that a look-up is one line of memory and three comparisons; of
 * a longer one `low` is the hash, and the text itself is compared as well. */
struct plb_dict_slot {
  uint64_t low, high;
  uint32_t length; /* 17: longer than 16 bytes */
  uint32_t number; /* PLB_NOBODY = empty */
};

struct plb_dict {
  uint32_t count;
  struct plb_dict_slot *slots;   /* open addressing */
  size_t slot_count;             /* a power of two */
  uint64_t *hash;                /* of each text, by number */
  struct plb_dict_place *places; /* by number */
  size_t capacity;               /* of the two arrays above */
  char *text;                    /* all texts, one behind the other */
  size_t text_used, text_capacity;
};

/* An all-zero struct is an empty dictionary. */
void plb_dict_free(struct plb_dict *dict);

/* The number of `text`, added if new. False when out of memory (or past 2^32 - 2 ids). */
bool plb_dict_put(struct plb_dict *dict, const char *text, size_t length, uint32_t *number);

/* The number of `text`, or PLB_NOBODY. */
uint32_t plb_dict_find(const struct plb_dict *dict, const char *text, size_t length);

/* The same for many texts in less time: memory is waited for once for several of them. */
void plb_dict_find_all(const struct plb_dict *dict, const struct plb_slice *texts, size_t count, uint32_t *numbers);

/* The text of a number (not NUL-terminated); borrowed until the next put. */
const char *plb_dict_text(const struct plb_dict *dict, uint32_t number, size_t *length);

/* Sorts numbers by (hash, text) of their texts: an order that depends on the set of ids alone. */
void plb_dict_sort(const struct plb_dict *dict, uint32_t *numbers, size_t count);

#endif

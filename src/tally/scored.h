/* SPDX-License-Identifier: Apache-2.0
 *
 * Lists of what was compared with which outcome, sorted so that two systems can be laid beside each other.
 */
#ifndef PLB_TALLY_SCORED_H
#define PLB_TALLY_SCORED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Keys of scores lie above these: keys of NaN, which no score is. */
#define PLB_FAILED_KEY UINT64_C(15)

/* One comparison: the two samples (or people) in order, and the key of its score; a key below PLB_FAILED_KEY is
 * the enum plb_outcome of a failure. */
struct plb_scored {
  uint64_t pair, key;
};

struct plb_scored_list {
  struct plb_scored *rows;
  size_t count, capacity;
};

/* False when out of memory. */
bool plb_scored_add(struct plb_scored_list *list, uint64_t pair, uint64_t key);

/* Sorts by pair, then key, and takes out rows that are equal in both. *repeated grows by their number, *clashing by
 * that of rows with the pair of another one and another key. False when out of memory. */
bool plb_scored_settle(struct plb_scored_list *list, uint64_t *repeated, uint64_t *clashing);

/* Turns every pair round; the list is to be settled again. `only_falling`: those alone whose first number is the
 * larger one. */
void plb_scored_turn(struct plb_scored_list *list, bool only_falling);

/* Adds to `alone` the rows of a settled list whose pairs another one does not have. False when out of memory. */
bool plb_scored_without(const struct plb_scored_list *list, const struct plb_scored_list *other,
                        struct plb_scored_list *alone);

/* How many pairs two settled lists have in common. */
uint64_t plb_scored_common(const struct plb_scored_list *a, const struct plb_scored_list *b);

void plb_scored_free(struct plb_scored_list *list);

#endif

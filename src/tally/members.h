/* SPDX-License-Identifier: Apache-2.0
 *
 * Which groups (trial/groups.h) each person was met in. Most people are in one; of an attribute of samples, such as the
 * age on a day, a person may have several.
 */
#ifndef PLB_TALLY_MEMBERS_H
#define PLB_TALLY_MEMBERS_H

#include "base/dict.h"

/* An all-zero struct knows of nobody. */
struct plb_members {
  uint32_t *first; /* by person number: a group, or PLB_NOBODY */
  size_t count, capacity;
  struct plb_dict more; /* pairs of a person and a further group, as bytes */
};

/* The person is in the group. False when out of memory. */
bool plb_members_add(struct plb_members *members, uint32_t person, uint32_t group);

/* The k-th further pair, and how many there are. */
struct plb_member {
  uint32_t person, group;
};
size_t plb_members_more(const struct plb_members *members);
struct plb_member plb_members_get(const struct plb_members *members, size_t k);

void plb_members_free(struct plb_members *members);

#endif

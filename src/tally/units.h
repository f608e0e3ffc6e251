/* SPDX-License-Identifier: Apache-2.0
 *
 * Who stands for whom, over all classes and systems: with clusters of people one person for each, for whoever weights
 * people anew (a weight belongs to a cluster then) or walks over rows by cluster.
 */
#ifndef PLB_TALLY_UNITS_H
#define PLB_TALLY_UNITS_H

#include "tally/tally.h"

struct plb_units {
  uint32_t *head;           /* by person number: the first one of the cluster in the order of ids; NULL: no clusters */
  const uint64_t *identity; /* by person number: a hash of the id; of a head that of the cluster's name */
  uint32_t inside;          /* a number that is nobody's: the other side of a comparison inside a cluster */
  size_t numbers;           /* people, and that one where there are clusters */
  uint64_t *own_identity;   /* what `identity` points to, where it is not the census's */
};

plb_status plb_units_make(const struct plb_census *census, struct plb_units *units, struct plb_error *err);
void plb_units_free(struct plb_units *units);

/* Who stands for a person. */
static inline uint32_t plb_unit_of(const struct plb_units *units, uint32_t person) {
  return units->head ? units->head[person] : person;
}

/* The rows of a chunk by who stands for their people, written into `to`; the chunk itself without clusters. */
const struct plb_chunk *plb_units_join(const struct plb_units *units, const struct plb_chunk *chunk, size_t count,
                                       bool mated, struct plb_chunk *to);

#endif

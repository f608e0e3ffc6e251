/* SPDX-License-Identifier: Apache-2.0
 *
 * What belongs together in a result: the estimates of each system, and those of each operating point. It
 * grows with the result, so that a page about thousands of systems needs no searching. Numbers are places
 * in the list of estimates.
 */
#ifndef PLB_RESULT_INDEX_H
#define PLB_RESULT_INDEX_H

#include "base/dict.h"

struct plb_index_list {
  size_t *at;
  size_t count, capacity;
};

struct plb_index_system {
  const char *name;                /* as the first estimate or curve has it; may be NULL */
  struct plb_index_list estimates; /* in their order */
  struct plb_index_list points;    /* the first estimate of each operating point */
};

/* An all-zero struct is an empty index. */
struct plb_index {
  struct plb_index_system *systems; /* in order of their first estimate or curve */
  size_t system_count, system_capacity;
  struct plb_dict names;       /* of the systems */
  size_t nameless;             /* place of the system without a name + 1, 0 = none */
  struct plb_dict targets;     /* target metrics */
  struct plb_dict points;      /* operating points */
  size_t *last, last_capacity; /* by number of a point: its latest estimate */
  size_t *next, next_capacity; /* by estimate: the next one at its point, SIZE_MAX = none */
};

/* Takes in estimate number `at`, the next one; false when memory ran out. */
bool plb_index_estimate(struct plb_index *index, const struct plb_estimate *estimate, size_t at);

/* Takes in the owner of a curve; false when memory ran out. */
bool plb_index_owner(struct plb_index *index, const char *system);

/* The system of this name (NULL = the one without a name), or NULL. */
const struct plb_index_system *plb_index_find(const struct plb_index *index, const char *name);

void plb_index_free(struct plb_index *index);

/* Whether an estimate is made at an operating point: those with a threshold or a target that are no EER. A
 * target makes the point where there is one, since two targets may end up at one threshold. */
bool plb_has_point(const struct plb_estimate *estimate);

#endif

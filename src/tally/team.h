/* SPDX-License-Identifier: Apache-2.0
 *
 * What the members of a team (struct plb_team) do together: each has walked over its own rows, and all need what comes
 * of all rows. Every call is made by all of them in the same order, and tells a member that failed somewhere else: it
 * answers the same fault to all then. So whoever fails returns, as ever, and the function that the caller of the
 * library called tells the others at its end (plb_team_agree).
 *
 * The order stays the same because whatever decides what is done next is the same for all: sums over the team, never
 * what a member has by itself. Without a team nothing is done.
 */
#ifndef PLB_TALLY_TEAM_H
#define PLB_TALLY_TEAM_H

#include "base/wide.h"
#include "tally/counts.h"

/* What came from each member: bytes from[r] to from[r + 1]. */
struct plb_parts {
  char *bytes;
  size_t *from; /* by rank, and one more */
};

void plb_parts_free(struct plb_parts *parts);

/* Numbers become their sums over the team. */
plb_status plb_team_sum(struct plb_team *team, uint64_t *numbers, size_t count, struct plb_error *err);
plb_status plb_team_sum_wide(struct plb_team *team, plb_wide *numbers, size_t count, struct plb_error *err);

/* Every member gets the bytes of each. `all` is zeroed first; free it in any case. */
plb_status plb_team_gather(struct plb_team *team, const void *mine, size_t length, struct plb_parts *all,
                           struct plb_error *err);

/* Every member gets of each what is meant for it: `parts` are lengths[r] bytes for member r, one behind the other. */
plb_status plb_team_swap(struct plb_team *team, const void *parts, const size_t *lengths, struct plb_parts *all,
                         struct plb_error *err);

/* Counts by key become those of all members, as one run: what plb_counts_finish answers without a team. */
plb_status plb_team_counts(struct plb_team *team, struct plb_counts *counts, struct plb_run *run,
                           struct plb_error *err);

/* plb_team_agree of a fault that is at place `order` of what is read: where several fail, the first one is told. */
plb_status plb_team_agree_at(struct plb_team *team, plb_status status, uint64_t order, struct plb_error *err);

#endif

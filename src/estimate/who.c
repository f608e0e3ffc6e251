/* SPDX-License-Identifier: Apache-2.0
 *
 * People and their groups: who is in several of them, and how many of each took part in a cell.
 */
#include <stdlib.h>

#include "base/memory.h"
#include "estimate/groups.h"
#include "tally/team.h"
#include "tally/walk.h"

bool plb_breakdown_shares(const struct plb_tally *tally, const struct plb_breakdown *breakdown) {
  const struct plb_members *members = &tally->members;
  for (size_t k = 0; k < plb_members_more(members); k++) {
    struct plb_member member = plb_members_get(members, k);
    if (breakdown->value_of[member.group] != breakdown->value_of[members->first[member.person]])
      return true;
  }
  return false;
}

struct seen {
  uint64_t *took_part; /* by person number: 1 */
};

static bool see(void *state, const struct plb_chunk *chunk, size_t count) {
  struct seen *seen = state;
  for (size_t r = 0; r < count; r++)
    seen->took_part[chunk->first[r]] = seen->took_part[chunk->second[r]] = 1;
  return true;
}

/* Who is in the rows, in *seen of any thread of any member of a team. */
static plb_status look(const struct plb_tally *tally, const struct plb_rows *rows, struct seen *seen, unsigned threads,
                       struct plb_error *err) {
  size_t people = tally->census.people.count;
  plb_status status = plb_rows_walk(&(struct plb_row_walk){.tally = tally,
                                                           .rows = rows,
                                                           .visit = see,
                                                           .fields = PLB_ROW_PEOPLE,
                                                           .states = seen,
                                                           .state_size = sizeof *seen,
                                                           .threads = threads,
                                                           .adds_up = true},
                                    err);
  for (unsigned t = 1; t < threads && !status; t++)
    for (size_t i = 0; i < people; i++)
      seen[0].took_part[i] |= seen[t].took_part[i];
  return status ? status : plb_team_sum(tally->team, seen[0].took_part, people, err);
}

#define ONE 2   /* somebody who took part is in the first group of the cell, */
#define OTHER 4 /* in the second one */

static void mark(const struct plb_breakdown *breakdown, const struct plb_breakdown_cell *cell, uint32_t group,
                 uint64_t *took_part) {
  if (!*took_part || group == PLB_NOBODY)
    return;
  *took_part |= breakdown->value_of[group] == cell->one ? ONE : 0;
  *took_part |= breakdown->value_of[group] == cell->other ? OTHER : 0;
}

/* Several groups of a person may have the same values of the breakdown: each is counted once. */
static size_t smaller(const struct plb_tally *tally, const struct plb_breakdown *breakdown,
                      const struct plb_breakdown_cell *cell, uint64_t *took_part) {
  const struct plb_members *members = &tally->members;
  size_t one = 0, other = 0;
  for (size_t i = 0; i < members->count; i++)
    took_part[i] = took_part[i] != 0;
  for (size_t i = 0; i < members->count; i++)
    mark(breakdown, cell, members->first[i], &took_part[i]);
  for (size_t k = 0; k < plb_members_more(members); k++) {
    struct plb_member member = plb_members_get(members, k);
    mark(breakdown, cell, member.group, &took_part[member.person]);
  }
  for (size_t i = 0; i < members->count; i++) {
    one += (took_part[i] & ONE) != 0;
    other += (took_part[i] & OTHER) != 0;
  }
  return one < other ? one : other;
}

plb_status plb_cell_smaller_side(const struct plb_tally *tally, const struct plb_breakdown *breakdown,
                                 const struct plb_breakdown_cell *cell, const struct plb_rows *rows, unsigned threads,
                                 size_t *people, struct plb_error *err) {
  *people = 0;
  if (cell->one == cell->other || !rows->count)
    return PLB_OK;
  struct seen *seen = plb_alloc(threads, sizeof *seen);
  plb_status status = seen ? PLB_OK : plb_fail_memory(err);
  for (unsigned t = 0; t < threads && !status; t++)
    if (!(seen[t].took_part = plb_alloc(tally->census.people.count, sizeof *seen[t].took_part)))
      status = plb_fail_memory(err);
  if (!status)
    status = look(tally, rows, seen, threads, err);
  if (!status)
    *people = smaller(tally, breakdown, cell, seen[0].took_part);
  for (unsigned t = 0; seen && t < threads; t++)
    free(seen[t].took_part);
  free(seen);
  return status;
}

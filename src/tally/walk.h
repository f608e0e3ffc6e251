/* SPDX-License-Identifier: Apache-2.0
 *
 * A walk over the rows of a class: every chunk is seen once, by one of several threads. Each thread has a state of its
 * own, and takes chunks that lie side by side; whoever adds the states up as whole numbers gets the same at any number
 * of threads. Where a team shares the rows these are only those of this member: a walk whose caller does not say that
 * it adds up over the team is refused then.
 */
#ifndef PLB_TALLY_WALK_H
#define PLB_TALLY_WALK_H

#include "tally/units.h"

struct plb_row_walk {
  const struct plb_tally *tally;
  const struct plb_rows *rows;
  const struct plb_units *units; /* rows come by who stands for their people; NULL: as they are */
  bool mated;                    /* of the rows; read with units alone */
  enum plb_row_fields fields;    /* that the visitor looks at */
  /* False: out of memory, which ends the walk of that thread. */
  bool (*visit)(void *state, const struct plb_chunk *chunk, size_t count);
  /* Called instead, with the stratum of the rows. Or NULL. */
  bool (*visit_stratum)(void *state, uint32_t stratum, const struct plb_chunk *chunk, size_t count);
  /* Called instead for chunks whose scores are kept in single precision, with these as they are: PLB_CHUNK_ROWS of
   * them. Or NULL. */
  bool (*visit_singles)(void *state, const float *scores);
  void *states;      /* by thread, one behind the other */
  size_t state_size; /* of one */
  unsigned threads;
  bool adds_up; /* the caller adds what it counts up over the team, too (team.h), where all rows are meant */
};

plb_status plb_rows_walk(const struct plb_row_walk *walk, struct plb_error *err);

#endif

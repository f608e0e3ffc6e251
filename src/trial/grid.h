/* SPDX-License-Identifier: Apache-2.0
 *
 * A matrix of numbers: rows are probes, columns references. Who they are is said by lists of ids beside it, or which
 * comparisons are mated by a mask, or both. The rules are those of matrix.c: ids are people and both sides different
 * captures, or with --samples ids are samples.
 */
#ifndef PLB_TRIAL_GRID_H
#define PLB_TRIAL_GRID_H

#include "trial/array.h"
#include "trial/id_lists.h"

struct plb_grid {
  /* to be filled in before open */
  struct plb_element element;
  uint64_t rows, columns;
  bool by_column; /* column after column in the file, else row after row */
  /* for grid.c only */
  uint64_t row, column; /* of the next cell, from 0 */
  struct plb_run run, mask;
  const struct plb_id_list *row_ids, *column_ids; /* or NULL */
  uint32_t *row_numbers, *column_numbers;         /* of the ids that a row had, PLB_NOBODY for the others */
  struct plb_numbers numbers;
  struct plb_fields fields;
};

/* The bytes are at the first cell; so are those of reader->mask, whose size has been compared. */
plb_status plb_grid_open(struct plb_reader *reader, struct plb_grid *grid, struct plb_error *err);

/* As kind->deal. */
void plb_grid_deal(struct plb_reader *reader, struct plb_grid *grid);

/* As kind->next. */
plb_status plb_grid_next(struct plb_reader *reader, struct plb_grid *grid, bool *done, struct plb_error *err);

void plb_grid_describe(const struct plb_reader *reader, const struct plb_grid *grid, struct plb_out *out);

/* An all-zero struct may be closed too. */
void plb_grid_close(struct plb_grid *grid);

#endif

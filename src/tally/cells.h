/* SPDX-License-Identifier: Apache-2.0
 *
 * Sums by person over all comparisons of a class: how many there are, how many of them are errors at thresholds, and of
 * a whole number that depends on the score, and on it only by the cell in which it lies: places among the scores of the
 * other class.
 */
#ifndef PLB_TALLY_CELLS_H
#define PLB_TALLY_CELLS_H

#include "tally/units.h"

/* Columns of sums. */
enum plb_cell_column { PLB_CELLS_COUNT, PLB_CELLS_SUM, PLB_CELLS_ERRORS /* and on: one for each threshold */ };

/* Cell 0 is below the first cut, cell c from cut c-1 on. A comparison of two people counts for both; with clusters one
 * inside a cluster counts for its head, and for the number units->inside. */
struct plb_cells {
  /* asked for; borrowed */
  const uint64_t *cuts; /* ascending distinct keys */
  size_t cut_count;
  const uint64_t *values;     /* by cell */
  const uint64_t *thresholds; /* ascending keys */
  size_t threshold_count;
  /* answered */
  uint64_t *sums; /* [number][column], number as in units; owned */
};

static inline size_t plb_cells_columns(const struct plb_cells *cells) {
  return PLB_CELLS_ERRORS + cells->threshold_count;
}

plb_status plb_cells_sum(const struct plb_tally *tally, const struct plb_rows *rows, bool mated,
                         const struct plb_units *units, unsigned threads, struct plb_cells *cells,
                         struct plb_error *err);
void plb_cells_free(struct plb_cells *cells);

#endif

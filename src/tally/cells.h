/* SPDX-License-Identifier: Apache-2.0
 *
 * Sums by person over all comparisons of a class, of whole numbers that depend on the score alone, and on it only by
 * the cell in which it lies: errors at thresholds, places among the scores of the other class.
 */
#ifndef PLB_TALLY_CELLS_H
#define PLB_TALLY_CELLS_H

#include "tally/units.h"

/* Cell 0 is below the first cut, cell c from cut c-1 on. A comparison of two people counts for both; with clusters one
 * inside a cluster counts for its head, and for the number units->inside. */
struct plb_cells {
  /* asked for; borrowed */
  const uint64_t *cuts; /* ascending distinct keys */
  size_t cut_count;
  const uint64_t *values; /* [cell][column] */
  size_t columns;
  /* answered */
  uint64_t *sums; /* [number][column], number as in units; owned */
};

plb_status plb_cells_sum(const struct plb_tally *tally, const struct plb_rows *rows, bool mated,
                         const struct plb_units *units, unsigned threads, struct plb_cells *cells,
                         struct plb_error *err);
void plb_cells_free(struct plb_cells *cells);

#endif

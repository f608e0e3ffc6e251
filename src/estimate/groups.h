/* SPDX-License-Identifier: Apache-2.0
 *
 * Breakdowns: the comparisons of a class told apart by the values of some attributes of either side. A cell is some
 * strata (tally/strata.h) together: of mated comparisons those with the same values of the reference and of the probe,
 * of non-mated ones those with the same two tuples of values, whichever side has which.
 */
#ifndef PLB_ESTIMATE_GROUPS_H
#define PLB_ESTIMATE_GROUPS_H

#include "estimate/study.h"

/* groups.c: the rates of every cell of every breakdown that was asked for, at the thresholds of the whole test. */
plb_status plb_groups_write(struct plb_study *study, const struct plb_measured *measured, struct plb_error *err);

/* ---- breakdown.c */

struct plb_breakdown_cell {
  uint32_t one, other; /* numbers of `values`: of the reference and of the probe, or of the two people, sorted */
  uint8_t *strata;     /* a byte for each stratum: whether it is part of the cell */
};

struct plb_breakdown {
  uint8_t attributes;     /* a bit for each of study->tally->by */
  struct plb_dict values; /* tuples of values of these, as groups are written */
  uint32_t *value_of;     /* by group of the census: its tuple */
  struct plb_breakdown_cell *cells;
  size_t count, capacity;
};

/* The cells of the strata in which there are such rows, sorted bytewise by their values. */
plb_status plb_breakdown_make(const struct plb_tally *tally, const struct plb_rows *rows, bool mated,
                              uint8_t attributes, struct plb_breakdown *breakdown, struct plb_error *err);
void plb_breakdown_free(struct plb_breakdown *breakdown);

/* ---- who.c: people and their groups */

/* Whether some person was met in several of the groups of a breakdown. */
bool plb_breakdown_shares(const struct plb_tally *tally, const struct plb_breakdown *breakdown);

/* How many people of the smaller of the two groups of a cell took part in these rows; 0 where it is one group. */
plb_status plb_cell_smaller_side(const struct plb_tally *tally, const struct plb_breakdown *breakdown,
                                 const struct plb_breakdown_cell *cell, const struct plb_rows *rows, unsigned threads,
                                 size_t *people, struct plb_error *err);

/* ---- what was found */

/* The thresholds at which cells are measured: those that are listed, ascending, each once. */
struct plb_group_points {
  uint64_t *keys;
  size_t *of_point; /* by point of the test, where cells are measured at it: its place among the keys */
  size_t count;
};

/* Whether cells are measured at a point of the test. */
bool plb_group_point(const struct plb_study_point *point);

/* One class of a breakdown. */
struct plb_grouped {
  bool mated;
  struct plb_breakdown breakdown;
  const struct plb_cell **cells; /* by cell: as results name it */
  struct plb_rates *rates;       /* by cell, then by threshold */
  size_t *smaller;               /* by cell of two groups: the people of the smaller one in it; else 0 */
  uint8_t *hidden;               /* by cell: enum plb_hidden */
  /* once that is decided: */
  size_t shown; /* cells that are not hidden */
  bool share;   /* some people are in several groups */
  /* by cell, then by threshold: the smallest ratio of the rate of a group to that of the others that would have been
   * seen (differ.h); 0 where it is not compared with any */
  double *least_seen;
};

/* Why a cell is not shown. */
enum plb_hidden { PLB_SHOWN_CELL = 0, PLB_HIDDEN_FEW, PLB_HIDDEN_REST };

/* suppress.c: hides cells with fewer than so many people, and others where the difference of what is shown would be
 * that of fewer: of one class, all breakdowns. */
void plb_cells_suppress(struct plb_grouped *const *breakdowns, size_t count, uint64_t least);

/* differences.c: fills least_seen, at so many thresholds. */
plb_status plb_groups_least_seen(const struct plb_study *study, struct plb_grouped *grouped, size_t points,
                                 struct plb_error *err);

/* How far groups lie apart: cells whose two sides are of one group. */
plb_status plb_differences_write(struct plb_study *study, const struct plb_measured *measured,
                                 const struct plb_group_points *at, const struct plb_grouped grouped[2],
                                 struct plb_error *err);

/* horizon.c: how far the evidence reaches, where that was asked for (plb_horizon_say: in sentences). */
plb_status plb_horizon_write(struct plb_study *study, const struct plb_measured *measured, struct plb_error *err);

/* trend.c: errors over the numbers that study->tally->by names; after the estimates of cells, which are drawn under it.
 */
plb_status plb_trends_write(struct plb_study *study, const struct plb_measured *measured,
                            const struct plb_group_points *at, struct plb_error *err);

#endif

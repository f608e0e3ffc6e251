/* SPDX-License-Identifier: Apache-2.0
 *
 * The parts of the text report that are tables.
 */
#ifndef PLB_REPORT_TEXT_H
#define PLB_REPORT_TEXT_H

#include "report/page.h"

/* The cells that every table of estimates has, in this order, from `cells` on. */
enum plb_text_cell { PLB_CELL_VALUE, PLB_CELL_COUNTS, PLB_CELL_INTERVAL, PLB_CELL_PEOPLE, PLB_CELLS };

/* Fills them in; none but the word where the estimate is suppressed. */
void plb_text_cells(char (*cells)[PLB_WORDS], const struct plb_result *result, const struct plb_estimate *estimate);

/* The heading of a column of intervals: "95 % interval" where all have one level. *level starts at 0;
 * the first function takes each estimate of the column in, the second words the heading. */
void plb_text_level(double *level, const struct plb_estimate *estimate);
void plb_text_interval_title(char title[PLB_WORDS], double level);

#define PLB_SPAN (2 * PLB_LIMIT + 64)

/* How the threshold of an operating point came about: "Threshold 3.1, set for FMR of at most 1 in 100". */
void plb_text_span(char text[PLB_SPAN], const struct plb_result *result, const struct plb_operating_point *point);

/* The tables of one system: rates by operating point, quantities over the whole test, what a trial is, how
 * the intervals were made, and the notes. `named`: say which system it is even if it has no name. */
plb_status plb_text_system(const struct plb_result *result, const char *system, bool named, struct plb_out *out,
                           struct plb_error *err);

/* Several results beside each other: EER, AUC, and FNMR at each FMR target. */
plb_status plb_text_compare(const struct plb_result *const *results, size_t count, struct plb_out *out,
                            struct plb_error *err);

#endif

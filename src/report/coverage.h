/* SPDX-License-Identifier: Apache-2.0
 *
 * The renderers of a study of coverage (test.type "coverage"), which has cells instead of estimates.
 */
#ifndef PLB_REPORT_COVERAGE_H
#define PLB_REPORT_COVERAGE_H

#include "report/report.h"

/* Whether a result is such a study. */
bool plb_is_coverage(const struct plb_result *result);

/* The tables, without sentences and provenance. */
plb_status plb_text_coverage(const struct plb_result *result, struct plb_out *out, struct plb_error *err);

/* Tidy CSV: one row for each cell and method. */
void plb_csv_coverage(const struct plb_result *result, struct plb_out *out);

/* Coverage against expected errors, a panel for each method. `id` starts the ids of its elements. */
plb_status plb_draw_coverage(const struct plb_result *result, const char *id, struct plb_out *out,
                             struct plb_error *err);

/* "strong 100 x 3 random": the kind of test of a cell. */
void plb_word_tests(char text[PLB_WORDS], const struct plb_coverage_cell *cell);

/* ---- whole tests --------------------------------------------------------------------------------------- */

/* "whole-families 100 x 3 random, clusters, FMR 0.01": the kind of test of a cell. */
void plb_word_whole(char text[PLB_WORDS], const struct plb_whole_cell *cell);

/* "FNMR at FMR", "EER": what is held against the truth; and words and what they mean in turn, up to NULL. */
const char *plb_word_quantity(const struct plb_whole_cell *cell);
const char *const *plb_explain_quantities(void);

/* The table of all cells; nothing where there are none. */
plb_status plb_text_whole(const struct plb_result *result, struct plb_out *out, struct plb_error *err);

/* Coverage of each quantity, a panel for each, a line for each kind of test, a mark for each method. */
plb_status plb_draw_whole(const struct plb_result *result, const char *id, struct plb_out *out, struct plb_error *err);

#endif

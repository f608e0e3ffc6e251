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

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * How much rates hang on few people and on labels: one table, the same in text and on the page.
 */
#ifndef PLB_REPORT_FRAGILE_H
#define PLB_REPORT_FRAGILE_H

#include "report/html.h"
#include "report/page.h"

/* Columns behind the name of the rate. */
enum plb_fragile_cell {
  PLB_FRAGILE_HALF,
  PLB_FRAGILE_MOST,
  PLB_FRAGILE_WITHOUT,
  PLB_FRAGILE_ONE,
  PLB_FRAGILE_MANY,
  PLB_FRAGILE_CELLS
};

/* The titles of the columns for the rates of a system; false where none of them has an influence to show. */
bool plb_fragile_titles(char (*titles)[PLB_WORDS], const struct plb_result *result, const char *system);

/* The cells of an estimate; "" where there is nothing. */
void plb_fragile_cells(char (*cells)[PLB_WORDS], const struct plb_estimate *estimate);

#define PLB_FRAGILE_HEADING "How much hangs on few people and labels"

/* What the columns mean: the k-th label and sentence; false past the last. */
bool plb_fragile_legend(size_t k, const char **label, const char **meaning);

/* The table in text (nothing where there is none), and on the page. */
plb_status plb_text_fragile(const struct plb_result *result, const char *system, struct plb_out *out,
                            struct plb_error *err);
plb_status plb_html_fragile(struct plb_html *h, const struct plb_result *result, const char *system, int level);

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * Cells of CSV.
 */
#ifndef PLB_REPORT_CSV_H
#define PLB_REPORT_CSV_H

#include "base/out.h"

/* A text, quoted where it must be and made harmless for a spreadsheet; NULL and "" are an empty cell. */
void plb_csv_text(struct plb_out *out, const char *text);

/* Cells behind another one: a comma, then the text, or the number where it exists. A number is the shortest text that
 * reads back to the same double. */
void plb_csv_cell(struct plb_out *out, const char *text);
void plb_csv_number(struct plb_out *out, bool exists, double number);
void plb_csv_count(struct plb_out *out, bool exists, uint64_t count);

#endif

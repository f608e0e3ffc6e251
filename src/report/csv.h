/* SPDX-License-Identifier: Apache-2.0
 *
 * Cells of CSV.
 */
#ifndef PLB_REPORT_CSV_H
#define PLB_REPORT_CSV_H

#include "base/out.h"

/* A text, quoted where it must be and made harmless for a spreadsheet; NULL and "" are an empty cell. */
void plb_csv_text(struct plb_out *out, const char *text);

#endif

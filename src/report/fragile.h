/* SPDX-License-Identifier: Apache-2.0
 *
 * How much rates hang on few people and on labels: one table, the same in text and on the page.
 */
#ifndef PLB_REPORT_FRAGILE_H
#define PLB_REPORT_FRAGILE_H

#include "report/html.h"
#include "report/page.h"

/* The table in text (nothing where there is none), and on the page. */
plb_status plb_text_fragile(const struct plb_result *result, const char *system, struct plb_out *out,
                            struct plb_error *err);
plb_status plb_html_fragile(struct plb_html *h, const struct plb_result *result, const char *system, int level);

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * Trends in the report: beside the cells of the same attributes, whose counts they are drawn over.
 */
#ifndef PLB_REPORT_TREND_H
#define PLB_REPORT_TREND_H

#include "report/groups.h"
#include "report/makings.h"

/* That of a grouping at a point, or NULL. */
const struct plb_trend *plb_trend_of(const struct plb_grouping *grouping, size_t point);

/* The k-th sentence about it; false past the last. The first one says of what it is made. */
bool plb_word_trend(char text[PLB_REMARK], const struct plb_trend *trend, size_t k);

/* "elapsed (years)" */
void plb_word_axis(char text[PLB_LIMIT], const struct plb_trend_term *term);

/* Those of all results as a table of their own, behind an empty line; nothing where there are none. */
void plb_csv_trends(const struct plb_result *const *results, size_t count, struct plb_out *out);

/* The trend of one attribute over the rates of its cells (svg_trend.c). */
bool plb_trend_is_drawn(const struct plb_grouping *grouping, size_t point);
void plb_draw_trend(const struct plb_grouping *grouping, size_t point, const char *id, struct plb_out *out);

#endif

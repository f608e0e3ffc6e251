/* SPDX-License-Identifier: Apache-2.0
 *
 * The parts of the page, each written in order to one output. Text from results goes through
 * plb_escape, always; what is written with plb_out_print is the page's own.
 */
#ifndef PLB_REPORT_HTML_H
#define PLB_REPORT_HTML_H

#include "report/makings.h"
#include "report/series.h"

struct plb_html {
  const struct plb_result *const *results;
  size_t count;
  struct plb_out *out;
  struct plb_error *err;
  struct plb_figures drawings;       /* of all results */
  struct plb_notes notes;            /* of the table in hand */
  size_t headings, regions, figures; /* so far: they number the ids and the figures */
  const struct plb_result *level_of; /* the result whose intervals share `level` (0: they do not) */
  double level;
};

/* The style sheet in two parts, one behind the other, and the SHA-256 of both as a source for the policy
 * of the page. */
extern const char plb_html_style[];
extern const char plb_html_style_print[];
extern const char plb_html_style_hash[];

/* ---- pieces (html.c) ------------------------------------------------------------------------ */

/* "<section>" with its heading of level 2 to 5. */
void plb_html_section(struct plb_html *h, int level, const char *heading);

/* Opens a table that scrolls by itself where it is too wide; the caption is written escaped. */
void plb_html_table(struct plb_html *h, const char *caption, const char *class);
void plb_html_table_end(struct plb_html *h);

/* "<TAG>text</TAG>": `open` is what stands between < and >. A value stays on one line with its unit. */
void plb_html_element(struct plb_html *h, const char *open, const char *text);

/* ---- tables of estimates (html_rates.c) ---------------------------------------------------------- */

/* All systems in one table. */
plb_status plb_html_glance(struct plb_html *h, int level);

/* The sentences that matter about one system. */
void plb_html_short(struct plb_html *h, const struct plb_result *result, const char *system);

/* What became of the claims, in items of a list, for the top of the page. */
void plb_html_verdicts(struct plb_html *h, const struct plb_result *result);

/* The heading of a group of `rows` rows that belong to an operating point, as the first cell of the first. */
void plb_html_point_heading(struct plb_html *h, const struct plb_result *result,
                            const struct plb_operating_point *point, size_t rows);

/* FMR and FNMR at each operating point; quantities over the whole test; failures and what carries them. */
plb_status plb_html_points(struct plb_html *h, const struct plb_result *result, const char *system, int level);
plb_status plb_html_whole(struct plb_html *h, const struct plb_result *result, const char *system, int level);
plb_status plb_html_failures(struct plb_html *h, const struct plb_result *result, const char *system, int level);

/* ---- plans (html_plan.c) --------------------------------------------------------------------------- */

/* What is needed, in sentences; then everything about the plans of a result. */
void plb_html_plans_short(struct plb_html *h, const struct plb_result *result, int level);
plb_status plb_html_plans(struct plb_html *h, size_t result_number, int level);
/* A study of coverage (html_coverage.c, html_whole.c). */
plb_status plb_html_coverage(struct plb_html *h, const struct plb_result *result, int level);
plb_status plb_html_whole_tests(struct plb_html *h, const struct plb_result *result, int level);

/* ---- figures (html_figures.c) ---------------------------------------------------------------------- */

/* The DET of all systems, or the score distributions of one, with the data behind it; nothing where
 * there is no such figure. */
plb_status plb_html_coverage_figure(struct plb_html *h);
plb_status plb_html_det(struct plb_html *h, int level);

/* A drawing and its caption; `class` of the figure or NULL. The caller closes the figure. */
plb_status plb_html_figure(struct plb_html *h, size_t which, const char *class, const char *caption);
plb_status plb_html_scores(struct plb_html *h, size_t result_number, const char *system, int level);

#endif

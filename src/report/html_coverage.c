/* SPDX-License-Identifier: Apache-2.0
 *
 * A study of coverage as part of the page: the figure; for each class of tests how every method came out; and all
 * kinds of tests in a table that is folded away.
 */
#include <stdio.h>
#include <string.h>

#include "report/coverage.h"
#include "report/escape.h"
#include "report/html.h"
#include "result/coverage.h"

static void head(struct plb_html *h, const char *const *titles, size_t count) {
  plb_out_text(h->out, "<thead><tr>");
  for (size_t k = 0; k < count; k++)
    plb_html_element(h, "th scope=\"col\"", titles[k]);
  plb_out_text(h->out, "</tr></thead>\n<tbody>\n");
}

static void number(struct plb_html *h, const char *format, double value) __attribute__((format(printf, 2, 0)));
static void number(struct plb_html *h, const char *format, double value) {
  char text[PLB_WORDS];
  snprintf(text, sizeof text, format, value);
  plb_html_element(h, "td", text);
}

static void summary_row(struct plb_html *h, const char *method, const struct plb_coverage_summary *summary) {
  plb_out_text(h->out, "<tr>");
  plb_html_element(h, "th scope=\"row\"", method);
  number(h, "%.0f", (double)summary->cells);
  number(h, "%.1f %%", 100 * summary->mean);
  number(h, "%.1f %%", 100 * summary->least);
  number(h, "%.0f %%", 100 * (double)summary->near / (double)summary->cells);
  number(h, "%.2f", summary->width);
  number(h, "%.1f %%", 100 * summary->above);
  number(h, "%.1f %%", 100 * summary->below);
  plb_out_text(h->out, "</tr>\n");
}

static void write_class(struct plb_html *h, const struct plb_result *result, const struct plb_coverage_class *class,
                        const char *above) {
  static const char *const titles[] = {"Interval",        "Kinds of test", "Mean",        "Least",
                                       "At 93 % or more", "Width",         "Truth above", "Truth below"};
  const struct plb_coverage_cell *first = &result->coverage[0];
  struct plb_coverage_summary summary;
  char caption[3 * PLB_WORDS];
  const char *name = class->name + strspn(class->name, " ");
  if (!plb_coverage_summary(result, first->methods[0].method, &class->choice, &summary))
    return;
  snprintf(caption, sizeof caption, "Coverage: %.60s%s%.60s", name == class->name ? "" : above,
           name == class->name ? "" : ", ", name);
  plb_html_table(h, caption, "data");
  head(h, titles, sizeof titles / sizeof *titles);
  for (size_t m = 0; m < first->method_count; m++)
    if (plb_coverage_summary(result, first->methods[m].method, &class->choice, &summary))
      summary_row(h, first->methods[m].method, &summary);
  plb_out_text(h->out, "</tbody>\n");
  plb_html_table_end(h);
}

static void cell_row(struct plb_html *h, const struct plb_result *result, const struct plb_coverage_cell *cell) {
  char text[PLB_WORDS];
  plb_word_tests(text, cell);
  plb_out_text(h->out, "<tr>");
  plb_html_element(h, "th scope=\"row\"", text);
  plb_word_rate(text, cell->rate);
  plb_html_element(h, "td", text);
  number(h, "%.3g", cell->errors);
  number(h, "%.3g", cell->design_effect);
  snprintf(text, sizeof text, "%.1f", cell->holders);
  plb_html_element(h, "td", cell->has_holders ? text : "");
  for (size_t m = 0; m < result->coverage[0].method_count; m++) {
    const struct plb_coverage_method *method = plb_coverage_find(cell, result->coverage[0].methods[m].method);
    snprintf(text, sizeof text, "%.1f %%", method ? 100 * plb_coverage_share(cell, method) : 0);
    plb_html_element(h, "td", method ? text : "");
  }
  plb_out_text(h->out, "</tr>\n");
}

static void write_cells(struct plb_html *h, const struct plb_result *result) {
  static const char *const titles[] = {"Model, people x samples", "True rate", "Errors", "Effect", "Carriers"};
  plb_out_text(h->out, "<details>\n<summary>Every kind of test</summary>\n");
  plb_html_table(
      h,
      "Coverage of each method. Errors: expected in one test. Effect: the true design effect. Carriers: people "
      "sampled, on average, of the fewest who are in half of all errors",
      "data");
  plb_out_text(h->out, "<thead><tr>");
  for (size_t k = 0; k < sizeof titles / sizeof *titles; k++)
    plb_html_element(h, "th scope=\"col\"", titles[k]);
  for (size_t m = 0; m < result->coverage[0].method_count; m++)
    plb_html_element(h, "th scope=\"col\"", result->coverage[0].methods[m].method);
  plb_out_text(h->out, "</tr></thead>\n<tbody>\n");
  for (size_t c = 0; c < result->coverage_count && !plb_out_failed(h->out); c++)
    cell_row(h, result, &result->coverage[c]);
  plb_out_text(h->out, "</tbody>\n");
  plb_html_table_end(h);
  plb_out_text(h->out, "</details>\n");
}

plb_status plb_html_coverage(struct plb_html *h, const struct plb_result *result, int level) {
  const struct plb_coverage_class *class;
  const char *above = "";
  if (!result->coverage_count)
    return PLB_OK;
  plb_html_section(h, level, "Coverage against expected errors");
  plb_status st = plb_html_coverage_figure(h);
  plb_out_text(h->out, "</section>\n");
  plb_html_section(h, level, "Coverage by class of tests");
  for (size_t k = 0; !st && (class = plb_coverage_classes(k)); k++) {
    above = class->name[0] == ' ' ? above : class->name;
    write_class(h, result, class, above);
  }
  write_cells(h, result);
  plb_out_text(h->out, "</section>\n");
  return st;
}

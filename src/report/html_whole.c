/* SPDX-License-Identifier: Apache-2.0
 *
 * Whole tests of a study of coverage as part of the page: the figure, and a table for each kind of test.
 */
#include <stdio.h>
#include <string.h>

#include "report/coverage.h"
#include "report/html.h"
#include "report/series.h"
#include "result/coverage.h"

static void cell(struct plb_html *h, bool exists, const char *format, double value)
    __attribute__((format(printf, 3, 0)));
static void cell(struct plb_html *h, bool exists, const char *format, double value) {
  char text[PLB_WORDS] = "";
  if (exists)
    snprintf(text, sizeof text, format, value);
  plb_html_element(h, "td", text);
}

static void method_row(struct plb_html *h, const struct plb_whole_cell *of, const struct plb_coverage_method *method) {
  double given = (double)plb_whole_given(method);
  plb_out_text(h->out, "<tr>");
  plb_html_element(h, "th scope=\"row\"", plb_word_quantity(of));
  cell(h, of->has_truth, "%.4g", of->truth);
  cell(h, of->has_spread, "%.2g", of->deviation);
  plb_html_element(h, "td", method->method);
  plb_html_element(h, "td", method->shown ? method->shown : "");
  cell(h, true, "%.0f", given);
  cell(h, given > 0, "%.1f %%", 100 * plb_whole_share(method));
  cell(h, method->has_width, "%.2f", method->width);
  cell(h, given > 0, "%.1f %%", given > 0 ? 100 * (double)method->truth_above / given : 0);
  cell(h, given > 0, "%.1f %%", given > 0 ? 100 * (double)method->truth_below / given : 0);
  plb_out_text(h->out, "</tr>\n");
}

static void open_table(struct plb_html *h, const struct plb_whole_cell *of) {
  static const char *const titles[] = {"Quantity",  "Truth",    "Varies by", "Method",      "Named in results",
                                       "Intervals", "Coverage", "Width",     "Truth above", "Truth below"};
  char text[PLB_WORDS];
  plb_word_whole(text, of);
  plb_html_table(h, text, "data");
  plb_out_text(h->out, "<thead><tr>");
  for (size_t k = 0; k < sizeof titles / sizeof *titles; k++)
    plb_html_element(h, "th scope=\"col\"", titles[k]);
  plb_out_text(h->out, "</tr></thead>\n<tbody>\n");
}

static void close_table(struct plb_html *h) {
  plb_out_text(h->out, "</tbody>\n");
  plb_html_table_end(h);
}

static void explain(struct plb_html *h) {
  plb_out_text(h->out, "<dl>\n");
  for (const char *const *words = plb_explain_quantities(); *words; words += 2) {
    plb_html_element(h, "dt", words[0]);
    plb_html_element(h, "dd", words[1]);
  }
  plb_out_text(h->out, "</dl>\n");
}

plb_status plb_html_whole_tests(struct plb_html *h, const struct plb_result *result, int level) {
  if (!result->whole_count)
    return PLB_OK;
  plb_html_section(h, level, "Whole tests");
  plb_status st = plb_html_figure(h, result->coverage_count > 0, NULL,
                                  "How often the interval of each method held the truth of each quantity; a line for "
                                  "each kind of test.");
  if (st)
    return st;
  plb_out_text(h->out, "</figure>\n");
  for (size_t c = 0; c < result->whole_count && !plb_out_failed(h->out); c++) {
    const struct plb_whole_cell *of = &result->wholes[c];
    if (!c || !plb_whole_same_tests(of, of - 1))
      open_table(h, of);
    for (size_t m = 0; m < of->method_count; m++)
      method_row(h, of, &of->methods[m]);
    if (c + 1 == result->whole_count || !plb_whole_same_tests(of, of + 1))
      close_table(h);
  }
  explain(h);
  plb_out_text(h->out, "</section>\n");
  return PLB_OK;
}

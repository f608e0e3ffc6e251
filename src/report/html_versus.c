/* SPDX-License-Identifier: Apache-2.0
 *
 * Systems compared on the same trials, in the page.
 */
#include <stdio.h>
#include <string.h>

#include "report/escape.h"
#include "report/versus.h"

static const char *verdict_cell(const struct plb_estimate *e) {
  static const char *const good[] = {"better", "not inferior", "equivalent"}, *const bad[] = {"worse", "inferior",
                                                                                              "different"};
  for (size_t k = 0; e->verdict && k < sizeof good / sizeof *good; k++) {
    if (strcmp(e->verdict, good[k]) == 0)
      return "td class=\"verdict shown\"";
    if (strcmp(e->verdict, bad[k]) == 0)
      return "td class=\"verdict refuted\"";
  }
  return plb_is_ratio(e) ? "td" : "td class=\"verdict open\"";
}

/* Names stand on a line of their own, so that the numbers have the width of the page. */
static void write_heading(struct plb_html *h, const struct plb_result *result, const struct plb_estimate *e) {
  char text[PLB_PAIR];
  plb_word_pair(text, result, e);
  plb_out_text(h->out, "<tr>");
  plb_html_element(h, "th scope=\"rowgroup\" colspan=\"6\"", text);
  plb_out_text(h->out, "</tr>\n");
}

static void write_row(struct plb_html *h, const struct plb_estimate *e) {
  char text[PLB_WORDS];
  plb_out_text(h->out, "<tr>");
  plb_html_element(h, "th scope=\"row\"", plb_is_ratio(e) ? "Ratio" : "Difference");
  plb_word_versus(text, e);
  plb_html_element(h, "td", text);
  plb_word_versus_interval(text, e);
  plb_html_element(h, "td", text);
  plb_word_p_value(text, e);
  plb_html_element(h, "td", text);
  plb_word_verdict(text, e);
  plb_html_element(h, verdict_cell(e), text);
  plb_html_element(h, "td class=\"words\"", e->note ? e->note : "");
  plb_out_text(h->out, "</tr>\n");
}

/* The margins, one sentence for each quantity. */
static void write_margins(struct plb_html *h, const struct plb_result *result) {
  char text[2 * PLB_WORDS];
  const struct plb_estimate *e, *last = NULL;
  for (size_t k = 0; (e = plb_versus(result, k)); k++) {
    if (!e->has_margin || (last && strcmp(last->metric, e->metric) == 0))
      continue;
    last = e;
    plb_word_margin(text, e);
    plb_out_text(h->out, " ");
    plb_escape_words(h->out, text);
  }
}

plb_status plb_html_versus(struct plb_html *h, const struct plb_result *result, int level) {
  char interval[PLB_WORDS], count[PLB_WORDS];
  double common = 0;
  const struct plb_estimate *e, *before = NULL;
  if (!plb_versus(result, 0))
    return PLB_OK;
  for (size_t i = 0; i < result->estimate_count; i++)
    if (result->estimates[i].against)
      plb_text_level(&common, &result->estimates[i]);
  plb_text_interval_title(interval, common);
  plb_html_section(h, level, "Systems compared on the same trials");
  plb_html_table(h, "Differences and ratios of two systems on the trials that both completed", "versus");
  plb_out_print(h->out,
                "<thead><tr><th scope=\"col\">What</th><th scope=\"col\">Value</th><th scope=\"col\">%s</th>"
                "<th scope=\"col\">p</th><th scope=\"col\">Verdict</th><th scope=\"col\" class=\"left\">Note</th></tr>"
                "</thead>\n<tbody>\n",
                interval);
  for (size_t k = 0; (e = plb_versus(result, k)) && !plb_out_failed(h->out); k++, before = e) {
    if (!before || !plb_same_pair(before, e))
      write_heading(h, result, e);
    write_row(h, e);
  }
  plb_out_text(h->out, "</tbody>\n");
  plb_html_table_end(h);
  plb_out_text(h->out, "<p class=\"below\">");
  plb_escape_words(h->out, plb_versus_meaning);
  if (plb_versus(result, 0)->compared_pairs > 1) {
    plb_word_count(count, plb_versus(result, 0)->compared_pairs);
    plb_out_print(h->out,
                  " %s pairs of systems: intervals, p and verdicts hold for all pairs at once (Bonferroni), each "
                  "quantity by itself.",
                  count);
  }
  write_margins(h, result);
  char methods[PLB_REMARK];
  if (plb_word_methods(methods, result)) {
    plb_out_text(h->out, " Intervals: ");
    plb_escape_words(h->out, methods);
    plb_out_text(h->out, ".");
  }
  plb_out_text(h->out, "</p>\n</section>\n");
  return PLB_OK;
}

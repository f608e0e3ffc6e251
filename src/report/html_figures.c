/* SPDX-License-Identifier: Apache-2.0
 *
 * Figures within the page: the same bytes as in the SVG files, a caption, and the numbers behind the drawing
 * in a table that opens on demand.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/number.h"
#include "report/escape.h"
#include "report/html.h"

#define EDGE_DIGITS 6
#define ALL_DIGITS 17

static void number_cell(struct plb_html *h, uint64_t count) {
  char text[PLB_WORDS];
  plb_word_count(text, count);
  plb_html_element(h, "td", text);
}

static void rate_cell(struct plb_html *h, uint64_t errors, uint64_t trials) {
  char text[PLB_WORDS] = "undefined";
  if (trials > 0)
    plb_word_rate(text, (double)errors / (double)trials);
  plb_html_element(h, "td", text);
}

static void value_cell(struct plb_html *h, const char *open, double value) {
  char text[PLB_DOUBLE_TEXT];
  plb_format_double(text, value);
  plb_html_element(h, open, text);
}

/* The double whose text has at most `digits` digits that count. */
static double rounded(double value, int digits) {
  char text[64];
  snprintf(text, sizeof text, "%.*e", digits - 1, value);
  double found = strtod(text, NULL); /* the same locale on the way out and in */
  return isfinite(found) ? found : value;
}

/* Edges of bins are shown with six digits that count; with more where two edges would look the same. */
static int edge_digits(const struct plb_curve *curve) {
  int digits = EDGE_DIGITS;
  for (size_t k = 0; k < curve->bin_count && digits < ALL_DIGITS;) {
    const struct plb_score_bin *bin = &curve->bins[k];
    bool same = bin->from < bin->to && !(rounded(bin->from, digits) < rounded(bin->to, digits));
    digits += same;
    k += !same;
  }
  return digits;
}

static void band_cell(struct plb_html *h, const struct plb_det_point *point) {
  char text[3 * PLB_WORDS] = "", lower[PLB_WORDS], upper[PLB_WORDS];
  plb_word_per_cent(lower, sizeof lower, point->fnmr_band[0]);
  plb_word_per_cent(upper, sizeof upper, point->fnmr_band[1]);
  if (point->has_fnmr_band)
    snprintf(text, sizeof text, "[%s, %s] %%", lower, upper);
  plb_html_element(h, "td", text);
}

static void open_details(struct plb_html *h, const char *class, const char *summary) {
  plb_out_print(h->out, "<details class=\"%s\">\n", class);
  plb_html_element(h, "summary", summary);
}

static void det_data(struct plb_html *h, const struct plb_series *series) {
  char mated[PLB_WORDS], nonmated[PLB_WORDS], rows[PLB_WORDS], text[PLB_SENTENCE];
  const struct plb_curve *curve = series->curve;
  bool banded = plb_has_band(curve);
  plb_word_count(rows, curve->point_count);
  plb_word_count(mated, series->mated);
  plb_word_count(nonmated, series->nonmated);
  snprintf(text, sizeof text, "Data of figure %zu: %s, %s points", h->figures, series->name, rows);
  open_details(h, "long", text);
  snprintf(text, sizeof text,
           "DET of %s: errors among %s non-mated and %s mated comparisons, when what is at the "
           "threshold or more similar is accepted%s",
           series->name, nonmated, mated, banded ? "; the band of FNMR holds in all of its rows at once" : "");
  plb_html_table(h, text, "data");
  plb_out_text(h->out, "<thead><tr><th scope=\"col\">Threshold</th><th scope=\"col\">False matches</th>"
                       "<th scope=\"col\">FMR</th><th scope=\"col\">False non-matches</th><th scope=\"col\">FNMR</th>");
  plb_out_text(h->out, banded ? "<th scope=\"col\">Band of FNMR</th>" : "");
  plb_out_text(h->out, "</tr></thead>\n<tbody>\n");
  for (size_t k = 0; k < curve->point_count; k++) {
    const struct plb_det_point *p = &curve->points[k];
    plb_out_text(h->out, "<tr>");
    if (p->has_threshold)
      value_cell(h, "th scope=\"row\"", p->threshold);
    else
      plb_html_element(h, "th scope=\"row\"",
                       plb_is_distance(series->result) ? "below every distance" : "above every score");
    number_cell(h, p->fmr_errors);
    rate_cell(h, p->fmr_errors, p->fmr_trials);
    number_cell(h, p->fnmr_errors);
    rate_cell(h, p->fnmr_errors, p->fnmr_trials);
    if (banded)
      band_cell(h, p);
    plb_out_text(h->out, "</tr>\n");
  }
  plb_out_text(h->out, "</tbody>\n");
  plb_html_table_end(h);
  plb_out_text(h->out, "</details>\n");
}

static void scores_data(struct plb_html *h, const struct plb_series *series) {
  char text[PLB_SENTENCE];
  const struct plb_curve *curve = series->curve;
  int digits = edge_digits(curve);
  snprintf(text, sizeof text, "Data of figure %zu: %s, %zu bins", h->figures, series->name, curve->bin_count);
  open_details(h, "brief", text);
  snprintf(text, sizeof text,
           "Comparisons of %s by score: from the first number on, up to but not including the second; "
           "the last bin includes both. Scores are rounded to %d digits",
           series->name, digits);
  plb_html_table(h, text, "data");
  plb_out_text(h->out, "<thead><tr><th scope=\"col\">From</th><th scope=\"col\">To</th><th scope=\"col\">Mated</th>"
                       "<th scope=\"col\">Non-mated</th></tr></thead>\n<tbody>\n");
  for (size_t k = 0; k < curve->bin_count; k++) {
    plb_out_text(h->out, "<tr>");
    value_cell(h, "th scope=\"row\"", rounded(curve->bins[k].from, digits));
    value_cell(h, "td", rounded(curve->bins[k].to, digits));
    number_cell(h, curve->bins[k].mated);
    number_cell(h, curve->bins[k].nonmated);
    plb_out_text(h->out, "</tr>\n");
  }
  plb_out_text(h->out, "</tbody>\n");
  plb_html_table_end(h);
  plb_out_text(h->out, "</details>\n");
}

plb_status plb_html_figure(struct plb_html *h, size_t which, const char *class, const char *caption) {
  h->figures++;
  plb_out_print(h->out, class ? "<figure class=\"%s\">\n" : "<figure>\n", class);
  plb_out_print(h->out, "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"Figure %zu\">\n",
                h->figures);
  plb_status st = plb_figure_draw(&h->drawings, which, h->out, h->err);
  if (st)
    return st;
  plb_out_print(h->out, "</div>\n<figcaption>Figure %zu. ", h->figures);
  plb_escape(h->out, caption);
  plb_out_text(h->out, "</figcaption>\n");
  return PLB_OK;
}

plb_status plb_html_coverage_figure(struct plb_html *h) {
  plb_status st = plb_html_figure(
      h, 0, NULL, "How often the interval of each method held the truth; a mark for each kind of test.");
  plb_out_text(h->out, "</figure>\n");
  return st;
}

plb_status plb_html_det(struct plb_html *h, int level) {
  size_t found = h->drawings.det_count;
  char caption[PLB_SENTENCE];
  plb_status st;
  if (found == 0)
    return PLB_OK;
  plb_html_section(h, level, "Detection error trade-off");
  snprintf(
      caption, sizeof caption,
      "False non-match rate against false match rate at every threshold of the test. Farther down and to the left "
      "is better.%s",
      plb_bands_shown(h->drawings.dets, found)
          ? " A shaded area is where the true curve lies, between the FMR at its two ends; the curve that is drawn "
            "goes on beyond them. Its limits hold for all points at once, and so are wider than the bars at the "
            "operating points, each of which holds by itself."
          : "");
  if ((st = plb_html_figure(h, 0, NULL, caption)))
    return st;
  for (size_t s = 0; s < found && s < PLB_MOST_CURVES; s++)
    det_data(h, &h->drawings.dets[s]);
  plb_out_text(h->out, "</figure>\n</section>\n");
  return PLB_OK;
}

plb_status plb_html_scores(struct plb_html *h, size_t result_number, const char *system, int level) {
  const struct plb_series *list = h->drawings.scores;
  size_t found = h->drawings.score_count, dets = h->drawings.det_count > 0, at = 0;
  plb_status st;
  while (at < found && !(list[at].result_number == result_number && plb_same_system(list[at].curve->system, system)))
    at++;
  if (at == found)
    return PLB_OK;
  plb_html_section(h, level, "Score distributions");
  if ((st = plb_html_figure(h, dets + at, NULL,
                            "How many comparisons of each class had which score. Lines are the thresholds of the "
                            "operating points.")))
    return st;
  scores_data(h, &list[at]);
  plb_out_text(h->out, "</figure>\n</section>\n");
  return PLB_OK;
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * Coverage in whole tests: a panel for each quantity, in it a line for each kind of test, and on that a mark for each
 * method. The axis is that of svg_coverage.c turned over: logarithmic in the share of intervals that missed, with the
 * most coverage at the right; intervals that never missed are in a strip of their own.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "report/coverage.h"
#include "report/series.h"
#include "report/svg.h"
#include "result/coverage.h"

#define COLUMNS 3
#define NAMES 300.0 /* the kinds of test, at the left of each row of panels */
#define PANEL 250.0
#define GAP 26.0
#define LINE 26.0
#define TOP 92.0
#define BETWEEN 74.0
#define STRIP 22.0 /* for coverage of 100 % */
#define LETTERS 11.5
#define LEAST_MISS 1e-3
#define MOST_KINDS 48
#define MOST_PANELS 9

struct drawing {
  const struct plb_result *result;
  struct plb_out *out;
  const struct plb_whole_cell *kinds[MOST_KINDS], *panels[MOST_PANELS]; /* the first cell of each */
  size_t kind_count, panel_count, method_count;
  const char *methods[PLB_WHOLE_METHODS];
  double level;
};

static void list(struct drawing *d) {
  for (size_t c = 0; c < d->result->whole_count; c++) {
    const struct plb_whole_cell *cell = &d->result->wholes[c];
    size_t k = 0, p = 0;
    while (k < d->kind_count && !plb_whole_same_tests(d->kinds[k], cell))
      k++;
    while (p < d->panel_count && !plb_whole_same_quantity(d->panels[p], cell))
      p++;
    if (k == d->kind_count && k < MOST_KINDS)
      d->kinds[d->kind_count++] = cell;
    if (p == d->panel_count && p < MOST_PANELS)
      d->panels[d->panel_count++] = cell;
  }
  d->method_count = plb_whole_methods(d->result, d->methods);
}

static double left_of(size_t panel) {
  return NAMES + (double)(panel % COLUMNS) * (PANEL + GAP);
}

static double top_of(const struct drawing *d, size_t panel) {
  return TOP + (double)(panel / COLUMNS) * ((double)d->kind_count * LINE + BETWEEN);
}

static double place(double left, double missed) {
  double right = left + PANEL - STRIP;
  if (missed <= 0)
    return right + STRIP / 2;
  return right - log(fmax(missed, LEAST_MISS) / LEAST_MISS) / log(1 / LEAST_MISS) * (PANEL - STRIP);
}

static void draw_axis(const struct drawing *d, double left, double top, double bottom) {
  static const struct {
    double missed;
    const char *text;
  } ticks[] = {{1, "0"}, {.5, "50"}, {.2, "80"}, {.1, "90"}, {.05, "95"}, {.02, "98"}, {.01, "99"}, {.001, "99.9"}};
  const struct plb_stroke grid = {PLB_GRID, 1, NULL}, mark = {PLB_INK, 1.4, "6 3"};
  const struct plb_lettering foot = {.size = LETTERS, .anchor = "middle", .fill = PLB_INK_SOFT};
  plb_svg_rect(d->out, left + PANEL - STRIP, top, STRIP, bottom - top, "#f2f2f2", NULL);
  for (size_t k = 0; k < sizeof ticks / sizeof *ticks; k++) {
    double x = place(left, ticks[k].missed);
    plb_svg_line(d->out, x, top, x, bottom, &grid);
    if (ticks[k].missed > .001)
      plb_svg_words(d->out, x, bottom + 15, &foot, ticks[k].text);
  }
  plb_svg_words(d->out, place(left, 0), bottom + 15, &foot, "100");
  plb_svg_line(d->out, place(left, 1 - d->level), top, place(left, 1 - d->level), bottom, &mark);
}

static void draw_names(const struct drawing *d, double top) {
  const struct plb_lettering side = {.size = LETTERS, .anchor = "end"};
  char text[PLB_WORDS];
  for (size_t k = 0; k < d->kind_count; k++) {
    plb_word_whole(text, d->kinds[k]);
    plb_svg_words(d->out, NAMES - 10, top + ((double)k + .5) * LINE + 4, &side, text);
  }
}

/* Methods lie a little above and below each other, so that none hides another. */
static void draw_cell(const struct drawing *d, double left, double y, const struct plb_whole_cell *cell) {
  for (size_t m = 0; m < d->method_count; m++) {
    const struct plb_coverage_method *method = plb_whole_method(cell, d->methods[m]);
    if (!method || !plb_whole_given(method))
      continue;
    double share = d->method_count > 1 ? (double)m / (double)(d->method_count - 1) - .5 : 0;
    plb_svg_mark(d->out, m, place(left, 1 - plb_whole_share(method)), y + share * 13, plb_series_colour(m), false);
  }
}

static void draw_panel(const struct drawing *d, size_t panel) {
  const struct plb_lettering title = {.size = 13, .bold = true};
  const struct plb_stroke grid = {PLB_GRID, 1, NULL};
  double left = left_of(panel), top = top_of(d, panel), bottom = top + (double)d->kind_count * LINE;
  draw_axis(d, left, top, bottom);
  if (panel % COLUMNS == 0)
    draw_names(d, top);
  for (size_t k = 0; k < d->kind_count; k++)
    plb_svg_line(d->out, left, top + ((double)k + .5) * LINE, left + PANEL, top + ((double)k + .5) * LINE, &grid);
  for (size_t c = 0; c < d->result->whole_count; c++) {
    const struct plb_whole_cell *cell = &d->result->wholes[c];
    size_t k = 0;
    while (k < d->kind_count && !plb_whole_same_tests(d->kinds[k], cell))
      k++;
    if (k < d->kind_count && plb_whole_same_quantity(d->panels[panel], cell))
      draw_cell(d, left, top + ((double)k + .5) * LINE, cell);
  }
  plb_svg_rect(d->out, left, top, PANEL, bottom - top, "none", PLB_RULE);
  plb_svg_words(d->out, left, top - 8, &title, plb_word_quantity(d->panels[panel]));
}

static void draw_legend(const struct drawing *d) {
  const struct plb_lettering words = {.size = 12.5};
  double x = NAMES + 6;
  for (size_t m = 0; m < d->method_count; m++) {
    plb_svg_mark(d->out, m, x, 50, plb_series_colour(m), false);
    plb_svg_words(d->out, x + 11, 54, &words, d->methods[m]);
    x += 34 + plb_svg_width(d->methods[m], 12.5);
  }
}

static void describe(const struct drawing *d, char text[PLB_SENTENCE]) {
  size_t used = (size_t)snprintf(text, PLB_SENTENCE, "Share of simulated tests whose interval held the truth, by ");
  for (size_t k = 0; k < d->panel_count && used + 60 < PLB_SENTENCE; k++)
    used += (size_t)snprintf(text + used, PLB_SENTENCE - used, "%s%s", k ? ", " : "", plb_word_quantity(d->panels[k]));
  snprintf(text + used, PLB_SENTENCE - used, "; %zu kinds of test.", d->kind_count);
}

plb_status plb_draw_whole(const struct plb_result *result, const char *id, struct plb_out *out, struct plb_error *err) {
  struct drawing d = {.result = result, .out = out, .level = result->whole_count ? result->wholes[0].level : .95};
  const struct plb_lettering title = {.size = 15, .bold = true}, axis = {.size = 13, .anchor = "middle"};
  char heading[PLB_WORDS], description[PLB_SENTENCE], notes[1][PLB_SENTENCE];
  (void)err;
  list(&d);
  describe(&d, description);
  size_t last = d.panel_count ? d.panel_count - 1 : 0;
  double right = NAMES + COLUMNS * (PANEL + GAP) - GAP, bottom = top_of(&d, last) + (double)d.kind_count * LINE + 40;
  snprintf(
      notes[0], PLB_SENTENCE,
      "Each mark is a method in one kind of test. Dashed: %g %%. The axis is logarithmic in the share of intervals "
      "that missed the truth; left of the line an interval promises too much. \"clusters\": it was said who is "
      "related.%s",
      100 * d.level, d.kind_count == MOST_KINDS ? " More kinds of test are not drawn." : "");
  plb_svg_open(out, id, right + 24, plb_draw_notes(NULL, 24, right, bottom + 26, notes, 1) + 8,
               "Coverage of intervals in whole tests", description);
  snprintf(heading, sizeof heading, "How often %g %% intervals of whole tests held the truth", 100 * d.level);
  plb_svg_words(out, 24, 28, &title, heading);
  draw_legend(&d);
  for (size_t p = 0; p < d.panel_count; p++)
    draw_panel(&d, p);
  plb_svg_words(out, (NAMES + right) / 2, bottom, &axis, "Coverage, %");
  plb_draw_notes(out, 24, right, bottom + 26, notes, 1);
  plb_svg_close(out);
  return PLB_OK;
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * Coverage against expected errors: a panel for each method, a mark for each kind of test. Both axes are
 * logarithmic, the upright one in the share of tests that the interval missed, with the most coverage on top, so
 * that 94 % and 99 % are as far apart as their misses are. Tests that missed nothing lie in a strip of their own.
 *
 * Filled marks are tests of 50 people and more, hollow ones smaller tests; circles are FMR, squares FNMR, and
 * triangles tests that sample fewer than three of those who carry the rate on average.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "report/coverage.h"
#include "report/series.h"
#include "report/svg.h"
#include "result/coverage.h"

#define COLUMNS 3
#define PANEL_WIDE 300.0
#define PANEL_HIGH 270.0
#define LEFT 62.0
#define TOP 64.0
#define GAP_WIDE 52.0
#define GAP_HIGH 72.0
#define STRIP 26.0 /* for coverage of 100 % */
#define LETTERS 11.5
#define LEAST_MISS 1e-3
#define MOST_PANELS 24

struct panel {
  double left, top, right, bottom; /* below the strip */
};

struct drawing {
  const struct plb_result *result;
  struct plb_out *out;
  size_t panels;
  double least, most; /* expected errors at the ends, powers of ten */
  double level;       /* share missed where all is well */
};

static struct panel panel_of(size_t k) {
  double left = LEFT + (double)(k % COLUMNS) * (PANEL_WIDE + GAP_WIDE);
  double top = TOP + STRIP + (double)(k / COLUMNS) * (PANEL_HIGH + GAP_HIGH);
  return (struct panel){left, top, left + PANEL_WIDE, top + PANEL_HIGH - STRIP};
}

static void fit(struct drawing *d) {
  double least = HUGE_VAL, most = 1;
  for (size_t c = 0; c < d->result->coverage_count; c++) {
    least = fmin(least, fmax(d->result->coverage[c].errors, 1e-3));
    most = fmax(most, d->result->coverage[c].errors);
  }
  d->least = pow(10, floor(log10(fmin(least, 1))));
  d->most = pow(10, ceil(log10(fmax(most, 10))));
  d->panels = d->result->coverage_count ? d->result->coverage[0].method_count : 0;
  d->panels = d->panels < MOST_PANELS ? d->panels : MOST_PANELS;
}

static double place_errors(const struct drawing *d, const struct panel *p, double errors) {
  double share = log(fmax(errors, d->least) / d->least) / log(d->most / d->least);
  return p->left + fmin(share, 1) * (p->right - p->left);
}

static double place_miss(const struct panel *p, double missed) {
  if (missed <= 0)
    return p->top - STRIP / 2;
  return p->top + log(fmax(missed, LEAST_MISS) / LEAST_MISS) / log(1 / LEAST_MISS) * (p->bottom - p->top);
}

static void draw_axes(const struct drawing *d, const struct panel *p, bool labelled) {
  static const struct {
    double missed;
    const char *text;
  } ticks[] = {{.001, "99.9"}, {.005, "99.5"}, {.01, "99"}, {.02, "98"}, {.05, "95"},
               {.1, "90"},     {.2, "80"},     {.5, "50"},  {1, "0"}};
  const struct plb_stroke grid = {PLB_GRID, 1, NULL};
  const struct plb_lettering side = {.size = LETTERS, .anchor = "end", .fill = PLB_INK_SOFT};
  const struct plb_lettering foot = {.size = LETTERS, .anchor = "middle", .fill = PLB_INK_SOFT};
  plb_svg_rect(d->out, p->left, p->top - STRIP, p->right - p->left, STRIP, "#f2f2f2", NULL);
  if (labelled)
    plb_svg_words(d->out, p->left - 6, p->top - STRIP / 2 + 4, &side, "100");
  for (size_t k = 0; k < sizeof ticks / sizeof *ticks; k++) {
    double y = place_miss(p, ticks[k].missed);
    plb_svg_line(d->out, p->left, y, p->right, y, &grid);
    if (labelled)
      plb_svg_words(d->out, p->left - 6, y + 4, &side, ticks[k].text);
  }
  for (double errors = d->least; errors <= d->most * 1.001; errors *= 10) {
    char text[PLB_WORDS];
    double x = place_errors(d, p, errors);
    plb_svg_line(d->out, x, p->top, x, p->bottom, &grid);
    if (errors < 1)
      plb_word_rounded(text, errors, 2);
    else
      plb_word_count(text, (uint64_t)llround(errors));
    plb_svg_words(d->out, x, p->bottom + 16, &foot, text);
  }
}

static void draw_cell(const struct drawing *d, const struct panel *p, const struct plb_coverage_cell *cell,
                      const char *name) {
  const struct plb_coverage_method *method = plb_coverage_find(cell, name);
  if (!method)
    return;
  bool fnmr = strcmp(cell->metric, "FNMR") == 0, rare = cell->has_holders && cell->holders < 3;
  double x = place_errors(d, p, cell->errors), y = place_miss(p, 1 - plb_coverage_share(cell, method));
  plb_svg_mark(d->out, rare ? 2 : fnmr ? 1 : 0, x, y, plb_series_colour(rare ? 1 : fnmr ? 2 : 0), cell->people < 50);
}

static void draw_panel(const struct drawing *d, size_t k) {
  const struct panel p = panel_of(k);
  const struct plb_stroke line = {PLB_INK, 1.4, "6 3"};
  const struct plb_lettering title = {.size = 13.5, .bold = true};
  const char *name = d->result->coverage[0].methods[k].method;
  draw_axes(d, &p, k % COLUMNS == 0);
  for (size_t c = 0; c < d->result->coverage_count; c++)
    draw_cell(d, &p, &d->result->coverage[c], name);
  plb_svg_line(d->out, p.left, place_miss(&p, d->level), p.right, place_miss(&p, d->level), &line);
  plb_svg_rect(d->out, p.left, p.top, p.right - p.left, p.bottom - p.top, "none", PLB_RULE);
  plb_svg_words(d->out, p.left, p.top - STRIP - 7, &title, name);
}

static void describe(const struct drawing *d, char text[PLB_SENTENCE]) {
  struct plb_coverage_choice all = {.metric = NULL};
  struct plb_coverage_summary summary;
  size_t used = (size_t)snprintf(text, PLB_SENTENCE, "Share of simulated tests whose interval held the truth.");
  for (size_t k = 0; k < d->panels && used + 120 < PLB_SENTENCE; k++)
    if (plb_coverage_summary(d->result, d->result->coverage[0].methods[k].method, &all, &summary))
      used += (size_t)snprintf(text + used, PLB_SENTENCE - used, " %.40s: mean %.1f %%, least %.1f %%.",
                               d->result->coverage[0].methods[k].method, 100 * summary.mean, 100 * summary.least);
}

plb_status plb_draw_coverage(const struct plb_result *result, const char *id, struct plb_out *out,
                             struct plb_error *err) {
  struct drawing d = {.result = result, .out = out, .level = .05};
  double level = result->coverage_count ? result->coverage[0].level : .95;
  struct plb_lettering upwards = {.size = 13, .anchor = "middle", .upwards = true};
  const struct plb_lettering axis = {.size = 13, .anchor = "middle"}, title = {.size = 15, .bold = true};
  char heading[PLB_WORDS], description[PLB_SENTENCE], notes[2][PLB_SENTENCE];
  (void)err;
  d.level = 1 - level;
  fit(&d);
  describe(&d, description);
  size_t rows = (d.panels + COLUMNS - 1) / COLUMNS, columns = d.panels < COLUMNS ? d.panels : COLUMNS;
  columns = columns > 1 ? columns : 2;
  double right = LEFT + (double)columns * (PANEL_WIDE + GAP_WIDE) - GAP_WIDE;
  double bottom = TOP + (double)rows * (PANEL_HIGH + GAP_HIGH) - GAP_HIGH + 42;
  snprintf(notes[0], PLB_SENTENCE,
           "Each mark is one kind of test. Circles: FMR; squares: FNMR; triangles: fewer than 3 of the people who "
           "carry half of the errors are sampled on average. Hollow: fewer than 50 people. Dashed: %g %%.",
           100 * level);
  snprintf(notes[1], PLB_SENTENCE,
           "The upright axis is logarithmic in the share of intervals that missed the truth. Right of 10 errors a mark "
           "below the line is an interval that promises too much.");
  plb_svg_open(out, id, right + 40, plb_draw_notes(NULL, LEFT, right, bottom + 26, notes, 2) + 8,
               "Coverage of intervals", description);
  snprintf(heading, sizeof heading, "How often %g %% intervals held the truth", 100 * level);
  plb_svg_words(out, LEFT, 28, &title, heading);
  for (size_t k = 0; k < d.panels; k++)
    draw_panel(&d, k);
  plb_svg_words(out, (LEFT + right) / 2, bottom, &axis, "Expected errors in one test (log)");
  plb_svg_words(out, 18, TOP + (double)rows * PANEL_HIGH / 2, &upwards, "Coverage, %");
  plb_draw_notes(out, LEFT, right, bottom + 26, notes, 2);
  plb_svg_close(out);
  return PLB_OK;
}

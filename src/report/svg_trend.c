/* SPDX-License-Identifier: Apache-2.0
 *
 * FNMR over a number, such as the years between two samples: the rates of cells with their intervals, each where the
 * mean of its comparisons lies, and the curve of the trend over them with its limits. The curve never stands alone.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "report/escape.h"
#include "report/series.h"
#include "report/svg_plot.h"
#include "report/trend.h"

#define WIDTH 760.0
#define LEFT 26.0
#define RIGHT 734.0
#define HIGH 320.0 /* of the frame */
#define NAME 14

struct drawing {
  struct plb_plot plot;
  const struct plb_grouping *grouping;
  const struct plb_trend *trend;
  const struct plb_group_cell *cells;
  size_t count;
};

static bool take(const struct plb_grouping *grouping, size_t point, struct drawing *d) {
  *d = (struct drawing){.grouping = grouping, .trend = plb_trend_of(grouping, point)};
  d->cells = plb_group_cells(grouping, point, PLB_GROUP_FNMR, &d->count);
  return d->trend && d->trend->cell_count && d->count;
}

bool plb_trend_is_drawn(const struct plb_grouping *grouping, size_t point) {
  struct drawing d;
  return take(grouping, point, &d);
}

/* Where a cell lies; false where it is not shown. */
static bool place_of(const struct drawing *d, const struct plb_group_cell *cell, double *at) {
  const struct plb_estimate *e = cell->estimate;
  for (size_t i = 0; i < d->trend->cell_count; i++) {
    *at = d->trend->cells[i].mean;
    if (strcmp(d->trend->cells[i].value, e->cell->of[0].values[0]) == 0)
      return e->status != PLB_EST_SUPPRESSED;
  }
  return false;
}

static void widen(double number, double range[2]) {
  range[0] = fmin(range[0], number);
  range[1] = fmax(range[1], number);
}

static void widen_rate(bool exists, double rate, double range[2]) {
  if (exists && rate > 0)
    widen(rate, range);
}

static void fit(struct drawing *d) {
  double rates[2] = {1, 0}, numbers[2] = {INFINITY, -INFINITY}, at;
  for (size_t i = 0; i < d->trend->point_count; i++) {
    widen_rate(true, d->trend->points[i].lower, rates);
    widen_rate(true, d->trend->points[i].upper, rates);
    widen(d->trend->points[i].at, numbers);
  }
  for (size_t k = 0; k < d->count; k++) {
    const struct plb_estimate *e = d->cells[k].estimate;
    if (!place_of(d, &d->cells[k], &at))
      continue;
    widen(at, numbers);
    widen_rate(e->has_value, e->value, rates);
    widen_rate(e->interval.exists && e->interval.has_lower, e->interval.lower, rates);
    widen_rate(e->interval.exists && e->interval.has_upper, e->interval.upper, rates);
  }
  plb_plot_fit(&d->plot, numbers[0], numbers[1], rates[0], rates[1]);
}

static void draw_curve(const struct drawing *d) {
  const struct plb_stroke line = {PLB_INK, 2, NULL}, limit = {PLB_INK_SOFT, 1, "4 3"};
  const struct plb_trend_point *points = d->trend->points;
  for (size_t i = 1; i < d->trend->point_count; i++) {
    double x[2] = {plb_plot_x(&d->plot, points[i - 1].at), plb_plot_x(&d->plot, points[i].at)};
    const double y[3][2] = {{points[i - 1].rate, points[i].rate},
                            {points[i - 1].lower, points[i].lower},
                            {points[i - 1].upper, points[i].upper}};
    for (int k = 0; k < 3; k++)
      plb_svg_line(d->plot.out, x[0], plb_plot_y(&d->plot, y[k][0]), x[1], plb_plot_y(&d->plot, y[k][1]),
                   k ? &limit : &line);
  }
}

static void draw_cells(const struct drawing *d) {
  const struct plb_lettering letters = {.size = 11, .anchor = "middle", .fill = PLB_INK_SOFT, .halo = true};
  const char *colour = plb_series_colour(1);
  char name[PLB_WORDS], people[PLB_WORDS];
  double at, last = -HUGE_VAL;
  for (size_t k = 0; k < d->count; k++) {
    const struct plb_estimate *e = d->cells[k].estimate;
    if (!place_of(d, &d->cells[k], &at))
      continue;
    double x = plb_plot_x(&d->plot, at);
    const double limits[2] = {e->interval.has_lower ? e->interval.lower : 0,
                              e->interval.has_upper ? e->interval.upper : 1};
    if (e->interval.exists)
      plb_plot_interval(&d->plot, x, limits, colour);
    if (e->has_value)
      plb_svg_mark(d->plot.out, 0, x, plb_plot_y(&d->plot, e->value), colour, false);
    plb_word_people(people, d->grouping->result, e);
    plb_shorten(name, sizeof name, people, NAME);
    if (x - last < plb_svg_width(name, letters.size) + 6)
      continue;
    plb_svg_words(d->plot.out, x, d->plot.top - 6, &letters, name);
    last = x;
  }
}

static void write_note(const struct drawing *d, char line[PLB_SENTENCE]) {
  const struct plb_trend *trend = d->trend;
  char sentence[PLB_REMARK];
  size_t hidden = d->count;
  double at;
  for (size_t k = 0; k < d->count; k++)
    hidden -= place_of(d, &d->cells[k], &at);
  plb_word_trend(sentence, trend, 0);
  int used =
      snprintf(line, PLB_SENTENCE,
               "Marks: FNMR of a cell with its interval, where the mean of its comparisons lies; above the frame "
               "the people behind it. %s%s.",
               trend->why ? "Of a trend " : "Curve: the trend, dashed its limits; ", sentence);
  if (hidden)
    snprintf(line + used, PLB_SENTENCE - (size_t)used, " %zu cell%s not drawn: withheld, or of no known number.",
             hidden, hidden == 1 ? " is" : "s are");
}

void plb_draw_trend(const struct plb_grouping *grouping, size_t point, const char *id, struct plb_out *out) {
  const struct plb_lettering title = {.size = 15, .bold = true}, soft = {.size = 12, .fill = PLB_INK_SOFT};
  char heading[PLB_SENTENCE], span[PLB_SPAN], what[PLB_LIMIT], along[PLB_LIMIT], lines[1][PLB_SENTENCE];
  char description[3 * PLB_SENTENCE];
  struct drawing d;
  if (!take(grouping, point, &d))
    return;
  const struct plb_trend_term unknown = {.attribute = d.trend->by};
  plb_word_axis(along, d.trend->term_count ? &d.trend->terms[0] : &unknown);
  snprintf(what, sizeof what, "FNMR over %.200s", along);
  plb_word_group_figure(heading, grouping, what);
  plb_word_group_point(span, grouping, point);
  double y = plb_svg_paragraph(NULL, LEFT, 50, RIGHT - LEFT, &soft, span);
  d.plot = (struct plb_plot){.out = out, .left = LEFT + 72, .right = RIGHT, .top = y + 22, .bottom = y + 22 + HIGH};
  fit(&d);
  write_note(&d, lines[0]);
  double end = plb_draw_notes(NULL, LEFT, RIGHT, d.plot.bottom + 62, lines, 1);
  snprintf(description, sizeof description, "%s. %s All numbers are in the table.", span, lines[0]);
  plb_svg_open(out, id, WIDTH, end, heading, description);
  plb_svg_words(out, LEFT, 28, &title, heading);
  plb_svg_paragraph(out, LEFT, 50, RIGHT - LEFT, &soft, span);
  plb_plot_axes(&d.plot, along, "FNMR");
  draw_curve(&d);
  draw_cells(&d);
  plb_draw_notes(out, LEFT, RIGHT, d.plot.bottom + 62, lines, 1);
  plb_svg_close(out);
}

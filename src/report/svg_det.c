/* SPDX-License-Identifier: Apache-2.0
 *
 * The DET: false non-matches against false matches, all thresholds, one curve for each system.
 *
 * Order of drawing: paper and grid, the strips of the zeros, bands (svg_band.c), curves, EER strokes, intervals,
 * operating points, their labels where there is room, axis texts, legend, notes. A curve is the step function that the
 * counts give, read as "FNMR at FMR <= x": between two operating points it goes straight up first and then
 * straight left. Nothing is interpolated; of a curve that was thinned to 2,000 points the same steps are
 * the upper envelope. A rate of 0 lies in a strip of its own, never at a made-up small value.
 *
 * Cost: linear in points. Reference: ISO/IEC 19795-1:2021 (DET, FMR, FNMR); A. Martin et al., Eurospeech 1997.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/number.h"
#include "report/svg_det.h"

static const struct plb_lettering tick_letters = {.size = PLB_DET_LETTERS, .anchor = "middle", .fill = PLB_INK_SOFT};

/* ---- what is to be shown ---------------------------------------------------------------------- */

static bool counted(const struct plb_estimate *e) {
  return e && e->has_counts && e->trials > 0 && e->status != PLB_EST_SUPPRESSED;
}

double plb_det_rate(const struct plb_estimate *e) {
  return (double)e->errors / (double)e->trials;
}

static double upper_of(const struct plb_estimate *e) {
  double rate = plb_det_rate(e);
  return e->interval.exists && e->interval.has_upper && e->interval.upper > rate ? e->interval.upper : rate;
}

/* The k-th operating point of a series, if both of its rates were counted. */
static bool point_of(const struct plb_series *series, size_t k, const struct plb_estimate *pair[2], bool *past) {
  struct plb_operating_point point;
  *past = !plb_result_point(series->result, series->curve->system, k, &point);
  if (*past)
    return false;
  pair[0] = plb_point_estimate(series->result, &point, "FMR");
  pair[1] = plb_point_estimate(series->result, &point, "FNMR");
  return counted(pair[0]) && counted(pair[1]);
}

/* The least rate above 0 that lies within the upper ends, of the curve and of the points. */
static void least_seen(const struct plb_series *series, const double most[2], double least[2]) {
  const struct plb_estimate *pair[2];
  bool past = false;
  for (size_t i = 0; i < series->curve->point_count; i++) {
    const struct plb_det_point *p = &series->curve->points[i];
    double rate[2] = {(double)p->fmr_errors / (double)p->fmr_trials, (double)p->fnmr_errors / (double)p->fnmr_trials};
    if (rate[0] > most[0] || rate[1] > most[1])
      continue;
    least[0] = rate[0] > 0 ? fmin(least[0], rate[0]) : least[0];
    least[1] = rate[1] > 0 ? fmin(least[1], rate[1]) : least[1];
  }
  for (size_t k = 0; !past; k++) {
    if (!point_of(series, k, pair, &past))
      continue;
    for (int axis = 0; axis < 2; axis++)
      if (plb_det_rate(pair[axis]) > 0)
        least[axis] = fmin(least[axis], plb_det_rate(pair[axis]));
  }
}

/* Upper ends: about four times the greatest EER, and the intervals of all operating points. Lower ends: the
 * smallest rate seen there, which is never below one error in all trials. Bands get some room, not all that they ask.
 */
static void fit_axes(struct plb_det_drawing *d) {
  double most[2] = {0.0, 0.0}, least[2] = {1.0, 1.0};
  for (size_t s = 0; s < d->count; s++) {
    const struct plb_series *series = &d->list[s];
    double eer = series->eer && series->eer->has_value ? series->eer->value : 0.1;
    double wide = fmin(4.0 * eer, fmax(0.5, 2.0 * eer));
    const struct plb_estimate *pair[2];
    bool past = false;
    most[0] = fmax(most[0], wide);
    most[1] = fmax(most[1], wide);
    for (size_t k = 0; !past; k++) {
      if (!point_of(series, k, pair, &past))
        continue;
      most[0] = fmax(most[0], upper_of(pair[0]));
      most[1] = fmax(most[1], upper_of(pair[1]));
    }
  }
  plb_rate_axis_fit(&d->x, 1.0, most[0]);
  plb_rate_axis_fit(&d->y, 1.0, most[1]);
  const double bare[2] = {d->x.high, d->y.high};
  double limit = 1.0;
  plb_bands_room(d, bare, &most[1], &limit);
  plb_rate_axis_fit(&d->y, 1.0, most[1]);
  const double ends[2] = {d->x.high, d->y.high};
  for (size_t s = 0; s < d->count; s++)
    least_seen(&d->list[s], ends, least);
  least[1] = fmin(least[1], fmax(limit, least[1] / 2));
  plb_rate_axis_fit(&d->x, least[0], most[0]);
  plb_rate_axis_fit(&d->y, least[1], most[1]);
  d->x.at_low = PLB_DET_BOX_LEFT, d->x.at_high = PLB_DET_BOX_RIGHT,
  d->x.at_zero = (PLB_DET_STRIP_LEFT + PLB_DET_BOX_LEFT) / 2;
  d->y.at_low = PLB_DET_BOX_BOTTOM, d->y.at_high = PLB_DET_BOX_TOP,
  d->y.at_zero = (PLB_DET_STRIP_BOTTOM + PLB_DET_BOX_BOTTOM) / 2;
}

/* Adds a point to the mark that lies at its place, or as a mark of its own; not one beyond the axes (above
 * 99.9 %). */
static void add_mark(struct plb_det_drawing *d, size_t series, const struct plb_estimate *const pair[2]) {
  double x = plb_rate_place(&d->x, plb_det_rate(pair[0])), y = plb_rate_place(&d->y, plb_det_rate(pair[1]));
  bool supported = pair[0]->status != PLB_EST_UNSUPPORTED && pair[1]->status != PLB_EST_UNSUPPORTED;
  size_t m = 0;
  if (x > PLB_DET_BOX_RIGHT + 0.5 || y < PLB_DET_BOX_TOP - 0.5)
    return;
  while (m < d->mark_count &&
         !(d->marks[m].series == series && fabs(d->marks[m].x - x) < 0.5 && fabs(d->marks[m].y - y) < 0.5))
    m++;
  if (m == PLB_DET_MARKS) {
    d->left_out++;
    return;
  }
  struct plb_det_mark *mark = &d->marks[m];
  if (m == d->mark_count) {
    *mark = (struct plb_det_mark){.series = series, .x = x, .y = y, .fmr = pair[0], .fnmr = pair[1]};
    d->mark_count++;
  }
  if (supported && mark->targets.count[true] == 0)
    mark->fmr = pair[0], mark->fnmr = pair[1];
  plb_targets_add(&mark->targets, pair[0], supported);
}

static void collect_marks(struct plb_det_drawing *d) {
  for (size_t s = 0; s < d->count; s++) {
    const struct plb_estimate *pair[2];
    bool past = false;
    for (size_t k = 0; !past; k++)
      if (point_of(&d->list[s], k, pair, &past))
        add_mark(d, s, pair);
  }
}

/* ---- the drawing -------------------------------------------------------------------------------- */

static void draw_grid(struct plb_det_drawing *d) {
  const struct plb_stroke grid = {PLB_GRID, 1, NULL}, diagonal = {PLB_RULE, 1, "1 4"};
  struct plb_rate_tick ticks[PLB_TICKS];
  plb_svg_rect(d->out, PLB_DET_STRIP_LEFT, PLB_DET_BOX_TOP, PLB_DET_BOX_LEFT - PLB_DET_STRIP_LEFT,
               PLB_DET_STRIP_BOTTOM - PLB_DET_BOX_TOP, "#f2f2f2", NULL);
  plb_svg_rect(d->out, PLB_DET_BOX_LEFT, PLB_DET_BOX_BOTTOM, PLB_DET_BOX_RIGHT - PLB_DET_BOX_LEFT,
               PLB_DET_STRIP_BOTTOM - PLB_DET_BOX_BOTTOM, "#f2f2f2", NULL);
  struct plb_lettering letters = tick_letters;
  size_t count = plb_rate_ticks(&d->x, PLB_DET_LETTERS, 0, ticks);
  for (size_t k = 0; k < count; k++) {
    double x = plb_rate_place(&d->x, ticks[k].rate);
    plb_svg_line(d->out, x, PLB_DET_BOX_TOP, x, PLB_DET_STRIP_BOTTOM, &grid);
    plb_svg_words(d->out, x, PLB_DET_STRIP_BOTTOM + 18, &letters, ticks[k].text);
  }
  plb_svg_words(d->out, d->x.at_zero, PLB_DET_STRIP_BOTTOM + 18, &letters, "0");
  letters.anchor = "end";
  count = plb_rate_ticks(&d->y, PLB_DET_LETTERS, 16, ticks);
  for (size_t k = 0; k < count; k++) {
    double y = plb_rate_place(&d->y, ticks[k].rate);
    plb_svg_line(d->out, PLB_DET_STRIP_LEFT, y, PLB_DET_BOX_RIGHT, y, &grid);
    plb_svg_words(d->out, PLB_DET_STRIP_LEFT - 7, y + 4, &letters, ticks[k].text);
  }
  plb_svg_words(d->out, PLB_DET_STRIP_LEFT - 7, d->y.at_zero + 4, &letters, "0");
  double low = fmax(d->x.low, d->y.low), high = fmin(d->x.high, d->y.high);
  if (low < high)
    plb_svg_line(d->out, plb_rate_place(&d->x, low), plb_rate_place(&d->y, low), plb_rate_place(&d->x, high),
                 plb_rate_place(&d->y, high), &diagonal);
  plb_svg_rect(d->out, PLB_DET_STRIP_LEFT, PLB_DET_BOX_TOP, PLB_DET_BOX_RIGHT - PLB_DET_STRIP_LEFT,
               PLB_DET_STRIP_BOTTOM - PLB_DET_BOX_TOP, "none", PLB_RULE);
}

/* A value moved to the nearest within [least, most]. */
static double within(double value, double least, double most) {
  return value < least ? least : value > most ? most : value;
}

/* Outside of the box the pen is lifted. */
void plb_pen_to(struct plb_pen *pen, double x, double y) {
  bool level = fabs(y - pen->y) < 0.001;
  double other = level ? y : x;
  bool inside = level ? other >= PLB_DET_BOX_TOP : other <= PLB_DET_BOX_RIGHT;
  double from_x = within(pen->x, PLB_DET_STRIP_LEFT, PLB_DET_BOX_RIGHT),
         from_y = within(pen->y, PLB_DET_BOX_TOP, PLB_DET_STRIP_BOTTOM);
  double to_x = within(x, PLB_DET_STRIP_LEFT, PLB_DET_BOX_RIGHT),
         to_y = within(y, PLB_DET_BOX_TOP, PLB_DET_STRIP_BOTTOM);
  pen->x = x;
  pen->y = y;
  pen->open = pen->open && (inside || pen->whole);
  if ((!inside && !pen->whole) || (fabs(from_x - to_x) < 0.005 && fabs(from_y - to_y) < 0.005))
    return;
  if (!pen->open) {
    plb_out_text(pen->out, "M");
    plb_svg_number(pen->out, from_x);
    plb_out_text(pen->out, " ");
    plb_svg_number(pen->out, from_y);
  }
  pen->open = true;
  plb_out_text(pen->out, level ? "H" : "V");
  plb_svg_number(pen->out, level ? to_x : to_y);
  if (pen->room)
    plb_room_take(pen->room, fmin(from_x, to_x) - 2, fmin(from_y, to_y) - 2, fmax(from_x, to_x) + 2,
                  fmax(from_y, to_y) + 2, 1);
}

struct place {
  double x, y;
};

static int along_curve(const void *one, const void *other) {
  const struct place *a = one, *b = other;
  if (a->x < b->x || a->x > b->x)
    return a->x < b->x ? 1 : -1;
  return (a->y < b->y) - (a->y > b->y);
}

/* The points of the curve and the operating points, which a thinned curve may lack, from many false matches
 * to few. In hundredths of a pixel, as they are written: the pen must stand where the reader sees it. */
static size_t gather(struct plb_det_drawing *d, size_t s, struct place *places) {
  const struct plb_curve *curve = d->list[s].curve;
  size_t count = 0;
  for (size_t i = 0; i < curve->point_count; i++) {
    const struct plb_det_point *p = &curve->points[i];
    places[count++] = (struct place){plb_rate_place(&d->x, (double)p->fmr_errors / (double)p->fmr_trials),
                                     plb_rate_place(&d->y, (double)p->fnmr_errors / (double)p->fnmr_trials)};
  }
  for (size_t m = 0; m < d->mark_count; m++)
    if (d->marks[m].series == s)
      places[count++] = (struct place){d->marks[m].x, d->marks[m].y};
  for (size_t i = 0; i < count; i++) {
    places[i].x = round(places[i].x * 100) / 100;
    places[i].y = round(places[i].y * 100) / 100;
  }
  qsort(places, count, sizeof *places, along_curve);
  return count;
}

static void draw_curve(struct plb_det_drawing *d, size_t s, struct place *places) {
  size_t count = gather(d, s, places);
  struct plb_pen pen = {.out = d->out, .room = &d->room, .x = places[0].x, .y = places[0].y};
  plb_out_text(d->out, "<path d=\"");
  for (size_t i = 1; i < count; i++) {
    if (fabs(places[i].y - pen.y) > 0.001)
      plb_pen_to(&pen, pen.x, places[i].y);
    if (fabs(places[i].x - pen.x) > 0.001)
      plb_pen_to(&pen, places[i].x, pen.y);
  }
  plb_out_print(d->out, "\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\" stroke-linejoin=\"round\"",
                plb_series_colour(s));
  if (plb_series_dash(s))
    plb_out_print(d->out, " stroke-dasharray=\"%s\"", plb_series_dash(s));
  plb_out_text(d->out, "/>\n");
}

bool plb_det_has_tick(const struct plb_det_drawing *d, size_t s) {
  const struct plb_estimate *eer = d->list[s].eer;
  return eer && eer->has_value && eer->value > fmax(d->x.low, d->y.low) && eer->value < fmin(d->x.high, d->y.high);
}

/* A short stroke across the line of FMR = FNMR at the EER: on the curve where a step crosses the line there, else
 * beside it. */
static void draw_eer(struct plb_det_drawing *d, size_t s) {
  const struct plb_estimate *eer = d->list[s].eer;
  if (!plb_det_has_tick(d, s))
    return;
  const struct plb_stroke stroke = {plb_series_colour(s), 2, NULL};
  double x = plb_rate_place(&d->x, eer->value), y = plb_rate_place(&d->y, eer->value);
  double dx = plb_rate_place(&d->x, d->x.high) - plb_rate_place(&d->x, eer->value);
  double dy = plb_rate_place(&d->y, d->x.high) - plb_rate_place(&d->y, eer->value);
  double length = hypot(dx, dy) / 9.0;
  plb_svg_line(d->out, x - dx / length, y - dy / length, x + dx / length, y + dy / length, &stroke);
}

/* The interval of one rate, along one axis. An end that lies outside or does not exist is an arrow. */
static void draw_interval(struct plb_det_drawing *d, const struct plb_det_mark *mark, bool level) {
  const struct plb_estimate *e = level ? mark->fmr : mark->fnmr;
  const struct plb_rate_axis *axis = level ? &d->x : &d->y;
  const char *colour = plb_series_colour(mark->series);
  const struct plb_stroke stroke = {colour, 1.4, NULL};
  if (!e->interval.exists)
    return;
  bool low_cut = !e->interval.has_lower || (e->interval.lower < axis->low && e->interval.lower > 0.0);
  bool high_cut = !e->interval.has_upper || e->interval.upper > axis->high;
  double from = e->interval.has_lower ? plb_rate_place(axis, e->interval.lower) : axis->at_zero;
  double to = high_cut ? axis->at_high : plb_rate_place(axis, e->interval.upper);
  double at = level ? mark->y : mark->x;
  int turn = level ? 1 : -1; /* pixels grow downwards, rates upwards */
  plb_svg_line(d->out, level ? from : at, level ? at : from, level ? to : at, level ? at : to, &stroke);
  const double ends[2] = {from, to};
  const bool cut[2] = {low_cut, high_cut};
  for (int k = 0; k < 2; k++) {
    double x = level ? ends[k] : at, y = level ? at : ends[k];
    int way = k == 0 ? -turn : turn;
    if (cut[k])
      plb_svg_arrow(d->out, x, y, level ? way : 0, level ? 0 : way, colour);
    else if (level)
      plb_svg_line(d->out, x, y - 4, x, y + 4, &stroke);
    else
      plb_svg_line(d->out, x - 4, y, x + 4, y, &stroke);
  }
  plb_room_take(&d->room, fmin(level ? from : at, level ? to : at) - 3, fmin(level ? at : from, level ? at : to) - 3,
                fmax(level ? from : at, level ? to : at) + 3, fmax(level ? at : from, level ? at : to) + 3, 1);
}

/* Labels of marks; those that are not supported come first, since they must not be left out. */
static void draw_labels(struct plb_det_drawing *d, bool supported) {
  for (size_t m = 0; m < d->mark_count; m++) {
    const struct plb_det_mark *mark = &d->marks[m];
    if ((mark->targets.count[true] > 0) != supported)
      continue;
    const char *colour = plb_series_colour(mark->series);
    const struct plb_stroke leader = {colour, 0.8, NULL};
    char text[PLB_SENTENCE];
    struct plb_place place;
    plb_targets_word(text, sizeof text, d->list[mark->series].result, &mark->targets);
    if (!plb_room_beside(&d->room, mark->x, mark->y, text, 11.5, &place))
      continue;
    bool right = place.x > mark->x;
    if (place.far)
      plb_svg_line(d->out, mark->x + (right ? 4 : -4), mark->y + (place.y > mark->y ? 4 : -4),
                   place.x + (right ? -3 : 3), place.y - 4, &leader);
    const struct plb_lettering letters = {.size = 11.5, .fill = colour, .halo = true, .anchor = place.anchor};
    plb_svg_words(d->out, place.x, place.y, &letters, text);
  }
}

static void draw_marks(struct plb_det_drawing *d) {
  for (size_t m = 0; m < d->mark_count; m++) {
    draw_interval(d, &d->marks[m], true);
    draw_interval(d, &d->marks[m], false);
  }
  for (size_t m = 0; m < d->mark_count; m++) {
    const struct plb_det_mark *mark = &d->marks[m];
    plb_svg_mark(d->out, mark->series, mark->x, mark->y, plb_series_colour(mark->series),
                 mark->targets.count[true] == 0);
    plb_room_take(&d->room, mark->x - 7, mark->y - 7, mark->x + 7, mark->y + 7, 2);
  }
  if (d->count > PLB_DET_LABELLED)
    return;
  draw_labels(d, false);
  draw_labels(d, true);
}

/* The largest target below `last`; NULL past the smallest. */
static const struct plb_estimate *next_target(const struct plb_det_drawing *d, double last) {
  const struct plb_estimate *next = NULL;
  for (size_t k = 0; k < 4 * d->mark_count; k++) {
    const struct plb_estimate *e = d->marks[k / 4].targets.span[k / 2 % 2][k % 2];
    if (e && e->target_metric && e->target_at_most < last && (!next || e->target_at_most > next->target_at_most))
      next = e;
  }
  return next;
}

/* Where there are too many systems to label each mark: the targets as lines, named above the box. */
static void draw_targets(struct plb_det_drawing *d) {
  const struct plb_stroke line = {PLB_RULE, 1, "2 3"};
  const struct plb_lettering letters = {.size = 11.5, .anchor = "middle", .fill = PLB_INK_SOFT};
  const struct plb_lettering heading = {.size = 11.5, .anchor = "end", .fill = PLB_INK_SOFT};
  double last_x = PLB_DET_BOX_RIGHT + 40, last_target = 2.0;
  const struct plb_estimate *next;
  while ((next = next_target(d, last_target))) {
    last_target = next->target_at_most;
    if (last_target < d->x.low || last_target > d->x.high)
      continue;
    char text[PLB_WORDS];
    double x = plb_rate_place(&d->x, last_target);
    plb_word_target(text, next);
    if (last_x > PLB_DET_BOX_RIGHT)
      plb_svg_words(d->out, PLB_DET_STRIP_LEFT - 7, PLB_DET_BOX_TOP - 8, &heading, "FMR \xE2\x89\xA4");
    plb_svg_line(d->out, x, PLB_DET_BOX_TOP - 4, x, PLB_DET_STRIP_BOTTOM, &line);
    double half = plb_svg_width(text, letters.size) / 2;
    if (x + half > last_x || x + half > PLB_DET_WIDTH || x - half < PLB_DET_STRIP_LEFT)
      continue;
    plb_svg_words(d->out, x, PLB_DET_BOX_TOP - 8, &letters, text);
    last_x = x - half - 6;
  }
}

/* ---- the whole ------------------------------------------------------------------------------------ */

static void draw_all(struct plb_det_drawing *d, struct place *places, const char *id, const char *description) {
  char lines[PLB_DET_NOTES][PLB_SENTENCE];
  size_t count = plb_det_notes(d, lines);
  double height =
      plb_draw_notes(NULL, PLB_DET_STRIP_LEFT, PLB_DET_BOX_RIGHT, plb_det_legend(d, NULL) + 6, lines, count);
  const struct plb_lettering title = {.size = 15, .bold = true}, axis = {.size = 13, .anchor = "middle"};
  struct plb_lettering upwards = axis;
  upwards.upwards = true;
  plb_svg_open(d->out, id, PLB_DET_WIDTH, height, "Detection error trade-off (DET)", description);
  plb_svg_words(d->out, PLB_DET_STRIP_LEFT, 28, &title, "Detection error trade-off (DET)");
  draw_grid(d);
  plb_bands_draw(d);
  if (d->count > PLB_DET_LABELLED)
    draw_targets(d);
  for (size_t s = 0; s < d->count; s++)
    draw_curve(d, s, places);
  for (size_t s = 0; s < d->count; s++)
    draw_eer(d, s);
  draw_marks(d);
  plb_svg_words(d->out, (PLB_DET_BOX_LEFT + PLB_DET_BOX_RIGHT) / 2, PLB_DET_STRIP_BOTTOM + 40, &axis,
                "False match rate (FMR)");
  plb_svg_words(d->out, 20, (PLB_DET_BOX_TOP + PLB_DET_BOX_BOTTOM) / 2, &upwards, "False non-match rate (FNMR)");
  plb_draw_notes(d->out, PLB_DET_STRIP_LEFT, PLB_DET_BOX_RIGHT, plb_det_legend(d, d->out) + 6, lines, count);
  plb_svg_close(d->out);
}

plb_status plb_draw_det(const struct plb_series *list, size_t count, const char *id, struct plb_out *out,
                        struct plb_error *err) {
  size_t longest = 0, shown = count < PLB_MOST_CURVES ? count : PLB_MOST_CURVES;
  for (size_t s = 0; s < shown; s++)
    longest = list[s].curve->point_count > longest ? list[s].curve->point_count : longest;
  struct plb_det_drawing *d = plb_alloc(1, sizeof *d);
  struct place *places = plb_alloc(longest + PLB_DET_MARKS, sizeof *places);
  char *description = NULL;
  plb_status st = PLB_OK;
  struct plb_stair *stairs = plb_alloc(longest, sizeof *stairs);
  if (!d || !places || !stairs) {
    st = plb_fail_memory(err);
    goto out;
  }
  d->list = list;
  d->count = shown;
  d->systems_left_out = count - shown;
  d->out = out;
  d->stairs = stairs;
  d->room.left = PLB_DET_STRIP_LEFT + 3, d->room.right = PLB_DET_BOX_RIGHT - 3;
  d->room.top = PLB_DET_BOX_TOP + 3, d->room.bottom = PLB_DET_BOX_BOTTOM - 3;
  fit_axes(d);
  collect_marks(d);
  description = plb_det_describe(d, err);
  if (!description) {
    st = PLB_NOMEM;
    goto out;
  }
  draw_all(d, places, id, description);
out:
  free(description);
  free(places);
  free(stairs);
  free(d);
  return st;
}

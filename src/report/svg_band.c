/* SPDX-License-Identifier: Apache-2.0
 *
 * The bands of a DET: behind each curve the area in which the whole of it lies at once.
 *
 * A band goes in steps like its curve. Strictly between two points of the curve, of FMR a < b, it reaches from the
 * lower limit at b to the upper limit at a, since FNMR falls where FMR rises: nothing is interpolated, and nothing is
 * said that the two points do not say. Where no point has a band, none is drawn, and an upright stroke ends the area.
 * With more than three bands each would hide the others: then none is drawn, and a note says so.
 *
 * Cost: sorting the points of a curve. Reference: M. Myllymäki et al., Global envelope tests for spatial processes,
 * J. R. Stat. Soc. B 79 (2017), for bands that hold at all points at once.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/svg_det.h"

#define MOST_BANDS 3

/* ---- which there are ----------------------------------------------------------------------------- */

bool plb_has_band(const struct plb_curve *curve) {
  for (size_t i = 0; i < curve->point_count; i++)
    if (curve->points[i].has_fnmr_band)
      return true;
  return false;
}

static size_t count_bands(const struct plb_series *list, size_t count) {
  size_t bands = 0;
  for (size_t s = 0; s < count; s++)
    bands += plb_has_band(list[s].curve);
  return bands;
}

bool plb_bands_shown(const struct plb_series *list, size_t count) {
  size_t bands = count_bands(list, count < PLB_MOST_CURVES ? count : PLB_MOST_CURVES);
  return bands > 0 && bands <= MOST_BANDS;
}

static double fmr_of(const struct plb_det_point *point) {
  return (double)point->fmr_errors / (double)point->fmr_trials;
}

void plb_bands_room(const struct plb_det_drawing *d, const double ends[2], double *most, double *least) {
  double upper = *most, lower = *least;
  if (!plb_bands_shown(d->list, d->count))
    return;
  for (size_t s = 0; s < d->count; s++) {
    const struct plb_curve *curve = d->list[s].curve;
    for (size_t i = 0; i < curve->point_count; i++) {
      const struct plb_det_point *p = &curve->points[i];
      if (!p->has_fnmr_band || fmr_of(p) > ends[0] || (double)p->fnmr_errors / (double)p->fnmr_trials > ends[1])
        continue;
      upper = fmax(upper, p->fnmr_band[1]);
      lower = p->fnmr_band[0] > 0 ? fmin(lower, p->fnmr_band[0]) : lower;
    }
  }
  *most = fmin(upper, 2 * *most / (1 + *most)); /* twice the odds */
  *least = lower;
}

/* ---- the areas ----------------------------------------------------------------------------------- */

static int by_fmr(const void *one, const void *other) {
  double a = ((const struct plb_stair *)one)->fmr, b = ((const struct plb_stair *)other)->fmr;
  return (a > b) - (a < b);
}

/* The points of a curve from few false matches to many, those of one FMR as one. */
static size_t list_stairs(const struct plb_curve *curve, struct plb_stair *stairs) {
  size_t count = 0;
  for (size_t i = 0; i < curve->point_count; i++) {
    const struct plb_det_point *p = &curve->points[i];
    stairs[i] = (struct plb_stair){fmr_of(p), 1, 0, p->has_fnmr_band};
    if (p->has_fnmr_band)
      stairs[i].lower = p->fnmr_band[0], stairs[i].upper = p->fnmr_band[1];
  }
  qsort(stairs, curve->point_count, sizeof *stairs, by_fmr);
  for (size_t i = 0; i < curve->point_count; i++) {
    struct plb_stair *last = count ? &stairs[count - 1] : NULL;
    if (!last || last->fmr < stairs[i].fmr) {
      stairs[count++] = stairs[i];
      continue;
    }
    last->lower = fmin(last->lower, stairs[i].lower);
    last->upper = fmax(last->upper, stairs[i].upper);
    last->exists = last->exists || stairs[i].exists;
  }
  return count;
}

/* As it is written, so that the pen stands where the reader sees it. */
static double place(const struct plb_rate_axis *axis, double rate) {
  return round(plb_rate_place(axis, rate) * 100) / 100;
}

/* Around points that all have a band: to the right along the upper limits, back along the lower ones. */
static void walk(const struct plb_det_drawing *d, const struct plb_stair *run, size_t count, bool filled) {
  struct plb_pen pen = {.out = d->out, .whole = filled, .x = place(&d->x, run[0].fmr), .y = place(&d->y, run[0].upper)};
  const double start[2] = {pen.x, pen.y};
  for (size_t k = 1; k < count; k++) {
    double y = place(&d->y, run[k].upper);
    if (y <= pen.y && y >= pen.y)
      continue;
    plb_pen_to(&pen, place(&d->x, run[k].fmr), pen.y);
    plb_pen_to(&pen, pen.x, y);
  }
  plb_pen_to(&pen, place(&d->x, run[count - 1].fmr), pen.y);
  plb_pen_to(&pen, pen.x, place(&d->y, run[count - 1].lower));
  for (size_t k = count - 1; k-- > 0;) {
    double y = place(&d->y, run[k].lower);
    if (y <= pen.y && y >= pen.y)
      continue;
    plb_pen_to(&pen, place(&d->x, run[k].fmr), pen.y);
    plb_pen_to(&pen, pen.x, y);
  }
  plb_pen_to(&pen, start[0], pen.y);
  plb_pen_to(&pen, pen.x, start[1]);
}

/* Lighter where areas may lie upon each other. */
static const char *shade(const struct plb_det_drawing *d) {
  return count_bands(d->list, d->count) > 1 ? "0.1" : "0.15";
}

static void draw_run(const struct plb_det_drawing *d, size_t s, const struct plb_stair *run, size_t count) {
  bool right = place(&d->x, run[0].fmr) > PLB_DET_BOX_RIGHT;
  bool above = place(&d->y, run[count - 1].lower) < PLB_DET_BOX_TOP;
  if (right || above)
    return;
  plb_out_text(d->out, "<path d=\"");
  walk(d, run, count, true);
  plb_out_print(d->out, "\" fill=\"%s\" fill-opacity=\"%s\"/>\n<path d=\"", plb_series_colour(s), shade(d));
  walk(d, run, count, false);
  plb_out_print(d->out, "\" fill=\"none\" stroke=\"%s\" stroke-width=\"0.8\" stroke-opacity=\"0.6\"",
                plb_series_colour(s));
  if (plb_series_dash(s))
    plb_out_print(d->out, " stroke-dasharray=\"%s\"", plb_series_dash(s));
  plb_out_text(d->out, "/>\n");
}

void plb_bands_draw(const struct plb_det_drawing *d) {
  for (size_t s = 0; s < d->count && plb_bands_shown(d->list, d->count); s++) {
    size_t count = list_stairs(d->list[s].curve, d->stairs), from = 0;
    while (from < count) {
      size_t to = from;
      while (to < count && d->stairs[to].exists)
        to++;
      if (to > from)
        draw_run(d, s, d->stairs + from, to - from);
      from = to + 1;
    }
  }
}

void plb_bands_swatch(const struct plb_det_drawing *d, size_t s, struct plb_out *out, double y) {
  if (!plb_bands_shown(d->list, d->count) || !plb_has_band(d->list[s].curve))
    return;
  plb_out_print(out, "<rect x=\"%d\" y=\"", (int)PLB_DET_STRIP_LEFT);
  plb_svg_number(out, y - 8);
  plb_out_print(out, "\" width=\"42\" height=\"16\" fill=\"%s\" fill-opacity=\"%s\"/>\n", plb_series_colour(s),
                shade(d));
}

/* ---- words --------------------------------------------------------------------------------------- */

/* "FMR 0.003756 % and 9.998 %": between which the curve has its band. */
static void word_range(char text[3 * PLB_WORDS], const struct plb_curve *curve) {
  char from[PLB_WORDS], to[PLB_WORDS];
  double ends[2] = {2, -1};
  for (size_t i = 0; i < curve->point_count; i++) {
    if (!curve->points[i].has_fnmr_band)
      continue;
    ends[0] = fmin(ends[0], fmr_of(&curve->points[i]));
    ends[1] = fmax(ends[1], fmr_of(&curve->points[i]));
  }
  plb_word_rate(from, ends[0]);
  plb_word_rate(to, ends[1]);
  snprintf(text, 3 * PLB_WORDS, "FMR %s and %s", from, to);
}

/* ", 95 %" where all of these results have this level; else "". */
static void word_level(char text[PLB_WORDS], const struct plb_series *list, size_t count) {
  char number[PLB_WORDS];
  double level = 0;
  for (size_t s = 0; s < count; s++) {
    double own = plb_has_band(list[s].curve) ? plb_result_level(list[s].result) : level;
    bool same = level == 0 || (own >= level && own <= level);
    level = same ? own : -1;
  }
  plb_word_level(number, level);
  text[0] = '\0';
  if (level > 0)
    snprintf(text, PLB_WORDS, ", %.40s %%", number);
}

/* "; A between FMR 0.01 % and 10 %": of each system its own. */
static size_t word_ranges(char text[PLB_SENTENCE], size_t n, const struct plb_series *list, size_t count) {
  const char *between = "";
  for (size_t s = 0; s < count && n < PLB_SENTENCE; s++) {
    char range[3 * PLB_WORDS];
    if (!plb_has_band(list[s].curve))
      continue;
    word_range(range, list[s].curve);
    n += (size_t)snprintf(text + n, PLB_SENTENCE - n, "%s%s between %s", between, list[s].name, range);
    between = "; ";
  }
  return n;
}

size_t plb_bands_word(char text[PLB_SENTENCE], const struct plb_det_drawing *d) {
  char level[PLB_WORDS], range[3 * PLB_WORDS];
  size_t n;
  text[0] = '\0';
  if (!count_bands(d->list, d->count))
    return 0;
  word_level(level, d->list, d->count);
  if (!plb_bands_shown(d->list, d->count))
    return (size_t)snprintf(text, PLB_SENTENCE,
                            "Where each true curve lies%s, is not shaded: with more than %d systems the areas would "
                            "hide each other. The limits stand in the result file and with the data of the figure.",
                            level, MOST_BANDS);
  if (d->count == 1) {
    word_range(range, d->list[0].curve);
    n = (size_t)snprintf(text, PLB_SENTENCE, "Shaded: where the true curve lies%s, between %s.", level, range);
  } else {
    n = (size_t)snprintf(text, PLB_SENTENCE, "Shaded: where the true curve of a system lies%s: ", level);
    n = word_ranges(text, n, d->list, d->count);
    if (n < PLB_SENTENCE)
      n += (size_t)snprintf(text + n, PLB_SENTENCE - n, ".");
  }
  if (d->mark_count && n < PLB_SENTENCE)
    n += (size_t)snprintf(text + n, PLB_SENTENCE - n,
                          " An area holds for all of its points at once, a bar for its one rate alone.");
  return n;
}

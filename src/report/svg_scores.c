/* SPDX-License-Identifier: Apache-2.0
 *
 * Score distributions: how many mated and non-mated comparisons fell into each bin of scores, as stepped
 * outlines, with the thresholds of the operating points as lines.
 *
 * The count axis is linear, unless the fullest bins of the two classes differ by more than a factor of
 * eight: on a linear axis the smaller class would then lie flat on the ground, so the axis becomes
 * logarithmic, starting at 1, with a base line of its own for empty bins; the note below says which and why.
 * Threshold labels stand as flags in rows above the box, each in the lowest row in which it has room.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/number.h"
#include "report/axis.h"
#include "report/escape.h"
#include "report/series.h"
#include "report/svg.h"

#define WIDTH 760.0
#define LEFT 84.0
#define RIGHT 734.0
#define FLAGS_TOP 44.0
#define FLAG_ROW 17.0
#define BOX_HIGH 300.0
#define EMPTY_HIGH 14.0 /* of the base line below 1 on a logarithmic axis */
#define FLAGS 64
#define NOTES 3
#define LETTERS 12.0
#define FACTOR 8.0
#define MATED "#0072b2"
#define NONMATED "#d55e00"

struct flag {
  double threshold;
  const struct plb_estimate *of; /* the first that has it */
  struct plb_targets targets;
  bool eer;
  char text[PLB_SENTENCE];
  double x, width;
  bool left; /* the label stands on the left of its line */
  bool placed;
  size_t row;
};

struct drawing {
  const struct plb_series *series;
  struct plb_out *out;
  double from, to;     /* scores */
  uint64_t fullest[2]; /* mated, non-mated */
  bool logarithmic;
  double most;        /* upper end of the count axis */
  double top, bottom; /* of the box, in pixels */
  struct flag flags[FLAGS];
  size_t flag_count, rows, left_out;
};

static const struct plb_lettering axis_letters = {.size = 13, .anchor = "middle"};

/* ---- what is to be shown ------------------------------------------------------------------- */

static void add_flag(struct drawing *d, const struct plb_estimate *e, bool eer) {
  size_t k = 0;
  while (k < d->flag_count && !(d->flags[k].threshold <= e->threshold && d->flags[k].threshold >= e->threshold))
    k++;
  if (k == FLAGS) {
    d->left_out++;
    return;
  }
  if (k == d->flag_count)
    d->flags[d->flag_count++] = (struct flag){.threshold = e->threshold, .of = e};
  if (eer)
    d->flags[k].eer = true;
  else
    plb_targets_add(&d->flags[k].targets, e, e->status != PLB_EST_UNSUPPORTED);
}

static int by_threshold(const void *one, const void *other) {
  const struct flag *a = one, *b = other;
  return (a->threshold > b->threshold) - (a->threshold < b->threshold);
}

static void collect_flags(struct drawing *d) {
  const struct plb_result *result = d->series->result;
  const char *system = d->series->curve->system;
  struct plb_operating_point point;
  for (size_t k = 0; plb_result_point(result, system, k, &point); k++) {
    const struct plb_estimate *fmr = plb_point_estimate(result, &point, "FMR");
    const struct plb_estimate *e = fmr ? fmr : point.first;
    if (e->has_threshold && isfinite(e->threshold))
      add_flag(d, e, false);
  }
  const struct plb_estimate *eer = d->series->eer;
  if (eer && eer->has_threshold && isfinite(eer->threshold))
    add_flag(d, eer, true);
  qsort(d->flags, d->flag_count, sizeof d->flags[0], by_threshold);
  for (size_t k = 0; k < d->flag_count; k++) {
    struct flag *flag = &d->flags[k];
    char targets[PLB_SENTENCE - 16] = "";
    plb_targets_word(targets, sizeof targets, result, &flag->targets);
    snprintf(flag->text, sizeof flag->text, "%s%s%s", targets, targets[0] && flag->eer ? "; " : "",
             flag->eer ? "EER" : "");
  }
}

/* The span of scores that holds every full bin, and thresholds that are not far outside. */
static void fit_scores(struct drawing *d) {
  const struct plb_curve *curve = d->series->curve;
  d->from = HUGE_VAL;
  d->to = -HUGE_VAL;
  for (size_t k = 0; k < curve->bin_count; k++) {
    const struct plb_score_bin *bin = &curve->bins[k];
    if (bin->mated + bin->nonmated == 0)
      continue;
    d->from = fmin(d->from, fmin(bin->from, bin->to));
    d->to = fmax(d->to, fmax(bin->from, bin->to));
    d->fullest[0] = bin->mated > d->fullest[0] ? bin->mated : d->fullest[0];
    d->fullest[1] = bin->nonmated > d->fullest[1] ? bin->nonmated : d->fullest[1];
  }
  if (!isfinite(d->from) || !isfinite(d->to))
    d->from = 0.0, d->to = 1.0;
  double least = fmax(fabs(d->from), fabs(d->to)) * 1e-12;
  if (!(d->to - d->from > least)) {
    double room = fmax(0.5 * fabs(d->from), 0.5);
    d->from -= room, d->to += room;
  }
  double reach = 0.15 * (d->to - d->from), from = d->from - reach, to = d->to + reach;
  for (size_t k = 0; k < d->flag_count; k++) {
    double t = d->flags[k].threshold;
    if (t >= from && t <= to)
      d->from = fmin(d->from, t), d->to = fmax(d->to, t);
  }
}

static void fit_counts(struct drawing *d) {
  double large = (double)(d->fullest[0] > d->fullest[1] ? d->fullest[0] : d->fullest[1]);
  double small = (double)(d->fullest[0] > d->fullest[1] ? d->fullest[1] : d->fullest[0]);
  d->logarithmic = small > 0 && large > FACTOR * small;
  if (d->logarithmic) {
    d->most = large * 1.3;
    return;
  }
  struct plb_linear_ticks ticks = plb_linear_ticks(0.0, large * 1.05, 7);
  d->most = ticks.count > 0 ? ticks.step * ceil(large * 1.05 / ticks.step) : 1.0;
}

static double place_score(const struct drawing *d, double score) {
  double share = (score - d->from) / (d->to - d->from);
  return LEFT + (share < 0 ? 0 : share > 1 ? 1 : share) * (RIGHT - LEFT);
}

static double place_count(const struct drawing *d, uint64_t count) {
  if (!d->logarithmic)
    return d->bottom - (double)count / d->most * (d->bottom - d->top);
  if (count == 0)
    return d->bottom;
  double ground = d->bottom - EMPTY_HIGH;
  return ground - log((double)count) / log(d->most) * (ground - d->top);
}

/* Whether a label from `from` to `to` would touch that of a flag that is placed already, or cross its line. */
static bool in_the_way(const struct flag *flag, double from, double to) {
  double left = flag->left ? flag->x - flag->width : flag->x - 3.0;
  double right = flag->left ? flag->x + 3.0 : flag->x + flag->width;
  return from < right && left < to;
}

static void place_flag(struct drawing *d, size_t at) {
  struct flag *flag = &d->flags[at];
  double from = flag->left ? flag->x - flag->width : flag->x - 3.0;
  double to = flag->left ? flag->x + 3.0 : flag->x + flag->width;
  for (size_t i = 0; i < d->flag_count; i++)
    if (d->flags[i].placed && d->flags[i].row >= flag->row && in_the_way(&d->flags[i], from, to))
      flag->row = d->flags[i].row + 1;
  flag->placed = true;
  d->rows = flag->row + 1 > d->rows ? flag->row + 1 : d->rows;
}

/* Gives each flag a row above all that its label would touch or cross. A label stands on the right of its
 * line; these are placed from the right to the left, so that no line goes through one. A label that would
 * leave the paper, or cross the line of such a one, stands on the left; these come after, from the left to the right.
 */
static void place_flags(struct drawing *d) {
  double end = WIDTH - 4.0; /* of the room for labels on the right of their lines */
  for (size_t k = d->flag_count; k-- > 0;) {
    struct flag *flag = &d->flags[k];
    flag->width = plb_svg_width(flag->text, LETTERS) + 12.0;
    flag->x = place_score(d, flag->threshold);
    flag->left = flag->x + flag->width > end;
    end = flag->left ? flag->x : end;
  }
  for (size_t k = d->flag_count; k-- > 0;)
    if (!d->flags[k].left)
      place_flag(d, k);
  for (size_t k = 0; k < d->flag_count; k++)
    if (d->flags[k].left)
      place_flag(d, k);
}

/* ---- the drawing ------------------------------------------------------------------------------ */

static void draw_count_axis(struct drawing *d) {
  const struct plb_stroke grid = {PLB_GRID, 1, NULL};
  const struct plb_lettering letters = {.size = LETTERS, .anchor = "end", .fill = PLB_INK_SOFT};
  char text[PLB_WORDS];
  if (d->logarithmic) {
    int decades = (int)floor(log10(d->most) + 1e-9), every = decades / 8 + 1;
    uint64_t count = 1;
    for (int k = 0; k <= decades; k++, count *= 10) {
      double y = place_count(d, count);
      plb_svg_line(d->out, LEFT, y, RIGHT, y, &grid);
      plb_word_count(text, count);
      if (k % every == 0)
        plb_svg_words(d->out, LEFT - 7, y + (k == 0 ? 1 : 4), &letters, text);
    }
    plb_svg_words(d->out, LEFT - 7, d->bottom + 5, &letters, "0");
    return;
  }
  struct plb_linear_ticks ticks = plb_linear_ticks(0.0, d->most, 7);
  for (size_t k = 0; k < ticks.count; k++) {
    uint64_t count = (uint64_t)llround(ticks.step * (double)k);
    if (ticks.exponent < 0 && fabs(ticks.step * (double)k - (double)count) > 1e-9)
      continue;
    double y = place_count(d, count);
    plb_svg_line(d->out, LEFT, y, RIGHT, y, &grid);
    plb_word_count(text, count);
    plb_svg_words(d->out, LEFT - 7, y + 4, &letters, text);
  }
}

static void draw_score_axis(struct drawing *d) {
  const struct plb_stroke tick = {PLB_RULE, 1, NULL};
  const struct plb_lettering letters = {.size = LETTERS, .anchor = "middle", .fill = PLB_INK_SOFT};
  struct plb_linear_ticks ticks = plb_linear_ticks(d->from, d->to, 9);
  for (size_t k = 0; k < ticks.count; k++) {
    char text[48];
    double x = place_score(d, (double)(ticks.first + (int64_t)k) * ticks.step);
    plb_linear_text(text, &ticks, k);
    plb_svg_line(d->out, x, d->bottom, x, d->bottom + 5, &tick);
    plb_svg_words(d->out, x, d->bottom + 19, &letters, text);
  }
  bool distance = plb_is_distance(d->series->result);
  struct plb_lettering way = {.size = LETTERS, .fill = PLB_INK_SOFT, .anchor = distance ? "start" : "end"};
  plb_svg_words(d->out, (LEFT + RIGHT) / 2, d->bottom + 42, &axis_letters, distance ? "Distance" : "Score");
  plb_svg_words(d->out, distance ? LEFT : RIGHT, d->bottom + 42, &way,
                distance ? "\xE2\x86\x90 more similar" : "more similar \xE2\x86\x92");
}

static void step(struct plb_out *out, const char *command, double at) {
  plb_out_text(out, command);
  plb_svg_number(out, at);
}

/* One class as a stepped outline; empty bins lie on the base line, and so does what is between bins. */
static void draw_outline(struct drawing *d, bool mated) {
  const struct plb_curve *curve = d->series->curve;
  const char *colour = mated ? MATED : NONMATED;
  double pen_x = -HUGE_VAL, pen_y = d->bottom;
  plb_out_text(d->out, "<path d=\"");
  for (size_t k = 0; k < curve->bin_count; k++) {
    const struct plb_score_bin *bin = &curve->bins[k];
    uint64_t count = mated ? bin->mated : bin->nonmated;
    double from = place_score(d, fmin(bin->from, bin->to)), to = place_score(d, fmax(bin->from, bin->to));
    double y = place_count(d, count);
    if (count == 0)
      continue;
    if (to - from < 2.0) /* a single score still shows */
      from -= 1.0, to += 1.0;
    if (!isfinite(pen_x)) { /* nothing drawn yet */
      step(d->out, "M", from);
      step(d->out, " ", d->bottom);
    } else if (fabs(from - pen_x) > 0.01) {
      step(d->out, "V", d->bottom);
      step(d->out, "H", from);
      pen_y = d->bottom;
    }
    if (fabs(y - pen_y) > 0.004)
      step(d->out, "V", y);
    step(d->out, "H", to);
    pen_x = to;
    pen_y = y;
  }
  if (isfinite(pen_x))
    step(d->out, "V", d->bottom);
  plb_out_print(d->out, "\" fill=\"%s\" fill-opacity=\"0.13\" stroke=\"%s\" stroke-width=\"1.8\"%s/>\n", colour, colour,
                mated ? "" : " stroke-dasharray=\"4 2\"");
}

static double flag_base(const struct drawing *d, const struct flag *flag) {
  return d->top - 8.0 - FLAG_ROW * (double)flag->row;
}

static void draw_flags(struct drawing *d) {
  const struct plb_stroke line = {PLB_INK, 1, NULL};
  for (size_t k = 0; k < d->flag_count; k++) {
    const struct flag *flag = &d->flags[k];
    int off = flag->threshold < d->from ? -1 : flag->threshold > d->to ? 1 : 0;
    plb_svg_line(d->out, flag->x, flag_base(d, flag) - 9, flag->x, off ? d->top : d->bottom, &line);
    if (off)
      plb_svg_arrow(d->out, flag->x + 10 * off, d->top, off, 0, PLB_INK);
  }
  for (size_t k = 0; k < d->flag_count; k++) {
    const struct flag *flag = &d->flags[k];
    const struct plb_lettering letters = {.size = LETTERS, .anchor = flag->left ? "end" : "start", .halo = true};
    plb_svg_words(d->out, flag->x + (flag->left ? -4 : 4), flag_base(d, flag), &letters, flag->text);
  }
}

static void draw_legend(struct drawing *d) {
  double y = d->bottom + 68.0;
  double x = LEFT;
  for (int mated = 1; mated >= 0; mated--) {
    const char *colour = mated ? MATED : NONMATED;
    const struct plb_stroke stroke = {colour, 1.8, mated ? NULL : "4 2"};
    const struct plb_lettering letters = {.size = 13};
    char count[PLB_WORDS], text[2 * PLB_WORDS];
    plb_word_count(count, mated ? d->series->mated : d->series->nonmated);
    snprintf(text, sizeof text, "%s comparisons: %s", mated ? "mated" : "non-mated", count);
    plb_svg_line(d->out, x, y - 4, x + 30, y - 4, &stroke);
    plb_svg_words(d->out, x + 38, y, &letters, text);
    x += 38 + plb_svg_width(text, 13) + 30;
  }
}

/* ---- words -------------------------------------------------------------------------------------- */

static void note_axis(const struct drawing *d, char text[PLB_SENTENCE]) {
  bool first = d->fullest[0] > d->fullest[1];
  uint64_t large = d->fullest[!first], small = d->fullest[first];
  char times[PLB_WORDS];
  if (small == 0) {
    snprintf(text, PLB_SENTENCE, "Counts are per bin, on a linear axis; only one class has scores.");
  } else if (d->logarithmic) {
    plb_word_count(times, large / small);
    snprintf(text, PLB_SENTENCE,
             "Counts are per bin, on a logarithmic axis, because the fullest %s bin holds %s times as many "
             "comparisons as the fullest %s bin; empty bins lie on the base line.",
             first ? "mated" : "non-mated", times, first ? "non-mated" : "mated");
  } else {
    snprintf(text, PLB_SENTENCE,
             "Counts are per bin, on a linear axis, because the fullest bins of the two classes differ by no "
             "more than a factor of eight.");
  }
}

static bool note_infinite(const struct drawing *d, char text[PLB_SENTENCE]) {
  const struct plb_curve *curve = d->series->curve;
  char below[PLB_WORDS], above[PLB_WORDS];
  if (curve->below == 0 && curve->above == 0)
    return false;
  plb_word_count(below, curve->below);
  plb_word_count(above, curve->above);
  snprintf(text, PLB_SENTENCE, "Not drawn: %s scores of minus infinity and %s of plus infinity.", below, above);
  return true;
}

static char *describe(const struct drawing *d, struct plb_error *err) {
  struct plb_out *text;
  char from[PLB_DOUBLE_TEXT], to[PLB_DOUBLE_TEXT], mated[PLB_WORDS], nonmated[PLB_WORDS];
  size_t length;
  if (plb_out_memory(&text, err))
    return NULL;
  plb_format_double(from, d->from);
  plb_format_double(to, d->to);
  plb_word_count(mated, d->series->mated);
  plb_word_count(nonmated, d->series->nonmated);
  plb_out_print(text,
                "%s: how many of %s mated and %s non-mated comparisons had which score, from %s to %s, in %zu bins.",
                d->series->name, mated, nonmated, from, to, d->series->curve->bin_count);
  for (size_t k = 0; k < d->flag_count && k < 20; k++) {
    char threshold[PLB_WORDS];
    plb_word_threshold(threshold, d->series->result, d->flags[k].of);
    plb_out_print(text, " Line at %s: %s.", threshold, d->flags[k].text);
  }
  char *whole = plb_out_take(text, &length);
  plb_out_abandon(text);
  if (!whole)
    plb_fail_memory(err);
  return whole;
}

static void draw_all(struct drawing *d, const char *id, const char *description) {
  const struct plb_lettering title = {.size = 15, .bold = true};
  struct plb_lettering upwards = axis_letters;
  upwards.upwards = true;
  char heading[PLB_SERIES_NAME + 32], lines[NOTES][PLB_SENTENCE];
  note_axis(d, lines[0]);
  size_t count = 1 + note_infinite(d, lines[1]);
  if (d->left_out > 0)
    snprintf(lines[count++], PLB_SENTENCE, "%zu more thresholds are not drawn, for want of room.", d->left_out);
  snprintf(heading, sizeof heading, "Score distributions: %s", d->series->name);
  plb_svg_open(d->out, id, WIDTH, plb_draw_notes(NULL, LEFT, RIGHT, d->bottom + 90, lines, count), heading,
               description);
  plb_svg_words(d->out, LEFT, 28, &title, heading);
  draw_count_axis(d);
  draw_outline(d, false);
  draw_outline(d, true);
  plb_svg_rect(d->out, LEFT, d->top, RIGHT - LEFT, d->bottom - d->top, "none", PLB_RULE);
  draw_flags(d);
  draw_score_axis(d);
  plb_svg_words(d->out, 20, (d->top + d->bottom) / 2, &upwards,
                d->logarithmic ? "Comparisons per bin (log)" : "Comparisons per bin");
  draw_legend(d);
  plb_draw_notes(d->out, LEFT, RIGHT, d->bottom + 90, lines, count);
  plb_svg_close(d->out);
}

plb_status plb_draw_scores(const struct plb_series *series, const char *id, struct plb_out *out,
                           struct plb_error *err) {
  struct drawing *d = plb_alloc(1, sizeof *d);
  char *description = NULL;
  plb_status st = PLB_OK;
  if (!d)
    return plb_fail_memory(err);
  d->series = series;
  d->out = out;
  collect_flags(d);
  fit_scores(d);
  fit_counts(d);
  place_flags(d);
  d->top = FLAGS_TOP + FLAG_ROW * (double)d->rows;
  d->bottom = d->top + BOX_HIGH;
  description = describe(d, err);
  if (!description) {
    st = PLB_NOMEM;
    goto out;
  }
  draw_all(d, id, description);
out:
  free(description);
  free(d);
  return st;
}
